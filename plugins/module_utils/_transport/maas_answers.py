# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What MAAS answered, and which of our errors that is.

MAAS has four forms of an error body (measured on 3.7.3): form errors as JSON, plain text, nothing at all, and a page of
the nginx in front of it. The words of MAAS are kept, except those of a 401, which quote the right secret.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
)

__all__ = ["MaasAnswer", "refusal", "words"]

LONGEST_ANSWER = 600


@dataclass(frozen=True)
class MaasAnswer:
    """One answer of MAAS, whatever its form; ``body`` holds the bytes as they came."""

    status: int
    body: bytes = b""
    headers: t.Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """Return the type of the body in lower case, without its parameters."""
        named = {key.lower(): value for key, value in self.headers.items()}
        return named.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """Return the body as text; never raises."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_page(self) -> bool:
        """Whether this is a page for a browser, which MAAS itself never sends for the API (nginx and proxies do)."""
        return self.media_type == "text/html" and "<html" in self.text[:500].lower()

    def value(self) -> t.Any:
        """Return the body as data: parsed JSON, or the text where MAAS answers in words (``OK``)."""
        if self.media_type != "application/json":
            return self.text
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return self.text


def words(answer: MaasAnswer) -> str:
    """Return what MAAS said as one line: form errors as ``field: message``, a page as its title."""
    if answer.is_page:
        title = re.search(r"<title>(.*?)</title>", answer.text, re.IGNORECASE | re.DOTALL)
        return f"a web page ({title.group(1).strip()})" if title else "a web page"
    return _shorten("; ".join(f"{name}: {text}" if name else text for name, text in problems(answer)))


def problems(answer: MaasAnswer) -> list[tuple[str, str]]:
    """Return each complaint with the field it is about, or with an empty name."""
    value = answer.value()
    if isinstance(value, dict):
        return [
            ("" if name == "__all__" else str(name), str(text))
            for name, texts in sorted(value.items())
            for text in (texts if isinstance(texts, list) else [texts])
        ]
    text = " ".join(str(value or "").split())
    return [("", text)] if text else []


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else f"{text[:LONGEST_ANSWER]} ..."


# Words of MAAS -> what to try. Searched in order; the class is the one of the status unless a row names another.
Advice = t.Tuple[str, t.Optional[t.Type[HWAutomationError]], str]
ADVICE: tuple[Advice, ...] = (
    (r"because of the current state of the node", ConflictError, ""),
    (
        r"already in use on",
        ConflictError,
        "the machine with that address is in MAAS already: identify it by mac_addresses",
    ),
    (r"already in use", ConflictError, "choose another address, or release the one in use"),
    (r"already exists", ConflictError, ""),
    (r"Unrecognised signature", NotSupportedError, "this MAAS does not know the operation; see maas_server_info"),
    (r"Unknown API endpoint", NotSupportedError, "check maas_url, and that this MAAS is 3.0 or newer"),
    (r"No rack controllers can access the BMC", NetworkError, "check the BMC's address and the network of the rack"),
    (r"Error determining BMC task queue", NetworkError, "check the BMC's address and the network of the rack"),
    (
        r"^exit status \d+$",
        None,
        "the power driver failed (MAAS 3.7 hides why): check the power parameters, and see maas_event_info",
    ),
    (r"Unconfigured power type", ConfigurationError, "set power_type and power_parameters"),
    (r"Mount the root", ConfigurationError, "give the machine a storage layout with maas_storage"),
    (r"IP address checks failed", ConflictError, "an address of the machine is in use elsewhere; see maas_event_info"),
)

BY_STATUS: t.Mapping[int, t.Type[HWAutomationError]] = {
    400: ConfigurationError,
    404: ConfigurationError,
    405: NotSupportedError,
    409: ConflictError,
    410: NotSupportedError,
    413: ConfigurationError,
    502: NetworkError,
    503: NetworkError,
    504: NetworkError,
}

# What a 401 is about. The body itself is never shown: for a wrong secret it ends with the right one.
UNAUTHORISED = (
    ("Invalid API key", "MAAS does not know the consumer part of the API key", ""),
    ("Invalid access token", "MAAS does not know the token part of the API key; it may have been deleted", ""),
    ("Invalid signature", "the secret part of the API key is wrong", ""),
    (
        "Expired timestamp",
        "the clock here is more than 300 s behind the one of MAAS",
        "set the clocks right; MAAS refuses signatures older than 300 s",
    ),
    ("Nonce already used", "MAAS saw the same signature twice; something between repeats requests", ""),
)


def refusal(answer: MaasAnswer, machine: str, resource: str) -> HWAutomationError:
    """Return the error for an answer that is not a success; the caller raises it.

    :param machine: host and port of the MAAS.
    :param resource: method and path, as ``POST machines/abc123/ op=deploy``.
    """
    where: dict[str, t.Any] = {"machine": machine, "resource": resource, "status": answer.status}
    if answer.status == 401:
        return _unauthorised(answer, where)
    if 300 <= answer.status < 400:
        return _redirected(answer, where)
    if answer.status < 300 or (answer.is_page and answer.status not in (413, 502, 503, 504)):
        return _not_maas(where)
    if answer.status == 403:
        return AuthenticationError(
            "MAAS does not permit this",
            answer=words(answer) or None,
            hint="use the key of an administrator; if the machine is locked, unlock it first (MAAS says the same then)",
            **where,
        )
    return _complaint(answer, where)


def _complaint(answer: MaasAnswer, where: dict[str, t.Any]) -> HWAutomationError:
    said = words(answer)
    advised = next((row for row in ADVICE if re.search(row[0], said)), None)
    kind = (advised and advised[1]) or BY_STATUS.get(answer.status, HWAutomationError)
    hint = (advised and advised[2]) or None
    if answer.status == 413:
        hint = "MAAS takes at most 10 MB in one request"
    complaint = f"MAAS answered {answer.status}{'' if said else ' without a word'}"
    value = answer.value()
    if isinstance(value, dict) and answer.status == 400:
        where["fields"] = value
    return kind(complaint, answer=said or None, hint=hint, **where)


def _unauthorised(answer: MaasAnswer, where: dict[str, t.Any]) -> HWAutomationError:
    rows = [row for row in UNAUTHORISED if row[0] in answer.text]
    _mark, text, hint = rows[0] if rows else ("", "MAAS refused the API key", "")
    return AuthenticationError(text, hint=hint or "check maas_api_key; it was tried once", **where)


def _redirected(answer: MaasAnswer, where: dict[str, t.Any]) -> HWAutomationError:
    named = {key.lower(): value for key, value in answer.headers.items()}
    target = named.get("location", "").partition("?")[0]
    return ConfigurationError(
        f"the server answered {answer.status} and points elsewhere; that is not followed, since a write would get lost",
        hint=f"set maas_url to the place it names: {target}" if target else "check maas_url",
        **where,
    )


def _not_maas(where: dict[str, t.Any]) -> HWAutomationError:
    return ConfigurationError(
        "a web page came back: this is not the region API of a MAAS",
        hint="check host, port and scheme in maas_url (5240 for HTTP, 5443 for HTTPS), and that it ends in /MAAS",
        **where,
    )
