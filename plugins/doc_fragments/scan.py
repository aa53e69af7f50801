# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a scan, for the module and the inventory plugin."""

    DOCUMENTATION = r"""
options:
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
    default: 10000
  concurrency:
    description:
      - Addresses to be busy with at the same time at most; never more than three quarters of the files that the process may
        open.
      - Take V(256) for a large network on the controller's own link, where most addresses are nobody's. Linux keeps 1024
        neighbours by default (C(net.ipv4.neigh.default.gc_thresh3)), and packets to more are lost.
    type: int
    default: 1024
requirements:
  - cryptography (for the issuer of certificates; it is left empty without)
"""
