# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One IPMI session with a BMC, over ``pyghmi``: log-in, reads, writes, and what its refusals mean.

Section numbers are those of IPMI 2.0 revision 1.1. The password goes into the library in memory; no process is started.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    ReadOnlyViolation,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_mend import mend
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import Drawer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context

__all__ = ["Session"]

pyghmi = optional("pyghmi.ipmi.command")
if pyghmi is not None:
    mend(pyghmi.session)
T = t.TypeVar("T")

# pyghmi's words, checked against ipmi_sim: a refused log-in, silence, and no room for another session.
REFUSED = ("Incorrect password", "Unauthorized name", "authentication")
SILENCE = ("timeout", "no longer connected", "Disconnected")
FULL = "Insufficient resources"
# Completion codes (5.2): node busy, and time-out while processing a read. Nothing was done, so it may be asked again.
BUSY = frozenset({0xC0, 0xC3})
# A command, a parameter or a sensor that is not there: not supported, rather than refused.
ABSENT = frozenset({0x80, 0xC1, 0xC2, 0xCB, 0xCC, 0xD6})
# Privilege level, or disabled by the command firewall.
FORBIDDEN = frozenset({0xD4})
BUSY_PAUSES = (0.5, 1.0, 2.0)
FULL_TABLE_PAUSES = (2.0, 5.0, 10.0)
# User names and passwords on the wire (22.28, 22.30).
LONGEST_NAME, LONGEST_PASSWORD = 16, 20


class Session:
    """A session that is opened by the first request and kept for the lifetime of one task.

    :ivar clock_offset: seconds by which the BMC's clock is ahead of ours, once its manager was read; None if unknown.
    """

    def __init__(self, target: Target, context: Context, drawer: Drawer, patience: float | None = None) -> None:
        self.target = target
        self.machine = target.host
        self._host = target.host.strip("[]")
        self.read_only = context.read_only
        self.clock = context.clock
        self.clock_offset: float | None = None
        self._wrote = context.wrote
        self._drawer = drawer
        self._cache_dir = context.cache_dir
        self._patience = patience
        self._deadline = None if patience is None else context.clock.monotonic() + patience
        self._command: t.Any = None
        self._kept: dict[str, t.Any] = {}

    def close(self) -> None:
        """End the session."""
        if self._command is None:
            return
        with contextlib.suppress(Exception):
            self._command.ipmi_session.logout()
        self._forget_logins()
        self._command = None

    def _forget_logins(self) -> None:
        """Make the library forget log-ins to this BMC that are over.

        pyghmi 1.6 keeps a session that was refused or closed as one that is still logging in, and hands it out, dead and
        without an error, to the next one who comes with the same credentials.
        """
        waiting = pyghmi.session.Session.initting_sessions
        for key in [key for key in waiting if key[0] == self._host and key[3] == self.target.port]:
            del waiting[key]

    def kept(self, name: str, build: t.Callable[[], T]) -> T:
        """Return what was built under that name before, or build it: some things are read by hundreds of requests."""
        if name not in self._kept:
            self._kept[name] = build()
        return t.cast(T, self._kept[name])

    def forget(self, *names: str) -> None:
        """Drop what was kept: a write has changed it."""
        for name in names:
            self._kept.pop(name, None)

    def read(self, netfn: int, command: int, *data: int, lun: int = 0) -> bytes:
        """Send one command that only reads, and return the data of its answer without the completion code.

        :raises NotSupportedError: when the BMC refuses it; the fact ``code`` is its completion code.
        :raises NetworkError: when nothing came back.
        """
        return self.ask(lambda bmc: bytes(bmc.xraw_command(netfn, command, data=bytearray(data), rslun=lun)["data"]))

    def read_or_none(self, netfn: int, command: int, *data: int) -> bytes | None:
        """Send one command that only reads; None when the BMC refuses it."""
        try:
            return self.read(netfn, command, *data)
        except NotSupportedError:
            return None

    def ask(self, question: t.Callable[[t.Any], T]) -> T:
        """Let the library read something.

        :raises NotSupportedError: when the BMC refuses it; the fact ``code`` is its completion code.
        :raises NetworkError: when nothing came back.
        """
        try:
            return self._patiently(question)
        except HWAutomationError:
            raise
        except Exception as exc:
            if _is_lost(exc):
                self.close()  # pyghmi never brings a session back
                raise NetworkError(f"no answer over IPMI: {exc}", machine=self.machine, sent=True) from exc
            raise NotSupportedError(
                f"IPMI answered: {exc}", machine=self.machine, answer=str(exc), code=_code(exc), status=404
            ) from exc

    def ask_or_none(self, question: t.Callable[[t.Any], T]) -> T | None:
        """Let the library read something that may be refused."""
        try:
            return self.ask(question)
        except NotSupportedError:
            return None

    def write(self, resource: str, netfn: int, command: int, *data: int) -> None:
        """Send one command that changes something; a lost datagram is sent again, which repeats nothing (6.12.8).

        :raises OutcomeUnknown: when no answer came all the same.
        """
        self.tell(resource, lambda bmc: bmc.xraw_command(netfn, command, data=bytearray(data)), single=True)

    def tell(self, resource: str, order: t.Callable[[t.Any], t.Any], *, single: bool = False) -> None:
        """Let the library change something.

        :param single: whether it does so with one command, so that a refusal means that nothing was done.
        :raises OutcomeUnknown: when the answer was lost.
        :raises ConfigurationError: when the BMC refused it.
        """
        self.refuse_if_read_only(resource)
        try:
            self._patiently(order)
        except HWAutomationError:
            raise
        except Exception as exc:
            error = self._refused_write(exc, resource)
            error.refused = single and not isinstance(error, OutcomeUnknown)
            if not error.refused:
                self._wrote(resource)
            raise error from exc
        self._wrote(resource)

    def refuse_if_read_only(self, resource: str) -> None:
        """Stop a write in check mode.

        :raises ReadOnlyViolation: when this session may only read.
        """
        if self.read_only:
            raise ReadOnlyViolation(
                "a write was about to be sent through a read-only connection; this is a defect of the collection",
                machine=self.machine,
                resource=resource,
            )

    def _patiently(self, ask: t.Callable[[t.Any], T]) -> T:
        """Ask a busy BMC again: ipmitool and Ironic do, for the same completion codes (Q-P03)."""
        bmc = self.connected()
        if self._deadline is not None and self.clock.monotonic() > self._deadline:
            raise NetworkError(
                f"IPMI was still not through after {self._patience:.0f} s", machine=self.machine, sent=True
            )
        for pause in BUSY_PAUSES:
            try:
                return ask(bmc)
            except Exception as exc:
                if _code(exc) not in BUSY:
                    raise
            self.clock.sleep(pause)
        return ask(bmc)

    def _refused_write(self, exc: Exception, resource: str) -> HWAutomationError:
        if _is_lost(exc):
            self.close()
            return OutcomeUnknown(
                f"the answer to a write was lost ({exc})",
                machine=self.machine,
                resource=resource,
                hint="run it again: it reads first and does only what is left",
            )
        kind: type[HWAutomationError] = ConfigurationError
        text = f"IPMI refused: {exc}"
        if _code(exc) in FORBIDDEN:
            kind, text = AuthenticationError, "the account may not do this over IPMI"
        elif _code(exc) in ABSENT:
            kind, text = NotSupportedError, f"IPMI on this BMC cannot do that: {exc}"
        return kind(text, machine=self.machine, resource=resource, answer=str(exc), code=_code(exc))

    def connected(self) -> t.Any:
        """Return the library's command object, logging in once; refused credentials are not tried again in this run."""
        if self._command is not None:
            return self._command
        require("pyghmi")
        refused = self._drawer.read().refused
        if refused:
            raise self._refusal(
                refused, " earlier in this run and are not tried again, since that could lock the account"
            )
        self._check_credentials()
        for pause in (*FULL_TABLE_PAUSES, None):
            try:
                self._command = self._open()
                return self._command
            except Exception as exc:
                if FULL not in str(exc) or pause is None:
                    raise self._login_failure(exc) from exc
            self.clock.sleep(pause)
        return self._command

    def _check_credentials(self) -> None:
        target = self.target
        if target.username is None or target.password is None:
            raise ConfigurationError(
                "IPMI wants credentials", machine=self.machine, hint="set bmc_username and bmc_password"
            )
        # Sent on, they would be cut off or refused, and count as a wrong password.
        for word, value, longest in (
            ("user name", target.username, LONGEST_NAME),
            ("password", target.password, LONGEST_PASSWORD),
        ):
            if len(value.encode()) > longest:
                raise ConfigurationError(
                    f"IPMI knows no {word} of more than {longest} bytes",
                    machine=self.machine,
                    hint="use Redfish, or another account for IPMI",
                )

    def _open(self) -> t.Any:
        target = self.target
        self._forget_logins()
        try:
            command = pyghmi.Command(
                bmc=self._host, userid=target.username, password=target.password, port=target.port, keepalive=False
            )
        finally:
            self._forget_logins()
        if not command.ipmi_session.logged:
            raise NetworkError("the log-in did not come to an end", machine=self.machine, sent=False)
        if self._cache_dir:
            folder = os.path.join(self._cache_dir, "sdr")
            os.makedirs(folder, mode=0o700, exist_ok=True)
            command.set_sdr_cachedir(folder)
        return command

    def _login_failure(self, exc: Exception) -> HWAutomationError:
        text = str(exc)
        if any(word in text for word in REFUSED):
            with self._drawer.change() as record:
                record.refused = text
            return self._refusal(text, "")
        if FULL in text:
            return ConflictError(
                "the BMC has no room for another IPMI session",
                machine=self.machine,
                answer=text,
                hint="close unused sessions on the BMC, or wait until they expire",
            )
        return NetworkError(
            "IPMI does not answer",
            machine=self.machine,
            sent=False,
            hint=f"check that IPMI over LAN is enabled on the BMC and UDP port {self.target.port} is open",
        )

    def _refusal(self, answer: str, more: str) -> AuthenticationError:
        return AuthenticationError(
            f"the credentials were refused{more}",
            machine=self.machine,
            answer=answer,
            hint="check bmc_username and bmc_password, and that the account may use IPMI",
            username=self.target.username,
        )


def _code(exc: Exception) -> int | None:
    return getattr(exc, "ipmicode", None)


def _is_lost(exc: Exception) -> bool:
    return any(word in str(exc) for word in SILENCE)
