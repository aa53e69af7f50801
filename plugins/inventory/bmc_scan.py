# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bmc_scan
short_description: Hosts from the BMCs found in a network
version_added: 0.1.0
description:
  - Scans a network for management controllers as M(hwautomation.baremetal.bmc_scan) does, and makes a host of each one.
    No credentials are sent.
  - The file must end in C(bmc_scan.yml) or C(bmc_scan.yaml).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Must be C(hwautomation.baremetal.bmc_scan).
    type: str
    required: true
    choices: [hwautomation.baremetal.bmc_scan]
  addresses:
    description:
      - What to scan, as networks (V(10.0.0.0/24)), ranges (V(10.0.0.10-10.0.0.20), V(10.0.0.10-20)) or addresses.
      - Overlapping ones are scanned once.
    type: list
    elements: str
    default: []
  lease_files:
    description: DHCP lease files (ISC dhcpd, dnsmasq or Kea) whose addresses are scanned as well.
    type: list
    elements: path
    default: []
  exclude:
    description: What to leave alone, in the form of O(addresses).
    type: list
    elements: str
    default: []
  max_addresses:
    description: A scan of more addresses is refused before the first packet.
    type: int
    default: 65536
  ports:
    description: TCP ports to try for Redfish, in order.
    type: list
    elements: int
    default: [443]
  ipmi:
    description: Whether to ask for IPMI on UDP port 623 as well.
    type: bool
    default: true
  connect_timeout:
    description: Seconds to wait for a TCP connection.
    type: float
    default: 1.0
  timeout:
    description: Seconds to wait for TLS and the service root of a machine that took the connection.
    type: int
    default: 10
  deadline:
    description: Seconds after which the scan ends with what it has.
    type: int
    default: 600
  rate:
    description: Addresses to take up per second at most.
    type: int
    default: 2000
  concurrency:
    description: Addresses to be busy with at the same time at most.
    type: int
    default: 512
seealso:
  - module: hwautomation.baremetal.bmc_scan
"""

EXAMPLES = r"""
# lab.bmc_scan.yml
plugin: hwautomation.baremetal.bmc_scan
addresses: [10.0.0.0/24]
exclude: [10.0.0.1]
cache: true
keyed_groups:
  - {key: bmc_vendor | lower, prefix: vendor}
  - {key: bmc_protocol, prefix: ""}
"""

import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import scan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.scan_options import SCAN_OPTIONS

SHOWN = ("vendor", "product", "redfish_version", "uuid", "fingerprint", "issuer", "protocol")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts from a scan."""

    NAME = "hwautomation.baremetal.bmc_scan"

    def verify_file(self, path: str) -> bool:
        """Accept files by name, so that other plugins are not handed ours."""
        return super().verify_file(path) and path.endswith(("bmc_scan.yml", "bmc_scan.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Scan, or take the answer of an earlier scan from the cache, and add the hosts."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        key = self.get_cache_key(path)
        use_cache = cache and self.get_option("cache")
        rows = self._cache.get(key) if use_cache else None
        if rows is None:
            rows = self._scan()
            if self.get_option("cache"):
                self._cache[key] = rows
        for row in rows:
            self._add(row)

    def _scan(self) -> list[dict[str, t.Any]]:
        try:
            sweep = scan.wanted({name: self.get_option(name) for name in SCAN_OPTIONS.spec})
        except HWAutomationError as exc:
            raise AnsibleParserError(f"bmc_scan: {exc}") from exc
        rows, complete = scan.read(None, sweep)
        if not complete:
            self.display.warning(f"bmc_scan: not all of {len(sweep.addresses)} addresses were tried in time")
        return [row for row in rows if row["protocol"] != "none"]

    def _add(self, row: dict[str, t.Any]) -> None:
        hosts = scan.inventory([row])["all"]["children"]["servers"]["hosts"]
        inventory: t.Any = self.inventory
        for name, variables in hosts.items():
            inventory.add_host(name)
            known = {**variables, **{f"bmc_{key}": row.get(key, "") for key in SHOWN}, "bmc_ipmi": row["ipmi"]}
            for key, value in known.items():
                inventory.set_variable(name, key, value)
            strict = self.get_option("strict")
            self._set_composite_vars(self.get_option("compose"), known, name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)
