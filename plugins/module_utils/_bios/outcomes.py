# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of each attribute: from the values read back and from the BMC's own messages. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Goal
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import same

__all__ = ["FAILED", "Outcome", "Refusal", "ignored", "judge", "planned", "refusals", "unknown"]

FAILED = ("rejected", "ignored_by_bmc", "still_pending", "reverted")

# Last part of a MessageId -> why the BMC did not take a value (DSP2065, Base message registry).
REFUSING = {
    "PropertyUnknown": "the BIOS does not know it",
    "PropertyNotWritable": "the BIOS says it is read-only",
    "PropertyValueNotInList": "the BIOS says the value is not in its list",
    "PropertyValueTypeError": "the BIOS says the value is of the wrong type",
    "PropertyValueFormatError": "the BIOS says the value has the wrong form",
    "PropertyValueOutOfRange": "the BIOS says the value is out of range",
    "PropertyValueConflict": "the BIOS says the value conflicts with another",
    "PropertyValueModified": "the BIOS put another value in its place",
    "SettingsFailed": "the BIOS could not apply it",
}


@dataclass(frozen=True)
class Refusal:
    """What a BMC said about one attribute."""

    attribute: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of one attribute; ``outcome`` is a word of :func:`judge`, or planned, or already_set."""

    attribute: str
    display: str
    before: t.Any
    pending: t.Any
    wanted: t.Any
    after: t.Any
    outcome: str
    reason: str = ""
    source: str = ""
    intent: str = ""

    def as_result(self) -> dict[str, t.Any]:
        """Return plain data; empty explanations are left out."""
        optional = {"reason": self.reason, "source": self.source, "intent": self.intent}
        return {
            "attribute": self.attribute,
            "display": self.display,
            "before": self.before,
            "pending": self.pending,
            "wanted": self.wanted,
            "after": self.after,
            "outcome": self.outcome,
            **{key: value for key, value in optional.items() if value},
        }


def refusals(messages: t.Iterable[t.Any], known: t.Container[str]) -> t.Dict[str, str]:
    """Return attribute -> reason from Redfish messages; they name it in MessageArgs or in RelatedProperties.

    ``messages`` have ``id``, ``args`` and ``related``. HPE puts them into @Redfish.Settings after the reset (Q-H01);
    some BMCs answer a PATCH with 200 and put them there (Q-G15).
    """
    found: dict[str, str] = {}
    for message in messages:
        reason = REFUSING.get(str(message.id or "").rsplit(".", 1)[-1])
        if not reason:
            continue
        named = [*map(str, message.args or ()), *map(str, message.related or ())]
        for text in named:
            name = text.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]
            if name in known:
                found.setdefault(name, reason)
    return found


def ignored(values: t.Mapping[str, t.Any], state: BiosState) -> t.List[str]:
    """Return the values that were accepted and yet are neither pending nor current (Q-D39, Q-S25)."""
    return [
        name
        for name, value in values.items()
        if not same(state.pending.get(name, state.current.get(name)), value)
        and not state.registry.get(name).is_password
    ]


def planned(change: Change, state: BiosState, *, steps: bool) -> t.List[Outcome]:
    """Return the outcomes of a plan that was not carried out, or that had no steps."""
    found = []
    for name, goal in change.goals.items():
        word = "already_set" if name not in change.differing else "planned" if steps else "staged"
        found.append(_outcome(name, goal, state, state, word))
    return found


def unknown(change: Change, state: BiosState, reason: str) -> t.List[Outcome]:
    """Return the outcomes when nothing could be read after a write."""
    return [
        _outcome(name, goal, state, state, "unknown" if name in change.differing else "already_set", reason)
        for name, goal in change.goals.items()
    ]


def judge(
    change: Change,
    before: BiosState,
    after: BiosState,
    *,
    restarted: bool,
    refused: t.Mapping[str, str],
    seen: t.Container[str] = (),
) -> t.List[Outcome]:
    """Return what became of every goal.

    :param refused: what the BMC's messages say, from :func:`refusals`.
    :param seen: attributes that were seen with the wanted value in between.
    """
    found = []
    for name, goal in change.goals.items():
        if name not in change.differing:
            found.append(_outcome(name, goal, before, after, "already_set"))
            continue
        word, reason = _fate(name, goal.value, before, after, restarted, refused, name in seen)
        if word == "ignored_by_bmc" and name in change.follows and not restarted:
            word, reason = "staged", f"the machine will set it itself because {change.effects[name][1]}"
        found.append(_outcome(name, goal, before, after, word, reason))
    return found


def _fate(
    name: str,
    value: t.Any,
    before: BiosState,
    after: BiosState,
    restarted: bool,
    refused: t.Mapping[str, str],
    was_seen: bool,
) -> t.Tuple[str, str]:
    now, waiting = after.current.get(name), after.pending.get(name)
    job_open = after.job is not None and after.job.state in ("waiting", "running", "failed")
    if same(now, value) and waiting is None and not (job_open and after.ways.job):
        return "applied", ""
    if name in refused:
        return "rejected", refused[name]
    if waiting is not None and same(waiting, value):
        return ("still_pending", _still(after)) if restarted else ("staged", "takes effect at the next reboot")
    if same(now, value):
        return ("still_pending", _still(after)) if restarted else ("staged", "takes effect at the next reboot")
    if restarted and after.job_failure:
        return "rejected", f"the configuration job has ended badly ({after.job_failure})"
    if was_seen:
        return "reverted", f"it had the value and went back to {now!r}"
    if not restarted:
        return "ignored_by_bmc", "the BMC accepted the request and did not keep the value"
    return "ignored_by_bmc", f"the BMC accepted it; after the reboot it is {now!r}"


def _still(after: BiosState) -> str:
    job = after.job
    return f"the configuration job is {job.state}{f' ({job.text})' if job.text else ''}" if job else "not taken yet"


def _outcome(name: str, goal: Goal, before: BiosState, after: BiosState, word: str, reason: str = "") -> Outcome:
    return Outcome(
        attribute=name,
        display=_display(before.registry, name),
        before=before.current.get(name),
        pending=before.pending.get(name),
        wanted=goal.value,
        after=after.current.get(name),
        outcome=word,
        reason=reason,
        source=goal.source,
        intent=goal.intent,
    )


def _display(registry: Registry, name: str) -> str:
    return registry.get(name).display or name
