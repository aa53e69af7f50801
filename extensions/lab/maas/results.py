# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge script results: the status of a set from its parts and of a machine from its sets."""

from __future__ import annotations

from collections.abc import Iterable

from .records import Node
from .records_scripts import ScriptResult, ScriptSet
from .scripts_data import COMMISSIONING, TESTING

NONE, PENDING, RUNNING, PASSED, FAILED, TIMEDOUT, ABORTED = -1, 0, 1, 2, 3, 4, 5
DEGRADED, INSTALLING, FAILED_INSTALLING, SKIPPED = 6, 7, 8, 9
STATUS_NAMES = {
    NONE: "Unknown",
    PENDING: "Pending",
    RUNNING: "Running",
    PASSED: "Passed",
    FAILED: "Failed",
    TIMEDOUT: "Timed out",
    ABORTED: "Aborted",
    DEGRADED: "Degraded",
    INSTALLING: "Installing dependencies",
    FAILED_INSTALLING: "Failed installing dependencies",
    SKIPPED: "Skipped",
    10: "Applying custom network configuration",
    11: "Failed to apply custom network configuration",
}
BAD = frozenset({FAILED, TIMEDOUT, FAILED_INSTALLING})
_ORDER = (RUNNING, INSTALLING, PENDING, ABORTED, FAILED, TIMEDOUT, FAILED_INSTALLING, DEGRADED, PASSED)


def combined(statuses: Iterable[int]) -> int:
    """Give the status that speaks for several results; skipped counts as passed, none at all as unknown."""
    found = {PASSED if status == SKIPPED else status for status in statuses}
    return next((status for status in _ORDER if status in found), NONE)


def set_status(record: ScriptSet) -> int:
    return combined(result.status for result in record.results)


def shown_status(results: Iterable[ScriptResult]) -> int:
    """Give what the machine object shows: aborted and suppressed results do not count."""
    return combined(r.status for r in results if r.status != ABORTED and not r.suppressed)


def current_set(node: Node, type_: int) -> ScriptSet | None:
    return node.script_sets.get(node.current_sets.get(type_, -1))


def commissioning_status(node: Node) -> int:
    record = current_set(node, COMMISSIONING)
    return shown_status(record.results) if record else NONE


def testing_results(node: Node) -> list[ScriptResult]:
    record = current_set(node, TESTING)
    return record.results if record else []
