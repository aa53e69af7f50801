# SPDX-License-Identifier: GPL-3.0-or-later
"""One process with 200 BMCs over TLS: how soon they answer, what memory they take, how many GETs a second they serve."""

from __future__ import annotations

import asyncio
import base64
import json
import os
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


def main() -> None:
    """Print the three figures next to the aims."""
    hosts = {f"n{number:03d}": {"lab_platform": PLATFORMS[number % 4]} for number in range(SERVERS)}
    with tempfile.TemporaryDirectory(prefix="bench-rack-") as scratch:
        begun = time.monotonic()
        rack = Rack.start(Path(scratch), hosts, maas=False, clock="real")
        started = time.monotonic() - begun
        try:
            idle, used = resident(rack), cpu(rack)
            rate, each = gets(rack, "n003")
            touched = touch_all(rack)
            print(f"  {SERVERS} BMCs over TLS in one process ({', '.join(PLATFORMS)})")
            print(
                f"  start until all answer     {started:8.2f} s     (aim {AIMS['start']}; Python's own start included)"
            )
            print(f"    CPU of it                {used:8.2f} s")
            print(f"  resident memory, started   {idle:8.0f} MB    (aim {AIMS['memory']})")
            print(f"  resident, every BMC read   {resident(rack):8.0f} MB    ({touched} BMCs answered)")
            print(
                f"  GET over keep-alive        {rate:8.0f} /s    (aim {AIMS['gets']}; of a system, by one asyncio client)"
            )
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


def gets(rack: Rack, name: str) -> tuple[float, float]:
    """Return GETs a second of a system of one BMC, and CPU seconds of the rack for each; handshakes come before."""
    server = rack.server(name)
    secret = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
    job = {"url": server.url, "path": _system(rack, server.url, secret), "secret": secret, "ca": rack.ca_path}
    command = [sys.executable, "-m", "tests.benchmarks.rack", json.dumps(job)]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert client.stdin and client.stdout
        connected = client.stdout.readline()
        before = cpu(rack)
        rate = float(client.communicate("go\n", timeout=SECONDS + 60)[0]) if connected else 0.0
    finally:
        client.kill()
    return rate, (cpu(rack) - before) / (rate * SECONDS)


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
    """Connect, wait for a line, send GETs as fast as answers come; return how many came back a second.

    It reads raw bytes, as wrk does, so that it measures the rack and not an HTTP library.
    """
    host, _colon, port = job["url"].removeprefix("https://").partition(":")
    context = ssl.create_default_context(cafile=job["ca"])
    head = f"GET {job['path']} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {job['secret']}\r\n\r\n".encode()
    made = [await asyncio.open_connection(host, int(port), ssl=context) for _unused in range(CONNECTIONS)]
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    deadline = time.monotonic() + SECONDS
    return sum(await asyncio.gather(*(_one(*pair, head, deadline) for pair in made))) / SECONDS


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, deadline: float) -> int:
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
