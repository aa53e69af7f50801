# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of checkpoint; its action plugin does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: checkpoint
short_description: Stop here if asked to, and skip what an earlier run has done
version_added: 0.1.0
description:
  - Placed between two stages, where nothing is in progress. Fails with RV(error_class=RunCancelled) when the run was
    asked to stop, so that a C(rescue) can clean up; the run is recorded as cancelled.
  - In a run started with C(-e resume_run=<run id>) it says whether the stage was finished by that run, or by one it
    resumed.
  - Never interrupts anything. A flash in progress is not stopped, since there is no checkpoint inside it.
  - Runs on the controller and changes nothing on any machine.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.audit
  - hwautomation.baremetal.attributes.reads
options:
  state:
    description:
      - V(passed) reads the requests for the run this task belongs to.
      - V(cancel_requested) asks another run, O(run_id), to stop at its next checkpoint.
    type: str
    default: passed
    choices: [passed, cancel_requested]
  stage:
    description: The stage that comes next, for a run that is resumed.
    type: str
  effect:
    description:
      - Whether the effect of the stage can still be seen on the machine, as tasks before this one have found out.
        Without it nothing is skipped, since a record says what was, and not what is.
    type: bool
  host:
    description: The inventory name the stage was recorded for. The current host when not given.
    type: str
  run_id:
    description: The run to stop, by its id, the beginning of it, or an AWX job id, which stops all slices of the job.
    type: str
  reason:
    description: Why, for the record.
    type: str
"""

EXAMPLES = r"""
- name: May we begin with the firmware?
  hwautomation.baremetal.checkpoint:
    stage: firmware
    effect: "{{ firmware_now.compliant }}"
  register: checkpoint

- name: Firmware
  ansible.builtin.include_role:
    name: hwautomation.baremetal.firmware
  when: not checkpoint.skip

- name: Stop that run at its next checkpoint
  hwautomation.baremetal.checkpoint:
    state: cancel_requested
    run_id: 20261123T062911
    reason: wrong device type in the inventory
"""

RETURN = r"""
error_class:
  description: V(RunCancelled) when the run was asked to stop.
  returned: failure
  type: str
  sample: RunCancelled
skip:
  description: Whether the stage was finished before and its effect can still be seen.
  returned: when O(state=passed)
  type: bool
  sample: false
finished_stage:
  description: The stage as it was recorded, with C(run_id), C(state), C(at) and C(text).
  returned: when O(state=passed)
  type: dict
  sample: {at: "2026-11-23T06:29:08.595Z", run_id: 20261123T062911-7dc32db1, state: done, text: BMC 7.00 -> 7.10}
run_id:
  description: The run, or the job, that was asked to stop.
  returned: when O(state=cancel_requested)
  type: str
  sample: 20261123T062911-7dc32db1
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "database": {"type": "str"},
        "state": {"type": "str", "default": "passed", "choices": ["passed", "cancel_requested"]},
        "stage": {"type": "str"},
        "effect": {"type": "bool"},
        "host": {"type": "str"},
        "run_id": {"type": "str"},
        "reason": {"type": "str"},
    },
    required_if=(("state", "cancel_requested", ("run_id",)),),
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(
        msg="checkpoint runs on the controller, where its action plugin does the work; it cannot be a module"
    )


if __name__ == "__main__":
    main()
