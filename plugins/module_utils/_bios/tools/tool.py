# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vendor's command line tool as data: command templates, and how to read and write what it works on.

For machines whose BMC has no BIOS settings over Redfish, or not this one. A tool reads and writes values; whether they
took effect is seen by reading again after a restart.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import redact_text

__all__ = ["Installed", "Settings", "Tool"]

Argv = t.Tuple[str, ...]
# Seconds; reading a whole configuration takes SUM up to two minutes on slow BMCs.
TIMEOUT = 600.0
TOLD = 2000


@dataclass(frozen=True)
class Settings:
    """What a tool shows: values by name, and rows of an attribute registry made of what it says about them."""

    values: t.Mapping[str, t.Any]
    rows: t.Tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class Tool:
    """One tool.

    In a command ``{binary} {host} {username} {secret} {input} {output}`` are filled in. The password never stands in a
    command, where every user of the machine could read it (Q-P06), nor in a file: ``{secret}`` is a pipe that holds
    ``secret`` with ``{username} {password} {host}`` filled in; without ``{secret}`` in the command that goes to
    standard input.

    :param binaries: names to look for, the newest first.
    :param read: makes the settings appear in ``{output}``, or on standard output if the command has no ``{output}``.
    :param write: takes the settings from ``{input}``.
    :param parse: turns what was read into settings.
    :param render: turns values into the content of ``{input}``.
    :param failures: parts of what a tool prints although it ends with 0, and what they mean.
    """

    name: str
    binaries: t.Tuple[str, ...]
    read: Argv
    write: Argv
    parse: t.Callable[[str], Settings]
    render: t.Callable[[t.Mapping[str, t.Any]], str]
    secret: str = "{password}"
    failures: t.Mapping[str, str] = field(default_factory=dict)

    def find(self, path: t.Optional[str] = None) -> str:
        """Return the path of the tool's executable, or an empty string when it is not installed."""
        return next((found for found in (shutil.which(name, path=path) for name in self.binaries) if found), "")


@dataclass(frozen=True)
class Installed:
    """A tool that is there, and the machine to use it on."""

    tool: Tool
    binary: str
    host: str
    username: str
    password: str
    timeout: float = TIMEOUT

    def read(self) -> Settings:
        """Read the settings of the machine.

        :raises NetworkError: when the tool fails, with what it said.
        :raises ConfigurationError: when what it wrote cannot be read.
        """
        with tempfile.TemporaryDirectory(prefix="bios-") as scratch:
            output = Path(scratch, "settings")
            printed = self._run(self.tool.read, output=str(output))
            text = output.read_text(encoding="utf-8", errors="replace") if output.exists() else printed
            return self.tool.parse(text)

    def write(self, values: t.Mapping[str, t.Any]) -> None:
        """Set values; the others stay. They take effect at the next restart.

        :raises NetworkError: when the tool fails, with what it said.
        """
        with tempfile.TemporaryDirectory(prefix="bios-") as scratch:
            wanted = Path(scratch, "wanted")
            wanted.write_text(self.tool.render(values), encoding="utf-8")
            self._run(self.tool.write, input=str(wanted))

    def _run(self, template: Argv, **files: str) -> str:
        secret = self.tool.secret.format(username=self.username, password=self.password, host=self.host)
        by_pipe = any("{secret}" in part for part in template)
        reader, writer = os.pipe()
        try:
            os.write(writer, secret.encode())
            os.close(writer)
            words = {"binary": self.binary, "host": self.host, "username": self.username, "secret": f"/dev/fd/{reader}"}
            command = [part.format(**{**words, **files}) for part in template]
            # Not AnsibleModule.run_command: the same code runs in the controller's worker, which has no module, and the
            # secret goes through a pipe that only the tool inherits.
            done = subprocess.run(  # pylint: disable=ansible-bad-function
                command,
                input=None if by_pipe else secret,
                stdin=subprocess.DEVNULL if by_pipe else None,
                pass_fds=(reader,) if by_pipe else (),
                capture_output=True,
                text=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            raise NetworkError(f"{self.tool.name} did not end within {self.timeout:g} s", machine=self.host) from exc
        finally:
            os.close(reader)
        self._judge(done)
        return done.stdout

    def _judge(self, done: subprocess.CompletedProcess[str]) -> None:
        told = redact_text(f"{done.stdout}\n{done.stderr}".strip(), {self.password})[-TOLD:]
        for part, meaning in self.tool.failures.items():
            if part.lower() in told.lower():
                raise NotSupportedError(f"{self.tool.name}: {meaning}", machine=self.host, answer=told)
        if done.returncode:
            raise NetworkError(
                f"{self.tool.name} failed with exit code {done.returncode}", machine=self.host, answer=told
            )


def checked(text: str, tool: str) -> str:
    """Return text, or raise when a tool has written nothing.

    :raises ConfigurationError: naming the tool.
    """
    if not text.strip():
        raise ConfigurationError(f"{tool} has written no settings")
    return text
