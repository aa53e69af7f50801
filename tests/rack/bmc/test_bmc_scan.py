# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_scan and the inventory plugin find the rack, send no credentials and write nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_scan import DOOR
from tests.support.playbook import environment


def network(rack):
    return rack.server("std").bmc_host.rsplit(".", 1)[0]


def sweep(rack, **options):
    return execute(DOOR, {"addresses": [f"{network(rack)}.0/26"], "ports": [8443], **options}, Context()).result


def test_rack_is_found_without_a_login(four_platforms):
    rack = four_platforms
    rack.clear_journal()

    result = sweep(rack)

    assert result["complete"], result
    found = {item["address"]: item for item in result["bmcs"] if item["protocol"] == "redfish"}
    assert found.keys() == {rack.server(name).bmc_host for name in rack.servers}
    assert {item["vendor"] for item in found.values()} >= {"Dell", "HPE", "Supermicro"}
    assert all(item["issuer"] == "hwautomation lab" and len(item["fingerprint"]) == 64 for item in found.values())
    assert {(entry["method"], entry["path"], entry["who"]) for entry in rack.journal()} == {("GET", "/redfish/v1/", "")}


def test_second_scan_knows_them_and_sees_a_new_certificate(four_platforms):
    rack = four_platforms
    first = sweep(rack)["bmcs"]
    first[0]["fingerprint"] = "0" * 64

    again = sweep(rack, known=first, exclude=[first[-1]["address"]])

    assert again["counts"]["changed"] == 1
    assert again["counts"]["known"] == len(first) - 2
    assert again["bmcs"][0]["changed"] == ["fingerprint"]


def test_something_else_on_the_port_is_told(four_platforms):
    rack = four_platforms
    rack.fault("std", "html", path="*", code=200)

    result = sweep(rack, addresses=[rack.server("std").bmc_host])

    rack.clear_faults()
    assert result["bmcs"][0]["protocol"] == "none"
    assert "not Redfish" in result["bmcs"][0]["reason"]
    assert result["inventory"]["all"]["children"]["servers"]["hosts"] == {}


def test_too_many_addresses_are_refused():
    result = execute(DOOR, {"addresses": ["10.0.0.0/8"]}, Context()).result

    assert result["failed"] and result["error_class"] == "ConfigurationError"
    assert "max_addresses" in result["hint"]


def test_inventory_plugin_makes_hosts_and_groups(four_platforms, tmp_path):
    rack = four_platforms
    source = tmp_path / "lab.bmc_scan.yml"
    source.write_text(
        "plugin: hwautomation.baremetal.bmc_scan\n"
        f"addresses: [{network(rack)}.0/27]\nports: [8443]\nipmi: false\n"
        "keyed_groups: [{key: bmc_vendor | lower, prefix: vendor}]\n"
    )
    command = [sys.executable, "-m", "ansible", "inventory", "-i", str(source), "--list"]
    env = {**environment(tmp_path / "events", (), {}), "HOME": os.environ["HOME"]}

    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)

    data = json.loads(done.stdout)
    assert len(data["_meta"]["hostvars"]) == len(rack.servers)
    assert "vendor_dell" in data and "vendor_hpe" in data
    host = data["vendor_dell"]["hosts"][0]
    assert data["_meta"]["hostvars"][host]["bmc_port"] == 8443
