# SPDX-License-Identifier: GPL-3.0-or-later
"""What workers share is got ready once, in the main process, and no run waits for it before its first task."""

from __future__ import annotations

import json
import subprocess
import sys

# As a playbook does: the action plugin is imported, then a worker is forked, which may fork as well.
RUN = """
import json, os, sys, threading
from ansible_collections.hwautomation.baremetal.plugins.action import bmc_power
PLUGINS = "ansible_collections.hwautomation.baremetal.plugins."
SHARED = ("filter.classify", "lookup.device_type", "module_utils._transport.ipmi")
def ready():
    return [PLUGINS + name in sys.modules for name in SHARED]
def forked(work):
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(writer, json.dumps(work()).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return json.loads(os.read(reader, 1000))
def worker():
    return [ready(), forked(ready), ready()]
before = ready()
first = forked(worker)
print(json.dumps({"before": before, "first": first, "after": ready(), "second": forked(ready),
                  "threads": threading.active_count()}))
"""


def test_it_is_ready_in_the_main_process_after_the_first_worker_was_forked():
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, timeout=120, check=True)

    none, everything = [False] * 3, [True] * 3
    told = json.loads(done.stdout)
    assert told["before"] == none
    # The worker inherits the intention and has no time for it.
    assert told["first"] == [none, none, none]
    assert told["after"] == everything
    assert told["second"] == everything
    assert told["threads"] == 1, "a process with threads cannot be forked safely"
    assert done.stderr == ""
