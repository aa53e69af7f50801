# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the BIOS doors, and how they become what is wanted.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import TASK_ORDER, Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import (
    BMC_OPTIONS,
    TOOL_OPTIONS,
    wait_options,
)

__all__ = [
    "BACKUP_OPTIONS",
    "BOOT_ORDER_OPTIONS",
    "INFO_OPTIONS",
    "PASSWORD_OPTIONS",
    "SETTINGS_OPTIONS",
    "as_profile",
    "as_wanted",
    "reboot_answers",
    "wanted_settings",
]

PROFILE_KEYS = ("name", "platform", "settings", "preserve", "constraints", "intent_maps", "problems", "sources")

REBOOT_OPTIONS = Options(
    spec={
        "allow_reboot": {"type": "bool", "default": False},
        "reboot": {
            "type": "str",
            "choices": ["now", "graceful", "on_timeout", "never"],
            "default": "on_timeout",
        },
        "graceful_timeout": {"type": "int", "default": 300},
        "machine_status": {"type": "str", "default": ""},
        "allow_reboot_in_use": {"type": "bool", "default": False},
    },
)

SETTINGS_OPTIONS = (
    BMC_OPTIONS
    + REBOOT_OPTIONS
    + TOOL_OPTIONS
    + wait_options(1800)
    + Options(
        spec={
            "state": {"type": "str", "choices": ["merged", "replaced", "defaults"], "default": "merged"},
            "attributes": {"type": "dict", "default": {}},
            "intents": {"type": "dict", "default": {}},
            "intent_maps": {"type": "dict", "default": {}},
            "profile": {"type": "dict", "default": {}},
            "preserve": {"type": "list", "elements": "str", "default": []},
            "pending": {"type": "str", "choices": ["keep", "overwrite"], "default": "keep"},
            "unsupported": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
            "order": {"type": "str", "choices": ["one_step", "two_steps"], "default": "one_step"},
        },
    )
)

BACKUP_OPTIONS = (
    BMC_OPTIONS
    + REBOOT_OPTIONS
    + wait_options(1800)
    + Options(
        spec={
            "state": {"type": "str", "choices": ["present", "restored"], "default": "present"},
            "backup": {"type": "raw"},
            "sha256": {"type": "str"},
            "pending": {"type": "str", "choices": ["keep", "overwrite"], "default": "keep"},
            "allow_other_machine": {"type": "bool", "default": False},
        },
        required_if=(("state", "restored", ("backup",)),),
    )
)

PASSWORD_OPTIONS = BMC_OPTIONS + Options(
    spec={
        "name": {"type": "str", "required": True},
        "old_password": {"type": "str", "no_log": True},
        "new_password": {"type": "str", "required": True, "no_log": True},
    },
)

BOOT_ORDER_OPTIONS = BMC_OPTIONS + Options(spec={"order": {"type": "list", "elements": "str", "required": True}})

INFO_OPTIONS = BMC_OPTIONS + Options(
    spec={
        "attributes": {"type": "list", "elements": "str", "default": []},
        "registry": {"type": "bool", "default": False},
        "template": {"type": "bool", "default": False},
        "preserve": {"type": "list", "elements": "str", "default": []},
        "intent_maps": {"type": "dict", "default": {}},
    },
)


def wanted_settings(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what the options of bios_settings ask for.

    :raises ConfigurationError: when the profile is not one, or intents come without a map to read them by.
    """
    profile = as_profile(params["profile"])
    task = [Setting("intent", key, value, "intents of the task", TASK_ORDER) for key, value in _flat(params["intents"])]
    task += [
        Setting("attribute", key, value, "attributes of the task", TASK_ORDER)
        for key, value in params["attributes"].items()
    ]
    intent_maps = {**profile.get("intent_maps", {}), **params["intent_maps"]}
    settings = (*(Setting(**item) for item in profile.get("settings", ())), *task)
    if not intent_maps and any(setting.kind == "intent" for setting in settings):
        raise ConfigurationError(
            "intents were given without a map to a machine's own attributes",
            hint="pass intent_maps: \"{{ lookup('hwautomation.baremetal.bios_profile').intent_maps }}\"",
        )
    overridden = {(setting.kind, setting.key) for setting in task}
    return Wanted(
        state=params["state"],
        settings=tuple(
            setting for setting in settings if setting in task or (setting.kind, setting.key) not in overridden
        ),
        intent_maps=intent_maps,
        preserve=(*profile.get("preserve", ()), *params["preserve"]),
        constraints=tuple(profile.get("constraints", ())),
        problems=_told(profile),
        platform=profile.get("platform") or "",
        overwrite_pending=params["pending"] == "overwrite",
        fail_unsupported=params["unsupported"] == "fail",
        two_steps=params["order"] == "two_steps",
        **reboot_answers(params),
    )


def as_wanted(profile: t.Mapping[str, t.Any]) -> Wanted:
    """Return what a merged template asks for, and nothing besides."""
    profile = as_profile(profile)
    return Wanted(
        settings=tuple(Setting(**item) for item in profile.get("settings", ())),
        intent_maps=profile.get("intent_maps", {}),
        preserve=tuple(profile.get("preserve", ())),
        constraints=tuple(profile.get("constraints", ())),
        problems=_told(profile),
        platform=profile.get("platform") or "",
    )


def reboot_answers(params: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Return the fields of Wanted that say whether and how to restart and wait."""
    return {
        "allow_reboot": params["allow_reboot"],
        "restart": params["reboot"],
        "machine_status": params["machine_status"],
        "allow_reboot_in_use": params["allow_reboot_in_use"],
        "wait": params["wait"],
        "wait_timeout": float(params["wait_timeout"]),
        "wait_interval": float(params["wait_interval"]),
        "graceful_timeout": float(params["graceful_timeout"]),
    }


def as_profile(profile: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Return a profile after checking that it has the form the lookup bios_profile gives."""
    problems = []
    for key in profile:
        if key not in PROFILE_KEYS:
            guesses = near(key, PROFILE_KEYS)
            problems.append(f"unknown key {key}" + (f" (did you mean {guesses[0]}?)" if guesses else ""))
    for item in profile.get("settings", ()):
        missing = [key for key in ("kind", "key", "value", "layer") if key not in item]
        if missing:
            problems.append(f"a setting without {', '.join(missing)}: {item}")
    problems += [
        f"not a problem of a template: {item}" for item in profile.get("problems", ()) if not _is_problem(item)
    ]
    if problems:
        raise ConfigurationError(
            f"profile is not a merged BIOS profile: {'; '.join(problems)}",
            hint="make it with the lookup hwautomation.baremetal.bios_profile",
            problems=problems,
        )
    return profile


def _is_problem(item: t.Any) -> bool:
    needed = {"attribute", "reason", "text"}
    return isinstance(item, dict) and needed <= set(item) <= {*needed, "source"}


def _told(profile: t.Mapping[str, t.Any]) -> t.Tuple[Problem, ...]:
    return tuple(Problem(**item) for item in profile.get("problems", ()))


def _flat(intents: t.Mapping[str, t.Any], prefix: str = "") -> t.Iterator[t.Tuple[str, t.Any]]:
    for key, value in intents.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
