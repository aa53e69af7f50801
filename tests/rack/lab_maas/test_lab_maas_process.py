# SPDX-License-Identifier: GPL-3.0-or-later
"""MAAS as part of a rack in its own process: faults and state through the control API."""

from __future__ import annotations

import time
from typing import Any

import requests
from maas_bench import signed


def test_faults_and_state_by_rest(rack_of: Any) -> None:
    rack = rack_of({"r01": {"lab_platform": "generic"}}, clock="scaled:300")
    server = rack.server("r01")

    def call(method: str, path: str, **form: Any) -> requests.Response:
        headers = {"Authorization": signed(rack.maas_api_key)}
        return requests.request(method, f"{rack.maas_url}/api/2.0/{path}", data=form, headers=headers, timeout=30)

    rack.fault("maas", "maas_status", path="*/machines/", count=1, code=503, retry_after=1)
    first = call("GET", "machines/")
    assert (first.status_code, first.headers["Retry-After"]) == (503, "1")
    rack.fault("r01", "commissioning_fails", script="maas-lshw", exit_status=9)
    machines = requests.get(f"{rack.control_url}/_lab/machines/r01", timeout=30).json()
    assert "maas" not in machines
    hardware = {
        "power_parameters_power_address": f"{server.bmc_host}:{server.bmc_port}",
        "power_parameters_power_user": server.username,
        "power_parameters_power_pass": server.password,
    }
    macs = requests.get(f"{rack.control_url}/_lab/state", timeout=30).json()["machines"]["r01"]["macs"]
    form = {"architecture": "amd64", "hostname": "r01", "mac_addresses": macs, "power_type": "redfish", **hardware}
    made = call("POST", "machines/", **form)
    assert made.json()["status_name"] == "Commissioning", made.text
    deadline = time.monotonic() + 240
    while rack.state("r01")["maas"]["status_name"] == "Commissioning":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    known = rack.state("r01")["maas"]
    assert (known["hostname"], known["status_name"], known["owner"]) == ("r01", "Failed commissioning", "admin")
    assert any(entry["path"].endswith("/machines/") for entry in rack.journal("maas", writes=True))
