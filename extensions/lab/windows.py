# SPDX-License-Identifier: GPL-3.0-or-later
"""Maintenance windows of an apply time (DSP2046 Settings, PreferredApplyTime).

A window that the BMC's clock says is ten minutes away is 600 lab seconds away: on a fast rack it comes sooner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

AT_START, ON_RESET = "AtMaintenanceWindowStart", "InMaintenanceWindowOnReset"
START, DURATION = "MaintenanceWindowStartTime", "MaintenanceWindowDurationInSeconds"


class WindowError(ValueError):
    """A window that cannot be kept; `property` is what is wrong with it, `reason` missing, type, format or range."""

    def __init__(self, name: str, reason: str, value: Any = None) -> None:
        super().__init__(f"{name}: {reason}")
        self.property, self.reason, self.value = name, reason, value


@dataclass(frozen=True)
class Window:
    """When a job may begin, in lab seconds; `restarts`: the host is restarted when it opens."""

    opens: float
    closes: float
    restarts: bool
    shown: tuple[datetime, datetime]
    """The same by the BMC's clock."""

    def is_open(self, now: float) -> bool:
        return self.opens <= now < self.closes


def window_of(apply_time: Mapping[str, Any], shown: datetime, now: float) -> Window | None:
    """Return the window of an apply time, None for one without; raise WindowError.

    :param shown: what the BMC's clock shows now.
    :param now: lab seconds now.
    """
    kind = apply_time.get("ApplyTime")
    if kind not in (AT_START, ON_RESET):
        return None
    start, seconds = _start(apply_time.get(START)), _seconds(apply_time.get(DURATION))
    away = (start - shown).total_seconds()
    if away + seconds <= 0:
        raise WindowError(START, "range", apply_time[START])
    return Window(
        opens=now + max(away, 0.0),
        closes=now + away + seconds,
        restarts=kind == AT_START,
        shown=(start, start + timedelta(seconds=seconds)),
    )


def _start(text: Any) -> datetime:
    if text is None:
        raise WindowError(START, "missing")
    if not isinstance(text, str):
        raise WindowError(START, "type", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise WindowError(START, "format", text) from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(value: Any) -> int:
    if value is None:
        raise WindowError(DURATION, "missing")
    if not isinstance(value, int) or isinstance(value, bool):
        raise WindowError(DURATION, "type", value)
    if value <= 0:
        raise WindowError(DURATION, "range", value)
    return value
