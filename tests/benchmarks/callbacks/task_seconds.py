# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how many seconds each host spent in tasks: what is left of a run without Ansible's own start and end."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: task_seconds
type: aggregate
short_description: Seconds in tasks, per host
description: For the benchmarks; one JSON object in the file named by BENCH_TASK_SECONDS.
author: The hwautomation authors
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_seconds"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[tuple[str, str], float] = {}
        self._seconds: dict[str, float] = {}

    def v2_runner_on_start(self, host, task) -> None:
        self._begun[host.get_name(), task._uuid] = time.monotonic()

    def _ended(self, result) -> None:
        host = result._host.get_name()
        begun = self._begun.pop((host, result._task._uuid))
        self._seconds[host] = self._seconds.get(host, 0.0) + time.monotonic() - begun

    def v2_runner_on_ok(self, result) -> None:
        self._ended(result)

    def v2_runner_on_failed(self, result, ignore_errors=False) -> None:
        self._ended(result)

    def v2_playbook_on_stats(self, stats) -> None:
        with open(os.environ["BENCH_TASK_SECONDS"], "w", encoding="utf-8") as file:
            json.dump(self._seconds, file)
