# SPDX-License-Identifier: GPL-3.0-or-later
"""What iLO tells in the service root of the machine as it is now: its version, names and time."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..bmc import Bmc
from ..tree.site import ROOT
from ..tree.store import Doc
from . import directory


def attach(bmc: Bmc) -> None:
    """Give life to `Oem.Hpe` of the root, where a platform has one."""
    if _managers(bmc.tree.get(ROOT) or {}):
        bmc.tree.over(ROOT, partial(root, bmc), partial(shows, bmc))
        directory.attach(bmc)


def shows(bmc: Bmc) -> object:
    return bmc.firmware.version("bmc"), clock(bmc)


def clock(bmc: Bmc) -> str:
    """Return the time to the minute: the root is read by everybody and not made anew each second for its clock."""
    return bmc.now().strftime("%Y-%m-%dT%H:%M:00Z")


def root(bmc: Bmc, doc: Doc) -> Doc:
    oem: Doc = doc["Oem"]["Hpe"]
    version, name = bmc.firmware.version("bmc"), f"bmc-{bmc.machine.name}"
    for manager in _managers(doc):
        manager["ManagerFirmwareVersion"] = version or manager.get("ManagerFirmwareVersion")
        for language in manager.get("Languages") or []:
            language["Version"] = manager["ManagerFirmwareVersion"]
        manager["HostName"] = manager.get("HostName") or name
    sessions = oem.get("Sessions") or {}
    if "CertCommonName" in sessions:
        sessions["CertCommonName"] = sessions["CertCommonName"] or name
    oem["Time"] = clock(bmc)
    return doc


def _managers(doc: Doc) -> list[Any]:
    return ((doc.get("Oem") or {}).get("Hpe") or {}).get("Manager") or []
