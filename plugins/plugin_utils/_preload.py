# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do once, in the main process, what every worker would otherwise do anew for each task.

To find one filter Ansible loads the filter files of the collection one after the other, in the worker, and the loader
of collections keeps no bytecode. A task that classifies a machine cost 115 ms of CPU that way, and costs 20 with this.
Its own filters and tests Ansible loads as a whole, at the first use of any of them, which is in the worker again: 10 ms of
nearly every task. IPMI and the system's authorities are not in every door's imports, and cost some 50 ms each where they are needed.

All this happens when the first worker has been forked. The main process has nothing else to do then, and a run of one
task on one machine need not wait for what it never uses.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import typing as t
from pathlib import Path

from ansible.plugins.loader import filter_loader, test_loader

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import tls

__all__ = ["after_first_fork", "preload"]

PLUGINS = "ansible_collections.hwautomation.baremetal.plugins"


def after_first_fork(work: t.Callable[[], None]) -> None:
    """Have this process do something as soon as it has forked for the first time."""
    owner, waiting = os.getpid(), [work]

    def run() -> None:
        # A worker inherits this, and may fork too.
        while waiting and os.getpid() == owner:
            waiting.pop()()

    os.register_at_fork(after_in_parent=run)


def preload() -> None:
    """Get ready what later tasks may need."""
    tls.preload()
    _import("module_utils._transport.ipmi")
    for kind in ("filter", "lookup"):
        for path in sorted((Path(__file__).resolve().parents[1] / kind).glob("[a-z]*.py")):
            _import(f"{kind}.{path.stem}")
    # Asking for any one of them loads all.
    filter_loader.get("ansible.builtin.default")
    test_loader.get("ansible.builtin.defined")
    # What exists now lives as long as the run: the collector of a worker need not look at it, which copies its pages.
    gc.freeze()


def _import(name: str) -> None:
    # What cannot be imported tells so itself when it is used.
    with contextlib.suppress(ImportError):
        importlib.import_module(f"{PLUGINS}.{name}")
