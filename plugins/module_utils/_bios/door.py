# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of the door bios_settings that touch the machine, and its report.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.backup import make_backup
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import show
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.outcomes import (
    FAILED,
    Outcome,
    judge,
    planned,
    unknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.preflight import wait_for_post
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.reboot import (
    Restarted,
    restart_and_watch,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.write import (
    remove_job,
    reset_defaults,
    stage_values,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    allowed_resets,
    choose_reset,
    reset,
    wait_for_power,
)

__all__ = ["apply", "report", "verify"]

Facts = t.Dict[str, t.Any]


def apply(machine: Machine, record: StepRecord, run: Run) -> Facts:
    """Carry out one step; a failure carries what became of each attribute."""
    part = record.step.name.split("_")[0] if record.step.name.startswith(("stage", "restart")) else record.step.name
    try:
        return VERBS[part](machine, record.step, run)
    except HWAutomationError as exc:
        if "attributes" not in exc.facts:
            exc.facts.update(_as_facts(_what_is_left(machine, run, exc), run, machine))
        if _refused_whole(exc) and not any(other.status == "done" for other in run.records):
            exc.facts["changed"] = False
        raise


def verify(machine: Machine, run: Run) -> t.Any:
    """Return what the diff shows, as read back.

    :raises VerificationError: when an attribute is not what was wanted; partial success is a failure.
    """
    last = run.records[-1].facts
    outcomes: t.List[Outcome] = last.get("outcomes", [])
    failed = [item for item in outcomes if item.outcome in FAILED]
    if failed and last.get("waited", True):
        raise _not_as_wanted(machine, outcomes, run)
    return _shown(run, last["state"]) if "state" in last else run.plan.after


def report(run: Run) -> Facts:
    """Return the result keys, also of a run that failed."""
    change: Change = run.plan.facts["change"]
    state: BiosState = run.current
    last = next((record.facts for record in reversed(run.records) if "state" in record.facts), {})
    now: BiosState = last.get("state", state)
    attributes = _attributes(run, change, state)
    waiting = [item["attribute"] for item in attributes if item["outcome"] in ("staged", "still_pending")]
    return {
        "attributes": attributes,
        "platform": state.platform,
        "before": run.plan.before,
        "after": _shown(run, now) if last else run.plan.after,
        "current": {item["attribute"]: item["after"] for item in attributes},
        "pending": dict(now.pending),
        "reboot_required": bool(waiting) or (bool(run.plan.steps) and not run.plan.facts["restart"]),
        "audit": _audit(run, attributes, state),
    }


def _stage(machine: Machine, step: Step, run: Run) -> Facts:
    change: Change = run.plan.facts["change"]
    wait_for_post(machine.service, _patience(run))
    state, lost = stage_values(machine, step.payload["attributes"], run.wanted.wait_interval)
    early = replace(change, differing=tuple(name for name in change.differing if name not in change.late))
    outcomes = judge(
        early, run.current, state, restarted=False, refused={name: why for name, why in lost.items() if why}
    )
    if lost:
        raise _not_kept(machine, step, run, lost, _facts(outcomes, _shown(run, state)))
    return {"outcomes": outcomes, "state": state}


def _not_kept(machine: Machine, step: Step, run: Run, lost: t.Mapping[str, str], facts: Facts) -> VerificationError:
    """Return the error for values that the BMC took and dropped, or refused in an answer that was a success (Q-G15)."""
    waiting = run.current.pending
    new = [name for name, value in step.payload["attributes"].items() if not same(waiting.get(name), value)]
    # A success that names every new value as refused has changed as little as a refusal.
    if new and all(lost.get(name) for name in new) and not any(record.status == "done" for record in run.records):
        facts = {**facts, "changed": False}
    told = ", ".join(f"{name}{f' ({why})' if why else ''}" for name, why in lost.items())
    return VerificationError(
        f"the BMC accepted the change and did not keep {told}; the rest is staged, nothing was restarted",
        machine=machine.service.machine,
        resource=step.resource,
        hint="bios_settings_info shows what locks an attribute; take it out or set what it depends on",
        **facts,
    )


def _restart(machine: Machine, step: Step, run: Run) -> Facts:
    wanted: Wanted = run.wanted
    change: Change = run.plan.facts["change"]
    if step.payload["part"] == 1 and change.late:
        change = replace(change, differing=tuple(name for name in change.differing if name not in change.late))
    done = restart_and_watch(
        machine,
        change,
        run.current,
        how=step.payload["how"],
        patience=_patience(run),
        graceful_timeout=wanted.graceful_timeout,
        wait=wanted.wait,
        settings_time=machine.bios.time if machine.bios else None,
    )
    _mention_bad_end(done, run)
    if step.payload["power_off_after"] and wanted.wait:
        service = machine.service
        reset(service, choose_reset(allowed_resets(service), service.profile.power.off, service.machine))
        wait_for_power(service, "Off", _patience(run))
    return {
        "outcomes": done.outcomes,
        "state": done.state,
        "reset_type": done.kind,
        "proof": done.proof,
        "waited": wanted.wait,
    }


def _mention_bad_end(done: Restarted, run: Run) -> None:
    """Warn of a job that ended badly although everything is as wanted: it may have been about something else (Q-D12)."""
    if done.state.job_failure and not any(item.outcome in FAILED for item in done.outcomes):
        run.context.warn(
            f"{done.state.machine}: all settings are as wanted, and yet the configuration job for them has ended badly"
            f" ({done.state.job_failure})"
        )


def _tool(machine: Machine, step: Step, run: Run) -> Facts:
    machine.write_by_tool(step.payload["attributes"])
    state = machine.observe_with_job()
    return {
        "outcomes": judge(run.plan.facts["change"], run.current, state, restarted=False, refused={}),
        "state": state,
    }


def _remove_job(machine: Machine, step: Step, run: Run) -> Facts:
    remove_job(machine, step.resource)
    return {}


def _patience(run: Run) -> Patience:
    wanted: Wanted = run.wanted
    # Without leave to wait it is looked at once.
    return Patience(wanted.wait_timeout if wanted.wait else 0.0, wanted.wait_interval, run.context.clock)


def _reset_defaults(machine: Machine, step: Step, run: Run) -> Facts:
    wait_for_post(machine.service, _patience(run))
    reset_defaults(machine)
    state = machine.observe()
    change: Change = run.plan.facts["change"]
    staged = replace(state, pending={name: goal.value for name, goal in change.goals.items()})
    return {"outcomes": judge(change, run.current, staged, restarted=False, refused={}), "state": staged}


VERBS: t.Mapping[str, t.Callable[[Machine, Step, Run], Facts]] = {
    "remove_job": _remove_job,
    "reset_defaults": _reset_defaults,
    "restart": _restart,
    "stage": _stage,
    "tool": _tool,
}


def _refused_whole(error: HWAutomationError) -> bool:
    """Say whether the BMC answered that it did nothing, as opposed to an answer that tells less."""
    return isinstance(error, ConfigurationError) and "status" in error.facts


def _what_is_left(machine: Machine, run: Run, error: HWAutomationError) -> t.Tuple[t.List[Outcome], BiosState]:
    """Read once more after a failure, so that the user sees how far it got."""
    change: Change = run.plan.facts["change"]
    try:
        state = machine.observe_with_job()
    except HWAutomationError:
        return unknown(change, run.current, str(error.message)), run.current
    refused: t.Dict[str, str] = {}
    if _refused_whole(error):
        refused = dict.fromkeys(change.differing, "the request was refused as a whole")
        refused.update(error.facts.get("refused") or {})
    return judge(change, run.current, state, restarted=False, refused=refused), state


def _as_facts(found: t.Tuple[t.List[Outcome], BiosState], run: Run, machine: Machine) -> Facts:
    outcomes, state = found
    return _facts(outcomes, _shown(run, state))


def _facts(outcomes: t.Iterable[Outcome], after: t.Any) -> Facts:
    return {"attributes": [item.as_result() for item in outcomes], "after": after}


def _not_as_wanted(machine: Machine, outcomes: t.Sequence[Outcome], run: Run) -> VerificationError:
    failed = [item for item in outcomes if item.outcome in FAILED]
    good = sum(item.outcome == "applied" for item in outcomes)
    told = "; ".join(f"{item.attribute} = {item.wanted!r}: {item.outcome} ({item.reason})" for item in failed)
    return VerificationError(
        f"{len(failed)} of {good + len(failed)} BIOS attributes are not as wanted: {told}",
        machine=machine.service.machine,
        resource=run.current.resource,
        hint="run it again once more; if it stays so, the BIOS does not offer this on this machine",
        **_facts(outcomes, _shown(run, run.records[-1].facts["state"])),
    )


def _shown(run: Run, state: BiosState) -> t.Any:
    change: Change = run.plan.facts["change"]
    return show(change.shown, run.current.registry, state.current, state.pending)


def _attributes(run: Run, change: Change, state: BiosState) -> t.List[Facts]:
    if run.error is not None and "attributes" in run.error.facts:
        return t.cast(t.List[Facts], run.error.facts["attributes"])
    for record in reversed(run.records):
        if "outcomes" in record.facts:
            return [item.as_result() for item in record.facts["outcomes"]]
    return [item.as_result() for item in planned(change, state, steps=run.plan.changes)]


def _audit(run: Run, attributes: t.Sequence[Facts], state: BiosState) -> Facts:
    keys = ("attribute", "before", "wanted", "after", "outcome", "reason")
    changes = [{key: item.get(key, "") for key in keys} for item in attributes if item["outcome"] != "already_set"]
    audit: Facts = {"server": dict(state.server), "bios_changes": changes if run.plan.changes else []}
    if run.started:
        audit["backups"] = [make_backup(state)]
    restarts = [record for record in run.records if record.step.name.startswith("restart")]
    if restarts:
        audit["power_changes"] = [_power_change(record, state) for record in restarts]
    return audit


def _power_change(record: StepRecord, state: BiosState) -> Facts:
    return {
        "before": state.power,
        "wanted": "restarted" if state.power != "Off" else "On",
        "after": "Off" if record.step.payload["power_off_after"] else "On",
        "reset_type": record.facts.get("reset_type", ""),
        "outcome": record.status,
    }
