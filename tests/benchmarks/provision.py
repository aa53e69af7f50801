# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole run, from racked to deployed, for 25 and for 100 servers, with waiting made negligible by the rack's clock.

Wall and CPU of the controller should grow close to linearly with the servers; the rack has a process of its own, whose
CPU is not counted but shares the cores.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import yaml

from tests.benchmarks._measure import Cost, measure, playbook_environment
from tests.support.playbook import ROOT
from tests.support.rack import Rack

FEW, MANY = 25, 100
PLATFORMS = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")
CLOCK = "scaled:3000"


def main() -> None:
    """Provision both racks once, then again, and print cost and growth."""
    print(f"provision.yml, forks 50, clock {CLOCK}; wall and CPU seconds, peak MiB of the largest process")
    first, second = {}, {}
    for servers in (FEW, MANY):
        first[servers], second[servers] = _provision(servers)
        for what, cost in (("racked to deployed", first[servers]), ("nothing left to do", second[servers])):
            print(
                f"  {servers:4} servers, {what:18} {cost.wall:7.1f} s wall {cost.cpu:7.1f} s CPU {cost.peak:6.0f} MiB"
                f"  ({cost.cpu / servers:.2f} s CPU per server)",
                flush=True,
            )
    for what, costs in (("racked to deployed", first), ("nothing left to do", second)):
        few, many = costs[FEW], costs[MANY]
        print(
            f"  {what}: {MANY / FEW:g} x servers cost {many.wall / few.wall:.2f} x wall, {many.cpu / few.cpu:.2f} x CPU"
        )


def _provision(servers: int) -> tuple[Cost, Cost]:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        lab = yaml.safe_load((ROOT / "inventory/lab/rack.yml").read_text())["all"]["vars"]["lab"]
        hosts = {f"r{number:03}": {"lab_platform": PLATFORMS[number % 4]} for number in range(servers)}
        rack = Rack.start(scratch / "rack", hosts, clock=CLOCK, images=lab["images"])
        try:
            env = playbook_environment(
                scratch,
                ANSIBLE_CALLBACKS_ENABLED="hwautomation.baremetal.audit",
                ANSIBLE_STDOUT_CALLBACK="hwautomation.baremetal.quiet",
                HWAUTOMATION_AUDIT_DATABASE=str(scratch / "audit.sqlite3"),
            )
            # As ansible.cfg of the checkout has it.
            Path(env["ANSIBLE_CONFIG"]).write_text("[defaults]\ninternal_poll_interval = 0.02\n")
            playbook = str(ROOT / "playbooks/provision.yml")
            settings = json.dumps({"maas_allow_http": True, "firmware_image_base_url": rack.image_url})
            command = [sys.executable, "-m", "ansible", "playbook", "-f", "50", "-i", str(rack.inventory), playbook]
            return measure([*command, "-e", settings], env), measure([*command, "-e", settings], env)
        finally:
            rack.stop()
