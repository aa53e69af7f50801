# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources of a vendor's own that clients read before they change anything: lockdown, room for images."""

from __future__ import annotations

from .site import ROOT, Site


def build(site: Site) -> None:
    """Add what this platform has of these; some have nothing."""
    maker = {"Dell": _dell, "Supermicro": _supermicro, "Hpe": _hpe}.get(site.p.identity.oem)
    if maker is not None and site.p.updates.service:
        maker(site)


def _dell(site: Site) -> None:
    path = f"{site.manager}/Oem/Dell/DellAttributes/{site.p.identity.manager}"
    lockdown = "Enabled" if site.p.lockdown else "Disabled"
    body = {
        "@odata.id": path,
        "@odata.type": "#DellAttributes.v1_0_0.DellAttributes",
        "Id": site.p.identity.manager,
        "Name": "OEMAttributeRegistry",
        "Attributes": {"Lockdown.1.SystemLockdown": lockdown},
    }
    site.tree.put(path, body)


def _supermicro(site: Site) -> None:
    lock = f"{site.manager}/Oem/Supermicro/SysLockdown"
    site.tree.put(
        lock,
        {
            "@odata.id": lock,
            "@odata.type": "#SysLockdown.v1_0_0.SysLockdown",
            "Id": "SysLockdown",
            "Name": "SysLockdown",
            "SysLockdownEnabled": site.p.lockdown,
        },
    )


def _hpe(site: Site) -> None:
    path = f"{ROOT}/UpdateService/ComponentRepository"
    room = {"ComponentCount": 0, "FreeSizeBytes": site.p.updates.free_bytes, "TotalSizeBytes": 1073168384}
    site.tree.put(
        path,
        {
            "@odata.id": path,
            "@odata.type": "#HpeComponentCollection.HpeComponentCollection",
            "Name": "Component Collection",
            "Members": [],
            "Members@odata.count": 0,
            "Oem": {"Hpe": room},
        },
    )
