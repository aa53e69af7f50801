# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of audit_import; its action plugin does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_import
short_description: Bring spooled audit rows into the database
version_added: 0.1.0
description:
  - Imports the spool files that the callback writes when it cannot reach the database, and the exports that
    M(hwautomation.baremetal.audit_db) makes when it prunes.
  - A row that is there already stays as it is, so a spool can be imported as often as one likes, also while its run
    goes on.
  - A spool that was edited is refused.
  - Runs on the controller.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.audit
  - hwautomation.baremetal.attributes.changes
options:
  path:
    description:
      - A spool file, or a directory of them.
      - When not given, the directories the callback uses.
    type: path
  remove:
    description: Remove each file once its rows are in the database.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Bring home what execution nodes have spooled
  hwautomation.baremetal.audit_import:
    path: /var/spool/hwautomation
    remove: true
"""

RETURN = r"""
files:
  description: The spool files found.
  returned: success
  type: list
  elements: str
  sample: [/var/spool/hwautomation/20261123T062911-7dc32db1.jsonl]
runs:
  description: The runs they hold.
  returned: success
  type: list
  elements: str
  sample: [20261123T062911-7dc32db1]
rows_new:
  description: How many rows were not in the database before.
  returned: success
  type: int
  sample: 57
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "database": {"type": "str"},
        "path": {"type": "path"},
        "remove": {"type": "bool", "default": False},
    },
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(
        msg="audit_import runs on the controller, where its action plugin does the work; it cannot be a module"
    )


if __name__ == "__main__":
    main()
