# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_user: create, change, rotate, remove; and never a locked account."""

from __future__ import annotations

import pytest

PLATFORMS = {
    "dell": {"lab_platform": "dell_idrac9"},
    "hpe": {"lab_platform": "hpe_ilo6"},
    "smc": {"lab_platform": "supermicro_x13"},
    "std": {"lab_platform": "generic"},
}
ROLES = {"role": "Operator"}
FIRST, SECOND = "First-secret-1", "Second-secret-2"


@pytest.fixture
def rack(rack_of):
    return rack_of(PLATFORMS, clock="scaled:100", maas=False)


def user(run_door, rack, server, /, **options):
    result = run_door(rack, server, "bmc_user", **{"name": "alice", **options})
    assert FIRST not in str(result) and SECOND not in str(result)
    return result


def refused_logins(rack, name):
    return [
        entry
        for entry in rack.journal(name)
        if entry["path"].rstrip("/").endswith("Sessions") and entry["status"] == 401
    ]


@pytest.mark.parametrize("name", PLATFORMS)
def test_life_of_a_user(rack, run_door, name):
    planned = user(run_door, rack, name, password=FIRST, check=True, **ROLES)
    assert planned["changed"] and rack.journal(name, writes=True) == []

    made = user(run_door, rack, name, password=FIRST, **ROLES)
    assert made["changed"], made
    assert rack.state(name)["accounts"]["alice"] == "Operator"

    again = user(run_door, rack, name, password=FIRST, **ROLES)
    assert not again["changed"] and again["reason"] == "already as wanted"
    assert refused_logins(rack, name) == []

    rotated = user(run_door, rack, name, password=SECOND)
    assert rotated["changed"], rotated
    assert len(refused_logins(rack, name)) == 1

    refused = user(run_door, rack, name, role="ReadOnly")
    assert refused["needs"] == ["allow_role_change"] and "Operator -> ReadOnly" in refused["msg"], refused
    assert rack.server(name).bmc_host in refused["msg"] and rack.state(name)["accounts"]["alice"] == "Operator"
    other_role = user(run_door, rack, name, role="ReadOnly", allow_role_change=True)
    assert other_role["changed"] and rack.state(name)["accounts"]["alice"] == "ReadOnly"

    gone = user(run_door, rack, name, state="absent")
    assert gone["changed"], gone
    assert "alice" not in rack.state(name)["accounts"]
    assert not user(run_door, rack, name, state="absent")["changed"]


def test_rotation_of_the_account_we_log_in_with(rack, run_door):
    own = rack.server("smc").username
    old = rack.server("smc").password

    changed = run_door(rack, "smc", "bmc_user", name=own, password=SECOND)
    assert changed["changed"], changed
    assert refused_logins(rack, "smc") == []

    known = run_door(rack, "smc", "bmc_user", name=own, password=SECOND, bmc_password=SECOND)
    assert not known["changed"]

    stale = run_door(rack, "smc", "bmc_info", bmc_password=old + "x")
    assert stale["error_class"] == "AuthenticationError"


def test_wrong_old_password_is_tried_once_however_often_it_is_run(rack, run_door):
    for _run in range(4):
        result = user(run_door, rack, "smc", password=FIRST, bmc_password="wrong-password")
        assert result["error_class"] == "AuthenticationError"

    assert len(refused_logins(rack, "smc")) == 1
    assert user(run_door, rack, "smc", password=FIRST)["changed"]


def test_locked_account_is_told_and_not_tried(rack, run_door):
    user(run_door, rack, "smc", password=FIRST)
    for number in range(3):  # someone else's wrong passwords
        run_door(rack, "smc", "bmc_info", subsets=["system"], bmc_username="alice", bmc_password=f"wrong-{number}")
    before = len(refused_logins(rack, "smc"))

    told = user(run_door, rack, "smc", password=SECOND)
    assert told["error_class"] == "ConflictError" and "is locked" in told["msg"] and "unlock" in told["hint"], told
    assert len(refused_logins(rack, "smc")) == before

    freed = user(run_door, rack, "smc", password=SECOND, unlock=True)
    assert freed["changed"] and freed["after"]["locked"] is False, freed
    assert not user(run_door, rack, "smc", password=SECOND)["changed"]
    assert len(refused_logins(rack, "smc")) == before


def test_rotation_through_a_busy_bmc_locks_nobody_and_ends_well(rack, run_door):
    """Three runs with the same wanted password while the BMC answers 503 now and then: one refused log-in a run."""
    user(run_door, rack, "smc", password=FIRST)
    rack.fault("smc", "status", path="*/Accounts/*", method="PATCH", code=503, count=2)
    results = [user(run_door, rack, "smc", password=SECOND, state="present") for _run in range(3)]

    rack.clear_faults()
    assert [result.get("error_class") for result in results] == ["ConflictError", "ConflictError", None], results
    assert not user(run_door, rack, "smc", password=SECOND)["changed"]


def test_busy_bmc_in_the_middle_changes_nothing_and_locks_nobody(rack, run_door):
    user(run_door, rack, "smc", password=FIRST)
    rack.fault("smc", "status", path="*/Accounts/*", method="PATCH", code=503)

    result = user(run_door, rack, "smc", password=SECOND)

    rack.clear_faults()
    assert result["error_class"] == "ConflictError"
    assert not user(run_door, rack, "smc", password=FIRST)["changed"]


def test_lost_answer_is_reconciled_by_a_login(rack, run_door):
    user(run_door, rack, "std", password=FIRST)
    rack.fault("std", "lost_answer", path="*/Accounts/*", method="PATCH", count=1)

    result = user(run_door, rack, "std", password=SECOND)

    rack.clear_faults()
    assert not result.get("failed"), result
    assert len([e for e in rack.journal("std", writes=True) if e["method"] == "PATCH"]) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"password": "short"}, "characters"),
        ({"password": FIRST, "role": "Operatr"}, "did you mean role Operator"),
        ({}, "a new one needs a password"),
    ],
)
def test_bad_input_is_refused_before_the_first_write(rack, run_door, options, words):
    result = user(run_door, rack, "smc", **options)

    assert result["error_class"] == "ConfigurationError"
    assert words in result["msg"]
    assert rack.journal("smc", writes=True) == []


def test_factory_password_is_refused(rack, run_door):
    result = user(run_door, rack, "dell", password="calvin")

    assert "delivered with" in result["msg"]


def test_we_do_not_remove_ourselves(rack, run_door):
    own = rack.server("std").username

    result = run_door(rack, "std", "bmc_user", name=own, state="absent")

    assert "we are logged in with" in result["msg"]


def test_no_free_slot_names_who_has_them(rack, run_door):
    for number in range(14):
        assert user(run_door, rack, "dell", name=f"user{number:02}", password=FIRST)["changed"]

    result = user(run_door, rack, "dell", password=FIRST)

    assert result["error_class"] == "ConflictError"
    assert "user03" in result["msg"]


def test_password_as_delivered_is_changed_first(rack_of, run_door):
    rack = rack_of({"new": {"lab_platform": "generic", "lab_must_change_password": True}}, maas=False)
    own = rack.server("new").username

    blocked = run_door(rack, "new", "bmc_info", subsets=["system"])
    assert blocked["error_class"] == "AuthenticationError" and "bmc_user" in blocked["hint"]

    changed = run_door(rack, "new", "bmc_user", name=own, password=FIRST)
    assert changed["changed"], changed

    works = run_door(rack, "new", "bmc_info", subsets=["system"], bmc_password=FIRST)
    assert not works.get("failed"), works
