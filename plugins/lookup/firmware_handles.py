# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: firmware_handles
short_description: Look up updates that an interrupted run has begun
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns, for each server, a list of handles of the updates that the run named by C(-e resume_run=), or one that it
    resumed itself, has begun and of which the audit knows no end. The list is empty for a run that resumes none.
  - M(hwautomation.baremetal.firmware) takes them as O(hwautomation.baremetal.firmware#module:handles) and sends none
    of these images again.
  - Needs P(hwautomation.baremetal.audit#callback), which kept them.
options:
  _terms:
    description: Names of servers in the inventory.
    type: list
    elements: str
    required: true
requirements:
  - SQLAlchemy >= 2.0
seealso:
  - module: hwautomation.baremetal.firmware
"""

EXAMPLES = r"""
- name: Go on with what the run before has begun
  hwautomation.baremetal.firmware:
    baseline: "{{ firmware_rows }}"
    allow_reboot: true
    handles: "{{ lookup('hwautomation.baremetal.firmware_handles', inventory_hostname) }}"
"""

RETURN = r"""
_raw:
  description: One list of handles per server.
  type: list
  elements: list
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.handles import handles_of


class LookupModule(LookupBase):
    """Handles of updates that were begun."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return one list per server."""
        self.set_options(var_options=variables, direct=kwargs)
        try:
            # Loaded here: the libraries of the database are needed by those only who ask it.
            from ansible_collections.hwautomation.baremetal.extensions.audit.queries.handles import changes_before

            return [handles_of(changes_before(str(term))) for term in terms]
        except ImportError as exc:
            raise AnsibleLookupError(f"the audit database needs a library that is missing: {exc}") from exc
        except HWAutomationError as exc:
            raise AnsibleLookupError(str(exc)) from exc
        except Exception as exc:
            raise AnsibleLookupError(f"the audit database cannot be read, and nothing is begun anew: {exc}") from exc
