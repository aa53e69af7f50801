# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vendors' command line tools: how each is called, where it takes the account from, whether it verifies certificates.

What they are used for stands where it is used: settings in ``_bios/tools``, images in ``_firmware/tools``.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Program

__all__ = ["ILOREST", "IPMITOOL", "RACADM", "SUM"]

# HPE's iLOrest, as 7.4.0.0 was seen to behave. Without --nocache it keeps sessions in the home directory and uses those of
# another server; it logs out by itself then, and --logout makes it fail where another iLOrest holds its lock for 30 s (iLO 7).
# Without --noinfolog and --logdir it writes logs to where it runs.
ILOREST = Program(
    name="ilorest",
    binaries=("ilorest",),
    begin=(
        "{binary}",
        "--nologo",
        "--nocache",
        "--noinfolog",
        "--logdir",
        "{scratch}",
        "--config",
        "{secret}",
    ),
    secret="[redfish]\nurl = {url}\nusername = {username}\npassword = {password}\n",
    unverified="it sends the account without verifying the BMC's certificate, and its --https changes nothing",
    failures={
        "iLO license is needed": "a licence is missing on the iLO",
        "iLO Repository commands are only available on iLO 5": "this iLO has no component repository",
    },
    exits={
        1: "it could not read its configuration",
        63: "the iLO answered with an error",
        149: "no iLO answered",
    },
)

# Dell's racadm asks for user and password on standard input with -i. -S makes it stop at a certificate that the system's
# authorities do not vouch for; else it only says so. All of that is after its manual; it was never run here.
RACADM = Program(
    name="racadm",
    binaries=("racadm",),
    begin=("{binary}", "-r", "{address}", "-i", "{verify}"),
    secret="{username}\n{password}\n",
    verify="-S",
    failures={"RAC0904": "a licence is missing on the iDRAC", "LC068": "another job is running on the iDRAC"},
)

# Supermicro's Update Manager, called SAA since 2024: the commands of the SUM User's Guide 2.x that work out-of-band. Never run here.
SUM = Program(
    name="sum",
    binaries=("saa", "sum"),
    begin=("{binary}", "-i", "{host}", "-u", "{username}", "-f", "{secret}"),
    unverified="nothing shows that it verifies the BMC's certificate",
    failures={"not activated": "a licence is missing on the BMC (SFT-OOB-LIC or SFT-DCMS-SINGLE)"},
)

# -f reads the password from a file. RMCP+ proves to both sides that the other knows the password; it has no certificates.
IPMITOOL = Program(
    name="ipmitool",
    binaries=("ipmitool",),
    begin=("{binary}", "-I", "lanplus", "-H", "{host}", "-U", "{username}", "-f", "{secret}"),
    failures={
        "Board might not be supporting the HPM.1 Standards": "this BMC takes no HPM.1 images",
        "Unable to establish IPMI": "IPMI over LAN is off, or the credentials were refused",
    },
)
