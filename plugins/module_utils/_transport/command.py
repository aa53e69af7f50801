# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a vendor's command line tool against one machine, without showing the password to anybody.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Argv, Program
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import redact_text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

__all__ = ["Command", "Ran", "Toolbox", "find_programs", "must_verify"]

# Characters of a tool's output that an error repeats: its last words say why.
TOLD = 2000


class Toolbox(t.NamedTuple):
    """The tools for a machine: name -> executable of those that can be used, and why others cannot."""

    installed: t.Mapping[str, str] = {}
    missing: str = ""


def find_programs(programs: t.Iterable[Program], *, verify: bool, path: t.Optional[str] = None) -> Toolbox:
    """Look which of these programs can be used here.

    :param verify: whether one that does not verify the BMC's certificate is left out.
    :param path: where to look, ``PATH`` when not given.
    """
    found, reasons = {}, []
    for program in programs:
        binary = program.find(path)
        if not binary:
            reasons.append(f"{program.name} is not installed ({' or '.join(program.binaries)} is not in the PATH)")
        elif verify and program.unverified:
            reasons.append(
                f"{program.name} is not used: {program.unverified}; allow_unverified_tools: true accepts that"
            )
        else:
            found[program.name] = binary
    return Toolbox(found, "; ".join(reasons))


def must_verify(trust: Trust, params: t.Mapping[str, t.Any]) -> bool:
    """Return whether a tool has to verify the certificate: where we do, unless the option TOOL_OPTIONS has for it says no."""
    return bool((trust.validate or trust.fingerprint) and not params.get("allow_unverified_tools"))


class Ran(t.NamedTuple):
    """How a tool ended, and what it printed on its way."""

    printed: str
    errors: str
    exit_code: int

    @property
    def said(self) -> str:
        """Return everything it printed."""
        return f"{self.printed}\n{self.errors}".strip()


@dataclass(frozen=True)
class Command:
    """An installed program and the machine it is used on; ``timeout`` is in seconds."""

    program: Program
    binary: str
    target: Target
    timeout: float
    verify: bool = True

    def run(self, words: Argv, **files: str) -> str:
        """Run the tool with these words and return what it printed.

        :param files: what else is filled in.
        :raises NetworkError: when it fails, with what it said; fact ``exit_code``, or ``timed_out``.
        :raises NotSupportedError: when it says that it cannot work on this machine.
        """
        done = self.call(words, **files)
        if done.exit_code:
            raise self.failure(done)
        return done.printed

    def call(self, words: Argv, **files: str) -> Ran:
        """Run the tool with these words and return how it ended.

        :param files: what else is filled in.
        :raises NetworkError: when it does not end in time; fact ``timed_out``.
        :raises NotSupportedError: when it says that it cannot work on this machine.
        """
        program, host = self.program, self.target.host
        account = {"username": self.target.username or "", "password": self.target.password or ""}
        # iLOrest does not find its session again, to log out, where the URL has a port, be it 443.
        secret = program.secret.format(url=self.target.url.removesuffix(":443"), **account).encode()
        template = (*program.begin, *words)
        hidden = any("{secret}" in part for part in template)
        with contextlib.ExitStack() as stack:
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{program.name}-"))
            reader = _unseen(secret, stack)
            known = {
                "binary": self.binary,
                "host": host,
                "address": host if self.target.port == 443 else f"{host}:{self.target.port}",
                "username": account["username"],
                "secret": f"/dev/fd/{reader}",
                "scratch": scratch,
                "verify": program.verify if self.verify else "",
            }
            filled = ((part, part.format(**{**known, **files})) for part in template)
            command = [text for part, text in filled if text or part != "{verify}"]
            try:
                # Not AnsibleModule.run_command: the same code runs in the controller's worker, which has no module, and
                # only the tool inherits what holds the secret.
                done = subprocess.run(  # pylint: disable=ansible-bad-function
                    command,
                    input=None if hidden else secret,
                    stdin=subprocess.DEVNULL if hidden else None,
                    pass_fds=(reader,) if hidden else (),
                    capture_output=True,
                    timeout=self.timeout,
                    check=False,
                    cwd=scratch,
                    env=_environment(),
                )
            except subprocess.TimeoutExpired as exc:
                text = f"{program.name} did not end within {self.timeout:g} s"
                raise NetworkError(text, machine=host, timed_out=True) from exc
        ran = Ran(_as_seen(done.stdout), _as_seen(done.stderr), done.returncode)
        for part, meaning in program.failures.items():
            if part.lower() in ran.said.lower():
                raise NotSupportedError(f"{program.name}: {meaning}", machine=host, answer=self.hide(ran.said)[-TOLD:])
        return ran

    def failure(self, ran: Ran) -> NetworkError:
        """Return the error for a tool that ended with an exit code."""
        meaning = self.program.exits.get(ran.exit_code, "")
        text = f"{self.program.name} failed with exit code {ran.exit_code}{f' ({meaning})' if meaning else ''}"
        return NetworkError(text, machine=self.target.host, answer=self.hide(ran.said)[-TOLD:], exit_code=ran.exit_code)

    def hide(self, text: str) -> str:
        """Return what may be shown of what a tool has printed."""
        return redact_text(text, {self.target.password or ""})


def _environment() -> t.Dict[str, str]:
    """Return the environment without what would make a tool written in Python import our libraries instead of its own."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _as_seen(raw: bytes) -> str:
    """Return what a terminal would show in the end: a line that is written over and over tells its last state."""
    text = raw.decode("utf-8", errors="replace").replace("\r\n", "\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _unseen(secret: bytes, stack: contextlib.ExitStack) -> int:
    """Return a file descriptor to read a secret from, which ``stack`` closes; it has no name that others could open.

    A file in memory where the system has them (Linux): iLOrest takes nothing but regular files.
    """
    if hasattr(os, "memfd_create"):
        reader = os.memfd_create("account")
        stack.callback(os.close, reader)
        os.write(reader, secret)
        os.lseek(reader, 0, os.SEEK_SET)
        return reader
    reader, writer = os.pipe()
    stack.callback(os.close, reader)
    os.write(writer, secret)
    os.close(writer)
    return reader
