# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked at before the first write: licence, lockdown, other jobs, POST, and the clock of the BMC."""

from __future__ import annotations

import pytest
import requests

from tests.support.rack import Rack

IMAGE = {"name": "idrac.bin", "platform": "dell_idrac9", "component": "bmc", "version": "6.30.00.00"}
CHANGES = {
    "locked-dell": {"NumLock": "Off"},
    "locked-smc": {"QuietBoot": "Disabled"},
    "unlicensed": {"QuietBoot": "Disabled"},
    "dell": {"NumLock": "Off"},
    "hpe": {"TimeFormat": "Local"},
}


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {
        "locked-dell": {"lab_platform": "dell_idrac9", "lab_lockdown": True},
        "locked-smc": {"lab_platform": "supermicro_x13", "lab_lockdown": True},
        "unlicensed": {"lab_platform": "supermicro_x12", "lab_license": False},
        "dell": {"lab_platform": "dell_idrac9"},
        "hpe": {"lab_platform": "hpe_ilo6"},
    }
    running = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="hand", maas=False, images=[IMAGE])
    yield running
    running.stop()


@pytest.fixture
def ask(rack):
    """Send a request as another tool would."""
    with requests.Session() as session:
        session.trust_env = False

        def send(name, method, path, **body):
            server = rack.server(name)
            session.auth = (server.username, server.password)
            answer = session.request(method, server.url + path, json=body or None, verify=rack.ca_path, timeout=30)
            answer.raise_for_status()
            return answer

        yield send


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("locked-dell", "Lockdown.1.SystemLockdown"),
        ("locked-smc", "SysLockdownEnabled"),
        ("unlicensed", "SFT-DCMS-SINGLE"),
    ],
)
def test_machine_that_takes_no_settings_is_told_before_a_write(rack, run_door, name, words):
    rack.clear_journal()

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)
    checked = run_door(rack, name, attributes=CHANGES[name], check=True)

    assert (result["failed"], result["changed"], result["error_class"]) == (True, False, "ConflictError")
    assert words in result["msg"]
    assert rack.journal(name, writes=True) == []
    # A plan, and a drift report, can be made all the same.
    assert (checked.get("msg"), checked["changed"]) == (None, True)
    assert any("nothing can be written now" in warning and words in warning for warning in checked["warnings"])


def test_nothing_is_asked_of_a_locked_machine_that_needs_no_change(rack, run_door):
    result = run_door(rack, "locked-dell", attributes={"NumLock": "On"})

    assert (result.get("msg"), result["reason"]) == (None, "already set")


def test_running_job_of_another_kind_is_told_before_a_write(rack, run_door, ask):
    ask(
        "dell",
        "POST",
        "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate",
        ImageURI=f"{rack.image_url}/{IMAGE['name']}",
        TransferProtocol="HTTP",
    )
    rack.advance(1)
    writes = rack.journal("dell", writes=True)

    result = run_door(rack, "dell", attributes=CHANGES["dell"])

    assert (result["failed"], result["changed"], result["error_class"]) == (True, False, "ConflictError")
    assert "wait until it has ended" in result["msg"]
    assert rack.journal("dell", writes=True) == writes


def test_machine_in_post_is_waited_for_and_nothing_is_sent_meanwhile(rack, run_door, ask):
    ask("hpe", "POST", "/redfish/v1/systems/1/Actions/ComputerSystem.Reset", ResetType="On")
    rack.advance(15)
    assert rack.state("hpe")["phase"] not in ("off", "os")
    writes = rack.journal("hpe", writes=True)

    result = run_door(rack, "hpe", attributes=CHANGES["hpe"], wait_timeout=2)

    assert (result["failed"], result["changed"], result["error_class"]) == (True, False, "WaitTimeout")
    assert "POST" in result["msg"]
    assert rack.journal("hpe", writes=True) == writes

    rack.advance(600)
    later = run_door(rack, "hpe", attributes=CHANGES["hpe"])

    assert later.get("msg") is None
    assert [item["outcome"] for item in later["attributes"]] == ["staged"]


def test_clock_that_is_days_off_is_mentioned(rack, run_door):
    rack.fault("hpe", "clock_wrong", seconds=-20 * 86_400)

    result = run_door(rack, "hpe", attributes={"TimeFormat": "Utc"}, pending="overwrite", check=True)

    rack.clear_faults()
    assert result.get("msg") is None
    assert any("20 days behind" in warning for warning in result["warnings"])
