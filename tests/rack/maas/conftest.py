# SPDX-License-Identifier: GPL-3.0-or-later
"""Doors of MAAS run in-process against a rack whose clock runs fast."""

from __future__ import annotations

import importlib

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect
from tests.support.maas_endpoints import RECORDINGS, UNRECORDED, asked, recorded
from tests.support.rack import Rack

OPERATOR_KEY = "operatorConsumer1:operatorToken0001:operatorSecret00000001"
MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules."


class Lab:
    """A rack and its doors: ``lab.run("maas_machine", hostname="s1")`` returns the result of the task."""

    def __init__(self, rack):
        self.rack = rack
        self.endpoints = set()

    def run(self, door, *, check=False, diff=False, **arguments):
        given = {
            "maas_url": self.rack.maas_url,
            "maas_api_key": self.rack.maas_api_key,
            "allow_http": True,
            **arguments,
        }
        context = Context(check_mode=check, diff=diff)
        answer = execute(importlib.import_module(MODULES + door).DOOR, given, context)
        self.endpoints |= asked(self.rack.journal("maas"))
        return {**answer.result, "warnings": list(answer.warnings)}

    def machine(self, name, **arguments):
        """Run maas_machine with the identity and the power parameters of a server."""
        server, state = self.rack.server(name), self.rack.state(name)
        power = {"power_address": f"{server.bmc_host}:{server.bmc_port}", "power_user": server.username}
        defaults = {
            "hostname": name,
            "mac_addresses": state["macs"],
            "power_type": "redfish",
            "power_parameters": {**power, "power_pass": server.password},
            "wait_interval": 0.2,
            "wait_timeout": 300,
        }
        return self.run("maas_machine", **{**defaults, **arguments})

    def as_operator(self, door, **arguments):
        """Run a door with the key of a user who is no administrator."""
        return self.run(door, maas_api_key=OPERATOR_KEY, **arguments)

    def client(self):
        """Open a client of MAAS, for what no module manages."""
        given = {"maas_url": self.rack.maas_url, "maas_api_key": self.rack.maas_api_key, "allow_http": True}
        return connect(given, Context())

    def configure(self, name, value):
        """Set a setting of MAAS itself."""
        with self.client() as client:
            client.post("maas/", op="set_config", form={"name": name, "value": value})

    def maas_requests(self, writes=False):
        """Return what MAAS was asked by us: method, path and query, without what machines say to it."""
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.rack.journal(writes=writes)
            if entry.get("who") and "/MAAS/api/" in entry["path"]
        ]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    hosts = {f"s{number}": {"lab_platform": "generic"} for number in range(1, 9)}
    # Two systems behind one BMC.
    hosts["g1"] = {"lab_platform": "nvidia_hgx"}
    maas = {"operator_key": OPERATOR_KEY}
    rack = Rack.start(tmp_path_factory.mktemp("maas"), hosts, clock="scaled:400", maas=maas)
    lab = Lab(rack)
    # MAAS fails what hangs for half an hour, which is seconds on this clock: it has to hang until the test has looked.
    lab.configure("node_timeout", 720)
    yield lab
    rack.stop()
    # Only what a real MAAS was seen to answer may be relied on.
    unproven = lab.endpoints - recorded() - UNRECORDED if RECORDINGS.is_dir() else set()
    assert not unproven, f"no recording of a real MAAS has {sorted(unproven)}"


@pytest.fixture(autouse=True)
def calm(lab):
    """Lift the faults of the test before, and forget its requests."""
    lab.rack.clear_faults()
    lab.rack.clear_journal()
