# SPDX-License-Identifier: GPL-3.0-or-later
"""Captured vendor trees as live machines. They lie beside the project, not in it: skipped where they are missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from ansible_collections.hwautomation.baremetal.extensions.lab.rack import Rack
from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import RackError, load
from ansible_collections.hwautomation.baremetal.extensions.lab.tree import capture
from tests.unit.lab.bench import Bench, captured
from tests.unit.lab.test_lab_firmware_flows import image
from tests.unit.lab.test_lab_ilo_depot import ONLY_STORE, form, states, task

TREES = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"

pytestmark = pytest.mark.skipif(not TREES.is_dir(), reason="the captured trees (../shared/mockups) are not here")

# tree, platform, number of BIOS attributes, an attribute that may be set and a value for it
KNOWN: list[tuple[str, str, int, dict[str, Any]]] = [
    ("dell-idrac9-r750", "dell_idrac9", 455, {"SriovGlobalEnable": "Disabled"}),
    ("hpe-ilo5-dl385gen10plusv2", "hpe_ilo5", 277, {"UsbControl": "ExternalUsbDisabled"}),
    ("hpe-ilo6-dl380agen11", "hpe_ilo6", 300, {"EmbeddedSerialPort": "Com1Irq4"}),
    ("supermicro-x13-sys821ge", "supermicro_x13", 379, {"ARISupport_0049": "Disabled"}),
    ("ami-megarac-dgxh100", "ami_megarac", 223, {"AcpiSpcrBaudRate": "57600"}),
    ("openbmc-nvidia-gb200", "nvidia_hgx", 403, {"AssetTagProtection": "Enabled"}),
    ("openbmc-stock-qemu", "openbmc", 0, {}),
    ("intel-s2600bpb", "intel", 864, {}),
    ("supermicro-x10-legacy", "supermicro_x10", 0, {}),
    ("dmtf-public-rackmount1", "generic", 10, {}),
]


@pytest.fixture(params=KNOWN, ids=[row[0] for row in KNOWN])
def known(request: pytest.FixtureRequest) -> tuple[Bench, str, int, dict[str, Any]]:
    name, platform, attributes, change = request.param
    return captured(TREES / name), platform, attributes, change


def test_the_platform_is_recognised_and_the_host_is_found(known: Any) -> None:
    bench, platform, attributes, _unused = known
    assert bench.machine.platform == platform
    assert bench.system["PowerState"] in ("On", "Off")
    assert len(bench.bios() if bench.bmc.bios else {}) == attributes


def test_bios_values_of_a_rack_file_are_looked_up_in_the_tree(tmp_path: Path) -> None:
    path = tmp_path / "rack.yml"
    host = f"{{bmc_host: 127.252.1.1, lab_platform: dell_idrac9, lab_tree: {TREES / KNOWN[0][0]}"
    path.write_text(f"all:\n  hosts:\n    r01: {host}, lab_bios: {{SriovGlobalEnabled: Disabled}}}}\n")
    with pytest.raises(RackError, match=r"line 3: r01: lab_bios: unknown attribute SriovGlobalEnabled \(did you mean"):
        Rack(load(path), Clock("hand"))
    path.write_text(f"all:\n  hosts:\n    r01: {host}, lab_bios: {{SriovGlobalEnable: Disabled}}}}\n")
    assert Rack(load(path), Clock("hand")).bmcs["r01"].state()["bios"]["SriovGlobalEnable"] == "Disabled"


def test_power_goes_off_and_on(known: Any) -> None:
    bench, _unused, _unused, _unused = known
    if not bench.machine.is_on:
        assert bench.reset("On").status < 300
        bench.clock.advance(3600)
    assert bench.reset("ForceOff").status < 300
    bench.clock.advance(600)
    assert bench.system["PowerState"] == "Off"
    assert bench.reset("On").status < 300
    bench.clock.advance(3600)
    assert bench.system["PowerState"] == "On"


def test_a_setting_is_pending_and_then_applied(known: Any) -> None:
    bench, platform, _unused, change = known
    if not change:
        pytest.skip("this tree has no attribute registry or no attributes")
    name, value = next(iter(change.items()))
    before = bench.bios()[name]
    assert before != value
    apply_time = "OnReset" if platform.startswith("dell") else ""
    answer = bench.set_bios(change, apply_time)
    assert answer.status < 300, answer.doc
    assert bench.get(bench.layout.bios_settings)["Attributes"][name] == value
    bench.clock.advance(60)
    assert bench.bios()[name] == before
    bench.boot()
    assert bench.bios()[name] == value


def test_a_machine_takes_its_own_values_back(known: Any) -> None:
    """Real machines hold values outside their own registry; writing them back must not be refused as such."""
    bench, _unused, attributes, _unused = known
    if not attributes or bench.bmc.bios is None:
        pytest.skip("no attributes")
    problems = bench.bmc.bios.check(bench.bios())
    assert {problem.reason for problem in problems} <= {"read_only", "locked", "unknown"}


def test_the_bios_version_changes_where_there_is_an_update_service(known: Any) -> None:
    bench, _unused, _unused, _unused = known
    if not bench.layout.update or "bios" not in bench.bmc.firmware.states:
        pytest.skip("no update service or no BIOS version in this tree")
    bench.bmc.firmware.states["bios"].staged = "99.9"
    bench.boot()
    assert bench.system["BiosVersion"] == "99.9"
    if bench.layout.inventory:
        rows = [bench.call("GET", one["@odata.id"]) for one in bench.get(bench.layout.inventory)["Members"]]
        assert {row.status for row in rows} == {200}


def test_hpe_links_are_followed_whatever_their_case() -> None:
    bench = captured(TREES / "hpe-ilo6-dl380agen11")
    assert bench.get(bench.system["Bios"]["@odata.id"])["Attributes"]


def test_login_and_accounts_are_live(known: Any) -> None:
    bench, _unused, _unused, _unused = known
    body = {"UserName": bench.login[0], "Password": "password"}
    assert bench.call("POST", bench.layout.sessions, body, login=None).status == 201


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    root = tmp_path / "redfish" / "v1"
    root.mkdir(parents=True)
    with pytest.raises(RackError, match="index.json is missing"):
        capture.load(tmp_path, False)
    (root / "index.json").write_text("{broken")
    with pytest.raises(RackError, match=r"redfish/v1/index.json: no JSON"):
        capture.load(tmp_path, False)
    (root / "index.json").write_text(json.dumps({"@odata.id": "/redfish/v1"}))
    with pytest.raises(RackError, match="no computer system"):
        captured(tmp_path)


@pytest.mark.parametrize(
    ("name", "version", "files", "free"),
    [("hpe-ilo5-dl385gen10plusv2", "2.72", 3, 1004961792), ("hpe-ilo6-dl380agen11", "1.66", 5, 996048896)],
)
def test_store_of_an_ilo_keeps_what_was_in_it_and_takes_more(name: str, version: str, files: int, free: int) -> None:
    bench, store = captured(TREES / name), "/redfish/v1/UpdateService/ComponentRepository"
    assert bench.get("/redfish/v1")["Oem"]["Hpe"]["Manager"][0]["ManagerFirmwareVersion"] == version
    room = bench.get(store)["Oem"]["Hpe"]
    assert (room["ComponentCount"], room["FreeSizeBytes"]) == (files, free)
    assert form(bench, image(bench, "bios", "9.98"), **ONLY_STORE).status == 200
    bench.clock.advance(10)
    assert bench.get(store)["Members@odata.count"] == files + 1
    assert task(bench).status == 201
    bench.clock.advance(60)
    assert states(bench) == ["Complete"]
    bench.boot()
    assert bench.bmc.firmware.version("bios") == "9.98"
