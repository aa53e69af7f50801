# SPDX-License-Identifier: GPL-3.0-or-later

"""The second net under `no_log`: nothing that is or looks like a secret enters the database, the spool or the terminal.

Three ways of knowing: the value stands under a secret-looking key, the text has a credential's shape, or the value was
seen before under such a key (a password that turns up again in an error text).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import MASK, redact_text

__all__ = ["LONGEST_TEXT", "MASK", "Redactor", "is_secret_name", "secrets_in"]

_SECRET_NAME = re.compile(
    r"passw(or)?d|passwd|passphrase|passcode|secret|token|api_?key|access_?key|private_?key|authorization|cookie"
    r"|credential|community_?string|user_?data|power_pass|(^|_)pass($|_)|(^|_)pin$|oem_?key|license_?key",
    re.IGNORECASE,
)
# Facts about secrets, not secrets: password_length, PasswordExpiration, token_count, user_data_sha256.
_ABOUT = re.compile(
    r"(length|len|count|policy|age|days|expir\w*|set|changed|required|enabled|sha256|file|path|rounds|update|lookup|status|state|lock)$",
    re.IGNORECASE,
)
# No repetition here is without a limit where another may start inside it: a log of some hundred kilobytes must not keep the
# controller busy for minutes.
_SHAPES = (
    # `--password hunter2`, `password=hunter2`, `"ADMIN_PWD": "x"`, `<Attribute Name="UserPassword.1">x</Attribute>`
    (
        re.compile(
            r"""(?i)((?:passw(?:or)?d|passphrase|secret|api_?key|token)[\w.-]{0,64}["']?\s{0,64}[=:]\s{0,64})("[^"]*"|'[^']*'|[^\s"',;&}\])]+)"""
        ),
        r"\1" + MASK,
    ),
    (re.compile(r"(?i)((?:^|\s)--?(?:password|passphrase|secret|token|api-key)\s+)(\S+)"), r"\1" + MASK),
    (
        re.compile(r'(?i)(Name="[^"]{0,128}(?:passw|secret|key)[^"]{0,128}"[^>]{0,256}>)[^<]+'),
        r"\1" + MASK,
    ),
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9+/=._~-]{8,}"), r"\1\2" + MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), MASK),
    (re.compile(r"(?<=://)[^/\s@:]{0,256}:[^/\s]{0,256}(?=@)"), MASK),
    # The password parameter of crypt(3) and a MAAS API key (consumer:token:secret).
    (re.compile(r"\$(?:1|2[aby]|5|6|y)\$[./A-Za-z0-9$=,]{8,}"), MASK),
    (re.compile(r"\b[A-Za-z0-9]{18}:[A-Za-z0-9]{18}:[A-Za-z0-9]{32}\b"), MASK),
)
# One cheap scan tells whether any of the shapes can occur at all: most texts are short and harmless.
_SUSPICIOUS = re.compile(
    r"(?i)passw|pwd|passphrase|secret|token|api_?-?key|bearer|basic|://|-----BEGIN|eyJ|\$|oauth|[a-z0-9]{18}:[a-z0-9]{18}:"
)
_CLOUD_CONFIG = re.compile(r"\A\s*(#cloud-config|#cloud-boothook|Content-Type: multipart/mixed)")
_SHORTEST = 4
# What is longer is not kept as a whole anywhere, and is not looked through as a whole either.
LONGEST_TEXT = 65536


def is_secret_name(name: str) -> bool:
    """Say whether a value under this name must not be kept."""
    return bool(_SECRET_NAME.search(name)) and not _ABOUT.search(name)


def secrets_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the texts that stand under secret-looking names anywhere in plain data."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from secrets_in(item, name if name and is_secret_name(name) else str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from secrets_in(item, name)
    elif isinstance(value, str) and name and len(value) >= _SHORTEST and "{{" not in value and is_secret_name(name):
        yield value


class Redactor:
    """Masks secrets in plain data; remembers, per host, the values it has seen under secret-looking names."""

    def __init__(self) -> None:
        self._everywhere: set[str] = set()
        self._by_host: dict[str, set[str]] = {}
        self._ordered: dict[str | None, tuple[str, ...]] = {}

    def learn(self, data: Any, host: str | None = None) -> None:
        """Remember the secrets in task arguments or variables, so that they are masked wherever they turn up."""
        found = set(secrets_in(data))
        known = self._everywhere if host is None else self._by_host.setdefault(host, set())
        if not found <= known:
            known |= found
            self._ordered.clear()

    def known(self, host: str | None = None) -> tuple[str, ...]:
        """Return the secrets to look for in what this host reports, longest first: one may be a part of another."""
        if host not in self._ordered:
            every = self._everywhere | self._by_host.get(host or "", set())
            self._ordered[host] = tuple(sorted(every, key=len, reverse=True))
        return self._ordered[host]

    def clean(self, value: Any, host: str | None = None, name: str = "") -> Any:
        """Return a copy of plain data that is safe to keep."""
        return _clean(value, self.known(host), name)


def _clean(value: Any, known: Collection[str], name: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if name and is_secret_name(name) and not isinstance(value, Mapping | list | tuple):
        return MASK if value != "" else value
    if isinstance(value, str):
        return _clean_text(value, known)
    if isinstance(value, Mapping):
        hidden = _named_secret(value)
        above = name if name and is_secret_name(name) else ""
        return {
            _clean_text(str(key), known): _clean(item, known, above or hidden.get(key) or str(key))
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return _clean_list(list(value), known, name)
    return value if isinstance(value, int | float) else _clean_text(str(value), known)


def _clean_list(items: list[Any], known: Collection[str], name: str) -> list[Any]:
    """Clean a list; in a command line the word after `--password` is a secret as well."""
    cleaned = []
    for before, item in zip([None, *items], items, strict=False):
        option = isinstance(before, str) and before[:1] == "-" and "=" not in before and is_secret_name(before)
        cleaned.append(MASK if option and isinstance(item, str) else _clean(item, known, name))
    return cleaned


def _named_secret(value: Mapping[Any, Any]) -> dict[Any, str]:
    """Return the keys whose values are secret because of a neighbour: `{attribute: AdminPassword, after: x}`."""
    for key in ("attribute", "setting", "name", "key"):
        label = value.get(key)
        if isinstance(label, str) and is_secret_name(label):
            return dict.fromkeys(("before", "wanted", "after", "value", "default", "current", "pending"), label)
    return {}


def _clean_text(text: str, known: Collection[str]) -> str:
    # PostgreSQL takes no NUL, and no database takes half of a surrogate pair.
    text = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    for secret in known:
        text = text.replace(secret, MASK)
    if len(text) > LONGEST_TEXT:
        return f"{_without_shapes(text[:LONGEST_TEXT])}... ({len(text)} characters)"
    return _without_shapes(text)


def _without_shapes(text: str) -> str:
    if not _SUSPICIOUS.search(text) and "#cloud-config" not in text:
        return text
    if _CLOUD_CONFIG.match(text):
        return MASK
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return redact_text(text)
