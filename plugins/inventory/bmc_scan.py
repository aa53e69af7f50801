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
  - BMCs with Redfish are in the group C(servers), those that speak IPMI only in C(ipmi_only).
  - The file must end in C(bmc_scan.yml) or C(bmc_scan.yaml).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.scan
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Must be C(hwautomation.baremetal.bmc_scan).
    type: str
    required: true
    choices: [hwautomation.baremetal.bmc_scan]
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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import scan, sightings
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.scan_options import SCAN_OPTIONS

SHOWN = ("vendor", "product", "redfish_version", "uuid", "fingerprint", "issuer", "protocol", "ipmi")


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
        options = {name: self.get_option(name) for name in SCAN_OPTIONS.spec}
        if not options["addresses"] and not options["lease_files"]:
            raise AnsibleParserError("bmc_scan: nothing to scan; set addresses or lease_files")
        try:
            sweep = scan.wanted(options)
        except HWAutomationError as exc:
            raise AnsibleParserError(f"bmc_scan: {exc}") from exc
        outcome = scan.read(lambda text: self.display.display(f"bmc_scan: {text}", stderr=True), sweep)
        if not outcome.complete:
            tried = f"{len(outcome.tried)} of {len(sweep.addresses)}"
            self.display.warning(f"bmc_scan: only {tried} addresses were tried before the deadline")
        return [row for row in outcome.rows if row["protocol"] != "none"]

    def _add(self, row: dict[str, t.Any]) -> None:
        inventory: t.Any = self.inventory
        for group, content in sightings.inventory([row])["all"]["children"].items():
            for name, variables in content["hosts"].items():
                inventory.add_group(group)
                inventory.add_host(name, group)
                self._describe(name, {**variables, **{f"bmc_{key}": row.get(key, "") for key in SHOWN}})

    def _describe(self, name: str, known: dict[str, t.Any]) -> None:
        inventory: t.Any = self.inventory
        for key, value in known.items():
            inventory.set_variable(name, key, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), known, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)
