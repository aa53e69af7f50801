# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for the end of an operation, and tell the story of a failed one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import base64
import binascii
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    HWAutomationError,
    NetworkError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import (
    SETTLED,
    SETTLED_AFTER_ABORT,
    Hop,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path, read_machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["failed_scripts", "wait_for_hop"]

TAIL_LINES = 20
TAIL_CHARACTERS = 2000
# Script results that are a failure: Failed, Timed out, Aborted, Degraded, Failed installing, Failed to apply custom
# network configuration.
FAILED_RESULTS = frozenset({3, 4, 5, 6, 8, 11})
RESULTS_OF = {
    "commission": ("current-commissioning", "current-testing"),
    "test": ("current-testing",),
    "deploy": ("current-installation",),
}
WAITED_FOR = {"Commissioning": "commission", "Testing": "test", "Deploying": "deploy"}


def wait_for_hop(client: MaasClient, hop: Hop, before: Machine, patience: Patience) -> Machine:
    """Return the machine when it has arrived.

    ``before`` is the machine as it was before the operation: until a new attempt or another status is seen, its status
    counts as "not begun yet".

    :raises ConflictError: when it came to rest where nobody could know (see ``resting``).
    :raises WaitTimeout: at the deadline, or at once when the machine has left the way to the target; it names the
        script that failed, its exit code and the end of its output.
    """
    begun = False

    def left_the_way(machine: Machine) -> bool | str:
        nonlocal begun
        on_the_way = machine.status_name in hop.through
        begun = begun or on_the_way or machine.attempts != before.attempts
        if on_the_way or (machine.status_name == hop.start and (hop.operation == "wait" or not begun)):
            return False
        return failure_story(client, hop, machine)

    try:
        found = wait_until(
            lambda: _read(client, before),
            lambda machine: _arrived(hop, machine, before),
            patience,
            what=f"{before.name} to become {hop.target}",
            failed=left_the_way,
            describe=_describe,
            tolerate=(NetworkError,),
            machine=client.machine,
            resource=machine_path(before.system_id),
        )
    except WaitTimeout as exc:
        exc.hint = f"read the events and script results of {before.name} in MAAS, repair it, and run this again"
        raise
    if found.status_name != hop.target:
        raise ConflictError(
            f"{before.name} went back to {found.status_name}, where it was before, and not to {hop.target} as foreseen",
            machine=client.machine,
            resource=machine_path(before.system_id),
            hint="run the task again: it goes on from there",
            status_name=found.status_name,
        )
    return found


def _arrived(hop: Hop, machine: Machine, before: Machine) -> bool:
    if hop.guessed:
        return machine.status_name in (SETTLED_AFTER_ABORT if hop.operation == "abort" else SETTLED)
    if machine.status_name != hop.target:
        return False
    # A recommissioned machine is Ready before and after: only the id of a new attempt tells the two apart.
    return hop.start != hop.target or machine.attempts != before.attempts


def _read(client: MaasClient, machine: Machine) -> Machine:
    found = read_machine(client, machine.system_id)
    if found is None:
        raise ConflictError(
            f"{machine.name} was deleted from MAAS while it was waited for",
            machine=client.machine,
            resource=machine_path(machine.system_id),
        )
    return found


def _describe(machine: Machine) -> str:
    said = f": {machine.status_message}" if machine.status_message not in ("", machine.status_name) else ""
    return f"{machine.status_name}{said} (power {machine.power_state})"


def failure_story(client: MaasClient, hop: Hop, machine: Machine) -> str:
    """Return why an operation failed, in the words of MAAS and of the scripts that failed; never raises."""
    said = machine.error_description or machine.status_message
    story = [f"it is {machine.status_name}{f' ({said})' if said and said != machine.status_name else ''}"]
    operation = hop.operation if hop.operation != "wait" else WAITED_FOR.get(hop.start, "")
    for result in failed_scripts(client, machine.system_id, RESULTS_OF.get(operation, ())):
        ended = f"exit code {result['exit_status']}" if result["exit_status"] is not None else result["status_name"]
        story.append(f"script {result['name']} failed ({ended}): {result['tail'] or 'no output'}")
    return "; ".join(story)


def failed_scripts(client: MaasClient, system_id: str, sets: t.Iterable[str]) -> list[dict[str, t.Any]]:
    """Return the failed scripts of the named result sets with name, status, exit code and the end of their output.

    What cannot be read is left out: this serves an error message, which must not be hidden by another error.
    """
    found = []
    for name in sets:
        path = path_of("nodes", system_id, "results", name)
        try:
            body = client.get_or_none(path) or {}
            failed = [item["name"] for item in body.get("results", []) if item.get("status") in FAILED_RESULTS]
            if failed:
                # The outputs of all scripts of a commissioning are megabytes: only the failed ones are fetched.
                body = client.get(path, filters=",".join(failed), include_output="true")
                found += [_result(item) for item in body["results"] if item.get("status") in FAILED_RESULTS]
        except HWAutomationError:
            continue
    return found


def _result(item: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    output = _decode(item.get("output")) or _decode(item.get("stderr")) or _decode(item.get("stdout"))
    lines = output.strip().splitlines()[-TAIL_LINES:]
    return {
        "name": item["name"],
        "status_name": item.get("status_name", ""),
        "exit_status": item.get("exit_status"),
        "tail": "\n".join(lines)[-TAIL_CHARACTERS:],
    }


def _decode(text: t.Any) -> str:
    try:
        return base64.b64decode(text or "").decode("utf-8", "replace")
    except (binascii.Error, ValueError, TypeError):
        return str(text)
