# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a machine: MAAS drives it over its BMC and goes on only when the machine did."""

from __future__ import annotations

import base64

from maas_bench import bench

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS


async def test_from_new_to_deployed_and_back() -> None:
    async with bench({"r01": {}}) as it:
        machine = it.rack.world.machines["r01"]
        one = await it.create("r01")
        assert await it.status(one) == "New"
        shown = (await it.post(f"machines/{one}/", "commission")).good()
        assert (shown["status_name"], shown["power_state"], shown["owner"]) == ("Commissioning", "unknown", "admin")
        assert machine.is_on
        await it.advance(60)
        assert await it.status(one) == "Commissioning"
        await it.advance(900)
        ready = (await it.get(f"machines/{one}/")).good()
        assert (ready["status_name"], ready["power_state"], ready["owner"]) == ("Ready", "off", None)
        assert ready["hardware_info"]["system_serial"] == machine.hardware["serial"]
        assert ready["memory"] == machine.hardware["memory_mib"]
        assert {disk["name"] for disk in ready["physicalblockdevice_set"]} == {
            d["name"] for d in machine.hardware["disks"]
        }
        (await it.post(f"machines/{one}/", "deploy", distro_series="noble")).good()
        await it.advance(900)
        deployed = (await it.get(f"machines/{one}/")).good()
        assert (deployed["status_name"], deployed["osystem"], deployed["distro_series"]) == (
            "Deployed",
            "ubuntu",
            "noble",
        )
        assert machine.os == "ubuntu/noble"
        (await it.post(f"machines/{one}/", "release")).good()
        await it.advance(30)
        assert await it.status(one) == "Ready"
        assert machine.power_state == "Off"


async def test_a_failing_script_names_itself() -> None:
    async with bench({"r01": {}}) as it:
        fault = {"script": "maas-lshw", "exit_status": 7, "output": "lshw: cannot read\n", "error_output": "boom\n"}
        it.rack.faults.add("r01", "commissioning_fails", **fault)
        one = await it.create("r01")
        (await it.post(f"machines/{one}/", "commission")).good()
        await it.advance(900)
        shown = (await it.get(f"machines/{one}/")).good()
        assert (shown["status_name"], shown["commissioning_status_name"]) == ("Failed commissioning", "Failed")
        results = (await it.get(f"nodes/{one}/results/current-commissioning/", include_output="true")).good()
        bad = [r for r in results["results"] if r["status_name"] == "Failed"]
        assert [(r["name"], r["exit_status"]) for r in bad] == [("maas-lshw", 7)]
        assert base64.b64decode(bad[0]["stderr"]) == b"boom\n"


async def test_a_machine_that_hangs_runs_into_the_time_limit() -> None:
    async with bench({"r01": {}}) as it:
        it.rack.faults.add("r01", "commissioning_hangs")
        one = await it.create("r01")
        (await it.post(f"machines/{one}/", "commission")).good()
        await it.advance(29 * 60)
        assert await it.status(one) == "Commissioning"
        await it.advance(2 * 60)
        shown = (await it.get(f"machines/{one}/")).good()
        assert shown["status_name"] == "Failed commissioning"
        assert "timed out after 30 minutes" in shown["error_description"]


async def test_a_wrong_bmc_password_is_an_exit_status() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.create("r01", power_parameters_power_pass="wrong")
        answer = await it.post(f"machines/{one}/", "commission")
        assert (answer.status, answer.text) == (500, "exit status 1")
        assert await it.status(one) == "New"
        assert not it.rack.world.machines["r01"].is_on


async def test_an_unreachable_bmc_is_a_503() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.create("r01", power_parameters_power_address="127.0.0.1:9")
        answer = await it.post(f"machines/{one}/", "commission")
        assert (answer.status, answer.text) == (503, "No rack controllers can access the BMC of node r01")
        assert await it.status(one) == "New"


async def test_every_platform_is_driven_as_it_wants_to_be() -> None:
    hosts = {name.replace("_", "-"): {"lab_platform": name} for name in PLATFORMS}
    async with bench(hosts) as it:
        node_id = {"nvidia-hgx": "System_0"}  # the first system there is the GPU baseboard
        ids = {one: await it.create(one, power_parameters_node_id=node_id.get(one, "")) for one in hosts}
        for server, one in ids.items():
            answer = await it.post(f"machines/{one}/", "commission", testing_scripts="none")
            assert answer.status == 200, (server, answer.text)
        await it.advance(1500)
        shown = {server: await it.status(one) for server, one in ids.items()}
        assert set(shown.values()) == {"Ready"}, shown
        for one in ids.values():
            (await it.post(f"machines/{one}/", "deploy")).good()
        await it.advance(1700)
        shown = {server: await it.status(one) for server, one in ids.items()}
        assert set(shown.values()) == {"Deployed"}, shown
        for server, one in ids.items():
            answer = await it.post(f"machines/{one}/", "test", testing_scripts="memtester")
            assert answer.status == 200, (server, answer.text)
        await it.advance(1700)
        shown = {server: await it.status(one) for server, one in ids.items()}
        assert set(shown.values()) == {"Deployed"}, shown
