# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mark a stage of a server, for the terminal and the audit database, and say whether to go on and what to skip."""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._audit_door import AuditTwin


class ActionModule(AuditTwin):
    """See plugins/modules/stage.py for the documentation."""

    FILE = "stage"
    OF_HOST = True
