# SPDX-License-Identifier: GPL-3.0-or-later

"""Times and run ids in the form the database keeps."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["new_run_id", "parse_moment", "stamp", "utc_now"]


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as the database keeps it: `2026-11-23T06:15:12.345Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def new_run_id(moment: datetime) -> str:
    """Return an id that sorts by start time, to the millisecond, and whose beginning is short enough to type."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}-{moment.microsecond // 1000:03d}{secrets.token_hex(3)}"


_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_moment(text: str, now: datetime, option: str) -> str:
    """Return the stamp for a date, a time or an age (`2026-11-01`, `2026-11-01T08:00`, `36h`, `30d`).

    :raises ConfigurationError: naming the option, when it is none of these.
    """
    text = text.strip()
    try:
        if text[-1:] in _UNITS and text[:-1].isdigit():
            return stamp(now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])}))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{option}: {text!r} is not a date",
            hint="2026-11-01, 2026-11-01T08:00, or an age such as 36h, 30d, 8w",
        ) from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
