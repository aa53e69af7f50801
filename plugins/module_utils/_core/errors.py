# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection: raised low with facts in them, converted once, by the engine.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

__all__ = [
    "AuthenticationError",
    "ConfigurationError",
    "ConflictError",
    "HWAutomationError",
    "NetworkError",
    "NotSupportedError",
    "OutcomeUnknown",
    "ReadOnlyViolation",
    "VerificationError",
    "WaitTimeout",
]


class HWAutomationError(Exception):
    """Root of all errors; says which machine, which resource, what it answered and what to try.

    :param message: one sentence for a person; no secrets.
    :param machine: the address or name of the machine (or MAAS) that was asked.
    :param resource: the URI or name of the resource.
    :param answer: what the machine said, in its own words (the most severe message).
    :param hint: what to try next.
    :param facts: further plain data for the result, such as ``status`` or ``task``.
    :ivar refused: whether it is certain that the write this is about did nothing. Only the transports know, and say so.
    """

    refused = False

    def __init__(
        self,
        message: str,
        *,
        machine: str | None = None,
        resource: str | None = None,
        answer: str | None = None,
        hint: str | None = None,
        **facts: t.Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.machine = machine
        self.resource = resource
        self.answer = answer
        self.hint = hint
        self.facts = facts

    def __str__(self) -> str:
        """Return the whole story in one line, the part a terminal shows first."""
        where = " ".join(part for part in (self.machine, self.resource) if part)
        text = self.message if not where else f"{where}: {self.message}"
        if self.answer and self.answer not in text:
            text = f"{text.rstrip('.')}. It answered: {self.answer}"
        if self.hint:
            text = f"{text.rstrip('.')}. Try: {self.hint}"
        return text

    def as_result(self) -> dict[str, t.Any]:
        """Return the keys a failed task reports for this error."""
        named = {"machine": self.machine, "resource": self.resource, "answer": self.answer, "hint": self.hint}
        result = dict(self.facts)
        result.update({key: value for key, value in named.items() if value})
        result.update(msg=str(self), error_class=type(self).__name__)
        return result


class NetworkError(HWAutomationError):
    """The machine could not be reached, or the connection broke while reading."""


class AuthenticationError(HWAutomationError):
    """The credentials were refused. Never retried: a second try may lock the account."""


class ConfigurationError(HWAutomationError):
    """What was asked for is wrong in itself; found before the first write."""


class NotSupportedError(HWAutomationError):
    """This machine cannot do it, over any path this collection knows."""


class ConflictError(HWAutomationError):
    """The machine is in a state that does not allow it (running job, wrong status, locked)."""


class WaitTimeout(HWAutomationError):
    """A wait ended at its deadline, or failed before it; carries the last observation."""


class VerificationError(HWAutomationError):
    """The change was accepted but what was read back is not what was wanted."""


class OutcomeUnknown(HWAutomationError):
    """A write was sent and its answer was lost: read before doing it again."""


class ReadOnlyViolation(HWAutomationError):
    """A write was tried through a transport that was opened read-only (check mode)."""
