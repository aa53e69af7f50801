# SPDX-License-Identifier: GPL-3.0-or-later
"""Name the ways MAAS says no: its four body forms, raised anywhere and rendered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ADMIN_ONLY = "This method is reserved for admin users."


class Refusal(Exception):
    """Carry the status and body of a refusal to the HTTP layer.

    A `late` one comes from work MAAS does after the request was committed; its answer passed less of the stack.
    """

    content_type = "text/plain; charset=utf-8"
    vary: str | None = "Cookie"

    def __init__(self, status: int, text: str = "", *, content_type: str | None = None, late: bool = False) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text
        if late:
            self.vary = None
        if content_type is not None:
            self.content_type = content_type


class BadRequest(Refusal):
    """Refuse with 400 and plain text."""

    def __init__(self, text: str) -> None:
        super().__init__(400, text)


class WrongState(Refusal):
    """Refuse with 409 and plain text."""

    def __init__(self, text: str) -> None:
        super().__init__(409, text)


class Forbidden(Refusal):
    """Refuse with 403; most of MAAS's own have an empty body."""

    def __init__(self, text: str = "") -> None:
        super().__init__(403, text)


class NotFound(Refusal):
    """Refuse with 404 in Django's words for a missing row."""

    content_type = "text/plain"
    vary = "Authorization, Cookie"

    def __init__(self, model: str) -> None:
        super().__init__(404, f"No {model} matches the given query.")


class FormErrors(Refusal):
    """Refuse with 400 and ``{field: [message, ...]}``."""

    content_type = "application/json; charset=utf-8"

    def __init__(self, errors: Mapping[str, Sequence[str] | str], *, content_type: str | None = None) -> None:
        self.errors = {
            field: [messages] if isinstance(messages, str) else list(messages) for field, messages in errors.items()
        }
        super().__init__(400, str(self.errors), content_type=content_type)


def choices_text(value: str, field: str, choices: Sequence[str]) -> str:
    """Say that ``value`` is no choice, listing the choices as MAAS's own forms do."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return f"'{value}' is not a valid {field}.  It should be one of: {listed}."


def no_choice_text(value: str) -> str:
    """Say that ``value`` is no choice in Django's words."""
    return f"Select a valid choice. {value} is not one of the available choices."


NOT_AMONG_CHOICES = "Select a valid choice. That choice is not one of the available choices."
REQUIRED = "This field is required."
