# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HPE's iLOrest: ``flashfwpkg`` uploads a package to the iLO's repository and has it flashed.

``--ignorechecks`` and ``--enable_thirdparty_fw`` are not used: what iLOrest thinks wrong with a package stays an error.
``--forceupload`` answers the question whether a file of that name may be replaced, which would wait for somebody to type.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import ILOREST as PROGRAM

__all__ = ["ILOREST"]

ILOREST = FlashTool(
    program=PROGRAM,
    flash={"*": ("flashfwpkg", "{image}", "--forceupload")},
    tpm=("--tpmover",),
    good=r"(?P<text>Firmware has successfully been flashed[^\n]*|This firmware is set to flash on reboot[^\n]*)",
    # "ERROR: ('Connection aborted.', ...)" is what it says when the answer was lost to an image that the iLO has taken, so
    # its words tell no more than how far it came.
    begun=r"(Flashing|Uploading) component",
    taken=r"(flashing|uploading) successfully",
    refusals=frozenset({63, 103}),
    failures=frozenset({41}),
    unproven="it was run, and its words recorded, against emulated iLOs only",
)
