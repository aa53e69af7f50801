# SPDX-License-Identifier: GPL-3.0-or-later
"""What a BMC can do to a change of BIOS settings, and the result a user gets."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

PLATFORMS = ("dell", "hpe", "smc", "std")
# Two attributes per platform and values that are not theirs now.
CHANGES = {
    "dell": {"NumLock": "Off", "OsWatchdogTimer": "Enabled"},
    "hpe": {"ThermalConfig": "MaxCooling", "TimeFormat": "Local"},
    "smc": {"ARISupport": "Disabled", "WHEASupport": "Disabled"},
    "std": {"NetworkStack": "Disabled", "QuietBoot": "Disabled"},
}
BACK = {
    "dell": {"NumLock": "On", "OsWatchdogTimer": "Disabled"},
    "hpe": {"ThermalConfig": "OptimalCooling", "TimeFormat": "Utc"},
    "smc": {"ARISupport": "Enabled", "WHEASupport": "Enabled"},
    "std": {"NetworkStack": "Enabled", "QuietBoot": "Enabled"},
}


@pytest.fixture(params=PLATFORMS)
def name(request):
    return request.param


@pytest.fixture
def rack(four_platforms, run_door, name):
    """The shared rack with the settings of this machine as delivered, and no faults."""
    yield four_platforms
    four_platforms.clear_faults()
    run_door(four_platforms, name, attributes=BACK[name], allow_reboot=True, pending="overwrite")


def full_names(rack, name, stems):
    known = rack.state(name)["bios"]
    return [next(key for key in known if key == stem or key.startswith(f"{stem}_")) for stem in stems]


def by_outcome(result):
    return {item["attribute"]: item["outcome"] for item in result["attributes"]}


def test_value_that_is_dropped_at_the_reset_is_a_failure_that_names_it(rack, run_door, name):
    bad, good = full_names(rack, name, CHANGES[name])
    rack.fault(name, "ignore_attribute", attribute=bad)

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)

    assert (result["failed"], result["changed"]) == (True, True)
    assert result["error_class"] == "VerificationError"
    assert by_outcome(result) == {bad: "ignored_by_bmc", good: "applied"}
    assert f"1 of 2 BIOS attributes are not as wanted: {bad}" in result["msg"]
    assert {item["attribute"]: item["outcome"] for item in result["audit"]["bios_changes"]} == by_outcome(result)


def test_value_that_is_dropped_at_once_is_told_before_a_reboot(rack, run_door, name):
    bad, _good = full_names(rack, name, CHANGES[name])
    rack.fault(name, "ignore_attribute", attribute=bad, pending=False)
    resets = rack.state(name)["resets"]

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)

    assert (result["failed"], result["changed"]) == (True, True)
    assert by_outcome(result)[bad] == "ignored_by_bmc"
    assert rack.state(name)["resets"] == resets


def test_after_the_fault_is_gone_the_next_run_does_what_is_left(rack, run_door, name):
    bad, good = full_names(rack, name, CHANGES[name])
    rack.fault(name, "ignore_attribute", attribute=bad)
    run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)
    rack.clear_faults()

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)

    assert result.get("msg") is None
    assert by_outcome(result) == {bad: "applied", good: "already_set"}


def test_lost_answer_to_the_patch_is_settled_by_reading(rack, run_door, name):
    rack.fault(name, "lost_answer", method="PATCH", count=1)
    rack.clear_journal()

    result = run_door(rack, name, attributes=CHANGES[name])

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"staged"}
    assert [entry["method"] for entry in rack.journal(name, writes=True)] == ["PATCH"]


def test_patch_that_never_arrived_is_sent_once_more(rack, run_door, name):
    rack.fault(name, "drop", method="PATCH", count=1)

    result = run_door(rack, name, attributes=CHANGES[name])

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"staged"}
    assert any("sent again" in warning for warning in result["warnings"])


def test_etag_that_changed_under_us_is_climbed_over(rack, run_door, name):
    rack.fault(name, "status", method="PATCH", count=1, code=412)

    result = run_door(rack, name, attributes=CHANGES[name])

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"staged"}


def test_bmc_that_is_busy_and_drops_connections_meanwhile_is_waited_for(rack, run_door, name):
    run_door(rack, name, attributes=CHANGES[name])
    rack.fault(name, "status", path="*bios*", method="GET", count=2, code=503, retry_after=1)
    rack.fault(name, "rst", path="*bios*", method="GET", count=2)

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"applied"}


def test_value_that_goes_back_at_a_later_reset_shows_as_a_change_again(rack, run_door, name):
    bad, good = full_names(rack, name, CHANGES[name])
    rack.fault(name, "revert_after_reboot", attribute=bad, count=1)
    run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)
    rack.clear_faults()
    first = next(iter(CHANGES[name]))
    second = list(CHANGES[name])[1]
    run_door(rack, name, attributes={second: BACK[name][second]}, allow_reboot=True)

    result = run_door(rack, name, attributes={first: CHANGES[name][first]})

    assert result["changed"] is True
    assert by_outcome(result) == {bad: "staged"}


MANAGER_RESET = {
    "dell": ("/redfish/v1/Managers/iDRAC.Embedded.1", "GracefulRestart"),
    "hpe": ("/redfish/v1/Managers/1", "ForceRestart"),
    "smc": ("/redfish/v1/Managers/1", "GracefulRestart"),
    "std": ("/redfish/v1/Managers/bmc", "ForceRestart"),
}


def restart_bmc(rack, name):
    path, kind = MANAGER_RESET[name]
    server = rack.server(name)
    with requests.Session() as session:
        session.auth, session.trust_env = (server.username, server.password), False
        url = f"{server.url}{path}/Actions/Manager.Reset"
        session.post(url, json={"ResetType": kind}, verify=rack.ca_path, timeout=30).raise_for_status()


def wait_for_bmc(rack, name, started):
    # It answers for a moment yet before it goes away.
    rack.wait(name, lambda machine: machine["bmc_started"] != started and machine["bmc_up"])
    url = f"{rack.server(name).url}/redfish/v1/"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        try:
            if requests.get(url, verify=rack.ca_path, timeout=30).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    pytest.fail(f"{name}: the BMC did not come back")


def test_bmc_that_was_restarted_after_staging_applies_at_the_reboot(rack, run_door, name):
    run_door(rack, name, attributes=CHANGES[name])
    started = rack.state(name)["bmc_started"]
    restart_bmc(rack, name)
    wait_for_bmc(rack, name, started)

    result = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"applied"}


def test_bmc_that_restarts_while_the_settings_are_taken_is_waited_for(rack, run_door, name):
    rack.clear_journal()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_door, rack, name, attributes=CHANGES[name], allow_reboot=True)
        # The reset that the door asked for: a host may still be on its way from the test before.
        while not running.done() and not any("Reset" in one["path"] for one in rack.journal(name, writes=True)):
            time.sleep(0.01)
        restart_bmc(rack, name)
        result = running.result(400)

    assert result.get("msg") is None
    assert set(by_outcome(result).values()) == {"applied"}


class TestSomebodyElse:
    """Values that another tool has left pending."""

    @pytest.fixture(autouse=True)
    def other_tool(self, rack, name):
        server, attribute = rack.server(name), full_names(rack, name, CHANGES[name])[0]
        body = {"Attributes": {attribute: list(CHANGES[name].values())[0]}}
        if name == "dell":
            body["@Redfish.SettingsApplyTime"] = {"ApplyTime": "OnReset"}
        session = requests.Session()
        session.auth, session.trust_env = (server.username, server.password), False
        bios = {
            "dell": "/redfish/v1/Systems/System.Embedded.1/Bios/Settings",
            "hpe": "/redfish/v1/systems/1/bios/settings",
            "smc": "/redfish/v1/Systems/1/Bios/SD",
            "std": "/redfish/v1/Systems/system/Bios/Settings",
        }[name]
        etag = session.get(server.url + bios, verify=rack.ca_path).headers.get("ETag")
        headers = {"If-Match": etag} if etag else {}
        session.patch(server.url + bios, json=body, headers=headers, verify=rack.ca_path).raise_for_status()
        assert rack.state(name)["bios_pending"] == {attribute: list(CHANGES[name].values())[0]}

    def test_for_another_attribute_are_kept_and_shown(self, rack, run_door, name):
        foreign, ours = full_names(rack, name, CHANGES[name])
        second = list(CHANGES[name])[1]

        result = run_door(rack, name, attributes={second: CHANGES[name][second]})

        assert result.get("msg") is None
        assert any(foreign in warning for warning in result["warnings"])
        assert set(rack.state(name)["bios_pending"]) == {foreign, ours}

    def test_for_another_attribute_are_taken_back_when_told(self, rack, run_door, name):
        _foreign, ours = full_names(rack, name, CHANGES[name])
        second = list(CHANGES[name])[1]

        result = run_door(rack, name, attributes={second: CHANGES[name][second]}, pending="overwrite")

        assert result.get("msg") is None
        assert set(rack.state(name)["bios_pending"]) == {ours}

    def test_in_the_way_are_a_conflict(self, rack, run_door, name):
        first = next(iter(CHANGES[name]))
        rack.clear_journal()

        result = run_door(rack, name, attributes={first: BACK[name][first]})

        assert (result["failed"], result["changed"]) == (True, False)
        assert result["error_class"] == "ConflictError"
        assert "pending: overwrite" in result["hint"]
        assert rack.journal(name, writes=True) == []

    def test_in_the_way_are_replaced_when_told(self, rack, run_door, name):
        first = next(iter(CHANGES[name]))

        result = run_door(rack, name, attributes={first: BACK[name][first]}, pending="overwrite")

        assert result.get("msg") is None
        assert result["changed"] is True
        assert rack.state(name)["bios_pending"] == {}


def test_dead_job_is_told_before_a_reboot_and_replaced_by_the_next_run(four_platforms, run_door):
    fault = four_platforms.fault("dell", "job_stuck", task_kind="bios_config")
    resets = four_platforms.state("dell")["resets"]

    dead = run_door(four_platforms, "dell", attributes=CHANGES["dell"], allow_reboot=True)

    assert (dead["failed"], dead["changed"], dead["error_class"]) == (True, True, "ConflictError")
    assert "initialization failure" in dead["msg"]
    assert four_platforms.state("dell")["resets"] == resets

    four_platforms.clear_faults(fault)
    result = run_door(four_platforms, "dell", attributes=CHANGES["dell"], allow_reboot=True)

    assert result.get("msg") is None
    assert [step["name"] for step in result["plan"]["steps"]] == ["remove_job", "stage", "restart"]
    assert set(by_outcome(result).values()) == {"applied"}
    run_door(four_platforms, "dell", attributes=BACK["dell"], allow_reboot=True)


def test_what_the_bios_reports_after_the_reboot_is_told_by_attribute(rack_of, run_door):
    """iLO takes everything and tells later (Q-H01, Q-H02); without a registry nothing can be looked at before."""
    rack = rack_of({"h": {"lab_platform": "hpe_ilo6", "lab_habits": {"bios": {"registry_uri": ""}}}}, maas=False)
    changes = {"TimeFormat": "Local", "ThermalConfig": "Arctic"}

    result = run_door(rack, "h", attributes=changes, allow_reboot=True)

    assert (result["failed"], result["changed"], result["error_class"]) == (True, True, "VerificationError")
    assert by_outcome(result) == {"TimeFormat": "applied", "ThermalConfig": "rejected"}
    assert "the BIOS says the value is not in its list" in result["msg"]
    assert any("not checked before the write" in warning for warning in result["warnings"])


def test_machine_without_the_licence_says_so(rack_of, run_door):
    rack = rack_of({"smc": {"lab_platform": "supermicro_x13", "lab_license": False}}, maas=False)

    result = run_door(rack, "smc", attributes={"QuietBoot": "Disabled"})

    assert result["failed"] is True
    assert "licence" in result["msg"].lower()


@pytest.mark.parametrize(("name", "platform"), [("dell", "dell_idrac9"), ("hpe", "hpe_ilo6"), ("std", "generic")])
def test_machine_whose_licence_has_expired_says_so_and_is_asked_once(rack_of, run_door, name, platform):
    rack = rack_of({"one": {"lab_platform": platform, "lab_license": "expired"}}, maas=False)

    result = run_door(rack, "one", attributes=CHANGES[name])

    assert (result["failed"], result["error_class"]) == (True, "NotSupportedError"), result
    assert "a licence has expired on the BMC" in result["msg"] and rack.server("one").bmc_host in result["msg"]
    assert "bmc_info" in result["hint"]
    assert len(rack.journal("one", writes=True)) == 1


def test_machine_without_bios_over_redfish_says_what_to_use_instead(rack_of, run_door):
    rack = rack_of({"old": {"lab_platform": "supermicro_x10"}}, maas=False)

    result = run_door(rack, "old", attributes={"QuietBoot": "Disabled"})

    assert (result["failed"], result["error_class"]) == (True, "NotSupportedError")
    assert "SUM" in result["msg"]
