# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a running system says of the machine it runs on: processors, disks and ports, from the JSON of its tools; pure.

Sources: lscpu -J and lsblk -J of util-linux 2.34 and later, ip -j of iproute2, ethtool -i and -P as text.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import (
    mac,
    number,
    text,
)

__all__ = ["drives", "pairs", "ports", "processors"]

Json = t.Dict[str, t.Any]
ARCHITECTURES = {"x86_64": "x86-64", "aarch64": "ARM-A64"}


def processors(lscpu: Json) -> list[Json]:
    """Return one entry per socket."""
    told = dict(_flat(lscpu.get("lscpu") or ()))
    cores = number(told.get("Core(s) per socket")) or number(told.get("Core(s) per cluster"))
    threads = number(told.get("Thread(s) per core"))
    one = {
        "vendor": text(told.get("Vendor ID")),
        "model": text(told.get("Model name")),
        "serial": "",
        "health": "",
        "architecture": ARCHITECTURES.get(told.get("Architecture", ""), text(told.get("Architecture"))),
        "cores": cores,
        "threads": cores * threads if cores and threads else None,
        "mhz": number(told.get("CPU max MHz")),
    }
    sockets = number(told.get("Socket(s)")) or 0
    return [{"id": f"cpu{place}", "socket": str(place), **one} for place in range(sockets)]


def _flat(fields: t.Iterable[Json]) -> t.Iterator[tuple[str, str]]:
    """Yield the fields of lscpu; 2.38 nests them, older versions do not."""
    for item in fields:
        yield str(item.get("field") or "").rstrip(":"), str(item.get("data") or "")
        yield from _flat(item.get("children") or ())


def drives(lsblk: Json) -> list[Json]:
    """Return the disks; loops, zero-sized and virtual ones are left out."""
    found = (item for item in lsblk.get("blockdevices") or () if item.get("type") == "disk")
    return [_drive(item) for item in found if int(item.get("size") or 0) and item.get("tran") not in ("usb", "iscsi")]


def _drive(item: Json) -> Json:
    rotates = item.get("rota") in (True, "1")  # text before util-linux 2.37
    return {
        "id": str(item.get("name") or ""),
        "name": str(item.get("name") or ""),
        "model": text(item.get("model")),
        "vendor": text(item.get("vendor")),
        "serial": text(item.get("serial")),
        "bytes": int(item["size"]),
        "media": "HDD" if rotates else "SSD",
        "protocol": {"nvme": "NVMe", "sata": "SATA", "sas": "SAS"}.get(str(item.get("tran")), ""),
        "firmware": text(item.get("rev")),
        "life_left_percent": None,
        "health": "",
    }


def ports(links: t.Iterable[Json], ethtool: t.Mapping[str, t.Mapping[str, str]]) -> list[Json]:
    """Return the physical ports: what ip calls a link without a kind, with an address of its own.

    :param ethtool: interface -> its lines as :func:`pairs`.
    """
    found = []
    for item in links:
        name, told = str(item.get("ifname") or ""), ethtool.get(str(item.get("ifname")), {})
        virtual = (item.get("linkinfo") or {}).get("info_kind") or item.get("link_type") != "ether"
        # A port in a bond shows the bond's address; its own one is the permanent one.
        address = mac(item.get("permaddr")) or mac(told.get("Permanent address")) or mac(item.get("address"))
        if address and not virtual:
            state = str(item.get("operstate") or "")
            link = {"UP": True, "DOWN": False}.get(state)
            speed = number(told.get("Speed"))
            found.append(
                {"id": name, "adapter": told.get("bus-info", ""), "mac": address, "speed_mbps": speed, "link": link}
            )
    return found


def pairs(output: str) -> dict[str, str]:
    """Return the ``name: value`` lines of ethtool."""
    found = (re.match(r"\s*([^:]+): (.*)", line) for line in output.splitlines())
    return {match.group(1).strip(): match.group(2).strip() for match in found if match}
