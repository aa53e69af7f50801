# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened between the recorded requests: machines worked, time passed, and a few calls were not recorded.

Each step brings the rack's MAAS into the state the recording with that number was made in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from maas_recorded import Replayer

Step = Callable[[Replayer], Awaitable[Any]]
NODE01, FAILCOMM, FAILTEST, FAILDEPLOY, FAILERASE = "f4xwyh", "psqhbs", "qwptxp", "qctrse", "x8gxrs"
BADBMC, SLOWBMC, ONFAIL = "pqegb8", "7fqyhq", "x8rhse"
DEAD = "127.0.0.1:9"
DISK = {"model": "PERC H740P Mini", "vendor": "DELL", "block_size": 4096, "rotational": False}
SIZES = {"sda": 480103981056, "sdb": 960197124096}
NIC = {
    "speed_mbps": 10000,
    "sriov_max_vf": 63,
    "vendor": "Intel Corporation",
    "product": "Ethernet Controller X540-AT2",
}


def server(number: int) -> dict[str, Any]:
    """Describe a server like the recorded ones: two disks, two interfaces of which one has a link."""
    nics = [
        {
            **NIC,
            "id": f"NIC.{port}",
            "name": f"eno{port}",
            "mac": f"52:54:00:aa:{number:02x}:{port:02x}",
            "link": port == 1,
        }
        for port in (1, 2)
    ]
    disks = [{**DISK, "name": name, "size_bytes": size, "serial": f"{name}{number}"} for name, size in SIZES.items()]
    return {"lab_hardware": {"vendor": "Dell Inc.", "nics": nics, "disks": disks}}


HOSTS = {"node01": server(0), "opnode": server(4)} | {
    name: server(number)
    for number, name in enumerate(
        ("node-failcomm", "node-failtest", "node-faildeploy", "node-failerase", "slowbmc", "onfailbmc"),
        0x10,
    )
}


def after(seconds: float) -> Step:
    async def step(replay: Replayer) -> None:
        await replay.bench.advance(seconds)

    return step


def ops(system_id: str, *names: str, wait: float = 0, **form: str) -> Step:
    """Do operations on a recorded machine that were not recorded themselves."""

    async def step(replay: Replayer) -> None:
        ours = replay.names.ours("system", system_id)
        for name in names:
            (await replay.bench.post(f"machines/{ours}/", name, **form)).good()
            await replay.bench.advance(wait)

    return step


def change(system_id: str, **form: str) -> Step:
    async def step(replay: Replayer) -> None:
        ours = replay.names.ours("system", system_id)
        (await replay.bench.put(f"machines/{ours}/", **form)).good()

    return step


def enlist(system_id: str, hostname: str, **form: str) -> Step:
    """Create a machine whose creation was not recorded; a name of the rack gets its BMC, any other a dead one."""

    async def step(replay: Replayer) -> None:
        bench = replay.bench
        name = hostname if hostname in bench.rack.world.machines else "node01"
        given: dict[str, Any] = dict(form)
        if name != hostname:
            given |= {"hostname": hostname, "mac_addresses": "52:54:00:ab:00:01"}
            given |= {"power_parameters_power_address": DEAD}
        replay.names.teach("system", system_id, await bench.create(name, **given))

    return step


def fault(kind: str, host: str, **options: Any) -> Step:
    async def step(replay: Replayer) -> None:
        replay.bench.rack.faults.add(host, kind, **options)

    return step


def refusing_bmc(host: str) -> Step:
    """Let a BMC refuse every write, but answer reads."""

    async def step(replay: Replayer) -> None:
        for method in ("POST", "PATCH"):
            replay.bench.rack.faults.add(server=host, kind="status", method=method, code=500)

    return step


def failing_test(system_id: str, hostname: str) -> list[Step]:
    return [
        enlist(system_id, hostname),
        fault("testing_fails", hostname, count=1),
        ops(system_id, "commission", wait=1200),
    ]


def its_bmc(system_id: str, host: str) -> Step:
    """Give a machine the parameters of its BMC in the rack."""

    async def step(replay: Replayer) -> None:
        machine = replay.bench.rack.world.machines[host]
        wanted = {
            "power_parameters_power_address": f"{machine.bmc_host}:{machine.bmc_port}",
            "power_parameters_power_user": machine.username,
            "power_parameters_power_pass": machine.password,
        }
        await change(system_id, power_type="redfish", **wanted)(replay)

    return step


async def allocate(replay: Replayer) -> None:
    ours = replay.names.ours("system", NODE01)
    (await replay.bench.post("machines/", "allocate", system_id=ours)).good()


BEFORE: dict[int, list[Step]] = {
    217: [its_bmc("b4q33e", "opnode")],
    223: [after(30)],
    226: [after(30)],
    233: [after(30)],
    235: [after(1200)],
    244: [after(5)],
    322: [after(1)],
    332: [after(30)],
    334: [after(1200)],
    344: [after(30)],
    345: [after(300)],
    347: [after(30)],
    348: [after(200)],
    349: [after(30)],
    350: [after(200)],
    355: [after(30)],
    358: [enlist(BADBMC, "badbmc")],
    365: [
        enlist(FAILCOMM, "node-failcomm"),
        fault("commissioning_fails", "node-failcomm", error_output="boom\n", count=1),
        ops(FAILCOMM, "commission", wait=1200),
    ],
    370: [after(1)],
    371: failing_test(FAILTEST, "node-failtest"),
    379: [
        after(60),
        enlist(FAILDEPLOY, "node-faildeploy"),
        ops(FAILDEPLOY, "commission", wait=1200, testing_scripts="none"),
        fault("deployment_fails", "node-faildeploy", count=1),
    ],
    381: [after(1200)],
    386: [after(60)],
    387: [after(1200)],
    392: [after(1200)],
    394: [
        enlist(FAILERASE, "node-failerase"),
        ops(FAILERASE, "commission", wait=1200, testing_scripts="none"),
        ops(FAILERASE, "deploy", wait=1200),
        fault("erase_fails", "node-failerase", count=1),
        ops(FAILERASE, "release", wait=1200, erase="true"),
        ops(FAILERASE, "power_off", wait=30),
    ],
    396: [ops(FAILERASE, "deploy", wait=1), change(FAILERASE, power_parameters_power_address=DEAD)],
    401: [after(60)],
    407: [change("6x3cyr", power_type="manual")],
    435: [enlist(SLOWBMC, "slowbmc")],
    442: [after(30), enlist(ONFAIL, "onfailbmc"), refusing_bmc("onfailbmc")],
    489: [ops(NODE01, "abort", wait=60), ops(NODE01, "release", wait=60)],
    490: [ops(NODE01, "abort", wait=60), ops(NODE01, "release", wait=60)],
    499: [its_bmc(NODE01, "node01")],
    505: [change(NODE01, min_hwe_kernel="")],
    520: [change(NODE01, hostname="node01"), allocate],
    525: [allocate],
    522: [ops(NODE01, "abort", wait=60), ops(NODE01, "release", wait=60)],
    527: [after(60)],
    530: [after(300)],
    534: [after(60)],
    536: [after(1200)],
    538: [ops(NODE01, "commission", wait=1), ops(NODE01, "abort", wait=60)],
    543: [after(600)],
}
