# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: firmware_busy
short_description: List the servers of a campaign that are not through yet
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Looks at the variables C(firmware_state) and C(firmware_result), which role firmware leaves on every server. A server
    is through when it was at its baseline, when the last step had nothing to do, or when it failed.
  - Returns the servers that are not, in the form of option C(machines) of M(hwautomation.baremetal.firmware_wait).
    Those whose turn has not come have no handles.
positional: names
options:
  _input:
    description: C(hostvars).
    type: dict
    required: true
  names:
    description: Servers to look at, such as C(ansible_play_batch).
    type: list
    elements: str
    required: true
  group:
    description: Only servers whose C(firmware_throttle_group) is this.
    type: str
"""

EXAMPLES = r"""
- name: Wait for all servers whose updates have begun
  hwautomation.baremetal.firmware_wait:
    machines: "{{ hostvars | hwautomation.baremetal.firmware_busy(ansible_play_batch) | selectattr('handles') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: One entry per server, sorted by name.
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.wave import is_busy

Vars = t.Mapping[str, t.Any]
CONNECTION = (
    "bmc_host",
    "bmc_port",
    "bmc_username",
    "bmc_password",
    "system_id",
    "validate_certs",
    "ca_path",
    "tls_fingerprint",
)


def firmware_busy(
    hostvars: t.Mapping[str, Vars], names: t.Iterable[str], group: t.Optional[str] = None
) -> t.List[t.Dict[str, t.Any]]:
    """Return the servers that are not through."""
    found = []
    for name in sorted(names):
        host = hostvars[name]
        if group is not None and host.get("firmware_throttle_group") != group:
            continue
        result = host.get("firmware_result")
        if result is None or not is_busy(host):
            continue
        known = {key: host[key] for key in CONNECTION if host.get(key) is not None}
        rows = host["firmware_state"]["baseline"]
        found.append({"name": name, **known, "baseline": rows, "handles": result.get("handles") or []})
    return found


class FilterModule:
    """Filters of the firmware room."""

    def filters(self) -> t.Dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"firmware_busy": firmware_busy}
