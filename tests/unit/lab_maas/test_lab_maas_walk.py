# SPDX-License-Identifier: GPL-3.0-or-later
"""No sequence of requests, power cuts and hours leads to a machine MAAS could not have."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from ansible_collections.hwautomation.baremetal.extensions.lab.maas import statuses
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.app import LAB, build
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.params import Params
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.records import Node
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.statuses import Status
from ansible_collections.hwautomation.baremetal.extensions.lab.machine import Machine
from ansible_collections.hwautomation.baremetal.extensions.lab.world import World

MAC = "52:54:00:00:00:01"
OPERATIONS = (
    "release&erase=true",
    *("commission", "test", "deploy", "release", "abort", "power_on", "power_off", "mark_broken", "mark_fixed"),
    *("lock", "unlock", "rescue_mode", "exit_rescue_mode", "override_failed_testing"),
)
MAY_BE_OWNERLESS = {Status.NEW, Status.READY, Status.BROKEN}
STEPS = st.one_of(
    st.sampled_from(OPERATIONS).map(lambda op: ("op", op)),
    st.sampled_from([1, 30, 400, 2000]).map(lambda seconds: ("wait", seconds)),
    st.sampled_from(["on", "pull"]).map(lambda what: ("hand", what)),
    st.just(("work", 700)),
)


def world() -> World:
    made = World(Clock("hand"))
    hardware = {
        "vendor": "lab",
        "nics": [{"name": "eth0", "mac": MAC}],
        "disks": [{"name": "sda", "size_bytes": 480_103_981_056, "serial": "s1"}],
    }
    made.machines["r01"] = Machine("r01", "generic", made.clock, hardware=hardware)
    return made


def header() -> dict[str, str]:
    fields = {
        "oauth_consumer_key": "c",
        "oauth_token": "t",
        "oauth_signature_method": "PLAINTEXT",
        "oauth_signature": "%26s",
        "oauth_nonce": secrets.token_hex(8),
        "oauth_timestamp": str(int(time.time())),
    }
    return {"Authorization": "OAuth " + ", ".join(f'{name}="{value}"' for name, value in fields.items())}


WORK = ("work", 700)
STARTS = {
    "new": [],
    "ready": [("op", "commission"), WORK],
    "deployed": [("op", "commission"), WORK, ("op", "deploy"), WORK],
    "erased": [("op", "commission"), WORK, ("op", "deploy"), WORK, ("op", "release&erase=true"), WORK],
}


@given(st.sampled_from(sorted(STARTS)), st.lists(STEPS, max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_walk_stays_on_the_table(start: str, steps: list[tuple[str, Any]]) -> None:
    asyncio.run(walk([*STARTS[start], *steps]))


async def walk(steps: list[tuple[str, Any]]) -> None:
    room = world()
    app = build(room, {"api_key": "c:t:s"})
    region = app[LAB].region
    async with TestClient(TestServer(app)) as client:
        form = {"architecture": "amd64", "mac_addresses": MAC, "power_type": "manual", "commission": "false"}
        made = await client.post("/MAAS/api/2.0/machines/", data=form, headers=header())
        system_id = (await made.json())["system_id"]
        node = region.nodes[system_id]
        for kind, what in steps:
            if kind == "wait":
                await room.clock.advance_settled(what)
            elif kind == "work":
                by_hand(room.machines["r01"], "pull")
                await room.clock.advance_settled(10)
                by_hand(room.machines["r01"], "on")
                await room.clock.advance_settled(what)
            elif kind == "hand":
                by_hand(room.machines["r01"], what)
            else:
                locked = node.locked
                path = f"/MAAS/api/2.0/machines/{system_id}/"
                form = {"Content-Type": "application/x-www-form-urlencoded", **header()}
                answer = await client.post(path, data=f"op={what}", headers=form)
                assert answer.status in (200, 400, 403, 409), (what, answer.status, await answer.text())
                if locked and what not in ("lock", "unlock"):
                    assert answer.status == 403
            look(node)
        await room.clock.advance_settled(4 * 3600)
        look(node)
        assert node.status not in statuses.MOVING, "a machine was left moving for ever"
        for event in region.events.select(lambda e: e.type == "Node changed status", _all()):
            _unused, before, _unused, after, _unused = event.description.split("'")
            assert statuses.may_follow(statuses.BY_TITLE[before], statuses.BY_TITLE[after]), event.description


def _all() -> Any:
    return Params([("limit", "1000")])


def by_hand(machine: Machine, what: str) -> None:
    """Do what a person in the room does: press the button with a network boot, or pull the plug."""
    if what == "on" and machine.power_state == "Off":
        machine.override = replace(machine.override, enabled="Once", target="Pxe")
        machine.power_on()
    if what == "pull" and machine.power_state == "On":
        machine.force_off()


def look(node: Node) -> None:
    assert node.owner is not None or node.status in MAY_BE_OWNERLESS, (node.status, node.owner)
    assert not node.locked or node.status in (Status.DEPLOYED, Status.DEPLOYING, Status.FAILED_DEPLOYMENT)
    if node.status is Status.DEPLOYED:
        assert node.osystem
    if node.status in (Status.NEW, Status.READY):
        assert not node.osystem
        assert all(not link.ip_address for nic in node.interfaces.values() for link in nic.links)
