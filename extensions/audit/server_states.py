# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server is in its life: how far its stages have brought it, in which one it failed, or what MAAS says. Pure.

MAAS knows best and its word is filed as a door tells it. Before MAAS knows a machine, the stages say how far it has come;
doing an early stage once more takes nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAILURES", "LifeState", "after_stage"]

# How a server comes to where MAAS takes over; `stage: {server_state: ...}` says which stage brings it there.
WAY = ("discovered", "classified", "configured")
# From here the way begins anew.
ENDS = ("released", "deleted")
_FAILED = "failed in "
# The failures of stages, as SQL's LIKE finds them; "failed deployment" is MAAS's own word and none of them.
FAILURES = f"{_FAILED}%"
_PASSED = ("done", "skipped", "degraded")


@dataclass(frozen=True)
class LifeState:
    """A server's state, and the last one before a stage failed; both None where nothing is known."""

    word: str | None = None
    sound: str | None = None

    def told(self, word: str) -> LifeState:
        """Return the state once somebody has said what it is."""
        return LifeState(word, self.sound if word.startswith(_FAILED) else word)


def after_stage(life: LifeState, stage: str, ended: str, reached: str | None) -> LifeState:
    """Return the state of a server when a stage has ended, well or not.

    :param reached: what a server is that has passed this stage, where the stage says so.
    """
    if ended == "failed":
        return life.told(f"{_FAILED}{stage}")
    if ended not in _PASSED:
        return life
    if life.word == f"{_FAILED}{stage}":
        life = LifeState(life.sound, life.sound)
    return life.told(reached) if reached and _is_further(life.word, reached) else life


def _is_further(known: str | None, reached: str) -> bool:
    if known is None or known in ENDS or reached not in WAY:
        return True
    return known in WAY and WAY.index(reached) > WAY.index(known)
