# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: firmware_plan
short_description: Compare the firmware of a server with a baseline
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Takes the inventory that M(hwautomation.baremetal.firmware_info) returned, and says what brings the server to a
    baseline or to what a policy asks for.
  - Intermediate versions and prerequisites of the catalogue are filled in. BMC first, then BIOS, then the rest.
  - Touches no machine.
positional: catalogue, baselines
options:
  _input:
    description: RV(hwautomation.baremetal.firmware_info#module:firmware) of the server.
    type: dict
    required: true
  catalogue:
    description: The catalogue, as lookup P(hwautomation.baremetal.firmware_image#lookup) returns it, or a list of its
      rows.
    type: raw
    required: true
  baselines:
    description: All baselines, as lookup P(hwautomation.baremetal.firmware_baseline#lookup) returns them, or a list.
    type: raw
    default: []
  baseline:
    description: Name of the baseline, for policy V(baseline).
    type: str
    default: ""
  policy:
    description:
      - V(baseline) asks for the versions of the baseline, V(latest) for the highest of the catalogue,
        V(security_only) for the highest of priority critical and never for an older one, V(manual) for nothing.
    type: str
    choices: [baseline, latest, security_only, manual]
    default: baseline
  image_base_url:
    description:
      - Address of the image server, for rows with C(file). Without it such a row has the bare name as its image, which is
        enough to compare versions and not to send anything.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show what is to be done
  ansible.builtin.debug:
    msg: "{{ inventory.firmware | hwautomation.baremetal.firmware_plan(images, baselines, baseline='dell_idrac9') }}"
  vars:
    images: "{{ lookup('hwautomation.baremetal.firmware_image') }}"
    baselines: "{{ lookup('hwautomation.baremetal.firmware_baseline') }}"
"""

RETURN = r"""
_value:
  description:
    - C(compliant), C(minutes), C(reboots), C(components) (per component C(current), C(wanted), C(via), C(action),
      C(priority), C(minutes), C(reboots)) and C(baseline), which is what M(hwautomation.baremetal.firmware) takes as option C(baseline).
    - C(action) is V(none), V(update), V(downgrade), V(unknown) or V(staged).
  type: dict
  sample:
    compliant: false
    minutes: 10
    reboots: 0
    components:
      - {component: bmc, current: 6.10.80.00, wanted: 7.10.50.00, via: [], action: update}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.compliance import compliance

# What lookups add to an item: where it came from, not what it says.
ORIGIN = ("name", "source", "vendor")

Data = t.Union[t.Mapping[str, t.Any], t.Iterable[t.Mapping[str, t.Any]]]


def firmware_plan(
    inventory: t.Mapping[str, t.Any],
    catalogue: Data,
    baselines: Data = (),
    baseline: str = "",
    policy: str = "baseline",
    image_base_url: str = "",
) -> t.Dict[str, t.Any]:
    """Return what brings a server to a baseline."""
    if not isinstance(inventory, t.Mapping):
        raise AnsibleFilterError(
            "firmware_plan: takes what firmware_info returned (a dictionary with platform and components), not a"
            f" {_kind(inventory)}"
        )
    rows = [{key: value for key, value in item.items() if key not in ORIGIN} for item in _items(catalogue)]
    try:
        return compliance(
            inventory,
            rows,
            _named(baselines),
            baseline=baseline,
            policy=policy,
            image_base_url=image_base_url,
        )
    except HWAutomationError as exc:
        raise AnsibleFilterError(str(exc)) from exc


def _kind(value: object) -> str:
    return "list" if isinstance(value, t.Sequence) and not isinstance(value, str) else type(value).__name__


def _items(data: Data) -> t.List[t.Mapping[str, t.Any]]:
    return list(data.values()) if isinstance(data, t.Mapping) else list(data)


def _named(data: Data) -> t.List[t.Mapping[str, t.Any]]:
    if isinstance(data, t.Mapping):
        return [{"name": name, **item} for name, item in data.items()]
    return list(data)


class FilterModule:
    """Filters of the firmware room."""

    def filters(self) -> t.Dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"firmware_plan": firmware_plan}
