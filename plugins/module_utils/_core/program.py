# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vendor's command line tool as data.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import os
import shutil
import typing as t
from dataclasses import dataclass, field

__all__ = ["Argv", "Program"]

Argv = t.Tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """How a tool is called. ``{binary} {host} {address} {username} {secret} {scratch} {verify}`` are filled in.

    The password never stands in a command, where every user of the machine could read it (Q-P06), nor in a file:
    ``{secret}`` names something that only the tool can open, and that holds ``secret`` with ``{username} {password} {url}``
    filled in; without ``{secret}`` in the command that goes to standard input.

    :param begin: how each of its commands begins. ``{address}`` is the host, with its port where that is not 443;
        ``{scratch}`` a folder that ends with the command, which is also where the tool runs.
    :param verify: the word that makes it verify the BMC's certificate: ``{verify}`` where that is asked for.
    :param unverified: why it cannot be made to; empty where it can, or where its protocol has none.
    :param failures: parts of what it prints, although it may end with 0, that mean it cannot work here -> why.
    :param exits: exit codes it gives without a word -> what they mean.
    """

    name: str
    binaries: t.Tuple[str, ...]
    begin: Argv
    secret: str = "{password}"
    verify: str = ""
    unverified: str = ""
    failures: t.Mapping[str, str] = field(default_factory=dict)
    exits: t.Mapping[int, str] = field(default_factory=dict)

    def find(self, path: t.Optional[str] = None) -> str:
        """Return the path of its executable, or an empty string when it is not installed."""
        found = next((place for place in (shutil.which(name, path=path) for name in self.binaries) if place), "")
        return os.path.abspath(found) if found else ""
