# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is not recorded itself can ask the audit: from the configured database, or the user's. Needs no rack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.audited_plays import ASSERT, audited, inventory, play
from tests.support.playbook import run_playbook

LOOKUP = "{{ lookup('hwautomation.baremetal.%s', 'r01') }}"
QUESTIONS = {
    "door": {"hwautomation.baremetal.audit_info": {"query": "runs"}},
    "bios_backup": {"ansible.builtin.debug": {"msg": LOOKUP % "bios_backup"}},
    "trusted_fingerprint": {"ansible.builtin.debug": {"msg": LOOKUP % "trusted_fingerprint"}},
}
ASKED = [{"name": name, **task, "run_once": True, "ignore_errors": True} for name, task in QUESTIONS.items()]


@pytest.mark.parametrize("configured", [True, False], ids=["configured", "of_the_user"])
def test_run_without_the_callback_asks_the_database_the_callback_would_use(tmp_path: Path, configured: bool) -> None:
    database = tmp_path / ("audit.sqlite3" if configured else "hwautomation/audit.sqlite3")
    database.parent.mkdir(exist_ok=True)
    first = audited(str(database), play(ASSERT), inventory(1))
    env = {"HWAUTOMATION_AUDIT_DATABASE": str(database)} if configured else {"XDG_STATE_HOME": str(tmp_path)}

    asked = run_playbook(play(*ASKED), inventory(1), env=env, cwd=tmp_path)

    assert (first.rc, asked.rc) == (0, 0), asked.explain()
    told = {item.task: item.result for item in asked.tasks}
    assert [row["status"] for row in told["door"]["rows"]] == ["completed"]
    assert "no such backup" in told["bios_backup"]["msg"]
    assert "r01:443" in told["trusted_fingerprint"]["msg"]
