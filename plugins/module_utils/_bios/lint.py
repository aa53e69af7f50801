# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a template against a registry, without a machine. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.aim import aim
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import compare
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import as_wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry

__all__ = ["lint"]


def lint(
    profile: t.Mapping[str, t.Any], registry: t.Mapping[str, t.Any], current: t.Mapping[str, t.Any] | None = None
) -> t.List[str]:
    """Return what is wrong with a merged template for machines with that registry document.

    :param current: values of such a machine; without them every attribute is taken to be there, at its default.
    """
    known = Registry(registry)
    values = dict(current) if current is not None else _as_delivered(known)
    state = BiosState(platform=profile.get("platform") or "", current=values, registry=known)
    wanted = as_wanted(profile)
    found = aim(wanted, state)
    _change, unreachable = compare(found.goals, wanted, state)
    return [str(problem) for problem in (*found.problems, *unreachable)]


def _as_delivered(registry: Registry) -> t.Dict[str, t.Any]:
    values = {}
    for name in registry:
        attribute = registry.get(name)
        first = attribute.choices[0].name if attribute.choices else attribute.lower
        value = attribute.current if attribute.current is not None else attribute.default
        values[name] = first if value is None else value
    return values
