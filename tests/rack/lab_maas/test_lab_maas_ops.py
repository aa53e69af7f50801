# SPDX-License-Identifier: GPL-3.0-or-later
"""What users of MAAS trip over, on the rack: refusals, idempotence, faults, versions, many machines."""

from __future__ import annotations

import asyncio
import hashlib
import ssl

import aiohttp
import pytest
from maas_bench import ADMIN, API, OPERATOR, bench, signed


async def test_release_is_idempotent_and_erases_on_request() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        assert (await it.post(f"machines/{one}/", "release")).good()["status_name"] == "Ready"
        (await it.post(f"machines/{one}/", "deploy")).good()
        await it.advance(900)
        machine = it.rack.world.machines["r01"]
        assert machine.installed_os == "ubuntu/noble"
        shown = (await it.post(f"machines/{one}/", "release", erase="true", quick_erase="true")).good()
        assert shown["status_name"] == "Disk erasing"
        assert (await it.post(f"machines/{one}/", "release")).status == 409
        await it.advance(900)
        assert await it.status(one) == "Ready"
        assert machine.installed_os is None


async def test_a_locked_machine_looks_forbidden() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        (await it.post(f"machines/{one}/", "deploy")).good()
        (await it.post(f"machines/{one}/", "lock")).good()
        for answer in (
            await it.send("DELETE", f"{API}machines/{one}/"),
            await it.post(f"machines/{one}/", "release"),
            await it.put(f"machines/{one}/", description="x"),
        ):
            assert (answer.status, answer.raw) == (403, b"")


async def test_power_on_of_an_allocated_machine_deploys_it() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        assert (await it.post(f"machines/{one}/", "power_on")).status == 409
        (await it.post("machines/", "allocate", system_id=one)).good()
        (await it.post(f"machines/{one}/", "power_on")).good()
        assert await it.status(one) == "Deploying"


async def test_one_of_four_allocates_wins() -> None:
    async with bench({"r01": {}}) as it:
        await it.ready("r01")
        answers = await asyncio.gather(*(it.post("machines/", "allocate", name="r01") for _unused in range(4)))
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


async def test_abort_of_a_recommission_forgets_that_it_was_ready() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        (await it.post(f"machines/{one}/", "commission")).good()
        shown = (await it.post(f"machines/{one}/", "abort")).good()
        assert (shown["status_name"], shown["owner"]) == ("Commissioning", None)
        await it.advance(60)
        assert await it.status(one) == "New"


async def test_a_reset_in_the_middle_starts_the_scripts_again() -> None:
    async with bench({"r01": {"lab_boot_order": ["Pxe", "Hdd"]}}) as it:
        one = await it.create("r01")
        (await it.post(f"machines/{one}/", "commission", testing_scripts="none")).good()
        await it.advance(150)
        it.rack.world.machines["r01"].force_restart()
        await it.advance(100)
        assert await it.status(one) == "Commissioning"
        await it.advance(400)
        assert await it.status(one) == "Ready"


async def test_a_deployment_that_hangs_fails_after_the_time_limit() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        it.rack.faults.add("r01", "deployment_hangs")
        (await it.post(f"machines/{one}/", "deploy")).good()
        await it.advance(31 * 60)
        shown = (await it.get(f"machines/{one}/")).good()
        assert shown["status_name"] == "Failed deployment"
        assert "timed out" in shown["error_description"]


async def test_a_dead_bmc_puts_a_deployment_back_to_allocated() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        (await it.put(f"machines/{one}/", power_parameters_power_address="127.0.0.1:9")).good()
        (await it.post(f"machines/{one}/", "deploy")).good()
        await it.advance(30)
        shown = (await it.get(f"machines/{one}/")).good()
        assert (shown["status_name"], shown["osystem"]) == ("Allocated", "ubuntu")
        assert "Aborting DEPLOYING and reverting to ALLOCATED" in shown["status_message"]


async def test_status_faults_stand_before_maas() -> None:
    async with bench({"r01": {}}) as it:
        it.rack.faults.add("maas", "maas_status", path="*/machines/*", method="GET", count=2, code=503, retry_after=3)
        first, second = await it.get("machines/"), await it.get("machines/")
        assert [first.status, second.status] == [503, 503]
        assert first.headers["Retry-After"] == "3"
        assert (await it.get("machines/")).status == 200


async def test_the_journal_names_the_operation() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.create("r01")
        it.rack.world.journal.clear()
        await it.post(f"machines/{one}/", "rescue_mode")
        await it.get(f"machines/{one}/", op="power_parameters")
        entries = it.rack.world.journal.entries("maas")
        assert [(entry.method, entry.path, entry.who) for entry in entries] == [
            ("POST", f"{API}machines/{one}/?op=rescue_mode", "admin"),
            ("GET", f"{API}machines/{one}/?op=power_parameters", "admin"),
        ]
        assert [entry.is_write for entry in entries] == [True, False]


VERSIONS = [
    # version, fields that exist, fields that do not, empty multipart body
    ("3.0", {"pod", "workload_annotations"}, {"last_sync", "parent", "ephemeral_deploy", "error_description"}, 200),
    ("3.2", {"last_sync"}, {"parent", "enable_hw_sync", "ephemeral_deploy"}, 200),
    ("3.3", {"ephemeral_deploy"}, {"error_description", "enable_kernel_crash_dump", "is_dpu"}, 200),
    ("3.5", {"error_description"}, {"enable_kernel_crash_dump", "is_dpu"}, 200),
    ("3.6", {"enable_kernel_crash_dump"}, {"is_dpu"}, 400),
    ("3.7", {"is_dpu", "pod"}, set(), 400),
    ("3.8", {"is_dpu"}, {"pod", "virtualmachine_id"}, 400),
]


@pytest.mark.parametrize(("version", "there", "missing", "multipart"), VERSIONS)
async def test_versions(version: str, there: set[str], missing: set[str], multipart: int) -> None:
    async with bench({"r01": {}}, maas={"version": version}) as it:
        assert (await it.get("version/")).good()["version"].startswith(version)
        one = await it.ready("r01")
        shown = (await it.get(f"machines/{one}/")).good()
        assert there <= shown.keys()
        assert not missing & shown.keys()
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = await it.send("POST", f"{API}machines/{one}/?op=release", data=b"--b--\r\n", headers=headers)
        assert answer.status == multipart
        assert (await it.get("machines/", pod="x")).status == (400 if version == "3.8" else 200)


async def test_a_non_admin_sees_and_does_less() -> None:
    async with bench({"r01": {}, "r02": {}}) as it:
        one, two = await it.ready("r01"), await it.ready("r02")
        (await it.post("machines/", "allocate", system_id=one)).good()
        seen = (await it.send("GET", API + "machines/", key=OPERATOR)).good()
        assert [machine["system_id"] for machine in seen] == [two]
        refused = await it.send("GET", f"{API}machines/{two}/?op=power_parameters", key=OPERATOR)
        assert (refused.status, refused.raw) == (403, b"")
        assert (await it.send("POST", f"{API}machines/{one}/?op=release", key=OPERATOR)).status == 403
        assert (await it.send("POST", f"{API}machines/{two}/?op=deploy", key=OPERATOR)).status == 200


async def test_keys_that_are_made_work_until_they_are_deleted() -> None:
    async with bench({"r01": {}}) as it:
        made = (await it.post("account/", "create_authorisation_token", name="ci")).good()
        key = f"{made['consumer_key']}:{made['token_key']}:{made['token_secret']}"
        assert (await it.send("GET", API + "users/?op=whoami", key=key)).status == 200
        (await it.post("account/", "delete_authorisation_token", token_key=made["token_key"])).good()
        answer = await it.send("GET", API + "users/?op=whoami", key=key)
        assert (answer.status, answer.text) == (401, "Authorization Error: Invalid API key.")


async def test_key_order_means_nothing() -> None:
    orders = []
    for _unused in range(3):
        async with bench({"r01": {}}) as it:
            await it.create("r01")
            orders.append(list((await it.get("machines/")).good()[0]))
    assert len({tuple(order) for order in orders}) > 1
    assert len({frozenset(order) for order in orders}) == 1


async def test_images_and_firmware_versions_are_those_of_the_machine() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        shown = (await it.get(f"machines/{one}/")).good()
        assert shown["hardware_info"]["mainboard_firmware_version"] == it.rack.bmcs["r01"].firmware.version("bios")


async def test_hundreds_of_machines_list_at_once() -> None:
    async with bench({"r01": {}}) as it:
        for number in range(300):
            form = {"hostname": f"m{number}", "architecture": "amd64", "commission": "false", "power_type": "manual"}
            mac = f"52:54:01:00:{number >> 8:02x}:{number & 255:02x}"
            (await it.post("machines/", mac_addresses=mac, **form)).good()
        assert len((await it.get("machines/")).good()) == 300
        assert len((await it.get("machines/", hostname="m7", status="new")).good()) == 1


async def test_oauth_in_the_query_works_too() -> None:
    async with bench({"r01": {}}) as it:
        fields = signed(ADMIN).removeprefix("OAuth ").replace('"', "").replace(", ", "&")
        answer = await it.send("GET", f"{API}users/?op=whoami&{fields}", key=None)
        assert answer.good()["username"] == "admin"


async def test_in_tls_mode_plain_requests_are_sent_on() -> None:
    async with bench({"r01": {}}, maas={"tls": True}) as it:
        moved = await it.get("zones/", a=1)
        assert moved.status == 301
        assert moved.headers["Location"] == f"https://{it.rack.address}:5443{API}zones/?a=1"
        assert (await it.get("machines/")).status == 200
        context = ssl.create_default_context(cadata=it.rack.authority.pem.decode())
        async with aiohttp.ClientSession() as http:
            url = f"https://{it.rack.address}:5443{API}zones/"
            async with http.get(url, ssl=context, headers={"Authorization": signed(ADMIN)}) as answer:
                assert answer.status == 200
                assert (await answer.json())[0]["name"] == "default"


async def test_an_unknown_machine_enlists_itself_when_asked_to() -> None:
    async with bench({"r01": {"lab_boot_order": ["Pxe"]}}, maas={"enlist": True}) as it:
        machine = it.rack.world.machines["r01"]
        machine.power_on()
        await it.advance(600)
        listed = (await it.get("machines/", mac_address=machine.macs[0])).good()
        assert [(one["status_name"], one["power_type"], one["owner"]) for one in listed] == [("New", "", None)]
        assert machine.power_state == "Off"


async def test_an_image_can_be_deployed_once_its_bytes_are_there() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        content = b"not really an image"
        facts = {"name": "custom/golden", "architecture": "amd64/generic", "size": len(content)}
        made = (await it.post("boot-resources/", sha256=hashlib.sha256(content).hexdigest(), **facts)).good()
        assert (await it.post(f"machines/{one}/", "deploy", distro_series="custom/golden")).status == 400
        file = next(iter(made["sets"].values()))["files"]["root-dd.gz"]
        for piece in (content[:5], content[5:]):
            headers = {"Content-Type": "application/octet-stream"}
            (await it.send("PUT", file["upload_uri"], data=piece, headers=headers)).good()
        (await it.post(f"machines/{one}/", "deploy", distro_series="custom/golden")).good()
        await it.advance(900)
        shown = (await it.get(f"machines/{one}/")).good()
        assert (shown["status_name"], shown["osystem"], shown["distro_series"]) == ("Deployed", "custom", "golden")


async def test_clone_copies_storage_and_interfaces() -> None:
    async with bench({"r01": {}, "r02": {}}) as it:
        one, two = await it.ready("r01"), await it.ready("r02")
        (await it.post(f"machines/{one}/", "set_storage_layout", storage_layout="lvm")).good()
        nics = (await it.get(f"nodes/{one}/interfaces/")).good()
        parents = [nic["id"] for nic in nics]
        (await it.post(f"nodes/{one}/interfaces/", "create_bond", name="bond0", parents=parents)).good()
        wish = {"source": one, "destinations": two, "storage": "true", "interfaces": "true"}
        assert (await it.post("machines/", "clone", **wish)).status == 204
        shown = (await it.get(f"machines/{two}/")).good()
        assert [disk["name"] for disk in shown["virtualblockdevice_set"]] == ["vgroot-lvroot"]
        bond = next(nic for nic in shown["interface_set"] if nic["type"] == "bond")
        own = {nic["mac_address"] for nic in shown["interface_set"] if nic["type"] == "physical"}
        assert bond["mac_address"] in own
        assert bond["parents"] == [nic["name"] for nic in nics]


async def test_storage_is_built_piece_by_piece() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        node = f"nodes/{one}/"
        (await it.post(f"machines/{one}/", "set_storage_layout", storage_layout="blank")).good()
        disks = [disk["id"] for disk in (await it.get(f"{node}blockdevices/")).good()]
        parts = [
            (await it.post(f"{node}blockdevices/{disk}/partitions/", size="100G")).good()["id"] for disk in disks[:2]
        ]
        raid = (await it.post(f"{node}raids/", name="md0", level="raid-1", partitions=parts)).good()
        assert len(raid["devices"]) == 2
        group = (await it.post(f"{node}volume-groups/", name="vg0", block_devices=raid["virtual_device"]["id"])).good()
        volume = f"{node}volume-group/{group['id']}/"
        root = (await it.post(volume, "create_logical_volume", name="root", size="50G")).good()
        disk = f"{node}blockdevices/{root['id']}/"
        (await it.post(disk, "format", fstype="ext4", label="root")).good()
        assert (await it.post(f"machines/{one}/", "deploy")).status == 400
        (await it.post(disk, "mount", mount_point="/")).good()
        again = await it.post(f"{node}raids/", level="raid-1", partitions=parts)
        assert again.status == 400
        (await it.post(f"machines/{one}/", "deploy")).good()


async def test_the_description_names_what_there_is() -> None:
    async with bench({"r01": {}}) as it:
        found = (await it.send("GET", API + "describe/", key=None)).good()
        handlers = {resource["name"]: resource["auth"] for resource in found["resources"]}
        assert {"MachinesHandler", "MachineHandler", "TagsHandler", "TagHandler"} <= handlers.keys()
        operations = {action["op"] for action in handlers["MachineHandler"]["actions"]}
        assert {"commission", "deploy", "release", None} <= operations


async def test_interfaces_and_addresses() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        node = f"nodes/{one}/interfaces/"
        first, second = [nic["id"] for nic in (await it.get(node)).good()][:2]
        vlan = (await it.post("fabrics/1/vlans/", vid=100, name="storage", mtu=9000)).good()
        subnet = (await it.post("subnets/", cidr="10.88.0.0/24", vlan=vlan["id"], gateway_ip="10.88.0.1")).good()
        tagged = (await it.post(node, "create_vlan", parent=first, vlan=vlan["id"])).good()
        assert (tagged["name"].endswith(".100"), tagged["effective_mtu"]) == (True, 9000)
        wish = {"subnet": subnet["id"], "mode": "STATIC", "ip_address": "10.88.0.7"}
        linked = (await it.post(f"{node}{tagged['id']}/", "link_subnet", **wish)).good()
        assert [(link["mode"], link["ip_address"]) for link in linked["links"]] == [("static", "10.88.0.7")]
        again = await it.post(f"{node}{tagged['id']}/", "link_subnet", **wish)
        assert (again.status, again.text) == (404, "IP address is already in use.")
        (await it.post(f"{node}{tagged['id']}/", "set_default_gateway")).good()
        shown = (await it.get(f"machines/{one}/")).good()
        assert shown["default_gateways"]["ipv4"]["link_id"] == linked["links"][0]["id"]
        assert "10.88.0.7" in shown["ip_addresses"]
        bad = await it.post(node, "create_bond", name="bond0", parents=[first, second], bond_mode="magic")
        assert "bond_mode" in bad.body
        bond = (await it.post(node, "create_bond", name="bond0", parents=second, bond_mode="802.3ad", mtu=9000)).good()
        assert bond["params"]["bond_mode"] == "802.3ad"
        assert (await it.send("DELETE", f"{API}{node}{bond['id']}/")).status == 204
        used = (await it.get(f"subnets/{subnet['id']}/", op="statistics")).good()
        assert used["num_unavailable"] == 2
        (await it.post(f"machines/{one}/", "restore_networking_configuration")).good()
        assert {nic["type"] for nic in (await it.get(node)).good()} == {"physical"}


async def test_events_tell_the_whole_story() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        (await it.post(f"machines/{one}/", "deploy")).good()
        await it.advance(900)
        told = [event["type"] for event in (await it.get("events/", op="query", id=one)).good()["events"]]
        assert told[::-1] == [
            *("Commissioning", "Performing PXE boot", "Loading ephemeral", "Gathering information", "Ready"),
            *("Deploying", "Performing PXE boot", "Loading ephemeral", "Installing OS", "Rebooting"),
            *("Configuring OS", "Deployed"),
        ]
        token = (await it.get(f"machines/{one}/", op="get_token")).good()
        assert set(token) == {"token_key", "token_secret", "consumer_key"}


async def test_a_test_that_passes_makes_a_failed_machine_ready() -> None:
    async with bench({"r01": {}}) as it:
        one = await it.ready("r01")
        it.rack.faults.add("r01", "testing_fails", count=1, exit_status=3)
        (await it.post(f"machines/{one}/", "test", testing_scripts="smartctl-validate")).good()
        await it.advance(900)
        assert await it.status(one) == "Failed testing"
        assert (await it.post(f"machines/{one}/", "commission")).status == 400
        (await it.post(f"machines/{one}/", "test", testing_scripts="smartctl-validate")).good()
        await it.advance(900)
        assert await it.status(one) == "Ready"
