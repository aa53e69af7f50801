# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook under ansible-runner, with the directory that AWX lays out and the callback enabled by environment."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.playbook import LINKS
from tests.support.provisioning import images_of_the_demo, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow


def test_provision_under_ansible_runner_is_recorded_with_the_job(tmp_path: Path) -> None:
    hosts = {"std": {"lab_platform": "generic"}}
    rack = Rack.start(tmp_path / "rack", hosts, clock="scaled:1000", images=images_of_the_demo())
    try:
        site = site_of(rack, tmp_path)
        private = lay_out(tmp_path / "job", rack, site.database)

        done = subprocess.run(
            [sys.executable, "-m", "ansible_runner", "run", str(private), "-p", "provision.yml"],
            env={key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert rack.state("std")["os"]
        with sqlite3.connect(site.database) as connection:
            assert connection.execute("SELECT job, awx_user, status FROM run_states").fetchall() == [
                ("4711", "operator", "completed")
            ]
        events = list((private / "artifacts").glob("*/job_events/*.json"))
        assert any(json.loads(path.read_text())["event"] == "playbook_on_stats" for path in events)
        assert not any("rack-test-1" in path.read_text() for path in events)
    finally:
        rack.stop()


def lay_out(private: Path, rack: Rack, database: Path) -> Path:
    """Write project, inventory and env as an AWX job has them."""
    (private / "project").mkdir(parents=True)
    (private / "env").mkdir()
    (private / "project" / "provision.yml").write_text(
        "- name: Provision\n  ansible.builtin.import_playbook: hwautomation.baremetal.provision\n"
    )
    (private / "inventory").symlink_to(rack.inventory.parent, target_is_directory=True)
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(LINKS),
        "ANSIBLE_CALLBACKS_ENABLED": "hwautomation.baremetal.audit",
        "HWAUTOMATION_AUDIT_DATABASE": str(database),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    (private / "env" / "envvars").write_text(json.dumps(environment))
    (private / "env" / "extravars").write_text(json.dumps({"awx_job_id": 4711, "awx_user_name": "operator"}))
    return private
