# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper the playbook tests stand on."""

from __future__ import annotations

from tests.support.playbook import run_playbook, run_task

TWO_HOSTS = {"all": {"hosts": {"good": {"broken": False}, "bad": {"broken": True}}}}
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Refuse the broken one
      ansible.builtin.assert: {that: not broken, fail_msg: it is broken}
    - name: Change the other
      ansible.builtin.debug: {msg: "{{ inventory_hostname }}"}
      changed_when: true
"""


def test_run_playbook_one_host_fails_reports_each_host_on_its_own() -> None:
    play = run_playbook(PLAY, TWO_HOSTS)

    assert play.rc == 2, play.explain()
    assert play.changed() == {"good": 1, "bad": 0}
    assert [item.result["msg"] for item in play.failures()] == ["it is broken"]
    assert [item.task for item in play.results("good")] == ["Refuse the broken one", "Change the other"]


def test_run_task_failing_module_returns_its_result() -> None:
    result = run_task("ansible.builtin.assert", {"that": ["1 == 2"]})

    assert result["failed"] is True
    assert result["assertion"] == "1 == 2"


def test_run_task_as_module_runs_it_in_a_process_of_its_own() -> None:
    result = run_task(
        "ansible.builtin.command", {"argv": ["printenv", "HWAUTOMATION_TEST_AS_MODULE"]}, module_path="module"
    )

    assert result["stdout"] == "1"
