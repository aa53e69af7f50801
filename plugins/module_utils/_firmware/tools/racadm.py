# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dell's racadm: ``update -f`` uploads an update package and makes a job of it, ``jobqueue view`` shows that.

A job that needs a restart stays "Scheduled" until then.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import RACADM as PROGRAM

__all__ = ["RACADM"]

RACADM = FlashTool(
    program=PROGRAM,
    flash={"*": ("update", "-f", "{image}")},
    good=r"(?s)(?P<text>RAC(987|944)[^\n]*)(.*?(?P<job>JID_\d+))?",
    bad=r"(?P<text>(ERROR:|RAC(?!987|944)\d+:)[^\n]*)",
    poll=("jobqueue", "view", "-i", "{job}"),
    job_states=(
        ("failed", r"(?is)Status\s*=\s*(Failed|Completed with errors).*?(Message\s*=\s*\[?(?P<text>[^\n\]]+))"),
        ("ok", r"(?is)Status\s*=\s*Completed\b.*?(Message\s*=\s*\[?(?P<text>[^\n\]]+))"),
        ("staged", r"(?is)Status\s*=\s*(Scheduled|Reboot ?Pending)\b.*?(Message\s*=\s*\[?(?P<text>[^\n\]]+))"),
    ),
    unproven="its commands and words are from the manual; none was recorded",
)
