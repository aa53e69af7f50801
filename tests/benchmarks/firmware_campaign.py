# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware campaign over many rack machines, with forks for a few: wall against the slowest machine's own time.

BENCH_FIRMWARE_SIZES (50,500) are the fleets, BENCH_FIRMWARE_CLOCK (scaled:4) is how much faster than life the rack
runs, and BENCH_FIRMWARE_PLAIN (25) how many machines the plain loop gets that it is compared with.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import yaml

from tests.support.playbook import ROOT, environment
from tests.support.rack import Rack

SIZES = tuple(int(size) for size in os.environ.get("BENCH_FIRMWARE_SIZES", "50,500").split(","))
CLOCK = os.environ.get("BENCH_FIRMWARE_CLOCK", "scaled:4")
PLAIN = int(os.environ.get("BENCH_FIRMWARE_PLAIN", "25"))
FORKS = 25
IMAGE = {"name": "bmc.bin", "platform": "generic", "component": "bmc", "version": "2.11.0"}

# What one writes without a collection for it: tell each BMC, then ask each task until it is over or forgotten.
PLAIN_LOOP = """
- hosts: servers
  gather_facts: false
  vars:
    request: &request
      url_username: "{{ bmc_username }}"
      url_password: "{{ bmc_password }}"
      force_basic_auth: true
      ca_path: "{{ ca_path }}"
  tasks:
    - ansible.builtin.uri:
        <<: *request
        url: "https://{{ bmc_host }}:{{ bmc_port }}/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate"
        method: POST
        body_format: json
        body: {ImageURI: "{{ lab_image_url }}/bmc.bin"}
        status_code: [200, 202]
    - ansible.builtin.uri:
        <<: *request
        url: "https://{{ bmc_host }}:{{ bmc_port }}/redfish/v1/UpdateService/FirmwareInventory/BMC"
      register: bmc
      until: (bmc.json | default({})).Version | default('') == '2.11.0'
      failed_when: false
      retries: 600
      delay: 5
"""


def main() -> None:
    """Print how campaigns of all sizes went, and what a plain loop needs for the same."""
    print(
        f"clock {CLOCK}, forks {FORKS}; wall, slowest machine's own time, their ratio, CPU, peak memory of one process"
    )
    for size in SIZES:
        _show(f"campaign of {size:4}", *_campaign(size))
    wall, own, cpu, peak = _plain(PLAIN)
    _show(f"plain loop {PLAIN:4}", wall, own, cpu, peak)
    rounds = -(-SIZES[-1] // FORKS)
    print(f"plain loop extrapolated to {SIZES[-1]}: {rounds} rounds of {FORKS} forks, about {wall * rounds:.0f} s")


def _show(name: str, wall: float, own: float, cpu: float, peak: float) -> None:
    print(f"{name}: {wall:7.1f} s {own:7.1f} s  x {wall / own:4.2f} {cpu:7.1f} s {peak:6.0f} MiB", flush=True)


def _campaign(size: int) -> tuple[float, float, float, float]:
    def command(rack: Rack, folder: Path) -> list[str]:
        with_image = {**IMAGE, "file": IMAGE["name"], "sha256": _digest(rack)}
        with_image.pop("name")
        data = {
            "firmware_images": [with_image],
            "firmware_baselines": [{"name": "bench", "platform": "generic", "components": {"bmc": "2.11.0"}}],
            "firmware_baseline": "bench",
            "firmware_image_base_url": rack.image_url,
            "firmware_waves": ["100%"],
            "firmware_wait_interval": 5,
        }
        (folder / "vars.json").write_text(json.dumps(data))
        return ["hwautomation.baremetal.firmware_campaign", "-e", f"@{folder / 'vars.json'}"]

    return _run(size, command)


def _plain(size: int) -> tuple[float, float, float, float]:
    def command(rack: Rack, folder: Path) -> list[str]:
        (folder / "plain.yml").write_text(PLAIN_LOOP)
        return [str(folder / "plain.yml"), "-e", f"lab_image_url={rack.image_url}"]

    return _run(size, command)


def _run(size, command) -> tuple[float, float, float, float]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        (folder / "rack.yml").write_text(yaml.safe_dump(_rack(size)))
        rack = Rack.start(folder / "rack", rack_yml=folder / "rack.yml", clock=CLOCK, maas=False, images=[IMAGE])
        try:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "ansible", "playbook", *command(rack, folder), "-i", str(rack.inventory)],
                cwd=ROOT,
                env=environment(folder / "events", (), {"ANSIBLE_FORKS": str(FORKS)}),
                capture_output=True,
                text=True,
                timeout=3600,
                check=False,
            )
            wall = time.monotonic() - begun
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode:
                raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            return wall, _slowest(rack), cpu, after.ru_maxrss / 1024
        finally:
            rack.stop()


def _rack(size: int) -> dict[str, object]:
    hosts = {
        f"r{number:03}": {"lab_platform": "generic", "bmc_host": f"127.77.{1 + number // 250}.{1 + number % 250}"}
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
    import urllib.request

    with urllib.request.urlopen(f"{rack.image_url}/", timeout=30) as answer:
        return str(json.load(answer)[0]["sha256"])


def _slowest(rack: Rack) -> float:
    """Return the real seconds of the slowest update: from its request until its BMC answers again."""
    scale = float(CLOCK.partition(":")[2] or 1)
    begun: dict[str, float] = {}
    seen: dict[str, list[float]] = defaultdict(list)
    for entry in rack.journal():
        if entry["method"] == "POST" and "SimpleUpdate" in entry["path"]:
            begun.setdefault(entry["server"], entry["at"])
        elif entry["server"] in begun and entry["status"] == 200:
            seen[entry["server"]].append(entry["at"])
    # The longest silence of a BMC is its restart, and the first answer after it the end of its update.
    spans = []
    for server, start in begun.items():
        times = [start, *seen[server]]
        gaps = [(later - sooner, later) for sooner, later in zip(times, times[1:], strict=False)]
        spans.append(max(gaps)[1] - start if gaps else 0.0)
    return max(spans) / scale


if __name__ == "__main__":
    main()
