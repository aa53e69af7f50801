# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``ipmitool hpm upgrade`` (PICMG HPM.1), for BMCs that take their images as .hpm files over IPMI: AMI, older whiteboxes.

``-f`` reads the password from a file, here a pipe; ``force`` leaves out the question for a person. HPM.1 activates the image
itself unless the component wants a restart.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool

__all__ = ["IPMITOOL"]

COMMON = ("{binary}", "-I", "lanplus", "-H", "{host}", "-U", "{username}", "-f", "{secret}")

IPMITOOL = FlashTool(
    name="ipmitool",
    binaries=("ipmitool",),
    flash=dict.fromkeys(("bmc", "bios", "cpld"), (*COMMON, "hpm", "upgrade", "{image}", "force")),
    good=r"(?i)(?P<text>Firmware upgrade procedure successful[^\n]*)",
    bad=r"(?i)(?P<text>[^\n]*(Firmware upgrade procedure failed|Invalid (image|file)|checksum|not compatible)[^\n]*)",
    failures={
        "Target does not support": "this BMC takes no HPM.1 images",
        "Unable to establish IPMI": "IPMI over LAN is off, or the credentials were refused",
    },
)
