# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging in to a BMC: once per run, never again after a refusal, and politely when its session table is full.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import base64
import contextlib
import threading
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import failures
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer, as_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import (
    Drawer,
    Record,
    log_out,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target, Wire

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context

__all__ = ["Login"]

ROOT = "/redfish/v1/"
TOKEN = "X-Auth-Token"
# Seconds to wait for a place in a full session table before reading without a session (Q-G24).
FULL_TABLE_PAUSES = (2.0, 5.0, 10.0)
# A BMC that boots answers 503 to the log-in too; nothing was tried, so it may be asked again.
BUSY_PAUSES = (1.0, 2.0, 4.0, 8.0)


class Login:
    """The credentials of one client: the headers to send, taken from a shared session where there is one."""

    def __init__(self, target: Target, wire: Wire, context: Context) -> None:
        self._target = target
        self._wire = wire
        self._clock = context.clock
        self._warn = context.warn
        self._drawer = Drawer(target, context.cache_dir)
        # A session that died is noticed by all readers of this client at the same time; one of them logs in again.
        self._entering = threading.RLock()
        self._token: str | None = None
        self._basic = False
        self._full = False
        self.entered = False
        self.root: Answer | None = None
        # Set by the one caller that can change a password that has to be changed; the session is then kept and
        # ``must_change`` names the account it is good for.
        self.accept_password_change = False
        self.must_change: str | None = None

    @property
    def facts(self) -> dict[str, t.Any]:
        """Return what this run remembered of the BMC."""
        return self._drawer.read().facts

    def remember(self, facts: t.Mapping[str, t.Any]) -> None:
        """Keep plain data for later tasks."""
        with self._drawer.change() as record:
            record.facts.update(facts)

    def headers(self, *, writing: bool = False) -> dict[str, str]:
        """Return the headers that identify us, logging in first where that was not done yet.

        :raises AuthenticationError: when the credentials are refused, or were refused earlier in this run.
        :raises ConflictError: for a write when the BMC has no room for a session.
        """
        with self._entering:
            if not self.entered:
                self._enter(stale=None)
        if self._token:
            return {TOKEN: self._token}
        if self._full and writing:
            raise ConflictError(
                "the BMC has no room for another session, and without one nothing is written",
                machine=self._target.host,
                hint="close unused sessions on the BMC, or wait until they expire",
            )
        return self._basic_header()

    def renewed(self, stale: str) -> dict[str, str]:
        """Return headers of a new session, or of the one another task has opened since ``stale`` died."""
        with self._entering:
            if self._token == stale:
                self._enter(stale=stale)
            return self.headers()

    def refuse(self, answer: Answer) -> None:
        """Note that credentials sent with a request itself were refused, so that no task tries them again."""
        with self._drawer.change() as record:
            record.refused = self._words(answer)

    def leave(self) -> None:
        """Close the session unless other tasks share it."""
        if self._drawer.shared:
            return
        with self._drawer.change() as record:
            if record.token:
                log_out(self._wire, record.token, record.location)
            record.token = record.location = None

    def _enter(self, stale: str | None) -> None:
        target = self._target
        if target.username is None or target.password is None:
            raise ConfigurationError(
                "the BMC wants credentials", machine=target.host, hint="set bmc_username and bmc_password"
            )
        known = self._drawer.read()
        if known.token is None or known.token == stale or known.refused:
            with self._drawer.change() as record:
                if record.token is None or record.token == stale:
                    self._open(record)
                known = record
        self._token, self.entered = known.token, True

    def _open(self, record: Record) -> None:
        """Log in and note the session, or the refusal, in the record."""
        if record.refused:
            raise self._refused(record.refused, again=True)
        record.token = record.location = None
        answer = self._ask_for_session(self._sessions_uri(), record)
        if answer is None:  # no session service, or no room in it
            self._basic = True
            return
        if failures.needs_password_change(answer):
            self._meet_password_change(answer)
        if failures.is_bad_login(answer):
            record.refused = self._words(answer)
            raise self._refused(record.refused, again=False)
        if not answer.ok or not answer.headers.get(TOKEN.lower()):
            raise failures.refusal(answer, machine=self._target.host, method="POST", path="Sessions")
        record.token = answer.headers[TOKEN.lower()]
        record.location = answer.location or as_path(answer.body.get("@odata.id"))

    def _words(self, answer: Answer) -> str:
        error = failures.refusal(answer, machine=self._target.host, method="POST", path="Sessions")
        return error.answer or f"HTTP {answer.status}"

    def _sessions_uri(self) -> str | None:
        """Return where sessions are made; Dell before Redfish 1.6 has them elsewhere (Q-G22)."""
        root = self.root or self._patiently(lambda: self._wire.send("GET", ROOT, now=self._clock.monotonic()))
        if not root.ok or not root.is_json:
            # AMI firmware that answers 401 to the root without credentials: the address of the standard is right there.
            if root.status == 401:
                return f"{ROOT}SessionService/Sessions"
            kind = failures.refusal if not root.ok else failures.not_redfish
            arguments = {"method": "GET"} if not root.ok else {}
            raise kind(root, machine=self._target.host, path=ROOT, **arguments)
        self.root = root
        linked = ((root.body.get("Links") or {}).get("Sessions") or {}).get("@odata.id")
        if linked:
            return str(linked)
        return f"{ROOT}SessionService/Sessions" if "SessionService" in root.body else None

    def _ask_for_session(self, uri: str | None, record: Record) -> Answer | None:
        if uri is None:
            return None
        # Without an Authorization header: some BMCs refuse the request with one, others make two sessions (Q-G23).
        credentials = {"UserName": self._target.username, "Password": self._target.password}
        # What one task of a run has waited for in vain, the next asks for once: its places are not freed by our asking.
        for pause in (*(() if record.full else FULL_TABLE_PAUSES), None):
            answer = self._patiently(
                lambda: self._wire.send("POST", uri, body=credentials, now=self._clock.monotonic())
            )
            if not failures.is_session_limit(answer):
                record.full = False
                return answer
            if pause is not None:
                self._clock.sleep(pause)
        if not record.full:
            self._warn(f"{self._target.host}: its session table is full; reading without a session")
        self._full = record.full = True
        return None

    def _patiently(self, ask: t.Callable[[], Answer]) -> Answer:
        for pause in BUSY_PAUSES:
            answer = ask()
            if answer.status not in (500, 502, 503, 504) or failures.is_session_limit(answer):
                return answer
            self._clock.sleep(pause)
        return ask()

    def _meet_password_change(self, answer: Answer) -> None:
        """Say which account has to change its password; keep the session, good for nothing else, if it is wanted."""
        token = answer.headers.get(TOKEN.lower())
        message = next(item for item in answer.messages if item.name == "PasswordChangeRequired")
        account = next((as_path(arg) for arg in message.args if "/Accounts/" in arg), None)
        if self.accept_password_change and token and account:
            self.must_change = account
            return
        if token:
            with contextlib.suppress(HWAutomationError):
                log_out(self._wire, token, answer.location or as_path(answer.body.get("@odata.id")))
        raise AuthenticationError(
            "the BMC wants the password of this account to be changed first",
            machine=self._target.host,
            answer=message.text,
            hint="change it with the module bmc_user",
            password_change_required=True,
            account=account,
        )

    def _refused(self, answer: str, *, again: bool) -> AuthenticationError:
        earlier = " earlier in this run and are not tried again, since that could lock the account" if again else ""
        return AuthenticationError(
            f"the credentials were refused{earlier}",
            machine=self._target.host,
            answer=answer,
            hint="check bmc_username and bmc_password, and that the account is enabled and not locked",
            username=self._target.username,
        )

    def _basic_header(self) -> dict[str, str]:
        pair = f"{self._target.username}:{self._target.password}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode()}
