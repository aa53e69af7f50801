# SPDX-License-Identifier: GPL-3.0-or-later
"""Eight playbook runs at once into one database: every row arrives, and nobody hears "database is locked"."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.audited_plays import ask, findings, query, started

RUNS, TASKS = 8, 5
# A minute of CPU for both databases; HWAUTOMATION_AUDIT_HOSTS=500 is the whole proof and takes 15 minutes of CPU for each.
HOSTS = int(os.environ.get("HWAUTOMATION_AUDIT_HOSTS", "16"))


def test_eight_playbooks_at_once_share_one_database(each_database: str, tmp_path: Path) -> None:
    # The database is not there yet: one of the eight creates it and the others wait.
    folders = [tmp_path / str(number) for number in range(RUNS)]
    running = [started(each_database, folder, HOSTS, TASKS)[0] for folder in folders]

    codes = [process.wait(timeout=3600) for process in running]

    printed = [(folder / "output").read_text() for folder in folders]
    assert codes == [0] * RUNS, printed
    assert not any("locked" in text or "NOT" in text or "WARNING" in text for text in printed), printed
    assert query(each_database, "SELECT COUNT(*) AS n FROM results") == [{"n": RUNS * HOSTS * TASKS}]
    assert [run["status"] for run in ask(each_database, "runs")] == ["completed"] * RUNS
    assert not (tmp_path / "spool").exists()
    assert findings(each_database) == []
