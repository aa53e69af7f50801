# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of stage; the work is done on the controller, by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: stage
short_description: Mark the stage a server is at, stop there if asked to, and skip what is done
version_added: 0.1.0
description:
  - Tells the callback P(hwautomation.baremetal.audit#callback) that a stage of a server begins or has ended.
  - The callback prints one line per server and stage, and keeps the stage in the audit database. Without the callback
    the task does nothing.
  - A stage that begins ends the one before it, so a playbook needs one mark per stage and one when all are through.
  - A stage does not begin in a run that was asked to stop (P(hwautomation.baremetal.checkpoint#module) asks). The task
    then fails with RV(error_class=RunCancelled), so that a C(rescue) can clean up; the run is recorded as cancelled.
    What is in progress is never interrupted.
  - In a run started with C(-e resume_run=<run id>) it says whether the stage was finished by that run, or by one it
    resumed, and whether its effect can still be seen. It is then recorded as skipped.
  - Runs on the controller and changes nothing.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  in_process:
    support: full
    details: Always, whatever the task is delegated to.
options:
  name:
    description: Name of the stage, such as V(firmware). The one that is open when not given.
    type: str
  index:
    description: Which stage it is, counting from 1.
    type: int
  total:
    description: How many stages there are.
    type: int
  state:
    description:
      - What became of it. A failure that was rescued must end as V(failed) or V(degraded); the run counts a server with
        a rescued failure and neither of them as failed.
    type: str
    default: started
    choices: [started, done, failed, skipped, degraded]
  text:
    description:
      - What to show. When not given, the callback sums up the changes made in the stage, or the message of the failure.
    type: str
  percent:
    description: How far the stage has come, for long ones that are marked V(started) more than once.
    type: int
  effect:
    description:
      - Whether the effect of the stage can be seen on the machine, as tasks before this one have found out. Without it
        nothing is skipped, since a record says what was, and not what is.
    type: bool
  server_state:
    description:
      - What a server is that has passed the stage, filed as its state when the stage ends without failure.
      - The states V(discovered), V(classified) and V(configured) follow each other, and none of them replaces what MAAS
        says of a machine, so that doing an early stage once more takes nothing back. Any other word is taken as it is.
      - A stage that fails makes it C(failed in <stage>), until the same stage has passed or MAAS says otherwise.
    type: str
  device_type:
    description: The device type of the server, when it has been found out; kept with the server.
    type: str
  host:
    description: The inventory name the stage is of. The current host when not given.
    type: str
"""

EXAMPLES = r"""
- name: Firmware begins
  hwautomation.baremetal.stage:
    name: firmware
    index: 4
    total: 10
    effect: "{{ firmware_state.compliant }}"
  register: stage

- name: Bring the firmware to the baseline
  ansible.builtin.include_role:
    name: hwautomation.baremetal.firmware
  when: not stage.skip

- name: BIOS begins, so firmware is done
  hwautomation.baremetal.stage:
    name: bios
    index: 5
    total: 10

- name: The last stage is done
  hwautomation.baremetal.stage:
    state: done
"""

RETURN = r"""
error_class:
  description: V(RunCancelled) when the run was asked to stop.
  returned: failure
  type: str
  sample: RunCancelled
skip:
  description: Whether the stage was finished before and its effect can still be seen.
  returned: success
  type: bool
  sample: false
finished_stage:
  description: The stage as a run before this one recorded it, with C(run_id), C(state), C(at) and C(text), or null.
  returned: success
  type: dict
  sample: {at: "2026-11-23T06:29:08.595Z", run_id: 20261123T062911-7dc32db1, state: done, text: BMC 7.00 -> 7.10}
audit:
  description: What the callback files; RV(audit.stage) holds the options given.
  returned: success
  type: dict
  contains:
    stage:
      description: The stage.
      type: dict
      returned: success
  sample:
    stage: {index: 4, name: firmware, state: done, total: 10}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "name": {"type": "str"},
        "index": {"type": "int"},
        "total": {"type": "int"},
        "state": {
            "type": "str",
            "default": "started",
            "choices": ["started", "done", "failed", "skipped", "degraded"],
        },
        "text": {"type": "str"},
        "percent": {"type": "int"},
        "effect": {"type": "bool"},
        "server_state": {"type": "str"},
        "device_type": {"type": "str"},
        "host": {"type": "str"},
    },
    required_if=(("state", "started", ("name",)), ("state", "skipped", ("name",))),
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(msg="stage runs on the controller, where its action plugin does the work; it cannot be a module")


if __name__ == "__main__":
    main()
