# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look after the audit database, on the controller."""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._audit_door import AuditTwin


class ActionModule(AuditTwin):
    """See plugins/modules/audit_db.py for the documentation."""

    FILE = "audit_db"
