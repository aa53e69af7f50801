# SPDX-License-Identifier: GPL-3.0-or-later
"""Route requests as MAAS's resources do, and turn answers and refusals into HTTP."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .params import Params
from .records import User
from .refusals import BadRequest, Forbidden, FormErrors, Refusal

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
VARY = "Authorization, Cookie"


@dataclass(slots=True)
class Call:
    """One request, parsed: who calls, the parts of the path, and what query, form and JSON brought."""

    region: Any
    lifecycle: Any
    user: User | None
    method: str
    path: str
    args: dict[str, str]
    query: Params
    form: Params
    data: Params
    raw: bytes = b""

    @property
    def me(self) -> User:
        """Give the caller of an operation that needs one."""
        if self.user is None:
            raise Forbidden()
        return self.user


@dataclass(slots=True)
class Answer:
    """An answer that is not plain JSON with status 200."""

    body: bytes | str = b""
    status: int = 200
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)


NO_CONTENT = Answer(status=204)
Handler = Callable[[Call], Any]


@dataclass(slots=True)
class Operation:
    """One method and op of a resource."""

    handler: Handler
    admin: bool = False
    admin_text: str = ""
    anonymous: bool = False


class Resource:
    """A path pattern such as ``machines/{system_id}/`` with its operations."""

    def __init__(self, pattern: str, *, slash_optional: bool = False, anonymous: bool = False) -> None:
        self.pattern = pattern
        self.anonymous = anonymous
        self.operations: dict[tuple[str, str | None], Operation] = {}
        expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        tail = "/?" if slash_optional else ""
        self.match = re.compile(f"{expression}{tail}(?:op-(?P<_op>\\w+))?$").fullmatch

    def on(
        self,
        method: str,
        op: str | None = None,
        *,
        admin: bool = False,
        admin_text: str = "",
        anonymous: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Register a handler for a method and, for custom operations, the name of the op."""

        def register(handler: Handler) -> Handler:
            self.operations[method, op] = Operation(handler, admin or bool(admin_text), admin_text, anonymous)
            return handler

        return register

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys(method for method, _unused in self.operations))


class Router:
    """All resources, found by the first word of the path."""

    def __init__(self) -> None:
        self._by_head: dict[str, list[Resource]] = {}

    def resource(self, pattern: str, *, slash_optional: bool = False, anonymous: bool = False) -> Resource:
        made = Resource(pattern, slash_optional=slash_optional, anonymous=anonymous)
        self._by_head.setdefault(pattern.split("/", 1)[0], []).append(made)
        return made

    def resources(self) -> list[Resource]:
        """Give every resource, in the order they were added."""
        return [resource for group in self._by_head.values() for resource in group]

    def find(self, path: str) -> tuple[Resource, dict[str, str]] | None:
        """Find the resource of a path below ``/MAAS/api/2.0/``; None when MAAS has no such endpoint."""
        for resource in self._by_head.get(path.split("/", 1)[0], ()):
            found = resource.match(path)
            if found:
                return resource, {key: value for key, value in found.groupdict().items() if value is not None}
        return None


def admin_gate(operation: Operation, user: User | None) -> None:
    """Refuse a non-admin where the operation is for admins only."""
    if operation.admin and not (user and user.is_superuser):
        raise Forbidden(operation.admin_text)


def choose(resource: Resource, method: str, op: str | None, user: User | None) -> Operation | web.Response:
    """Pick the operation, or build the refusal MAAS gives for it.

    A caller without credentials gets 401, except where an anonymous handler exists: that one does not know the
    operation and says 400.
    """
    operation = resource.operations.get((method, op))
    if user is None and not (operation and operation.anonymous):
        if resource.anonymous:
            raise BadRequest(f"Unrecognised signature: method={method} op={op}")
        return web.Response(status=401, body=b"Forbidden", headers={"Content-Type": "text/plain", "Vary": VARY})
    if operation is not None:
        return operation
    if method not in ("GET", "POST", "PUT", "DELETE") or not any(m == method for m in resource.methods):
        headers = {"Allow": ", ".join(reversed(resource.methods)), "Vary": VARY}
        return web.Response(status=405, headers={**headers, "Content-Type": "text/html; charset=utf-8"})
    raise BadRequest(f"Unrecognised signature: method={method} op={op}")


class KeyOrder:
    """Shuffle the keys of JSON objects, the same way for the life of a process.

    MAAS builds its objects from sets, so the order of keys means nothing and differs between processes.
    """

    def __init__(self, seed: random.Random) -> None:
        self._random = seed
        self._orders: dict[tuple[str, ...], list[str]] = {}

    def shuffled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.shuffled(item) for item in value]
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return value
        keys = tuple(value)
        if keys not in self._orders:
            if len(self._orders) > 500:
                self._orders.clear()
            self._orders[keys] = self._random.sample(keys, len(keys))
        return {key: value[key] for key in self._orders[keys]}


def to_response(result: Any, order: KeyOrder) -> web.Response:
    """Write what a handler gave: an Answer as it is, anything else as JSON."""
    if isinstance(result, Answer):
        body = result.body.encode() if isinstance(result.body, str) else result.body
        headers = {"Content-Type": result.content_type, "Vary": VARY, **result.headers}
        return web.Response(status=result.status, body=body, headers=headers)
    text = json.dumps(order.shuffled(result))
    return web.Response(body=text.encode(), headers={"Content-Type": JSON_TYPE, "Vary": VARY})


def refusal_response(refusal: Refusal) -> web.Response:
    """Write a refusal in its own body form."""
    body = json.dumps(refusal.errors) if isinstance(refusal, FormErrors) else refusal.text
    headers = {"Content-Type": refusal.content_type} if refusal.content_type else {}
    if refusal.vary:
        headers["Vary"] = refusal.vary
    return web.Response(status=refusal.status, body=body.encode(), headers=headers)
