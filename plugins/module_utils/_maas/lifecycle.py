# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses of a MAAS machine, the operations that lead from one to another, and the shortest allowed way.

The table follows a running MAAS 3.7.3; versions 3.0 to 3.8 have the same statuses. Everything here is pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import heapq
import itertools
import typing as t
from dataclasses import dataclass

__all__ = ["GOALS", "STATUSES", "Goal", "Hop", "hop", "resting", "route"]

NEW = "New"
COMMISSIONING = "Commissioning"
FAILED_COMMISSIONING = "Failed commissioning"
MISSING = "Missing"
READY = "Ready"
RESERVED = "Reserved"
DEPLOYED = "Deployed"
RETIRED = "Retired"
BROKEN = "Broken"
DEPLOYING = "Deploying"
ALLOCATED = "Allocated"
FAILED_DEPLOYMENT = "Failed deployment"
RELEASING = "Releasing"
RELEASING_FAILED = "Releasing failed"
DISK_ERASING = "Disk erasing"
FAILED_DISK_ERASING = "Failed disk erasing"
RESCUE_MODE = "Rescue mode"
ENTERING_RESCUE_MODE = "Entering rescue mode"
FAILED_TO_ENTER = "Failed to enter rescue mode"
EXITING_RESCUE_MODE = "Exiting rescue mode"
FAILED_TO_EXIT = "Failed to exit rescue mode"
TESTING = "Testing"
FAILED_TESTING = "Failed testing"

# In the order of MAAS's status codes 0 to 22.
STATUSES = (
    NEW,
    COMMISSIONING,
    FAILED_COMMISSIONING,
    MISSING,
    READY,
    RESERVED,
    DEPLOYED,
    RETIRED,
    BROKEN,
    DEPLOYING,
    ALLOCATED,
    FAILED_DEPLOYMENT,
    RELEASING,
    RELEASING_FAILED,
    DISK_ERASING,
    FAILED_DISK_ERASING,
    RESCUE_MODE,
    ENTERING_RESCUE_MODE,
    FAILED_TO_ENTER,
    EXITING_RESCUE_MODE,
    FAILED_TO_EXIT,
    TESTING,
    FAILED_TESTING,
)

# Stands for the status a machine had before it was tested or rescued; MAAS keeps it to itself, see resting().
PREVIOUS = "previous"


@dataclass(frozen=True)
class Hop:
    """One operation and where it leads; ``wait`` is no operation but patience with one that runs already.

    ``through`` are the statuses seen on the way; any other status than those, the start and the target means that
    the operation failed. ``allow`` names the option that permits it. A ``guessed`` target is one MAAS keeps to itself.
    """

    operation: str
    start: str
    target: str
    through: t.FrozenSet[str] = frozenset()
    allow: str = ""
    guessed: bool = False

    def text(self, name: str) -> str:
        """Return the hop of the named machine as a plan shows it."""
        if self.operation == "wait":
            return f"wait for the end of {self.start} of {name} (-> {self.target})"
        return f"{self.operation} {name} ({self.start} -> {self.target})"


class Edge(t.NamedTuple):
    """A row of the table: an operation, the statuses it is taken from, its target and what it passes through.

    An operation that MAAS takes but that loses something has an ``allow``: the option without which it is refused
    before the first write.
    """

    operation: str
    starts: t.Tuple[str, ...]
    target: str
    through: t.Tuple[str, ...] = ()
    allow: str = ""


# Where two ways are equally long the upper row wins.
EDGES = (
    Edge("commission", (NEW, FAILED_COMMISSIONING), READY, (COMMISSIONING, TESTING)),
    Edge("override_failed_testing", (FAILED_TESTING,), PREVIOUS, (), "allow_failed_testing"),
    Edge("test", (FAILED_TESTING,), PREVIOUS, (TESTING,)),
    Edge("deploy", (READY, ALLOCATED), DEPLOYED, (DEPLOYING,)),
    Edge("allocate", (READY,), ALLOCATED),
    Edge(
        "release",
        (ALLOCATED, RESERVED, FAILED_DEPLOYMENT, RELEASING_FAILED, FAILED_DISK_ERASING),
        READY,
        (RELEASING, DISK_ERASING),
    ),
    Edge("release", (DEPLOYED, DEPLOYING), READY, (RELEASING, DISK_ERASING), "allow_release"),
    # MAAS lets only the owner mark a machine broken, so an unowned one has to be allocated first.
    Edge(
        "mark_broken",
        (ALLOCATED, RESERVED, FAILED_COMMISSIONING, FAILED_TESTING, FAILED_DEPLOYMENT)
        + (RELEASING_FAILED, FAILED_DISK_ERASING),
        BROKEN,
    ),
    # MAAS releases a deployed machine when it is marked broken: its system is lost.
    Edge("mark_broken", (DEPLOYED,), BROKEN, (), "allow_release"),
    # Somebody said that it must not be used; only state=fixed says the contrary without a further word.
    Edge("mark_fixed", (BROKEN,), READY, (), "allow_fix"),
    Edge(
        "rescue_mode",
        (NEW, READY, RESERVED, ALLOCATED, BROKEN, MISSING, RETIRED, FAILED_COMMISSIONING, FAILED_DEPLOYMENT)
        + (FAILED_TESTING, FAILED_DISK_ERASING, FAILED_TO_ENTER),
        RESCUE_MODE,
        (ENTERING_RESCUE_MODE,),
    ),
    Edge("rescue_mode", (DEPLOYED,), RESCUE_MODE, (ENTERING_RESCUE_MODE,), "allow_reboot"),
    Edge("exit_rescue_mode", (RESCUE_MODE, FAILED_TO_ENTER, FAILED_TO_EXIT), PREVIOUS, (EXITING_RESCUE_MODE,)),
    # For what hangs. MAAS answers 409 to an abort of anything else: Releasing and Exiting rescue mode end by themselves.
    # It switches the machine off; one that was Ready before its commissioning is New afterwards.
    Edge("abort", (COMMISSIONING,), NEW, (), "allow_abort"),
    Edge("abort", (DEPLOYING,), ALLOCATED, (), "allow_abort"),
    Edge("abort", (DISK_ERASING,), FAILED_DISK_ERASING, (), "allow_abort"),
    Edge("abort", (TESTING,), PREVIOUS, (), "allow_abort"),
    Edge("exit_rescue_mode", (ENTERING_RESCUE_MODE,), PREVIOUS, (EXITING_RESCUE_MODE,), "allow_abort"),
    Edge("wait", (COMMISSIONING,), READY, (TESTING,)),
    Edge("wait", (DEPLOYING,), DEPLOYED),
    Edge("wait", (RELEASING,), READY, (DISK_ERASING,)),
    Edge("wait", (DISK_ERASING,), READY, (RELEASING,)),
    Edge("wait", (ENTERING_RESCUE_MODE,), RESCUE_MODE),
    Edge("wait", (TESTING, EXITING_RESCUE_MODE), PREVIOUS),
)

# Not in the search: it leads nowhere new.
RECOMMISSION = Edge("commission", (READY,), READY, (COMMISSIONING, TESTING), "allow_recommission")


# What is waited for only where it may not be aborted.
ABORTABLE = frozenset(start for edge in EDGES if edge.allow == "allow_abort" for start in edge.starts)

# Nobody goes through these on the way to something else.
DEAD_ENDS = frozenset({BROKEN, RESCUE_MODE})


@dataclass(frozen=True)
class Goal:
    """A wanted status: those that satisfy it as they are, and those to head for from all others.

    ``direct`` operations need no permission, since the state itself asks for them; ``without`` are never used.
    """

    satisfied: t.FrozenSet[str]
    targets: t.FrozenSet[str]
    direct: t.FrozenSet[str] = frozenset()
    without: t.FrozenSet[str] = frozenset()

    def permits(self, edge: Edge, allowed: t.Collection[str]) -> bool:
        """Whether an operation may be run for this goal without a further word of the user."""
        return not edge.allow or edge.allow in allowed or edge.operation in self.direct


def _exactly(status: str, **more: t.FrozenSet[str]) -> Goal:
    return Goal(frozenset({status}), frozenset({status}), **more)


GOALS: t.Mapping[str, Goal] = {
    "ready": _exactly(READY),
    # For pipelines: a machine that is further on is left alone.
    "commissioned": Goal(
        frozenset({READY, RESERVED, ALLOCATED, DEPLOYING, DEPLOYED, FAILED_DEPLOYMENT, RELEASING, RELEASING_FAILED})
        | {DISK_ERASING, FAILED_DISK_ERASING, RESCUE_MODE, ENTERING_RESCUE_MODE, EXITING_RESCUE_MODE}
        | {FAILED_TO_ENTER, FAILED_TO_EXIT},
        frozenset({READY, DEPLOYED}),
    ),
    "allocated": _exactly(ALLOCATED),
    "deployed": _exactly(DEPLOYED),
    "released": Goal(
        frozenset({NEW, READY, MISSING, RETIRED, FAILED_COMMISSIONING, FAILED_TESTING, BROKEN}), frozenset({NEW, READY})
    ),
    # Commissioning a machine that is out of order, only to say so, would power it on.
    "broken": _exactly(BROKEN, without=frozenset({"commission"})),
    "fixed": Goal(frozenset(STATUSES) - {BROKEN}, frozenset({READY}), frozenset({"mark_fixed"})),
    # A system on the disk is what one wants to rescue.
    "rescue": _exactly(RESCUE_MODE, without=frozenset({"release"})),
}
# States that are not a status of their own.
FLAG_STATES = ("present", "locked", "unlocked", "absent")
LOCKABLE = frozenset({DEPLOYED, DEPLOYING})
# Where a machine can come to rest after a test or rescue mode that went well.
SETTLED = frozenset({NEW, READY, RESERVED, ALLOCATED, DEPLOYED, BROKEN, MISSING, RETIRED}) | {
    FAILED_COMMISSIONING,
    FAILED_DEPLOYMENT,
    FAILED_DISK_ERASING,
    RELEASING_FAILED,
}
# A test that is aborted goes back to the failure of the one before it.
SETTLED_AFTER_ABORT = SETTLED | {FAILED_TESTING}
# Where MAAS keeps a machine for its owner: others keep their hands off.
OWNED = frozenset({ALLOCATED, RESERVED, DEPLOYED, DEPLOYING, FAILED_DEPLOYMENT, RELEASING_FAILED, FAILED_DISK_ERASING})


def resting(osystem: str, commissioned: bool) -> str:
    """Guess the status a machine returns to after a test or rescue mode; MAAS does not say.

    A deployed machine keeps its system. The owner tells nothing: MAAS sets it while it tests or rescues a machine.
    The guess is checked after the operation.
    """
    if osystem:
        return DEPLOYED
    return READY if commissioned else NEW


def route(start: str, goal: Goal, previous: str, allowed: t.Collection[str] = ()) -> tuple[Hop, ...] | None:
    """Return the way from a status to a goal, empty when it is reached, None when there is none.

    The way that lacks the fewest permissions wins: one that is allowed altogether is preferred to a shorter one that is
    not; when there is only the latter, the refusal can name the option it needs. Of those, one that aborts what is under
    way is preferred to one that waits for it, if that is allowed; and of those the shortest.
    """
    if start in goal.satisfied:
        return ()
    order = itertools.count()
    ways: list[tuple[int, int, int, int, str, tuple[Hop, ...]]] = [(0, 0, 0, next(order), start, ())]
    done = set()
    while ways:
        lacking, patience, length, _order, here, way = heapq.heappop(ways)
        if way and here in goal.targets:
            return way
        if here in done:
            continue
        done.add(here)
        for edge in _edges_from(here, goal):
            target = previous if edge.target == PREVIOUS else edge.target
            longer = (*way, hop(edge, here, target, goal))
            refused = not goal.permits(edge, allowed)
            patient = edge.operation == "wait" and here in ABORTABLE and "allow_abort" in allowed
            cost = (lacking + refused, patience + patient, length + 1)
            heapq.heappush(ways, (*cost, next(order), target, longer))
    return None


def hop(edge: Edge, start: str, target: str, goal: Goal) -> Hop:
    """Return one step along an edge; what the goal asks for needs no permission."""
    allow = "" if edge.operation in goal.direct else edge.allow
    return Hop(edge.operation, start, target, frozenset(edge.through), allow, edge.target == PREVIOUS)


def _edges_from(status: str, goal: Goal) -> t.Iterator[Edge]:
    for edge in EDGES:
        detour = edge.target in DEAD_ENDS - goal.targets and edge.operation != "wait"
        if status in edge.starts and edge.operation not in goal.without and not detour:
            yield edge
