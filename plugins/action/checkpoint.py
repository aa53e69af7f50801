# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stop here if asked to, and say what an earlier run has done, on the controller."""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._audit_door import AuditTwin


class ActionModule(AuditTwin):
    """See plugins/modules/checkpoint.py for the documentation."""

    FILE = "checkpoint"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run for the current host unless another one is named."""
        self._task.args.setdefault("host", (task_vars or {}).get("inventory_hostname"))
        return super().run(tmp, task_vars)
