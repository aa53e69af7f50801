# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HPE's iLOrest: ``flashfwpkg`` uploads a package to the iLO's repository and has it flashed.

The account is read from a configuration file, here a pipe. ``--ignorechecks`` is not used: what iLOrest thinks wrong with
a package stays an error. Firmware that needs it waits for the next restart of the host.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool

__all__ = ["ILOREST"]

ILOREST = FlashTool(
    name="ilorest",
    binaries=("ilorest",),
    flash={
        "*": ("{binary}", "--config", "{secret}", "--nologo", "flashfwpkg", "{image}", "--forceupload", "--overwrite")
    },
    good=r"(?i)(?P<text>[^\n]*(updated successfully|flash(ed)? successfully|reboot (is )?(required|needed)|Firmware has"
    r" successfully been flashed|Task queue (item )?.*created)[^\n]*)",
    bad=r"(?i)(?P<text>[^\n]*\b(error|failed|unable to|not a valid)\b[^\n]*)",
    secret="[redfish]\nurl = https://{host}\nusername = {username}\npassword = {password}\n",
    failures={
        "iLO license is needed": "a licence is missing on the iLO",
        "Component flashing is not available": "this iLO has no component repository",
    },
    unproven="its commands and words are from the manual; none was recorded",
)
