# SPDX-License-Identifier: GPL-3.0-or-later
"""Read request bodies the way Django under Twisted does, with its refusals."""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
from typing import Any, NamedTuple

from .params import Params
from .refusals import Refusal


class Body(NamedTuple):
    """What a body brought: ``form`` is empty for JSON, ``data`` has it in both cases."""

    form: Params
    data: Params
    is_json: bool = False


EMPTY = Params()


def read_body(raw: bytes, content_type: str, strict_multipart: bool) -> Body:
    """Parse a body; refuse JSON that is none, and since 3.6 a multipart body that holds no part."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json(raw)
    if kind == "multipart/form-data":
        form = _multipart(raw, content_type, strict_multipart)
    elif kind in ("application/x-www-form-urlencoded", ""):
        form = Params.parse(raw.decode("utf-8", "replace"))
    else:
        form = EMPTY
    return Body(form, form)


def _json(raw: bytes) -> Body:
    if not raw.strip():
        return Body(EMPTY, EMPTY, True)
    try:
        loaded: Any = json.loads(raw)
    except ValueError as error:
        refusal = Refusal(400, "Bad Request", content_type="text/plain")
        refusal.vary = "Authorization, Cookie"
        raise refusal from error
    return Body(EMPTY, Params.from_json(loaded) if isinstance(loaded, dict) else EMPTY, True)


def _multipart(raw: bytes, content_type: str, strict: bool) -> Params:
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary and raw.strip() == f"--{boundary[1]}--".encode():
        if strict:
            raise Refusal(400, content_type="", late=True)
        return EMPTY
    if not raw.strip() or not boundary:
        return EMPTY
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + raw)
    pairs = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True) or b""
        if name and isinstance(payload, bytes):
            pairs.append((str(name), payload.decode("utf-8", "replace")))
    return Params(pairs)
