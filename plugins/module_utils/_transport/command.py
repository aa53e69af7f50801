# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a vendor's command line tool against one machine, without showing the password to anybody.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import redact_text

__all__ = ["Argv", "Command", "find_binary"]

Argv = t.Tuple[str, ...]
# Characters of a tool's output that an error repeats: its last words say why.
TOLD = 2000


def find_binary(names: t.Iterable[str], path: t.Optional[str] = None) -> str:
    """Return the path of the first of these executables that is installed, or an empty string."""
    return next((found for found in (shutil.which(name, path=path) for name in names) if found), "")


@dataclass(frozen=True)
class Command:
    """An installed tool and the machine it is used on.

    In a command ``{binary} {host} {username} {secret}`` and the words given to :meth:`run` are filled in. The password
    never stands in a command, where every user of the machine could read it (Q-P06), nor in a file: ``{secret}`` is a
    pipe that holds ``secret`` with ``{username} {password} {host}`` filled in; without ``{secret}`` in the command that
    goes to standard input.

    :param failures: parts of what the tool prints, although it may end with 0, that mean it cannot work here, and why.
    :param timeout: seconds.
    """

    name: str
    binary: str
    host: str
    username: str
    password: str
    timeout: float
    secret: str = "{password}"
    failures: t.Mapping[str, str] = field(default_factory=dict)

    def run(self, template: Argv, **words: str) -> str:
        """Run the tool and return what it printed.

        :raises NetworkError: when it fails, with what it said; fact ``exit_code``, or ``timed_out``.
        :raises NotSupportedError: when it says that it cannot work on this machine.
        """
        secret = self.secret.format(username=self.username, password=self.password, host=self.host)
        by_pipe = any("{secret}" in part for part in template)
        reader, writer = os.pipe()
        try:
            os.write(writer, secret.encode())
            os.close(writer)
            known = {"binary": self.binary, "host": self.host, "username": self.username, "secret": f"/dev/fd/{reader}"}
            command = [part.format(**{**known, **words}) for part in template]
            # Not AnsibleModule.run_command: the same code runs in the controller's worker, which has no module, and the
            # secret goes through a pipe that only the tool inherits.
            done = subprocess.run(  # pylint: disable=ansible-bad-function
                command,
                input=None if by_pipe else secret,
                stdin=subprocess.DEVNULL if by_pipe else None,
                pass_fds=(reader,) if by_pipe else (),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            text = f"{self.name} did not end within {self.timeout:g} s"
            raise NetworkError(text, machine=self.host, timed_out=True) from exc
        finally:
            os.close(reader)
        self._judge(done)
        return done.stdout

    def _judge(self, done: subprocess.CompletedProcess[str]) -> None:
        told = redact_text(f"{done.stdout}\n{done.stderr}".strip(), {self.password})[-TOLD:]
        for part, meaning in self.failures.items():
            if part.lower() in told.lower():
                raise NotSupportedError(f"{self.name}: {meaning}", machine=self.host, answer=told)
        if done.returncode:
            text = f"{self.name} failed with exit code {done.returncode}"
            raise NetworkError(text, machine=self.host, answer=told, exit_code=done.returncode)
