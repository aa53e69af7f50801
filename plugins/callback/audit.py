# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record every run in the audit database, and show one line per server and stage."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit
type: aggregate
short_description: Record every run in the audit database and show its progress
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Writes who ran what, from where, on which servers, and every change the collection's modules made, to an SQLite
    file or a PostgreSQL database. Secrets are masked before anything is written.
  - Every event is committed before the next one is handled, so a killed run loses nothing that was finished.
  - When the database cannot be used the run goes on, its rows go to a spool file, and the end of the run says so;
    M(hwautomation.baremetal.audit_import) brings them in later.
  - It works beside any stdout callback, under ansible-runner and in AWX.
requirements:
  - SQLAlchemy >= 2.0
  - alembic >= 1.13
  - psycopg >= 3 (for PostgreSQL)
options:
  database:
    description:
      - Path of the SQLite file, or a C(postgresql://) URL.
      - A relative path counts from the directory of the F(ansible.cfg) it stands in, or from the current directory when
        it comes from the environment.
      - When not given, C(hwautomation/audit.sqlite3) below E(XDG_STATE_HOME), or below F(~/.local/state).
    type: str
    ini:
      - section: callback_audit
        key: database
    env:
      - name: HWAUTOMATION_AUDIT_DATABASE
  spool:
    description:
      - Directory for the rows of runs that cannot reach the database.
      - When not given, C(spool) beside the SQLite file, or C(hwautomation/spool) in the state directory.
    type: str
    ini:
      - section: callback_audit
        key: spool
    env:
      - name: HWAUTOMATION_AUDIT_SPOOL
  audit_required:
    description: Stop before the first task when the database cannot be used.
    type: bool
    default: false
    ini:
      - section: callback_audit
        key: audit_required
    env:
      - name: HWAUTOMATION_AUDIT_REQUIRED
  digest_log:
    description:
      - A file to which each run appends its id, status and the last hash of its chain when it ends, on another file
        system or one that is append-only; M(hwautomation.baremetal.audit_verify) takes it as
        O(hwautomation.baremetal.audit_verify#module:digest_log).
    type: str
    ini:
      - section: callback_audit
        key: digest_log
    env:
      - name: HWAUTOMATION_AUDIT_DIGEST_LOG
  digest_command:
    description:
      - A command that signs the digest of a run or sends it elsewhere when the run has ended. It gets the run's id, its
        status and the last hash of its chain as further arguments, and the three as one line on its standard input.
      - It has 30 seconds. A failure is told and does not fail the run.
    type: str
    ini:
      - section: callback_audit
        key: digest_command
    env:
      - name: HWAUTOMATION_AUDIT_DIGEST_COMMAND
  show_progress:
    description: Print one line per server and stage while the run goes on, and a table of servers at its end.
    type: bool
    default: true
    ini:
      - section: callback_audit
        key: show_progress
    env:
      - name: HWAUTOMATION_AUDIT_SHOW_PROGRESS
"""

EXAMPLES = r"""
# ansible.cfg
# [defaults]
# callbacks_enabled = hwautomation.baremetal.audit
# [callback_audit]
# database = audit/hwautomation.sqlite3
#
# Under AWX, or for one run:
# ANSIBLE_CALLBACKS_ENABLED=hwautomation.baremetal.audit ansible-playbook site.yml
"""

import gc
import typing as t

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible.release import __version__ as ansible_version
from ansible.utils.color import stringc

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError

if t.TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook import Playbook
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

    from ansible_collections.hwautomation.baremetal.extensions.audit.watch import Watch

_OPTIONS = ("database", "spool", "audit_required", "digest_log", "digest_command")
# Ansible's names of the colours a user may have set.
_COLORS = {
    "ok": "COLOR_OK",
    "changed": "COLOR_CHANGED",
    "failed": "COLOR_ERROR",
    "degraded": "COLOR_WARN",
    "skipped": "COLOR_SKIP",
    "quiet": "COLOR_VERBOSE",
}


class CallbackModule(CallbackBase):
    """Translate Ansible's events into plain values; the watch (extensions/audit) does everything else."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hwautomation.baremetal.audit"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._playbook = ""
        self._play = ""
        self._watch: Watch | None = None
        self._broken = False

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """Remember the file; the run is opened with its first play, when the extra variables are known."""
        self._playbook = playbook._file_name or "adhoc"

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """Open the run before anything forks; with `audit_required` this is where it stops."""
        self._play = play.get_name().strip()
        if self._watch is None and not self._broken:
            self._open(play.get_variable_manager().extra_vars)
            # From here on Ansible forks for every task of every host. Whatever the garbage collector would look through
            # has to be copied after each fork, by the parent and by the child: it looks no more at what stands by now.
            gc.freeze()
        self._tell("learn", play.get_vars())

    def _open(self, extra_vars: t.Mapping[str, t.Any]) -> None:
        try:
            # Only now, so that a library that is missing can be named.
            from ansible_collections.hwautomation.baremetal.extensions.audit.watch import open_watch
        except ImportError as exc:
            self._give_up(f"the Python library {exc.name} is missing. Try: pip install 'SQLAlchemy>=2.0' alembic")
            return
        try:
            self._watch = open_watch(
                options={name: self.get_option(name) for name in _OPTIONS},
                configured_in=str(self.get_option_and_origin("database")[1]),
                playbook=self._playbook,
                extra_vars=extra_vars,
                cli=context.CLIARGS,
                say=self._say if self.get_option("show_progress") else None,
                warn=self._display.warning,
                ansible_version=ansible_version,
            )
        except HWAutomationError as exc:
            self._give_up(str(exc))
        except Exception as exc:  # a defect of ours must not break a play
            self._give_up(f"{type(exc).__name__}: {exc}")

    def _give_up(self, reason: str) -> None:
        """Go on without recording, or stop where recording is required; both are said aloud."""
        self._broken = True
        self._watch = None
        if self.get_option("audit_required"):
            self._display.error(f"audit_required is set and this run cannot be recorded: {reason}")
            # Nothing weaker gets through: Ansible turns a callback's exceptions into warnings.
            raise SystemExit(1)
        self._display.warning(f"This run is NOT recorded: {reason}")

    def _tell(self, event: str, *args: t.Any) -> None:
        if self._watch is None:
            return
        try:
            getattr(self._watch, event)(*args)
        except Exception as exc:  # a defect of ours must not break a play
            self._give_up(f"{type(exc).__name__} while recording {event}: {exc}")

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        """File the task."""
        self._tell(
            "task",
            task._uuid,
            self._play,
            task.get_name().strip(),
            task.resolved_action or task.action,
            task.get_path(),
        )

    def v2_playbook_on_handler_task_start(self, task: Task) -> None:
        """File the handler."""
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        """Note the start, and at a host's first task the secrets in its inventory variables."""
        self._tell("host_task", host, task._uuid)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """File a success."""
        self._result(result, "changed" if result.is_changed() else "ok")

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """File a failure, and whether anything catches it."""
        self._result(result, "ignored" if ignore_errors else "rescued" if _rescued(result.task) else "failed")

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """File a skip."""
        self._result(result, "skipped")

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """File a host that could not be reached."""
        self._result(result, "ignored" if result.task.ignore_unreachable else "unreachable")

    def _result(self, result: CallbackTaskResult, status: str) -> None:
        fields = _fields(result)
        delegated = fields.get("delegate_to")
        self._tell("result", result.host.name, result.task._uuid, status, result.result, fields.get("args"), delegated)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        """File what one item changed."""
        self._tell("item", result.host.name, _fields(result).get("args"), result.result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        """File what one item changed before it failed."""
        self.v2_runner_item_on_ok(result)

    def v2_runner_retry(self, result: CallbackTaskResult) -> None:
        """File how far a stage has come that is polled; what was changed is told by the last attempt."""
        told = result.result.get("audit")
        stage = told.get("stage") if isinstance(told, dict) else None
        self._tell("item", result.host.name, _fields(result).get("args"), {"audit": {"stage": stage}})

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Close the run."""
        self._tell("finish")
        if self._broken:
            self._display.warning("This run is NOT recorded in the audit database; the reason stands above.")
        self._watch = None

    def _say(self, line: t.Callable[[t.Callable[[str, str], str]], str]) -> None:
        """Print a line: coloured on the screen, plain in Ansible's log file."""
        self._display.display(line(lambda text, kind: stringc(text, getattr(C, _COLORS[kind]))), screen_only=True)
        if getattr(C, "DEFAULT_LOG_PATH", None):
            self._display.display(line(lambda text, kind: text), log_only=True)


def _fields(result: CallbackTaskResult) -> t.Mapping[str, t.Any]:
    """Return the task as it was run: its arguments rendered. Its public name is deprecated since ansible-core 2.21.5, and
    what is to be used instead has the arguments as they are written in 2.19 and 2.20.
    """
    return result._task_fields


def _rescued(task: t.Any) -> bool:
    """Say whether a failure of this task leads into a rescue section: some block above has one and is not in it yet."""
    while task is not None:
        parent = task._parent
        if getattr(parent, "rescue", None) and any(child._uuid == task._uuid for child in parent.block):
            return True
        task = parent
    return False
