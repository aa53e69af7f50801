# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute what of a subnet is used, reserved and free."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from .records import Node
from .records_network import Interface, Link, Subnet
from .region import Region

Span = tuple[int, int, list[str]]


def assigned(region: Region, subnet: Subnet) -> Iterator[tuple[Node, Interface, Link]]:
    """Give every link of a machine that has an address in the subnet."""
    for node in region.nodes.values():
        for nic in node.interfaces.values():
            for link in nic.links:
                if link.subnet_id == subnet.id and link.ip_address:
                    yield node, nic, link


def reserved(region: Region, subnet: Subnet) -> list[dict[str, Any]]:
    return [_shown(span) for span in _used(region, subnet)]


def unreserved(region: Region, subnet: Subnet) -> list[dict[str, Any]]:
    return [{key: value for key, value in _shown(span).items() if key != "purpose"} for span in _free(region, subnet)]


def statistics(region: Region, subnet: Subnet, *, include_ranges: bool) -> dict[str, Any]:
    """Summarise a subnet as ``op=statistics`` does."""
    network = IPv4Network(subnet.cidr)
    used, free = _used(region, subnet), _free(region, subnet)
    taken, left = sum(_size(span) for span in used), sum(_size(span) for span in free)
    total = taken + left
    share = taken / total if total else 0.0
    shown: dict[str, Any] = {
        "num_available": left,
        "largest_available": max((_size(span) for span in free), default=0),
        "num_unavailable": taken,
        "total_addresses": total,
        "usage": share,
        "usage_string": f"{share:.0%}",
        "available_string": f"{1 - share:.0%}",
        "first_address": str(network[1]),
        "last_address": str(network[-2]),
        "ip_version": 4,
    }
    if include_ranges:
        shown["ranges"] = [_shown(span) for span in sorted(used + free)]
    return shown


def _used(region: Region, subnet: Subnet) -> list[Span]:
    purposes: dict[int, set[str]] = {}
    if subnet.gateway_ip:
        purposes.setdefault(int(IPv4Address(subnet.gateway_ip)), set()).update({"gateway-ip", "assigned-ip"})
    for server in subnet.dns_servers:
        if IPv4Address(server) in IPv4Network(subnet.cidr):
            purposes.setdefault(int(IPv4Address(server)), set()).add("dns-server")
    for _node, _interface, link in assigned(region, subnet):
        purposes.setdefault(int(IPv4Address(link.ip_address or "")), set()).add("assigned-ip")
    for ip, (subnet_id, _owner) in region.network.reserved.items():
        if subnet_id == subnet.id:
            purposes.setdefault(int(IPv4Address(ip)), set()).add("assigned-ip")
    spans: list[Span] = [(number, number, sorted(words)) for number, words in purposes.items()]
    for item in region.network.ranges.values():
        if item.subnet_id == subnet.id:
            spans.append((int(IPv4Address(item.start_ip)), int(IPv4Address(item.end_ip)), [item.type]))
    return sorted(spans)


def _free(region: Region, subnet: Subnet) -> list[Span]:
    network = IPv4Network(subnet.cidr)
    free: list[Span] = []
    cursor, last = int(network[1]), int(network[-2])
    for start, end, _unused in _used(region, subnet):
        if start > cursor:
            free.append((cursor, start - 1, ["unused"]))
        cursor = max(cursor, end + 1)
    if cursor <= last:
        free.append((cursor, last, ["unused"]))
    return free


def _size(span: Span) -> int:
    return span[1] - span[0] + 1


def _shown(span: Span) -> dict[str, Any]:
    start, end, purpose = span
    return {
        "start": str(IPv4Address(start)),
        "end": str(IPv4Address(end)),
        "num_addresses": _size(span),
        "purpose": purpose,
    }
