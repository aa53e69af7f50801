# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_user
short_description: Manage a user of a BMC
version_added: 0.1.0
description:
  - Creates, changes and removes a user, and changes passwords without ever locking an account.
  - A password cannot be read back, so a log-in is the only test. It is made at most twice, once to see whether
    the wanted password works already and once after the change, before the old session is given up. The first is
    left out where one failure more, after those of earlier runs, would lock the account, and for an account
    that is disabled or locked. Refusals are remembered in O(lock_dir), without the password.
  - An account whose password has to be changed before anything else (as delivered, or after a reset) is handled when
    O(name) is the user that logs in.
  - Passwords that machines of a platform are delivered with are refused.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
options:
  name:
    description: Name of the user.
    type: str
    required: true
  state:
    description: Whether the user shall exist. The user that logs in can not be removed.
    type: str
    choices: [present, absent]
    default: present
  password:
    description: Its password. Needed for a new user.
    type: str
  update_password:
    description: Whether the password of an existing user is changed when it is not the wanted one.
    type: str
    choices: [always, on_create]
    default: always
  role:
    description:
      - Role of the user. A new user gets V(ReadOnly) when not given, an existing one keeps its role.
    type: str
  allow_role_change:
    description:
      - Whether a user that exists with another role may get O(role). A user of that name with another role may be
        someone else's, so the task fails otherwise, and nothing is changed.
    type: bool
    default: false
  unlock:
    description:
      - Whether a user that is locked after wrong passwords is unlocked. The task fails otherwise, without a log-in.
    type: bool
    default: false
  enabled:
    description: Whether the user may log in. A new user may when not given, an existing one is left as it is.
    type: bool
"""

EXAMPLES = r"""
- name: An operator
  hwautomation.baremetal.bmc_user:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    name: operator
    password: "{{ vault_operator_password }}"
    role: Operator

- name: Replace the password as delivered
  hwautomation.baremetal.bmc_user:
    bmc_host: "{{ bmc_host }}"
    bmc_username: root
    bmc_password: "{{ label_password }}"
    name: root
    password: "{{ vault_bmc_password }}"
"""

RETURN = r"""
name:
  description: Name of the user.
  returned: success
  type: str
before:
  description: The user before. A password is only ever told to be V(another) or V(as wanted).
  returned: success
  type: dict
  sample: {"state": "absent"}
after:
  description: The user afterwards, as predicted in check mode and as read back otherwise.
  returned: success
  type: dict
  sample: {"enabled": true, "password": "as wanted", "role": "Operator", "state": "present"}
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: success
  type: str
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already as wanted
audit:
  description: What the audit callback files.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import users
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "password": {"type": "str", "no_log": True},
            "update_password": {
                "type": "str",
                "choices": ["always", "on_create"],
                "default": "always",
                "no_log": False,
            },
            "role": {"type": "str"},
            "allow_role_change": {"type": "bool", "default": False},
            "unlock": {"type": "bool", "default": False},
            "enabled": {"type": "bool"},
        }
    )
)

DOOR = Door(
    name="bmc_user",
    options=OPTIONS,
    connect=users.connect_users,
    wanted=users.wanted,
    read=users.read,
    decide=users.decide,
    apply=users.apply,
    verify=users.verify,
    report=users.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
