# SPDX-License-Identifier: GPL-3.0-or-later
"""The update task queue of an iLO: items run one after another, by the BMC at once or by the host in its next POST.

Items stay when they have ended (Q-H13); one that failed holds up all behind it until somebody deletes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..bmc import Bmc
from ..firmware import UpdateRefused
from ..machine import HARDWARE_READY, Machine
from ..tasks import COMPLETED, Task
from .repository import Repository

PENDING, IN_PROGRESS, COMPLETE, EXCEPTION = "Pending", "InProgress", "Complete", "Exception"
BMC, UEFI, AGENT = "Bmc", "Uefi", "RuntimeAgent"
RETRY = 5.0
"""Lab seconds until an item tries again that met another flash."""


@dataclass(eq=False)
class Item:
    """One task of the queue."""

    id: str
    name: str
    command: str
    created: datetime
    updatable_by: list[str]
    filename: str = ""
    wait: int = 0
    tpm_override: bool = False
    targets: list[str] = field(default_factory=list)
    state: str = PENDING
    message_id: str = ""
    task: Task | None = None

    @property
    def by_host(self) -> bool:
        """Whether the host flashes it; what the BMC can do it does."""
        return BMC not in self.updatable_by and UEFI in self.updatable_by


class Queue:
    """The items of one BMC, by id, in the order in which they came."""

    def __init__(self, bmc: Bmc, repository: Repository) -> None:
        self.bmc, self.repository = bmc, repository
        self.items: dict[str, Item] = {}
        self._made = 0
        self._posting: list[Item] = []
        bmc.tasks.on_change.append(self._task_changed)
        bmc.on_up.append(self._came_up)
        bmc.machine.on_reset.append(self._post_starts)
        bmc.machine.on_change.append(self._phase_changed)

    def new_id(self) -> str:
        self._made += 1
        return f"{0x5EED0000 + self._made:08x}"

    def add(self, item: Item) -> None:
        self.items[item.id] = item
        self.bmc.clock.later(1.0, self._step)

    def remove(self, item: Item) -> None:
        del self.items[item.id]
        self.bmc.clock.later(1.0, self._step)

    def uses(self, filename: str) -> bool:
        """Say whether an item names the file: it is locked then."""
        return any(item.filename == filename for item in self.items.values())

    # -- items of the BMC -----------------------------------------------------------------------------------------
    def _step(self) -> None:
        """Start the first item that waits, unless one runs, one has failed, or it is not for the BMC."""
        item = next((one for one in self.items.values() if one.state != COMPLETE), None)
        if self.bmc.up and item is not None and item.state == PENDING and BMC in item.updatable_by:
            _COMMANDS[item.command](self, item)

    def _apply(self, item: Item) -> None:
        stored = self.repository.find(item.filename)
        if stored is None or self._lacks_override(item):
            return self._end(item, "" if stored else "UpdateInvalidFile")
        try:
            item.task = self.bmc.firmware.begin(item.name, item.filename)
        except UpdateRefused:
            self.bmc.clock.later(RETRY, self._step)
            return None
        item.state = IN_PROGRESS
        return self.bmc.firmware.received(item.task, stored.data)

    def _wait(self, item: Item) -> None:
        item.state = IN_PROGRESS
        self.bmc.clock.later(item.wait, lambda: self._end(item))

    def _reset_bmc(self, item: Item) -> None:
        self._end(item)
        habits = self.bmc.p.updates.habits
        self.bmc.restart(habits.outage, habits.warm_up)

    def _lacks_override(self, item: Item) -> bool:
        if self.bmc.p.oddities.tpm_override and not item.tpm_override:
            item.message_id = "FWFlashTPMOverrideFlagRequired"
        return bool(item.message_id)

    def _end(self, item: Item, message: str = "") -> None:
        """End an item, badly where there is a message."""
        item.message_id = item.message_id or message
        item.state = EXCEPTION if item.message_id else COMPLETE
        self.bmc.clock.later(1.0, self._step)

    def _task_changed(self, task: Task) -> None:
        item = next((one for one in self.items.values() if one.task is task), None)
        if item is not None and item.state == IN_PROGRESS and task.done:
            self._end(item, "" if task.state == COMPLETED else FAILURES.get(task.message_id, "UpdateFailed"))

    def _came_up(self, up: bool) -> None:
        """A restart in the middle of a flash has interrupted it; what waited goes on."""
        for item in self.items.values() if up else ():
            if item.state == IN_PROGRESS and item.task and item.task.id not in self.bmc.tasks.tasks:
                self._end(item, "UpdateInterrupted")
        self._step()

    # -- items of the host ----------------------------------------------------------------------------------------
    def _post_starts(self, _machine: Machine) -> float:
        """Take the items whose turn it is; return the seconds that flashing them adds to POST."""
        self._posting = []
        for item in self.items.values():
            if item.state == COMPLETE:
                continue
            if not item.by_host or item.state == EXCEPTION:
                break
            item.state = IN_PROGRESS
            self._posting.append(item)
        return self.bmc.p.updates.habits.post * len(self._posting)

    def _phase_changed(self, machine: Machine) -> None:
        if machine.phase == HARDWARE_READY:
            for item in self._posting:
                self._flash_in_post(item)
            self._posting = []

    def _flash_in_post(self, item: Item) -> None:
        stored = self.repository.find(item.filename)
        try:
            if stored and not self._lacks_override(item):
                self.bmc.firmware.install(stored.data)
        except UpdateRefused as refused:
            return self._end(item, FAILURES.get(refused.message_id, "UpdateFailed"))
        return self._end(item, "" if stored else "UpdateInvalidFile")


_COMMANDS: dict[str, Callable[[Queue, Item], None]] = {
    "ApplyUpdate": Queue._apply,
    "Wait": Queue._wait,
    "ResetBmc": Queue._reset_bmc,
}
COMMANDS = tuple(_COMMANDS)
FAILURES = {"Update.1.0.VerificationFailed": "UpdateInvalidFile", "": "UpdateInvalidFile"}
"""What iLO calls the end of a flash; everything else is UpdateFailed."""
