# SPDX-License-Identifier: GPL-3.0-or-later
"""What a door costs a controller, next to ansible.builtin.assert and to the same door run as an ordinary module.

Aims: one request over plain HTTP (MAAS) <= 1.5 x assert; one request over verified TLS with a session at hand (BMC)
<= 2.5 x assert; at least 8 x cheaper than the same door as an ordinary module.
"""

from __future__ import annotations

import sys
import tempfile
import typing as t
from pathlib import Path

import yaml

from tests.benchmarks._measure import Cost, interleaved, measure, playbook_environment
from tests.support.rack import Rack

HOSTS, MODULE_HOSTS, BMCS = 40, 5, 10
FEW, MANY = 1, 5
ROUNDS = 2

ASSERT = {"ansible.builtin.assert": {"that": ["inventory_hostname is truthy"], "quiet": True}}
MAAS = {
    "hwautomation.baremetal.maas_machine_info": {
        "maas_url": "{{ bench_maas_url }}",
        "maas_api_key": "{{ bench_maas_api_key }}",
        "allow_http": True,
        "hostname": "nobody",
    }
}
BMC = {
    "hwautomation.baremetal.bmc_power": {
        "bmc_host": "{{ bmc_host }}",
        "bmc_port": "{{ bench_port }}",
        "bmc_username": "{{ bmc_username }}",
        "bmc_password": "{{ bmc_password }}",
        "ca_path": "{{ bench_ca }}",
        "state": "on",
    }
}
AS_MODULE = {"environment": {"BENCH_AS_MODULE": "1"}}


def main() -> None:
    """Measure in turns, print CPU per host-task and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        bmcs = {f"b{number}": {"lab_platform": "generic"} for number in range(1, BMCS + 1)}
        rack = Rack.start(scratch / "rack", bmcs, clock="scaled:600")
        try:
            _power_on(scratch, rack)
            _compare(scratch, rack)
        finally:
            rack.stop()


def _power_on(scratch: Path, rack: Rack) -> None:
    """Have every server on before anything is measured: the door shall find nothing to do."""
    command = _command(scratch, _inventory(scratch, rack), "power on", BMC, BMCS, FEW)
    measure(command, playbook_environment(scratch))


def _compare(scratch: Path, rack: Rack) -> None:
    kinds: dict[str, tuple[dict[str, t.Any], int]] = {
        "assert": (ASSERT, HOSTS),
        "maas, in-process": (MAAS, HOSTS),
        "bmc, in-process": (BMC, HOSTS),
        "maas, as module": ({**MAAS, **AS_MODULE}, MODULE_HOSTS),
        "bmc, as module": ({**BMC, **AS_MODULE}, MODULE_HOSTS),
    }
    env = playbook_environment(scratch)
    inventory = _inventory(scratch, rack)
    runs = {}
    for name, (task, hosts) in kinds.items():
        for count in (FEW, MANY):
            command = _command(scratch, inventory, f"{name} x{count}", task, hosts, count)
            runs[f"{name} x{count}"] = _runner(command, env)
    costs = interleaved(runs, ROUNDS)
    per_task = {}
    for name, (_task, hosts) in kinds.items():
        per_task[name] = (costs[f"{name} x{MANY}"].cpu - costs[f"{name} x{FEW}"].cpu) / ((MANY - FEW) * hosts) * 1000
    requests = _requests_per_task(rack, scratch, inventory, env)
    _print(per_task, requests)


def _runner(command: list[str], env: dict[str, str]) -> t.Callable[[], Cost]:
    return lambda: measure(command, env)


def _inventory(scratch: Path, rack: Rack) -> Path:
    servers = [rack.server(name) for name in rack.servers]
    hosts = {}
    for number in range(HOSTS):
        server = servers[number % len(servers)]
        hosts[f"h{number:03}"] = {
            "bmc_host": server.bmc_host,
            "bmc_username": server.username,
            "bmc_password": server.password,
        }
    settings = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "bench_port": servers[0].bmc_port,
        "bench_ca": rack.ca_path,
        "bench_maas_url": rack.maas_url,
        "bench_maas_api_key": rack.maas_api_key,
    }
    path = scratch / "inventory.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": settings}}))
    return path


def _command(scratch: Path, inventory: Path, name: str, task: dict[str, t.Any], hosts: int, count: int) -> list[str]:
    tasks = [{"name": f"Task {number}", **task} for number in range(count)]
    path = scratch / f"{name.replace(' ', '_')}.yml"
    play = {"hosts": f"all[0:{hosts - 1}]", "gather_facts": False, "tasks": tasks}
    path.write_text(yaml.safe_dump([play], sort_keys=False))
    return [sys.executable, "-m", "ansible", "playbook", "-f", "10", "-i", str(inventory), str(path)]


def _requests_per_task(rack: Rack, scratch: Path, inventory: Path, env: dict[str, str]) -> dict[str, float]:
    found = {}
    for name, task in (("maas, in-process", MAAS), ("bmc, in-process", BMC)):
        few, many = (
            _count(rack, _command(scratch, inventory, f"{name} x{count}", task, BMCS, count), env)
            for count in (FEW, MANY)
        )
        found[name] = (many - few) / ((MANY - FEW) * BMCS)
    return found


def _count(rack: Rack, command: list[str], env: dict[str, str]) -> int:
    rack.clear_journal()
    measure(command, env)
    return sum(rack.counters()["requests"].values())


def _print(per_task: dict[str, float], requests: dict[str, float]) -> None:
    base = per_task["assert"]
    print(f"{HOSTS} hosts, 10 forks, {ROUNDS} rounds in turns; CPU milliseconds per host and task (median)")
    for name, cost in per_task.items():
        asked = f"{requests[name]:.1f} requests" if name in requests else ""
        print(f"  {name:18} {cost:8.1f} ms  {cost / base:5.2f} x assert  {asked}")
    for kind in ("maas", "bmc"):
        ratio = per_task[f"{kind}, as module"] / per_task[f"{kind}, in-process"]
        print(f"  {kind}: in-process is {ratio:.1f} x cheaper than as an ordinary module")
