# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware campaign over many rack machines, with forks for a few: wall against the flash that each machine needs.

Each machine flashes for ten minutes of the rack's clock. Wall may be 1.15 times that, besides the start-up work, which
is all until the last machine has been told to begin. `python -m tests.benchmarks.firmware_campaign` takes some twelve
minutes on two quiet processors: campaigns of 50 and of 500, and the plain loop of tasks that they are compared with.
`python -m tests.benchmarks.firmware_campaign 10 30 plain` measures others.

The faster the rack's clock, the more of the wall is Ansible's own work, which is the same for a flash of ten real
minutes. So the largest campaign, whose ratio counts, runs on scaled:2, and the others, of which only that work counts,
on scaled:8. BENCH_FIRMWARE_CLOCK sets one clock for all.
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
from tests.support.processes import descendants
from tests.support.rack import Rack

SIZES = os.environ.get("BENCH_FIRMWARE_SIZES", "50,500,plain").split(",")
CLOCK = os.environ.get("BENCH_FIRMWARE_CLOCK", "")
PLAIN = 25
FORKS = 25
ALLOWED = 1.15
IMAGE = {"name": "bmc.bin", "platform": "generic", "component": "bmc", "version": "2.11.0"}
# Ten minutes from the request until the BMC answers again, in lab seconds.
HABITS = {"transfer": 10.0, "verify": 10.0, "flash": 430.0, "outage": 120.0, "warm_up": 30.0}
FLASH = sum(HABITS.values())
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
    """What a run took, in seconds: the flash of a machine, until the last one was told to begin, and in all.

    ``cpu`` is that of the controller with its workers, ``peak`` their MiB.
    """

    flash: float
    startup: float
    wall: float
    cpu: float
    peak: float

    @property
    def ratio(self) -> float:
        """Wall without the start-up work, against the flash of a machine."""
        return (self.wall - self.startup) / self.flash

    @property
    def work(self) -> float:
        """Wall besides the flash: what is the same however long a flash takes."""
        return self.wall - self.flash


def main(wanted: list[str] | None = None) -> None:
    """Print how campaigns of all sizes went, what a plain loop needs for the same, and how both grow."""
    names = wanted or SIZES
    largest = max((name for name in names if name != "plain"), key=int, default="")
    print(
        f"forks {FORKS}; aim for {largest or 'none'}: wall <= {ALLOWED} x the flash of a machine + start-up, < 1.5 GB"
    )
    seen = {}
    for name in names:
        if name == "plain" and not (COMMUNITY / "ansible-playbook").is_file():
            print("SKIPPED: plain loop: no .build/venv-community (make .build/venv-community/.done, 500 MB)")
            continue
        clock = CLOCK or ("scaled:2" if name == largest else "scaled:8")
        seen[name] = one = _plain(clock) if name == "plain" else _campaign(int(name), clock)
        title = f"plain loop, {PLAIN} machines" if name == "plain" else f"campaign, {int(name)} machines"
        print(
            f"{title}, flash {one.flash:.0f} s: wall {one.wall:.0f} s, start-up {one.startup:.0f} s,"
            f" x {one.ratio:.2f} without it, CPU {one.cpu:.0f} s, {one.peak:.0f} MiB",
            flush=True,
        )
    _compare(seen)


def _compare(seen: dict[str, Figures]) -> None:
    sizes = sorted(int(name) for name in seen if name != "plain")
    if len(sizes) > 1:
        first, last = seen[str(sizes[0])], seen[str(sizes[-1])]
        grown = last.work / first.work, last.cpu / first.cpu, last.peak / first.peak
        print(
            f"{sizes[0]} -> {sizes[-1]} machines (x {sizes[-1] / sizes[0]:.0f}):"
            f" wall besides the flash x {grown[0]:.1f}, CPU x {grown[1]:.1f}, memory x {grown[2]:.1f}"
        )
    if "plain" in seen and sizes:
        last, rounds = seen[str(sizes[-1])], -(-sizes[-1] // FORKS)
        expected = rounds * (seen["plain"].work + last.flash)
        print(
            f"plain loop extrapolated to {sizes[-1]} machines with a flash of {last.flash:.0f} s:"
            f" {rounds} rounds of {FORKS} forks, about {expected:.0f} s, x {expected / last.wall:.1f} of the campaign"
        )


def _campaign(size: int, clock: str) -> Figures:
    with _rack(size, clock) as (rack, folder):
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
        return _measure([*command, "-e", f"@{folder / 'vars.json'}"], env, rack, _scale(clock))


def _plain(clock: str) -> Figures:
    with _rack(PLAIN, clock) as (rack, folder):
        (folder / "plain.yml").write_text(PLAIN_LOOP)
        python = f"ansible_python_interpreter={COMMUNITY / 'python'}"
        command = [str(COMMUNITY / "ansible-playbook"), str(folder / "plain.yml"), "-e", python]
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "ANSIBLE_FORKS": str(FORKS)}
        return _measure([*command, "-e", f"bench_image_url={rack.image_url}"], env, rack, _scale(clock))


def _scale(clock: str) -> float:
    return float(clock.partition(":")[2] or 1)


def _measure(command: list[str], env: dict[str, str], rack: Rack, scale: float) -> Figures:
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
    cpu = usage.ru_utime + usage.ru_stime
    return Figures(FLASH / scale, (max(told) - lab_begun) / scale, wall, cpu, memory.peak)


class _Memory:
    """Watch the memory of a run and its workers: shared pages count once (Pss), so the sum is what the machine needs."""

    def __init__(self, number: int) -> None:
        self.number, self.peak = number, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(2.0):
            self.peak = max(self.peak, sum(map(_pss, (self.number, *descendants(self.number)))))


def _pss(number: int) -> float:
    """Return MiB of a process, 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def _rack(size: int, clock: str) -> Iterator[tuple[Rack, Path]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        (folder / "rack.yml").write_text(yaml.safe_dump(_rack_file(size)))
        rack = Rack.start(folder / "rack", rack_yml=folder / "rack.yml", clock=clock, maas=False, images=[IMAGE])
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
