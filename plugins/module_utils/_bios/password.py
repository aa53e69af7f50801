# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set or remove a BIOS password. No value of one is ever read, compared, kept or shown.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue, check_text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord

__all__ = ["PasswordWanted", "apply", "decide", "read", "report", "verify", "wanted_password"]

# HPE has the plural (Q-H04).
ACTIONS = ("#Bios.ChangePassword", "#Bios.ChangePasswords")


@dataclass(frozen=True)
class PasswordWanted:
    """Which password, and its old and new value; an empty new one removes it."""

    name: str
    old: str = field(repr=False, default="")
    new: str = field(repr=False, default="")


@dataclass(frozen=True)
class PasswordState:
    """What is known of the passwords of a machine: their names, and where to change them."""

    state: BiosState
    target: str


def wanted_password(params: t.Mapping[str, t.Any]) -> PasswordWanted:
    """Return what the options of bios_password ask for."""
    return PasswordWanted(params["name"], params["old_password"] or "", params["new_password"])


def read(machine: Machine, wanted: PasswordWanted) -> PasswordState:
    """Read the names of the passwords and the action that changes them.

    :raises NotSupportedError: when the machine has no such action.
    """
    state = machine.with_registry(machine.observe())
    actions = machine.bios.actions if machine.bios else {}
    target = next((actions[name].get("target") for name in ACTIONS if actions.get(name)), None)
    if not target:
        raise NotSupportedError(
            "the BIOS resource has no action to change passwords", machine=state.machine, resource=state.resource
        )
    return PasswordState(state, str(target))


def decide(wanted: PasswordWanted, found: PasswordState) -> Plan:
    """Return the plan, always with a step: no machine tells whether a password is set.

    :raises ConfigurationError: for a name that is none, or a password the registry says is too short or too long.
    """
    registry = found.state.registry
    names = [name for name in registry if registry.get(name).is_password]
    if names and wanted.name not in names:
        guesses = near(wanted.name, names)
        raise ConfigurationError(
            f"the machine has no password {wanted.name}",
            machine=found.state.machine,
            hint=f"one of {', '.join(guesses or names)}",
        )
    if wanted.new:
        try:
            check_text(registry.get(wanted.name), wanted.new)
        except BadValue as exc:
            told = "it does not match the allowed characters" if exc.reason == "pattern" else exc.text
            raise ConfigurationError(f"new_password: {told}", machine=found.state.machine) from exc
    verb = "set" if wanted.new else "remove"
    return Plan((Step("password", f"{verb} the password {wanted.name}", found.target),), facts={"verb": verb})


def apply(machine: Machine, record: StepRecord, run: Run) -> None:
    """Ask the BMC to change the password; it takes effect at the next restart."""
    wanted: PasswordWanted = run.wanted
    body = {"PasswordName": wanted.name, "OldPassword": wanted.old, "NewPassword": wanted.new}
    machine.service.client.post(record.step.resource, body)


def verify(machine: Machine, run: Run) -> None:
    """Do nothing: no machine shows a password, nor whether one is set."""


def report(run: Run) -> t.Dict[str, t.Any]:
    """Return the result keys; values are not among them."""
    found: PasswordState = run.current
    outcome = "planned" if run.context.check_mode else "rejected" if run.error is not None else "staged"
    change = {"attribute": run.wanted.name, "before": None, "wanted": None, "after": None, "outcome": outcome}
    return {
        "reboot_required": run.error is None,
        "platform": found.state.platform,
        "audit": {
            "server": dict(found.state.server),
            "bios_changes": [{**change, "reason": f"{run.plan.facts['verb']} the password; its value is not kept"}],
        },
    }
