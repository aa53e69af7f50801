# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask the audit database, on the controller."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._audit_door import AuditTwin


class ActionModule(AuditTwin):
    """See plugins/modules/audit_info.py for the documentation."""

    FILE = "audit_info"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Ask, and print the report if that is wanted."""
        result = super().run(tmp, task_vars)
        if result.pop("show", False) and "report" in result:
            Display().display(result["report"])
        return result
