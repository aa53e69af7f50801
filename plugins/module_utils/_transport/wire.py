# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request, one answer, over the DMTF ``redfish`` library; retries, log-in and ETags live in other layers.

The library's traps (L1 to L16 of the research) end here: no request is ever sent twice by it, timeouts are always set,
TLS is verified, redirects are not followed behind our back, and its log never carries a token.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import logging
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import tls
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.adapter import make_adapter
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer, parse_body

__all__ = ["Target", "Wire"]

redfish_v1 = optional("redfish.rest.v1")
requests = optional("requests")

CONNECT_TIMEOUT = 10.0
# Connections that BMCs drop while idle answer the next request with a reset (Q-G38, Q-H22): use a new one after this.
IDLE_LIMIT = 2.0
# Kept open at most; more are never in flight at the same time.
CONNECTIONS = 8


@dataclass(frozen=True)
class Target:
    """A BMC and how to talk to it; ``timeout`` is the seconds to wait for one answer."""

    host: str
    port: int = 443
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    trust: tls.Trust = tls.Trust()
    timeout: float = 60.0

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Target:
        """Take the options of a door (doc fragment ``bmc``)."""
        host = str(params["bmc_host"]).strip()
        if not host or "/" in host or "@" in host:
            raise ConfigurationError(
                f"bmc_host {host!r} is not an address or a name", hint="give it without https:// and without a path"
            )
        return cls(
            host=host,
            port=int(params.get("bmc_port") or 443),
            username=params.get("bmc_username"),
            password=params.get("bmc_password"),
            trust=tls.Trust.from_params(params),
            timeout=float(params.get("timeout") or 60),
        )

    @property
    def url(self) -> str:
        """Return the address as a URL; IPv6 literals go into brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"https://{host}:{self.port}"


class _NoSmallTalk(logging.Filter):
    """Drops what the library logs below a warning: request and answer with the session token in clear (L6)."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_HttpClient: t.Any = redfish_v1.HttpClient if redfish_v1 is not None else object
if redfish_v1 is not None:
    # A filter and not a level: a level set later by someone else would let the tokens out again.
    redfish_v1.LOGGER.addFilter(_NoSmallTalk())


class _Client(_HttpClient):  # type: ignore[misc]
    """The library's client, which follows no redirect: requests would turn a POST into a GET (Q-G19)."""

    def _rest_request(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        kwargs["allow_redirects"] = False
        return super()._rest_request(*args, **kwargs)


class Wire:
    """A connection to one BMC; not to be shared across a fork."""

    def __init__(self, target: Target, connections: int = CONNECTIONS) -> None:
        require("requests", "redfish")
        self.target = target
        self._last_use: float | None = None
        self._adapter = make_adapter(target.trust, connections)
        self._client = _Client(
            base_url=target.url,
            timeout=(min(CONNECT_TIMEOUT, target.timeout), target.timeout),
            max_retry=1,  # 0 here makes the library fail after success (L2); each request says 0 itself
            check_connectivity=False,
            https_adapter=self._adapter,
        )
        # No proxy and no ~/.netrc: the latter would replace our credentials with others.
        self._client._session.trust_env = False

    def close(self) -> None:
        """Close the connections; the session on the BMC stays."""
        self._client._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        body: t.Any = None,
        headers: t.Mapping[str, str] | None = None,
        timeout: float | None = None,
        now: float = 0.0,
    ) -> Answer:
        """Send exactly one request.

        :param timeout: seconds to wait for the answer; the target's own when None.
        :param now: a monotonic time in seconds, to know how long the connection was idle.
        :raises NetworkError: with fact ``sent``: False when the BMC cannot have seen the request, and
            ``untrusted``: True when its certificate was refused.
        """
        self._drop_idle(now)
        limits = (min(CONNECT_TIMEOUT, self.target.timeout), timeout or self.target.timeout)
        try:
            answer = self._client._rest_request(
                path, method=method, body=body, headers=dict(headers or {}), timeout=limits, max_retry=0
            )
        except redfish_v1.RetriesExhaustedError as exc:
            raise self._lost(self._adapter.failure or exc.__cause__ or exc, path) from exc
        if answer is None:
            raise self._lost(self._adapter.failure or Exception("no answer"), path)
        self._last_use = now
        return self._answer(answer.status, answer.read, answer.getheaders())

    def upload(self, path: str, data: t.Any, headers: t.Mapping[str, str], timeout: float) -> Answer:
        """POST a stream of known length, without holding it in memory (L11); sent once.

        :raises NetworkError: as :meth:`send`.
        """
        # The first of the two also limits how long a BMC may stop to read, and one that erases its flash stops for long.
        limits = (timeout, timeout)
        with requests.Session() as session:
            session.trust_env = False
            adapter = make_adapter(self.target.trust)
            session.mount("https://", adapter)
            try:
                answer = session.post(
                    f"{self.target.url}{path}", data=data, headers=dict(headers), timeout=limits, allow_redirects=False
                )
            except requests.RequestException as exc:
                raise self._lost(exc, path) from exc
            return self._answer(answer.status_code, answer.content, answer.headers.items())

    def _drop_idle(self, now: float) -> None:
        if self._last_use is not None and now - self._last_use > IDLE_LIMIT:
            self._adapter.poolmanager.clear()

    @staticmethod
    def _answer(status: int, raw: t.Any, headers: t.Iterable[tuple[str, str]]) -> Answer:
        body, is_json = parse_body(raw)
        return Answer(status, body, {name.lower(): value for name, value in headers}, is_json)

    def _lost(self, cause: BaseException, path: str) -> NetworkError:
        target = self.target
        if _is_untrusted(cause):
            return self._untrusted(cause, path)
        if isinstance(cause, requests.exceptions.ConnectTimeout):
            text, sent = f"no answer to a connection within {min(CONNECT_TIMEOUT, target.timeout):g} s", False
        elif isinstance(cause, requests.exceptions.ReadTimeout):
            text, sent = f"no answer within {target.timeout:g} s", True
        elif _never_connected(cause):
            text, sent = f"cannot be reached: {_plain(cause)}", False
        else:
            text, sent = f"the connection broke: {_plain(cause)}", True
        return NetworkError(
            text,
            machine=target.host,
            resource=path,
            sent=sent,
            timed_out=isinstance(cause, requests.exceptions.Timeout),
            hint=None if sent else f"check the address, the cable and that nothing blocks TCP port {target.port}",
        )

    def _untrusted(self, cause: BaseException, path: str) -> NetworkError:
        target = self.target
        shown = tls.server_fingerprint(target.host, target.port, CONNECT_TIMEOUT)
        if target.trust.fingerprint:
            text = f"its certificate is not the pinned one (pinned {target.trust.fingerprint}, shown {shown})"
            hint = "find out who replaced the certificate before you change tls_fingerprint"
        else:
            text = f"its certificate is not trusted: {_plain(cause)} (its SHA-256 fingerprint is {shown})"
            hint = "set ca_path to the authority that signed it, or tls_fingerprint to this fingerprint once checked"
        return NetworkError(
            text, machine=target.host, resource=path, sent=False, untrusted=True, fingerprint=shown, hint=hint
        )


def _reason(cause: BaseException) -> t.Any:
    inner = cause.args[0] if cause.args else cause
    return getattr(inner, "reason", inner)


def _is_untrusted(cause: BaseException) -> bool:
    return isinstance(cause, requests.exceptions.SSLError) and (
        "CERTIFICATE_VERIFY_FAILED" in str(cause) or "Fingerprints did not match" in str(cause)
    )


def _never_connected(cause: BaseException) -> bool:
    return type(_reason(cause)).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def _plain(cause: BaseException) -> str:
    """Return the innermost sentence of an exception of requests, without object addresses."""
    text = str(_reason(cause))
    return text.rsplit(">: ", 1)[-1].rsplit("(_ssl.c", 1)[0].strip(" ()'\"") or type(cause).__name__
