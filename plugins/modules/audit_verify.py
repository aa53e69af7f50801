# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of audit_verify; its action plugin does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_verify
short_description: Prove that no audit row was changed after it was written
version_added: 0.1.0
description:
  - Walks the hash chain of each run and fails if a row was altered, removed, inserted or moved.
  - Each run is anchored to the end of the one before it, so that the removal of a whole run shows as well. What nothing
    inside a database can show is the removal of its latest rows; keep RV(digests) elsewhere and give them as
    O(digests) or O(digest_log).
  - Runs on the controller and reads only.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.audit
  - hwautomation.baremetal.attributes.reads
options:
  runs:
    description: Verify these runs only, by id, beginning of an id, or V(last).
    type: list
    elements: str
  digests:
    description: Last hashes of runs that were kept elsewhere, by run id.
    type: dict
  digest_log:
    description:
      - The file that the callback's option C(digest_log) named, or a copy of it from another machine. The digest of every
        run in it must be the one the database has.
      - With O(runs), that of these runs.
    type: path
"""

EXAMPLES = r"""
- name: The whole database is as it was written
  hwautomation.baremetal.audit_verify:
  register: proof

- name: And so is every run whose digest was kept on another file system
  hwautomation.baremetal.audit_verify:
    digest_log: /mnt/log/audit-digests
"""

RETURN = r"""
runs:
  description: How many runs were verified.
  returned: always
  type: int
  sample: 12
rows:
  description: How many rows were verified.
  returned: always
  type: int
  sample: 4711
digests:
  description: The last hash of each run. To be signed or sent elsewhere.
  returned: always
  type: dict
  sample: {20261123T062911-7dc32db1: 5a0c}
open_runs:
  description: Runs that have no end yet.
  returned: always
  type: list
  elements: str
  sample: []
findings:
  description: What is not as it was written, with run, place in the chain, table and problem.
  returned: always
  type: list
  elements: dict
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "database": {"type": "str"},
        "runs": {"type": "list", "elements": "str"},
        "digests": {"type": "dict"},
        "digest_log": {"type": "path"},
    },
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(
        msg="audit_verify runs on the controller, where its action plugin does the work; it cannot be a module"
    )


if __name__ == "__main__":
    main()
