# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware of one machine: what is active, staged and kept as the previous bank, and how an update runs its course."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .clock import Clock
from .components import Component, UpdateHabits
from .faults import FaultTable
from .images import Image, ImageError, build, parse
from .tasks import PENDING, RUNNING, STARTING, Task, TaskTable


@dataclass
class State:
    """The banks of one component."""

    component: Component
    active: str
    previous: str | None
    staged: str | None = None
    stored: str | None = None
    factory: str = ""
    staged_task: Task | None = None


class UpdateRefused(Exception):
    """An image or a request was refused; `message_id` is empty where the platform has no word for it."""

    def __init__(self, text: str, message_id: str = "") -> None:
        super().__init__(text)
        self.message_id = message_id


class Firmware:
    """Run updates against the components of one machine.

    `restart_bmc` is called with (outage seconds, seconds of warm-up) when an update restarts the BMC.
    """

    def __init__(
        self,
        clock: Clock,
        tasks: TaskTable,
        components: tuple[Component, ...],
        habits: UpdateHabits,
        platform: str,
        faults: FaultTable,
        server: str,
        restart_bmc: Callable[[float, float], object],
    ) -> None:
        self.clock, self.tasks, self.habits, self.platform = clock, tasks, habits, platform
        self.faults, self.server, self.restart_bmc = faults, server, restart_bmc
        self.states: dict[str, State] = {
            one.kind: State(one, one.version, one.previous, factory=one.previous or one.version) for one in components
        }
        self.phase = "Idle"
        self.percent = 0
        self.cold = True
        """The host was off since its last POST."""
        self.in_update_mode = False
        """A failed flash has left the BMC waiting for a restart."""
        self.turns = 0
        """By how many places the ids of the inventory are shifted against its rows (Q-G62)."""
        self.leaving = False
        """New firmware of the BMC is written, and the restart that brings it is near."""
        self.last: Task | None = None
        """The task of the last update."""
        self.waiting: dict[str, bytes] = {}
        """Verified uploads that wait for StartUpdate, by task id."""
        self.on_active: list[Callable[[str, str], object]] = []
        """Called with (kind, version) when a new version runs."""

    # -- questions ------------------------------------------------------------------------------------------------
    def version(self, kind: str) -> str:
        state = self.states.get(kind)
        return state.active if state else ""

    def shown(self, kind: str) -> str:
        """Return the active version in the words of the first inventory row."""
        state = self.states.get(kind)
        return state.component.rows[0].version.format(version=state.active) if state else ""

    def inventory(self) -> dict[str, dict[str, Any]]:
        """Return the inventory rows: id -> Name, Version, Updateable, SoftwareId and what else the row has."""
        rows: dict[str, dict[str, Any]] = {}
        for state in self.states.values():
            for row in state.component.rows:
                plain = self._bank(state, row.bank)
                if plain is None and row.absent is None:
                    continue
                shown = row.absent if plain is None else row.version.format(version=plain)
                rows[row.id.format(version=plain or "")] = {
                    "Name": row.name,
                    "Version": shown,
                    "Updateable": row.updateable,
                    "SoftwareId": row.software_id,
                    "kind": state.component.kind,
                    "bank": row.bank,
                    **row.extra,
                }
        ids = list(rows)
        place = self.turns % (len(ids) or 1)
        return dict(zip(ids[place:] + ids[:place], rows.values(), strict=True)) if place else rows

    def previous_image(self, row_id: str) -> bytes | None:
        """Return the image of a row that shows the previous bank, from which a rollback flashes."""
        row = self.inventory().get(row_id)
        if row is None or row["bank"] != "previous":
            return None
        kind = str(row["kind"])
        return build(Image("rollback", self.platform, kind, str(self.states[kind].previous)), size=512)

    def store(self, data: bytes) -> str | None:
        """Show an upload as stored (Q-D15) and return the id of its row; None for one that fits no component."""
        try:
            image = parse(data)
        except ImageError:
            return None
        state = self.states.get(image.component)
        row = next((row for row in state.component.rows if row.bank == "stored"), None) if state else None
        if state is None or row is None:
            return None
        state.stored = image.version
        return row.id.format(version=image.version)

    @staticmethod
    def _bank(state: State, bank: str) -> str | None:
        return {
            "active": state.active,
            "previous": state.previous,
            "staged": state.staged,
            "fixed": state.factory,
            "stored": state.stored,
        }[bank]

    def busy(self) -> bool:
        return any(task.state != PENDING for task in self.tasks.active("firmware"))

    # -- an update ------------------------------------------------------------------------------------------------
    def begin(self, name: str, target: str = "") -> Task:
        """Open the task of an update; raise UpdateRefused when another one is running and the platform minds."""
        if self.habits.one_at_a_time and (self.busy() or self.in_update_mode or self.leaving):
            raise UpdateRefused("A firmware update is already in progress.", self.habits.one_at_a_time)
        self.phase, self.percent = "Downloading", 0
        task = self.last = self.tasks.create(name, "firmware", target)
        self.tasks.update(task, state=STARTING, job_state="Downloading", message=self.habits.words["transfer"])
        return task

    def transfer_failed(self, task: Task, reason: str) -> None:
        self.phase = "Error"
        self.tasks.fail(task, reason)

    def received(
        self, task: Task, data: bytes, start: bool = True, keep: Callable[[bytes], object] | None = None
    ) -> None:
        """The image has arrived: verify it, then flash it, or wait for StartUpdate when `start` is False.

        `keep` puts a good one into the store of the BMC; without `start` that is all that happens to it.
        """
        if self._frozen(task):
            return
        self.phase = "Verifying"
        self.tasks.update(task, state=RUNNING, job_state="Running", percent=5, message=self.habits.words["verify"])
        self.clock.later(self.habits.verify, lambda: self._verified(task, data, start, keep))

    def start_update(self) -> list[Task]:
        """Flash what was uploaded and verified; raise UpdateRefused when nothing waits."""
        if not self.waiting:
            raise UpdateRefused("There is no verified image to start.")
        started = []
        for task_id, data in list(self.waiting.items()):
            del self.waiting[task_id]
            image = parse(data)
            task = self.begin(f"{image.component.upper()} Update")
            self.tasks.update(task, state=RUNNING, job_state="Running", message=self.habits.words["flash"])
            self._flash(task, image)
            started.append(task)
        return started

    def check(self, data: bytes) -> Image:
        """Return the image's header; raise UpdateRefused for an image that is not for this machine."""
        try:
            image = parse(data)
        except ImageError as error:
            raise UpdateRefused(f"The image cannot be used: {error}.") from error
        if image.platform != self.platform:
            raise UpdateRefused(f"The image is for {image.platform} and does not fit this server.")
        state = self.states.get(image.component)
        if state is None:
            raise UpdateRefused(f"This server has no component {image.component}.")
        if self.habits.refuses_same and image.version == state.active:
            raise UpdateRefused(f"The firmware version {image.version} is already current.", self.habits.refuses_same)
        if self.habits.refuses_downgrade and _older(image.version, state.active):
            raise UpdateRefused(f"Version {image.version} is older than {state.active} and downgrades are not allowed.")
        return image

    def install(self, data: bytes) -> None:
        """Write an image and run it at once, as the host does in POST; raise UpdateRefused when that fails."""
        image = self.check(data)
        fault = self.faults.find(self.server, "flash_fails", component=image.component)
        if fault:
            self.faults.hit(fault, self.server)
            raise UpdateRefused("The firmware could not be written.", "Update.1.0.ApplyFailed")
        self.states[image.component].staged = image.version
        self._activate(self.states[image.component])

    def host_reset(self) -> float:
        """POST starts: return the seconds that flashing staged firmware adds to it."""
        staged = [state for state in self.states.values() if state.staged and self._at_post(state)]
        for state in staged:
            if state.staged_task:
                self.tasks.update(
                    state.staged_task,
                    state=RUNNING,
                    job_state="Running",
                    percent=50,
                    message=self.habits.words["flash"],
                )
        return self.habits.post * len(staged)

    def post_done(self) -> None:
        """POST is done: firmware that was staged for a host reset now runs."""
        for state in self.states.values():
            if state.staged and self._at_post(state):
                self._activate(state)
        self.cold = False

    def bmc_reset(self) -> None:
        """The BMC restarts: what was staged for that now runs, and running updates are lost."""
        self.waiting.clear()
        self.in_update_mode = self.leaving = False
        self.phase = "Idle"
        for state in self.states.values():
            if state.staged and self._activation(state) in ("manual_reset", "outage"):
                self._activate(state)

    def power_lost(self) -> None:
        """Standby power was cut: what was staged for that now runs."""
        for state in self.states.values():
            if state.staged and self._activation(state) == "ac_cycle":
                self._activate(state)

    # -- steps ----------------------------------------------------------------------------------------------------
    def _verified(self, task: Task, data: bytes, start: bool, keep: Callable[[bytes], object] | None) -> None:
        if task.done or self._frozen(task):
            return
        try:
            image = self.check(data)
            if keep:
                keep(data)
        except UpdateRefused as refused:
            self.phase = "Error"
            self.tasks.fail(task, str(refused), refused.message_id or "Update.1.0.VerificationFailed")
            return
        if not start and keep:
            self.phase, self.percent = "Complete", 100
            self.tasks.finish(task, "The image is stored.")
            return
        if not start:
            self.waiting[task.id] = data
            self.phase = "Idle"
            self.tasks.finish(task, "The image is verified and waits for StartUpdate.")
            return
        self.tasks.update(task, message=self.habits.words["flash"])
        self._flash(task, image)

    def _flash(self, task: Task, image: Image) -> None:
        self.phase = "Updating"
        for percent in range(10, 100, 10):
            delay = self.habits.flash * percent / 100
            self.clock.later(delay, lambda percent=percent: self._progress(task, image, percent))  # type: ignore[misc]
        self.clock.later(self.habits.flash, lambda: self._flashed(task, image))

    def _progress(self, task: Task, image: Image, percent: int) -> None:
        if task.done or self._frozen(task):
            return
        fault = self.faults.find(self.server, "flash_fails", component=image.component)
        if fault and percent >= fault.options.get("percent", 60):
            self.faults.hit(fault, self.server)
            self.phase = "Error"
            text = fault.options.get("message") or f"The firmware could not be written: flash error at {percent} %."
            self.tasks.fail(task, text, "Update.1.0.ApplyFailed", fault.options.get("job_state", "Failed"))
            self.in_update_mode = self.habits.stays_in_update_mode
            return
        self.percent = percent
        self.tasks.update(task, percent=percent)

    def _flashed(self, task: Task, image: Image) -> None:
        if task.done or self._frozen(task):
            return
        state = self.states[image.component]
        state.staged, state.staged_task = image.version, task
        self.phase, self.percent = "Complete", 100
        activation = self._activation(state)
        if activation == "outage" and task.on_reset:
            activation = "manual_reset"
        if activation == "outage":
            self.tasks.finish(task, self.habits.words["done"])
            self._leave()
        elif activation == "immediate":
            self.tasks.finish(task, self.habits.words["done"])
            self._activate(state)
        elif self.habits.scheduled and activation == "host_reset":
            self.tasks.update(
                task, state=PENDING, job_state="Scheduled", percent=0, message=self.habits.words["staged"]
            )
        else:
            words = {"host_reset": "staged", "power_cycle": "staged_cold"}
            task.reset = "PowerCycle" if activation == "power_cycle" else ""
            self.tasks.finish(task, self.habits.words[words.get(activation, "staged_bmc")])

    def _leave(self) -> None:
        """Restart the BMC for its new firmware, where it is given time for it after a client could see the end."""
        self.leaving = True
        self.clock.later(
            self.clock.wall(self.habits.farewell),
            lambda: self.restart_bmc(self.habits.outage, self.habits.warm_up),
        )

    def _activate(self, state: State) -> None:
        if state.staged is None:
            return
        lost = self.faults.find(self.server, "flash_lost", component=state.component.kind)
        if lost:
            # Its task tells of success all the same: "completed" is not "active".
            self.faults.hit(lost, self.server)
            if state.staged_task is not None:
                self.tasks.finish(state.staged_task, self.habits.words["done"])
            state.staged, state.staged_task = None, None
            return
        state.previous, state.active, state.staged = state.active, state.staged, None
        if state.stored == state.active:
            state.stored = None
        if state.staged_task is not None:
            self.tasks.finish(state.staged_task, self.habits.words["done"])
            state.staged_task = None
        for callback in self.on_active:
            callback(state.component.kind, state.active)

    def _at_post(self, state: State) -> bool:
        """Say whether the POST that runs makes a staged image the active one."""
        activation = self._activation(state)
        return activation == "host_reset" or (activation == "power_cycle" and self.cold)

    def _activation(self, state: State) -> str:
        return self.habits.activation.get(state.component.kind, "host_reset")

    def _frozen(self, task: Task) -> bool:
        """Apply the faults that stop or hide a task; say whether its work goes no further."""
        if task.id not in self.tasks.tasks:
            return True
        stuck = self.faults.find(self.server, "job_stuck", task_kind="firmware")
        if stuck:
            self.faults.hit(stuck, self.server)
            task.stuck = True
            return True
        gone = self.faults.find(self.server, "task_vanished", task_kind="firmware")
        if gone and task.percent >= 5:
            self.faults.hit(gone, self.server)
            self.tasks.vanish(task.id)
        return False


def _older(version: str, than: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)]

    return numbers(version) < numbers(than)
