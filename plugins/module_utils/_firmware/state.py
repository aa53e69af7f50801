# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that reading, deciding and acting on firmware pass to each other.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import Takes
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import (
    STANDARD,
    FirmwareAnswers,
)

__all__ = ["COMING_SECONDS", "IMMEDIATE", "ON_RESET", "Current", "Handle", "Unit", "UpdateTask", "Wanted"]

# So long after the end of the update of its own firmware a BMC may still have to restart for it.
COMING_SECONDS = 300.0
# When a staged image becomes active; the words of OperationApplyTime (DSP2046 UpdateService) in our spelling.
IMMEDIATE, ON_RESET = "immediate", "on_reset"


@dataclass(frozen=True)
class Handle:
    """What a started update is known by later: by another task, after a restart of the controller, by the audit.

    ``stage`` is ``sent``, ``ended`` (its task is over, or is no more), or ``activating``; times are epoch seconds of the
    controller, ``clock_offset`` is the BMC's clock minus the controller's. An update with a handle is never sent again.
    """

    component: str
    version: str
    sha256: str
    stage: str = "sent"
    task: str = ""
    image: str = ""
    before: str = ""
    sent_at: float = 0.0
    activated_at: float = 0.0
    clock_offset: float = 0.0

    def fits(self, row: Row) -> bool:
        """Whether this is the update that the row asks for."""
        return (self.component, self.version, self.sha256) == (row.label, row.version, row.sha256)


@dataclass(frozen=True)
class Wanted:
    """The options of the firmware door, normalised."""

    targets: t.Tuple[Row, ...]
    allow_downgrade: bool = False
    allow_reboot: bool = False
    allow_tpm_override: bool = False
    apply_time: str = IMMEDIATE
    method: str = "auto"
    wait: bool = True
    wait_timeout: float = 7200.0
    wait_interval: float = 10.0
    handles: t.Tuple[Handle, ...] = ()
    system_id: str | None = None
    answer_timeout: float = 0.0


@dataclass(frozen=True)
class UpdateTask:
    """A firmware task or job on the BMC.

    ``state`` is waiting, running, ok, failed or vanished; ``image`` the file name it was started with and
    ``component`` what its name speaks of, both empty where the BMC does not say; ``active`` while it is not at its end.
    ``since_reset`` tells of an ended task whether the host was not restarted since, ``ended_ago`` how many seconds ago
    that was (None where nothing tells), ``says_staged`` whether its
    messages speak of a reset that is still to come and ``reset_type`` the type of reset that they name; ``verified``
    whether it only verified an image that waits for StartUpdate.
    """

    uri: str
    name: str = ""
    state: str = "running"
    percent: int | None = None
    text: str = ""
    image: str = ""
    component: str = ""
    since_reset: bool = False
    says_staged: bool = False
    reset_type: str = ""
    verified: bool = False
    started: float | None = None
    ended_ago: float | None = None

    @property
    def active(self) -> bool:
        """Whether the BMC still works on it; a waiting one waits for a reset of the host."""
        return self.state in ("running", "waiting")

    @property
    def just_ended(self) -> bool:
        """Whether a BMC may still have to restart for the firmware that this has brought it."""
        return self.ended_ago is not None and self.ended_ago < COMING_SECONDS

    def may_be(self, row: Row) -> bool | None:
        """Say whether this is the update of the row; None where the BMC tells too little to know."""
        if self.image:
            return self.image == row.file_name
        if self.component:
            return self.component == row.component
        return None


@dataclass(frozen=True)
class Current:
    """What was read from a machine.

    ``obstacles`` are reasons for which it cannot be updated just now; ``free_bytes`` is the room for an image, None
    where the BMC does not say; ``session`` whether it had room for a session of ours. ``tools`` are vendors' tools that
    are installed, best first, and ``no_tool`` says why others are not. ``takes`` is what SimpleUpdate takes.
    """

    machine: str = ""
    platform: str = "generic"
    model: str = ""
    components: t.Tuple[Component, ...] = ()
    tasks: t.Tuple[UpdateTask, ...] = ()
    offers: t.Tuple[str, ...] = ()
    max_bytes: int | None = None
    free_bytes: int | None = None
    session: bool = True
    tools: t.Tuple[str, ...] = ()
    no_tool: str = ""
    takes: Takes = Takes()
    power_state: str = ""
    clock_offset: float = 0.0
    obstacles: t.Tuple[str, ...] = ()
    answers: FirmwareAnswers = STANDARD


@dataclass(frozen=True)
class Unit:
    """One update to carry out, or to carry on with.

    ``begin`` is where to start: ``send``, ``start`` (the image is there, verified or in the BMC's store under the URI
    ``stored``), ``follow`` (it runs already), ``activate`` (it is staged) or ``confirm`` (its activation has begun).
    """

    row: Row
    current: str
    begin: str
    method: str = ""
    activation: str = "none"
    minutes: int = 0
    uri: str = ""
    task: str = ""
    reason: str = ""
    stored: str = ""
