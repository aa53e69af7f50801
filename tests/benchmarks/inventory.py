# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of one BMC that takes 20 ms for an answer, and of 200 BMCs by one playbook, next to redfish_info.

community.general.redfish_info comes from the PyPI package ansible in .build/venv-community. It is asked for the same
facts. Aim: a tenth of its wall time for one BMC. Three figures: of the tasks alone, of the run without what Ansible
takes for a play without tasks, and of the whole run.
"""

from __future__ import annotations

import functools
import json
import statistics
import sys
import tempfile
import typing as t
from pathlib import Path

import yaml

from tests.benchmarks._measure import Cost, interleaved, measure, playbook_environment
from tests.support.playbook import ROOT
from tests.support.rack import Rack

COMMUNITY = ROOT / ".build" / "venv-community" / "bin" / "python"
SERVERS, FEW, FORKS, ROUNDS = 200, 20, 50, 3
LATENCY = 0.02
PLATFORMS = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")
# What bmc_info reads in one task, in the words of redfish_info.
COMMANDS = {
    "Systems": ["GetSystemInventory", "GetCpuInventory", "GetMemoryInventory", "GetNicInventory", "GetHealthReport",
                "GetStorageControllerInventory", "GetDiskInventory", "GetVolumeInventory", "GetBootOverride"],
    "Chassis": ["GetFanInventory", "GetPsuInventory", "GetChassisThermals", "GetChassisPower", "GetChassisInventory"],
    "Manager": ["GetManagerNicInventory", "GetManagerInventory", "GetNetworkProtocols"],
}  # fmt: skip


def main() -> None:
    """Measure both in turns, one BMC and then all."""
    hosts = {f"n{number:03d}": {"lab_platform": PLATFORMS[number % 4]} for number in range(SERVERS)}
    with tempfile.TemporaryDirectory(prefix="bench-inventory-") as folder:
        scratch = Path(folder)
        rack = Rack.start(scratch / "rack", hosts, maas=False, clock="real")
        try:
            plays = _plays(scratch, rack)
            _one(plays, scratch, rack)
            _all(plays, scratch)
        finally:
            rack.stop()


def _plays(scratch: Path, rack: Rack) -> dict[str, list[str]]:
    servers = [rack.server(name) for name in rack.servers]
    inventory = scratch / "inventory.yml"
    rows = {
        server.name: {"bmc_host": server.bmc_host, "login": server.username, "secret": server.password}
        for server in servers
    }
    settings = {"ansible_connection": "local", "port": servers[0].bmc_port, "ca": rack.ca_path}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": rows, "vars": settings}}))
    ours = {"bmc_host": "{{ bmc_host }}", "bmc_port": "{{ port }}", "bmc_username": "{{ login }}",
            "bmc_password": "{{ secret }}", "ca_path": "{{ ca }}"}  # fmt: skip
    # It has no option for an authority in this version; without verification it does less, not more.
    theirs = {"baseuri": "{{ bmc_host }}:{{ port }}", "username": "{{ login }}", "password": "{{ secret }}",
              "validate_certs": False, "timeout": 60}  # fmt: skip
    tasks = [{"community.general.redfish_info": {**theirs, "category": category, "command": commands},
              "ignore_errors": True} for category, commands in COMMANDS.items()]  # fmt: skip
    # Ansible's own start, which is in every figure.
    plays = {
        "start": (sys.executable, [{"ansible.builtin.meta": "noop"}]),
        "bmc_info": (sys.executable, [{"hwautomation.baremetal.bmc_info": ours}]),
    }
    if COMMUNITY.exists():
        plays["redfish_info"] = (str(COMMUNITY), tasks)
    else:
        print("  SKIPPED redfish_info: make .build/venv-community/.done installs the PyPI package ansible")
    commands = {}
    for name, (python, play) in plays.items():
        path = scratch / f"{name}.yml"
        variables = {"ansible_python_interpreter": python}
        path.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "vars": variables, "tasks": play}]))
        commands[name] = [python, "-m", "ansible", "playbook", "-f", str(FORKS), "-i", str(inventory), str(path)]
    return commands


def _env(name: str, scratch: Path) -> dict[str, str]:
    env = playbook_environment(
        scratch,
        ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).parent / "callbacks"),
        ANSIBLE_CALLBACKS_ENABLED="task_seconds",
        BENCH_TASK_SECONDS=str(scratch / "seconds.json"),
    )
    if name == "redfish_info":
        env.pop("ANSIBLE_COLLECTIONS_PATH")
        env.pop("PYTHONPATH", None)
    return env


def _rounds(
    plays: t.Mapping[str, list[str]], scratch: Path, rack: Rack, server: str
) -> tuple[dict[str, Cost], dict[str, list[float]], dict[str, dict[str, int]]]:
    """Run each play against one BMC, in turn; return the costs, the seconds in tasks, and what the BMC was asked."""
    seconds: dict[str, list[float]] = {name: [] for name in plays}
    asked: dict[str, dict[str, int]] = {}

    def run(name: str) -> Cost:
        before = rack.counters()
        cost = measure([*plays[name], "--limit", server], _env(name, scratch))
        after = rack.counters()
        asked[name] = {key: after[key].get(server, 0) - before[key].get(server, 0) for key in after}
        seconds[name].append(json.loads((scratch / "seconds.json").read_text()).get(server, 0.0))
        return cost

    costs = interleaved({name: functools.partial(run, name) for name in plays}, ROUNDS)
    return costs, seconds, asked


def _one(plays: t.Mapping[str, list[str]], scratch: Path, rack: Rack) -> None:
    rack.fault("*", "slow_first_byte", seconds=LATENCY)
    walls: dict[str, float] = {}
    inside: dict[str, float] = {}
    print(f"  one BMC each of {', '.join(PLATFORMS)}, {LATENCY * 1000:g} ms for each answer, TLS; median of {ROUNDS}")
    for number, platform in enumerate(PLATFORMS):
        server = f"n{number:03d}"
        costs, seconds, asked = _rounds(plays, scratch, rack, server)
        for name, cost in costs.items():
            task = statistics.median(seconds[name])
            walls[name] = walls.get(name, 0.0) + cost.wall
            inside[name] = inside.get(name, 0.0) + task
            told = asked[name]
            print(
                f"  {platform:15} {name:13} {cost.wall:6.1f} s wall {cost.cpu:6.1f} s CPU {task:6.2f} s in tasks"
                f"  {told['requests']:4} requests {told['handshakes']:4} handshakes"
            )
    rack.clear_faults()
    if "redfish_info" in walls:
        tasks = inside["redfish_info"] / inside["bmc_info"]
        net = (walls["redfish_info"] - walls["start"]) / (walls["bmc_info"] - walls["start"])
        whole = walls["redfish_info"] / walls["bmc_info"]
        print(
            f"  bmc_info is {tasks:.1f} x faster (aim: 10) in its task, {net:.1f} x without Ansible's own start,"
            f" {whole:.1f} x with it"
        )


def _all(plays: t.Mapping[str, list[str]], scratch: Path) -> None:
    print(
        f"  {SERVERS} BMCs by one playbook, {FORKS} forks, one round, no latency added; of redfish_info {FEW} of them,"
    )
    print("  since all would take a quarter of an hour")
    each = {}
    for name, count in (("bmc_info", SERVERS), ("redfish_info", FEW)):
        if name in plays:
            cost = measure([*plays[name], "--limit", f"all[0:{count - 1}]"], _env(name, scratch))
            each[name] = Cost(cost.wall / count, cost.cpu / count, cost.peak)
            print(
                f"  {name:13} {cost.wall:6.1f} s wall {cost.cpu:6.1f} s CPU {cost.peak:5.0f} MiB in the largest process;"
                f" for each BMC {each[name].wall * 1000:5.0f} ms wall {each[name].cpu * 1000:5.0f} ms CPU"
            )
    if "redfish_info" in each:
        ours, theirs = each["bmc_info"], each["redfish_info"]
        print(f"  redfish_info: {theirs.wall / ours.wall:.1f} x the wall, {theirs.cpu / ours.cpu:.1f} x the CPU")
