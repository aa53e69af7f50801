# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""System, chassis and manager over IPMI: identity, power and boot device.

Sources: IPMI 2.0 sections 20.1 (Get Device ID), 22.14 (Get System GUID), 28 (chassis), 31.10 and 31.11 (SEL time), 34 (FRU);
the FRU layout is that of the Platform Management FRU Information Storage Definition 1.0.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_log import last_start
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import (
    CHASSIS,
    MANAGER,
    ROOT,
    SYSTEM,
    Json,
    Resource,
    collection,
    text,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["RESOURCES", "device", "fru"]

pyghmi_fru = optional("pyghmi.ipmi.fru")
pyghmi_util = optional("pyghmi.ipmi.private.util")

CHASSIS_FUNCTION, APP, STORAGE = 0x00, 0x06, 0x0A
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"
MANAGER_RESET = f"{MANAGER}/Actions/Manager.Reset"
# Chassis control (28.3) in pyghmi's words; a power cycle takes the host off for at least a second.
RESETS = {"On": "on", "ForceOff": "off", "ForceRestart": "reset", "GracefulShutdown": "softoff"}
# Boot flags (28.13).
TARGETS = {
    "None": "default",
    "Pxe": "network",
    "Hdd": "hd",
    "Cd": "optical",
    "BiosSetup": "setup",
    "Floppy": "floppy",
}
# Power restore policy by its code in Get Chassis Status and Set Power Restore Policy, and by its bit among those that the
# BMC can do (28.2, 28.8).
POLICIES = ("AlwaysOff", "LastState", "AlwaysOn")
POLICY_UNKNOWN, NO_CHANGE = 3, 3
# Bytes per read of a FRU: what fits into the smallest buffers met. ipmi_sim refuses 64 with C8h, others with C7h or CAh.
FRU_CHUNKS = (64, 16)
# Times below are counted from the start of the BMC, and the highest one says that there is none (37.1).
CLOCK_IS_SET, CLOCK_IS_LOST = 0x20000000, 0xFFFFFFFF
# Cold reset of the BMC (20.2). A warm one (20.3) is optional, rare, and cannot be asked for beforehand.
MANAGER_RESETS = {"ForceRestart": 0x02}


def device(session: Session) -> Json:
    """Return what Get Device ID tells of the BMC."""
    raw = session.read(APP, 0x01)
    version = f"{raw[2] & 0x7F}.{raw[3] >> 4}{raw[3] & 0x0F}"  # the minor one is BCD
    return {
        "firmware": version,
        "ipmi": f"{raw[4] & 0x0F}.{raw[4] >> 4}",
        "manufacturer_id": int.from_bytes(raw[6:9], "little") & 0xFFFFF,
        "product_id": int.from_bytes(raw[9:11], "little"),
    }


def guid(session: Session) -> str | None:
    """Return the system's GUID; None when the BMC has none, or only zeros."""
    raw = session.kept("guid", lambda: session.read_or_none(APP, 0x37))
    if raw is None or len(raw) != 16 or not any(raw):
        return None
    return str(pyghmi_util.decode_wireformat_uuid(bytearray(raw))).lower()


def fru(session: Session) -> Json:
    """Return the fields of the system's own FRU, in pyghmi's words; empty where the BMC refuses it, as many do."""
    return session.kept("fru", lambda: _parsed(_fru_bytes(session)))


def _fru_bytes(session: Session) -> bytes:
    # Not pyghmi's own reader: it does not make its requests smaller for C8h, and gives up.
    head = session.read_or_none(STORAGE, 0x10, 0)
    size = int.from_bytes(head[:2], "little") if head else 0
    for chunk in FRU_CHUNKS:
        try:
            return _read_fru(session, size, chunk)
        except NotSupportedError:
            continue
    return b""


def _read_fru(session: Session, size: int, chunk: int) -> bytes:
    found = b""
    while len(found) < size:
        wanted = min(chunk, size - len(found))
        answer = session.read(STORAGE, 0x11, 0, len(found) & 0xFF, len(found) >> 8, wanted)
        part = answer[1 : 1 + answer[0]] if answer else b""
        if not part:  # the end, or a count without data
            break
        found += part
    return found


def _parsed(raw: bytes) -> Json:
    if len(raw) < 8:
        return {}
    try:
        return dict(pyghmi_fru.FRU(rawdata=bytearray(raw)).info or {})
    except Exception:  # a FRU that nobody ever programmed holds anything
        return {}


def _root(session: Session) -> Json:
    return {
        "@odata.type": "#ServiceRoot.v1_0_0.ServiceRoot",
        "Product": "IPMI",
        "Systems": {"@odata.id": f"{ROOT}Systems"},
        "Managers": {"@odata.id": f"{ROOT}Managers"},
        "Chassis": {"@odata.id": f"{ROOT}Chassis"},
        "AccountService": {"@odata.id": f"{ROOT}AccountService"},
    }


def _system(session: Session) -> Json:
    status = session.read(CHASSIS_FUNCTION, 0x01)
    found = fru(session)
    return {
        "@odata.type": "#ComputerSystem.v1_0_0.ComputerSystem",
        "Id": "ipmi",
        "Manufacturer": text(found.get("Manufacturer")) or text(found.get("Board manufacturer")),
        "Model": text(found.get("Product name")) or text(found.get("Board product name")),
        "SerialNumber": text(found.get("Serial Number")) or text(found.get("Chassis serial number")),
        "PartNumber": text(found.get("Model")),
        "AssetTag": text(found.get("Asset Number")),
        "UUID": guid(session),
        "PowerState": "On" if status[0] & 0x01 else "Off",
        **_policy(session, status[0] >> 5 & 0x03),
        "LastResetTime": last_start(session),
        "Boot": _boot(session),
        "Actions": {"#ComputerSystem.Reset": {"target": RESET, "ResetType@Redfish.AllowableValues": list(RESETS)}},
        "Links": {"ManagedBy": [{"@odata.id": MANAGER}], "Chassis": [{"@odata.id": CHASSIS}]},
    }


def _boot(session: Session) -> Json:
    known = session.ask_or_none(lambda bmc: bmc.get_bootdev()) or {}
    words = {ours: word for word, ours in TARGETS.items()}
    target = words.get(str(known.get("bootdev")), "None")
    return {
        "BootSourceOverrideTarget": target,
        "BootSourceOverrideEnabled": (
            "Disabled" if target == "None" else "Continuous" if known.get("persistent") else "Once"
        ),
        "BootSourceOverrideMode": "UEFI" if known.get("uefimode") else "Legacy",
        "BootSourceOverrideTarget@Redfish.AllowableValues": list(TARGETS),
        "BootSourceOverrideMode@Redfish.AllowableValues": ["UEFI", "Legacy"],
    }


def _policy(session: Session, code: int) -> Json:
    """Return what the server does when mains power returns, and what it can be told to do: nothing where it refuses that."""
    if code == POLICY_UNKNOWN:
        return {}
    raw = session.kept("policies", lambda: session.read_or_none(CHASSIS_FUNCTION, 0x06, NO_CHANGE))
    allowed = [word for bit, word in enumerate(POLICIES) if raw and raw[0] >> bit & 1]
    return {"PowerRestorePolicy": POLICIES[code], "PowerRestorePolicy@Redfish.AllowableValues": allowed}


def _change_system(session: Session, body: t.Mapping[str, t.Any]) -> None:
    if set(body) == {"PowerRestorePolicy"} and body["PowerRestorePolicy"] in POLICIES:
        session.write(SYSTEM, CHASSIS_FUNCTION, 0x06, POLICIES.index(body["PowerRestorePolicy"]))
    elif set(body) == {"Boot"} and body["Boot"]:
        _set_boot(session, body["Boot"])
    else:
        raise NotSupportedError("IPMI cannot change this of a system", machine=session.machine, resource=SYSTEM)


def _set_boot(session: Session, boot: t.Mapping[str, t.Any]) -> None:
    enabled = boot.get("BootSourceOverrideEnabled", "Once")
    target = "None" if enabled == "Disabled" else str(boot.get("BootSourceOverrideTarget", "None"))
    if target not in TARGETS:
        raise NotSupportedError(f"IPMI knows no boot target {target}", machine=session.machine, resource=SYSTEM)
    uefi, persist = boot.get("BootSourceOverrideMode") == "UEFI", enabled == "Continuous"
    session.tell(SYSTEM, lambda bmc: bmc.set_bootdev(TARGETS[target], persist=persist, uefiboot=uefi))


def _reset(session: Session, body: t.Mapping[str, t.Any]) -> None:
    kind = str(body.get("ResetType"))
    if kind not in RESETS:
        raise NotSupportedError(f"IPMI cannot do {kind}", machine=session.machine, resource=RESET)
    session.tell(RESET, lambda bmc: bmc.set_power(RESETS[kind]), single=True)


def _chassis(session: Session) -> Json:
    found = fru(session)
    return {
        "@odata.type": "#Chassis.v1_0_0.Chassis",
        "Id": "ipmi",
        "Manufacturer": text(found.get("Manufacturer")) or text(found.get("Board manufacturer")),
        "Model": text(found.get("Product name")),
        "PartNumber": text(found.get("Chassis part number")),
        "SerialNumber": text(found.get("Chassis serial number")),
        "Thermal": {"@odata.id": f"{CHASSIS}/Thermal"},
        "Power": {"@odata.id": f"{CHASSIS}/Power"},
        "Sensors": {"@odata.id": f"{CHASSIS}/Sensors"},
    }


def clock(session: Session) -> tuple[bool, float | None]:
    """Return whether the BMC has a clock, and its time in seconds since 1970: that of the event log (31.10).

    The time is None when nobody has set it (37.1).
    """
    raw = session.read_or_none(STORAGE, 0x48)
    seconds = int.from_bytes(raw[:4], "little") if raw else 0
    return bool(raw), float(seconds) if CLOCK_IS_SET < seconds < CLOCK_IS_LOST else None


def _manager(session: Session) -> Json:
    known, (has_clock, now) = device(session), clock(session)
    session.clock_offset = None if now is None else now - session.clock.epoch()
    return {
        "@odata.type": "#Manager.v1_0_0.Manager",
        "Id": "ipmi",
        # IANA enterprise number and product id: the only name IPMI has for a BMC (20.1).
        "Model": f"IPMI {known['ipmi']}, manufacturer {known['manufacturer_id']}, product {known['product_id']}",
        "FirmwareVersion": known["firmware"],
        **({"DateTime": None if now is None else _iso(now)} if has_clock else {}),
        "EthernetInterfaces": {"@odata.id": f"{MANAGER}/EthernetInterfaces"},
        "NetworkProtocol": {"@odata.id": f"{MANAGER}/NetworkProtocol"},
        "LogServices": {"@odata.id": f"{MANAGER}/LogServices"},
        "Actions": {
            "#Manager.Reset": {"target": MANAGER_RESET, "ResetType@Redfish.AllowableValues": list(MANAGER_RESETS)}
        },
    }


def _iso(epoch: float) -> str:
    when = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)  # noqa: UP017
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _set_clock(session: Session, body: t.Mapping[str, t.Any]) -> None:
    """Set the time of the event log (31.11), the only clock that IPMI knows."""
    if set(body) != {"DateTime"}:
        raise NotSupportedError("IPMI cannot change this of a BMC", machine=session.machine, resource=MANAGER)
    moment = datetime.datetime.fromisoformat(str(body["DateTime"]).replace("Z", "+00:00"))
    session.write(MANAGER, STORAGE, 0x49, *int(moment.timestamp()).to_bytes(4, "little"))


def _reset_manager(session: Session, body: t.Mapping[str, t.Any]) -> None:
    kind = str(body.get("ResetType") or "ForceRestart")
    if kind not in MANAGER_RESETS:
        raise NotSupportedError(f"IPMI cannot do {kind}", machine=session.machine, resource=MANAGER_RESET)
    session.write(MANAGER_RESET, APP, MANAGER_RESETS[kind])


RESOURCES = (
    Resource(ROOT, _root),
    Resource(f"{ROOT}Systems", collection("ComputerSystem", [SYSTEM])),
    Resource(f"{ROOT}Managers", collection("Manager", [MANAGER])),
    Resource(f"{ROOT}Chassis", collection("Chassis", [CHASSIS])),
    Resource(SYSTEM, _system, _change_system),
    Resource(RESET, write=_reset),
    Resource(CHASSIS, _chassis),
    Resource(MANAGER, _manager, _set_clock),
    Resource(MANAGER_RESET, write=_reset_manager),
)
