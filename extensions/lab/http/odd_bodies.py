# SPDX-License-Identifier: GPL-3.0-or-later
"""Oddities in the bodies of a GET: collections, links, missing properties, and where a registry is."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..bmc import Bmc
from ..tree.store import Doc
from .call import Answer, Call
from .etag import kind_of

PUBLICATION = "https://redfish.dmtf.org/registries/"


def reshape(bmc: Bmc, call: Call, given: Answer) -> None:
    """Change the body of an answer to a GET into what this BMC makes of it."""
    odd = bmc.p.oddities
    if odd.registry_location or odd.registry_language:
        _registry(bmc, call, given)
    everywhere = odd.lacks or odd.slashed_links
    if not everywhere and b'"Members"' not in given.body():
        return
    try:
        doc: Doc = json.loads(given.body())
    except ValueError:
        return  # metadata, or a registry that is compressed without a word
    if "Members" in doc:
        _collection(bmc, call, doc)
    if odd.lacks:
        _take(doc, [one.split(".") for one in odd.lacks])
    if odd.slashed_links:
        _slash(doc)
    given.doc, given.raw = doc, None


def _collection(bmc: Bmc, call: Call, doc: Doc) -> None:
    odd = bmc.p.oddities
    starting = bmc.clock.now() < bmc.warm_until
    if odd.starts_empty and starting and kind_of(doc) == "ComputerSystemCollection":
        doc["Members"], doc["Members@odata.count"] = [], 0
    if odd.null_members and doc.get("Members") == []:
        doc["Members"] = None
    if odd.expand_drops and "$expand" in call.query:
        doc["Members"] = [_without(one, odd.expand_drops) for one in doc.get("Members") or []]
    if odd.page_size:
        _page(doc, call.path, call.query, odd.page_size)


def _registry(bmc: Bmc, call: Call, given: Answer) -> None:
    """Point at the registry in another way than by a path, or compress it without saying so (Q-G09, Q-G10)."""
    form, language = bmc.p.oddities.registry_location, bmc.p.oddities.registry_language
    if form == "gzip" and bmc.tree.key(call.path) == bmc.tree.key(bmc.layout.bios_registry):
        given.doc, given.raw = None, gzip.compress(given.body())
        return
    if b'RegistryFile"' not in given.body():
        return
    doc = json.loads(given.body())
    host = call.headers.get("Host", bmc.machine.bmc_host)
    for place in doc.get("Location") or []:
        uri = place.pop("Uri", None)
        if form == "publication":
            place["PublicationUri"] = f"{PUBLICATION}{str(uri).rpartition('/')[2]}"
        else:
            place["Uri"] = {"absolute": f"https://{host}{uri}", "extref": {"extref": uri}}.get(form, uri)
        if language:
            place["Language"], doc["Languages"] = language, [language]
    given.doc, given.raw = doc, None


def _without(member: Any, names: tuple[str, ...]) -> Any:
    return {key: value for key, value in member.items() if key not in names} if isinstance(member, dict) else member


def _page(doc: Doc, path: str, query: Mapping[str, str], size: int) -> None:
    """Leave the first page of what was asked for, and a link to the next; `$skip` itself is the service's business."""
    found = doc.get("Members") or []
    if len(found) <= size:
        return
    doc["Members"] = found[:size]
    rest = {**query, "$skip": str(int(query.get("$skip", 0)) + size)}
    doc["Members@odata.nextLink"] = f"{path}?{'&'.join(f'{name}={value}' for name, value in rest.items())}"


def _take(value: Any, lacks: Sequence[Sequence[str]]) -> None:
    """Take properties away from every resource of their type, also from one that was expanded."""
    if isinstance(value, list):
        for one in value:
            _take(one, lacks)
    if not isinstance(value, dict):
        return
    for kind, *path in lacks:
        if kind_of(value) == kind:
            _drop(value, path)
    for one in value.values():
        _take(one, lacks)


def _drop(doc: Doc, path: Sequence[str]) -> None:
    for name in path[:-1]:
        inner = doc.get(name)
        if not isinstance(inner, dict):
            return
        doc = inner
    doc.pop(path[-1], None)


def _slash(value: Any) -> None:
    for one in value if isinstance(value, list) else []:
        _slash(one)
    for key, one in list(value.items()) if isinstance(value, dict) else []:
        if key in ("@odata.id", "target") and isinstance(one, str) and not one.endswith("/") and "#" not in one:
            value[key] = f"{one}/"
        else:
            _slash(one)
