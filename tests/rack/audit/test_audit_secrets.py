# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in every shape pass through a run, and none stays. Needs no rack."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.audited_plays import audited, inventory, play, query

CANARY = "Canary5ecret"


SECRETS = {
    "bmc_password": f"{CANARY}1",
    "maas_api_key": f"{CANARY}2:{CANARY}:{CANARY}",
    "snmp_community_string": f"{CANARY}3",
}


def test_no_canary_reaches_the_database_or_the_spool(tmp_path: Path) -> None:
    tasks = [
        {"name": "Hidden", "ansible.builtin.debug": {"msg": f"{CANARY}4"}, "no_log": True},
        {"name": "Seen elsewhere", "ansible.builtin.debug": {"msg": "login root/{{ bmc_password }} refused"}},
        {"name": "URL", "ansible.builtin.debug": {"msg": f"https://root:{CANARY}5@127.1.0.11/redfish/v1"}},
        {"name": "Bearer", "ansible.builtin.debug": {"msg": f"Authorization: Bearer {CANARY}6{CANARY}"}},
        {"name": "Key", "ansible.builtin.set_fact": {"reply": {"Password": f"{CANARY}7", "ok": True}}},
        {"name": "Command", "ansible.builtin.command": f"echo --password {CANARY}8", "changed_when": True},
        {"name": "Loop", "ansible.builtin.debug": {"msg": "{{ item }}"}, "loop": [f"token={CANARY}9"]},
        {"name": "Breaks", "ansible.builtin.fail": {"msg": "refused: {{ maas_api_key }}"}, "ignore_errors": True},
        {"name": f"Name with token={CANARY}10", "ansible.builtin.debug": {"msg": "x"}},
        {
            "name": "User data",
            "ansible.builtin.debug": {"msg": f"#cloud-config\nusers:\n- passwd: {CANARY}11\n"},
        },
    ]
    for database in (tmp_path / "audit.sqlite3", tmp_path / "missing" / "audit.sqlite3"):
        audited(
            str(database),
            play(*tasks),
            inventory(2, **SECRETS),
            "-vvvv",
            "-e",
            f"secret_token={CANARY}12",
            "-e",
            json.dumps({"admin_passphrase": f"{CANARY}13"}),
            env={"XDG_STATE_HOME": str(tmp_path / "state")},
        )

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".sqlite3", ".jsonl"}
    leaks = [line[:300] for path in files for line in path.read_bytes().split(b"\n") if CANARY.encode() in line]
    assert leaks == []
    assert len(query(str(tmp_path / "audit.sqlite3"), "SELECT * FROM results")) == 2 * len(tasks)
