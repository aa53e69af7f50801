# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of stage; the work is done on the controller, by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: stage
short_description: Mark the stage a server is at
version_added: 0.1.0
description:
  - Tells the callback P(hwautomation.baremetal.audit#callback) that a stage of a server begins or has ended.
  - The callback prints one line per server and stage, and keeps the stage in the audit database. Without the callback
    the task does nothing.
  - A stage does not begin in a run that was asked to stop; the task then fails as
    M(hwautomation.baremetal.checkpoint) does.
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
    description: Name of the stage, such as V(firmware).
    type: str
    required: true
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
    required: true
    choices: [started, done, failed, skipped, degraded]
  text:
    description:
      - What to show. When not given, the callback sums up the changes made in the stage, or the message of the failure.
    type: str
  percent:
    description: How far the stage has come, for long ones that are marked V(started) more than once.
    type: int
"""

EXAMPLES = r"""
- name: Firmware begins
  hwautomation.baremetal.stage:
    name: firmware
    index: 4
    total: 10
    state: started

- name: Firmware is at the baseline
  hwautomation.baremetal.stage:
    name: firmware
    index: 4
    total: 10
    state: done
"""

RETURN = r"""
audit:
  description: What the callback files; RV(audit.stage) holds the options given.
  returned: always
  type: dict
  contains:
    stage:
      description: The stage.
      type: dict
      returned: always
  sample:
    stage: {index: 4, name: firmware, state: done, total: 10}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "name": {"type": "str", "required": True},
        "index": {"type": "int"},
        "total": {"type": "int"},
        "state": {
            "type": "str",
            "required": True,
            "choices": ["started", "done", "failed", "skipped", "degraded"],
        },
        "text": {"type": "str"},
        "percent": {"type": "int"},
    }
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(msg="stage runs on the controller, where its action plugin does the work; it cannot be a module")


if __name__ == "__main__":
    main()
