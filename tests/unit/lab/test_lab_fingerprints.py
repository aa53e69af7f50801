# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client sees of each recorded kind of machine before it does anything; docs/rack_quirks.md names the rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench

STYLES = (
    (r'W/"[0-9A-F]{8}"', "weak 8 hex"),
    (r'W/"[0-9A-F]{32}"', "weak 32 hex"),
    (r'W/"\d+"', "weak number"),
    (r'"[0-9a-f]{32}"', "strong hex"),
)
UPDATE, SIMPLE = "/redfish/v1/UpdateService", "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate"
ON_RESET = ["OnReset", "AtMaintenanceWindowStart", "InMaintenanceWindowOnReset"]
BMC_RESETS = ["ForceRestart", "GracefulRestart"]
HPE = {
    "who": ("HPE", None, "1.20.0", "1", "1"),
    "settings": ("/redfish/v1/systems/1/bios/settings", "full", None),
    "resets": (
        "inline",
        ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi", "PushPowerButton", "GracefulRestart"],
        BMC_RESETS,
    ),
    "updates": ("/cgi-bin/uploadFile", None, SIMPLE, ["HTTP", "HTTPS"]),
    "timeout": 30,
}
SMC = {
    "who": (None, None, "1.11.0", "1", "1"),
    "settings": ("/redfish/v1/Systems/1/Bios/SD", "absent", None),
    "etag": "strong hex",
    "resets": (
        "info",
        ["On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi", "ForceOn", "PowerCycle"],
        ["GracefulRestart"],
    ),
    "updates": (None, f"{UPDATE}/upload", SIMPLE, ["HTTP", "HTTPS", "FTP"]),
    "timeout": 300,
}
DELL_FIRST = ["On", "ForceOff", "ForceRestart", "GracefulShutdown", "PushPowerButton", "Nmi"]
AMI_RESETS = ["GracefulShutdown", "ForceRestart", "ForceOff", "On"]

# row of the table, platform, single habits that make it one, what is seen
PROFILES: list[tuple[str, str, dict[str, dict[str, Any]], dict[str, Any]]] = [
    (
        "iDRAC9 3.34 (M640)",
        "dell_idrac9",
        {
            "identity": {
                "vendor": None,
                "product": None,
                "redfish_version": "1.3.0",
                "sessions": "/redfish/v1/Sessions",
            },
            "power": {"types": tuple(DELL_FIRST)},
            "updates": {"multipart": "", "protocols": ("HTTP",)},
        },
        {
            "who": (None, None, "1.3.0", "System.Embedded.1", "iDRAC.Embedded.1"),
            "settings": ("/redfish/v1/Systems/System.Embedded.1/Bios/Settings", "empty", ON_RESET),
            "etag": "none",
            "resets": ("inline", DELL_FIRST, ["GracefulRestart"]),
            "updates": (f"{UPDATE}/FirmwareInventory", None, SIMPLE, ["HTTP"]),
            "timeout": 1800,
        },
    ),
    (
        "iDRAC9 6.00 / 7.10 (R750)",
        "dell_idrac9",
        {},
        {
            "who": (
                "Dell",
                "Integrated Dell Remote Access Controller",
                "1.18.0",
                "System.Embedded.1",
                "iDRAC.Embedded.1",
            ),
            "settings": ("/redfish/v1/Systems/System.Embedded.1/Bios/Settings", "empty", ON_RESET),
            "etag": "none",
            "resets": ("inline", [*DELL_FIRST, "GracefulRestart", "PowerCycle"], ["GracefulRestart"]),
            "updates": (
                f"{UPDATE}/FirmwareInventory",
                f"{UPDATE}/MultipartUpload",
                SIMPLE,
                ["HTTP", "NFS", "CIFS", "TFTP", "HTTPS"],
            ),
            "timeout": 1800,
        },
    ),
    (
        "iLO5 1.45 (BL460c)",
        "hpe_ilo5",
        {
            "identity": {"vendor": None, "product": None, "redfish_version": "1.5.0"},
            "power": {"types": ("On", "ForceOff", "ForceRestart", "Nmi", "PushPowerButton"), "manager_types": ()},
            "updates": {"protocols": ()},
            "etags": {"style": "weak_hex32"},
            "sessions": {"shows_timeout": False},
            "oddities": {"slashed_links": True},
        },
        HPE
        | {
            "who": (None, None, "1.5.0", "1", "1"),
            "settings": ("/redfish/v1/systems/1/bios/settings/", "full", None),
            "etag": "weak 32 hex",
            "resets": ("inline", ["On", "ForceOff", "ForceRestart", "Nmi", "PushPowerButton"], None),
            "updates": ("/cgi-bin/uploadFile", None, f"{SIMPLE}/", None),
            "timeout": None,
        },
    ),
    ("iLO5 2.46–3.14 (Gen10+)", "hpe_ilo5", {}, HPE | {"etag": "weak 8 hex"}),
    ("iLO6 1.66 (Gen11)", "hpe_ilo6", {}, HPE | {"etag": "weak 8 hex"}),
    ("iLO7 1.13–1.17 (Gen12)", "hpe_ilo7", {}, HPE | {"etag": "weak number"}),
    (
        "XCC (SR670V2, 2.83)",
        "lenovo_xcc",
        {},
        {
            "who": ("Lenovo", None, "1.15.0", "1", "1"),
            "settings": ("/redfish/v1/Systems/1/Bios/Pending", "full", ["OnReset"]),
            "etag": "strong hex",
            "resets": ("inline", None, BMC_RESETS),
            "updates": ("/fwupdate", "/mfwupdate", SIMPLE, ["TFTP", "SFTP", "HTTPS", "HTTP"]),
            "timeout": 300,
        },
    ),
    (
        "Supermicro X10 (BMC 3.80)",
        "supermicro_x10",
        {},
        SMC
        | {
            "who": (None, None, "1.0.1", "1", "1"),
            "settings": (None, "none", None),
            "etag": "none",
            "resets": (
                "inline",
                ["On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi", "ForceOn"],
                None,
            ),
            "updates": (None, None, None, None),
        },
    ),
    ("Supermicro X12/X13/H13 (SYS-821GE, 11.01.01)", "supermicro_x12", {}, SMC),
    ("Supermicro X12/X13/H13 (SYS-821GE, 11.01.01)", "supermicro_x13", {}, SMC),
    (
        "AMI/Gigabyte (12.84)",
        "ami_megarac",
        {
            "identity": {"redfish_version": "1.7.0"},
            "updates": {"multipart": "", "protocols": ("HTTP", "FTP")},
        },
        {
            "who": ("AMI", "AMI Redfish Server", "1.7.0", "Self", "Self"),
            "settings": (None, "none", None),
            "etag": "weak number",
            "resets": ("info", AMI_RESETS, ["ForceRestart"]),
            "updates": (None, None, f"{UPDATE}/Actions/SimpleUpdate", ["HTTP", "FTP"]),
            "timeout": 30,
        },
    ),
    (
        "Quanta D42A (AMI, 3.14)",
        "ami_megarac",
        {
            "identity": {"vendor": None, "product": None},
            "power": {
                "types": ("On", "ForceOff", "GracefulShutdown", "ForceRestart"),
                "inline": True,
                "manager_types": ("IPMIColdReset",),
            },
            "bios": {"link_settings": True, "factory_message": ""},
            "updates": {"multipart": "", "simple_update": None},
        },
        {
            "who": (None, None, "1.11.0", "Self", "Self"),
            "settings": ("/redfish/v1/Systems/Self/Bios/SD", "full", None),
            "etag": "weak number",
            "resets": ("inline", ["On", "ForceOff", "GracefulShutdown", "ForceRestart"], ["IPMIColdReset"]),
            "updates": (None, None, None, None),
            "timeout": 30,
        },
    ),
    (
        "NVIDIA GH200 / GB200 (OpenBMC)",
        "nvidia_hgx",
        {},
        {
            "who": ("NVIDIA", "GB200 NVL", "1.17.0", "System_0", "BMC_0"),
            "settings": ("/redfish/v1/Systems/System_0/Bios/Settings", "empty", None),
            "etag": "none",
            "resets": ("info", None, ["GracefulRestart", "ForceRestart"]),
            "updates": (f"{UPDATE}/update", f"{UPDATE}/update-multipart", None, None),
            "timeout": 1800,
        },
    ),
    (
        "OpenBMC stock (2.15-dev)",
        "openbmc",
        {},
        {
            "who": (None, None, "1.17.0", "system", "bmc"),
            "settings": (None, "none", None),
            "etag": "none",
            "resets": (
                "info",
                [
                    "On",
                    "ForceOff",
                    "ForceOn",
                    "ForceRestart",
                    "GracefulRestart",
                    "GracefulShutdown",
                    "PowerCycle",
                    "Nmi",
                ],
                ["GracefulRestart", "ForceRestart"],
            ),
            "updates": (f"{UPDATE}/update", f"{UPDATE}/update", None, None),
            "timeout": 1800,
        },
    ),
    (
        "Intel S2600 (1.93)",
        "intel",
        {},
        {
            "who": (None, None, "1.1.0", "<serial>", "BMC"),
            "settings": ("/redfish/v1/Systems/<serial>/Bios/Settings", "empty", None),
            "etag": "none",
            "resets": (
                "inline",
                ["PushPowerButton", "On", "GracefulShutdown", "ForceRestart", "Nmi", "ForceOn", "ForceOff"],
                ["ForceRestart"],
            ),
            "updates": (UPDATE, None, SIMPLE, ["HTTP", "HTTPS"]),
            "timeout": 1800,
        },
    ),
    (
        "Cray EX (Windom/Castle…)",
        "generic",
        {
            "identity": {
                "vendor": None,
                "product": None,
                "redfish_version": "1.2.0",
                "system": "Node0",
                "manager": "BMC",
            },
            "power": {"inline": False, "manager_types": ("ForceRestart", "StatefulReset")},
            "bios": {"settings": ""},
            "updates": {
                "http_push": "",
                "multipart": "",
                "apply_times": (),
                "simple_update": f"{UPDATE}/Actions/SimpleUpdate",
            },
            "etags": {"style": "weak_epoch"},
            "sessions": {"timeout": 30.0},
            "oddities": {"bios_objects": True},
        },
        {
            "who": (None, None, "1.2.0", "Node0", "BMC"),
            "settings": (None, "none", None),
            "etag": "weak number",
            "resets": ("info", None, ["ForceRestart", "StatefulReset"]),
            "updates": (None, None, f"{UPDATE}/Actions/SimpleUpdate", ["HTTP", "HTTPS"]),
            "timeout": 30,
        },
    ),
]
SAID_BY_MODEL = ("HPE",)
"""Vendors whose Product is the model, which differs from machine to machine."""


def machine(platform: str, habits: dict[str, dict[str, Any]]) -> Bench:
    known = PLATFORMS[platform]
    parts = {name: replace(getattr(known, name), **changes) for name, changes in habits.items()}
    return Bench(platform, personality=replace(known, **parts))


def allowed(bench: Bench, action: dict[str, Any], parameter: str) -> tuple[str, list[str] | None]:
    """Return where the values of a parameter stand, and which they are."""
    if f"{parameter}@Redfish.AllowableValues" in action:
        return "inline", action[f"{parameter}@Redfish.AllowableValues"]
    place = action.get("@Redfish.ActionInfo")
    rows = bench.get(place)["Parameters"] if place else []
    return "info", next((row["AllowableValues"] for row in rows if row["Name"] == parameter), None)


def fingerprint(bench: Bench) -> dict[str, Any]:
    root, system = bench.get("/redfish/v1"), bench.system
    manager, layout = bench.get(bench.layout.manager), bench.layout
    update = bench.get(layout.update) if layout.update else {}
    simple = (update.get("Actions") or {}).get("#UpdateService.SimpleUpdate") or {}
    where, types = allowed(bench, system["Actions"]["#ComputerSystem.Reset"], "ResetType")
    serial = system["SerialNumber"] if system["Id"] == system["SerialNumber"] else "-"
    tag = bench.call("GET", layout.host).headers.get("ETag", "")
    product = None if root.get("Vendor") in SAID_BY_MODEL else root.get("Product")
    who = (root.get("Vendor"), product, root["RedfishVersion"], system["Id"], manager["Id"])
    settings, shape, times = pending(bench)
    return {
        "who": tuple("<serial>" if one == serial else one for one in who),
        "settings": (settings and settings.replace(serial, "<serial>"), shape, times),
        "etag": next((name for pattern, name in STYLES if re.fullmatch(pattern, tag)), tag or "none"),
        "resets": (where, types, allowed(bench, manager["Actions"]["#Manager.Reset"], "ResetType")[1]),
        "updates": (
            update.get("HttpPushUri"),
            update.get("MultipartHttpPushUri"),
            simple.get("target"),
            allowed(bench, simple, "TransferProtocol")[1],
        ),
        "timeout": bench.get("/redfish/v1/SessionService").get("SessionTimeout"),
    }


def pending(bench: Bench) -> tuple[str | None, str, list[str] | None]:
    """Return the settings object that is linked, its shape while nothing is pending, and the apply times."""
    bios = bench.get(bench.layout.bios) if bench.layout.bios else {}
    announced = bios.get("@Redfish.Settings") or {}
    path = (announced.get("SettingsObject") or {}).get("@odata.id")
    if path is None:
        return None, "none", announced.get("SupportedApplyTimes")
    shown = bench.get(path).get("Attributes")
    shape = "absent" if shown is None else "empty" if not shown else "full" if shown == bios["Attributes"] else "?"
    return path, shape, announced.get("SupportedApplyTimes")


@pytest.mark.parametrize(
    ("name", "platform", "habits", "seen"), PROFILES, ids=[f"{one[0]}-{one[1]}" for one in PROFILES]
)
def test_machine_shows_what_was_recorded(
    name: str, platform: str, habits: dict[str, dict[str, Any]], seen: dict[str, Any]
) -> None:
    shown = fingerprint(machine(platform, habits))
    where, types, manager = seen["resets"]
    shown_where, shown_types, shown_manager = shown["resets"]
    assert (shown_where, shown_manager) == (where, manager)
    assert types is None or sorted(shown_types) == sorted(types)  # None: the recording is not in the table
    assert {key: value for key, value in shown.items() if key != "resets"} == {
        key: value for key, value in seen.items() if key != "resets"
    }


def test_what_a_cray_calls_settings_is_attributes_of_objects_and_cannot_be_written() -> None:
    cray = next(row for row in PROFILES if row[0].startswith("Cray"))
    bench = machine(cray[1], cray[2])
    assert set(bench.bios()["QuietBoot"]) == {"current_value", "default_value", "AllowableValues"}
    assert bench.call("PATCH", bench.layout.bios, {"Attributes": {"QuietBoot": "Disabled"}}).status == 400


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_messages_are_of_the_registry_that_the_platform_has(platform: str) -> None:
    answer = Bench(platform).call("GET", "/redfish/v1/Nowhere")
    assert answer.doc is not None
    told = answer.doc["error"]["@Message.ExtendedInfo"][0]["MessageId"]
    assert told == f"{PLATFORMS[platform].words.registry}.ResourceMissingAtURI"


VERSIONS = [
    ("dell_idrac9", "1.8.2", "6.10.80.00"),
    ("hpe_ilo5", "U46 v1.72 (05/16/2025)", "iLO 5 v3.10"),
    ("hpe_ilo7", "U68 v1.40 (05/28/2025)", "1.14.00 May 28 2025"),
    ("lenovo_xcc", "U8E122J", "TGBT42S 2.83 2023-07-05"),
    ("supermicro_x13", "1.4", "01.01.11"),
    ("ami_megarac", "F12", "12.84.17"),
    ("nvidia_hgx", "02.02.01", "GB200Nvl-24.10.13"),
    ("intel", "SE5C620.86B.02.01.0014.C0001", "1.93.870cf4f0"),
]


@pytest.mark.parametrize(("platform", "bios", "bmc"), VERSIONS)
def test_versions_are_written_as_on_the_platform(platform: str, bios: str, bmc: str) -> None:
    bench = Bench(platform)
    assert (bench.system["BiosVersion"], bench.get(bench.layout.manager)["FirmwareVersion"]) == (bios, bmc)


def test_a_uuid_may_say_nothing() -> None:
    bench = Bench("generic")
    bench.machine.hardware["uuid"] = ""
    assert bench.system["UUID"] == ""
