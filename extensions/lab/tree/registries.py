# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries: attribute registries between table and document, and where they are listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..bios import Attribute, Bios, Dependency, Registry, Term, holds, is_true
from ..http.message_texts import BASE
from ..personality import BiosHabits, Personality
from .layout import members
from .site import ROOT, SCHEMAS
from .store import Doc, Tree, collection

LISTED = "Registry File Collection"
_FLAGS = {"readonly": "read_only", "grayout": "gray_out", "hidden": "hidden"}
_MADE: dict[object, dict[str, bytes]] = {}


def shared(personality: Personality) -> dict[str, bytes]:
    """Return the registry resources that all machines of a platform have in common, as JSON by path. Made once."""
    key = personality.id, personality.words, personality.bios  # single machines may have other habits
    if key not in _MADE:
        _MADE[key] = _make(personality)
    return _MADE[key]


def republish(
    tree: Tree, habits: BiosHabits, place: str, registry_id: str, make: Callable[[], Registry] | None, state: Bios
) -> str:
    """List the attribute registry that is at `place` under another id, and return where it is now.

    `make` is the platform's own registry, which machines share; without it the machine's own is written.
    """
    collection_path = f"{ROOT}/Registries"
    uri = habits.registry_uri.replace(habits.registry_id, registry_id)
    listed = f"{collection_path}/{registry_id}"
    old = [path for path in members(tree, collection_path) if _leads_to(tree.get(path), place)]
    kept = [path for path in members(tree, collection_path) if path not in old]
    for path in (*old, place):
        tree.remove(path)
    tree.put(listed, _file(listed, registry_id, registry_id, uri))
    tree.put(collection_path, collection(collection_path, "MessageRegistryFile", LISTED, [*kept, listed]))
    tree.put_raw(uri, _written(make, registry_id, uri) if make else _dumped(state.registry, registry_id, uri))
    return uri


@lru_cache(maxsize=64)
def _written(make: Callable[[], Registry], registry_id: str, uri: str) -> bytes:
    return _dumped(make(), registry_id, uri)


def _dumped(registry: Registry, registry_id: str, uri: str) -> bytes:
    return json.dumps(to_document(registry, registry_id, uri), separators=(",", ":")).encode()


def _leads_to(listed: Doc | None, uri: str) -> bool:
    return any(place.get("Uri") == uri for place in (listed or {}).get("Location") or [])


def _make(personality: Personality) -> dict[str, bytes]:
    docs: dict[str, Doc] = {}
    listed_at = [_base_registry(personality, docs)]
    habits = personality.bios
    if habits and personality.registry and habits.registry_uri:
        listed = habits.registry_listed or habits.registry_id
        path = f"{ROOT}/Registries/{listed}"
        listed_at.append(path)
        docs[path] = _file(path, listed, habits.registry_id, habits.registry_uri)
        docs[habits.registry_uri] = to_document(personality.registry(), habits.registry_id, habits.registry_uri)
    docs[f"{ROOT}/Registries"] = collection(f"{ROOT}/Registries", "MessageRegistryFile", LISTED, listed_at)
    lower = personality.identity.case_insensitive
    return {
        (path.lower() if lower else path): json.dumps(doc, separators=(",", ":")).encode() for path, doc in docs.items()
    }


def _base_registry(personality: Personality, docs: dict[str, Doc]) -> str:
    name, _unused, version = personality.words.registry.partition(".")
    uri, path = f"{ROOT}/Registries/{name}/{name}.json", f"{ROOT}/Registries/{name}"
    docs[path] = _file(path, name, personality.words.registry, uri)
    docs[uri] = {
        "@odata.id": uri,
        "@odata.type": f"#MessageRegistry.{SCHEMAS['MessageRegistry']}.MessageRegistry",
        "Id": personality.words.registry + ".0",
        "Name": "Base Message Registry",
        "Language": "en",
        "RegistryPrefix": name,
        "RegistryVersion": f"{version}.0",
        "OwningEntity": "DMTF",
        "Messages": {
            key: {
                "Description": text,
                "Message": text,
                "MessageSeverity": severity if severity in ("OK", "Warning", "Critical") else "OK",
                "NumberOfArgs": sum(f"%{number}" in text for number in range(1, 5)),
                "ParamTypes": ["string"] * sum(f"%{number}" in text for number in range(1, 5)),
                "Resolution": resolution,
            }
            for key, (text, severity, resolution) in BASE.items()
        },
    }
    return path


def _file(path: str, listed: str, registry_id: str, uri: str) -> Doc:
    return {
        "@odata.id": path,
        "@odata.type": f"#MessageRegistryFile.{SCHEMAS['MessageRegistryFile']}.MessageRegistryFile",
        "Id": listed,
        "Name": f"{listed} Registry File",
        "Registry": registry_id,
        "Languages": ["en"],
        "Location": [{"Language": "en", "Uri": uri}],
    }


def to_document(registry: Registry, registry_id: str, uri: str) -> Doc:
    """Return an attribute registry as a resource (DSP2046 AttributeRegistry)."""
    paths = sorted({row.menu for row in registry.attributes.values()} | {"./"})
    return {
        "@odata.id": uri,
        "@odata.type": f"#AttributeRegistry.{SCHEMAS['AttributeRegistry']}.AttributeRegistry",
        "Id": registry_id,
        "Name": "BIOS Attribute Registry",
        "Description": "This registry defines a representation of BIOS Attribute instances",
        "Language": "en",
        "OwningEntity": "Lab",
        "RegistryVersion": _version(registry_id),
        "SupportedSystems": [],
        "RegistryEntries": {
            "Attributes": [_row(row, order) for order, row in enumerate(registry.attributes.values(), 1)],
            "Dependencies": [_dependency(rule) for rule in registry.dependencies],
            "Menus": [
                {
                    "MenuName": path.rpartition("/")[2] or "Root",
                    "DisplayName": path.rpartition("/")[2] or "BIOS Configuration",
                    "MenuPath": path,
                    "DisplayOrder": order,
                    "ReadOnly": False,
                    "Hidden": False,
                }
                for order, path in enumerate(paths, 1)
            ],
        },
    }


def _version(registry_id: str) -> str:
    digits = (
        "".join(
            part if part.isdigit() else " " for part in registry_id.rpartition(".v")[2].replace("_", ".").split(".")
        ).split()
        if ".v" in registry_id
        else []
    )
    return ".".join((digits + ["0", "0", "0"])[:3]) if digits else "1.0.0"


def _row(row: Attribute, order: int) -> Doc:
    body: Doc = {
        "AttributeName": row.name,
        "DisplayName": row.display or row.name,
        "DisplayOrder": order,
        "HelpText": row.help,
        "Hidden": row.hidden,
        "Immutable": row.immutable,
        "MenuPath": row.menu,
        "ReadOnly": row.read_only,
        "ResetRequired": row.reset_required,
        "Type": row.type,
        "WriteOnly": row.write_only,
        "CurrentValue": None,
        "DefaultValue": row.default,
    }
    optional: dict[str, Any] = {
        "GrayOut": row.gray_out or None,
        "LowerBound": row.lower,
        "UpperBound": row.upper,
        "ScalarIncrement": row.step,
        "MinLength": row.min_length,
        "MaxLength": row.max_length,
        "ValueExpression": row.expression,
        "WarningText": row.warning,
        "Oem": row.oem,
        "Value": [{"ValueName": name, "ValueDisplayName": shown} for name, shown in row.values] or None,
    }
    return {**body, **{key: value for key, value in optional.items() if value is not None}}


def _dependency(rule: Dependency) -> Doc:
    terms = [
        {
            "MapFromAttribute": term.attribute,
            "MapFromProperty": term.property,
            "MapFromCondition": term.condition,
            "MapFromValue": term.value,
            **({"MapTerms": ",".join(term.joins)} if term.joins else {}),
        }
        for term in rule.terms
    ]
    return {
        "DependencyFor": rule.attribute,
        "Type": "Map",
        "Dependency": {
            "MapFrom": terms,
            "MapToAttribute": rule.attribute,
            "MapToProperty": rule.property,
            "MapToValue": rule.value,
        },
    }


def from_document(doc: Doc, current: Mapping[str, Any] | None = None) -> Registry:
    """Read an attribute registry as machines publish it, with the oddities that they have.

    With the machine's `current` values, flags that a dependency explains are taken as the state of the day: from then on
    the dependency decides (R750 marks ProcTurboMode read-only because SysProfile is not Custom).
    """
    entries = doc.get("RegistryEntries") or {}
    rows = [_read_row(row) for row in entries.get("Attributes") or [] if row.get("AttributeName")]
    rules = [
        rule for entry in entries.get("Dependencies") or [] if (rule := _read_dependency(entry.get("Dependency") or {}))
    ]
    registry = Registry.of(rows, rules)
    if current is None:
        return registry
    return Registry.of((_freed(row, registry, current) for row in registry.attributes.values()), rules)


def _freed(row: Attribute, registry: Registry, current: Mapping[str, Any]) -> Attribute:
    explained: dict[str, Any] = {
        _FLAGS[rule.property.lower()]: False
        for rule in registry.locks.get(row.name, ())
        if is_true(rule.value) and holds(rule.terms, current)
    }
    return replace(row, **explained) if explained else row


def _read_row(row: Doc) -> Attribute:
    lower, upper = row.get("LowerBound"), row.get("UpperBound")
    return Attribute(
        name=row["AttributeName"],
        type=row.get("Type") or "String",
        default=row.get("DefaultValue"),
        values=tuple(
            (str(value.get("ValueName")), str(value.get("ValueDisplayName") or value.get("ValueName")))
            for value in row.get("Value") or []
        ),
        lower=lower,
        upper=None if upper == -1 or (upper is not None and lower is not None and upper < lower) else upper,
        step=row.get("ScalarIncrement"),
        min_length=row.get("MinLength"),
        max_length=row.get("MaxLength"),
        expression=row.get("ValueExpression") or None,
        read_only=bool(row.get("ReadOnly", row.get("Readonly", False))),
        hidden=bool(row.get("Hidden")),
        gray_out=bool(row.get("GrayOut")),
        write_only=bool(row.get("WriteOnly")),
        immutable=bool(row.get("Immutable")),
        display=row.get("DisplayName") or "",
        menu=row.get("MenuPath") or "./",
    )


def _read_dependency(body: Doc) -> Dependency | None:
    if not body.get("MapToAttribute"):
        return None
    terms = tuple(
        Term(
            term.get("MapFromAttribute", ""),
            term.get("MapFromValue"),
            term.get("MapFromCondition") or "EQU",
            tuple(join.strip() for join in str(term.get("MapTerms") or "").split(",") if join.strip()),
            term.get("MapFromProperty") or "CurrentValue",
        )
        for term in body.get("MapFrom") or []
    )
    return Dependency(body["MapToAttribute"], body.get("MapToProperty", ""), body.get("MapToValue"), terms)


__all__ = ["from_document", "republish", "shared", "to_document"]
