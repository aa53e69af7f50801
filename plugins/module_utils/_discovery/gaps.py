# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Redfish leaves empty and IPMI can tell: when IPMI is worth asking, and what of its answer is taken.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json, Unread
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.merge import EMPTY, merge_facts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.normal import normal_form, unhealthy
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import read_resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import Both
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import link, open_service

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import RedfishClient

__all__ = ["MODES", "Places", "fill", "filled", "missing"]

MODES = ("auto", "always", "never")
# What ``unread`` calls the other protocol, and what a run remembers of a BMC that is silent over it.
IPMI = "IPMI"
SILENT = "silent over ipmi"


class Places(t.NamedTuple):
    """Facts that IPMI can tell of one subset: those every machine has, and those that are rightly empty on many."""

    essential: t.Tuple[str, ...]
    optional: t.Tuple[str, ...]


# By subset; "" is read in any case. Not here: what IPMI tells of itself (its ids, its reset types), and board_serial,
# which a FRU cannot tell apart from the serial number where it has only one of them.
PLACES: t.Mapping[str, Places] = {
    "": Places(
        ("system.vendor", "system.model", "system.serial", "system.uuid", "system.power", "bmc.firmware"),
        ("system.part_number", "system.asset_tag", "bmc.time", "bmc.clock_offset"),
    ),
    "bmc": Places(("bmc.macs",), ("bmc.interfaces", "bmc.hostname")),
    "thermal": Places(("temperatures",), ("fans",)),
}


def missing(facts: t.Mapping[str, t.Any], subsets: t.Collection[str], mode: str) -> dict[str, tuple[str, ...]]:
    """Return the places to ask IPMI for, by subset; pure.

    ``auto`` asks for none unless a fact is missing that every machine has: an empty asset tag alone is worth no session.
    """
    read = {name: places for name, places in PLACES.items() if not name or name in subsets}
    gaps = {name: tuple(_empty(facts, places.essential + places.optional)) for name, places in read.items()}
    worth = mode == "always" or any(_empty(facts, places.essential) for places in read.values())
    return {name: places for name, places in gaps.items() if places} if worth else {}


def _empty(facts: t.Mapping[str, t.Any], places: t.Iterable[str]) -> list[str]:
    return [place for place in places if _at(facts, place) in EMPTY]


def _at(facts: t.Mapping[str, t.Any], place: str) -> t.Any:
    value: t.Any = facts
    for name in place.split("."):
        value = value.get(name) if isinstance(value, t.Mapping) else None
    return value


def filled(facts: Json, other: t.Mapping[str, t.Any], places: t.Iterable[str]) -> Json:
    """Return the facts with those places taken from the facts over IPMI, and said so in ``sources.filled``; pure."""
    picked: Json = {}
    for place in places:
        *holder, name = place.split(".")
        inner = picked
        for key in holder:
            inner = inner.setdefault(key, {})
        inner[name] = _at(other, place)
    merged = merge_facts(facts, picked, "ipmi")
    return {**merged, "unhealthy": unhealthy({key: value for key, value in merged.items() if key != "unhealthy"})}


def fill(both: Both, facts: Json, subsets: t.Collection[str], mode: str) -> tuple[Json, list[Unread]]:
    """Return the facts with their gaps filled over IPMI, and what IPMI did not tell; never fails."""
    gaps = missing(facts, subsets, mode) if mode != "never" and both.service.client.protocol != "ipmi" else {}
    if not gaps or (mode == "auto" and not _is_on(both, facts)):
        return facts, []
    try:
        known = both.service.client.facts.get(SILENT)
        return (facts, [Unread(IPMI, known)]) if known else _asked(both, facts, gaps)
    except HWAutomationError as exc:
        return facts, [_unread(both, exc)]


def _is_on(both: Both, facts: t.Mapping[str, t.Any]) -> bool:
    """Whether the BMC itself says that IPMI is on; one that does not tell is not asked."""
    told = facts["bmc"]["protocols"]
    if told:
        return bool(told.get("ipmi"))
    uri = link(both.service.manager, "NetworkProtocol")
    with contextlib.suppress(HWAutomationError):
        body = both.service.get_or_none(uri) if uri else None
        return bool(((body or {}).get("IPMI") or {}).get("ProtocolEnabled"))
    return False


def _asked(both: Both, facts: Json, gaps: t.Mapping[str, t.Iterable[str]]) -> tuple[Json, list[Unread]]:
    unread: list[Unread] = []
    with contextlib.closing(both.open_ipmi()) as client:
        service = open_service(t.cast("RedfishClient", client))
        for subset, places in gaps.items():
            wanted = [subset] if subset else []
            try:
                resources = read_resources(service, wanted)
            except HWAutomationError as exc:  # what was told before stays
                unread.append(_unread(both, exc))
                break
            unread += resources.unread
            facts = filled(facts, normal_form(resources, wanted), places)
    return facts, unread


def _unread(both: Both, exc: HWAutomationError) -> Unread:
    """Tell why, and remember silence: it takes seconds to find out, and the next task would wait again."""
    if isinstance(exc, NetworkError):
        both.service.client.remember(**{SILENT: f"{exc.message} (earlier in this run)"})
    return Unread(IPMI, exc.message if not exc.answer else f"{exc.message}: {exc.answer}")
