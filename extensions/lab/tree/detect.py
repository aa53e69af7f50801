# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which platform a captured tree comes from, and take over the habits that can be read off it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..bios import Registry
from ..components import Component, Row
from ..personality import BiosHabits, Etags, Personality
from .layout import Layout, members, target
from .store import Doc, Tree

# (part of vendor, OEM keys and models, platform); the first row that is found counts.
ROWS: tuple[tuple[str, str], ...] = (
    ("17g", "dell_idrac10"),
    ("dell", "dell_idrac9"),
    ("ilo 7", "hpe_ilo7"),
    ("ilo 6", "hpe_ilo6"),
    ("ilo 5", "hpe_ilo5"),
    ("lenovo", "lenovo_xcc"),
    ("gb200", "nvidia_hgx"),
    ("gh200", "nvidia_hgx"),
    ("ami", "ami_megarac"),
    ("supermicro", "supermicro_x13"),
    ("intel", "intel"),
    ("openbmc", "openbmc"),
)
_STYLES = (
    (r'W/"[0-9A-F]{8}"', "weak_hex8"),
    (r'W/"[0-9A-Fa-f]{32}"', "weak_hex32"),
    (r'W/"\d+"', "weak_decimal"),
    (r'"\d+"', "strong_decimal"),
    (r'".+"', "strong_hex"),
    (r"\d+", "bare"),
)


def platform(tree: Tree, layout: Layout, has_bios: bool) -> str:
    """Return the id of the platform whose habits fit best; `generic` when nothing is known."""
    root, manager = tree.get("/redfish/v1") or {}, tree.get(layout.manager) or {}
    system = tree.get(layout.host) or {}
    signs = [root.get("Vendor"), root.get("Product"), *(root.get("Oem") or {}), manager.get("Model")]
    signs += [manager.get("Manufacturer"), system.get("Manufacturer"), system.get("Model")]
    text = " | ".join(str(sign) for sign in signs if sign).lower()
    found = next((name for sign, name in ROWS if re.search(rf"\b{re.escape(sign)}", text)), "generic")
    return "supermicro_x10" if found == "supermicro_x13" and not has_bios else found


def adapt(p: Personality, tree: Tree, layout: Layout, registry: Registry | None, attributes: Any) -> Personality:
    """Return the platform with what this tree shows: ETags, BIOS shape and times, update parameters, versions."""
    system = tree.get(layout.host) or {}
    p = replace(
        p,
        etags=_etags(tree, layout, p.etags),
        identity=replace(p.identity, bios_version="{version}", manager_version="{version}"),
        power=replace(
            p.power,
            boot_progress=p.power.boot_progress if "BootProgress" in system else None,
            last_reset_time="LastResetTime" in system,
            post_state=p.power.post_state if "PostState" in str(system.get("Oem")) else None,
        ),
        tasks=replace(p.tasks, monitor=f"{layout.tasks.rstrip('/').rpartition('/')[0]}/TaskMonitors/{{id}}"),
    )
    p = replace(p, bios=_bios(tree, layout, p.bios or BiosHabits(), registry, attributes))
    return replace(p, updates=replace(p.updates, **_updates(tree, layout)))


def _etags(tree: Tree, layout: Layout, known: Etags) -> Etags:
    on = []
    style = "none"
    for path in (layout.host, layout.bios, layout.bios_settings, layout.manager, layout.update):
        doc = tree.get(path) if path else None
        tag = (doc or {}).get("@odata.etag")
        if doc and tag:
            on.append(str(doc.get("@odata.type", "")).lstrip("#").partition(".")[0])
            style = next((name for pattern, name in _STYLES if re.fullmatch(pattern, str(tag))), "strong_hex")
    if style == "none":
        return Etags("none")
    return replace(known, style=style, on=("*",) if len(set(on)) > 2 else tuple(set(on)), required=())


def _bios(tree: Tree, layout: Layout, known: BiosHabits, registry: Registry | None, attributes: Any) -> BiosHabits:
    bios = (tree.get(layout.bios) or {}) if layout.bios else {}
    pending = (tree.get(layout.bios_settings) or {}) if layout.bios_settings else {}
    announced = bios.get("@Redfish.Settings") or {}
    times = announced.get("SupportedApplyTimes")
    shown = pending.get("Attributes")
    shape = "absent" if shown is None else "delta" if not shown else "full"
    return replace(
        known,
        shape=shape,
        apply_times=tuple(times) if times else None,
        apply_time_needed=known.apply_time_needed and bool(times),
        displays_values=_displays(registry, attributes or {}),
        messages=known.messages if "Messages" in announced or known.messages else "",
    )


def _displays(registry: Registry | None, attributes: Mapping[str, Any]) -> bool:
    """Say whether current values are display names rather than ValueNames."""
    if registry is None:
        return False
    rows = [registry.attributes[name] for name in attributes if name in registry.attributes]
    choices = [row for row in rows if row.type == "Enumeration"]
    strange = [row for row in choices if attributes[row.name] not in {name for name, _unused in row.values}]
    return bool(choices) and len(strange) > len(choices) / 2


def _updates(tree: Tree, layout: Layout) -> dict[str, Any]:
    doc: Doc = (tree.get(layout.update) or {}) if layout.update else {}
    simple = (doc.get("Actions") or {}).get("#UpdateService.SimpleUpdate") or {}
    info = tree.get(str(simple.get("@Redfish.ActionInfo") or "-")) or {}
    required = [
        one["Name"] for one in info.get("Parameters") or [] if one.get("Required") and one["Name"] != "ImageURI"
    ]
    return {
        "required": tuple(required),
        "update_component": (),
        "targets": "any",
        "components": components(tree, layout),
        "http_push": doc.get("HttpPushUri") or "",
        "multipart": doc.get("MultipartHttpPushUri") or "",
        "max_bytes": doc.get("MaxImageSizeBytes"),
        "apply_times": (),
    }


def components(tree: Tree, layout: Layout) -> tuple[Component, ...]:
    """Return BIOS and BMC as components, with the inventory rows that show their versions."""
    system, manager = tree.get(layout.host) or {}, tree.get(layout.manager) or {}
    rows = {path: tree.get(path) or {} for path in members(tree, layout.inventory)}
    found = []
    for kind, text, names in (
        ("bios", str(system.get("BiosVersion") or ""), ("bios", "system rom", "uefi")),
        ("bmc", str(manager.get("FirmwareVersion") or ""), ("idrac", "ilo", "bmc", "remote access controller")),
    ):
        if not text:
            continue
        plain = _plain(text, kind)
        own = [_row(path, row, plain) for path, row in rows.items() if _fits(path, row, plain, names)]
        found.append(Component(kind, plain, tuple(own) or (Row(kind.upper(), kind.upper()),)))
    return tuple(found)


def _plain(text: str, kind: str) -> str:
    """Return the version without the words around it, where it is plainly a number."""
    return text if kind == "bios" else text.removeprefix("iLO ").partition(" v")[2] or text


def _fits(path: str, row: Doc, plain: str, names: tuple[str, ...]) -> bool:
    text = f"{path.rpartition('/')[2]} {row.get('Name', '')}".lower()
    other = ("golden", "backup", "staging", "redundant", "previous", "capsule", "erot", "hgx", "loader")
    same = plain in str(row.get("Version", "")) or str(row.get("Version", "-")) in plain
    return same and any(name in text for name in names) and not any(word in text for word in other)


def _row(path: str, row: Doc, plain: str) -> Row:
    member = path.rstrip("/").rpartition("/")[2]
    shown = str(row.get("Version", "")).replace("{", "").replace("}", "")
    keep = {key: value for key, value in row.items() if key not in ("Id", "Name", "Version", "@odata.etag")}
    return Row(
        member.replace(plain, "{version}"),
        str(row.get("Name", member)),
        version=shown.replace(plain, "{version}") if plain in shown else "{version}",
        updateable=bool(row.get("Updateable", True)),
        software_id=str(row.get("SoftwareId") or ""),
        extra=keep,
    )


def macs(tree: Tree, layout: Layout) -> list[str]:
    """Return the MAC addresses of the host's interfaces as the tree has them."""
    system = tree.get(layout.host) or {}
    docs = [tree.get(path) or {} for path in members(tree, target(system.get("EthernetInterfaces")))]
    return [str(doc["MACAddress"]).lower() for doc in docs if doc.get("MACAddress")]
