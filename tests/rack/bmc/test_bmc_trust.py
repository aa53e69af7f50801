# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust on first use: remembered, used by every task, and failing when a BMC shows another certificate."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_trust import DOOR
from tests.support.playbook import run_playbook, run_task

TRUST = "hwautomation.baremetal.trust_bmcs"
READ = """
- hosts: servers
  gather_facts: false
  tasks:
    - hwautomation.baremetal.bmc_info:
        bmc_host: "{{ bmc_host }}"
        bmc_port: "{{ bmc_port }}"
        bmc_username: "{{ bmc_username }}"
        bmc_password: "{{ bmc_password }}"
        tls_fingerprint: "{{ lookup('hwautomation.baremetal.trusted_fingerprint', bmc_host, port=bmc_port) }}"
        subsets: [system]
"""


@pytest.fixture
def play(four_platforms, tmp_path):
    """Return a function that runs a playbook on one server, recorded in a database of the test's own."""

    def run(playbook, *args, recorded=True, **variables):
        env = {"HWAUTOMATION_AUDIT_DATABASE": str(tmp_path / "audit.sqlite3")}
        callbacks = ["hwautomation.baremetal.audit"] if recorded else []
        return run_playbook(
            playbook, four_platforms.inventory, "--limit", "std", *args, env=env, callbacks=callbacks,
            extra_vars={"bmc_port": four_platforms.server("std").bmc_port, **variables},
        )  # fmt: skip

    yield run
    four_platforms.clear_faults()


def test_first_use_is_remembered_and_another_certificate_fails(four_platforms, play):
    rack = four_platforms
    rack.clear_journal()

    unknown = play(READ)
    first = play(TRUST)
    asked = rack.journal("std")
    again = play(TRUST)
    used = play(READ)
    rack.fault("std", "wrong_certificate")
    changed = play(TRUST)
    refused = play(READ)
    accepted = play(TRUST, allow_change=True)
    after = play(TRUST)

    assert "no certificate of" in unknown.explain() and "trust_bmcs" in unknown.explain()
    assert asked == [], "a handshake is enough"
    assert (first.rc, again.rc, used.rc) == (0, 0, 0), first.explain() + again.explain() + used.explain()
    assert (first.changed(), again.changed()) == ({"std": 1}, {"std": 0})
    old = first.results()[0].result["fingerprint"]
    failure = changed.failures()[0].result
    assert failure["error_class"] == "VerificationError"
    assert failure["trusted"] == old != failure["shown"]
    assert old in failure["msg"] and failure["shown"] in failure["msg"] and "since 20" in failure["msg"]
    assert "not the pinned one" in refused.failures()[0].result["msg"]
    assert accepted.rc == after.rc == 0
    assert after.results()[0].result["fingerprint"] == failure["shown"]


def test_check_mode_trusts_nothing(play):
    first = play(TRUST, "--check")
    second = play(TRUST, "--check")

    assert first.changed() == second.changed() == {"std": 1}
    assert first.results()[0].result["audit"]["certificates"][0]["outcome"] == "planned"


def test_nothing_is_trusted_in_a_run_that_is_not_recorded(play):
    result = play(TRUST, recorded=False)

    assert result.rc != 0
    assert "could not be remembered" in result.explain()


def test_both_runners_say_the_same(four_platforms):
    server = four_platforms.server("std")
    options = {"bmc_host": server.bmc_host, "bmc_port": server.bmc_port, "trusted": {"fingerprint": "ab" * 32}}

    here = run_task("bmc_trust", options)
    there = run_task("bmc_trust", options, module_path="module")

    for result in (here, there):
        result.pop("invocation", None)
    assert here["failed"] and here == there


def test_no_handshake_says_what_to_check(four_platforms):
    options = {"bmc_host": four_platforms.server("std").bmc_host, "bmc_port": 1, "trusted": {}}

    result = execute(DOOR, options, Context()).result

    assert result["error_class"] == "NetworkError"
    assert "TCP port 1" in result["hint"]
