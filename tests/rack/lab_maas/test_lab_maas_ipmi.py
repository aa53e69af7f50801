# SPDX-License-Identifier: GPL-3.0-or-later
"""MAAS drives a machine whose power type is IPMI: commissioned and deployed without a Redfish request."""

from __future__ import annotations

import importlib.util
import shutil
import time
from typing import Any

import pytest
import requests
from maas_bench import signed

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="ipmi_sim is missing (Debian package openipmi)"),
    pytest.mark.skipif(not importlib.util.find_spec("pyghmi"), reason="pyghmi is not installed"),
]


def test_a_machine_is_commissioned_over_ipmi(rack_of: Any) -> None:
    rack = rack_of({"x10": {"lab_platform": "supermicro_x10"}}, clock="scaled:100", ipmi="auto")
    server = rack.server("x10")

    def call(method: str, path: str, **form: Any) -> requests.Response:
        headers = {"Authorization": signed(rack.maas_api_key)}
        url = f"{rack.maas_url}/api/2.0/{path}"
        answer = requests.request(method, url, data=form, headers=headers, timeout=60)
        assert answer.ok, answer.text
        return answer

    def until(status: str) -> None:
        deadline = time.monotonic() + 400
        while (now := rack.state("x10")["maas"]["status_name"]) != status:
            assert time.monotonic() < deadline, now
            time.sleep(0.1)

    form = {
        "architecture": "amd64",
        "hostname": "x10",
        "mac_addresses": rack.state("x10")["macs"],
        "power_type": "ipmi",
    }
    form["power_parameters_power_address"] = f"{server.bmc_host}:{rack.facts['lab_ipmi_port']}"
    form["power_parameters_power_user"] = server.username
    form["power_parameters_power_pass"] = server.password
    form["power_parameters_power_driver"] = "LAN_2_0"
    made = call("POST", "machines/", **form).json()
    until("Ready")

    orders = [entry["path"] for entry in rack.journal("x10", writes=True)]
    assert "/chassis/boot/pxe" in orders and "/chassis/power/1" in orders
    assert {entry["method"] for entry in rack.journal("x10")} == {"IPMI"}
    assert rack.state("x10")["last_boot_target"] == "Pxe"
    told = call("GET", f"machines/{made['system_id']}/?op=query_power_state").json()
    assert told == {"state": {"On": "on", "Off": "off"}[rack.state("x10")["power_state"]]}
