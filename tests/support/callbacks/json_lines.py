# SPDX-License-Identifier: GPL-3.0-or-later
"""Test callback: every task result and the final counts as JSON lines, so that tests read results and not a screen."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: json_lines
type: aggregate
short_description: Write every task result to a file, one JSON object a line
description: For the tests of this collection only.
options:
  path:
    description: The file to write.
    env: [{name: HWAUTOMATION_TEST_EVENTS}]
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Write one line per finished task of a host, and one with the counts at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "json_lines"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._file = open(os.environ["HWAUTOMATION_TEST_EVENTS"], "a", encoding="utf-8")  # noqa: SIM115

    def _write(self, event: dict[str, t.Any]) -> None:
        self._file.write(json.dumps(event, default=str) + "\n")
        self._file.flush()

    def _record(self, status: str, result: t.Any, ignored: bool = False) -> None:
        task = result.task
        self._write(
            {
                "host": result.host.get_name(),
                "task": task.get_name().strip(),
                "action": task.resolved_action or task.action,
                "status": status,
                "ignored": ignored,
                "result": result.result,
            }
        )

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._record("changed" if result.result.get("changed") else "ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._record("failed", result, bool(ignore_errors))

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._record("unreachable", result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._write({"stats": {host: stats.summarize(host) for host in stats.processed}})
