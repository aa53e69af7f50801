# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: device_type_draft
short_description: Draft a device type from what a machine is
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Turns the facts of a discovered machine into a device type that this machine and its like fit. What the machine has
    becomes the minimum.
  - What the type shall get (BIOS template, firmware baseline, MAAS settings) cannot be read off a machine; it is left
    to the person who finishes the draft.
options:
  _input:
    description: RV(hwautomation.baremetal.bmc_info#module:facts), read with all subsets.
    type: dict
    required: true
seealso:
  - module: hwautomation.baremetal.bmc_info
  - plugin: hwautomation.baremetal.device_type
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show the draft
  ansible.builtin.debug:
    msg: "{{ {'device_types': {'d2.c1.small': hw_facts | hwautomation.baremetal.device_type_draft}} | to_nice_yaml }}"
"""

RETURN = r"""
_value:
  description: The device type, in the form of C(configs/device_types/*.yml).
  type: dict
  sample:
    vendor: Dell Inc.
    model: PowerEdge R750
    platform: dell_idrac9
    match: {cpu: {sockets: 2, cores: 64}, memory_gib: 512, nics: 2, disks: {count: 2, total_gb: 1920}}
"""

import typing as t

Facts = t.Mapping[str, t.Any]


def device_type_draft(facts: Facts) -> dict[str, t.Any]:
    """Return the draft; parts that the facts do not have are left out."""
    system = facts.get("system") or {}
    vendor, model = (system.get(name) or "" for name in ("vendor", "model"))
    draft = {
        "description": f"{vendor} {model}, drafted from {system.get('serial') or 'a machine'}".strip(),
        "vendor": vendor,
        "model": model,
        "platform": facts.get("platform"),
        "match": _filled(_match(facts)),
    }
    return _filled(draft)


def _match(facts: Facts) -> dict[str, t.Any]:
    processors = facts.get("processors") or []
    drives = (facts.get("storage") or {}).get("drives") or []
    return {
        "cpu": _filled(
            {
                "sockets": len(processors),
                "cores": sum(item.get("cores") or 0 for item in processors),
                "model": processors[0].get("model") if processors else "",
            }
        ),
        "memory_gib": (facts.get("memory") or {}).get("gib"),
        "nics": len((facts.get("network") or {}).get("ports") or []),
        "disks": _filled({"count": len(drives), "total_gb": sum(item.get("bytes") or 0 for item in drives) // 10**9}),
        "gpus": len(facts.get("gpus") or []),
    }


def _filled(data: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in data.items() if value}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"device_type_draft": device_type_draft}
