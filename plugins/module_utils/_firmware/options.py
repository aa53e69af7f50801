# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the firmware doors, and how they become what is wanted.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import (
    COMPONENTS,
    ROW_SPEC,
    Row,
    row_of,
    row_problem,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import METHODS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    IMMEDIATE,
    ON_RESET,
    Handle,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import (
    BMC_OPTIONS,
    TOOL_OPTIONS,
    wait_options,
)

__all__ = ["ANSWER_OPTIONS", "FIRMWARE_OPTIONS", "HANDLE_SPEC", "wanted_of"]

WAIT_TIMEOUT = 7200

HANDLE_SPEC: dict[str, t.Any] = {
    "component": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "sha256": {"type": "str", "required": True},
    "stage": {"type": "str", "choices": ["sent", "ended", "activating"], "default": "sent"},
    "task": {"type": "str", "default": ""},
    "image": {"type": "str", "default": ""},
    "before": {"type": "str", "default": ""},
    "sent_at": {"type": "float", "default": 0.0},
    "activated_at": {"type": "float", "default": 0.0},
    "clock_offset": {"type": "float", "default": 0.0},
}

ANSWER_OPTIONS = Options(spec={"answer_timeout": {"type": "int", "default": 0}})

FIRMWARE_OPTIONS = (
    BMC_OPTIONS
    + ANSWER_OPTIONS
    + TOOL_OPTIONS
    + wait_options(WAIT_TIMEOUT)
    + Options(
        spec={
            "state": {"type": "str", "choices": ["present"], "default": "present"},
            "component": {"type": "str", "choices": list(COMPONENTS)},
            "device": {"type": "str"},
            "version": {"type": "str"},
            "image": {"type": "str"},
            "sha256": {"type": "str"},
            "baseline": {"type": "list", "elements": "dict", "options": ROW_SPEC},
            "allow_downgrade": {"type": "bool", "default": False},
            "allow_tpm_override": {"type": "bool", "default": False},
            "allow_reboot": {"type": "bool", "default": False},
            "apply_time": {"type": "str", "choices": [IMMEDIATE, ON_RESET], "default": IMMEDIATE},
            "method": {"type": "str", "choices": ["auto", *METHODS, *TOOLS], "default": "auto"},
            "handles": {"type": "list", "elements": "dict", "options": HANDLE_SPEC, "default": []},
            "image_ca_path": {"type": "path"},
        },
        mutually_exclusive=(("baseline", "component"),),
        required_one_of=(("baseline", "component"),),
        required_together=(("component", "version", "image", "sha256"),),
        required_by={"device": "component"},
    )
)


def wanted_of(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what is wanted of one machine.

    :raises ConfigurationError: with every problem of every row.
    """
    targets = _targets(params)
    problems = [problem for problem in map(row_problem, targets) if problem]
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems)
    return Wanted(
        targets=targets,
        allow_downgrade=params["allow_downgrade"],
        allow_tpm_override=params["allow_tpm_override"],
        allow_reboot=params["allow_reboot"],
        apply_time=params["apply_time"],
        method=params["method"],
        wait=params["wait"],
        wait_timeout=float(params["wait_timeout"]),
        wait_interval=float(params["wait_interval"]),
        handles=tuple(Handle(**item) for item in params["handles"]),
        system_id=params.get("system_id"),
        answer_timeout=float(params["answer_timeout"]),
    )


def _targets(params: t.Mapping[str, t.Any]) -> t.Tuple[Row, ...]:
    if params.get("baseline") is not None:
        return tuple(row_of(item) for item in params["baseline"])
    names = ("component", "device", "version", "image", "sha256")
    return (row_of({name: params[name] for name in names if params.get(name) is not None}),)
