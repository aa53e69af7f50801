# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One normal form of a server, whatever its BMC calls things; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.parts import (
    chassis,
    compute,
    identity,
    licences,
    network,
    storage,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources

__all__ = ["normal_form", "unhealthy"]

BUILDERS: t.Mapping[str, t.Callable[[Resources], Json]] = {
    "processors": compute.processors,
    "memory": compute.memory,
    "storage": storage.storage,
    "network": network.network,
    "power": chassis.power,
    "thermal": chassis.thermal,
    "licences": licences.licences,
}


def normal_form(resources: Resources, subsets: t.Collection[str]) -> Json:
    """Return the facts of the chosen subsets; the keys of a subset are there whenever it was chosen."""
    facts: Json = {
        "platform": resources.profile.name,
        "system": identity.system(resources),
        "bmc": identity.bmc(resources),
    }
    for name, build in BUILDERS.items():
        if name in subsets:
            facts.update(build(resources))
    facts["unhealthy"] = unhealthy(facts)
    facts["sources"] = _sources(resources, subsets)
    return facts


def unhealthy(facts: t.Mapping[str, t.Any], place: str = "") -> list[Json]:
    """Return every part whose health is Warning or Critical, with its place in the facts and its name."""
    found: list[Json] = []
    for key, value in facts.items():
        here = f"{place}.{key}" if place else key
        if isinstance(value, dict):
            found += unhealthy(value, here)
        elif isinstance(value, list):
            for item in value:
                found += unhealthy(item, here) if isinstance(item, dict) else []
        elif key == "health" and value in ("Warning", "Critical"):
            found.append({"part": place, "name": str(facts.get("name") or facts.get("id") or ""), "health": value})
    return found


def _sources(resources: Resources, subsets: t.Collection[str]) -> Json:
    """Return where each part comes from: the protocol, and the resources that were read for it."""
    parts = {"system": [resources.system_uri], "bmc": [resources.manager_uri]}
    for subset in subsets:
        for section in SUBSETS[subset]:
            parts.setdefault(subset, []).extend(uri for uri, _body in resources.rows(section))
    return {name: {"protocol": resources.protocol, "resources": uris} for name, uris in parts.items()}
