# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a playbook or one task as a user would, in a process of its own, and return exactly what each task answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LINKS = ROOT / ".build" / "links"
COLLECTION = "hwautomation.baremetal"

# Environment that would leak from the developer's shell into what is tested.
LEAKS = ("ANSIBLE_", "MAAS_", "BMC_", "HWAUTOMATION_")


@dataclass(frozen=True)
class TaskResult:
    """What one task answered for one host; ``status`` is ok, changed, failed, skipped or unreachable."""

    host: str
    task: str
    action: str
    status: str
    ignored: bool
    result: dict[str, t.Any]

    def __getitem__(self, key: str) -> t.Any:
        """Read a fact of the task (``task``, ``action``, ``result`` ...) by name."""
        return getattr(self, key)


@dataclass(frozen=True)
class PlayResult:
    """The end of a run: exit code, screen, counts per host (ok, changed, failures, unreachable, skipped, rescued)."""

    rc: int
    stdout: str = field(repr=False)
    stderr: str = field(repr=False)
    stats: dict[str, dict[str, int]] = field(default_factory=dict)
    tasks: tuple[TaskResult, ...] = field(default=(), repr=False)

    def results(self, host: str | None = None, *, task: str = "", action: str = "") -> list[TaskResult]:
        """Return the finished tasks in order; ``task`` is a part of the name, ``action`` the FQCN or its last part."""
        return [
            item
            for item in self.tasks
            if (host is None or item.host == host)
            and task in item.task
            and f".{item.action}".endswith(f".{action}" if action else "")
        ]

    def failures(self, host: str | None = None) -> list[TaskResult]:
        """Return the tasks that failed and were not ignored (a rescued task is among them)."""
        return [item for item in self.results(host) if item.status in ("failed", "unreachable") and not item.ignored]

    def changed(self) -> dict[str, int]:
        """Return the number of changed tasks per host."""
        return {host: counts["changed"] for host, counts in self.stats.items()}

    def explain(self) -> str:
        """Return what a failed assertion should show."""
        return f"rc {self.rc}\n{self.stdout[-6000:]}\n{self.stderr[-3000:]}"


def run_playbook(
    playbook: str | Path | list[dict[str, t.Any]],
    inventory: str | Path | t.Mapping[str, t.Any] | None = None,
    *args: str,
    check: bool = False,
    diff: bool = False,
    extra_vars: t.Mapping[str, t.Any] | None = None,
    env: t.Mapping[str, str] | None = None,
    callbacks: t.Sequence[str] = (),
    cwd: Path = ROOT,
    timeout: float = 900,
) -> PlayResult:
    """Run ``ansible-playbook`` and wait for it.

    :param playbook: a path, an FQCN (``hwautomation.baremetal.provision``), the text of a playbook, or its data.
    :param inventory: a path, or the data of a YAML inventory; None is localhost alone.
    :param args: further command line arguments, for example ``"--limit", "r01"``.
    :param env: added to an environment without any ``ANSIBLE_``, ``MAAS_``, ``BMC_`` or ``HWAUTOMATION_`` variable.
    :param callbacks: further callbacks to enable, for example ``hwautomation.baremetal.audit``.
    :param timeout: seconds; the run is killed and :class:`subprocess.TimeoutExpired` raised after it.
    """
    with tempfile.TemporaryDirectory(prefix="play-") as scratch:
        events = Path(scratch, "events.jsonl")
        command = [sys.executable, "-m", "ansible", "playbook", _playbook_path(playbook, Path(scratch)), *args]
        if inventory is not None:
            command += ["-i", _inventory_path(inventory, Path(scratch))]
        command += ["--check"] * check + ["--diff"] * diff
        if extra_vars:
            command += ["-e", json.dumps(dict(extra_vars))]
        done = subprocess.run(  # noqa: S603
            command,
            cwd=cwd,
            env=environment(events, callbacks, env or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return _play_result(done, events)


def run_task(
    module: str,
    args: t.Mapping[str, t.Any],
    *,
    inventory: str | Path | t.Mapping[str, t.Any] | None = None,
    host: str = "testhost",
    host_vars: t.Mapping[str, t.Any] | None = None,
    module_path: t.Literal["in_process", "module"] = "in_process",
    check: bool = False,
    diff: bool = False,
    env: t.Mapping[str, str] | None = None,
    timeout: float = 900,
) -> dict[str, t.Any]:
    """Run one task and return its result, failed or not; ``failed`` and ``changed`` are always in it.

    :param module: an FQCN, or the short name of a module of this collection.
    :param args: the options; templates are rendered with the variables of ``host``.
    :param inventory: where ``host`` lives; None makes an inventory of it alone, with ``host_vars``.
    :param module_path: ``in_process`` is the action twin; ``module`` hands over to the real module on localhost.
    """
    task: dict[str, t.Any] = {"name": "The task", module if "." in module else f"{COLLECTION}.{module}": dict(args)}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    if module_path == "module":
        # A task with an environment of its own is one of the cases a twin leaves to the real module.
        task |= {"environment": {"HWAUTOMATION_TEST_AS_MODULE": "1"}}
    where = inventory if inventory is not None else {"all": {"hosts": {host: {**local, **(host_vars or {})}}}}
    play = {"hosts": host, "gather_facts": False, "vars": local, "tasks": [task]}
    result = run_playbook([play], where, check=check, diff=diff, env=env, timeout=timeout)
    if not result.tasks:
        raise AssertionError(f"the task did not run: {result.explain()}")
    return {"failed": result.tasks[-1].status == "failed", "changed": False, **result.tasks[-1].result}


def environment(events: Path, callbacks: t.Sequence[str], extra: t.Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a run: the shell's without leaks, this checkout as the collection, our callback."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(LEAKS)}
    return {
        **clean,
        "ANSIBLE_COLLECTIONS_PATH": str(LINKS),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": ",".join(["json_lines", *callbacks]),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_NOCOLOR": "1",
        "HWAUTOMATION_TEST_EVENTS": str(events),
        **extra,
    }


def _playbook_path(playbook: str | Path | list[dict[str, t.Any]], scratch: Path) -> str:
    if isinstance(playbook, Path):
        return str(playbook)
    if isinstance(playbook, str) and "\n" not in playbook:
        return playbook
    text = textwrap.dedent(playbook) if isinstance(playbook, str) else yaml.safe_dump(playbook, sort_keys=False)
    path = scratch / "playbook.yml"
    path.write_text(text)
    return str(path)


def _inventory_path(inventory: str | Path | t.Mapping[str, t.Any], scratch: Path) -> str:
    if isinstance(inventory, (str, Path)):
        return str(inventory)
    path = scratch / "inventory.yml"
    path.write_text(yaml.safe_dump(dict(inventory)))
    return str(path)


def _play_result(done: subprocess.CompletedProcess[str], events: Path) -> PlayResult:
    lines = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    stats = next((line["stats"] for line in lines if "stats" in line), {})
    tasks = tuple(TaskResult(**line) for line in lines if "stats" not in line)
    return PlayResult(done.returncode, done.stdout, done.stderr, stats, tasks)
