# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the MAAS region against what a running MAAS 3.7.3 reported about itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.maas import rules, statuses
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.power_types import POWER_TYPES, describe
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.records import Node
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.refusals import Refusal
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.statuses import Status

RECORDINGS = Path(__file__).resolve().parents[3].parent / "shared" / "maas-recordings"


def reported(name: str) -> Any:
    path = RECORDINGS / name
    if not path.is_file():
        pytest.skip("the recorded answers of a MAAS are not beside the project (../shared/maas-recordings)")
    return json.loads(path.read_text())


def test_statuses_and_transitions_are_those_of_a_running_maas() -> None:
    machine = reported("_state-machine-3.7.3.json")
    assert {entry["code"]: entry["name"] for entry in machine["statuses"]} == {int(s): s.title for s in Status}
    assert {entry["constant"] for entry in machine["statuses"]} == {s.name for s in Status}
    for name, targets in machine["transitions"].items():
        if name != "null":
            assert {s.title for s in statuses.TRANSITIONS[statuses.BY_TITLE[name]]} == set(targets), name
    assert {s.title for s in statuses.RELEASABLE} == set(machine["releasable"])
    assert {s.title: f.title for s, f in statuses.FAILURE.items()} == machine["failure"]


def test_time_limits_are_those_of_a_running_maas() -> None:
    for entry in reported("_state-machine-3.7.3.json")["statuses"]:
        assert statuses.timeout_minutes(Status(entry["code"]), 30) == entry["timeout_minutes"], entry["name"]


def test_power_types_are_those_of_a_running_maas() -> None:
    listed = reported("_power-types-3.7.3.json")
    assert set(listed) == set(POWER_TYPES)
    for name, kind in listed.items():
        ours = describe(POWER_TYPES[name])
        facts = ("name", "required", "secret", "scope", "default")
        left = {tuple(str(field[fact]) for fact in facts) for field in kind["settings"]}
        right = {tuple(str(field[fact]) for fact in facts) for field in ours["fields"]}
        assert left == right, name
        assert (kind["chassis"], kind["queryable"]) == (ours["chassis"], ours["queryable"]), name
        choices = {field["name"]: {choice[0] for choice in field["choices"]} for field in kind["settings"]}
        assert choices == {f["name"]: {choice[0] for choice in f["choices"]} for f in ours["fields"]}, name


S = Status
ALLOWED = {
    # operation -> (check, statuses that may; everything else is refused)
    "commission": (
        lambda node: rules.commission_problem(node) or None,
        {S.NEW, S.FAILED_COMMISSIONING, S.READY, S.BROKEN},
    ),
    "deploy": (rules.can_deploy, {S.READY, S.ALLOCATED}),
    "abort": (rules.can_abort, {S.COMMISSIONING, S.DEPLOYING, S.TESTING, S.DISK_ERASING}),
    "release": (rules.can_release, statuses.RELEASABLE | {S.READY, S.RELEASING}),
    "mark_fixed": (rules.can_mark_fixed, {S.BROKEN}),
    "lock": (rules.can_lock, {S.DEPLOYED, S.DEPLOYING}),
    "override_failed_testing": (rules.can_override, {S.FAILED_TESTING}),
    "set_storage_layout": (rules.can_change_storage_layout, {S.READY}),
    "edit_storage": (rules.can_edit_storage, {S.READY, S.ALLOCATED}),
}


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.short)
@pytest.mark.parametrize("operation", sorted(ALLOWED))
def test_operations_by_status(operation: str, status: Status) -> None:
    check, may = ALLOWED[operation]
    node = Node("abcdef", "r01", 0, 1, 0, "amd64/generic", status=status)
    try:
        refused = isinstance(check(node), str)
    except Refusal as refusal:
        assert refusal.status == 409
        assert status.title in refusal.text or operation not in ("deploy", "abort", "release")
        refused = True
    assert refused == (status not in may)
