# SPDX-License-Identifier: GPL-3.0-or-later
"""Oddities of the protocol, put around a service that has some: slashes, pages, empty collections, logins."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from ..bmc import Bmc
from ..tree.store import Doc
from .call import Answer, Call
from .messages import error

Answering = Callable[[Call], Answer]
ROOTS = ("/redfish", "/redfish/v1")


def around(bmc: Bmc, answer: Answering) -> Answering:
    """Return a way to answer that has the oddities of this BMC."""

    def oddly(call: Call) -> Answer:
        _refuse(bmc, call)
        given = answer(call)
        if call.method == "GET" and given.status == 200:
            _reshape(bmc, call, given)
        return given

    return oddly


def session_place(bmc: Bmc, call: Call, path: str) -> dict[str, str]:
    """Return the header that says where a new session is, in the form of this BMC (Q-G21)."""
    form = bmc.p.oddities.session_location
    host = call.headers.get("Host", bmc.machine.bmc_host)
    return {
        "": {"Location": path},
        "absolute": {"Location": f"https://{host}{path}"},
        "http": {"Location": f"http://{host}{path}"},
        "body": {},
    }[form]


def _refuse(bmc: Bmc, call: Call) -> None:
    odd, path = bmc.p.oddities, call.path
    if path.rstrip("/") not in ROOTS and call.method in ("GET", "HEAD", "PATCH"):
        wrong = {"required": not path.endswith("/"), "refused": path.endswith("/")}
        if wrong.get(odd.slash):
            raise error(404, "ResourceMissingAtURI", path)
    login = call.method == "POST" and bmc.tree.key(path) == bmc.tree.key(bmc.layout.sessions)
    if odd.login_refuses_basic and login and "Authorization" in call.headers:
        raise error(401, "NoValidSession")


def _reshape(bmc: Bmc, call: Call, given: Answer) -> None:
    """Change the body of a GET: collections, what was expanded, and where a registry is."""
    odd = bmc.p.oddities
    body = given.body()
    if odd.registry_location:
        _hide_registry(bmc, call, given)
    if not (odd.page_size or odd.null_members or odd.expand_drops) or b'"Members"' not in body:
        return
    doc: Doc = json.loads(body)
    if odd.null_members and doc.get("Members") == []:
        doc["Members"] = None
    if odd.expand_drops and "$expand" in call.query:
        doc["Members"] = [_without(one, odd.expand_drops) for one in doc.get("Members") or []]
    if odd.page_size:
        _page(doc, call.path, call.query, odd.page_size)
    given.doc, given.raw = doc, None


def _hide_registry(bmc: Bmc, call: Call, given: Answer) -> None:
    """Point at the registry in another way than by a path, or compress it without saying so (Q-G10)."""
    form = bmc.p.oddities.registry_location
    if form == "gzip" and bmc.tree.key(call.path) == bmc.tree.key(bmc.layout.bios_registry):
        given.doc, given.raw = None, gzip.compress(given.body())
    if form == "gzip" or b'RegistryFile"' not in given.body():
        return
    doc = json.loads(given.body())
    host = call.headers.get("Host", bmc.machine.bmc_host)
    for place in doc.get("Location") or []:
        uri = place.get("Uri")
        place["Uri"] = {"absolute": f"https://{host}{uri}", "extref": {"extref": uri}}.get(form, uri)
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
