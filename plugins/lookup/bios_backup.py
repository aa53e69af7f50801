# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bios_backup
short_description: Find a backup of BIOS settings in the audit database
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns the latest backup of each server that is named, for M(hwautomation.baremetal.bios_backup) to restore.
  - M(hwautomation.baremetal.bios_settings) takes a backup before it changes anything, and the callback
    P(hwautomation.baremetal.audit#callback) keeps it.
options:
  _terms:
    description: Servers by inventory name, serial number, UUID, host name, BMC address or MAAS system id.
    type: list
    elements: str
    required: true
  run_id:
    description: The run that took the backup, by its id, the beginning of it, or V(last).
    type: str
    default: ""
  sha256:
    description: SHA-256 of the backup, or its beginning.
    type: str
    default: ""
  database:
    description: The audit database. That of the run being recorded, or the configured one, when not given.
    type: str
requirements:
  - SQLAlchemy >= 2.0
seealso:
  - module: hwautomation.baremetal.bios_backup
"""

EXAMPLES = r"""
- name: See what the settings were before the last run
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.bios_backup', inventory_hostname, run_id='last').content | from_json }}"
"""

RETURN = r"""
_raw:
  description: One dictionary per server with C(content), C(sha256), C(at), C(run_id) and C(host).
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError


class LookupModule(LookupBase):
    """Backups of BIOS settings."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return one backup per server."""
        self.set_options(var_options=variables, direct=kwargs)
        try:
            # Loaded here: the libraries of the database are needed by those only who ask it.
            from ansible_collections.hwautomation.baremetal.extensions.audit.queries.backups import find_backup

            wanted = {name: self.get_option(name) for name in ("database", "run_id", "sha256")}
            return [find_backup(str(term).strip(), **wanted) for term in terms]
        except ImportError as exc:
            raise AnsibleLookupError(f"the audit database needs a library that is missing: {exc}") from exc
        except HWAutomationError as exc:
            raise AnsibleLookupError(str(exc)) from exc
