# SPDX-License-Identifier: GPL-3.0-or-later
"""Redfish messages and the error bodies made of them (DSP0266, "Error responses")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..personality import Words
from .message_texts import BASE


@dataclass(frozen=True)
class Message:
    """One message. `id` is a bare name of BASE (the platform's registry is put before it) or a full MessageId."""

    id: str
    args: tuple[str, ...] = ()
    related: str = ""
    text: str = ""


class ApiError(Exception):
    """A request that is answered with an error body."""

    def __init__(self, status: int, *messages: Message, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, messages)
        self.status = status
        self.messages = messages or (Message("GeneralError"),)
        self.headers = headers or {}


def error(status: int, message_id: str, *args: Any, related: str = "", text: str = "") -> ApiError:
    """Shorten the usual error: a status and one message."""
    return ApiError(status, Message(message_id, tuple(str(arg) for arg in args), related, text))


def info(words: Words, message: Message) -> dict[str, Any]:
    """Return one member of @Message.ExtendedInfo in the platform's own way."""
    full = message.id if "." in message.id else f"{words.registry}.{message.id}"
    text, severity, resolution = BASE.get(full.rpartition(".")[2], (message.text or full, "Warning", "None."))
    body: dict[str, Any] = {
        "@odata.type": "#Message.v1_1_1.Message",
        "MessageId": full,
        "MessageArgs": list(message.args),
    }
    if words.texts:
        body["Message"] = message.text or _fill(text, message.args)
        body["MessageSeverity"] = severity
        body["Severity"] = severity
        body["Resolution"] = resolution
    else:
        del body["@odata.type"]
    if not words.ids:
        del body["MessageId"]
    if message.related:
        body["RelatedProperties"] = [message.related]
    return body


def error_body(words: Words, messages: Iterable[Message]) -> dict[str, Any]:
    """Return the body of an error answer (DSP0266, "Error responses")."""
    members = [info(words, message) for message in messages]
    first = members[0]
    return {
        "error": {
            "code": words.code or first.get("MessageId") or f"{words.registry}.GeneralError",
            "message": words.summary or first.get("Message", "See @Message.ExtendedInfo for more information."),
            "@Message.ExtendedInfo": members[0] if words.info_is_dict else members,
        }
    }


def annotated(words: Words, messages: Iterable[Message]) -> dict[str, Any]:
    """Return a body that carries messages of a success."""
    return {"@Message.ExtendedInfo": [info(words, message) for message in messages]}


def _fill(text: str, args: tuple[str, ...]) -> str:
    for number, value in enumerate(args, 1):
        text = text.replace(f"%{number}", value)
    return text
