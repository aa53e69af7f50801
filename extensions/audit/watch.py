# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch one run: the callback's only partner. Opens the journal, files events, prints stages and the final table."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from .boarding import rack_table
from .clock import new_run_id, utc_now
from .current import CurrentRun, set_current_run
from .digests import hand_on
from .events import ResultEvent, Stage, Status, TaskEvent
from .journal import Journal
from .location import resolve, spool_directories
from .origin import run_facts
from .progress import Paint, duration, final_table, stage_line
from .recorder import Recorder
from .redact import Redactor

__all__ = ["Watch", "open_watch"]

Say = Callable[[Callable[[Paint], str]], None]


class Host(Protocol):
    """What is needed of Ansible's host: its name and its variables as the inventory has them."""

    name: str
    vars: Mapping[str, Any]

    def get_groups(self) -> list[Any]:
        """Return the groups of the host, each with `name` and `vars`."""


class Watch:
    """One run under observation."""

    def __init__(self, recorder: Recorder, say: Say | None, warn: Callable[[str], None]) -> None:
        self._recorder = recorder
        self._say = say
        self._warn = warn
        self._groups: set[str] = set()
        self._width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        self._host_width = 4
        self.options: Mapping[str, Any] = {}
        recorder.on_stage = self._stage_ended

    def learn(self, variables: Mapping[str, Any]) -> None:
        """Remember the secrets among variables that hold for every host."""
        self._recorder.redactor.learn(variables)

    def task(self, uuid: str, play: str, name: str, action: str, path: str | None) -> None:
        """A task begins."""
        self._recorder.task(TaskEvent(uuid, play, name, action, _short(path)))

    def host_task(self, host: Host, task_uuid: str) -> None:
        """A host begins a task."""
        if host.name not in self._recorder.hosts:
            self._host_width = max(self._host_width, min(len(host.name), 24))
            self._recorder.redactor.learn(host.vars, host.name)
            for group in host.get_groups():
                if group.name not in self._groups:
                    self._groups.add(group.name)
                    self._recorder.redactor.learn(group.vars)
        self._recorder.host_task(host.name, task_uuid)

    def result(
        self,
        host: str,
        task_uuid: str,
        status: Status,
        result: Mapping[str, Any],
        arguments: Mapping[str, Any] | None,
        delegated_to: str | None,
    ) -> None:
        """A task ended on a host."""
        self._recorder.result(ResultEvent(host, task_uuid, status, result, arguments or {}, delegated_to))

    def item(self, host: str, arguments: Mapping[str, Any] | None, result: Mapping[str, Any]) -> None:
        """An item of a loop, or an attempt of a retried task, ended."""
        self._recorder.item(host, arguments or {}, result)

    def finish(self) -> None:
        """The run is over: file its end, show the table, and say loudly what could not be kept."""
        recorder = self._recorder
        status = recorder.finish()
        trouble = recorder.journal.close()
        problems = hand_on(self.options, recorder.journal.link, status)
        set_current_run(None)
        if self._say:
            self._show(status)
        for problem in filter(None, [trouble, *problems]):
            self._warn(problem)

    def _stage_ended(self, host: str, stage: Stage) -> None:
        if self._say:
            self._say(lambda paint: stage_line(host, stage, self._host_width, self._width, paint))

    def _show(self, status: str) -> None:
        recorder, say = self._recorder, self._say
        if say is None:
            return
        lines = len(final_table(recorder.hosts, self._width or 120, lambda text, kind: text))
        if lines:
            say(lambda paint: "\n" + "\n".join(final_table(recorder.hosts, self._width or 120, paint)))
        racks = rack_table(recorder.hosts)
        if racks:
            say(lambda paint: "\n" + "\n".join([paint(racks[0], "quiet"), *racks[1:]]))
        if recorder.journal.failure is None:
            where = recorder.journal.shown
            kind = {"completed": "ok", "cancelled": "degraded"}.get(status, "failed")
            spent = duration(recorder.elapsed_ms)
            say(
                lambda paint: (
                    f"\naudit: run {recorder.journal.run_id} {paint(status, kind)} in {spent}, kept in {where}"
                )
            )


def _short(path: str | None) -> str:
    """Return a task's place as `file:line`, below the current directory where it is."""
    if not path:
        return ""
    here = os.getcwd() + os.sep
    return path.removeprefix(here)


def open_watch(
    *,
    options: Mapping[str, Any],
    configured_in: str,
    playbook: str,
    extra_vars: Mapping[str, Any],
    cli: Mapping[str, Any],
    say: Say | None,
    warn: Callable[[str], None],
    ansible_version: str,
) -> Watch:
    """Open the journal and file the run.

    :raises HWAutomationError: when the database cannot be used and `audit_required` is set.
    """
    database = resolve(options.get("database"), configured_in, os.environ)
    run_id = new_run_id(utc_now())
    journal = Journal(database, spool_directories(options.get("spool"), database, os.environ), run_id)
    journal.open()
    if journal.failure is not None:
        if options.get("audit_required"):
            raise journal.failure
        warn(f"{str(journal.failure).rstrip('.')}. The run goes on; its audit rows go to {journal.spool.path}.")
    redactor = Redactor()
    redactor.learn(extra_vars)
    facts = run_facts(playbook, extra_vars, cli, redactor, os.environ)
    facts["collection_version"], facts["ansible_version"] = collection_version(), ansible_version
    facts["resume_of"], problem = journal.resumes(facts["resume_of"])
    recorder = Recorder(journal, redactor)
    recorder.start(facts)
    live = journal.failure is None
    set_current_run(CurrentRun(run_id, database, facts["job"], facts["resume_of"], live, problem))
    watch = Watch(recorder, say, warn)
    watch.options = options
    return watch


def collection_version() -> str | None:
    """Return this collection's version, from MANIFEST.json (JSON is YAML) or, in a checkout, from galaxy.yml."""
    root = Path(__file__).resolve().parents[2]
    for name in ("MANIFEST.json", "galaxy.yml"):
        try:
            told = yaml.safe_load((root / name).read_text(encoding="utf-8"))
        except OSError:
            continue
        return str(told.get("collection_info", told)["version"])
    return None
