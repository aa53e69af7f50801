# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the API the way ``GET /describe/`` does, so that clients which build themselves from it can."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from .wire import Resource, Router

RESTFUL = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}


def describe(router: Router, base: str) -> dict[str, Any]:
    """Build the description from the resources there are; `base` is the address of ``/MAAS``."""
    listed = [_resource(resource, base) for resource in router.resources()]
    body: dict[str, Any] = {"doc": "MAAS API", "resources": listed}
    digest = hashlib.sha1(json.dumps(body, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return {**body, "hash": digest}


def _resource(resource: Resource, base: str) -> dict[str, Any]:
    name = handler_name(resource.pattern)
    path = f"/MAAS/api/2.0/{resource.pattern}"
    params = re.findall(r"\{(\w+)\}", resource.pattern)
    signed = [_action(method, op) for method, op in resource.operations]
    open_to_all = [_action(m, op) for (m, op), operation in resource.operations.items() if operation.anonymous]
    uri = base + path.removeprefix("/MAAS")
    return {
        "name": name,
        "auth": {"name": name, "path": path, "uri": uri, "params": params, "doc": "", "actions": signed},
        "anon": {"name": f"Anon{name}", "path": path, "uri": uri, "params": params, "doc": "", "actions": open_to_all}
        if open_to_all
        else None,
    }


def _action(method: str, op: str | None) -> dict[str, Any]:
    return {"name": op or RESTFUL[method], "method": method, "op": op, "restful": op is None, "doc": ""}


def handler_name(pattern: str) -> str:
    """Name a resource as MAAS names its handlers: ``machines/`` is MachinesHandler, one of them MachineHandler."""
    words = [word for word in pattern.strip("/").split("/") if not word.startswith("{")]
    word = words[-1] if words else "Api"
    if pattern.rstrip("/").endswith("}") and word.endswith("s"):
        word = word[:-1]
    return "".join(part.capitalize() for part in re.split(r"[-_]", word)) + "Handler"
