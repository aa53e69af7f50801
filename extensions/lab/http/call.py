# SPDX-License-Identifier: GPL-3.0-or-later
"""A request and an answer as plain data, so that handlers need no web framework."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..accounts import Account
from ..sessions import Session
from .messages import error


@dataclass
class Call:
    """One request to a BMC. `headers` is case-insensitive; `path` has no query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    account: Account | None = None
    session: Session | None = None
    peer: str = ""
    connection: int = 0

    def json(self) -> dict[str, Any]:
        """Return the body as an object; raise ApiError for what is none (an empty body is an empty object)."""
        if not self.body.strip():
            return {}
        kind = self.headers.get("Content-Type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise error(415, "HeaderInvalid", "Content-Type")
        try:
            body = json.loads(self.body)
        except ValueError as problem:
            raise error(400, "MalformedJSON") from problem
        if not isinstance(body, dict):
            raise error(400, "MalformedJSON")
        return body


@dataclass
class Answer:
    """What goes back: a status and a document, raw bytes, or nothing."""

    status: int = 200
    doc: dict[str, Any] | None = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"

    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.doc is None else json.dumps(self.doc, separators=(",", ":")).encode()
