# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bios_settings
short_description: Bring the BIOS settings of a machine to what is wanted
version_added: 0.1.0
description:
  - Plans from what is current, what is pending and what is wanted, stages everything in one request, restarts the
    machine if that is allowed, and then checks every attribute, from its value and from what the BMC says about it.
  - Names and values are checked against the attribute registry of the machine before anything is written, with all
    mistakes reported at once. The dependencies of the registry are evaluated, so that a locked, greyed out or hidden
    attribute is refused instead of silently ignored.
  - Without O(allow_reboot) the values are staged only. A second run then changes nothing and says so in RV(reason).
  - Partial success is a failure with C(changed=true); RV(attributes) tells what became of each attribute.
  - Before the first write all current values are kept in RV(audit) as a backup.
options:
  state:
    description:
      - V(merged) sets what is named and leaves the rest.
      - V(replaced) also sets every other attribute to its default, except what O(preserve) names, what is locked, and
        what has no default in the registry.
      - V(defaults) lets the BMC load its defaults. It takes no settings.
    type: str
    choices: [merged, replaced, defaults]
    default: merged
  attributes:
    description:
      - Attribute names of the machine and their values. They count more than O(intents) and O(profile).
      - A name may leave out the suffix that changes with the ROM (C(QuietBoot) for C(QuietBoot_002D)), or be the
        display name. If it means several, add part of the menu, as in C(HotPlug @ Slot 1).
      - A value may be given by its display name. Write C('On'), C('Off'), C('Yes') and C('No') in quotes; YAML reads
        a boolean otherwise.
    type: dict
    default: {}
  intents:
    description:
      - Neutral words that mean the same on every platform, such as C(boot_mode=uefi), C(virtualization=enabled).
      - C(docs/bios.md) lists them.
    type: dict
    default: {}
  intent_maps:
    description:
      - What the intents mean on each platform. Taken from the collection's C(configs/bios/intents) when not given.
    type: dict
    default: {}
  profile:
    description:
      - A template with all its layers merged, as the lookup P(hwautomation.baremetal.bios_profile#lookup) returns it.
    type: dict
    default: {}
  preserve:
    description:
      - Shell patterns of attribute names or display names that must not be changed, in addition to those of O(profile).
      - A wanted change of such an attribute is an error.
    type: list
    elements: str
    default: []
  pending:
    description:
      - What to do about pending values that somebody else has set.
      - V(keep) leaves them, with a warning, and fails if one is in the way.
      - V(overwrite) replaces them, and takes back those of other attributes.
    type: str
    choices: [keep, overwrite]
    default: keep
  unsupported:
    description:
      - Whether a setting that this machine does not have fails the task or is left out with a warning.
      - A misspelt name always fails.
    type: str
    choices: [fail, warn]
    default: fail
  tools:
    description:
      - Vendor's tools to use for what the BMC does not offer over Redfish, the first that is installed where the task
        runs. V(sum) for Supermicro, V(racadm) for Dell, V(ilorest) for HPE; others are ignored, so that the
        C(management_tools) of a device type can be given as they are.
      - Which way each attribute goes is decided on the live machine, and shown in the plan. V(sum) and V(racadm) do not
        show what is pending, so before the restart a second run sets such an attribute once more.
    type: list
    elements: str
    default: []
  order:
    description:
      - Some BMCs refuse an attribute that is locked now even if the same request unlocks it. V(two_steps) stages such
        attributes only after a first restart.
    type: str
    choices: [one_step, two_steps]
    default: one_step
  wait_timeout:
    description:
      - Seconds after which a wait ends as a failure that says what was seen last.
    type: int
    default: 1800
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.reboot
  - hwautomation.baremetal.tools
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
attributes:
  idempotent:
    details: With O(state=defaults) on a machine whose registry holds no defaults, each run resets it.
seealso:
  - module: hwautomation.baremetal.bios_settings_info
  - module: hwautomation.baremetal.bios_backup
  - plugin: hwautomation.baremetal.bios_profile
    plugin_type: lookup
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Boot in UEFI mode with virtualisation, in whatever words the machine has for it
  hwautomation.baremetal.bios_settings:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    intents:
      boot_mode: uefi
      virtualization: enabled
    allow_reboot: true

- name: Stage two attributes for the next maintenance window
  hwautomation.baremetal.bios_settings:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    attributes:
      SysProfile: Custom
      ProcTurboMode: Disabled

- name: Apply the template of a device type, everything else at its default
  hwautomation.baremetal.bios_settings:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    state: replaced
    profile: "{{ lookup('hwautomation.baremetal.bios_profile', 'dell_compute', platform='dell_idrac9') }}"
    allow_reboot: true
    reboot: now
"""

RETURN = r"""
attributes:
  description: What became of every attribute that was asked for.
  returned: always
  type: list
  elements: dict
  sample:
    - attribute: BootMode
      display: Boot Mode
      before: Bios
      pending: null
      wanted: Uefi
      after: Uefi
      outcome: applied
      source: site
      intent: boot_mode
  contains:
    attribute: {description: "Name, as the machine has it.", type: str}
    display: {description: Name in the set-up screen., type: str}
    before: {description: Current value before., type: raw}
    pending: {description: Pending value before; null if none., type: raw}
    wanted: {description: "Wanted value, as the machine spells it.", type: raw}
    after: {description: Current value now., type: raw}
    outcome:
      description:
        - V(already_set), V(planned) (check mode), V(staged), V(applied), V(rejected), V(ignored_by_bmc),
          V(still_pending), V(reverted), or V(unknown) when the machine could not be read any more.
      type: str
    reason: {description: Why it is not as wanted., type: str}
    source: {description: The layer or option that asked for it., type: str}
    intent: {description: The intent it came from., type: str}
before:
  description: Attributes that change, by name and display name, with their values and what is pending.
  returned: always
  type: dict
  sample: {"BootMode (Boot Mode)": "Bios"}
after:
  description: The same afterwards; in check mode as planned.
  returned: always
  type: dict
  sample: {"BootMode (Boot Mode)": "Uefi"}
current:
  description: Current values of the attributes asked for.
  returned: always
  type: dict
  sample: {"BootMode": "Uefi"}
pending:
  description: Everything that waits for a restart, whoever has set it.
  returned: always
  type: dict
  sample: {}
reboot_required:
  description: Whether something wanted waits for a restart.
  returned: always
  type: bool
  sample: false
platform:
  description: Platform of the machine.
  returned: always
  type: str
  sample: dell_idrac9
reason:
  description: Why there was nothing to do.
  returned: when nothing was done
  type: str
  sample: staged, waiting for a reboot (allow_reboot is false)
plan:
  description: The steps and what became of them.
  returned: always
  type: dict
  sample: {"steps": [{"name": "stage", "text": "stage 1 BIOS attribute", "status": "done"}], "reason": ""}
audit:
  description: What the audit callback files, among it the backup that was taken.
  returned: always
  type: dict
  sample: {"bios_changes": [], "server": {"bmc_host": "192.0.2.11"}}
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.door import apply, report, verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import connect, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import (
    SETTINGS_OPTIONS,
    wanted_settings,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module

DOOR = Door(
    name="bios_settings",
    options=SETTINGS_OPTIONS,
    connect=connect,
    wanted=wanted_settings,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)


def main() -> None:
    """Run as a module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
