# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware campaign over many rack machines, with forks for a few: wall against the flash that each machine needs.

Each machine flashes for ten minutes of the rack's clock. Wall may be 1.15 times that, besides the start-up work, which
is all until the last machine has been told to begin. `python -m tests.benchmarks.firmware_campaign 50` measures one
fleet, `plain` the loop it is compared with. BENCH_FIRMWARE_SIZES (50,500,plain) are those of `make bench`;
BENCH_FIRMWARE_CLOCK (scaled:2) is how much faster than life the rack runs: the faster, the more of the wall is Ansible's
own work, which is the same for a flash of ten real minutes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.support.playbook import ROOT, environment
from tests.support.rack import Rack

SIZES = os.environ.get("BENCH_FIRMWARE_SIZES", "50,500,plain").split(",")
CLOCK = os.environ.get("BENCH_FIRMWARE_CLOCK", "scaled:2")
SCALE = float(CLOCK.partition(":")[2] or 1)
PLAIN = 25
FORKS = 25
ALLOWED = 1.15
IMAGE = {"name": "bmc.bin", "platform": "generic", "component": "bmc", "version": "2.11.0"}
# Ten minutes from the request until the BMC answers again, in lab seconds.
HABITS = {"transfer": 10.0, "verify": 10.0, "flash": 430.0, "outage": 120.0, "warm_up": 30.0}
OWN = sum(HABITS.values()) / SCALE
COMMUNITY = ROOT / ".build" / "venv-community" / "bin"

# What one writes without this collection: tell each BMC, then ask each for its inventory until the version is there.
PLAIN_LOOP = """
- hosts: servers
  gather_facts: false
  vars:
    connection: &bmc
      baseuri: "{{ bmc_host }}:{{ bmc_port }}"
      username: "{{ bmc_username }}"
      password: "{{ bmc_password }}"
      validate_certs: true
      ca_path: "{{ ca_path }}"
  tasks:
    - community.general.redfish_command:
        <<: *bmc
        category: Update
        command: SimpleUpdate
        update_image_uri: "{{ bench_image_url }}/bmc.bin"
        update_protocol: HTTP
    - community.general.redfish_info:
        <<: *bmc
        category: Update
        command: GetFirmwareInventory
      register: inventory
      until: "'2.11.0' in ((inventory.redfish_facts | default({})) | string)"
      retries: 600
      delay: 5
"""


@dataclass(frozen=True)
class Figures:
    """Seconds until the last machine was told to begin, seconds in all, CPU of the controller, MiB at its peak."""

    startup: float
    wall: float
    cpu: float
    peak: float

    @property
    def ratio(self) -> float:
        """Wall without the start-up work, against the ten minutes of a machine."""
        return (self.wall - self.startup) / OWN


def main(wanted: list[str] | None = None) -> None:
    """Print how campaigns of all sizes went, what a plain loop needs for the same, and how both grow."""
    print(
        f"clock {CLOCK}, forks {FORKS}; each machine flashes for {OWN:.0f} s; aim: wall <= {ALLOWED} x that + start-up"
    )
    seen = {}
    for name in wanted or SIZES:
        if name == "plain" and not (COMMUNITY / "ansible-playbook").is_file():
            print("SKIPPED: plain loop: no .build/venv-community (make .build/venv-community/.done, 500 MB)")
            continue
        seen[name] = one = _plain() if name == "plain" else _campaign(int(name))
        title = f"plain loop, {PLAIN} machines" if name == "plain" else f"campaign, {int(name)} machines"
        print(
            f"{title}: wall {one.wall:.0f} s, start-up {one.startup:.0f} s, x {one.ratio:.2f} without it,"
            f" CPU {one.cpu:.0f} s, {one.peak:.0f} MiB",
            flush=True,
        )
    _compare(seen)


def _compare(seen: dict[str, Figures]) -> None:
    sizes = sorted(int(name) for name in seen if name != "plain")
    if len(sizes) > 1:
        first, last = seen[str(sizes[0])], seen[str(sizes[-1])]
        grown = last.wall / first.wall, last.cpu / first.cpu, last.peak / first.peak
        print(
            f"{sizes[0]} -> {sizes[-1]} machines (x {sizes[-1] / sizes[0]:.0f}):"
            f" wall x {grown[0]:.1f}, CPU x {grown[1]:.1f}, memory x {grown[2]:.1f}"
        )
    if "plain" in seen and sizes:
        rounds = -(-sizes[-1] // FORKS)
        expected = rounds * seen["plain"].wall
        print(
            f"plain loop extrapolated to {sizes[-1]}: {rounds} rounds of {FORKS} forks, about {expected:.0f} s,"
            f" x {expected / seen[str(sizes[-1])].wall:.1f} of the campaign"
        )


def _campaign(size: int) -> Figures:
    with _rack(size) as (rack, folder):
        row = {key: value for key, value in IMAGE.items() if key != "name"}
        data = {
            "firmware_images": [{**row, "file": IMAGE["name"], "sha256": _digest(rack)}],
            "firmware_baselines": [{"name": "bench", "platform": "generic", "components": {"bmc": "2.11.0"}}],
            "firmware_baseline": "bench",
            "firmware_image_base_url": rack.image_url,
            "firmware_waves": ["100%"],
        }
        (folder / "vars.json").write_text(json.dumps(data))
        command = [sys.executable, "-m", "ansible", "playbook", "hwautomation.baremetal.firmware_campaign"]
        env = environment(folder / "events", (), {"ANSIBLE_FORKS": str(FORKS)})
        return _measure([*command, "-e", f"@{folder / 'vars.json'}"], env, rack)


def _plain() -> Figures:
    with _rack(PLAIN) as (rack, folder):
        (folder / "plain.yml").write_text(PLAIN_LOOP)
        python = f"ansible_python_interpreter={COMMUNITY / 'python'}"
        command = [str(COMMUNITY / "ansible-playbook"), str(folder / "plain.yml"), "-e", python]
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "ANSIBLE_FORKS": str(FORKS)}
        return _measure([*command, "-e", f"bench_image_url={rack.image_url}"], env, rack)


def _measure(command: list[str], env: dict[str, str], rack: Rack) -> Figures:
    lab_begun, begun = float(rack.control("GET", "/_lab/clock")["now"]), time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [*command, "-i", str(rack.inventory)],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        memory = _Memory(process.pid)
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        memory.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(output.read()[-4000:])
    told = [entry["at"] for entry in rack.journal(writes=True) if "SimpleUpdate" in entry["path"]]
    return Figures((max(told) - lab_begun) / SCALE, wall, usage.ru_utime + usage.ru_stime, memory.peak)


class _Memory:
    """Watch the memory of a session of processes: shared pages count once (Pss), so the sum is what the machine needs."""

    def __init__(self, session: int) -> None:
        self.session, self.peak = session, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(2.0):
            own = filter(self._is_ours, Path("/proc").glob("[0-9]*"))
            self.peak = max(self.peak, sum(map(_pss, own)))

    def _is_ours(self, process: Path) -> bool:
        with contextlib.suppress(OSError, IndexError, ValueError):
            return int((process / "stat").read_text().rpartition(")")[2].split()[3]) == self.session
        return False


def _pss(process: Path) -> float:
    """Return MiB of a process, 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def _rack(size: int) -> Iterator[tuple[Rack, Path]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        (folder / "rack.yml").write_text(yaml.safe_dump(_rack_file(size)))
        rack = Rack.start(folder / "rack", rack_yml=folder / "rack.yml", clock=CLOCK, maas=False, images=[IMAGE])
        try:
            yield rack, folder
        finally:
            rack.stop()


def _rack_file(size: int) -> dict[str, object]:
    hosts = {
        f"r{number:03}": {
            "lab_platform": "generic",
            "bmc_host": f"127.77.{1 + number // 250}.{1 + number % 250}",
            "lab_habits": {"updates": {"habits": HABITS}},
        }
        for number in range(size)
    }
    variables = {
        "lab_username": "admin",
        "lab_password": "rack-bench-1",
        "bmc_username": "{{ lab_username }}",
        "bmc_password": "{{ lab_password }}",
        "ansible_python_interpreter": sys.executable,
        "ansible_connection": "local",
        "lab": {},
    }
    return {"all": {"vars": variables, "children": {"servers": {"hosts": hosts}}}}


def _digest(rack: Rack) -> str:
    with urllib.request.urlopen(f"{rack.image_url}/", timeout=30) as answer:
        return str(json.load(answer)[0]["sha256"])


if __name__ == "__main__":
    main(sys.argv[1:])
