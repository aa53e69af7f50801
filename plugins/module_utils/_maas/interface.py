# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network interface of a machine: its normal form and what is wanted of it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import OWNER_OPTIONS, identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity, mac_address
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = ["INTERFACE_OPTIONS", "Link", "WantedInterface", "links_of", "view"]

BOND = ("bond_mode", "bond_lacp_rate", "bond_xmit_hash_policy", "bond_miimon", "bond_updelay", "bond_downdelay")
BRIDGE = ("bridge_type", "bridge_stp", "bridge_fd")
BOND_MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
HASH_POLICIES = ("layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4")

INTERFACE_OPTIONS = (
    MAAS_OPTIONS
    + OWNER_OPTIONS
    + Options(
        spec={
            "name": {"type": "str"},
            "mac_address": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "type": {"type": "str", "choices": ["physical", "bond", "vlan", "bridge"], "default": "physical"},
            "parents": {"type": "list", "elements": "str"},
            "vlan": {
                "type": "dict",
                "options": {"fabric": {"type": "str"}, "vid": {"type": "int", "required": True}},
            },
            "mtu": {"type": "int"},
            "tags": {"type": "list", "elements": "str"},
            "links": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "mode": {"type": "str", "choices": ["auto", "dhcp", "static", "link_up"], "required": True},
                    "subnet": {"type": "str"},
                    "ip_address": {"type": "str"},
                    "default_gateway": {"type": "bool", "default": False},
                },
            },
            "bond_mode": {"type": "str", "choices": list(BOND_MODES)},
            "bond_lacp_rate": {"type": "str", "choices": ["slow", "fast"]},
            "bond_xmit_hash_policy": {"type": "str", "choices": list(HASH_POLICIES)},
            "bond_miimon": {"type": "int"},
            "bond_updelay": {"type": "int"},
            "bond_downdelay": {"type": "int"},
            "bridge_type": {"type": "str", "choices": ["standard", "ovs"]},
            "bridge_stp": {"type": "bool"},
            "bridge_fd": {"type": "int"},
        },
        required_one_of=(("name", "mac_address", "vlan"),),
        required_if=(("type", "bond", ("name",)), ("type", "bridge", ("name",)), ("type", "vlan", ("parents", "vlan"))),
    )
)


@dataclass(frozen=True)
class Link:
    """A link to a subnet; ``subnet`` is its CIDR, name or number. ``id`` is MAAS's number of an existing link.

    ``default_gateway`` of a wanted link means that it shall be one; of an existing link, that it was made one.
    """

    mode: str
    subnet: str = ""
    ip_address: str = ""
    default_gateway: bool = False
    id: t.Optional[int] = None
    names: t.FrozenSet[str] = frozenset()

    def matches(self, current: Link) -> bool:
        """Whether an existing link is this one; an address counts only where it was asked for."""
        same_subnet = not self.subnet or self.subnet in current.names
        return self.mode == current.mode and same_subnet and self.ip_address in ("", current.ip_address)

    def as_result(self) -> dict[str, t.Any]:
        """Return the form of ``interface.links[]`` in results."""
        names = ("mode", "subnet", "ip_address", "default_gateway")
        return {name: getattr(self, name) for name in names}

    @property
    def text(self) -> str:
        """Return the link as a plan shows it."""
        return " ".join(part for part in (self.mode, self.subnet, self.ip_address) if part)


@dataclass(frozen=True)
class WantedInterface:
    """The wanted interface; ``values`` holds the simple fields the user mentioned, in MAAS's names."""

    owner: Identity
    name: str
    mac: str
    present: bool
    kind: str
    parents: t.Tuple[str, ...] = ()
    vlan: t.Optional[t.Mapping[str, t.Any]] = None
    values: t.Mapping[str, t.Any] = field(default_factory=dict)
    tags: t.Optional[t.Tuple[str, ...]] = None
    links: t.Optional[t.Tuple[Link, ...]] = None
    allow_other_owner: bool = False

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> WantedInterface:
        """Take the options of ``maas_interface``.

        :raises ConfigurationError: for options that do not go together, all of them at once.
        """
        kind, parents, vlan = params["type"], tuple(params.get("parents") or ()), params.get("vlan")
        name = params.get("name") or ""
        if kind == "vlan" and vlan and not name:
            # MAAS names them so and lets nobody choose.
            name = f"{parents[0]}.{vlan['vid']}"
        wanted = cls(
            owner=identity(params),
            name=name,
            mac=mac_address(params.get("mac_address") or ""),
            present=params["state"] == "present",
            kind=kind,
            parents=parents,
            vlan=vlan,
            values={key: params[key] for key in ("mtu", *BOND, *BRIDGE) if params.get(key) is not None},
            tags=None if params.get("tags") is None else tuple(params["tags"]),
            links=None if params.get("links") is None else tuple(_link(item) for item in params["links"]),
            allow_other_owner=bool(params.get("allow_other_owner")),
        )
        found = list(_problems(wanted))
        if found:
            raise ConfigurationError("; ".join(found), problems=found)
        return wanted


def _link(item: t.Mapping[str, t.Any]) -> Link:
    return Link(item["mode"], item.get("subnet") or "", item.get("ip_address") or "", bool(item["default_gateway"]))


def _problems(wanted: WantedInterface) -> t.Iterator[str]:
    for names, kind in ((BOND, "bond"), (BRIDGE, "bridge")):
        foreign = [name for name in names if name in wanted.values]
        if foreign and wanted.kind != kind:
            yield f"{', '.join(foreign)}: only for type {kind}, not {wanted.kind}"
    if wanted.kind in ("vlan", "bridge") and len(wanted.parents) > 1:
        yield f"parents: a {wanted.kind} has one parent, not {len(wanted.parents)}"
    for link in wanted.links or ():
        if link.mode == "static" and not (link.subnet and link.ip_address):
            yield "links: mode static needs subnet and ip_address"
        elif link.mode in ("auto", "dhcp") and not link.subnet:
            yield f"links: mode {link.mode} needs subnet"
        elif link.mode != "static" and link.ip_address:
            yield f"links: ip_address goes with mode static, not {link.mode}"
        if link.default_gateway and link.mode not in ("auto", "static"):
            yield f"links: default_gateway goes with mode auto or static, not {link.mode}"


def links_of(body: t.Mapping[str, t.Any], gateways: t.Collection[int] = ()) -> tuple[Link, ...]:
    """Return the links of an interface that say something: MAAS keeps one ``link_up`` without subnet by itself.

    ``gateways`` are the links of the machine that are its default gateways.
    """
    links = []
    for item in body.get("links") or ():
        subnet = item.get("subnet") or {}
        if item["mode"] == "link_up" and not subnet:
            continue
        names = frozenset(str(subnet[key]) for key in ("id", "name", "cidr") if subnet.get(key) is not None)
        address, is_gateway = item.get("ip_address") or "", item["id"] in gateways
        links.append(Link(item["mode"], subnet.get("cidr", ""), address, is_gateway, item["id"], names))
    return tuple(links)


def view(body: t.Mapping[str, t.Any] | None, gateways: t.Collection[int] = ()) -> dict[str, t.Any]:
    """Return an interface as result: what can be wanted of it, its id and its MAC address."""
    if body is None:
        return {}
    vlan = body.get("vlan") or {}
    params = body.get("params") or {}
    return {
        "id": body["id"],
        "name": body["name"],
        "type": body["type"],
        "mac_address": body.get("mac_address"),
        "mtu": body.get("effective_mtu"),
        "tags": sorted(body.get("tags") or ()),
        "parents": sorted(body.get("parents") or ()),
        "vlan": {"fabric": vlan.get("fabric"), "vid": vlan.get("vid")} if vlan else None,
        "links": [link.as_result() for link in links_of(body, gateways)],
        **{key: params[key] for key in (*BOND, *BRIDGE) if key in params},
    }
