# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stop here if asked to, and say what an earlier run has done, on the controller."""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._audit_door import AuditTwin


class ActionModule(AuditTwin):
    """See plugins/modules/checkpoint.py for the documentation."""

    FILE = "checkpoint"
    OF_HOST = True
