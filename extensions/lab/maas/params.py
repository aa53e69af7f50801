# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a request brought, with MAAS's own distinction of query, form and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from .refusals import REQUIRED, BadRequest, FormErrors


class Params:
    """Hold named values that may repeat; the last one wins for a single read, as in Django's QueryDict."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        self._values: dict[str, list[Any]] = {}
        for key, value in pairs:
            self._values.setdefault(key, []).append(value)

    @classmethod
    def parse(cls, text: str) -> Params:
        """Read a query string or an urlencoded body."""
        return cls(parse_qsl(text, keep_blank_values=True))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Params:
        """Spread a JSON object: a list becomes repeated values."""
        pairs: list[tuple[str, Any]] = []
        for key, value in data.items():
            pairs.extend((key, item) for item in (value if isinstance(value, list) else [value]))
        return cls(pairs)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Any:
        return iter(self._values)

    def __bool__(self) -> bool:
        return bool(self._values)

    def get(self, key: str, default: Any = None) -> Any:
        values = self._values.get(key)
        return values[-1] if values else default

    def text(self, key: str, default: str = "") -> str:
        """Give a value as text; JSON numbers and booleans are turned into the words a form would have sent."""
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict) else str(value)

    def many(self, key: str) -> list[str]:
        return [str(value) for value in self._values.get(key, [])]

    def words(self, key: str) -> list[str]:
        """Give repeated and comma-separated values as one list."""
        return [word.strip() for value in self.many(key) for word in value.split(",") if word.strip()]

    def items(self) -> list[tuple[str, str]]:
        return [(key, self.text(key)) for key in self._values]

    def keys_starting(self, prefix: str) -> list[str]:
        return [key for key in self._values if key.startswith(prefix)]

    def required(self, key: str) -> str:
        """Give a value or refuse as ``get_mandatory_param`` does."""
        value = self.text(key)
        if not value:
            raise BadRequest(f"No provided {key}!")
        return value

    def string_bool(self, key: str, default: bool = False) -> bool:
        """Read ``true`` or ``false`` and nothing else (MAAS's StringBool)."""
        value = self.text(key)
        if not value:
            return default
        if value.lower() not in ("true", "false"):
            raise BadRequest(f"Invalid {key}: Value should be 'true' or 'false'")
        return value.lower() == "true"

    def checkbox(self, key: str, default: bool = False) -> bool:
        """Read a Django form check box: everything but false, 0 and empty is true."""
        if key not in self._values:
            return default
        return self.text(key).lower() not in ("", "false", "0", "off", "no", "n", "f")


def required_fields(data: Params, *names: str) -> None:
    """Refuse with one message for every missing field at once."""
    missing = {name: REQUIRED for name in names if not data.text(name)}
    if missing:
        raise FormErrors(missing)


def whole_number(
    data: Params, key: str, errors: dict[str, list[str]], *, low: int = 0, high: int | None = None
) -> int | None:
    """Read a number or note why it is none; gives None when absent or wrong."""
    value = data.text(key)
    if not value:
        return None
    try:
        number = int(value)
    except ValueError:
        errors[key] = ["Enter a whole number."]
        return None
    if number < low:
        errors[key] = [f"Ensure this value is greater than or equal to {low}."]
    elif high is not None and number > high:
        errors[key] = [f"Ensure this value is less than or equal to {high}."]
    else:
        return number
    return None
