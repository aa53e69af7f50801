# SPDX-License-Identifier: GPL-3.0-or-later
"""One process with 200 BMCs over TLS: how soon they answer, what memory they take, how many GETs a second they serve."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from tests.support.rack import ROOT, Rack

SERVERS = 200
CONNECTIONS = 100
SECONDS = 8
AIMS = {"start": "under 2 s", "memory": "under 250 MB", "gets": "over 3,000 GET/s"}
PLATFORMS = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")
OWN_CLIENT = "an asyncio client of one process"


def main() -> None:
    """Print the three figures next to the aims."""
    hosts = {f"n{number:03d}": {"lab_platform": PLATFORMS[number % 4]} for number in range(SERVERS)}
    with tempfile.TemporaryDirectory(prefix="bench-rack-") as scratch:
        begun = time.monotonic()
        rack = Rack.start(Path(scratch), hosts, maas=False, clock="real")
        started = time.monotonic() - begun
        try:
            idle, used = resident(rack), cpu(rack)
            server = rack.server("n003")
            before = cpu(rack)
            rate, with_what = gets(rack, server.url, server.username, server.password)
            each = (cpu(rack) - before) / (rate * SECONDS)
            touched = touch_all(rack)
            print(f"  {SERVERS} BMCs over TLS in one process ({', '.join(PLATFORMS)})")
            print(
                f"  start until all answer     {started:8.2f} s     (aim {AIMS['start']}; Python's own start included)"
            )
            print(f"    CPU of it                {used:8.2f} s")
            print(f"  resident memory, started   {idle:8.0f} MB    (aim {AIMS['memory']})")
            print(f"  resident, every BMC read   {resident(rack):8.0f} MB    ({touched} BMCs answered)")
            print(f"  GET over keep-alive        {rate:8.0f} /s    (aim {AIMS['gets']}; {with_what}, a system)")
            print(f"    for a second of its CPU  {1 / each:8.0f} /s    (what a core to itself would serve)")
        finally:
            rack.stop()


def resident(rack: Rack) -> float:
    """Return the resident memory of the rack's process in MB."""
    status = Path(f"/proc/{rack.facts['pid']}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def cpu(rack: Rack) -> float:
    """Return the CPU seconds that the rack's process has used: a figure that a busy computer does not change."""
    fields = Path(f"/proc/{rack.facts['pid']}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def gets(rack: Rack, url: str, username: str, password: str) -> tuple[float, str]:
    """Return GETs a second of a system of one BMC and which client measured it."""
    secret = base64.b64encode(f"{username}:{password}".encode()).decode()
    path = _system(rack, url, secret)
    wrk = shutil.which("wrk")
    if wrk:
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Authorization: Basic {secret}", url + path]
        text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        return float(text.partition("Requests/sec:")[2].split()[0]), "wrk"
    job = json.dumps({"url": url, "path": path, "secret": secret, "ca": rack.ca_path})
    command = [sys.executable, "-m", "tests.benchmarks.rack", job]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS + 30, cwd=ROOT)
    return float(done.stdout), OWN_CLIENT


def touch_all(rack: Rack) -> int:
    """Read a system of each BMC once, which makes its documents; return how many answered."""
    found = 0
    for name in rack.servers:
        server = rack.server(name)
        secret = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
        found += bool(_system(rack, server.url, secret))
    return found


def _system(rack: Rack, url: str, secret: str) -> str:
    import requests

    headers = {"Authorization": f"Basic {secret}"}
    answer = requests.get(f"{url}/redfish/v1/Systems", headers=headers, verify=rack.ca_path, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["Members"][0]["@odata.id"])


async def hammer(job: t.Mapping[str, str]) -> float:
    """Send GETs over kept connections as fast as answers come; return how many came back a second.

    It reads raw bytes, as wrk does, so that it measures the rack and not an HTTP library.
    """
    host, _colon, port = job["url"].removeprefix("https://").partition(":")
    context = ssl.create_default_context(cafile=job["ca"])
    head = f"GET {job['path']} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {job['secret']}\r\n\r\n".encode()
    deadline = time.monotonic() + SECONDS
    counts = await asyncio.gather(*(_one(host, int(port), context, head, deadline) for _unused in range(CONNECTIONS)))
    return sum(counts) / SECONDS


async def _one(host: str, port: int, context: ssl.SSLContext, head: bytes, deadline: float) -> int:
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    count = 0
    while time.monotonic() < deadline:
        writer.write(head)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer.decode("latin-1"))
        await reader.readexactly(int(answer.lower().partition(b"content-length:")[2].split()[0]))
        count += 1
    writer.close()
    return count


if __name__ == "__main__":
    print(asyncio.run(hammer(json.loads(sys.argv[1]))))
