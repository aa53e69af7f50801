# SPDX-License-Identifier: GPL-3.0-or-later
"""The quiet terminal: a diff of one server among many says whose it is."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.playbook import run_playbook

LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


def test_diff_stands_below_its_server_and_task_also_in_a_loop(tmp_path: Path) -> None:
    play = {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Write it",
                "ansible.builtin.copy": {
                    "content": "of {{ inventory_hostname }}\n",
                    "dest": f"{tmp_path}/{{{{ item }}}}",
                },
                "loop": ["a", "b"],
            }
        ],
    }
    hosts = {"all": {"hosts": {"one": LOCAL, "two": LOCAL}}}

    done = run_playbook(
        [play], hosts, check=True, diff=True, env={"ANSIBLE_STDOUT_CALLBACK": "hwautomation.baremetal.quiet"}
    )

    assert done.rc == 0, done.explain()
    blocks = done.stdout.split("\n\n")
    for host in ("one", "two"):
        below = [block for block in blocks if block.startswith(f"{host}: Write it")]
        assert len(below) == 2
        assert all(f"+of {host}" in block for block in below)
