# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources of a vendor's own that clients read before they change anything: lockdown, room for images."""

from __future__ import annotations

from typing import Any

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
    """Give the update service of iLO its store of firmware, its queue, and the (empty) rest of it, as recordings have them."""
    path = f"{ROOT}/UpdateService"
    for name, kind, words in HPE_STORES:
        body = {
            "@odata.context": f"{ROOT}/$metadata#{kind}Collection.{kind}Collection",
            "@odata.id": f"{path}/{name}",
            "@odata.type": f"#{kind}Collection.{kind}Collection",
            "Description": words,
            "Name": words,
            "Members": [],
            "Members@odata.count": 0,
        }
        if name == "ComponentRepository":
            room = "HpeComponentRepositoryInformation"
            context, version = f"{ROOT}/$metadata#{room}.{room}", f"#{room}.v2_0_0.{room}"
            body["Oem"] = {"Hpe": {"@odata.context": context, "@odata.type": version}}
        site.tree.put(f"{path}/{name}", body)
    service = site.tree.get(path) or {}
    service["Oem"] = {"Hpe": {**(service.get("Oem") or {}).get("Hpe", {}), **_hpe_service(site, path)}}
    site.tree.put(path, service)


HPE_STORES = (
    ("ComponentRepository", "HpeComponent", "Component Collection"),
    ("UpdateTaskQueue", "HpeComponentUpdateTaskQueue", "Component Update Task Queue"),
    ("InstallSets", "HpeComponentInstallSet", "Component Install Set Collection"),
    ("MaintenanceWindows", "HpeMaintenanceWindow", "Maintenance Window Collection"),
    ("InvalidImageRepository", "HpeInvalidImage", "Invalid Image Collection"),
)
HPE_ACTIONS = ("AddFromUri", "DeleteUnlockedComponents", "DeleteUpdateTaskQueueItems")
"""What works here; iLO has more: install sets, maintenance windows, language packs and integrity checks are not emulated."""


def _hpe_service(site: Site, path: str) -> dict[str, Any]:
    kind = "HpeiLOUpdateServiceExt"
    names = [f"{kind}.{name}" for name in HPE_ACTIONS if name != "AddFromUri" or site.p.updates.add_from_uri]
    return {
        "@odata.context": f"{ROOT}/$metadata#{kind}.{kind}",
        "@odata.type": f"#{kind}.v2_6_0.{kind}",
        "Accept3rdPartyFirmware": False,
        "Actions": {f"#{name}": {"target": f"{path}/Actions/Oem/Hpe/{name}"} for name in names},
        "Capabilities": {"PLDMFirmwareUpdate": False, "UpdateFWPKG": True},
        "CurrentTime": "",
        "DowngradePolicy": "AllowDowngrade",
        **{name: {"@odata.id": f"{path}/{name}"} for name, _kind, _words in HPE_STORES},
    }
