# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to MAAS without an answer: whether they were sent at all, and what to tell.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
    NetworkError,
    OutcomeUnknown,
)

__all__ = ["is_tls_fault", "lost", "was_never_sent"]

requests = optional("requests")

# How urllib3 begins its messages.
WRAPPING = re.compile(r"^<?(urllib3\.\S+ object at \S+|HTTPS?Connection(Pool)?\([^)]*\)): ")


def lost(method: str, error: Exception, machine: str, resource: str) -> HWAutomationError:
    """Return the error for a request whose answer did not come; the caller raises it.

    :param machine: host and port of the MAAS.
    """
    where = {"machine": machine, "resource": resource}
    if is_tls_fault(error):
        return ConfigurationError(_tls_text(error), hint=_tls_hint(error), **where)
    if method == "GET" or was_never_sent(error):
        return NetworkError(
            f"MAAS cannot be reached: {_reason(error)}",
            hint="check maas_url and that the region answers on that port",
            **where,
        )
    return OutcomeUnknown(
        f"the request was sent and its answer was lost: {_reason(error)}",
        hint="read the state of the machine before doing it again; a larger timeout may help, since MAAS answers"
        " only after the BMC has acted",
        **where,
    )


def was_never_sent(error: Exception | None) -> bool:
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    text = str(error)
    return isinstance(error, requests.exceptions.ConnectionError) and (
        "NewConnectionError" in text or "NameResolutionError" in text or "Failed to establish" in text
    )


def is_tls_fault(error: Exception | None) -> bool:
    return isinstance(error, requests.exceptions.SSLError)


def _tls_text(error: Exception) -> str:
    if "WRONG_VERSION_NUMBER" in str(error) or "record layer" in str(error).lower():
        return "that port speaks plain HTTP, not HTTPS"
    return f"the certificate of MAAS is not trusted: {_reason(error)}"


def _tls_hint(error: Exception) -> str:
    if "WRONG_VERSION_NUMBER" in str(error) or "record layer" in str(error).lower():
        return "use the HTTPS port of MAAS (5443 by default), or http:// with allow_http: true"
    return "give the authority's certificate in ca_path"


def _reason(error: Exception) -> str:
    """Return the innermost cause: requests and urllib3 wrap it three times, with object addresses."""
    inner: t.Any = error
    while True:
        deeper = getattr(inner, "reason", None) or next(
            (item for item in getattr(inner, "args", ()) if isinstance(item, Exception)), None
        )
        if not isinstance(deeper, Exception):
            return WRAPPING.sub("", str(inner)) or type(inner).__name__
        inner = deeper
