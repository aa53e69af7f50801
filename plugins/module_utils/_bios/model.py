# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that go through the BIOS room: what was asked for, what a machine holds, and what is aimed at.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import IntentMap
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem, same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import BiosAnswers

__all__ = ["BiosState", "Goal", "Job", "Wanted", "early_values", "matches", "pending_of"]

Values = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Wanted:
    """What was asked for.

    ``settings`` carry intents and attributes with who asked; ``intent_maps`` holds the map of each platform.
    ``restart`` is ``now``, ``graceful``, ``on_timeout`` or ``never``; it counts only with ``allow_reboot``.
    ``machine_status`` is what MAAS says of the machine; one in use is restarted only with ``allow_reboot_in_use``.
    ``problems`` are the mistakes found in the template itself, to be told with those the machine shows.
    Times are in seconds.
    """

    state: str = "merged"
    settings: t.Tuple[Setting, ...] = ()
    intent_maps: t.Mapping[str, IntentMap] = field(default_factory=dict)
    preserve: t.Tuple[str, ...] = ()
    constraints: t.Tuple[t.Mapping[str, t.Any], ...] = ()
    problems: t.Tuple[Problem, ...] = ()
    platform: str = ""
    overwrite_pending: bool = False
    fail_unsupported: bool = True
    two_steps: bool = False
    allow_reboot: bool = False
    restart: str = "on_timeout"
    machine_status: str = ""
    allow_reboot_in_use: bool = False
    wait: bool = True
    wait_timeout: float = 1800.0
    wait_interval: float = 10.0
    graceful_timeout: float = 300.0


@dataclass(frozen=True)
class Job:
    """A configuration job of a BMC; ``state`` is ``waiting``, ``running``, ``failed`` or ``done``."""

    uri: str
    state: str
    text: str = ""


@dataclass(frozen=True)
class BiosState:
    """What a machine holds now.

    ``pending`` are only values that differ from ``current``: some BMCs answer with all attributes, some with the
    changed ones, some with none (Q-G03). Where values may be shown before their job has run, those of an open job are
    pending as well, although they look current (Q-D04); ``staged`` are the values that this may be true of.
    ``job_failure`` is what the BMC says of a job of ours that ended badly. ``ways`` is how the platform goes about
    it; ``obstacles`` say why nothing can be written now, ``server`` what the machine is filed under.
    ``by_tool`` are attributes only a vendor's tool can reach, with the reason.
    """

    machine: str = ""
    platform: str = ""
    resource: str = ""
    settings_resource: str = ""
    current: Values = field(default_factory=dict)
    pending: Values = field(default_factory=dict)
    registry: Registry = field(default_factory=Registry.none)
    ways: BiosAnswers = field(default_factory=BiosAnswers)
    job: t.Optional[Job] = None
    staged: Values = field(default_factory=dict)
    job_failure: str = ""
    defaults_pending: bool = False
    power: str = "On"
    obstacles: t.Tuple[str, ...] = ()
    server: Values = field(default_factory=dict)
    by_tool: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Goal:
    """The value an attribute is to have, as the machine spells it, and who asked for it."""

    value: t.Any
    source: str = ""
    intent: str = ""
    asked: t.Any = None


def pending_of(current: Values, settings: t.Optional[Values]) -> dict[str, t.Any]:
    """Return what is really pending: of the settings resource the values that differ from the current ones."""
    return {
        name: value
        for name, value in (settings or {}).items()
        if value is not None and not same(value, current.get(name))
    }


def early_values(state: BiosState) -> dict[str, t.Any]:
    """Return the values that are shown as current although the job that makes them so has not run (Q-D04)."""
    if state.job is None:
        return {}
    return {name: value for name, value in state.staged.items() if same(value, state.current.get(name))}


def matches(name: str, display: str, patterns: t.Iterable[str]) -> str:
    """Return the first pattern (shell style, any case) that an attribute's name or display name fits, or ""."""
    for pattern in patterns:
        fits = _compiled(pattern)
        if fits(name) or (display and fits(display)):
            return pattern
    return ""


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> t.Callable[[str], t.Any]:
    return re.compile(fnmatch.translate(pattern), re.IGNORECASE).match
