# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The region API of MAAS over HTTP: signed, retried where that is safe, read-only in check mode.

Bodies are urlencoded and never multipart: since 3.6 MAAS refuses an empty multipart body without saying why.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from urllib.parse import quote, urlencode

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
    OutcomeUnknown,
    ReadOnlyViolation,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import tls
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.adapter import make_adapter
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas_answers import MaasAnswer, refusal
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas_losses import (
    is_tls_fault,
    lost,
    was_never_sent,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas_region import ApiKey, Region

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context

__all__ = ["Form", "MaasClient", "connect", "path_of"]

# Imported when the door is: in a playbook that happens in the parent, and the forked workers inherit it.
requests = optional("requests")
requests_oauthlib = optional("requests_oauthlib")
urllib3_retry = optional("urllib3.util.retry")
urllib3_errors = optional("urllib3.exceptions")

Form = t.Mapping[str, t.Any]

CONNECT_TIMEOUT = 10.0
TRIES = 4
# Sent again after a lost or passing answer; a POST never is, since MAAS may have acted on it.
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
PASSING = frozenset({429, 502, 503, 504})
# Answers of the nginx or a proxy in front of MAAS: the request may still be at work behind it.
GATEWAY = frozenset({502, 504})


def path_of(*parts: t.Any, slash: bool = True) -> str:
    """Join names to a path below the API, each quoted; MAAS needs the slash at the end nearly everywhere."""
    return "/".join(quote(str(part), safe="") for part in parts) + ("/" if slash else "")


def pairs(form: Form | None) -> list[tuple[str, str]]:
    """Flatten a form: lists repeat their key, booleans are ``true``/``false``, None is left out."""
    flat: list[tuple[str, str]] = []
    for key, value in (form or {}).items():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if item is not None:
                flat.append((key, str(item).lower() if isinstance(item, bool) else str(item)))
    return flat


class MaasClient:
    """A connection to one MAAS for one task; not to be shared across a fork.

    Every method raises the typed errors of :func:`maas_answers.refusal` for an answer that is not a success,
    NetworkError when MAAS could not be reached, and OutcomeUnknown when the answer to a write was lost.
    """

    def __init__(
        self,
        region: Region,
        session: t.Any,
        *,
        timeout: float,
        clock: Clock,
        read_only: bool,
        wrote: t.Callable[[str], None],
    ) -> None:
        self.region = region
        self.machine = region.name
        self.read_only = read_only
        self._session = session
        self._timeout = (min(CONNECT_TIMEOUT, timeout), timeout)
        self._clock = clock
        self._wrote = wrote

    def get(self, path: str, op: str | None = None, **query: t.Any) -> t.Any:
        """Return the data at a path; lists in ``query`` repeat their key."""
        return self._call("GET", path, op, query=query)

    def rows(self, path: str, op: str | None = None, **query: t.Any) -> list[dict[str, t.Any]]:
        """Return the list of objects at a path.

        :raises ConfigurationError: when something else comes back: then this is not a MAAS.
        """
        found = self.get(path, op, **query)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ConfigurationError(
                f"a list was expected and {type(found).__name__} came back: this is not the region API of a MAAS",
                machine=self.machine,
                resource=_resource("GET", path, op),
                hint="check maas_url",
            )
        return found

    def get_or_none(self, path: str, op: str | None = None, **query: t.Any) -> t.Any:
        """Return the data at a path, or None when MAAS says that there is no such thing (404 and nothing else)."""
        answer = self._exchange("GET", path, op, query=query)
        # A path MAAS does not know is a defect or a wrong URL, and not an absent machine.
        if answer.status == 404 and not answer.is_page and "Unknown API endpoint" not in answer.text:
            return None
        return self._value(answer, "GET", path, op)

    def post(self, path: str, op: str | None = None, form: Form | None = None) -> t.Any:
        """Create something, or run an operation; sent once and never again."""
        return self._call("POST", path, op, form=form)

    def put(self, path: str, form: Form) -> t.Any:
        """Change the given fields of something."""
        return self._call("PUT", path, None, form=form)

    def delete(self, path: str) -> bool:
        """Delete something; False when it was not there (any more)."""
        answer = self._exchange("DELETE", path, None)
        if answer.status == 404 and not answer.is_page and "Unknown API endpoint" not in answer.text:
            return False
        self._value(answer, "DELETE", path, None)
        return True

    def _call(
        self, method: str, path: str, op: str | None, *, query: Form | None = None, form: Form | None = None
    ) -> t.Any:
        return self._value(self._exchange(method, path, op, query=query, form=form), method, path, op)

    def _value(self, answer: MaasAnswer, method: str, path: str, op: str | None) -> t.Any:
        resource = _resource(method, path, op)
        if method == "POST" and answer.status in GATEWAY:
            raise OutcomeUnknown(
                f"the proxy in front of MAAS gave up waiting ({answer.status}); MAAS may still be at work on it",
                machine=self.machine,
                resource=resource,
                hint="read the state of the machine before doing it again",
            )
        # MAAS itself never answers a success as HTML: that is the front page of something else.
        if not 200 <= answer.status < 300 or answer.media_type == "text/html":
            error = refusal(answer, self.machine, resource)
            error.refused = method != "GET" and 300 <= answer.status < 500
            raise error
        return answer.value()

    def _exchange(
        self, method: str, path: str, op: str | None, *, query: Form | None = None, form: Form | None = None
    ) -> MaasAnswer:
        """Send until there is an answer that will not pass by itself; the signature is made anew for each try."""
        resource = _resource(method, path, op)
        if self.read_only and method != "GET":
            raise ReadOnlyViolation(
                "a write was tried through a connection that may only read", machine=self.machine, resource=resource
            )
        patience = urllib3_retry.Retry(
            total=TRIES - 1,
            backoff_factor=0.5,
            allowed_methods=REPEATABLE,
            status_forcelist=PASSING,
            respect_retry_after_header=True,
        )
        while True:
            answer, error = self._try(method, path, op, query, form)
            failure = None if error is None else lost(method, error, self.machine, resource)
            if method != "GET":
                self._note(resource, answer, failure)
            again = self._again(patience, method, answer, error)
            if again is None:
                if failure is not None:
                    raise failure
                return t.cast(MaasAnswer, answer)
            patience = again
            self._clock.sleep(_pause(patience, answer))

    def _note(self, resource: str, answer: MaasAnswer | None, failure: HWAutomationError | None) -> None:
        """Note one try of a write, unless it is certain that it did nothing."""
        if failure is not None:
            failure.refused = not isinstance(failure, OutcomeUnknown)
        if (failure is None or not failure.refused) and not (answer is not None and 300 <= answer.status < 500):
            self._wrote(resource)

    def _try(
        self, method: str, path: str, op: str | None, query: Form | None, form: Form | None
    ) -> tuple[MaasAnswer | None, Exception | None]:
        parameters = pairs({"op": op, **(query or {})})
        url = f"{self.region.url}{path}{'?' + urlencode(parameters) if parameters else ''}"
        body = urlencode(pairs(form)) if form else None
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._session.request(
                method, url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.exceptions.RequestException as exc:
            return None, exc
        return MaasAnswer(answer.status_code, answer.content, answer.headers), None

    def _again(self, patience: t.Any, method: str, answer: MaasAnswer | None, error: Exception | None) -> t.Any | None:
        """Return the patience left for another try, or None when this was the last one."""
        try:
            if error is None and answer is not None:
                after = "retry-after" in {name.lower() for name in answer.headers}
                if not patience.is_retry(method, answer.status, after):
                    return None
                return patience.increment(method, self.region.url, response=_Head(answer))
            if is_tls_fault(error) or (method not in REPEATABLE and not was_never_sent(error)):
                return None
            # Retry counts a broken connection only for verbs that may be repeated, and a failed connect for all.
            kind = urllib3_errors.ConnectTimeoutError if was_never_sent(error) else urllib3_errors.ProtocolError
            return patience.increment(method, self.region.url, error=kind(str(error)))
        except urllib3_errors.HTTPError:
            # No patience left: MaxRetryError, or the error itself for a verb that may not be repeated.
            return None


class _Head:
    """The part of an answer that urllib3's Retry looks at."""

    def __init__(self, answer: MaasAnswer) -> None:
        self.status = answer.status
        self.headers = answer.headers

    def get_redirect_location(self) -> bool:
        return False


def _pause(patience: t.Any, answer: MaasAnswer | None) -> float:
    asked = patience.get_retry_after(_Head(answer)) if answer is not None else None
    # More than a minute is not a pause but an outage, which the next try may as well find.
    return min(60.0, asked) if asked else float(patience.get_backoff_time())


def _resource(method: str, path: str, op: str | None) -> str:
    return f"{method} {path}{f' op={op}' if op else ''}"


@contextlib.contextmanager
def connect(params: t.Mapping[str, t.Any], context: Context) -> t.Iterator[MaasClient]:
    """Open the client of a door from its options (doc fragment ``maas``); sends nothing by itself.

    :raises ConfigurationError: for a malformed URL or key, or a missing library.
    """
    require("requests", "requests_oauthlib")
    region = Region.parse(params["maas_url"], bool(params.get("allow_http")))
    key = ApiKey.parse(params["maas_api_key"])
    session = requests.Session()
    # No ~/.netrc: it would replace the signature. Proxies of the environment are not used either, as for BMCs.
    session.trust_env = False
    session.auth = requests_oauthlib.OAuth1(key.consumer, "", key.token, key.secret, signature_method="PLAINTEXT")
    if region.url.startswith("https:"):
        session.mount("https://", make_adapter(tls.Trust.from_params(params)))
    try:
        yield MaasClient(
            region,
            session,
            timeout=float(params.get("timeout") or 120),
            clock=context.clock,
            read_only=context.read_only,
            wrote=context.wrote,
        )
    finally:
        session.close()
