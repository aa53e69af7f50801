# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources with which a BMC itself is set up: laid into a built tree, found in any tree, and given life."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..bmc import Bmc
from ..setups import SETUPS, Setup
from .layout import members, target
from .site import SCHEMAS
from .store import Doc, collection, link


def of(bmc: Bmc) -> Setup:
    """Return what this BMC's platform has."""
    return SETUPS.get(bmc.p.id, Setup())


def lay(bmc: Bmc) -> None:
    """Add a platform's set-up resources to its built tree; a captured tree has its own."""
    setup, layout = of(bmc), bmc.layout
    names = {"manager": layout.manager, "id": layout.manager.rpartition("/")[2]}
    _over(bmc, layout.manager, _named(setup.manager, names))
    for path in layout.protocols:
        _over(bmc, path, _named(setup.protocol, names))
    for place, doc in setup.resources.items():
        _over(bmc, place.format(**names), _named(doc, names))
    _host_interface(bmc, setup)
    _secure_boot(bmc, setup)
    _certificates(bmc, setup)
    _media(bmc, setup)
    _boot_order(bmc, setup)


def settings(bmc: Bmc) -> list[str]:
    """Return the paths of plain settings that may be written: host interfaces and vendors' own resources."""
    manager = bmc.tree.get(bmc.layout.manager) or {}
    found = members(bmc.tree, target(manager.get("HostInterfaces")))
    links: list[Any] = [manager.get("Oem"), (manager.get("Links") or {}).get("Oem")]
    links += [(bmc.tree.get(path) or {}).get("Oem") for path in (bmc.layout.host, bmc.layout.bios) if path]
    found += [path for path in _targets(links) if path in bmc.tree]
    for one in list(found):
        doc = bmc.tree.get(one) or {}
        found += _targets([doc.get("Links"), doc.get("@Redfish.Settings")])
    return list(dict.fromkeys(found))


def secure_boot(bmc: Bmc) -> str:
    """Return the path of the host's SecureBoot resource, or an empty string."""
    path = target((bmc.tree.get(bmc.layout.host) or {}).get("SecureBoot"))
    return path if path and path in bmc.tree else ""


def image_for(bmc: Bmc, target: str) -> str:
    """Return the name of the image that a boot target starts from, or an empty string (Q-D24, Q-S09)."""
    habits = of(bmc)
    types = set(habits.media_starts.get(target, ()))
    drives = [bmc.tree.get(path) or {} for path in bmc.layout.media[: habits.media_boots or None]]
    images = [str(one.get("Image") or "") for one in drives if types & set(one.get("MediaTypes") or ())]
    return next((image.rpartition("/")[2] for image in images if image), "")


def _targets(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [str(value["@odata.id"])] if "@odata.id" in value else []
        return own + [path for one in value.values() for path in _targets(one)]
    return [path for one in value for path in _targets(one)] if isinstance(value, list) else []


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(one, names) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_named(one, names) for one in value]
    return value.format(**names) if isinstance(value, str) else value


def _merged(doc: Doc, changes: Doc) -> Doc:
    """Lay changes over a document; at its top None takes a property away."""
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(doc.get(key), dict):
            doc[key] = _merged(doc[key], value)
        else:
            doc[key] = deepcopy(value)
    return doc


def _over(bmc: Bmc, path: str, changes: Doc) -> None:
    if not path or not changes:
        return
    doc = bmc.tree.get(path) or {"@odata.id": path, "Id": path.rpartition("/")[2]}
    gone = [key for key, value in changes.items() if value is None and key in doc]
    doc = _merged(doc, {key: value for key, value in changes.items() if key not in gone})
    bmc.tree.put(path, {key: value for key, value in doc.items() if key not in gone})


def _typed(kind: str) -> str:
    return f"#{kind}.{SCHEMAS.get(kind, 'v1_3_0')}.{kind}"


def _host_interface(bmc: Bmc, setup: Setup) -> None:
    if not setup.host_interface:
        return
    path = f"{bmc.layout.manager}/HostInterfaces"
    member = f"{path}/{setup.host_interface}"
    doc = {
        "@odata.id": member,
        "@odata.type": _typed("HostInterface"),
        "Id": setup.host_interface,
        "Name": "Host Interface",
        "HostInterfaceType": "NetworkHostInterface",
        "InterfaceEnabled": True,
        "ExternallyAccessible": False,
    }
    bmc.tree.put(member, doc)
    bmc.tree.put(path, collection(path, "HostInterface", "Host Interfaces", [member]))
    _over(bmc, bmc.layout.manager, {"HostInterfaces": link(path)})


def _secure_boot(bmc: Bmc, setup: Setup) -> None:
    path = secure_boot(bmc)
    if not path:
        return
    if not setup.secure_boot:
        bmc.tree.remove(path)
        _over(bmc, bmc.layout.host, {"SecureBoot": None})
        return
    reset = {
        "target": f"{path}/Actions/SecureBoot.ResetKeys",
        "ResetKeysType@Redfish.AllowableValues": list(setup.reset_keys),
    }
    _over(bmc, path, {"SecureBootMode": setup.secure_boot_keys, "Actions": {"#SecureBoot.ResetKeys": reset}})


def _media(bmc: Bmc, setup: Setup) -> None:
    """Give the virtual drives the platform's names, and take their actions away where it has none."""
    old = bmc.layout.media
    if not old or not (setup.media_names or setup.media_patch_only):
        return
    parent, new = old[0].rpartition("/")[0], []
    for path, name in zip(old, setup.media_names or tuple(one.rpartition("/")[2] for one in old), strict=False):
        doc = bmc.tree.get(path) or {}
        bmc.tree.remove(path)
        place = f"{parent}/{name}"
        doc |= {"@odata.id": place, "Id": name}
        for action in (doc.get("Actions") or {}).values():
            action["target"] = action["target"].replace(f"{path}/", f"{place}/")
        if setup.media_patch_only:
            doc.pop("Actions", None)
        bmc.tree.put(place, doc)
        new.append(place)
    for path in old[len(new) :]:
        bmc.tree.remove(path)
    bmc.layout.media = new
    bmc.tree.put(parent, collection(parent, "VirtualMedia", "Virtual Media", new))


def _boot_order(bmc: Bmc, setup: Setup) -> None:
    """Add a vendor's own boot order, made from the boot options."""
    host, bios = bmc.layout.host, bmc.layout.bios
    options = [bmc.tree.get(path) or {} for path in members(bmc.tree, f"{host}/BootOptions")]
    if setup.boot_order == "fixed":
        path = f"{host}/Oem/Supermicro/FixedBootOrder"
        names = [str(one["DisplayName"]) for one in options]
        body = {"@odata.id": path, "@odata.type": "#SmcFixedBootOrder.v1_0_0.SmcFixedBootOrder"}
        bmc.tree.put(path, {**body, "Id": "FixedBootOrder", "Name": "Fixed Boot Order", "FixedBootOrder": names})
        _over(bmc, host, {"Oem": {"Supermicro": {"FixedBootOrder": link(path)}}})
    elif setup.boot_order == "hpe" and bios:
        path = f"{bios}/oem/hpe/boot"
        rows = [
            {"StructuredBootString": f"{one['Alias']}.1.{number}", "BootString": one["DisplayName"]}
            for number, one in enumerate(options, 1)
        ]
        kept = {"BootSources": rows, "PersistentBootConfigOrder": [row["StructuredBootString"] for row in rows]}
        for place, more in ((path, {"@Redfish.Settings": {"SettingsObject": link(f"{path}/settings")}}), ("", {})):
            own = place or f"{path}/settings"
            body = {"@odata.id": own, "@odata.type": "#HpeServerBootSettings.v2_0_0.HpeServerBootSettings"}
            bmc.tree.put(own, {**body, "Id": own.rpartition("/")[2], "Name": "Boot Order", **kept, **more})
        _over(bmc, bios, {"Oem": {"Hpe": {"Links": {"Boot": link(path)}}}})
    if setup.boot_order and setup.boot_order_instead:
        boot = (bmc.tree.get(host) or {}).get("Boot") or {}
        boot.pop("BootOrder", None)
        doc = bmc.tree.get(host) or {}
        bmc.tree.put(host, {**doc, "Boot": boot})


def _certificates(bmc: Bmc, setup: Setup) -> None:
    """Take away what a platform lacks of the standard's certificates, and say what its requests must hold."""
    service = bmc.layout.certificates
    if setup.certificates != "standard":
        for path in bmc.layout.protocols:
            doc = bmc.tree.get(path) or {}
            doc.get("HTTPS", {}).pop("Certificates", None)
            bmc.tree.put(path, doc)
        if service and not setup.certificates:
            bmc.tree.remove(service)
            bmc.layout.certificates = ""
            root = bmc.tree.get("/redfish/v1") or {}
            root.pop("CertificateService", None)
            bmc.tree.put("/redfish/v1", root)
            return
    if not service:
        return
    doc = bmc.tree.get(service) or {}
    if setup.certificates == "hpe":
        doc["Actions"].pop("#CertificateService.ReplaceCertificate", None)
    elif len(setup.csr_required) > 1:
        info = f"{service}/GenerateCSRActionInfo"
        rows = [{"Name": name, "Required": True, "DataType": "String"} for name in setup.csr_required]
        rows.append({"Name": "CertificateCollection", "Required": True, "DataType": "Object"})
        body = {"@odata.id": info, "@odata.type": _typed("ActionInfo"), "Id": "GenerateCSRActionInfo"}
        bmc.tree.put(info, {**body, "Name": "Generate CSR Action Info", "Parameters": rows})
        doc["Actions"]["#CertificateService.GenerateCSR"]["@Redfish.ActionInfo"] = info
    bmc.tree.put(service, doc)
