# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of one server from two sources: what one does not tell, the other may; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json

__all__ = ["merge_facts"]

EMPTY: t.Tuple[t.Any, ...] = (None, "", [], {})
# Lists whose items are the same thing when one of these keys is, whatever else the sources call them.
SAME = {
    "network.ports": ("mac",),
    "storage.drives": ("serial",),
    "memory.modules": ("serial",),
}
# A port has one address in the world, so one that only the second source knows is there; other things could be listed
# twice under different names.
ADDED = ("network.ports",)


def merge_facts(facts: t.Mapping[str, t.Any], more: t.Mapping[str, t.Any], source: str) -> Json:
    """Return the facts with gaps filled from another source; what the first one tells is never replaced.

    :param source: what ``sources.filled`` says each filled place came from, such as ``host``.
    """
    merged: Json = copy.deepcopy({key: value for key, value in facts.items() if key != "sources"})
    filled: dict[str, str] = {}
    _fill(merged, {key: value for key, value in more.items() if key != "sources"}, "", filled, source)
    sources = copy.deepcopy(dict(facts.get("sources") or {}))
    sources["filled"] = {**(sources.get("filled") or {}), **filled}
    return {**merged, "sources": sources}


def _fill(into: Json, more: t.Mapping[str, t.Any], place: str, filled: dict[str, str], source: str) -> None:
    for key, value in more.items():
        here = f"{place}.{key}" if place else key
        known = into.get(key)
        if value in EMPTY:
            into.setdefault(key, copy.deepcopy(value))
        elif isinstance(known, dict) and isinstance(value, dict) and known:
            _fill(known, value, here, filled, source)
        elif here in SAME and known and isinstance(value, list):
            _fill_items(known, value, here, filled, source)
        elif known in EMPTY or (known == 0 and key == "gib"):
            into[key] = copy.deepcopy(value)
            filled[here] = source


def _fill_items(known: list[Json], more: t.Iterable[Json], place: str, filled: dict[str, str], source: str) -> None:
    for item in more:
        names = [item[key] for key in SAME[place] if item.get(key)]
        twin = next((one for one in known if any(one.get(key) in names for key in SAME[place])), None)
        if twin is not None:
            _fill(twin, item, f"{place}[{names[0]}]", filled, source)
        elif names and place in ADDED:
            known.append(copy.deepcopy(item))
            filled[f"{place}[{names[0]}]"] = source
