# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters, ports and interfaces; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, mac, present, text

__all__ = ["interface", "network"]


def network(resources: Resources) -> Json:
    """Return adapters and ports."""
    adapters = [
        {
            "id": str(body.get("Id") or ""),
            "vendor": text(body.get("Manufacturer")),
            "model": text(body.get("Model")) or text(body.get("Name")),
            "serial": text(body.get("SerialNumber")),
            "part_number": text(body.get("PartNumber")),
            "firmware": next((text(item.get("FirmwarePackageVersion")) for item in body.get("Controllers") or ()), ""),
            "health": health(body),
        }
        for body in resources.bodies("adapters", "NetworkAdapter")
        if present(body)
    ]
    return {"network": {"adapters": adapters, "ports": _ports(resources)}}


def _ports(resources: Resources) -> list[Json]:
    """Return all ports, each MAC once; the adapter's own rows first, since they know the adapter."""
    ports: dict[str, Json] = {}
    for uri, body in resources.rows("adapters", "Port", "NetworkPort", "NetworkDeviceFunction"):
        _add(ports, _port(uri, body))
    for uri, body in resources.rows("interfaces"):
        item = interface(uri, body)
        _add(ports, {**{key: item[key] for key in ("id", "mac", "speed_mbps", "link")}, "adapter": ""})
    return list(ports.values())


def _add(ports: dict[str, Json], port: Json) -> None:
    # Interfaces of the operating system without an address of their own are no ports of the machine.
    if port["mac"]:
        known = ports.setdefault(port["mac"], port)
        known.update({key: value for key, value in port.items() if known[key] is None})


def _port(uri: str, body: Json) -> Json:
    ethernet = body.get("Ethernet") or {}
    addresses = [ethernet.get("PermanentMACAddress"), ethernet.get("MACAddress")]
    addresses += ethernet.get("AssociatedMACAddresses") or []
    addresses += body.get("AssociatedNetworkAddresses") or []
    speed = body.get("CurrentSpeedGbps")
    return {
        "id": str(body.get("Id") or ""),
        "adapter": re.sub(r".*/NetworkAdapters/([^/]+)/.*", r"\1", uri),
        "mac": next((mac(item) for item in addresses if mac(item)), ""),
        "speed_mbps": int(speed * 1000) if speed else body.get("CurrentLinkSpeedMbps"),
        "link": {"LinkUp": True, "Up": True, "LinkDown": False, "Down": False}.get(str(body.get("LinkStatus"))),
    }


def interface(uri: str, body: Json) -> dict[str, t.Any]:
    """Return one EthernetInterface, of the host or of the BMC."""
    addresses = [item.get("Address") for item in body.get("IPv4Addresses") or () if item]
    addresses += [item.get("Address") for item in body.get("IPv6Addresses") or () if item]
    return {
        "id": str(body.get("Id") or uri.rsplit("/", 1)[-1]),
        "name": text(body.get("Name")),
        "mac": mac(body.get("PermanentMACAddress")) or mac(body.get("MACAddress")),
        "speed_mbps": body.get("SpeedMbps") or None,
        "link": {"LinkUp": True, "LinkDown": False, "NoLink": False}.get(str(body.get("LinkStatus"))),
        "hostname": text(body.get("HostName")),
        "addresses": [address for address in addresses if address and address not in ("::", "0.0.0.0")],
    }
