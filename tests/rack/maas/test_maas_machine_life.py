# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of machines in the rack's MAAS: every state is reached, reached again unchanged, and told in advance."""

from __future__ import annotations

import json

import pytest

NOBLE = {"distro_series": "noble"}


def steps(result):
    return [step["name"] for step in result["plan"]["steps"]]


def ok(result):
    assert not result.get("failed"), result.get("msg")
    return result


def test_from_nothing_to_deployed_and_back(lab):
    foreseen = ok(lab.machine("s1", state="deployed", deploy=NOBLE, check=True, diff=True))
    assert steps(foreseen) == ["create", "commission", "deploy"]
    assert foreseen["machine"]["status_name"] == "Deployed" and foreseen["changed"]
    assert {row["outcome"] for row in foreseen["audit"]["maas_transitions"]} == {"planned"}
    assert "state" not in foreseen["audit"]["server"], "what is foreseen is no state of a server"
    assert lab.maas_requests(writes=True) == []

    result = ok(lab.machine("s1", state="deployed", deploy=NOBLE, diff=True))
    assert steps(result) == ["create", "commission", "deploy"]
    assert [(row["operation"], row["after"]) for row in result["audit"]["maas_transitions"]] == [
        ("create", "New"),
        ("commission", "Ready"),
        ("deploy", "Deployed"),
    ]
    assert result["audit"]["server"]["serial"] == lab.rack.state("s1")["serial"]
    assert result["audit"]["server"]["state"] == "deployed"
    assert result["machine"]["distro_series"] == "noble"
    assert result["diff"][0]["after"]["status_name"] == "Deployed"
    assert lab.rack.state("s1")["power_state"] == "On"
    assert lab.rack.server("s1").password not in json.dumps(result)

    lab.rack.clear_journal()
    again = ok(lab.machine("s1", state="deployed", deploy=NOBLE))
    assert not again["changed"] and again["reason"].endswith("is Deployed as wanted")
    assert len(lab.maas_requests()) == 2 and lab.maas_requests(writes=True) == []

    refused = lab.machine("s1", state="released")
    assert refused["error_class"] == "ConfigurationError" and refused["needs"] == ["allow_release"]
    assert not refused["changed"] and lab.maas_requests(writes=True) == []

    erase = {"erase": True, "quick_erase": True}
    result = ok(lab.machine("s1", state="released", release=erase, allow_release=True, allow_erase=True))
    assert result["machine"]["status_name"] == "Ready" and result["machine"]["owner"] is None
    assert not ok(lab.machine("s1", state="released"))["changed"]


def test_allocate_break_fix_rescue_lock_delete(lab):
    ok(lab.machine("s2", state="ready"))
    for wanted, status, options in [
        ("allocated", "Allocated", {}),
        ("broken", "Broken", {"comment": "fan failed"}),
        ("fixed", "Ready", {}),
        ("rescue", "Rescue mode", {}),
        ("ready", "Ready", {}),
        ("deployed", "Deployed", {"deploy": NOBLE}),
    ]:
        check = ok(lab.machine("s2", state=wanted, check=True, **options))
        result = ok(lab.machine("s2", state=wanted, **options))
        assert result["machine"]["status_name"] == status, wanted
        assert check["machine"]["status_name"] == status and steps(check) == steps(result)
        again = ok(lab.machine("s2", state=wanted, **options))
        assert not again["changed"] and again["reason"], wanted

    assert ok(lab.machine("s2", state="locked"))["machine"]["locked"]
    refused = lab.machine("s2", state="absent", allow_delete=True, allow_release=True)
    assert refused["error_class"] == "ConflictError" and "is locked" in refused["msg"]
    assert not ok(lab.machine("s2", state="unlocked"))["machine"]["locked"]

    assert lab.machine("s2", state="absent", allow_delete=True)["needs"] == ["allow_release"]
    gone = ok(lab.machine("s2", state="absent", allow_delete=True, allow_release=True))
    assert gone["audit"]["server"]["state"] == "deleted"
    assert gone["changed"] and gone["machine"] == {} and gone["system_id"]
    assert not ok(lab.machine("s2", state="absent"))["changed"]


def test_attributes_power_and_tags(lab):
    ok(lab.run("maas_zone", name="rack-a", description="Row 3"))
    ok(lab.run("maas_tag", name="gpu"))
    ok(lab.machine("s3"))
    wanted = {"zone": "rack-a", "description": "third", "tags": ["gpu"], "hostname": "s3x"}
    result = ok(lab.machine("s3", diff=True, **wanted))
    assert steps(result) == ["update", "update_nodes"]
    assert {name: result["machine"][name] for name in ("zone", "description", "tag_names", "hostname")} == {
        "zone": "rack-a",
        "description": "third",
        "tag_names": ["gpu"],
        "hostname": "s3x",
    }
    assert not ok(lab.machine("s3", **wanted))["changed"]

    power = {"power_pass": "another-word-1"}
    result = ok(lab.machine("s3", power_parameters=power, hostname="s3x"))
    assert steps(result) == ["update"] and "power parameter power_pass" in result["plan"]["steps"][0]["text"]
    assert "another-word-1" not in json.dumps(result)
    assert not ok(lab.machine("s3", power_parameters=power, hostname="s3x"))["changed"]
    result = ok(lab.run("maas_machine_info", hostname=["s3x"], power_parameters=True))
    assert "power_pass" not in result["machines"][0]["power_parameters"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"zone": "rak-a"}, "no zone 'rak-a' (did you mean rack-a?)"),
        ({"pool": "none"}, "no pool 'none' (there are: default)"),
        ({"tags": ["gpus"]}, "no tag 'gpus' (did you mean gpu?)"),
        ({"state": "deployed", "deploy": {"distro_series": "nobel"}}, "did you mean noble?"),
        ({"state": "ready", "commission": {"testing_scripts": ["smartctl-valdate"]}}, "did you mean smartctl-validate"),
        ({"deploy": {"user_data": ["a"]}}, "must be text"),
    ],
)
def test_bad_names_are_refused_before_the_first_write(lab, options, words):
    ok(lab.run("maas_zone", name="rack-a"))
    ok(lab.run("maas_tag", name="gpu"))
    lab.rack.clear_journal()
    result = lab.machine("s4", **options)
    assert result["error_class"] == "ConfigurationError" and words in result["msg"]
    assert lab.maas_requests(writes=True) == []


def test_a_failed_script_ends_the_wait_with_its_story(lab):
    ok(lab.machine("s5"))
    lab.rack.fault(
        "s5", "commissioning_fails", script="50-maas-01-commissioning", exit_status=7, output="no disks\nlast words"
    )
    result = lab.machine("s5", state="ready")
    assert result["error_class"] == "WaitTimeout" and result["changed"]
    assert "50-maas-01-commissioning failed (exit code 7)" in result["msg"] and "last words" in result["msg"]
    assert result["last_observation"].startswith("Failed commissioning")
    assert result["plan"]["steps"][-1]["status"] == "failed"
    assert result["audit"]["maas_transitions"][-1]["outcome"] == "failed"

    lab.rack.clear_faults()
    assert ok(lab.machine("s5", state="ready"))["machine"]["status_name"] == "Ready"


def test_a_failed_deployment_is_told_and_the_next_run_goes_on(lab):
    ok(lab.machine("s5", state="ready"))
    lab.rack.fault("s5", "deployment_fails", output="curtin: no space left")
    result = lab.machine("s5", state="deployed")
    assert result["error_class"] == "WaitTimeout" and "no space left" in result["msg"]
    lab.rack.clear_faults()
    result = ok(lab.machine("s5", state="deployed"))
    assert steps(result) == ["release", "deploy"] and result["machine"]["status_name"] == "Deployed"


def test_a_hung_machine_ends_at_the_deadline_with_what_was_seen_last(lab):
    ok(lab.machine("s6"))
    lab.rack.fault("s6", "commissioning_hangs")
    result = lab.machine("s6", state="ready", wait_timeout=1)
    assert result["error_class"] == "WaitTimeout" and "waited 1 s for s6" in result["msg"]
    assert "Commissioning" in str(result["last_observation"])


def hung(lab, fault, **wanted):
    """Let a machine hang in an operation, and return the status it was last seen in."""
    lab.rack.fault("s6", fault, count=1)
    result = lab.machine("s6", wait_timeout=1, **wanted)
    assert result["error_class"] == "WaitTimeout" and "waited 1 s" in result["msg"], result["msg"]
    return result["last_observation"].partition(":")[0].partition(" (")[0]


def test_what_hangs_is_aborted_only_when_allowed(lab):
    assert ok(lab.machine("s6", state="ready", allow_abort=True))["machine"]["status_name"] == "Ready"
    assert hung(lab, "deployment_hangs", state="deployed") == "Deploying"
    lab.rack.clear_journal()
    refused = lab.machine("s6", state="allocated")
    assert refused["needs"] == ["allow_abort"] and lab.maas_requests(writes=True) == []
    foreseen = ok(lab.machine("s6", state="deployed", allow_abort=True, check=True))
    assert steps(foreseen) == ["abort", "deploy"] and lab.maas_requests(writes=True) == []
    result = ok(lab.machine("s6", state="deployed", allow_abort=True, comment="it hung"))
    assert [(row["operation"], row["after"]) for row in result["audit"]["maas_transitions"]] == [
        ("abort", "Allocated"),
        ("deploy", "Deployed"),
    ]
    erase = {"release": {"erase": True}, "allow_release": True, "allow_erase": True}
    assert hung(lab, "erase_hangs", state="released", **erase) == "Disk erasing"
    assert steps(ok(lab.machine("s6", state="released", allow_abort=True))) == ["abort", "release"]


def test_a_hung_test_goes_back_to_the_failure_it_should_clear(lab):
    ok(lab.machine("s6", state="ready"))
    scripts = {"commission": {"testing_scripts": ["smartctl-validate"]}, "recommission": True}
    lab.rack.fault("s6", "testing_fails", script="smartctl-validate", exit_status=4, output="FAILED!", count=1)
    failed = lab.machine("s6", state="ready", allow_recommission=True, **scripts)
    assert "script smartctl-validate failed (exit code 4): FAILED!" in failed["msg"]
    assert hung(lab, "testing_hangs", state="ready") == "Testing"
    back = lab.machine("s6", state="ready", allow_abort=True)
    assert back["error_class"] == "ConflictError" and "went back to Failed testing" in back["msg"]
    assert steps(ok(lab.machine("s6", state="ready", allow_failed_testing=True))) == ["override_failed_testing"]


def test_not_waiting_returns_at_once_and_the_next_run_waits(lab):
    ok(lab.machine("s7"))
    result = ok(lab.machine("s7", state="ready", wait=False))
    assert result["changed"] and result["machine"]["status_name"] == "Commissioning"
    assert ok(lab.machine("s7", state="ready"))["machine"]["status_name"] == "Ready"


def test_any_machine_is_taken_once_for_one_name(lab):
    ok(lab.machine("s7", state="ready"))
    ok(lab.run("maas_tag", name="special"))
    ok(lab.machine("s7", tags=["special"]))
    wanted = {"state": "allocated", "allocate_matching": {"agent_name": "job-1", "tags": ["special"]}}
    first = ok(lab.run("maas_machine", **wanted))
    assert first["machine"]["hostname"] == "s7" and first["changed"]
    again = ok(lab.run("maas_machine", **wanted))
    assert again["machine"]["system_id"] == first["system_id"] and not again["changed"]
    lab.rack.clear_journal()
    wrong = lab.run("maas_machine", state="allocated", allocate_matching={"agent_name": "job-2", "tags": ["spezial"]})
    assert wrong["error_class"] == "ConfigurationError" and "did you mean special?" in wrong["msg"]
    assert lab.maas_requests(writes=True) == []
    none = lab.run("maas_machine", state="allocated", allocate_matching={"agent_name": "job-2", "tags": ["special"]})
    assert none["error_class"] == "ConflictError" and "No available machine" in none["msg"]
    ok(lab.machine("s7", state="released"))


def test_a_dead_bmc_is_told_in_the_words_of_maas(lab):
    ok(lab.machine("s8"))
    lab.rack.fault("s8", "dead", answer="refuse")
    result = lab.machine("s8", state="ready", wait_timeout=20)
    assert result["failed"] and result["hostname"] == "s8" and result["status_name"] == "New"
    assert "BMC" in result["msg"] or "exit status" in result["msg"]


def test_a_hostname_of_other_hardware_is_not_adopted(lab):
    ok(lab.machine("s8"))
    lab.rack.clear_journal()
    result = lab.machine("s8", mac_addresses=["02:00:00:00:00:99"], serial="OTHER")
    assert result["error_class"] == "ConflictError" and "belongs to s8" in result["msg"]
    assert lab.maas_requests(writes=True) == []


def test_a_busy_maas_is_asked_again_and_a_write_is_not_repeated(lab):
    ok(lab.machine("s8"))
    lab.rack.fault("maas", "maas_status", method="GET", code=503, count=2, retry_after=0)
    assert not ok(lab.machine("s8"))["changed"]
    lab.rack.clear_journal()
    lab.rack.fault("maas", "maas_status", method="PUT", code=500, count=1, text="exit status 1")
    result = lab.machine("s8", description="new")
    assert result["failed"] and "power driver" in result["msg"]
    assert [entry["method"] for entry in lab.rack.journal(writes=True)].count("PUT") == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"maas_api_key": "a:b"}, "ConfigurationError", "malformed"),
        ({"maas_url": "http://127.0.0.1:5240"}, "ConfigurationError", "add /MAAS: http://127.0.0.1:5240/MAAS"),
        ({"maas_api_key": "wrong:wrong:wrong"}, "AuthenticationError", "consumer part"),
        ({"allow_http": False}, "ConfigurationError", "plain HTTP"),
        ({"maas_url": "http://127.0.0.1:1/MAAS"}, "NetworkError", "cannot be reached"),
    ],
)
def test_a_wrong_key_or_url_changes_nothing(lab, options, error, words):
    for door, more in (("maas_server_info", {}), ("maas_zone", {"name": "never"})):
        result = lab.run(door, **options, **more)
        assert result["error_class"] == error and words in f"{result['msg']} {result.get('hint')}"
    assert lab.maas_requests(writes=True) == []


def test_a_wrong_token_is_named(lab):
    consumer, _token, secret = lab.rack.maas_api_key.split(":")
    result = lab.run("maas_server_info", maas_api_key=f"{consumer}:nonsense:{secret}")
    assert result["error_class"] == "AuthenticationError" and "token part" in result["msg"]


def test_a_wrong_secret_is_tried_once_and_not_shown(lab):
    consumer, token, secret = lab.rack.maas_api_key.split(":")
    result = lab.run("maas_server_info", maas_api_key=f"{consumer}:{token}:nonsense")
    assert result["error_class"] == "AuthenticationError" and secret not in json.dumps(result)


def test_the_url_of_something_else_is_explained(lab):
    result = lab.run("maas_server_info", maas_url=lab.rack.control_url + "/MAAS")
    assert result["failed"] and result["error_class"] in ("ConfigurationError", "NotSupportedError")


def test_a_machine_of_somebody_else_is_left_alone_unless_allowed(lab):
    ok(lab.machine("s8", state="ready"))
    theirs = ok(lab.as_operator("maas_machine", hostname="s8", state="allocated"))
    assert theirs["machine"]["owner"] == "operator"
    lab.rack.clear_journal()
    refused = lab.machine("s8", state="released")
    assert refused["error_class"] == "ConflictError" and "belongs to operator, the API key to admin" in refused["msg"]
    assert lab.maas_requests(writes=True) == []
    assert ok(lab.machine("s8", state="released", allow_other_owner=True))["machine"]["owner"] is None


def test_what_needs_an_administrator_is_told(lab):
    ok(lab.machine("s8", state="ready"))
    result = lab.as_operator("maas_zone", name="not-mine")
    assert result["error_class"] == "AuthenticationError" and "key of an administrator" in result["msg"]
    result = lab.as_operator("maas_machine", hostname="s8", description="mine")
    assert result["error_class"] == "AuthenticationError" and result["hostname"] == "s8"


def test_a_lost_answer_to_a_write_is_not_repeated_and_the_status_is_told(lab):
    ok(lab.machine("s8", state="ready"))
    lab.rack.clear_journal()
    lab.rack.fault(
        "maas",
        "maas_status",
        method="POST",
        code=504,
        count=1,
        content_type="text/html",
        text="<html><head><title>504 Gateway Time-out</title></head></html>",
    )
    result = lab.machine("s8", state="allocated")
    assert result["error_class"] == "OutcomeUnknown" and result["status_name"] == "Ready"
    assert [entry["method"] for entry in lab.rack.journal(writes=True)].count("POST") == 1
    assert ok(lab.machine("s8", state="allocated"))["changed"]
    ok(lab.machine("s8", state="released"))


@pytest.mark.parametrize(("state", "reached"), [("deployed", "Deployed"), ("released", "Ready")])
def test_an_operation_whose_answer_is_lost_is_followed_when_maas_took_it(lab, state, reached):
    lab.rack.fault("maas", "lost_answer", path="/MAAS/api/2.0/machines/*/", method="POST", count=1)
    result = ok(lab.machine("s8", state=state, allow_release=True))
    assert result["changed"] and result["machine"]["status_name"] == reached
    operations = [entry["path"] for entry in lab.rack.journal(writes=True) if "op=" in entry["path"] and entry["who"]]
    assert len(operations) == len(set(operations))
    assert not ok(lab.machine("s8", state=state, allow_release=True))["changed"]
