# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the audit keeps of an update that was begun, in words, and the handle made of them again. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import asdict

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Handle

__all__ = ["STARTED", "activation_words", "handles_of", "sent_words"]

# The outcome of a change that has begun and of which nobody has seen the end.
STARTED = "started"
SENT = re.compile(r"sent at (?P<at>\d+), BMC clock (?P<offset>[+-]\d+\.\d) s")
ACTIVATION = "its activation began"


def sent_words(sent_at: float, clock_offset: float) -> str:
    """Say what another process needs to tell this update from others."""
    return f"sent at {sent_at:.0f}, BMC clock {clock_offset:+.1f} s"


def activation_words(reset_type: str) -> str:
    """Say that an image is being made active."""
    return f"{ACTIVATION} ({reset_type})"


def handles_of(changes: t.Iterable[t.Mapping[str, t.Any]]) -> t.List[t.Dict[str, t.Any]]:
    """Return a handle, as option ``handles`` takes it, per update whose last change says only that it was begun.

    :param changes: rows of the audit's firmware_changes of one server, oldest first.
    """
    last: t.Dict[str, Handle | None] = {}
    for change in changes:
        component = str(change["component"])
        last[component] = _handle(change, last.get(component)) if change["outcome"] == STARTED else None
    return [asdict(handle) for handle in last.values() if handle is not None]


def _handle(change: t.Mapping[str, t.Any], known: Handle | None) -> Handle:
    reason = str(change.get("reason") or "")
    sent = SENT.search(reason)
    if known is not None and known.version != change["wanted"]:
        known = None
    return Handle(
        component=str(change["component"]),
        version=str(change["wanted"]),
        sha256=str(change["sha256"]),
        stage="activating" if reason.startswith(ACTIVATION) else "sent",
        task=str(change.get("task") or (known.task if known else "")),
        image=str(change.get("image") or "").partition("?")[0].rstrip("/").rsplit("/", 1)[-1],
        before=known.before if known else str(change.get("before") or ""),
        sent_at=float(sent["at"]) if sent else known.sent_at if known else 0.0,
        clock_offset=float(sent["offset"]) if sent else known.clock_offset if known else 0.0,
    )
