# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner of doors that need the audit database: always on the controller, never as a module.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import importlib
import typing as t

from ansible_collections.hwautomation.baremetal.extensions.audit.complaints import missing_library
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._twin import Twin

__all__ = ["AuditTwin"]

DOORS = "ansible_collections.hwautomation.baremetal.extensions.audit.doors"


class AuditTwin(Twin):
    """Base of these action plugins; each names the file below `extensions/audit/doors` that declares its door.

    OF_HOST says that it is about the current host unless its option `host` names another one.
    """

    FILE: t.ClassVar[str]
    OF_HOST: t.ClassVar[bool] = False

    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Load the door, whose libraries may be missing, and run it here."""
        try:
            type(self).DOOR = importlib.import_module(f"{DOORS}.{self.FILE}").DOOR
        except ImportError as exc:
            return {"failed": True, "changed": False, **missing_library(exc).as_result()}
        if self.OF_HOST:
            self._task.args.setdefault("host", (task_vars or {}).get("inventory_hostname"))
        return super().run(tmp, task_vars)

    def _needs_module(self) -> bool:
        return False
