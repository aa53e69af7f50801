# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_scan and the inventory plugin find the rack, send no credentials and write nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_scan import DOOR
from tests.support.playbook import environment, run_playbook


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


@pytest.mark.parametrize("location", ["/redfish/v1", "https://elsewhere.example/login"])
def test_redirected_root_is_asked_for_once_more(four_platforms, location):
    rack = four_platforms
    rack.clear_journal()
    rack.fault("std", "redirect", path="/redfish/v1/", code=301, location=location)

    result = sweep(rack, addresses=[rack.server("std").bmc_host])

    rack.clear_faults()
    assert result["bmcs"][0]["protocol"] == "redfish", result
    assert [entry["path"] for entry in rack.journal("std")] == ["/redfish/v1/", "/redfish/v1"]


def test_what_was_found_is_an_inventory_and_a_table(four_platforms):
    rack = four_platforms

    result = sweep(rack)

    hosts = result["inventory"]["all"]["children"]["servers"]["hosts"]
    assert {host["bmc_host"] for host in hosts.values()} == {rack.server(name).bmc_host for name in rack.servers}
    table = list(csv.DictReader(io.StringIO(result["csv"])))
    assert {line["name"] for line in table if line["protocol"] == "redfish"} == set(hosts)
    assert {line["status"] for line in table} == {"new"}
    assert result["audit"]["bmcs"] == result["bmcs"]


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

    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=True)

    data = json.loads(done.stdout)
    assert len(data["_meta"]["hostvars"]) == len(rack.servers)
    assert "vendor_dell" in data and "vendor_hpe" in data
    assert len(data["servers"]["hosts"]) == len(rack.servers)
    host = data["vendor_dell"]["hosts"][0]
    assert data["_meta"]["hostvars"][host]["bmc_port"] == 8443


def test_playbook_knows_them_the_second_time_and_its_inventory_can_be_used(four_platforms, tmp_path):
    rack = four_platforms
    record = {"HWAUTOMATION_AUDIT_DATABASE": str(tmp_path / "audit.sqlite3"), "ANSIBLE_LOCALHOST_WARNING": "0"}

    def find(**more):
        given = {"networks": f"{network(rack)}.0/26", "bmc_ports": [8443], **more}
        play = run_playbook(
            "hwautomation.baremetal.find_bmcs", None, extra_vars=given, env=record,
            callbacks=["hwautomation.baremetal.audit"],
        )  # fmt: skip
        assert play.rc == 0, play.explain()
        return play.results(action="bmc_scan")[0].result

    first = find(dest=str(tmp_path / "found"))
    rack.fault("std", "wrong_certificate")
    second = find()
    rack.clear_faults()
    rack.fault("hpe", "dead")
    third = find()
    rack.clear_faults()

    assert first["counts"]["new"] == len(rack.servers)
    assert second["counts"]["known"] == len(rack.servers) - 1
    changed = [row for row in second["bmcs"] if row["status"] == "changed"]
    assert [(row["address"], row["changed"]) for row in changed] == [(rack.server("std").bmc_host, ["fingerprint"])]
    listing = yaml.safe_load((tmp_path / "found" / "servers.yml").read_text())
    hosts = listing["all"]["children"]["servers"]["hosts"]
    assert {host["bmc_host"] for host in hosts.values()} == {rack.server(name).bmc_host for name in rack.servers}
    assert len((tmp_path / "found" / "bmcs.csv").read_text().splitlines()) == 1 + len(rack.servers)
    missing = [row["address"] for row in third["bmcs"] if row["status"] == "missing"]
    assert missing == [rack.server("hpe").bmc_host]
    provisioned = run_playbook("hwautomation.baremetal.provision", tmp_path / "found" / "servers.yml", "--list-hosts")
    assert provisioned.rc == 0, provisioned.explain()
    assert all(host in provisioned.stdout for host in hosts)


def test_inventory_that_was_written_is_one_that_tasks_can_log_in_with(four_platforms, tmp_path):
    rack = four_platforms
    servers = [rack.server(name) for name in rack.servers]
    listing = sweep(rack, ipmi=False)["inventory"]
    logins = {server.bmc_host: [server.username, server.password] for server in servers}
    options = {"bmc_host": "{{ bmc_host }}", "bmc_port": "{{ bmc_port }}", "bmc_username": "{{ logins[bmc_host][0] }}",
               "bmc_password": "{{ logins[bmc_host][1] }}", "ca_path": rack.ca_path, "subsets": ["system"]}  # fmt: skip
    play = {"hosts": "servers", "gather_facts": False, "tasks": [{"hwautomation.baremetal.bmc_info": options}]}

    done = run_playbook([play], listing, extra_vars={"logins": logins})

    assert done.rc == 0, done.explain()
    assert {task.result["platform"] for task in done.tasks} == {server.platform for server in servers}


def test_lease_files_say_where_to_look(four_platforms, tmp_path):
    rack = four_platforms
    hosts = [rack.server(name).bmc_host for name in ("std", "dell")]
    isc, dnsmasq = tmp_path / "dhcpd.leases", tmp_path / "dnsmasq.leases"
    isc.write_text(f"lease {hosts[0]} {{\n  starts 1 2026/01/01 00:00:00;\n}}\n")
    dnsmasq.write_text(f"1700000000 aa:bb:cc:dd:ee:ff {hosts[1]} bmc 01:aa\n")

    result = sweep(rack, addresses=[], lease_files=[str(isc), str(dnsmasq)])
    gone = sweep(rack, addresses=[], lease_files=[str(tmp_path / "none")])

    assert {row["address"] for row in result["bmcs"]} == set(hosts)
    assert gone["failed"]
    assert f"the lease file {tmp_path / 'none'} cannot be read: No such file" in gone["msg"]
