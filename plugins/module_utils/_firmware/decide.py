# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From wanted and current firmware to a plan, without network, clock or module.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    ON_RESET,
    Current,
    Handle,
    Unit,
    UpdateTask,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.steps import plan_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL, NEWER, OLDER
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.ways import Refusal, method_of

__all__ = ["decide"]

# The method that leaves an image in the BMC's store before it is installed from there.
FROM_STORE = "push_then_install"


@dataclass(frozen=True)
class Verdict:
    """What is to be done for one row: units to run in order, or the reason why there is nothing to do."""

    row: Row
    before: str
    units: t.Tuple[Unit, ...] = ()
    reason: str = ""
    staged: bool = False


def decide(wanted: Wanted, current: Current) -> Plan:
    """Return the plan for one machine.

    :raises ConfigurationError: for what is wrong in the request, all of it at once.
    :raises NotSupportedError: where the BMC takes no image the way it would have to go in.
    :raises ConflictError: when the machine is busy with something else.
    """
    verdicts: t.List[Verdict] = []
    refusals: t.List[Refusal] = []
    for row in sorted(wanted.targets, key=assess.order_of):
        try:
            verdicts.append(_verdict(row, wanted, current, verdicts))
        except Refusal as exc:
            refusals.append(exc)
    units = [unit for verdict in verdicts for unit in verdict.units]
    refusals += _doubles(wanted.targets)
    if any(unit.begin in ("send", "start") for unit in units):
        refusals += [Refusal(text, ConflictError) for text in current.obstacles]
    if refusals:
        raise _error(refusals, current)
    before = {verdict.row.label: verdict.before for verdict in verdicts}
    reasons = [verdict.reason for verdict in verdicts if verdict.reason]
    return plan_of(units, before, reasons, wanted, current)


def _error(refusals: t.Sequence[Refusal], current: Current) -> HWAutomationError:
    texts = list(dict.fromkeys(str(item) for item in refusals))
    # A mistake in the request comes first: waiting for the machine would not help it.
    kinds = [item.kind for item in refusals]
    kind = ConfigurationError if ConfigurationError in kinds else kinds[0]
    return kind("; ".join(texts), machine=current.machine or None, resource="firmware", problems=texts)


def _doubles(rows: t.Sequence[Row]) -> t.List[Refusal]:
    labels = [row.label for row in rows]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    return [Refusal(f"{label} is asked for twice, with different images") for label in twice]


def _verdict(row: Row, wanted: Wanted, current: Current, earlier: t.Sequence[Verdict]) -> Verdict:
    problem = assess.fits_machine(row, current.platform, current.model)
    if problem:
        raise Refusal(problem)
    entries, problem = assess.devices_of(row, current.components)
    if problem:
        raise Refusal(problem)
    before = assess.shown(entries)
    standing = assess.standing(row, entries, current.answers)
    if standing == EQUAL:
        return Verdict(row, before, reason=f"{row.label} is at {before} already")
    path = [*(hop for hop in row.via if assess.standing(hop, entries, current.answers) == OLDER), row]
    begun = _begun(path[0], entries, wanted, current)
    if begun is None:
        _refuse_step_back(row, standing, before, wanted)
        _refuse_foreign(row, current)
    elif begun.begin == "activate" and not _may_activate(wanted):
        return Verdict(row, before, reason=_waiting(begun), staged=True)
    units = (begun, *_sends(path[1:], path[0].version, entries, wanted, current)) if begun else ()
    if not units:
        units = _sends(path, before, entries, wanted, current)
        _refuse_unmet(units[0].row, current, earlier)
    return Verdict(row, before, units)


def _begun(row: Row, entries: t.Sequence[Component], wanted: Wanted, current: Current) -> Unit | None:
    """Return the update to carry on with when this image is on its way already, or None."""
    before = assess.shown(entries)
    handle = _handle(row, wanted)
    if handle is not None and handle.stage == "activating":
        return _unit(row, before, entries, "confirm", current)
    staged = _staged(row, entries, wanted, current)
    if staged:
        return _unit(row, before, entries, "activate", current, reason=staged)
    if handle is not None and handle.stage == "ended":
        return _after_its_end(row, before, entries, current)
    coming = _coming(row, current)
    if coming:
        return _unit(row, before, entries, "confirm", current, reason=coming)
    running = _running(row, wanted, current)
    return None if running is None else _unit(row, before, entries, "follow", current, task=running)


def _after_its_end(row: Row, before: str, entries: t.Sequence[Component], current: Current) -> Unit:
    """Carry on with an update whose task is over, or has vanished, and of which the machine shows nothing more."""
    begin = "confirm" if _activation(row, current) == "none" else "activate"
    return _unit(row, before, entries, begin, current, reason="its update has ended")


def _may_activate(wanted: Wanted) -> bool:
    return wanted.apply_time != ON_RESET and wanted.allow_reboot


def _waiting(unit: Unit) -> str:
    needs = {"bmc_reset": "a restart of the BMC", "ac_cycle": "an AC power cycle"}.get(unit.activation, "a host reset")
    return f"{unit.row.label} {unit.row.version} is staged, waiting for {needs}"


def _staged(row: Row, entries: t.Sequence[Component], wanted: Wanted, current: Current) -> str:
    """Return what shows that the wanted version is on the machine and waits to be activated, or an empty text."""
    for entry in entries:
        if assess.has_staged(row, entry, current.answers):
            return f"the inventory shows {entry.staged} as staged"
    by_reset = _activation(row, current) != "none"
    for task in current.tasks:
        ours = _is_ours(task, row, wanted)
        # A task that does not say what it flashed counts as ours: one restart too many is better than a second image.
        if task.state == "waiting" and (ours or ours is None and by_reset):
            return f"{task.name or task.uri} waits for it"
        ended = task.state == "ok" and task.since_reset and not task.verified and by_reset
        if ended and (ours or ours is None and task.says_staged):
            return f"{task.name or task.uri} ended and the host was not restarted since"
    return ""


def _coming(row: Row, current: Current) -> str:
    """Return what shows that the version comes with a restart that the BMC makes by itself and has not made yet."""
    newest = next((task for task in current.tasks if not task.active), None)
    if newest is None or newest.state != "ok" or newest.verified or _activation(row, current) != "none":
        return ""
    # One that does not tell its image may be another's: then the image is sent, and a BMC that has it refuses it.
    if not newest.just_ended or newest.image != row.file_name:
        return ""
    return f"{newest.name or newest.uri} ended {newest.ended_ago:.0f} s ago, and the BMC has to restart for it"


def _is_ours(task: UpdateTask, row: Row, wanted: Wanted) -> bool | None:
    """Whether a task is the update of the row; None where nothing tells."""
    owner = next((handle for handle in wanted.handles if handle.task and handle.task == task.uri), None)
    return task.may_be(row) if owner is None else owner.fits(row)


def _activation(row: Row, current: Current) -> str:
    known = current.answers.activation
    return row.activation or known.get(row.component, known["*"])


def _handle(row: Row, wanted: Wanted) -> Handle | None:
    return next((handle for handle in wanted.handles if handle.fits(row)), None)


def _running(row: Row, wanted: Wanted, current: Current) -> str | None:
    """Return the URI of the running task to follow (empty if only known to have been sent), or None.

    A running update of unknown origin is followed too: that is always safer than sending an image into it.
    """
    active = [task for task in current.tasks if task.state == "running"]
    handle = _handle(row, wanted)
    for task in active:
        if _is_ours(task, row, wanted):
            return task.uri
    if handle is not None:
        return handle.task
    return next((task.uri for task in active if _is_ours(task, row, wanted) is None), None)


def _verified(row: Row, current: Current) -> bool:
    """Whether an image of this component lies verified on the BMC and only waits to be started (Q-S13).

    An update that began since has used it up, however that ended.
    """
    newest = next((task for task in current.tasks if task.may_be(row)), None)
    return newest is not None and newest.verified and newest.state == "ok"


def _refuse_step_back(row: Row, standing: str, before: str, wanted: Wanted) -> None:
    if standing == OLDER or wanted.allow_downgrade:
        return
    if standing == NEWER:
        raise Refusal(f"{row.label} is at {before}, newer than {row.version}; set allow_downgrade: true to go back")
    raise Refusal(
        f"{row.label} is at {before}, and whether {row.version} is newer cannot be told;"
        " set allow_downgrade: true to flash it nevertheless"
    )


def _refuse_foreign(row: Row, current: Current) -> None:
    busy = [task for task in current.tasks if task.state == "running"]
    if busy:
        raise Refusal(
            f"another update is running ({busy[0].name or busy[0].uri}), {row.label} cannot start", ConflictError
        )


def _sends(
    path: t.Sequence[Row], before: str, entries: t.Sequence[Component], wanted: Wanted, current: Current
) -> t.Tuple[Unit, ...]:
    if path and not any(entry.updateable for entry in entries):
        raise Refusal(f"the BMC says that {path[-1].label} cannot be updated through it", NotSupportedError)
    units: t.List[Unit] = []
    for row in path:
        stored = "" if units else _stored(row, entries, wanted, current)
        method = FROM_STORE if stored else method_of(row, wanted, current)
        there = stored or (method == "multipart_then_start" and not units and _verified(row, current))
        unit = _unit(row, before, entries, "start" if there else "send", current, method=method)
        units.append(replace(unit, stored=stored))
        before = row.version
    return tuple(units)


def _stored(row: Row, entries: t.Sequence[Component], wanted: Wanted, current: Current) -> str:
    """Return the URI of the image where it lies in the BMC's store and was never installed (Q-D15), or an empty text."""
    if FROM_STORE not in current.offers or wanted.method not in ("auto", FROM_STORE):
        return ""
    return next((entry.available_uri for entry in entries if assess.has_stored(row, entry, current.answers)), "")


def _refuse_unmet(row: Row, current: Current, earlier: t.Sequence[Verdict]) -> None:
    coming = {verdict.row.component: verdict.row.version for verdict in earlier if verdict.units}
    planned = tuple(replace(entry, version=coming.get(entry.component, entry.version)) for entry in current.components)
    for need in row.requires:
        if not assess.meets(need, planned, current.answers):
            now = assess.shown(entry for entry in planned if entry.component == need.component)
            raise Refusal(
                f"{row.label} {row.version} needs {need.component} {need.version} or newer first (it is {now})"
            )


def _unit(
    row: Row,
    before: str,
    entries: t.Sequence[Component],
    begin: str,
    current: Current,
    *,
    method: str = "",
    task: str = "",
    reason: str = "",
) -> Unit:
    answers = current.answers
    return Unit(
        row=row,
        current=before,
        begin=begin,
        method=method,
        activation=_activation(row, current),
        minutes=row.minutes or answers.minutes.get(row.component, answers.minutes["*"]),
        uri=next((entry.uri for entry in entries if entry.uri), ""),
        task=task,
        reason=reason,
    )
