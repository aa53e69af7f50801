# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vendor's tool that flashes, as data: what it is told to do, and how to read what it prints.

For machines whose BMC has no update service. A tool takes the image, flashes it and ends; whether the version became
active is seen by reading it back, as after every other update.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Argv, Program

__all__ = ["FAILED", "TAKEN", "UNKNOWN", "FlashTool", "Job", "Said"]

# The image was taken; it was not, or its flash failed; nobody knows these words.
TAKEN, FAILED, UNKNOWN = "taken", "failed", "unknown"


@dataclass(frozen=True)
class Said:
    """What a tool said: one of the three above, in its own words, and the id of a job that goes on inside the BMC.

    ``untouched`` tells of a failure that the image cannot have come to the machine.
    """

    state: str
    text: str
    job: str = ""
    untouched: bool = False


@dataclass(frozen=True)
class Job:
    """One look at such a job; ``state`` is running, staged (waits for a restart of the host), ok or failed."""

    state: str
    text: str


@dataclass(frozen=True)
class FlashTool:
    """One tool. Commands go on where those of its program begin; ``{image}`` is the path of the image.

    :param flash: component, or ``*`` for every other one -> command.
    :param good: pattern of what it prints when the image was taken; group ``job`` names a job, ``text`` is for people.
    :param bad: pattern of what it prints when it failed, whatever it ends with; group ``text`` says why.
    :param tpm: words that let it change what a TPM has measured.
    :param begun: pattern of what it prints before it sends the image: what fails without that has sent nothing.
    :param taken: pattern of what it prints when the machine has taken the image.
    :param refusals: exit codes that mean, until then, that the machine refused it.
    :param failures: exit codes that mean that the flash failed.
    :param poll: command that shows the job, with ``{job}``.
    :param job_states: (state, pattern) on what that prints; the first match counts.
    :param unproven: what is not known of it for certain, for those who use it; empty where its words were recorded.
    """

    program: Program
    flash: t.Mapping[str, Argv]
    good: str
    bad: str = r"(?!)"
    tpm: Argv = ()
    begun: str = ""
    taken: str = ""
    refusals: t.FrozenSet[int] = frozenset()
    failures: t.FrozenSet[int] = frozenset()
    poll: Argv = ()
    job_states: t.Tuple[t.Tuple[str, str], ...] = ()
    unproven: str = ""

    @property
    def name(self) -> str:
        """Return the name of its program."""
        return self.program.name

    def command(self, component: str, *, tpm_override: bool = False) -> Argv:
        """Return the command for a component, empty where the tool has none."""
        command = self.flash.get(component) or self.flash.get("*") or ()
        return (*command, *self.tpm) if command and tpm_override else command

    def read(self, printed: str) -> Said:
        """Return what it says of the image; a failure counts before everything else it may say."""
        bad = re.search(self.bad, printed)
        if bad:
            return Said(FAILED, _text(bad))
        good = re.search(self.good, printed)
        if good is None:
            return Said(UNKNOWN, _last_words(printed))
        return Said(TAKEN, _text(good), good.groupdict().get("job") or "")

    def read_failure(self, printed: str, exit_code: int) -> Said:
        """Return what it says of the image when it ended with an error: that failed, or nobody knows."""
        said = self.read(printed)
        if said.state == FAILED or said.state == TAKEN:
            return said
        sent_nothing = self.begun and not re.search(self.begun, printed)
        refused = exit_code in self.refusals and not re.search(self.taken, printed)
        if sent_nothing or refused:
            return Said(FAILED, said.text, untouched=True)
        return Said(FAILED, said.text) if exit_code in self.failures else said

    def read_job(self, printed: str) -> Job:
        """Return the state of a job; what nobody knows counts as running, and the deadline ends it."""
        for state, pattern in self.job_states:
            match = re.search(pattern, printed)
            if match:
                return Job(state, _text(match))
        return Job("running", _last_words(printed))


def _text(match: re.Match[str]) -> str:
    return " ".join((match.groupdict().get("text") or match.group(0)).split())


def _last_words(printed: str) -> str:
    """Return what it says from the first error on, or its last line."""
    lines = [" ".join(line.split()) for line in printed.splitlines() if line.strip()]
    errors = (number for number, line in enumerate(lines) if re.search(r"(?i)^error\b|: error:", line))
    return " ".join(lines[next(errors, -1) :]) or "it printed nothing"
