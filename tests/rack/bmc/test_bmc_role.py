# SPDX-License-Identifier: GPL-3.0-or-later
"""The role bmc: everything at once from data, once, and no password anywhere."""

from __future__ import annotations

from typing import Any

from tests.support.playbook import PlayResult, run_playbook
from tests.support.rack import Rack

SECRET = "Role-secret-77"
SETTINGS: dict[str, Any] = {
    "bmc_users": [{"name": "maas", "password": SECRET, "role": "Operator"}],
    "bmc_network": {"hostname": "from-role", "dns_servers": ["10.0.0.53"]},
    "bmc_security": {"protocols": {"snmp": False, "ssh": False}},
    "bmc_ntp_servers": ["a.example", "b.example"],
}


def play(rack: Rack, names: tuple[str, ...], tmp_path: Any, **how: Any) -> PlayResult:
    hosts = {}
    for name in names:
        server = rack.server(name)
        hosts[name] = {"bmc_host": server.bmc_host, "bmc_username": server.username, "bmc_password": server.password}
        hosts[name]["bmc_port"] = server.bmc_port
    options = {key: f"{{{{ {key} }}}}" for key in ("bmc_host", "bmc_port", "bmc_username", "bmc_password")}
    options |= {"ca_path": rack.ca_path, "lock_dir": str(tmp_path / "locks")}
    content = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/hwautomation.baremetal.bmc": options},
        "roles": ["hwautomation.baremetal.bmc"],
    }
    return run_playbook([content], {"all": {"hosts": hosts}}, "-vvv", extra_vars=SETTINGS, **how)


def test_role_sets_everything_once_and_shows_no_password(four_platforms: Rack, tmp_path: Any) -> None:
    names = ("dell", "hpe", "smc", "std")
    four_platforms.clear_journal()

    looked = play(four_platforms, names, tmp_path, check=True)
    seen = four_platforms.journal(writes=True)
    first = play(four_platforms, names, tmp_path)
    again = play(four_platforms, names, tmp_path)

    assert looked.rc == first.rc == again.rc == 0, first.explain() if first.rc else looked.explain()
    assert seen == []
    assert {name: count >= 3 for name, count in first.changed().items()} == dict.fromkeys(names, True), first.changed()
    assert again.changed() == dict.fromkeys(names, 0), again.explain()
    for name in names:
        assert four_platforms.state(name)["accounts"]["maas"] == "Operator"
    for run in (looked, first, again):
        told = run.stdout.partition("PLAY [all]")[2]
        assert "PLAY RECAP" in told and SECRET not in told
        assert SECRET not in str([task.result for task in run.tasks])
