# SPDX-License-Identifier: GPL-3.0-or-later

"""What a question may be narrowed to, and what it may be about: plain values, checked before the database is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .clock import parse_moment

__all__ = ["Filter", "make_filter"]


@dataclass(frozen=True)
class Filter:
    """The limits of a question; times are stamps, `until` is exclusive, a `limit` of 0 is none."""

    now: datetime
    since: str = ""
    until: str = "~"  # sorts after every time
    server: str | None = None
    run: str | None = None
    who: str | None = None
    item: str | None = None
    kinds: tuple[str, ...] = ()
    planned: bool = False
    limit: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


def make_filter(params: Mapping[str, Any], now: datetime) -> Filter:
    """Return the filter for a door's options.

    :raises ConfigurationError: with every malformed option at once.
    """
    problems, moments = [], {}
    for option, default in (("since", ""), ("until", "~")):
        try:
            moments[option] = parse_moment(params[option], now, option) if params.get(option) else default
        except ConfigurationError as exc:
            problems.append(str(exc))
    if not problems and moments["since"] >= moments["until"]:
        problems.append(f"since ({moments['since']}) is not before until ({moments['until']})")
    if (params.get("limit") or 0) < 0:
        problems.append(f"limit: {params['limit']} is less than nothing; 0 means all")
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems)
    return Filter(
        now=now,
        since=moments["since"],
        until=moments["until"],
        server=params.get("server"),
        run=params.get("run_id"),
        who=params.get("who"),
        item=params.get("item"),
        kinds=tuple(params.get("kinds") or ()),
        planned=bool(params.get("planned")),
        limit=params.get("limit") or 0,
    )
