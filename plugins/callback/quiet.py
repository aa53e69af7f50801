# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal for runs over many servers: what fails and what differs, and nothing else."""

from __future__ import annotations

DOCUMENTATION = r"""
name: quiet
type: stdout
short_description: Show only failures, warnings and diffs
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - For runs over many servers, where a line per task and server hides what matters.
  - Shows failures, unreachable servers and warnings as the default callback does, and with C(--diff) each difference
    below the server and the task it is of.
  - Meant to stand beside the callback P(hwautomation.baremetal.audit#callback), which prints a line per server and stage
    and a table at the end; the recap is left out when that one is enabled.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout in configuration, C(ANSIBLE_STDOUT_CALLBACK=hwautomation.baremetal.quiet)
"""

import typing as t

from ansible import constants as C
from ansible.plugins.callback.default import CallbackModule as Default

AUDIT = "hwautomation.baremetal.audit"


class CallbackModule(Default):
    """The default callback without the results of tasks that went well."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "hwautomation.baremetal.quiet"

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Show only the warnings of a task that went well; its diff comes by another event."""
        self._handle_warnings(result.result)

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        """Show nothing."""

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        """Show nothing."""

    def v2_runner_item_on_skipped(self, result: t.Any) -> None:
        """Show nothing."""

    def v2_runner_retry(self, result: t.Any) -> None:
        """Show nothing."""

    def v2_playbook_on_include(self, included_file: t.Any) -> None:
        """Show nothing."""

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """Show nothing yet: failures and diffs name their task themselves."""

    def v2_playbook_on_handler_task_start(self, task: t.Any) -> None:
        """Show nothing yet."""

    def v2_on_file_diff(self, result: t.Any) -> None:
        """Show each diff below its server: no line of a result follows that would say whose it is."""
        told = result.result
        # A loop tells each item on its own, or all of them at its end.
        for row in told["results"] if result.task.loop and "results" in told else [told]:
            diff = self._get_diff(row["diff"]) if row.get("changed") and row.get("diff") else ""
            if diff:
                name = f"\n{self.host_label(result)}: {result.task.get_name().strip()}"
                self._display.display(name, color=t.cast(t.Any, C).COLOR_CHANGED)
                self._display.display(diff.rstrip())

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Show the recap, unless the audit's table says the same and more."""
        if AUDIT not in t.cast(t.Any, C).CALLBACKS_ENABLED:
            super().v2_playbook_on_stats(stats)
