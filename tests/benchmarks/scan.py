# SPDX-License-Identifier: GPL-3.0-or-later
"""A scan of 127.x.0.0/20 (4,094 addresses, 200 BMCs, some silent, the rest refusing) next to nmap's TCP part alone.

Aims: no slower than nmap, though TLS, the service root and IPMI are asked for as well; under 150 MB. Python's own start
and imports are in the first figure; the door as the one task of a playbook is the last.
"""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import socket
import sys
import tempfile
import typing as t
from pathlib import Path

from tests.benchmarks._measure import interleaved, measure, playbook_environment
from tests.support.rack import Rack

SERVERS, SILENT, ROUNDS = 200, 600, 3
PORT = 8443
SWEEP = """
import json, sys, time
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_scan import DOOR
begun = time.monotonic()
result = execute(DOOR, json.loads(sys.argv[1]), Context()).result
told = {"seconds": time.monotonic() - begun, "counts": result.get("counts") or result}
open(sys.argv[2], "w").write(json.dumps(told))
"""


def main() -> None:
    """Scan in turns, and print wall, CPU and memory of both."""
    nmap = shutil.which("nmap")
    hosts = {f"n{number:03d}": {"lab_platform": "generic"} for number in range(SERVERS)}
    with tempfile.TemporaryDirectory(prefix="bench-scan-") as folder, contextlib.ExitStack() as open_things:
        scratch = Path(folder)
        rack = Rack.start(scratch / "rack", hosts, maas=False, clock="real")
        open_things.callback(rack.stop)
        network = rack.server("n000").bmc_host.split(".")[1]
        silent = _keep_silent(network, open_things)
        options = {"addresses": [f"127.{network}.0.0/20"], "ports": [PORT]}
        told, play = scratch / "told.json", scratch / "play.yml"
        task = {"hwautomation.baremetal.bmc_scan": options}
        play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
        env = playbook_environment(scratch, PYTHONPATH=str(Path.cwd() / ".build" / "links"))
        kinds: dict[str, list[str]] = {"bmc_scan": [sys.executable, "-c", SWEEP, json.dumps(options), str(told)]}
        if nmap:
            kinds["nmap, TCP only"] = [nmap, "-n", "-Pn", "-sT", "-p", str(PORT), f"127.{network}.0.0/20"]
        else:
            print("  SKIPPED nmap: it is not installed (apt-get install nmap)")
        kinds["in a playbook"] = [sys.executable, "-m", "ansible", "playbook", str(play)]
        # The rack makes the documents of a BMC when it is first asked, which is not what is measured.
        measure(kinds["bmc_scan"], env)
        costs = interleaved({name: _runner(command, env) for name, command in kinds.items()}, ROUNDS)
        print(f"  127.x.0.0/20: {SERVERS} BMCs, {silent} addresses silent, the rest refusing; median of {ROUNDS}")
        for name, cost in costs.items():
            print(f"  {name:15} {cost.wall:7.1f} s wall {cost.cpu:7.1f} s CPU {cost.peak:6.0f} MiB (aim: under 150)")
        last = json.loads(told.read_text())
        print(f"  bmc_scan found {last['counts']}; its last scan alone took {last['seconds']:.1f} s")
        if nmap:
            ratio = costs["bmc_scan"].wall / costs["nmap, TCP only"].wall
            print(f"  bmc_scan takes {ratio:.2f} x the wall of nmap (aim: at most 1)")


def _runner(command: list[str], env: t.Mapping[str, str]) -> t.Callable[[], t.Any]:
    return lambda: measure(command, env)


def _keep_silent(network: str, open_things: contextlib.ExitStack) -> int:
    """Make addresses that drop what knocks, as a firewall does: listeners whose queue is full."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    made = 0
    for number in range(SILENT):
        address = (f"127.{network}.{8 + number // 200}.{1 + number % 200}", PORT)
        listener = open_things.enter_context(socket.create_server(address, backlog=0))
        listener.setblocking(False)
        for _filler in range(2):
            filler = open_things.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        made += 1
    return made
