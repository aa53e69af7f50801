# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of audit_db; the work is done on the controller, by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_db
short_description: Create, migrate, prune and back up the audit database
version_added: 0.1.0
description:
  - Looks after the audit database. The callback creates and upgrades it by itself; this is for everything else.
  - Runs on the controller.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.audit
  - hwautomation.baremetal.attributes.changes
attributes:
  idempotent:
    support: partial
    details: O(state=backed_up) makes a copy each time.
options:
  state:
    description:
      - V(present) and V(migrated) create the database or bring its schema to O(target).
      - V(downgraded) takes the schema down to O(target); needs O(allow_downgrade). Tables that the older schema does not
        know are parked, and come back when it is migrated again.
      - V(vacuumed) gives unused space back.
      - V(pruned) exports runs that ended before O(older_than) to O(dest) and removes them; needs O(allow_prune). The
        export can be imported again.
      - V(backed_up) copies the database to O(dest) while it is in use. SQLite gives a database file, PostgreSQL an
        export for M(hwautomation.baremetal.audit_import).
    type: str
    default: present
    choices: [present, migrated, downgraded, vacuumed, pruned, backed_up]
  target:
    description: A schema, V(latest), or V(base) for no tables at all, which also needs O(allow_data_loss).
    type: str
  older_than:
    description: A date, or an age such as V(400d).
    type: str
  dest:
    description: A file that does not exist yet.
    type: path
  allow_downgrade:
    description: Allow an older schema.
    type: bool
    default: false
  allow_data_loss:
    description: Allow O(target=base), which drops every table.
    type: bool
    default: false
  allow_prune:
    description: Allow runs to be removed after they were exported.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Database of this collection's schema
  hwautomation.baremetal.audit_db:

- name: Keep thirteen months
  hwautomation.baremetal.audit_db:
    state: pruned
    older_than: 400d
    dest: /srv/archive/audit-2026.jsonl
    allow_prune: true

- name: Nightly copy
  hwautomation.baremetal.audit_db:
    state: backed_up
    dest: "/srv/backup/audit-{{ now(utc=true, fmt='%F') }}.sqlite3"
"""

RETURN = r"""
condition:
  description: The database as it is now.
  returned: success
  type: dict
  sample: {bytes: 77824, database: audit/hwautomation.sqlite3, rows: 57, runs: 1, schema: "0002", schema_latest: "0002"}
migrations:
  description: The schemas passed.
  returned: when the schema was moved
  type: list
  elements: str
  sample: ["0001", "0002"]
backup:
  description: The copy.
  returned: when O(state=backed_up)
  type: str
  sample: /srv/backup/audit-2026-11-23.sqlite3
export:
  description: The export of the runs removed.
  returned: when runs were pruned
  type: str
  sample: /srv/archive/audit-2026.jsonl
sha256:
  description: Checksum of the copy or export.
  returned: when there is one
  type: str
  sample: 5a0c
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "database": {"type": "str"},
        "state": {
            "type": "str",
            "default": "present",
            "choices": ["present", "migrated", "downgraded", "vacuumed", "pruned", "backed_up"],
        },
        "target": {"type": "str"},
        "older_than": {"type": "str"},
        "dest": {"type": "path"},
        "allow_downgrade": {"type": "bool", "default": False},
        "allow_data_loss": {"type": "bool", "default": False},
        "allow_prune": {"type": "bool", "default": False},
    },
    required_if=(
        ("state", "downgraded", ("target",)),
        ("state", "pruned", ("older_than", "dest")),
        ("state", "backed_up", ("dest",)),
    ),
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(
        msg="audit_db runs on the controller, where its action plugin does the work; it cannot be a module"
    )


if __name__ == "__main__":
    main()
