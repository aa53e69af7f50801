# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vendor's command line tool as data: what it is told to do, and how to read and write what it works on.

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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Argv, Program
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command

__all__ = ["TIMEOUT", "Installed", "Settings", "Tool", "checked"]

# Seconds; reading a whole configuration takes SUM up to two minutes on slow BMCs.
TIMEOUT = 600.0


@dataclass(frozen=True)
class Settings:
    """What a tool shows: values by name, and rows of an attribute registry made of what it says about them.

    ``pending`` are values that wait for a restart, None from a tool that does not show them. ``nested`` tells where the
    machine has its attributes: in an object of their own, or (Gen9 of HPE) beside everything else.
    """

    values: t.Mapping[str, t.Any] = field(default_factory=dict)
    rows: t.Tuple[t.Mapping[str, t.Any], ...] = ()
    pending: t.Optional[t.Mapping[str, t.Any]] = None
    nested: bool = True


@dataclass(frozen=True)
class Tool:
    """One tool. Commands go on where those of its program begin; ``{input}`` and ``{output}`` are filled in.

    :param read: makes the settings appear in ``{output}``, or on standard output if the command has no ``{output}``.
    :param write: takes the settings from ``{input}``.
    :param parse: turns what was read into settings.
    :param render: turns values into the content of ``{input}``, for a machine whose settings look like these.
    """

    program: Program
    read: Argv
    write: Argv
    parse: t.Callable[[str], Settings]
    render: t.Callable[[t.Mapping[str, t.Any], Settings], str]


@dataclass(frozen=True)
class Installed:
    """A tool that is there, and how to call it for one machine."""

    tool: Tool
    command: Command

    def read(self) -> Settings:
        """Read the settings of the machine.

        :raises NetworkError: when the tool fails, with what it said.
        :raises ConfigurationError: when what it wrote cannot be read.
        """
        with tempfile.TemporaryDirectory(prefix="bios-") as scratch:
            output = Path(scratch, "settings")
            printed = self.command.run(self.tool.read, output=str(output))
            text = output.read_text(encoding="utf-8", errors="replace") if output.exists() else printed
            return self.tool.parse(text)

    def write(self, values: t.Mapping[str, t.Any], shown: Settings) -> None:
        """Set values; the others stay. They take effect at the next restart.

        :param shown: what was read of the machine.
        :raises NetworkError: when the tool fails, with what it said.
        """
        with tempfile.TemporaryDirectory(prefix="bios-") as scratch:
            wanted = Path(scratch, "wanted")
            wanted.write_text(self.tool.render(values, shown), encoding="utf-8")
            self.command.run(self.tool.write, input=str(wanted))


def checked(text: str, tool: str) -> str:
    """Return text, or raise when a tool has written nothing.

    :raises ConfigurationError: naming the tool.
    """
    if not text.strip():
        raise ConfigurationError(f"{tool} has written no settings")
    return text
