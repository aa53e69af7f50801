# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_security_info import DOOR
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._twin import Twin


class ActionModule(Twin):
    """Runs bmc_security_info inside the controller."""

    DOOR = DOOR
