# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware
short_description: Bring the firmware of a server to stated versions
version_added: "0.1.0"
description:
  - Compares what a server runs with the wanted versions, sends each image that is needed exactly once, follows the
    update to its end, makes it active, and reads the version back.
  - Every image is compared with its SHA-256 before the BMC is asked anything. What is in the way of an update (another
    one that runs, lockdown, a missing licence, too little room, a full session table) is told before anything is sent.
  - An update that runs already is followed, one that is staged is activated, and neither is sent again. So a task that
    was interrupted, by whatever, is simply run again.
  - What can be compared is decided by the platform. Versions of different hardware generations or ROM families never
    are.
  - Where the BMC has no update service, the first of O(tools) that is installed and can flash the component does it.
options:
  state:
    description:
      - V(present) brings the stated versions onto the server.
    type: str
    choices: [present]
    default: present
  component:
    description:
      - The component to update, when there is only one. Use O(baseline) for several.
    type: str
    choices: [bmc, bios, cpld, nic, storage, psu, gpu, other]
  device:
    description:
      - Part of the name, the software id or the place of a device, where the server has several of O(component).
    type: str
  version:
    description:
      - The wanted version, in the words of the BMC or as the bare number.
    type: str
  image:
    description:
      - The image, as a URL or as a path on the machine the task runs on.
      - From a URL that the BMC can fetch, the image does not pass through the controller after it was checked.
    type: str
  sha256:
    description:
      - SHA-256 of the image in hexadecimal.
    type: str
  allow_tpm_override:
    description:
      - Whether firmware may be flashed on a host with a TPM whose BMC asks for that (HPE). What the TPM has measured
        changes then, and disks that are encrypted with it open with their recovery key only.
      - Without it such a BMC refuses the image.
    type: bool
    default: false
  allow_downgrade:
    description:
      - Whether a newer version may be replaced by an older one, or by one of which nobody can tell.
    type: bool
    default: false
  method:
    description:
      - How the image goes in. V(auto) takes the best that both the platform and this BMC offer, and lets the BMC fetch
        the image itself where it has a URL.
      - V(sum), V(ilorest), V(racadm) and V(ipmitool) are vendors' tools; one that is named here must be among O(tools).
    type: str
    choices:
      - auto
      - pull
      - multipart
      - multipart_then_start
      - multipart_then_commit
      - push
      - push_apply_time
      - push_then_install
      - claim_push
      - form_upload
      - sum
      - ilorest
      - racadm
      - ipmitool
    default: auto
  tools:
    description:
      - Vendor's tools to use where the BMC has no update service, best first. V(sum) for Supermicro, V(ilorest) for
        HPE, V(racadm) for Dell, V(ipmitool) for BMCs that take C(.hpm) images; others are ignored, so that the
        C(management_tools) of a device type can be given as they are.
      - They run where the task runs. None of them is given the password in its command line.
      - A tool stays until the image is flashed, so O(wait=false) does not shorten that step, and no other process can
        see how far it is.
    type: list
    elements: str
    default: []
  wait:
    description:
      - Without waiting, the task does the next single thing that can be done (send an image, or activate a staged one)
        and returns RV(handles) for the next task.
    type: bool
    default: true
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.firmware
  - hwautomation.baremetal.firmware.rows
  - hwautomation.baremetal.firmware.image
  - hwautomation.baremetal.firmware.changes
  - hwautomation.baremetal.tools
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.firmware_info
  - module: hwautomation.baremetal.firmware_stage
  - module: hwautomation.baremetal.firmware_rollback
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Update the BMC to a stated version
  hwautomation.baremetal.firmware:
    bmc_host: 192.0.2.10
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
    component: bmc
    version: 7.10.30.00
    image: http://images.example.org/idrac9-7.10.30.00.exe
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

- name: Show what a baseline would change, with steps, minutes and restarts
  hwautomation.baremetal.firmware:
    bmc_host: 192.0.2.10
    baseline: "{{ firmware_rows }}"
    allow_reboot: true
  check_mode: true
  diff: true

- name: Stage a BIOS for the next restart, whenever that is
  hwautomation.baremetal.firmware:
    bmc_host: 192.0.2.10
    component: bios
    version: 1.13.2
    image: /srv/firmware/bios-1.13.2.exe
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    apply_time: on_reset
"""

RETURN = r"""
firmware:
  description: What the server had, what it has, and what was done.
  returned: success, and failure after something was sent
  type: dict
  contains:
    platform:
      description: Platform of the server.
      type: str
      returned: always
      sample: dell_idrac9
    model:
      description: Model of the server.
      type: str
      returned: always
      sample: PowerEdge R750
    before:
      description: Component and version before.
      type: dict
      returned: always
      sample: {bmc: 6.00.30.00}
    after:
      description: Component and version after, predicted in check mode.
      type: dict
      returned: always
      sample: {bmc: 7.10.30.00}
    changes:
      description:
        - One entry per update. C(outcome) is V(applied) when the version was read back, V(staged) when it waits for a
          restart, V(started) without O(wait), V(planned) in check mode, V(failed), V(unknown) or V(skipped).
      type: list
      elements: dict
      returned: always
      sample:
        - {component: bmc, before: 6.00.30.00, wanted: 7.10.30.00, after: 7.10.30.00, outcome: applied}
handles:
  description: What a later task needs to continue what was begun; give it to O(handles).
  returned: success, and failure after something was sent
  type: list
  elements: dict
  sample: [{component: bmc, version: 7.10.30.00, stage: sent, task: /redfish/v1/TaskService/Tasks/3}]
later:
  description: Steps that were not done for want of O(wait).
  returned: success
  type: list
  elements: str
  sample: [follow the update of bmc 7.10.30.00]
minutes:
  description: Estimated minutes of the whole plan.
  returned: success
  type: int
  sample: 26
reboots:
  description: Restarts of the host in the plan.
  returned: success
  type: int
  sample: 1
reason:
  description: Why there was nothing to do.
  returned: when nothing changed
  type: str
  sample: bmc is at 7.10.30.00 already
plan:
  description: The steps with what became of each.
  returned: always
  type: dict
  sample: {steps: [{name: send bmc 7.10.30.00, text: send bmc 7.10.30.00 to the BMC, status: done}], reason: ""}
audit:
  description: What the audit callback keeps.
  returned: always
  type: dict
  sample: {firmware_changes: []}
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import door
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.options import (
    FIRMWARE_OPTIONS,
    wanted_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import connect

DOOR = Door(
    name="firmware",
    options=FIRMWARE_OPTIONS,
    connect=connect,
    wanted=wanted_of,
    read=door.read_for_change,
    decide=decide,
    apply=door.apply_step,
    verify=door.verify,
    report=door.report,
)


def main() -> None:
    """Run the module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
