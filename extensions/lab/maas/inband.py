# SPDX-License-Identifier: GPL-3.0-or-later
"""Run scripts inside a machine that booted the ephemeral system: results, events, and the time they take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..clock import Clock
from ..machine import Machine
from . import results
from .faults import MaasFaults, ScriptFault
from .rackside import runs_ephemeral
from .records import Node
from .records_scripts import ScriptResult, ScriptSet
from .region import Region
from .resources import SCRIPT, resources_json
from .scripts_data import TESTING


class LostMachine(Exception):
    """The machine was reset or switched off while its scripts ran."""


async def run_set(
    region: Region,
    clock: Clock,
    faults: MaasFaults,
    hang: Callable[[], Awaitable[None]],
    node: Node,
    machine: Machine,
    scripts: ScriptSet,
    seconds: float,
) -> bool:
    """Run what is pending in a set; give True when nothing failed. Raises LostMachine."""
    kind = "testing" if scripts.type == TESTING else "commissioning"
    fault = faults.script(machine.name, kind)
    for result in scripts.results:
        if result.status not in (results.PENDING, results.RUNNING):
            continue
        _begin(region, node, scripts, result)
        if faults.hangs(machine.name, kind):
            await hang()
        await clock.sleep(seconds)
        if not runs_ephemeral(machine):
            raise LostMachine(node.hostname)
        if result.name == SCRIPT:
            result.stdout = resources_json(machine.hardware)
        _end(region, node, scripts, result, fault if fault and fault.hits(result.name) else None)
    return not any(result.status in results.BAD for result in scripts.results)


def _begin(region: Region, node: Node, scripts: ScriptSet, result: ScriptResult) -> None:
    now = region.now()
    scripts.last_ping = now
    if scripts.type == TESTING:
        region.tell(node, "Running test", _shown(result))
    _change(region, node, result, results.RUNNING)
    result.started = now


def _end(
    region: Region,
    node: Node,
    scripts: ScriptSet,
    result: ScriptResult,
    fault: ScriptFault | None,
) -> None:
    now = region.now()
    scripts.last_ping = result.ended = now
    if fault is None:
        result.exit_status = 0
        result.stdout = result.stdout or f"{result.name}: ok\n".encode()
    else:
        result.exit_status = fault.exit_status
        result.stdout, result.stderr = fault.output.encode(), fault.error_output.encode()
    result.output = result.stdout + result.stderr
    if result.script_id is not None:
        result.revision_id = region.scripts.get(str(result.script_id)).history[0].id
    if fault is not None:
        region.tell(node, "Script", f"{_shown(result)} failed")
    _change(region, node, result, results.PASSED if result.exit_status == 0 else results.FAILED)


def _change(region: Region, node: Node, result: ScriptResult, status: int) -> None:
    before, after = results.STATUS_NAMES[result.status], results.STATUS_NAMES[status]
    result.status, result.updated = status, region.now()
    region.tell(
        node,
        "Script result",
        f"{_shown(result)} changed status from '{before}' to '{after}'",
        level="DEBUG",
    )


def _shown(result: ScriptResult) -> str:
    return f"{result.name} on {result.device}" if result.device else result.name
