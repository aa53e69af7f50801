# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the node statuses of MAAS 3.x and which one may follow which, as plain data.

Names, codes and transitions are those a running MAAS 3.7.3 reported; nothing here touches a machine.
"""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Number of each node status as it appears in ``status`` of a machine."""

    NEW = 0
    COMMISSIONING = 1
    FAILED_COMMISSIONING = 2
    MISSING = 3
    READY = 4
    RESERVED = 5
    DEPLOYED = 6
    RETIRED = 7
    BROKEN = 8
    DEPLOYING = 9
    ALLOCATED = 10
    FAILED_DEPLOYMENT = 11
    RELEASING = 12
    FAILED_RELEASING = 13
    DISK_ERASING = 14
    FAILED_DISK_ERASING = 15
    RESCUE_MODE = 16
    ENTERING_RESCUE_MODE = 17
    FAILED_ENTERING_RESCUE_MODE = 18
    EXITING_RESCUE_MODE = 19
    FAILED_EXITING_RESCUE_MODE = 20
    TESTING = 21
    FAILED_TESTING = 22

    @property
    def title(self) -> str:
        """Give the words MAAS shows as ``status_name``."""
        return _TITLES[self]

    @property
    def short(self) -> str:
        """Give the lower-case name that ``GET /machines/?status=`` takes."""
        return self.name.lower()


S = Status

_ODD_TITLES = {
    S.FAILED_RELEASING: "Releasing failed",
    S.FAILED_ENTERING_RESCUE_MODE: "Failed to enter rescue mode",
    S.FAILED_EXITING_RESCUE_MODE: "Failed to exit rescue mode",
}
_TITLES = {status: _ODD_TITLES.get(status, status.name.replace("_", " ").capitalize()) for status in S}

BY_SHORT = {status.short: status for status in S}
BY_TITLE = {status.title: status for status in S}

TRANSITIONS: dict[Status, frozenset[Status]] = {
    S.NEW: frozenset(
        {S.COMMISSIONING, S.TESTING, S.MISSING, S.READY, S.RETIRED, S.BROKEN, S.ENTERING_RESCUE_MODE},
    ),
    S.COMMISSIONING: frozenset(
        {S.FAILED_COMMISSIONING, S.READY, S.RETIRED, S.MISSING, S.NEW, S.BROKEN, S.TESTING},
    ),
    S.FAILED_COMMISSIONING: frozenset(
        {S.COMMISSIONING, S.MISSING, S.RETIRED, S.BROKEN, S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.READY: frozenset(
        {S.ENTERING_RESCUE_MODE, S.COMMISSIONING, S.ALLOCATED, S.RESERVED, S.RETIRED, S.MISSING, S.BROKEN, S.TESTING},
    ),
    S.RESERVED: frozenset(
        {S.READY, S.ALLOCATED, S.RETIRED, S.MISSING, S.BROKEN, S.DISK_ERASING, S.RELEASING}
        | {S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.ALLOCATED: frozenset(
        {S.READY, S.RETIRED, S.MISSING, S.BROKEN, S.DEPLOYING, S.DISK_ERASING, S.RELEASING}
        | {S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.RELEASING: frozenset(
        {S.NEW, S.ALLOCATED, S.RESERVED, S.DEPLOYED, S.READY, S.BROKEN, S.MISSING}
        | {S.FAILED_DEPLOYMENT, S.FAILED_DISK_ERASING, S.FAILED_RELEASING},
    ),
    S.DEPLOYING: frozenset(
        {S.ALLOCATED, S.MISSING, S.BROKEN, S.FAILED_DEPLOYMENT, S.DEPLOYED, S.READY, S.DISK_ERASING, S.RELEASING},
    ),
    S.FAILED_DEPLOYMENT: frozenset(
        {S.ALLOCATED, S.MISSING, S.BROKEN, S.READY, S.DISK_ERASING, S.RELEASING, S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.DEPLOYED: frozenset(
        {S.ALLOCATED, S.MISSING, S.BROKEN, S.READY, S.DISK_ERASING, S.RELEASING, S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.MISSING: frozenset(
        {S.NEW, S.READY, S.ALLOCATED, S.COMMISSIONING, S.BROKEN, S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.RETIRED: frozenset({S.NEW, S.READY, S.MISSING, S.BROKEN, S.ENTERING_RESCUE_MODE, S.TESTING}),
    S.BROKEN: frozenset(
        {S.COMMISSIONING, S.READY, S.DISK_ERASING, S.RELEASING, S.ENTERING_RESCUE_MODE, S.TESTING, S.DEPLOYED},
    ),
    S.FAILED_RELEASING: frozenset({S.RELEASING, S.DISK_ERASING, S.READY, S.BROKEN, S.TESTING}),
    S.DISK_ERASING: frozenset({S.BROKEN, S.DISK_ERASING, S.FAILED_DISK_ERASING, S.READY, S.RELEASING}),
    S.FAILED_DISK_ERASING: frozenset(
        {S.DISK_ERASING, S.RELEASING, S.BROKEN, S.ALLOCATED, S.READY, S.ENTERING_RESCUE_MODE, S.TESTING},
    ),
    S.ENTERING_RESCUE_MODE: frozenset(
        {S.READY, S.BROKEN, S.DEPLOYED, S.RESCUE_MODE, S.FAILED_ENTERING_RESCUE_MODE, S.EXITING_RESCUE_MODE},
    ),
    S.FAILED_ENTERING_RESCUE_MODE: frozenset(
        {S.BROKEN, S.ENTERING_RESCUE_MODE, S.EXITING_RESCUE_MODE, S.TESTING},
    ),
    S.RESCUE_MODE: frozenset({S.BROKEN, S.EXITING_RESCUE_MODE, S.TESTING}),
    S.EXITING_RESCUE_MODE: frozenset(
        {S.NEW, S.BROKEN, S.FAILED_COMMISSIONING, S.READY, S.RESERVED, S.ALLOCATED, S.FAILED_DEPLOYMENT}
        | {S.DEPLOYED, S.MISSING, S.RETIRED, S.FAILED_RELEASING, S.FAILED_DISK_ERASING, S.RESCUE_MODE}
        | {S.FAILED_ENTERING_RESCUE_MODE, S.FAILED_EXITING_RESCUE_MODE, S.FAILED_TESTING},
    ),
    S.FAILED_EXITING_RESCUE_MODE: frozenset({S.BROKEN, S.EXITING_RESCUE_MODE, S.TESTING}),
    S.TESTING: frozenset(
        {S.BROKEN, S.NEW, S.READY, S.RESERVED, S.ALLOCATED, S.DEPLOYED, S.COMMISSIONING, S.MISSING, S.RETIRED}
        | {S.FAILED_DEPLOYMENT, S.FAILED_RELEASING, S.FAILED_DISK_ERASING, S.FAILED_ENTERING_RESCUE_MODE}
        | {S.FAILED_EXITING_RESCUE_MODE, S.FAILED_TESTING},
    ),
    S.FAILED_TESTING: frozenset(
        {S.COMMISSIONING, S.BROKEN, S.MISSING, S.ENTERING_RESCUE_MODE, S.TESTING, S.READY, S.DEPLOYED},
    ),
}

FAILURE = {
    S.COMMISSIONING: S.FAILED_COMMISSIONING,
    S.DEPLOYING: S.FAILED_DEPLOYMENT,
    S.RELEASING: S.FAILED_RELEASING,
    S.DISK_ERASING: S.FAILED_DISK_ERASING,
    S.ENTERING_RESCUE_MODE: S.FAILED_ENTERING_RESCUE_MODE,
    S.EXITING_RESCUE_MODE: S.FAILED_EXITING_RESCUE_MODE,
    S.TESTING: S.FAILED_TESTING,
}

FIXED_TIMEOUT_MINUTES = {S.RELEASING: 5, S.EXITING_RESCUE_MODE: 5}
"""Statuses whose time limit does not follow the ``node_timeout`` setting."""

RELEASABLE = frozenset(
    {S.RESERVED, S.DEPLOYED, S.BROKEN, S.DEPLOYING, S.ALLOCATED}
    | {S.FAILED_DEPLOYMENT, S.FAILED_RELEASING, S.FAILED_DISK_ERASING},
)

COMMISSIONABLE = frozenset({S.NEW, S.FAILED_COMMISSIONING, S.READY, S.BROKEN})
"""``Failed testing`` is missing on purpose: MAAS 3.7.3 refuses it although the transition exists."""

MOVING = frozenset(FAILURE)
"""Statuses a machine passes through; MAAS refuses a test in these."""

ABORTABLE = frozenset({S.COMMISSIONING, S.DEPLOYING, S.TESTING, S.DISK_ERASING})


def may_follow(current: Status, target: Status) -> bool:
    """Tell whether MAAS lets ``target`` follow ``current``."""
    return current == target or target in TRANSITIONS[current]


def timeout_minutes(status: Status, node_timeout: int) -> int | None:
    """Give the minutes after which MAAS fails a machine left in ``status``, or None when it waits for ever."""
    if status not in MOVING:
        return None
    return FIXED_TIMEOUT_MINUTES.get(status, node_timeout)
