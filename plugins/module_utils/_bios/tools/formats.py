# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of vendors' tools with BIOS settings: SUM's BiosCfg, Dell's server configuration profile, HPE's conrep. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import re
import typing as t
from xml.etree import ElementTree

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import SECRET_KEY

__all__ = ["DIALECTS", "parse_settings", "render_settings"]

Values = t.Dict[str, t.Any]
BIOS_COMPONENT = "BIOS.Setup.1-1"


def parse_settings(text: str) -> Values:
    """Return ``dialect``, ``attributes``, ``choices`` and ``model`` of a file; passwords are left out.

    Names of BiosCfg are display names with their menu, ``Quiet Boot @ Advanced/Boot Feature``, which the door
    bios_settings takes as they are; two menus may have a setting of the same name.

    :raises ConfigurationError: when it is none of these, or has a DTD, which no such file needs.
    """
    if text.lstrip().startswith("{"):
        return _parse_profile_json(text)
    root = _xml(text)
    parser = {"BiosCfg": _parse_bioscfg, "SystemConfiguration": _parse_profile, "Conrep": _parse_conrep}.get(root.tag)
    if parser is None:
        raise ConfigurationError(
            f"<{root.tag}> is no file of BIOS settings that is known here",
            hint="known are BiosCfg (SUM), SystemConfiguration (Dell server configuration profile), Conrep (HPE)",
        )
    return parser(root)


def render_settings(dialect: str, attributes: t.Mapping[str, t.Any], *, model: str = "") -> str:
    """Return a file with only these settings; a tool leaves the others as they are.

    :raises ConfigurationError: for a dialect that is not known.
    """
    renderer = DIALECTS.get(dialect)
    if renderer is None:
        raise ConfigurationError(f"unknown dialect {dialect!r}", hint=f"one of {', '.join(DIALECTS)}")
    return renderer(attributes, model)


def _xml(text: str) -> ElementTree.Element:
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ConfigurationError("the file has a DTD; files of BIOS settings need none, and it could be an attack")
    try:
        # SUM declares ISO-8859-1, but the text is decoded already.
        return ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except ElementTree.ParseError as exc:
        raise ConfigurationError(f"the file is not XML: {exc}") from exc


def _parse_bioscfg(root: ElementTree.Element) -> Values:
    attributes: Values = {}
    choices: dict[str, list[str]] = {}
    for path, setting in _settings(root, ()):
        key = f"{(setting.get('name') or '').strip()} @ {'/'.join(path)}"
        kind = setting.get("type") or ""
        if kind == "Password":
            continue
        if kind == "CheckBox" or "checkedStatus" in setting.attrib:
            attributes[key] = setting.get("checkedStatus") == "Checked"
        elif "numericValue" in setting.attrib:
            attributes[key] = int(setting.get("numericValue") or 0)
        elif "selectedOption" in setting.attrib:
            attributes[key] = setting.get("selectedOption")
        else:
            attributes[key] = (setting.findtext("StringValue") or "").strip()
        options = [(option.text or "").strip() for option in setting.iter("Option")]
        if options:
            choices[key] = options
    return {"dialect": "bioscfg", "attributes": attributes, "choices": choices, "model": ""}


def _settings(
    element: ElementTree.Element, path: t.Tuple[str, ...]
) -> t.Iterator[t.Tuple[t.Tuple[str, ...], ElementTree.Element]]:
    for child in element:
        if child.tag == "Menu":
            yield from _settings(child, (*path, (child.get("name") or "").strip()))
        elif child.tag == "Setting":
            yield path, child


def _parse_profile(root: ElementTree.Element) -> Values:
    attributes = {
        str(item.get("Name")): (item.text or "").strip()
        for component in root.iter("Component")
        if component.get("FQDD") == BIOS_COMPONENT
        for item in component.iter("Attribute")
    }
    return _profile(attributes, root.get("Model") or "")


def _parse_profile_json(text: str) -> Values:
    try:
        document = json.loads(text)["SystemConfiguration"]
        components = document["Components"]
    except (ValueError, KeyError, TypeError) as exc:
        raise ConfigurationError(f"this is no server configuration profile: {exc}") from exc
    attributes = {
        str(item["Name"]): item.get("Value")
        for component in components
        if component.get("FQDD") == BIOS_COMPONENT
        for item in component.get("Attributes") or ()
    }
    return _profile(attributes, str(document.get("Model") or ""))


def _profile(attributes: Values, model: str) -> Values:
    known = {name: value for name, value in attributes.items() if not SECRET_KEY.search(name)}
    return {"dialect": "scp", "attributes": known, "choices": {}, "model": model}


def _parse_conrep(root: ElementTree.Element) -> Values:
    attributes = {str(item.get("name")): (item.text or "").strip() for item in root.iter("Section")}
    known = {name: value for name, value in attributes.items() if not SECRET_KEY.search(name)}
    return {"dialect": "conrep", "attributes": known, "choices": {}, "model": ""}


def _render_bioscfg(attributes: t.Mapping[str, t.Any], model: str) -> str:
    root = ElementTree.Element("BiosCfg")
    menus: dict[tuple[str, ...], ElementTree.Element] = {(): root}
    for key, value in attributes.items():
        name, _unused, where = (part.strip() for part in key.partition(" @ "))
        setting = ElementTree.SubElement(_menu(menus, tuple(filter(None, where.split("/")))), "Setting", name=name)
        if isinstance(value, bool):
            setting.attrib.update(checkedStatus="Checked" if value else "Unchecked", type="CheckBox")
        elif isinstance(value, int):
            setting.attrib.update(numericValue=str(value), type="Numeric")
        else:
            setting.attrib.update(selectedOption=str(value), type="Option")
    return _text(root)


def _menu(menus: t.Dict[t.Tuple[str, ...], ElementTree.Element], path: t.Tuple[str, ...]) -> ElementTree.Element:
    if path not in menus:
        menus[path] = ElementTree.SubElement(_menu(menus, path[:-1]), "Menu", name=path[-1])
    return menus[path]


def _render_profile(attributes: t.Mapping[str, t.Any], model: str) -> str:
    root = ElementTree.Element("SystemConfiguration", {"Model": model} if model else {})
    component = ElementTree.SubElement(root, "Component", FQDD=BIOS_COMPONENT)
    for name, value in attributes.items():
        ElementTree.SubElement(component, "Attribute", Name=name).text = _plain(value)
    return _text(root)


def _render_conrep(attributes: t.Mapping[str, t.Any], model: str) -> str:
    root = ElementTree.Element("Conrep", version="4.0.0.0")
    for name, value in attributes.items():
        ElementTree.SubElement(root, "Section", name=name).text = _plain(value)
    return _text(root)


def _plain(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


DIALECTS: t.Mapping[str, t.Callable[[t.Mapping[str, t.Any], str], str]] = {
    "bioscfg": _render_bioscfg,
    "conrep": _render_conrep,
    "scp": _render_profile,
}
