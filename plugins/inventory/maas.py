# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: maas
short_description: Machines of a MAAS as inventory
version_added: 0.1.0
description:
  - Reads the machines of a MAAS in one request, whatever their number, and one more when O(power_parameters) is set.
  - The file that configures it is named C(*maas.yml) or C(*maas.yaml).
  - Hosts are in the order of their names, and host variables never hold a password or a key.
options:
  plugin:
    description: Name of this plugin.
    type: str
    required: true
    choices: [hwautomation.baremetal.maas]
  maas_url:
    description: URL of the MAAS region, up to and including C(/MAAS).
    type: str
    required: true
    env:
      - name: MAAS_URL
  maas_api_key:
    description: API key as shown by MAAS, V(consumer:token:secret).
    type: str
    required: true
    env:
      - name: MAAS_API_KEY
  allow_http:
    description: Whether O(maas_url) may be plain HTTP. The key then crosses the network readable for everybody on it.
    type: bool
    default: false
  validate_certs:
    description: Whether the TLS certificate of MAAS must be valid.
    type: bool
    default: true
  ca_path:
    description: File with the certificates of the authorities to trust, in PEM form.
    type: path
  timeout:
    description: Seconds to wait for an answer to one request.
    type: int
    default: 120
  hostname:
    description: Hostnames of the machines wanted. All when not given.
    type: list
    elements: str
  status:
    description: Statuses wanted, as V(Deployed) or V(failed_testing). All when not given.
    type: list
    elements: str
  zone:
    description: Physical zones wanted. All when not given.
    type: list
    elements: str
  pool:
    description: Resource pools wanted. All when not given.
    type: list
    elements: str
  domain:
    description: DNS domains wanted. All when not given.
    type: list
    elements: str
  tags:
    description: Tags a machine must have, all of them.
    type: list
    elements: str
  not_tags:
    description: Tags a machine must not have.
    type: list
    elements: str
  owner:
    description: Users whose machines are wanted. All when not given.
    type: list
    elements: str
  host_name:
    description: What a host is named by.
    type: str
    choices: [hostname, fqdn, system_id]
    default: hostname
  power_parameters:
    description:
      - Whether to read the power parameters, for C(bmc_host), C(bmc_port) and C(bmc_username).
      - The rights of an administrator are needed.
    type: bool
    default: false
  group_by:
    description:
      - Groups to make, named C(maas_status_ready), C(maas_pool_default), C(maas_zone_rack_a), C(maas_tag_gpu) and
        C(maas_device_type_d1_c2_large).
    type: list
    elements: str
    choices: [status, pool, zone, tag, device_type]
    default: [status, pool, zone, tag, device_type]
  device_type_tags:
    description:
      - Regular expression for the tags that name a device type, with hyphens where the type has dots.
    type: str
    default: '^[a-z][0-9]+-[a-z][0-9]+-[a-z0-9]+$'
extends_documentation_fragment:
  - constructed
  - inventory_cache
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
# inventory/prod.maas.yml
plugin: hwautomation.baremetal.maas
maas_url: https://maas.example.com:5443/MAAS
maas_api_key: "{{ lookup('ansible.builtin.env', 'MAAS_API_KEY') }}"
status: [Deployed]
pool: [production]
power_parameters: true
compose:
  ansible_user: "'ubuntu'"
keyed_groups:
  - key: maas_hardware.system_vendor
    prefix: vendor
groups:
  big: maas_memory > 262144
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /tmp/maas-inventory
cache_timeout: 300
"""

import re
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.hosts import groups_of, host_name, hostvars
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.listing import filters, read_machines
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect

CONNECTION = ("maas_url", "maas_api_key", "allow_http", "validate_certs", "ca_path", "timeout")
FILTERS = ("hostname", "status", "zone", "pool", "domain", "tags", "not_tags", "owner", "power_parameters")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "hwautomation.baremetal.maas"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("maas.yml", "maas.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        self.load_cache_plugin()
        for machine in self._machines(self.get_cache_key(path), cache):
            self._add(machine)

    def _machines(self, key: str, cache: bool) -> list[dict[str, t.Any]]:
        use_cache = self.get_option("cache")
        if use_cache and cache:
            try:
                return t.cast("list[dict[str, t.Any]]", self._cache[key])
            except KeyError:
                pass
        machines = self._fetch()
        if use_cache:
            self._cache[key] = machines
        return machines

    def _fetch(self) -> list[dict[str, t.Any]]:
        params = {name: self._option(name) for name in CONNECTION + FILTERS}
        try:
            wanted = filters(params)
            with connect(params, Context(read_only=True)) as client:
                return read_machines(client, wanted)
        except HWAutomationError as exc:
            raise AnsibleParserError(str(exc)) from exc

    def _option(self, name: str) -> t.Any:
        value = self.get_option(name)
        return self.templar.template(value) if isinstance(value, str) else value

    def _add(self, machine: dict[str, t.Any]) -> None:
        name = host_name(machine, self.get_option("host_name"))
        inventory: t.Any = self.inventory
        inventory.add_host(name)
        variables = hostvars(machine, re.compile(self.get_option("device_type_tags")))
        for key, value in variables.items():
            inventory.set_variable(name, key, value)
        for group in groups_of(variables, self.get_option("group_by")):
            inventory.add_child(inventory.add_group(group), name)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
