# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a door: the five verbs in order, and the only reader of check mode, the only place that exits or fails.

A door is declared once and has two runners: :func:`run_module` (the real module) and the action twin in
``plugins/plugin_utils/_twin.py`` (in-process on the controller). Both call :func:`execute`, so that results are equal.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import traceback
import typing as t
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import redact
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import SYSTEM_CLOCK, Clock

__all__ = ["Answer", "Context", "Door", "Query", "Run", "execute", "run_module"]

Params = t.Mapping[str, t.Any]


def _nobody_listens(text: str) -> None:
    """Drop a line of progress: a real module has no terminal."""


@dataclass(frozen=True)
class Context:
    """What the surroundings give a door.

    ``read_only`` is true in check mode and for readers: a transport opened with it refuses every write.
    ``cache_dir`` is a directory of mode 0700 that lives as long as the playbook run, or None (real modules): BMC
    sessions are shared through it. ``door`` names who asks, for those who find a BMC taken.
    ``tell`` shows a line of progress of something that takes long.
    ``writes`` are the resources that were written, or may have been: the transports note them with :meth:`wrote`.
    """

    check_mode: bool = False
    diff: bool = False
    read_only: bool = False
    clock: Clock = SYSTEM_CLOCK
    cache_dir: str | None = None
    door: str = ""
    tell: t.Callable[[str], None] = _nobody_listens
    warnings: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    def wrote(self, resource: str) -> None:
        """Note a write that was taken, or whose answer was lost."""
        self.writes.append(resource)

    def warn(self, text: str) -> None:
        """Tell the user something that does not fail the task."""
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass
class Run:
    """One run of a door, as far as it has come; ``apply``, ``verify`` and ``report`` read it.

    ``after`` is predicted by the plan in check mode and read back otherwise. ``error`` is set when a step or the
    verification failed: ``report`` is then asked for what did happen.
    """

    wanted: t.Any
    context: Context
    current: t.Any = None
    plan: Plan = field(default_factory=Plan)
    after: t.Any = None
    records: list[StepRecord] = field(default_factory=list)
    error: HWAutomationError | None = None

    @property
    def started(self) -> bool:
        """Whether something was written, or may have been."""
        statuses = {record.status for record in self.records}
        refused = self.error is not None and self.error.refused and not self.context.writes
        return "done" in statuses or ("failed" in statuses and not refused)

    def facts(self, step_name: str) -> t.Mapping[str, t.Any]:
        """Return what ``apply`` returned for the step of that name, or an empty mapping."""
        return next((record.facts for record in self.records if record.step.name == step_name), {})


@dataclass(frozen=True)
class Door:
    """A resource that can be changed.

    ``wanted(params)``            options -> frozen dataclass; no network; raises ConfigurationError.
    ``connect(params, context)``  -> context manager giving the client; honours ``context.read_only``.
    ``read(client, wanted)``      -> current state (current and pending); reads only.
    ``decide(wanted, current)``   -> Plan; pure.
    ``apply(client, record, run)``-> facts of that step or None; the only verb that writes. A step that somebody else
                                  did in the meantime is marked ``skipped`` by it: it is no change of this run.
    ``verify(client, run)``       -> state read back, raises VerificationError when it is not ``plan.after``.
    ``report(run)``               -> result keys, among them ``audit``; called as well when a step failed.
    """

    name: str
    options: Options
    connect: t.Callable[[Params, Context], AbstractContextManager[t.Any]]
    wanted: t.Callable[[Params], t.Any]
    read: t.Callable[[t.Any, t.Any], t.Any]
    decide: t.Callable[[t.Any, t.Any], Plan]
    apply: t.Callable[[t.Any, StepRecord, Run], t.Mapping[str, t.Any] | None]
    verify: t.Callable[[t.Any, Run], t.Any]
    report: t.Callable[[Run], t.Mapping[str, t.Any]]


@dataclass(frozen=True)
class Query:
    """A reader (``*_info``): never writes, never changes; ``report(wanted, current)`` gives the result keys."""

    name: str
    options: Options
    connect: t.Callable[[Params, Context], AbstractContextManager[t.Any]]
    wanted: t.Callable[[Params], t.Any]
    read: t.Callable[[t.Any, t.Any], t.Any]
    report: t.Callable[[t.Any, t.Any], t.Mapping[str, t.Any]]


@dataclass(frozen=True)
class Answer:
    """What a runner hands back to Ansible; secrets are already masked."""

    result: dict[str, t.Any]
    warnings: tuple[str, ...] = ()


def execute(door: Door | Query, arguments: Params, context: Context) -> Answer:
    """Validate the arguments and run the door; never raises, a failure is a result with ``failed: true``."""
    secrets: set[str] = set()
    context = replace(context, door=door.name)  # shares the lists of warnings and writes, so none is lost
    try:
        params, secrets = validate(door.options, arguments)
        result = _query(door, params, context) if isinstance(door, Query) else _change(door, params, context)
    except HWAutomationError as exc:
        result = {"failed": True, "changed": False, **exc.as_result()}
    except Exception as exc:  # a defect of ours: it must reach the user as a failure with its trace, never as a crash
        result = {"failed": True, "changed": False, **_defect(door, exc).as_result()}
    return Answer(redact(result, secrets), tuple(redact(context.warnings, secrets)))


def _query(door: Query, params: Params, context: Context) -> dict[str, t.Any]:
    wanted = door.wanted(params)
    with door.connect(params, _read_only(context)) as client:
        current = door.read(client, wanted)
    return {"changed": False, **door.report(wanted, current)}


def _change(door: Door, params: Params, context: Context) -> dict[str, t.Any]:
    wanted = door.wanted(params)
    if context.check_mode:
        context = _read_only(context)
    run = Run(wanted=wanted, context=context)
    with door.connect(params, context) as client:
        run.current = door.read(client, wanted)
        run.plan = door.decide(wanted, run.current)
        run.records = [StepRecord(step) for step in run.plan.steps]
        run.after = run.plan.after
        for warning in run.plan.warnings:
            context.warn(warning)
        _refuse_disruption(door, run, params)
        if run.plan.changes and not context.check_mode:
            try:
                _apply(door, client, run)
                run.after = door.verify(client, run)
            except HWAutomationError as exc:
                run.error = exc
            except Exception as exc:  # a defect of ours, after something may have been written: report what is known
                run.error = _defect(door, exc)
    return _result(door, run)


def _read_only(context: Context) -> Context:
    return replace(context, read_only=True)


def _refuse_disruption(door: Door, run: Run, params: Params) -> None:
    refused = [step for step in run.plan.steps if step.allow and not params.get(step.allow)]
    if refused:
        needed = sorted({step.allow for step in refused})
        raise ConfigurationError(
            f"{'; '.join(step.text for step in refused)}: not allowed; nothing was changed",
            hint=f"set {' and '.join(f'{option}: true' for option in needed)} if that is what you want",
            plan={"steps": [record.as_result() for record in run.records]},
            needs=needed,
        )


def _apply(door: Door, client: t.Any, run: Run) -> None:
    for record in run.records:
        # Marked before the call: if it breaks in the middle, this step may have written.
        record.status = "failed"
        try:
            record.facts = door.apply(client, record, run) or {}
        except Exception:
            for later in run.records[run.records.index(record) + 1 :]:
                later.status = "skipped"
            raise
        if record.status == "failed":
            record.status = "done"


def _defect(door: Door | Query, exc: Exception) -> HWAutomationError:
    return HWAutomationError(
        f"{door.name}: internal error: {type(exc).__name__}: {exc}",
        hint="report this with the output of the task at -vvv",
        exception="".join(traceback.format_exception(type(exc), exc, exc.__traceback__)),
    )


def _report(door: Door, run: Run) -> dict[str, t.Any]:
    try:
        return dict(door.report(run))
    except Exception as exc:
        if run.error is None:
            raise
        # The first error is the one to tell; that the report broke too must not hide it.
        return {"report_error": str(_defect(door, exc))}


def _result(door: Door, run: Run) -> dict[str, t.Any]:
    plan = {"steps": [record.as_result() for record in run.records], "reason": run.plan.reason}
    changed = run.plan.changes if run.context.check_mode else run.started
    result: dict[str, t.Any] = {"changed": changed, "plan": plan}
    if run.plan.reason:
        result["reason"] = run.plan.reason
    result.update(_report(door, run))
    audit = dict(result.get("audit") or {})
    audit["plan"] = plan
    result["audit"] = audit
    if run.error is not None:
        result.update(run.error.as_result())
        result["failed"] = True
    if run.context.diff and changed:
        after = run.after if run.error is None else result.get("after", run.plan.after)
        result["diff"] = _diff(run.plan.before, run.plan.after if run.context.check_mode else after, run.plan)
    return result


def _diff(before: t.Any, after: t.Any, plan: Plan) -> list[dict[str, t.Any]]:
    """Return Ansible's diff form; the steps follow as prepared lines, so that a reboot shows up in a review."""
    steps = "".join(f"  {number}. {step.text}\n" for number, step in enumerate(plan.steps, 1))
    return [{"before": before, "after": after}, {"prepared": f"steps:\n{steps}"}]


def _given(params: Params, spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the parameters without those nobody gave, also inside suboptions: null would not pass a second check."""
    found = {}
    for key, value in params.items():
        inner = spec.get(key, {}).get("options")
        if inner and isinstance(value, dict):
            value = _given(value, inner)
        elif inner and isinstance(value, list):
            value = [_given(item, inner) if isinstance(item, dict) else item for item in value]
        if value is not None:
            found[key] = value
    return found


def run_module(door: Door | Query) -> None:
    """Run a door as an ordinary module: on a jump host, or with async, become or environment."""
    module = AnsibleModule(argument_spec=dict(door.options.spec), supports_check_mode=True, **door.options.relations())
    # execute() validates once more from the raw arguments, so that both runners share one path; the values are those
    # AnsibleModule has checked, and JSON is what the twin's arguments go through as well.
    arguments = _given(module.params, door.options.spec)
    context = Context(check_mode=module.check_mode, diff=module._diff)
    answer = execute(door, json.loads(json.dumps(arguments)), context)
    for warning in answer.warnings:
        module.warn(warning)
    result = dict(answer.result)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
