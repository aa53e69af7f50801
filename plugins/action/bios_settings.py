# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.modules.bios_settings import DOOR
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._twin import Twin


class ActionModule(Twin):
    """Takes the maps of the intents from the collection's data when the task gives none."""

    DOOR = DOOR

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Complete the options and run the door."""
        arguments = self._task.args
        if arguments.get("intents") and not arguments.get("intent_maps"):
            self._task.args = {**arguments, "intent_maps": BiosLibrary().intent_maps}
        return super().run(tmp, task_vars)
