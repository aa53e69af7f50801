# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine as a host of an inventory: name, variables, groups; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

__all__ = ["bmc_address", "groups_of", "host_name", "hostvars"]

Machine = t.Mapping[str, t.Any]

# Variables of a host, and the keys of a machine they come from.
VARIABLES = {
    "maas_system_id": "system_id",
    "maas_fqdn": "fqdn",
    "maas_status": "status_name",
    "maas_owner": "owner",
    "maas_locked": "locked",
    "maas_zone": "zone",
    "maas_pool": "pool",
    "maas_domain": "domain",
    "maas_tags": "tag_names",
    "maas_power_state": "power_state",
    "maas_power_type": "power_type",
    "maas_architecture": "architecture",
    "maas_osystem": "osystem",
    "maas_distro_series": "distro_series",
    "maas_ip_addresses": "ip_addresses",
    "maas_mac_addresses": "mac_addresses",
    "maas_cpu_count": "cpu_count",
    "maas_memory": "memory",
    "maas_hardware": "hardware_info",
}
GROUPS = {
    "status": "maas_status",
    "pool": "maas_pool",
    "zone": "maas_zone",
    "tag": "maas_tags",
    "device_type": "maas_device_type",
}


def host_name(machine: Machine, named_by: str) -> str:
    """Return the name of the host; machines that have no name yet go by their id."""
    return str(machine.get(named_by) or machine["hostname"] or machine["system_id"])


def hostvars(machine: Machine, device_type_tags: t.Pattern[str]) -> dict[str, t.Any]:
    """Return the variables of the host; there is no secret among them."""
    variables = {ours: machine.get(theirs) for ours, theirs in VARIABLES.items()}
    # The first is that of the boot interface.
    if machine.get("ip_addresses"):
        variables["ansible_host"] = machine["ip_addresses"][0]
    types = [tag for tag in machine.get("tag_names") or () if device_type_tags.search(tag)]
    if types:
        variables["maas_device_type"] = types[0].replace("-", ".")
    variables.update(bmc_address(machine.get("power_parameters") or {}))
    return variables


def bmc_address(power: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return ``bmc_host``, ``bmc_port`` and ``bmc_username`` as far as the power parameters tell them.

    MAAS takes an address with or without scheme and port; an IPv6 address without brackets has no port.
    """
    text = str(power.get("power_address") or "").strip()
    if not text:
        return {}
    bare = "://" not in text and text.count(":") > 1 and not text.startswith("[")
    parts = urlsplit(text if "://" in text else f"//[{text}]" if bare else f"//{text}")
    found: dict[str, t.Any] = {"bmc_host": parts.hostname or text}
    if parts.port:
        found["bmc_port"] = parts.port
    if power.get("power_user"):
        found["bmc_username"] = power["power_user"]
    return found


def groups_of(variables: t.Mapping[str, t.Any], group_by: t.Iterable[str]) -> list[str]:
    """Return the names of the groups of a host, in order and each once."""
    names = []
    for kind in group_by:
        value = variables.get(GROUPS[kind])
        for item in value if isinstance(value, list) else [value]:
            if item:
                names.append(f"maas_{kind}_{re.sub('[^a-z0-9]+', '_', str(item).lower()).strip('_')}")
    return list(dict.fromkeys(names))
