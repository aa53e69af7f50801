# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of the firmware door after the decision: apply, verify, report.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import OutcomeUnknown
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.activate import activate, reset_host
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.confirm import confirm, wait_ready
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.follow import follow, read_when_back
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.handles import (
    STARTED,
    activation_words,
    sent_words,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.start import send, start
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    Current,
    Handle,
    Unit,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import STANDARD

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import StepRecord

__all__ = ["apply_step", "info", "read_for_change", "read_site", "report", "verify"]

Facts = t.Dict[str, t.Any]


def read_site(site: Site, wanted: t.Any) -> Current:
    """Return what the machine has."""
    return _patiently(site, lambda: read.read_current(site.service))


def read_for_change(site: Site, wanted: Wanted) -> Current:
    """Return what the machine has, and, where something is left to do, whether it takes changes at all."""
    return _patiently(site, lambda: _read_for_change(site, wanted))


def _patiently(site: Site, look: t.Callable[[], Current]) -> Current:
    """Read a machine; one with a started update is given the time that a restart of its BMC takes."""
    seconds = site.wanted.answer_timeout
    if site.wanted.handles:
        seconds = max(seconds, float(STANDARD.blind["bmc"]))
    return read_when_back(site, seconds, look) if seconds else look()


def _read_for_change(site: Site, wanted: Wanted) -> Current:
    current = read.read_current(site.service)
    if _has_all(wanted, current):
        return current
    current = replace(current, tools=tuple(site.tools.installed), no_tool=site.tools.missing)
    return read.with_readiness(site.service, current)


def _has_all(wanted: Wanted, current: Current) -> bool:
    """Whether nothing is left to do, so that what matters to a sender need not be read."""
    for row in wanted.targets:
        entries, _missing = assess.devices_of(row, current.components)
        if not entries or assess.standing(row, entries, current.answers) != EQUAL:
            return False
    return True


def info(wanted: t.Any, current: Current) -> Facts:
    """Return the result keys of the reader."""
    components = [entry.as_result() for entry in current.components]
    kept = [{key: entry[key] for key in ("component", "name", "version", "staged")} for entry in components]
    return {
        "firmware": {
            "platform": current.platform,
            "model": current.model,
            "components": components,
            "updates": [asdict(task) for task in current.tasks],
            "methods": list(current.offers),
            "max_bytes": current.max_bytes,
            "obstacles": list(current.obstacles),
        },
        "audit": {
            "server": {"bmc_host": current.machine, "model": current.model},
            "discovery": {"firmware": kept},
        },
    }


def apply_step(site: Site, record: StepRecord, run: Run) -> t.Mapping[str, t.Any]:
    """Carry out one step of the plan and return what later steps and the report need of it."""
    verb = str(record.step.payload["verb"])
    unit: Unit = run.plan.facts["units"][record.step.payload["unit"]]
    earlier = _facts_of(run, unit)

    def note(facts: Facts) -> None:
        record.facts = {**record.facts, **facts}

    if verb == "send":
        note(send(site, unit, note))
        return record.facts
    if verb == "start":
        return start(site, unit)
    if verb == "follow":
        return {} if earlier.get("already_current") else follow(site, unit, str(earlier.get("task") or unit.task))
    if verb == "activate":
        return activate(site, unit)
    if verb == "reset":
        return _restart(site)
    return confirm(site, unit, earlier)


def _facts_of(run: Run, unit: Unit) -> Facts:
    """Return what the earlier steps of the same update found out."""
    found: Facts = {}
    for record in run.records:
        if run.plan.facts["units"][record.step.payload["unit"]] is unit:
            found.update(record.facts)
    return found


def _restart(site: Site) -> Facts:
    done = reset_host(site)
    power.wait_for_start(site.service, done["before"], site.patience(), restarted=not done["was_off"])
    wait_ready(site)
    return done


def verify(site: Site, run: Run) -> t.Dict[str, str]:
    """Read all versions once more; each was confirmed by its own step where the plan says that it is active now."""
    # What was only begun is not active yet, and a BMC that has taken its own image may be restarting by now.
    components = read.inventory(site.service) if run.wanted.wait else run.current.components
    found = {}
    for row in run.wanted.targets:
        entries, _missing = assess.devices_of(row, components)
        found[row.label] = assess.shown(entries)
    # Staged or sent, not active: the diff says so in the words of the plan.
    for unit in run.plan.facts["units"]:
        label = unit.row.label
        if not _ended(run, unit) and found.get(label) == run.plan.before.get(label):
            found[label] = run.plan.after[label] if run.wanted.wait else f"{found[label]}, coming: {unit.row.version}"
    return found


def _ended(run: Run, unit: Unit) -> bool:
    return any(record.step.payload["verb"] == "confirm" for record in _records(run, unit))


def _records(run: Run, unit: Unit) -> t.List[StepRecord]:
    return [record for record in run.records if run.plan.facts["units"][record.step.payload["unit"]] is unit]


def report(run: Run) -> Facts:
    """Return the result keys: one entry per component, the handles of started updates, and what the audit keeps."""
    current: Current = run.current
    changes = [_change(run, unit) for unit in run.plan.facts.get("units", ())] + list(map(_landed_change, _landed(run)))
    return {
        "firmware": {
            "platform": current.platform,
            "model": current.model,
            "before": run.plan.before,
            "after": run.after if run.error is None else run.plan.before,
            "changes": changes,
        },
        "handles": [asdict(handle) for handle in _handles(run)],
        "later": run.plan.facts.get("later", []),
        "minutes": run.plan.facts.get("minutes", 0),
        "reboots": run.plan.facts.get("reboots", 0),
        "audit": {
            "server": {"bmc_host": current.machine, "model": current.model},
            "firmware_changes": [change for change in changes if change["outcome"] != "skipped"],
            "power_changes": _power_changes(run),
        },
    }


def _landed(run: Run) -> t.List[t.Tuple[Row, Handle]]:
    """Return the updates that an earlier task began and whose versions run now: this is where they are known to."""
    current: Current = run.current
    found = []
    for row in run.wanted.targets:
        entries, _missing = assess.devices_of(row, current.components)
        for handle in run.wanted.handles:
            if handle.fits(row) and entries and assess.standing(row, entries, current.answers) == EQUAL:
                found.append((row, handle))
    return found


def _landed_change(landed: t.Tuple[Row, Handle]) -> Facts:
    row, handle = landed
    return {
        "component": row.label,
        "before": handle.before,
        "wanted": row.version,
        "after": row.version,
        "image": row.image,
        "sha256": row.sha256,
        "task": handle.task,
        "outcome": "applied",
        "reason": "read back after an earlier task had begun it",
    }


def _change(run: Run, unit: Unit) -> Facts:
    outcome = _outcome(run, unit)
    facts = _facts_of(run, unit)
    row = unit.row
    begun = next((handle.task for handle in run.wanted.handles if handle.fits(row)), "")
    return {
        "component": row.label,
        "before": unit.current,
        "wanted": row.version,
        "after": facts.get("version") or (row.version if outcome == "applied" else unit.current),
        "image": row.image,
        "sha256": row.sha256,
        "task": str(facts.get("task") or unit.task or begun),
        "outcome": outcome,
        "reason": _reason(run, facts, outcome),
    }


def _outcome(run: Run, unit: Unit) -> str:
    records = _records(run, unit)
    statuses = {record.status for record in records}
    if "failed" in statuses:
        return "unknown" if isinstance(run.error, OutcomeUnknown) else "failed"
    if run.context.check_mode:
        return "planned"
    if "done" not in statuses:
        return "skipped"
    if _ended(run, unit):
        return "applied"
    return "staged" if run.wanted.wait else STARTED


def _reason(run: Run, facts: Facts, outcome: str) -> str:
    if outcome in ("failed", "unknown") and run.error is not None:
        return run.error.message
    if outcome == STARTED and "sent_at" in facts:
        return sent_words(facts["sent_at"], facts["clock_offset"])
    if outcome == STARTED and facts.get("activated_at"):
        return activation_words(str(facts.get("reset_type")))
    return "; ".join(str(one) for one in (facts.get("evidence") or facts.get("text"), facts.get("restarted")) if one)


def _handles(run: Run) -> t.Iterator[Handle]:
    """Return one handle per update that was begun and has not landed yet: those given, and those of this run."""
    landed = {handle for _row, handle in _landed(run)}
    fresh = {}
    for unit in run.plan.facts.get("units", ()):
        facts = _facts_of(run, unit)
        if "sent_at" in facts or "activated_at" in facts or unit.begin not in ("send", "start"):
            fresh[unit.row.label] = _handle(run, unit, facts)
    labels = {row.label for row in run.wanted.targets}
    for handle in run.wanted.handles:
        if handle.component in labels and handle.component not in fresh and handle not in landed:
            yield handle
    yield from fresh.values()


def _handle(run: Run, unit: Unit, facts: Facts) -> Handle:
    known = next((handle for handle in run.wanted.handles if handle.fits(unit.row)), None)
    activated = facts.get("activated_at") or (known.activated_at if known else 0.0)
    ended = facts.get("ended") or known is not None and known.stage == "ended"
    return Handle(
        component=unit.row.label,
        version=unit.row.version,
        sha256=unit.row.sha256,
        stage="activating" if activated else "ended" if ended else "sent",
        task=str(facts.get("task") or unit.task or (known.task if known else "")),
        image=unit.row.file_name,
        before=known.before if known else unit.current,
        sent_at=float(facts.get("sent_at") or (known.sent_at if known else 0.0)),
        activated_at=float(activated),
        clock_offset=float(facts.get("clock_offset") or (known.clock_offset if known else 0.0)),
    )


def _power_changes(run: Run) -> t.List[Facts]:
    found = []
    for record in run.records:
        kind = record.facts.get("reset_type")
        if kind:
            before = record.facts.get("before")
            found.append(
                {
                    "before": before.power if before else "",
                    "wanted": record.facts.get("restarted") or record.step.text,
                    "after": "",
                    "reset_type": kind,
                    "outcome": "done",
                }
            )
    return found
