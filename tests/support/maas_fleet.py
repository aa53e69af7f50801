# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of many machines in one playbook: each state is foreseen, reached, and reached again unchanged."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from tests.support.playbook import PlayResult, run_playbook
from tests.support.rack import Rack

NOBLE = {"deploy": {"distro_series": "noble"}}
# What is wanted, the status it ends in, and how many writes a machine costs on the way from the row before.
LIFE: tuple[tuple[dict[str, t.Any], str | None, int], ...] = (
    ({"state": "present"}, "New", 1),
    ({"state": "deployed", **NOBLE}, "Deployed", 2),
    ({"state": "released", "allow_release": True}, "Ready", 1),
    ({"state": "deployed", **NOBLE}, "Deployed", 1),
    ({"state": "broken", "allow_release": True}, "Broken", 1),
    ({"state": "fixed"}, "Ready", 1),
    ({"state": "absent", "allow_delete": True}, None, 1),
)
# Each state three times: in check mode, in earnest, and once more.
TURNS = (("foresee", True, True), ("make", False, True), ("again", False, False))


@dataclass(frozen=True)
class Life:
    """A finished walk: the playbook's results, and what MAAS was asked (method and path)."""

    played: PlayResult
    asked: tuple[tuple[str, str], ...]

    @property
    def writes(self) -> int:
        return sum(method != "GET" for method, _path in self.asked)

    def problems(self) -> list[str]:
        """Return what did not go as it should, machine by machine; empty when all went well."""
        if self.played.rc:
            return [self.played.explain()]
        found = []
        for number, (wanted, status, _writes) in enumerate(LIFE):
            for turn, _check, changes in TURNS:
                for item in self.played.results(task=f"{number} {turn} "):
                    seen = item.result["machine"].get("status_name")
                    if seen != status or item.result["changed"] is not changes:
                        found.append(f"{item.host}: {turn} {wanted['state']}: {seen}, changed {item.result['changed']}")
        return found


def live(rack: Rack, forks: int) -> Life:
    """Lead every server of the rack through its whole life in MAAS."""
    region = {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "allow_http": True}
    machine = {
        **region,
        "hostname": "{{ inventory_hostname }}",
        "mac_addresses": "{{ macs[inventory_hostname] }}",
        "power_type": "redfish",
        "power_parameters": {
            "power_address": "{{ bmc_host }}:8443",
            "power_user": "{{ bmc_username }}",
            "power_pass": "{{ bmc_password }}",
        },
        "wait_interval": 2,
    }
    tasks = [
        {
            "name": f"{number} {turn} {wanted['state']}",
            "hwautomation.baremetal.maas_machine": {**machine, **wanted},
            "check_mode": check,
        }
        for number, (wanted, _status, _writes) in enumerate(LIFE)
        for turn, check, _changes in TURNS
    ]
    macs = {name: rack.state(name)["macs"] for name in rack.servers}
    rack.clear_journal()
    play = {"hosts": "servers", "gather_facts": False, "tasks": tasks}
    played = run_playbook([play], rack.inventory, "--forks", str(forks), extra_vars={"macs": macs})
    asked = [(entry["method"], entry["path"]) for entry in rack.journal() if entry.get("who")]
    return Life(played, tuple((method, path) for method, path in asked if "/MAAS/api/" in path))
