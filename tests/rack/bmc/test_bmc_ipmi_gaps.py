# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_info fills over IPMI what Redfish leaves empty: one machine under both protocols, IPMI by an unmodified ipmi_sim."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import run_playbook
from tests.support.rack import Rack

pytestmark = pytest.mark.skipif(
    not shutil.which("ipmi_sim"), reason="ipmi_sim is not installed (Debian package openipmi)"
)

# Redfish of a Supermicro X10 tells no serial number (captured: ten blanks); its FRU does.
OLD = {"lab_platform": "supermicro_x10", "lab_hardware": {"serial": "S77", "shown_serial": "          "}}
HOSTS = {"old": OLD, "mute": OLD, "apart": {"lab_platform": "generic"}, "whole": {"lab_platform": "generic"}}


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    started = Rack.start(tmp_path_factory.mktemp("gaps"), HOSTS, clock="scaled:300", maas=False, ipmi="auto")
    yield started
    started.stop()


@pytest.fixture
def info(rack: Rack, run_door: Any) -> Any:
    def run(server: str, **options: Any) -> dict[str, Any]:
        port = rack.facts["lab_ipmi_port"]
        result: dict[str, Any] = run_door(rack, server, "bmc_info", **{"ipmi_port": port, **options})
        assert not result.get("failed"), result
        return result

    yield run
    rack.clear_faults()


def test_serial_that_redfish_does_not_tell_comes_from_the_fru(rack, info):
    rack.clear_journal()

    result = info("old")

    assert result["protocol"] == "redfish"
    assert result["facts"]["system"]["serial"] == "S77"
    filled = result["facts"]["sources"]["filled"]
    assert filled["system.serial"] == "ipmi"
    assert result["facts"]["sources"]["system"]["protocol"] == "redfish"
    # What Redfish tells is not replaced, and IPMI's own names are no facts of the machine.
    assert "system.vendor" not in filled and result["facts"]["bmc"]["id"] != "ipmi"
    assert result["audit"]["server"]["serial"] == "S77"
    assert rack.journal("old", writes=True) == []


@pytest.mark.parametrize("options", [{"ipmi_gaps": "never"}, {"protocol": "redfish"}])
def test_nothing_is_asked_over_ipmi_where_it_is_not_wanted(info, options):
    result = info("old", **options)

    assert result["facts"]["system"]["serial"] == ""
    assert "filled" not in result["facts"]["sources"] and result["unread"] == []


def test_machine_that_tells_everything_over_redfish_opens_no_session(info):
    # Nobody listens at that port: a session would be listed as one that could not be opened.
    result = info("whole", ipmi_port=1)

    assert result["unread"] == [] and "filled" not in result["facts"]["sources"]


def test_sensors_and_addresses_where_their_resources_are_broken(rack, info):
    rack.fault("whole", "status", path="*/Thermal*", code=500)
    rack.fault("whole", "status", path="*/Managers/*/EthernetInterfaces*", code=500)

    result = info("whole", timeout=5)

    facts = result["facts"]
    assert [item["name"] for item in facts["temperatures"]] and facts["fans"]
    assert facts["bmc"]["macs"] == [facts["bmc"]["interfaces"][0]["mac"]]
    assert {"temperatures", "fans", "bmc.macs", "bmc.interfaces"} <= set(facts["sources"]["filled"])
    assert any("Thermal" in item["resource"] for item in result["unread"]), "the broken resource is told all the same"


def test_silent_ipmi_fails_nothing_and_is_waited_for_once_in_a_run(info):
    first = info("mute", ipmi_port=1)
    again = info("mute", ipmi_port=1)

    assert first["facts"]["system"]["serial"] == "" and first["facts"]["processors"]
    (unread,) = [item for item in first["unread"] if item["resource"] == "IPMI"]
    assert "does not answer" in unread["reason"]
    assert "earlier in this run" in again["unread"][-1]["reason"]


@pytest.mark.parametrize(
    ("password", "says"),
    [("Another-1-Another", "refused"), ("More-than-20-bytes-long", "more than 20 bytes")],
    ids=["of old", "too long"],
)
def test_account_that_ipmi_does_not_take_fails_nothing(rack, info, run_door, password, says):
    # ipmi_sim has accounts of its own and does not hear of the new password.
    server = rack.server("apart")
    changed = run_door(rack, "apart", "bmc_user", name=server.username, password=password)
    assert changed["changed"], changed

    result = info("apart", bmc_password=password, ipmi_gaps="always")
    back = run_door(rack, "apart", "bmc_user", name=server.username, password=server.password, bmc_password=password)

    (unread,) = result["unread"]
    assert unread["resource"] == "IPMI" and says in unread["reason"]
    assert result["facts"]["system"]["serial"] and result["facts"]["memory"]["gib"]
    assert password not in str(result)
    assert back["changed"], back


def test_bmc_that_says_ipmi_is_off_is_not_asked(rack, info, run_door):
    off = run_door(rack, "mute", "bmc_security", protocols={"ipmi": False})
    assert off["changed"], off

    result = info("mute", ipmi_port=1)
    forced = info("mute", ipmi_port=1, ipmi_gaps="always")

    assert result["unread"] == []
    assert [item["resource"] for item in forced["unread"]] == ["IPMI"]


def test_both_runners_fill_alike(rack: Rack, tmp_path: Path) -> None:
    server = rack.server("old")
    options = {
        "bmc_host": server.bmc_host,
        "bmc_port": server.bmc_port,
        "ca_path": rack.ca_path,
        "bmc_username": server.username,
        "bmc_password": server.password,
        "ipmi_port": rack.facts["lab_ipmi_port"],
        "subsets": ["system", "thermal"],
    }
    door = "hwautomation.baremetal.bmc_info"
    tasks = [
        {"name": "in-process", door: options},
        {"name": "module", door: options, "environment": {"HWAUTOMATION_TEST_AS_MODULE": "1"}},
    ]
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    play = {"hosts": "one", "gather_facts": False, "tasks": tasks}

    result = run_playbook([play], {"all": {"hosts": {"one": local}}})

    assert result.rc == 0, result.explain()
    here, there = (task.result["facts"] for task in result.tasks)
    assert here["system"]["serial"] == there["system"]["serial"] == "S77"
    assert here["sources"] == there["sources"]
