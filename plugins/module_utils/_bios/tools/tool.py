# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vendor's command line tool as data: command templates, and how to read and write what it works on.

For machines whose BMC has no BIOS settings over Redfish, or not this one. A tool reads and writes values; whether they
took effect is seen by reading again after a restart.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import tempfile
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import (
    Argv,
    Command,
    find_binary,
)

__all__ = ["Installed", "Settings", "Tool"]

# Seconds; reading a whole configuration takes SUM up to two minutes on slow BMCs.
TIMEOUT = 600.0


@dataclass(frozen=True)
class Settings:
    """What a tool shows: values by name, and rows of an attribute registry made of what it says about them."""

    values: t.Mapping[str, t.Any]
    rows: t.Tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class Tool:
    """One tool.

    In a command ``{input}`` and ``{output}`` are filled in, and what :class:`Command` knows.

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
        return find_binary(self.binaries, path)


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
        tool = self.tool
        known = (tool.name, self.binary, self.host, self.username, self.password, self.timeout)
        return Command(*known, secret=tool.secret, failures=tool.failures).run(template, **files)


def checked(text: str, tool: str) -> str:
    """Return text, or raise when a tool has written nothing.

    :raises ConfigurationError: naming the tool.
    """
    if not text.strip():
        raise ConfigurationError(f"{tool} has written no settings")
    return text
