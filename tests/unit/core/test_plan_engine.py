# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine drives the verbs, refuses disruption, and tells the truth about what was written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import (
    Context,
    Door,
    Query,
    execute,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    OutcomeUnknown,
    ReadOnlyViolation,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step


@dataclass
class Lamp:
    """A resource simple enough to be its own server: a few switches, some of which break."""

    switches: dict[str, bool]
    broken: dict[str, Exception] = field(default_factory=dict)
    sticky: set[str] = field(default_factory=set)
    read_only: bool = False
    closed: bool = False

    def set(self, name: str, value: bool) -> None:
        if self.read_only:
            raise ReadOnlyViolation("write in check mode")
        if name in self.broken:
            raise self.broken[name]
        if name not in self.sticky:
            self.switches[name] = value


def lamp_door(lamp: Lamp) -> Door:
    @contextmanager
    def connect(params, context):
        lamp.read_only = context.read_only
        yield lamp
        lamp.closed = True

    def decide(wanted, current):
        differing = {name: value for name, value in wanted.items() if current[name] != value}
        steps = tuple(
            Step(
                f"set_{name}",
                f"turn {name} {'on' if value else 'off'}",
                allow="allow_off" if not value else "",
                payload={"name": name, "value": value},
            )
            for name, value in differing.items()
        )
        return Plan(steps, dict(current), {**current, **differing}, reason="" if steps else "already set")

    def apply(client, record, run):
        client.set(**record.step.payload)
        return {"set": record.step.payload["name"]}

    def verify(client, run):
        if client.switches != run.plan.after:
            raise VerificationError("did not stick", machine="lamp")
        return dict(client.switches)

    def report(run):
        return {"seen": run.after, "audit": {"bmc_changes": [dict(record.facts) for record in run.records]}}

    return Door(
        name="lamp",
        options=Options(
            {
                "switches": {"type": "dict", "required": True},
                "allow_off": {"type": "bool", "default": False},
                "password": {"type": "str", "no_log": True},
            }
        ),
        connect=connect,
        wanted=lambda params: params["switches"],
        read=lambda client, wanted: dict(client.switches),
        decide=decide,
        apply=apply,
        verify=verify,
        report=report,
    )


def run(lamp: Lamp, context: Context | None = None, **arguments):
    return execute(lamp_door(lamp), arguments, context or Context()).result


def test_change_is_applied_verified_and_reported_with_its_diff():
    lamp = Lamp({"left": False, "right": True})

    result = run(lamp, Context(diff=True), switches={"left": True})

    assert result["changed"] is True
    assert lamp.switches == {"left": True, "right": True}
    assert result["plan"]["steps"] == [{"name": "set_left", "text": "turn left on", "status": "done"}]
    assert result["diff"][0] == {"before": {"left": False, "right": True}, "after": {"left": True, "right": True}}
    assert "1. turn left on" in result["diff"][1]["prepared"]
    assert result["audit"]["plan"] == result["plan"]
    assert lamp.closed


def test_nothing_to_do_says_why():
    result = run(Lamp({"left": True}), Context(diff=True), switches={"left": True})

    assert (result["changed"], result["reason"]) == (False, "already set")
    assert "diff" not in result


def test_check_mode_predicts_and_opens_the_transport_read_only():
    lamp = Lamp({"left": False})

    result = run(lamp, Context(check_mode=True, diff=True), switches={"left": True})

    assert result["changed"] is True
    assert lamp.switches == {"left": False}
    assert lamp.read_only
    assert result["diff"][0]["after"] == {"left": True}
    assert result["plan"]["steps"][0]["status"] == "planned"


@pytest.mark.parametrize("check_mode", [False, True])
def test_disruptive_step_is_refused_before_any_step_runs(check_mode):
    lamp = Lamp({"left": False, "right": True})

    result = run(lamp, Context(check_mode=check_mode), switches={"left": True, "right": False})

    assert result["failed"] and result["changed"] is False
    assert result["needs"] == ["allow_off"]
    assert "set allow_off: true" in result["msg"]
    assert lamp.switches == {"left": False, "right": True}


def test_failure_after_the_first_write_reports_changed_and_each_step():
    lamp = Lamp({"a": False, "b": False, "c": False}, broken={"b": ConflictError("busy", machine="lamp", answer="no")})

    result = run(lamp, switches={"a": True, "b": True, "c": True})

    assert result["failed"] and result["changed"] is True
    assert [step["status"] for step in result["plan"]["steps"]] == ["done", "failed", "skipped"]
    assert result["error_class"] == "ConflictError"
    assert result["msg"] == "lamp: busy. It answered: no"
    assert result["audit"]["bmc_changes"][0] == {"set": "a"}


def refusal(message: str = "busy") -> ConflictError:
    error = ConflictError(message, machine="lamp")
    error.refused = True
    return error


@pytest.mark.parametrize(
    ("broken", "noted", "changed"),
    [
        ({"a": refusal()}, [], False),
        ({"b": refusal()}, [], True),  # a was done
        ({"a": refusal()}, ["/lamp"], True),  # an earlier request of the same step was taken
        ({"a": ConflictError("busy")}, [], True),  # nobody says that it did nothing
        ({"a": OutcomeUnknown("the answer was lost")}, [], True),
        ({"a": ZeroDivisionError("oops")}, [], True),
    ],
)
def test_failure_is_changed_unless_the_very_first_write_was_refused(broken, noted, changed):
    lamp = Lamp({"a": False, "b": False}, broken=broken)

    result = run(lamp, Context(writes=list(noted)), switches={"a": True, "b": True})

    assert (result["failed"], result["changed"]) == (True, changed)


def test_lost_answer_counts_as_changed():
    lamp = Lamp({"a": False}, broken={"a": OutcomeUnknown("the answer was lost")})

    result = run(lamp, switches={"a": True})

    assert result["changed"] is True
    assert result["error_class"] == "OutcomeUnknown"


def test_value_that_does_not_stick_fails_with_changed():
    result = run(Lamp({"a": False}, sticky={"a"}), switches={"a": True})

    assert result["failed"] and result["changed"] is True
    assert result["error_class"] == "VerificationError"


def test_defect_after_a_write_is_a_failure_that_says_what_was_done():
    lamp = Lamp({"a": False, "b": False}, broken={"b": ZeroDivisionError("oops")})

    result = run(lamp, switches={"a": True, "b": True})

    assert result["failed"] and result["changed"] is True
    assert "internal error: ZeroDivisionError: oops" in result["msg"]
    assert "Traceback" in result["exception"]
    assert [step["status"] for step in result["plan"]["steps"]] == ["done", "failed"]


def test_secrets_are_masked_wherever_they_appear():
    lamp = Lamp({"a": False}, broken={"a": ConflictError("wrong: hunter22", answer="you said hunter22")})

    result = run(lamp, switches={"a": True}, password="hunter22")

    assert "hunter22" not in repr(result)
    assert "********" in result["msg"]


def test_all_bad_options_are_told_at_once_with_near_matches():
    result = run(Lamp({}), swiches={}, allow_of=True)

    assert result["failed"] and result["error_class"] == "ConfigurationError"
    for part in (
        "swiches (did you mean switches?)",
        "allow_of (did you mean allow_off?)",
        "missing required arguments",
    ):
        assert part in result["msg"]


def test_query_never_changes_and_is_read_only():
    lamp = Lamp({"a": True})
    door = lamp_door(lamp)
    query = Query("lamp_info", door.options, door.connect, door.wanted, door.read, lambda wanted, current: current)

    result = execute(query, {"switches": {}}, Context()).result

    assert result == {"changed": False, "a": True}
    assert lamp.read_only
