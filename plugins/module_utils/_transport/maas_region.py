# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a MAAS is and who asks: its URL and API key, checked before anything is sent.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["ApiKey", "Region"]

API = "/api/2.0/"
KEY_PART = re.compile(r"[^\s:]+")


@dataclass(frozen=True)
class ApiKey:
    """The three parts of an API key; the consumer's own secret is empty in MAAS."""

    consumer: str
    token: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> ApiKey:
        """Take ``consumer:token:secret`` apart.

        :raises ConfigurationError: when it has another form; the message does not repeat any of it.
        """
        parts = text.strip().split(":")
        if len(parts) != 3 or not all(KEY_PART.fullmatch(part) for part in parts):
            raise ConfigurationError(
                f"maas_api_key is malformed: it needs three parts with a colon between them, and has {len(parts)}"
                if len(parts) != 3
                else "maas_api_key is malformed: one of its three parts is empty or holds white space",
                hint="copy it from the user interface of MAAS (preferences, API keys) or from 'maas apikey'",
            )
        return cls(*parts)


@dataclass(frozen=True)
class Region:
    """The region API of one MAAS: ``url`` ends in ``/MAAS/api/2.0/``, ``name`` is host and port for messages."""

    url: str
    name: str

    @classmethod
    def parse(cls, text: str, allow_http: bool = False) -> Region:
        """Check and complete ``maas_url``; the API's own path may be given too.

        :raises ConfigurationError: for another scheme, plain HTTP that was not allowed, a missing ``/MAAS``, or
            credentials in the URL.
        """
        parts = urlsplit(text.strip())
        problem, hint = _fault(parts, allow_http)
        if problem:
            shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
            raise ConfigurationError(f"maas_url {shown!r} {problem}", hint=hint)
        path = re.sub(r"/api(/2\.0)?/?$", "", parts.path.rstrip("/")) + API
        return cls(urlunsplit((parts.scheme, parts.netloc, path, "", "")), parts.netloc)

    @property
    def prefix(self) -> str:
        """Return the path of the API, as answers to unknown paths quote it."""
        return urlsplit(self.url).path


def _fault(parts: t.Any, allow_http: bool) -> tuple[str, str]:
    example = "https://maas.example.com:5443/MAAS"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not a URL of a MAAS", f"give it as {example}"
    if "@" in parts.netloc:
        return "carries credentials", "give the key in maas_api_key"
    if parts.scheme == "http" and not allow_http:
        return (
            "is plain HTTP, which shows the API key to everybody on the network",
            "use https, or set allow_http: true where that is acceptable",
        )
    if "/MAAS" not in parts.path:
        return "lacks the path of MAAS", f"add /MAAS: {urlunsplit((parts.scheme, parts.netloc, '/MAAS', '', ''))}"
    return "", ""
