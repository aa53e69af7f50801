# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Redfish service says: answers, and the messages in them, read as defensively as real BMCs demand.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import gzip
import json
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

__all__ = ["Answer", "Message", "as_path", "headline", "parse_body", "parse_messages"]

EXTENDED_INFO = "@Message.ExtendedInfo"
SEVERITIES = ("OK", "Warning", "Critical")
# "error" is the standard's wrapper (DSP0266 8.6); Supermicro answers with "Accepted" and "Success" (Q-S14, Q-S27).
WRAPPERS = ("error", "Accepted", "Success")
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Message:
    """One message of ``@Message.ExtendedInfo``.

    :param severity: OK, Warning or Critical.
    :param id: as sent, such as ``Base.1.18.1.PropertyUnknown``; compare :attr:`name`, versions differ (Q-G17).
    """

    severity: str
    id: str
    text: str
    args: t.Tuple[str, ...] = ()
    related: t.Tuple[str, ...] = ()
    resolution: str = ""

    @property
    def name(self) -> str:
        """Return the last part of the id, the only one that is stable across versions."""
        return self.id.rsplit(".", 1)[-1]

    def as_result(self) -> dict[str, t.Any]:
        """Return the form shown to the user."""
        return {"id": self.id, "severity": self.severity, "text": self.text, "resolution": self.resolution}


@dataclass(frozen=True)
class Answer:
    """An answer of a Redfish service.

    ``body`` is empty where the answer was not a JSON object; ``location`` is a path on the same BMC, in whatever form
    it came (Q-G21); ``etag`` is None for the empty string some BMCs send (Q-G12).
    """

    status: int
    body: dict[str, t.Any] = field(default_factory=dict)
    headers: t.Mapping[str, str] = field(default_factory=dict)
    is_json: bool = True

    @property
    def ok(self) -> bool:
        """Whether the service accepted the request."""
        return 200 <= self.status < 300

    @property
    def etag(self) -> str | None:
        """Return the ETag header."""
        return self.headers.get("etag") or None

    @property
    def location(self) -> str | None:
        """Return the Location header as a path."""
        return as_path(self.headers.get("location"))

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return all messages of the body."""
        return parse_messages(self.body, failed=not self.ok)


def as_path(uri: str | None) -> str | None:
    """Return the path (and query) of a URI that may be absolute, or None."""
    if not uri:
        return None
    parts = urlsplit(uri)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def parse_body(raw: bytes | str | None) -> tuple[dict[str, t.Any], bool]:
    """Return the JSON object in a body, and whether it was one; an empty body counts as an empty object."""
    if not raw:
        return {}, True
    if isinstance(raw, bytes) and raw[:2] == GZIP_MAGIC:  # sent compressed without saying so (Q-G10)
        raw = gzip.decompress(raw)
    try:
        body = json.loads(raw)
    except ValueError:
        return {}, False
    return (body, True) if isinstance(body, dict) else ({}, False)


def parse_messages(body: t.Mapping[str, t.Any], *, failed: bool = False) -> tuple[Message, ...]:
    """Return the messages of a body: at the top, beside properties, and inside the known wrappers."""
    found: list[Message] = []
    for holder in (body, *(body.get(name) for name in WRAPPERS)):
        if not isinstance(holder, dict):
            continue
        for key, value in holder.items():
            if key.endswith(EXTENDED_INFO):
                items = value if isinstance(value, list) else [value]  # a bare object on some iDRACs (Q-G16)
                found.extend(_message(item, failed) for item in items if isinstance(item, dict))
    error = body.get("error")
    if not found and isinstance(error, dict) and (error.get("message") or error.get("code")):
        found.append(_message({"MessageId": error.get("code"), "Message": error.get("message")}, failed))
    return tuple(found)


def _message(item: t.Mapping[str, t.Any], failed: bool) -> Message:
    identity = str(item.get("MessageId") or item.get("MessageID") or "")
    severity = str(item.get("MessageSeverity") or item.get("Severity") or "").capitalize()
    if severity not in ("Warning", "Critical"):
        succeeded = severity == "Ok" or identity.rsplit(".", 1)[-1] in ("Success", "NoOperation", "Created")
        severity = "OK" if succeeded or not failed else "Critical"
    args = item.get("MessageArgs") or ()
    related = item.get("RelatedProperties") or ()
    arguments = tuple(map(str, args if isinstance(args, list) else [args] if args else ()))
    text = str(item.get("Message") or " ".join((identity, *arguments)).strip())
    return Message(
        severity=severity,
        id=identity,
        text=" ".join(text.split()),
        args=arguments,
        related=tuple(map(str, related if isinstance(related, list) else [related])),
        resolution=str(item.get("Resolution") or ""),
    )


def headline(messages: t.Iterable[Message]) -> Message | None:
    """Return the most severe message; the standard's "general error, see ExtendedInfo" only when there is no other."""
    ranked = sorted(
        messages, key=lambda message: (message.name != "GeneralError", SEVERITIES.index(message.severity)), reverse=True
    )
    return ranked[0] if ranked else None
