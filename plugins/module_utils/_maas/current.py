# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a decision about a machine may need to know, and the reading of it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas import lifecycle
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import (
    by_agent_name,
    find,
    machine_path,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import UNBORN, Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted, split_series
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient

__all__ = ["Current", "Image", "read"]


@dataclass(frozen=True)
class Image:
    """A boot image: ``name`` as ``ubuntu/noble``, ``title`` as ``24.04 LTS``."""

    name: str
    title: str = ""

    def serves(self, osystem: str, series: str) -> bool:
        """Whether it is what was asked for; MAAS takes a series as ``noble`` or ``24.04``; empty texts fit all."""
        ours, short = split_series(self.name, "custom")  # the uploaded image custom/golden is stored as golden
        return osystem in ("", ours) and series in ("", short, *self.title.split()[:1])


@dataclass(frozen=True)
class Current:
    """The machine as it is, and the surroundings as far as they matter; None means that it was not asked."""

    machine: t.Optional[Machine] = None
    power_parameters: t.Optional[t.Mapping[str, t.Any]] = field(default=None, repr=False)
    user: t.Optional[str] = None
    version: t.Optional[str] = None
    zones: t.Optional[t.Tuple[str, ...]] = None
    pools: t.Optional[t.Tuple[str, ...]] = None
    domains: t.Optional[t.Tuple[str, ...]] = None
    tags: t.Optional[t.Tuple[str, ...]] = None
    images: t.Optional[t.Tuple[Image, ...]] = None
    scripts: t.Optional[t.Tuple[str, ...]] = None


def read(client: MaasClient, wanted: Wanted, decide: t.Callable[[Wanted, Current], Plan]) -> Current:
    """Read the machine, and then only what the plan for it depends on.

    A machine that is as wanted costs one request, and one more each for comparing power parameters and for a series
    that is given as a number, which only the images of MAAS translate. For others ``decide``
    is asked for a draft first, whose steps say which names have to exist.
    """
    if wanted.allocate_matching:
        current = Current(by_agent_name(client, wanted.allocate_matching["agent_name"]))
    else:
        current = Current(find(client, wanted.identity))
    machine = current.machine
    if machine is None and wanted.check_mode_status and client.read_only:
        return Current(_foreseen(wanted), power_parameters=wanted.power_parameters)
    if machine is not None and wanted.power_parameters and wanted.state != "absent":
        known = client.get(machine_path(machine.system_id), op="power_parameters")
        current = replace(current, power_parameters=known)
    if machine is not None and wanted.names_release and machine.status_name == lifecycle.DEPLOYED:
        current = replace(current, images=_images(client))
    draft = decide(wanted, current)
    if not draft.changes:
        return current
    return replace(current, **{name: READERS[name](client) for name in sorted(_questions(wanted, current, draft))})


def _foreseen(wanted: Wanted) -> Machine:
    """Return the machine an earlier task of the play would have made, were it not for check mode."""
    return replace(
        Machine(UNBORN, UNBORN, status_name=wanted.check_mode_status, mac_addresses=wanted.identity.mac_addresses),
        **wanted.attributes,
        tag_names=tuple(sorted(wanted.tags or ())),
        cpu_count=int(wanted.check_mode_status != lifecycle.NEW),
    )


def _questions(wanted: Wanted, current: Current, draft: Plan) -> set[str]:
    changing = {step.name for step in draft.steps}
    attributes = set().union(*(step.payload.get("attributes", ()) for step in draft.steps))
    asked = {"version"}
    asked |= {f"{name}s" for name in ("zone", "pool", "domain") if name in attributes}
    if "allocate" in changing:
        terms = {"zone": "zones", "pool": "pools", "tags": "tags", "not_tags": "tags"}
        asked |= {question for name, question in terms.items() if name in wanted.allocate_matching}
    if "update_nodes" in changing:
        asked.add("tags")
    if "deploy" in changing:
        asked.add("images")
    if changing & {"commission", "test"} and (
        wanted.commission.get("commissioning_scripts") or wanted.commission.get("testing_scripts")
    ):
        asked.add("scripts")
    if current.machine is not None and current.machine.owner and current.machine.status_name in lifecycle.OWNED:
        asked.add("user")
    return asked


def _names(path: str) -> t.Callable[[MaasClient], tuple[str, ...]]:
    return lambda client: tuple(sorted(item["name"] for item in client.rows(path)))


def _images(client: MaasClient) -> tuple[Image, ...]:
    found = {Image(item["name"], item.get("title") or "") for item in client.rows("boot-resources/")}
    return tuple(sorted(found, key=lambda image: image.name))


def _scripts(client: MaasClient) -> tuple[str, ...]:
    """Return what selects a script: its name or one of its tags."""
    scripts = client.rows("scripts/")
    return tuple(sorted({word for script in scripts for word in (script["name"], *(script.get("tags") or ()))}))


READERS: t.Mapping[str, t.Callable[[MaasClient], t.Any]] = {
    "domains": _names("domains/"),
    "images": _images,
    "pools": _names("resourcepools/"),
    "scripts": _scripts,
    "tags": _names("tags/"),
    "user": lambda client: client.get("users/", op="whoami")["username"],
    "version": lambda client: client.get("version/")["version"],
    "zones": _names("zones/"),
}
