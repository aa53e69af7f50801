# SPDX-License-Identifier: GPL-3.0-or-later
"""Every (current status, wanted state): the plan, or the refusal; and what else decides about a machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import Current, Image
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import LOCKABLE, STATUSES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.options import (
    ALLOWS,
    MACHINE_OPTIONS,
    STATES,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted

TABLES = Path(__file__).parents[1] / "cases" / "maas"
CASES = json.loads((TABLES / "lifecycle.json").read_text())
# The statuses in which MAAS is at work, when that may be aborted.
ABORT_CASES = json.loads((TABLES / "lifecycle_abort.json").read_text())
NODE = Machine("f4xwyh", "node01", status_name="Ready", cpu_count=16, domain="maas", architecture="amd64/generic")
DEPLOYED = replace(NODE, status_name="Deployed", osystem="ubuntu", distro_series="noble", owner="admin")
BMC = {"power_address": "10.0.0.1", "power_user": "root", "power_pass": "calvin"}
EVERYTHING = dict.fromkeys(ALLOWS, True)


def want(state="present", **options) -> Wanted:
    given = {"maas_url": "https://m/MAAS", "maas_api_key": "a:b:c", "state": state, **options}
    if not {"hostname", "system_id", "mac_addresses", "serial", "allocate_matching"} & set(options):
        given["hostname"] = "node01"
    return Wanted.from_params(validate(MACHINE_OPTIONS, given)[0])


def told(plan) -> list[str]:
    """Return the steps as the tables write them: the operation, and the option it needs after an exclamation mark."""
    return [step.name + (f"!{step.allow}" if step.allow else "") for step in plan.steps]


def outcome(wanted, machine) -> list[str] | str:
    try:
        plan = decide(wanted, Current(machine))
    except HWAutomationError as exc:
        return f"refused: {type(exc).__name__}"
    return told(plan)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("state", STATES)
def test_plan_from_every_status_to_every_state(state, status):
    machine = replace(NODE, status_name=status)
    assert outcome(want(state), machine) == CASES[state][status]


@pytest.mark.parametrize(
    ("state", "status"), [(state, status) for state in ABORT_CASES for status in ABORT_CASES[state]]
)
def test_plan_when_what_is_under_way_may_be_aborted(state, status):
    machine = replace(NODE, status_name=status)
    assert outcome(want(state, allow_abort=True), machine) == ABORT_CASES[state][status]


def test_a_test_of_a_deployed_machine_is_aborted_and_its_system_kept():
    tested = replace(DEPLOYED, status_name="Testing")
    assert told(decide(want("deployed", allow_abort=True), Current(tested))) == ["abort!allow_abort"]
    plan = decide(want("ready", allow_abort=True), Current(tested))
    assert told(plan) == ["abort!allow_abort", "release!allow_release"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("state", STATES)
def test_plan_when_everything_is_allowed_needs_nothing_more(state, status):
    result = outcome(want(state, **EVERYTHING), replace(NODE, status_name=status))
    allowed = [step for step in result if isinstance(result, list) and "!" in step]
    assert all(step.partition("!")[2] in ALLOWS for step in allowed)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("state", STATES)
def test_a_plan_ends_where_its_own_decision_has_nothing_left_to_do(state, status):
    wanted = want(state, **EVERYTHING)
    try:
        plan = decide(wanted, Current(replace(NODE, status_name=status)))
    except HWAutomationError:
        return
    after = plan.facts["machine"]
    again = decide(wanted, Current(after))
    assert not again.changes, told(again)
    assert again.reason


@pytest.mark.parametrize("state", [state for state in STATES if state not in ("present", "unlocked")])
@pytest.mark.parametrize("status", STATUSES)
def test_a_locked_machine_is_never_touched(state, status):
    machine = replace(NODE, status_name=status, locked=True)
    try:
        plan = decide(want(state, **EVERYTHING), Current(machine))
    except (ConflictError, ConfigurationError):
        return
    assert {step.name for step in plan.steps} <= {"wait"}


def test_locked_machine_is_unlocked_on_request():
    plan = decide(want("unlocked"), Current(replace(DEPLOYED, locked=True)))
    assert told(plan) == ["unlock"] and plan.after["locked"] is False


@pytest.mark.parametrize("status", sorted(LOCKABLE))
def test_lock(status):
    assert told(decide(want("locked"), Current(replace(DEPLOYED, status_name=status)))) == ["lock"]


@pytest.mark.parametrize(
    ("deploy", "steps"),
    [
        ({}, []),
        ({"distro_series": "noble"}, []),
        ({"distro_series": "ubuntu/noble"}, []),
        ({"osystem": "ubuntu", "distro_series": "noble"}, []),
        ({"distro_series": "24.04"}, []),
        ({"user_data": "#cloud-config\n"}, []),
        ({"distro_series": "jammy"}, ["release!allow_release", "deploy"]),
        ({"distro_series": "custom/golden"}, ["release!allow_release", "deploy"]),
        ({"osystem": "centos"}, ["release!allow_release", "deploy"]),
        ({"ephemeral_deploy": True}, ["release!allow_release", "deploy"]),
    ],
)
def test_a_deployed_machine_is_deployed_anew_only_for_another_system(deploy, steps):
    assert told(decide(want("deployed", deploy=deploy), Current(DEPLOYED))) == steps


@pytest.mark.parametrize(
    ("options", "allow"),
    [
        ({}, "allow_release"),
        ({"allow_release": True}, "allow_erase"),
        ({"allow_erase": True}, "allow_release"),
    ],
)
def test_erasing_needs_a_permission_of_its_own(options, allow):
    plan = decide(want("released", release={"erase": True}, **options), Current(DEPLOYED))
    assert [step.allow for step in plan.steps] == [allow]
    assert "erasing its disks" in plan.steps[0].text


def test_deleting_a_deployed_machine_needs_both_permissions():
    assert told(decide(want("absent", allow_delete=True), Current(DEPLOYED))) == ["delete!allow_release"]


def test_recommission_is_a_wish_with_a_permission():
    assert told(decide(want("ready"), Current(NODE))) == []
    for state in ("ready", "commissioned"):
        assert told(decide(want(state, recommission=True), Current(NODE))) == ["commission!allow_recommission"]
    assert told(decide(want("commissioned", recommission=True), Current(DEPLOYED))) == []
    assert told(decide(want("ready", recommission=True), Current(DEPLOYED))) == [
        "release!allow_release",
        "commission!allow_recommission",
    ]
    assert told(decide(want("ready", recommission=True), Current(replace(NODE, status_name="New")))) == ["commission"]


def test_failed_tests_are_run_again_unless_overriding_is_allowed():
    failed = replace(NODE, status_name="Failed testing")
    assert told(decide(want("ready"), Current(failed))) == ["test"]
    assert told(decide(want("ready", allow_failed_testing=True), Current(failed))) == [
        "override_failed_testing!allow_failed_testing"
    ]


def test_a_machine_that_failed_a_test_while_deployed_is_not_released_yet():
    failed = replace(DEPLOYED, status_name="Failed testing")
    assert told(decide(want("released"), Current(failed))) == ["test", "release!allow_release"]


@pytest.mark.parametrize("status", ["Commissioning", "Deploying", "Releasing"])
def test_not_waiting_leaves_out_the_wait_and_says_so(status):
    state = {"Commissioning": "ready", "Deploying": "deployed", "Releasing": "released"}[status]
    plan = decide(want(state, wait=False), Current(replace(NODE, status_name=status)))
    assert not plan.steps and "on its way" in plan.reason


def test_a_new_machine_is_created_then_tagged_then_moved():
    wanted = want(
        "deployed",
        mac_addresses=["52-54-00-AA-00-01"],
        hostname="node01",
        power_type="redfish",
        power_parameters=BMC,
        tags=["gpu"],
    )
    plan = decide(wanted, Current())
    assert told(plan) == ["create", "update_nodes", "commission", "deploy"]
    assert plan.after["status_name"] == "Deployed" and plan.after["tag_names"] == ["gpu"]
    assert "calvin" not in repr(plan) + repr(wanted)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["needs power_type", "needs mac_addresses"]),
        ({"power_type": "redfish", "mac_addresses": ["52:54:00:aa:00:01"]}, ["power_address, power_user, power_pass"]),
        ({"power_type": "ipmi"}, ["needs power_parameters power_address"]),
        ({"system_id": "abc123", "power_type": "manual"}, ["no machine with the id abc123", "needs mac_addresses"]),
    ],
)
def test_a_new_machine_that_lacks_something_is_refused_with_all_of_it(options, words):
    with pytest.raises(ConfigurationError) as caught:
        decide(want("present", **options), Current())
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("state", ["released", "broken", "fixed", "locked", "unlocked", "rescue"])
def test_a_machine_that_is_not_there_cannot_become(state):
    with pytest.raises(ConfigurationError, match="is not in MAAS"):
        decide(want(state), Current())


def test_an_absent_machine_stays_absent():
    plan = decide(want("absent"), Current())
    assert not plan.steps and plan.reason == "node01 is not in MAAS"


def test_attributes_change_only_where_they_differ():
    plan = decide(want(zone="rack-a", pool="default", architecture="amd64", description=""), Current(NODE))
    assert [step.payload["attributes"] for step in plan.steps] == [("zone",)]
    assert "zone default -> rack-a" in plan.steps[0].text
    assert (plan.before["zone"], plan.after["zone"]) == ("default", "rack-a")


def test_power_parameters_are_compared_one_by_one():
    stored = {**BMC, "node_id": "", "power_pass": "old"}
    plan = decide(want(power_parameters=BMC), Current(NODE, power_parameters=stored))
    assert plan.steps[0].payload["power_parameters"] == ("power_pass",)
    assert not decide(want(power_parameters=BMC), Current(NODE, power_parameters=BMC)).steps


def test_tags_are_added_and_taken_away_only_when_purging():
    tagged = replace(NODE, tag_names=("a", "b"))
    assert told(decide(want(tags=["b", "c"]), Current(tagged))) == ["update_nodes"]
    plan = decide(want(tags=["b", "c"], purge_tags=True), Current(tagged))
    assert [step.text for step in plan.steps] == [
        "add tag c to node01 (f4xwyh)",
        "remove tag a from node01 (f4xwyh)",
    ]
    assert plan.after["tag_names"] == ["b", "c"]


IMAGES = (Image("ubuntu/jammy", "22.04 LTS"), Image("ubuntu/noble", "24.04 LTS"), Image("golden", "Golden"))


@pytest.mark.parametrize("series", ["noble", "ubuntu/noble", "24.04", "custom/golden", "golden", "", None])
def test_series_that_exist(series):
    plan = decide(want("deployed", deploy={"distro_series": series}), Current(NODE, images=IMAGES))
    assert told(plan) == ["deploy"]


@pytest.mark.parametrize(
    ("series", "steps"),
    [("24.04", []), ("22.04", ["release!allow_release", "deploy"]), ("18.04", []), ("ubuntu/24.04", [])],
)
def test_a_series_given_as_a_number_is_compared_by_its_image(series, steps):
    wanted = want("deployed", deploy={"distro_series": series}, allow_release=True)
    assert told(decide(wanted, Current(DEPLOYED, images=IMAGES))) == steps


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"zone": "rack-1"}, "no zone 'rack-1' (did you mean rack-a?)"),
        ({"pool": "x"}, "no pool 'x' (there are: default)"),
        ({"tags": ["gpus"], "not_tags": ["gpv"]}, "no tag 'gpus' (did you mean gpu?); MAAS has no tag 'gpv'"),
    ],
)
def test_constraints_name_what_maas_has(terms, words):
    current = Current(zones=("default", "rack-a"), pools=("default",), tags=("gpu",))
    with pytest.raises(ConfigurationError) as caught:
        decide(want("allocated", allocate_matching={"agent_name": "job", **terms}), current)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("options", "current", "words"),
    [
        ({"zone": "rack-1"}, {"zones": ("default", "rack-a")}, "no zone 'rack-1' (did you mean rack-a?)"),
        ({"pool": "x"}, {"pools": ("default",)}, "no pool 'x' (there are: default)"),
        ({"tags": ["gpus"]}, {"tags": ("gpu",)}, "no tag 'gpus' (did you mean gpu?)"),
        ({"deploy": {"distro_series": "nobel"}}, {"images": IMAGES}, "did you mean noble?"),
        ({"deploy": {"osystem": "centos", "distro_series": "noble"}}, {"images": IMAGES}, "no series 'centos/noble'"),
        ({}, {"images": ()}, "no boot images"),
        ({"recommission": True, "commission": {"testing_scripts": ["smart"]}}, {"scripts": ("smartctl",)}, "smartctl"),
    ],
)
def test_names_maas_does_not_have_are_refused_with_near_matches(options, current, words):
    with pytest.raises(ConfigurationError) as caught:
        decide(want("deployed", **{**EVERYTHING, **options}), Current(NODE, **current))
    assert words in str(caught.value)


def test_a_machine_of_somebody_else_is_left_alone():
    theirs = replace(DEPLOYED, owner="alice")
    with pytest.raises(ConflictError, match="belongs to alice, the API key to admin"):
        decide(want("released", allow_release=True), Current(theirs, user="admin"))
    allowed = want("released", allow_release=True, allow_other_owner=True)
    assert told(decide(allowed, Current(theirs, user="admin"))) == ["release!allow_release"]


@pytest.mark.parametrize("version", ["2.9.2", "2.4"])
def test_an_old_maas_is_refused(version):
    with pytest.raises(NotSupportedError, match=version):
        decide(want("ready", zone="a"), Current(NODE, version=version))


def test_a_new_option_is_not_sent_to_a_maas_that_would_ignore_it():
    wanted = want("deployed", deploy={"enable_kernel_crash_dump": True})
    with pytest.raises(NotSupportedError, match="needs MAAS 3.6"):
        decide(wanted, Current(NODE, version="3.5.1"))
    assert told(decide(wanted, Current(NODE, version="3.7.3"))) == ["deploy"]


def test_a_newer_maas_is_warned_about():
    assert "newer than" in decide(want("deployed"), Current(NODE, version="3.9.0")).warnings[0]
    assert decide(want("deployed"), Current(NODE, version="3.8.0~beta1")).warnings == ()


def test_any_machine_is_taken_only_when_asked_for():
    wanted = want("deployed", allocate_matching={"agent_name": "job", "tags": ["gpu"]})
    plan = decide(wanted, Current())
    assert told(plan) == ["allocate", "deploy"] and "tags=['gpu']" in plan.steps[0].text
    assert not decide(wanted, Current(DEPLOYED)).steps


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mac_addresses": ["zz:54:00:aa:00:01"]}, "'zz:54:00:aa:00:01' is not a MAC address"),
        ({"hostname": "bad_host"}, "underscore"),
        ({"deploy": {"user_data": {"packages": []}}}, "must be text, not dict"),
        ({"deploy": {"user_data": "a\0b"}}, "NUL"),
        ({"release": {"quick_erase": True}}, "need erase: true"),
        ({"state": "released", "recommission": True}, "recommission"),
        ({"state": "ready", "allocate_matching": {"agent_name": "x"}}, "allocate_matching"),
        ({"wait_timeout": 0}, "more than 0"),
    ],
)
def test_what_is_wrong_in_itself_is_refused_before_maas_is_asked(options, words):
    with pytest.raises(ConfigurationError) as caught:
        want(**options)
    assert words in str(caught.value)
