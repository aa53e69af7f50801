# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a decision says: the steps to take, the state before and after, and the reason when there is nothing to do.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

__all__ = ["Plan", "Step", "StepRecord"]


@dataclass(frozen=True)
class Step:
    """One thing to do, small enough to be reported on its own.

    ``allow`` names the boolean option without which the step is refused (``allow_reboot``, ``allow_erase`` ...);
    empty for steps that disturb nobody. ``payload`` is what ``apply`` needs and never holds a secret.
    """

    name: str
    text: str
    resource: str = ""
    allow: str = ""
    payload: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The outcome of ``decide``: pure data, printed by ``--check --diff`` and stored by the audit.

    A plan without steps must carry a ``reason`` ("already set", "staged, waiting for a reboot").
    ``before`` and ``after`` are what the diff shows; volatile values (sensors, ETags, times) do not belong in them.
    ``facts`` are decisions that ``apply``, ``verify`` and the report need but a reader of the diff does not.
    """

    steps: t.Tuple[Step, ...] = ()
    before: t.Any = None
    after: t.Any = None
    reason: str = ""
    warnings: t.Tuple[str, ...] = ()
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.steps)


@dataclass
class StepRecord:
    """What became of a step: ``planned``, ``done``, ``failed`` or ``skipped``, with the facts ``apply`` returned."""

    step: Step
    status: str = "planned"
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    def as_result(self) -> dict[str, t.Any]:
        """Return the form shown to the user and stored by the audit."""
        named = {"name": self.step.name, "text": self.step.text, "status": self.status}
        optional = {"resource": self.step.resource, "allow": self.step.allow}
        named.update({key: value for key, value in optional.items() if value})
        return named
