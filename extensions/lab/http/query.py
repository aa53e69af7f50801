# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters of DSP0266: $expand, $select, $filter, $top, $skip and only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..tree.store import Doc, Tree
from .messages import error

KNOWN = ("$expand", "$select", "$filter", "$top", "$skip", "only")
_EXPAND = re.compile(r"([.*~])(?:\(\$levels=(\d+)\))?")
_TERM = re.compile(r"\s*([\w./@]+)\s+(eq|ne|gt|ge|lt|le)\s+('(?:[^']|'')*'|[\w.:+-]+)\s*")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: bool(a > b),
    "ge": lambda a, b: bool(a >= b),
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
}


def apply(tree: Tree, doc: Doc, query: Mapping[str, str], features: Mapping[str, Any]) -> Doc:
    """Return the document as the query wants it; 501 for a parameter that this service does not have."""
    for name in query:
        if name.startswith("$") and name not in KNOWN:
            raise error(501, "QueryNotSupported")
    if query.get("only"):
        raise error(400, "QueryParameterValueTypeError", query["only"], "only")
    if "only" in query and _has(features, "OnlyMemberQuery", "only"):
        doc = _only(tree, doc)
    if "$filter" in query and _has(features, "FilterQuery", "$filter"):
        doc = _filter(tree, doc, query["$filter"])
    doc = _page(doc, query)
    if "$expand" in query and _has(features, "ExpandQuery", "$expand"):
        doc = _expand(tree, doc, query["$expand"], features["ExpandQuery"])
    if "$select" in query and _has(features, "SelectQuery", "$select"):
        doc = _select(doc, query["$select"])
    return doc


def _has(features: Mapping[str, Any], name: str, parameter: str) -> bool:
    if not features.get(name):
        raise error(501, "QueryNotSupported")
    return True


def _only(tree: Tree, doc: Doc) -> Doc:
    members = doc.get("Members")
    if members is None:
        raise error(400, "QueryNotSupportedOnResource")
    if len(members) != 1:
        return doc
    return tree.get(members[0]["@odata.id"]) or doc


def _page(doc: Doc, query: Mapping[str, str]) -> Doc:
    if "$top" not in query and "$skip" not in query:
        return doc
    if "Members" not in doc:
        raise error(400, "QueryNotSupportedOnResource")
    skip, top = _number(query, "$skip", 0), _number(query, "$top", len(doc["Members"]))
    return doc | {"Members": doc["Members"][skip : skip + top]}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.lstrip("-").isdigit():
        raise error(400, "QueryParameterValueTypeError", text, name)
    if int(text) < 0:
        raise error(400, "QueryParameterOutOfRange", text, name, "0-")
    return int(text)


def _expand(tree: Tree, doc: Doc, text: str, features: Mapping[str, Any]) -> Doc:
    match = _EXPAND.fullmatch(text)
    if match is None:
        raise error(400, "QueryParameterValueTypeError", text, "$expand")
    how, levels = match[1], int(match[2] or 1)
    if not features.get({".": "NoLinks", "*": "ExpandAll", "~": "Links"}[how]):
        raise error(501, "QueryNotSupported")
    if match[2] and not features.get("Levels"):
        raise error(501, "QueryNotSupported")
    if levels < 1 or levels > int(features.get("MaxLevels", 1)):
        raise error(400, "QueryParameterOutOfRange", levels, "$expand", f"1-{features.get('MaxLevels', 1)}")
    expanded: Doc = _deep(tree, doc, how, levels, top=True)
    return expanded


def _deep(tree: Tree, value: Any, how: str, levels: int, top: bool = False) -> Any:
    if isinstance(value, list):
        return [_deep(tree, one, how, levels) for one in value]
    if not isinstance(value, dict):
        return value
    if not top and set(value) == {"@odata.id"}:
        if levels < 1 or "#" in value["@odata.id"]:
            return value
        inner = tree.get(value["@odata.id"])
        return value if inner is None else _deep(tree, inner, how, levels - 1, top=True)
    return {
        key: one
        if key == "Actions" or (key == "Links") != (how == "~") and how != "*" and (key == "Links" or how == "~")
        else _deep(tree, one, how, levels)
        for key, one in value.items()
    }


def _select(doc: Doc, text: str) -> Doc:
    wanted = [part.strip().replace(".", "/") for part in text.split(",") if part.strip()]
    if "Members" in doc and not any(part.startswith("Members") for part in wanted):
        members = [
            one if set(one) == {"@odata.id"} else _pick(one, wanted) for one in doc["Members"] if isinstance(one, dict)
        ]
        return doc | {"Members": members}
    return _pick(doc, wanted)


def _pick(doc: Doc, wanted: list[str]) -> Doc:
    kept = {key: value for key, value in doc.items() if key.startswith("@odata")}
    for part in wanted:
        head, _unused, rest = part.partition("/")
        if head not in doc:
            continue
        value = doc[head]
        if rest and isinstance(value, dict):
            inner = {key: one for key, one in value.items() if key == rest.partition("/")[0]}
            kept[head] = {**kept.get(head, {}), **inner}
        else:
            kept[head] = value
    return kept


def _filter(tree: Tree, doc: Doc, text: str) -> Doc:
    if "Members" not in doc:
        raise error(400, "QueryNotSupportedOnResource")
    test = _compile(text)
    kept = []
    for member in doc["Members"]:
        full = member if set(member) != {"@odata.id"} else tree.get(member["@odata.id"]) or {}
        if test(full):
            kept.append(member)
    return doc | {"Members": kept, "Members@odata.count": len(kept)}


def _compile(text: str) -> Callable[[Doc], bool]:
    """Read `a eq 'x' and b gt 3 or not c eq true`: `or` binds less than `and`; parentheses are not supported."""
    alternatives = [[_term(one) for one in re.split(r"\band\b", part)] for part in re.split(r"\bor\b", text)]
    return lambda doc: any(all(term(doc) for term in group) for group in alternatives)


def _term(text: str) -> Callable[[Doc], bool]:
    stripped = text.strip()
    negated = stripped.startswith("not ")
    match = _TERM.fullmatch(stripped.removeprefix("not "))
    if match is None:
        raise error(400, "QueryParameterValueTypeError", text.strip(), "$filter")
    path, compare, wanted = match[1].split("/"), _COMPARE[match[2]], _literal(match[3])

    def test(doc: Doc) -> bool:
        value: Any = doc
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        try:
            return compare(value, wanted) != negated
        except TypeError:
            return negated

    return test


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
