# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's MAAS answers the requests recorded on a real MAAS 3.7.3 the way that one did."""

from __future__ import annotations

import sys

import pytest
from maas_bench import bench
from maas_compare import differences
from maas_hidden import BEFORE, DEAD, HOSTS
from maas_recorded import NO_RECORDINGS, RECORDINGS, Replayer, recordings

LEFT_OUT: dict[str, list[int]] = {
    "the v3 API beyond its refusal of API keys: read-only for machines, and it takes no API key": [
        *range(451, 473),
        474,
    ],
    "a rack controller's check of addresses before a deployment": [317, 318],
    "notifications and package repositories, which nothing here uses": [125, 126],
    "PCI devices of a machine, which nothing here uses": [243],
}


async def test_recordings(capsys: pytest.CaptureFixture[str]) -> None:
    if not RECORDINGS.is_dir():
        pytest.skip(NO_RECORDINGS)
    left_out = {number: reason for reason, numbers in LEFT_OUT.items() for number in numbers}
    wrong: dict[str, list[str]] = {}
    replayed = 0
    async with bench(HOSTS, maas={"pxe_subnet": "10.77.0.0/24"}) as it:
        machine = it.rack.world.machines["node01"]
        bmc = {
            r"10\.77\.0\.201": f"{machine.bmc_host}:{machine.bmc_port}",
            r"10\.77\.0\.\d+": DEAD,
            '^root$|(?<=power_user": ")root': machine.username,
            '^calvin.?$|p2(?=")': machine.password,
        }
        replay = Replayer(it, bmc)
        for recording in recordings():
            for step in BEFORE.get(recording.number, []):
                try:
                    await step(replay)
                except AssertionError as error:
                    wrong[f"before {recording.number:03d}"] = [str(error).splitlines()[0]]
            if recording.number in left_out:
                continue
            reply = await replay.send(recording)
            replay.names.learn(recording.body, reply.body)
            found = differences(recording, reply, replay.names)
            replayed += 1
            if found:
                wrong[f"{recording.number:03d} {recording.name}"] = found
    with capsys.disabled():
        sys.stdout.write(f"\n{replayed} of {replayed + len(left_out)} recorded requests replayed; left out:\n")
        sys.stdout.writelines(f"  {len(numbers):3d} {reason}\n" for reason, numbers in LEFT_OUT.items())
    assert not wrong, "\n".join(f"{name}: {text}" for name, texts in wrong.items() for text in texts)
