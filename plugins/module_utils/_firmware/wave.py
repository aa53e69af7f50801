# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wave of a campaign stands: who is done, who failed and why, who is on the way, and whether it goes on.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass

__all__ = ["Wave", "is_busy", "lines_of", "wave_of"]

Vars = t.Mapping[str, t.Any]
Names = t.Tuple[str, ...]

DONE, FAILED, ON_THE_WAY, BEHIND, UNSEEN = "done", "failed", "on the way", "behind", "unseen"
GO_ON = (
    "to go on: set right what the failed servers say, then type the same command again; what is done is found done, and"
    " what runs is waited for. With the audit callback add -e resume_run=last"
)
LEAVE_OUT = "to go on without them: add --limit '{pattern}'"


@dataclass(frozen=True)
class Wave:
    """The servers of a wave by what became of them, and those of the campaign that nobody has touched.

    ``brought`` are those of ``done`` that were behind when the wave began, ``left_alone`` those in service.
    ``stopped`` says why nothing more is begun, or is empty.
    """

    done: Names
    brought: Names
    failed: t.Mapping[str, str]
    on_the_way: Names
    behind: Names
    left_alone: Names
    untouched: Names
    stopped: str

    def as_result(self) -> t.Dict[str, t.Any]:
        """Return the form of the result."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


def is_busy(host: Vars) -> bool:
    """Whether a server of a campaign is not through yet; one whose turn has not come is not either."""
    result = host.get("firmware_result")
    if result is None or result.get("failed") or (host.get("firmware_state") or {}).get("compliant", True):
        return False
    # A skipped step is that of a server whose turn has not come.
    return bool(result.get("skipped") or (result.get("plan") or {}).get("steps"))


def wave_of(
    hosts: t.Mapping[str, Vars],
    names: t.Sequence[str],
    *,
    limit: float = 0.0,
    here: t.Iterable[str] = (),
    campaign: t.Sequence[str] = (),
) -> Wave:
    """Sum up a wave.

    :param hosts: variables by server.
    :param names: the servers of the wave as it began.
    :param limit: how many percent of them may fail before nothing more is begun.
    :param here: those that the play has not let go of; one that it has, and never looked at, was left alone.
    :param campaign: the servers of all waves, in their order.
    """
    stands = {name: _stand(hosts[name]) for name in names}
    failed = {name: _reason(hosts[name]) for name in names if stands[name] == FAILED}
    unseen, stays = _with(stands, UNSEEN), set(here)
    done = _with(stands, DONE)
    later = _after(campaign, names)
    return Wave(
        done=done,
        brought=tuple(name for name in done if not hosts[name]["firmware_state"].get("compliant")),
        failed=failed,
        on_the_way=_with(stands, ON_THE_WAY),
        behind=_with(stands, BEHIND),
        left_alone=tuple(name for name in unseen if name not in stays),
        untouched=(*(name for name in unseen if name in stays), *(name for name in campaign if name in later)),
        stopped=_why_stopped(len(failed), len(names), limit),
    )


def _stand(host: Vars) -> str:
    state, result = host.get("firmware_state"), host.get("firmware_result") or {}
    if host.get("ansible_failed_result") or result.get("failed"):
        return FAILED
    if state is None:
        return UNSEEN
    if state.get("compliant"):
        return DONE
    if result.get("handles"):
        return ON_THE_WAY
    # A look ahead and a step that was taken have steps in their plans; what was skipped has no plan.
    return BEHIND if result.get("skipped") or "plan" not in result or result["plan"]["steps"] else DONE


def _reason(host: Vars) -> str:
    for key in ("ansible_failed_result", "firmware_result"):
        said = (host.get(key) or {}).get("msg")
        if said:
            return " ".join(str(said).split())
    return "it gave no reason"


def _with(stands: t.Mapping[str, str], wanted: str) -> Names:
    return tuple(name for name, stand in stands.items() if stand == wanted)


def _after(campaign: t.Sequence[str], names: t.Sequence[str]) -> t.Set[str]:
    """Return the servers whose waves come after that of ``names``."""
    own = set(names)
    last = max((number for number, name in enumerate(campaign) if name in own), default=-1)
    return set(campaign[last + 1 :])


def _why_stopped(failed: int, size: int, limit: float) -> str:
    if not size or (100.0 * failed / size <= limit and failed < size):
        return ""
    return f"{failed} of {size} servers of this wave failed, and {limit:g} % may (firmware_max_fail_percentage)"


def lines_of(wave: Wave, *, look: bool = False) -> t.List[str]:
    """Return the summary for a person, one line per kind of server and per failure.

    :param look: in check mode, where nobody was brought anywhere.
    """
    looked = [*wave.done, *wave.on_the_way, *wave.behind]
    size = len(looked) + len(wave.failed)
    count, what = len(wave.brought), "were brought to their baselines"
    if look:
        count, what = size - len(wave.done) - len(wave.failed), "are behind their baselines"
    already = len(wave.done) - len(wave.brought)
    lines = [
        f"wave {'STOPPED' if wave.stopped else 'done'}: {count} of {size} servers {what}, {already} were there already"
    ]
    lines += [f"why: {wave.stopped}; nothing more was begun, and what was begun was ended"] if wave.stopped else []
    lines += [f"failed: {name}: {reason}" for name, reason in wave.failed.items()]
    for title, names in (
        ("begun and not ended", wave.on_the_way),
        ("looked at and not at its baseline", () if look else wave.behind),
        ("in service and left alone", wave.left_alone),
        ("at its baseline", wave.done if wave.stopped else ()),
        ("not touched", wave.untouched),
    ):
        lines += [f"{title} ({len(names)}): {', '.join(names)}"] if names else []
    if wave.stopped:
        pattern = ":".join(["all", *(f"!{name}" for name in wave.failed)])
        lines += [GO_ON, LEAVE_OUT.format(pattern=pattern)]
    return lines
