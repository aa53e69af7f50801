# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Redfish client with the patience and the care that real BMCs need: retries, log-in, ETags, redirects, read-only.

Rules, each from the research's catalogue: reads are retried, writes never; refused credentials are tried once; one new
log-in when a session has died; a write whose answer was lost is OutcomeUnknown; read-only refuses all writes.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import email.utils
import re
import typing as t
from urllib.parse import urlsplit

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    ReadOnlyViolation,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import failures
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer, Message
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.etags import etag_ladder
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.login import Login
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target, Wire

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["ROOT", "Answer", "Load", "Message", "RedfishClient", "connect"]

ROOT = "/redfish/v1/"
READ_TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
REDIRECTS = 3
# A refusal with one of the profile's message ids is waited out: iLO during POST needs up to two minutes (Q-H07).
REFUSED_TRIES, REFUSED_PAUSE, REFUSED_LONGEST = 6, 5.0, 30.0
BUSY = frozenset({429, 500, 502, 503, 504})
# What does not change while a task runs.
CONSTANT = re.compile(r"^/redfish/v1/?$|/(registries|jsonschemas|schemas)/|actioninfo", re.IGNORECASE)


class Load(t.NamedTuple):
    """What an upload sends: a stream that knows its length, its own headers, and seconds to wait for the answer.

    The research suggests max(120, 2 per megabyte) seconds (Q-G32).
    """

    data: t.Any
    headers: t.Mapping[str, str]
    timeout: float


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[RedfishClient]:
    """Open a client from the BMC options of a door; its session is shared with the run's other tasks where possible.

    :raises ConfigurationError: for options that cannot be right; the network is not touched before the first request.
    :raises ConflictError: when another run is working on the BMC and this one may write.
    """
    target = Target.from_params(params)
    with claimed(params, context):
        client = RedfishClient(target, context)
        try:
            yield client
        finally:
            client.close()


class RedfishClient:
    """Talks to one BMC; made by :func:`connect`, or directly where the options are already a :class:`Target`.

    :ivar machine: the address, for errors.
    :ivar read_only: whether writes raise.
    :ivar patient: False for callers that wait themselves: a busy or broken answer to a read is then raised at once.
    :ivar clock: the time to wait with.
    :ivar clock_offset: seconds by which the BMC's clock is ahead of ours, from its last answer; None when unknown.
    :ivar retryable: message ids (last parts) after which a refused request is tried again; set from the profile.
    """

    protocol = "redfish"

    def __init__(self, target: Target, context: Context) -> None:
        self.target = target
        self.machine = target.host
        self.read_only = context.read_only
        self.retryable: frozenset[str] = frozenset()
        self.patient = True
        self.clock_offset: float | None = None
        self.clock = context.clock
        self._wrote = context.wrote
        self._wire = Wire(target)
        self._login = Login(target, self._wire, context)
        self._constants: dict[str, Answer] = {}
        # How paths have to end here, once one form was refused and the other taken (Q-G18); None: as they are linked.
        self._slash: bool | None = self.facts.get("slash")

    def close(self) -> None:
        """Give the session back (it is closed only when no other task can use it) and drop the connection."""
        self._login.leave()
        self._wire.close()

    @property
    def facts(self) -> dict[str, t.Any]:
        """Return what earlier tasks of this run remembered of this BMC."""
        return self._login.facts

    def remember(self, **facts: t.Any) -> None:
        """Keep plain data for later tasks of this run; only what cannot change meanwhile."""
        self._login.remember(facts)

    def get(
        self,
        path: str,
        *,
        headers: t.Mapping[str, str] | None = None,
        fresh: bool = False,
        tries: int = READ_TRIES,
    ) -> Answer:
        """Read a resource.

        Registries, the service root and the like are kept for the lifetime of the client unless ``fresh``.
        A busy BMC is asked up to ``tries`` times, with growing pauses or as long as its Retry-After says.

        :raises NotSupportedError: for 404 (fact ``status``) and for an answer that is not JSON.
        :raises NetworkError: when the BMC stays unreachable or busy after retries.
        """
        constant = CONSTANT.search(path) is not None
        if constant and not fresh:
            known = self._login.root if path == ROOT else self._constants.get(path)
            if known is not None:
                return known
        answer = self._either_slash(path, lambda form: self._read(form, headers or {}, tries))
        if answer.status == 406 and headers:
            # HPE refuses to send registries uncompressed (Q-G14).
            answer = self._either_slash(path, lambda form: self._read(form, {}, tries))
        self._check(answer, "GET", path)
        if not answer.is_json:
            raise failures.not_redfish(answer, machine=self.machine, path=path)
        if path == ROOT:
            self._login.root = answer
        elif constant:
            self._constants[path] = answer
        return answer

    def get_or_none(self, path: str, *, fresh: bool = False) -> Answer | None:
        """Read a resource that may be absent: None for 404."""
        try:
            return self.get(path, fresh=fresh)
        except NotSupportedError as exc:
            if exc.facts.get("status") == 404:
                return None
            raise

    def patch(
        self, path: str, body: t.Mapping[str, t.Any], *, etag: bool = True, timeout: float | None = None
    ) -> Answer:
        """Change a resource; sent once, except where the BMC refused it for want of an ETag (412, 428).

        :param timeout: seconds to wait for this answer; a BIOS PATCH may need 120 (Q-G39).
        :raises OutcomeUnknown: when the answer was lost.
        """
        answer = self._either_slash(path, lambda form: self._send("PATCH", form, body=dict(body), timeout=timeout))
        if etag and answer.status in (412, 428):
            answer = self._with_etag("PATCH", path, dict(body), answer, timeout)
        return self._check(answer, "PATCH", path)

    def post(self, path: str, body: t.Mapping[str, t.Any] | None = None, *, timeout: float | None = None) -> Answer:
        """Run an action or create a resource; never sent twice, never with If-Match (iDRAC10 refuses it, Q-G13).

        :param body: None sends no body at all, which some actions want (Q-D18).
        :raises OutcomeUnknown: when the answer was lost.
        """
        payload = None if body is None else dict(body)
        return self._check(self._send("POST", path, body=payload, timeout=timeout), "POST", path)

    def delete(self, path: str) -> Answer:
        """Remove a resource; sent once, except where the BMC refused it for want of an ETag (412, 428)."""
        answer = self._send("DELETE", path)
        if answer.status in (412, 428):
            answer = self._with_etag("DELETE", path, None, answer, None)
        return self._check(answer, "DELETE", path)

    def upload(self, path: str, load: t.Callable[[], t.ContextManager[Load]]) -> Answer:
        """POST a stream of known length (a MultipartEncoder or an open file), with the session's token.

        Sent once, as every POST: only a refusal (a session that has ended, a BMC that is still starting), which means
        that nothing was taken, is followed by another attempt, for which ``load`` opens the stream anew.

        :raises OutcomeUnknown: when the connection broke, even halfway: read before trying again.
        """
        self._refuse_if_read_only("POST", path)
        try:
            answer = self._until_accepted(
                lambda: self._identified(
                    lambda known: self._stream(path, load, known), self._login.headers(writing=True)
                )
            )
        except HWAutomationError as exc:
            raise self._as_write(exc, path) from exc
        return self._check(answer, "POST", path)

    def _stream(self, path: str, load: t.Callable[[], t.ContextManager[Load]], credentials: dict[str, str]) -> Answer:
        with load() as one:
            return self._wire.upload(path, one.data, {**credentials, **one.headers}, one.timeout)

    def log_in(self, *, accept_password_change: bool = False) -> str | None:
        """Log in now; return the URI of the account whose password has to be changed before anything else, or None.

        :param accept_password_change: False raises AuthenticationError in that case.
        """
        self._login.accept_password_change = accept_password_change
        self._login.headers()
        return self._login.must_change

    @property
    def token(self) -> str | None:
        """Return the session's token, for the one upload protocol that wants it in a form field (HPE, Q-H10)."""
        return self._login.headers().get("X-Auth-Token")

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: t.Any = None,
        headers: t.Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Send a request until it was answered, following the rules above; any status is an answer."""
        if method == "GET":
            return self._read(path, headers or {}, READ_TRIES)
        self._refuse_if_read_only(method, path)
        try:
            return self._until_accepted(lambda: self._once(method, path, body, headers or {}, timeout))
        except HWAutomationError as exc:
            raise self._as_write(exc, path) from exc

    def _read(self, path: str, headers: t.Mapping[str, str], tries: int) -> Answer:
        pause = FIRST_PAUSE
        for left in reversed(range(tries if self.patient else 1)):
            try:
                answer = self._once("GET", path, None, headers, None)
            except NetworkError as exc:
                # A dead BMC must not cost minutes (C-32): only a connection that broke is worth another try.
                if not left or not exc.facts.get("sent") or (exc.facts.get("timed_out") and left < tries - 1):
                    raise
                self.clock.sleep(FIRST_PAUSE)
                continue
            if answer.status not in BUSY or not left:
                break
            self.clock.sleep(_retry_after(answer, self.clock.epoch()) or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return answer

    def _until_accepted(self, ask: t.Callable[[], Answer]) -> Answer:
        pause = REFUSED_PAUSE
        for _attempt in range(REFUSED_TRIES - 1):
            answer = ask()
            if answer.ok or not any(message.name in self.retryable for message in answer.messages):
                return answer
            self.clock.sleep(pause)
            pause = min(pause * 2, REFUSED_LONGEST)
        return ask()

    def _once(self, method: str, path: str, body: t.Any, headers: t.Mapping[str, str], timeout: float | None) -> Answer:
        if path == ROOT and not self._login.entered:
            answer = self._follow(method, path, body, headers, timeout)
            if answer.status != 401:  # some AMI firmware guards even the root
                return answer
        credentials = self._login.headers(writing=method != "GET")
        return self._identified(
            lambda known: self._follow(method, path, body, {**known, **headers}, timeout), credentials
        )

    def _identified(self, ask: t.Callable[[dict[str, str]], Answer], credentials: dict[str, str]) -> Answer:
        answer = ask(credentials)
        if answer.status == 401 and "X-Auth-Token" in credentials:
            # 401 means it was not done, so asking again with a new session repeats nothing.
            credentials = self._login.renewed(credentials["X-Auth-Token"])
            answer = ask(credentials)
        if answer.status == 401 and "Authorization" in credentials:
            self._login.refuse(answer)
        return answer

    def _follow(
        self, method: str, path: str, body: t.Any, headers: t.Mapping[str, str], timeout: float | None
    ) -> Answer:
        """Send, and go where a redirect points with the same method and body, on the same host only (Q-G19)."""
        for _hop in range(REDIRECTS):
            now = self.clock.monotonic()
            answer = self._wire.send(method, path, body=body, headers=headers, timeout=timeout, now=now)
            self._note_time(answer)
            if answer.status not in (301, 302, 307, 308) or not answer.location:
                break
            host = urlsplit(answer.headers["location"]).hostname
            if host not in (None, self.target.host.strip("[]")):
                break  # our token must not travel to another host
            path = answer.location
        return answer

    def _either_slash(self, path: str, ask: t.Callable[[str], Answer]) -> Answer:
        """Ask, and after a 404 once more with the trailing slash toggled, which matters to old iLO and some AMI (Q-G18).

        What was taken then is the first form to be tried from here on, also by later tasks of the run.
        """
        first = self._ended(path)
        refused = ask(first)
        if refused.status != 404 or path == ROOT:
            return refused
        slash = not first.partition("?")[0].endswith("/")
        answer = ask(_ending(first, slash))
        if answer.status == 404:
            return refused
        self._slash = slash
        self.remember(slash=slash)
        return answer

    def _ended(self, path: str) -> str:
        """Return a path in the form that this BMC is known to want."""
        return path if self._slash is None or path == ROOT else _ending(path, self._slash)

    def _with_etag(self, method: str, path: str, body: t.Any, refused: Answer, timeout: float | None) -> Answer:
        """Climb the ladder of ETag forms (Q-G12); each rung only after 412 or 428, which mean nothing was changed."""
        # Asking for compression makes a strong ETag weak, and a weak one is then refused (Q-G14).
        current = self.get(path, headers={"Accept-Encoding": "identity"}, fresh=True)
        for candidate in etag_ladder(current):
            form = self._ended(path) if method == "PATCH" else path
            refused = self._send(method, form, body=body, headers={"If-Match": candidate}, timeout=timeout)
            if refused.status not in (412, 428):
                break
        return refused

    def _check(self, answer: Answer, method: str, path: str) -> Answer:
        error = None if answer.ok else failures.refusal(answer, machine=self.machine, method=method, path=path)
        if method != "GET":
            if error is None or isinstance(error, OutcomeUnknown):
                self._wrote(path)
            else:
                error.refused = True
        if error is not None:
            raise error
        return answer

    def _refuse_if_read_only(self, method: str, path: str) -> None:
        if self.read_only:
            raise ReadOnlyViolation(
                f"{method} was about to be sent through a read-only connection; this is a defect of the collection",
                machine=self.machine,
                resource=path,
            )

    def _as_write(self, failed: HWAutomationError, path: str) -> HWAutomationError:
        """Return the error for a write that got no answer: it was not sent, or nobody knows what became of it."""
        if not (isinstance(failed, NetworkError) and failed.facts.get("sent")):
            failed.refused = True
            return failed
        self._wrote(path)
        return OutcomeUnknown(
            f"the answer to a write was lost ({failed.message})",
            machine=failed.machine,
            resource=failed.resource,
            hint="run it again: it reads first and does only what is left",
            **failed.facts,
        )

    def _note_time(self, answer: Answer) -> None:
        date = email.utils.parsedate_tz(answer.headers.get("date", ""))
        if date is not None:
            self.clock_offset = email.utils.mktime_tz(date) - self.clock.epoch()


def _ending(path: str, slash: bool) -> str:
    """Return a path that ends in a slash, or not; a query stays behind it."""
    plain, mark, query = path.partition("?")
    return f"{plain.rstrip('/')}{'/' if slash else ''}{mark}{query}"


def _retry_after(answer: Answer, now: float) -> float | None:
    """Return the seconds an answer asks us to wait: integer text or an HTTP date (Q-G30), between 1 and 60."""
    text = answer.headers.get("retry-after", "")
    if text.strip().isdigit():
        seconds = float(text)
    else:
        date = email.utils.parsedate_tz(text)
        if date is None:
            return None
        seconds = email.utils.mktime_tz(date) - now
    return max(FIRST_PAUSE, min(seconds, LONGEST_PAUSE))
