# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest
import requests

from tests.support.rack import Rack


def get(rack: Rack, name: str, path: str) -> requests.Response:
    server = rack.server(name)
    return requests.get(server.url + path, auth=(server.username, server.password), verify=rack.ca_path, timeout=20)


def post(rack: Rack, name: str, path: str, body: object) -> requests.Response:
    server = rack.server(name)
    auth = (server.username, server.password)
    return requests.post(server.url + path, json=body, auth=auth, verify=rack.ca_path, timeout=20)


@pytest.mark.parametrize("name", ["dell", "hpe", "smc", "std"])
def test_a_server_is_found_over_verified_tls_and_switched_on(four_platforms: Rack, name: str) -> None:
    rack = four_platforms
    systems = get(rack, name, "/redfish/v1/Systems").json()["Members"]
    path = systems[0]["@odata.id"]
    target = get(rack, name, path).json()["Actions"]["#ComputerSystem.Reset"]["target"]
    assert post(rack, name, target, {"ResetType": "On"}).ok
    state = rack.wait(name, lambda it: it["phase"] == "no_boot_device")
    assert state["last_boot_target"] == "Pxe"
    assert get(rack, name, path).json()["PowerState"] == "On"


def test_the_image_is_really_fetched_and_the_version_changes_after_a_reset(
    four_platforms: Rack, tmp_path: object
) -> None:
    rack = four_platforms
    update = "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate"
    answer = post(rack, "std", update, {"ImageURI": rack.image("missing.bin")})
    assert answer.status_code == 202
    task = answer.json()["@odata.id"]
    rack.wait("std", lambda it: it["tasks"][task.rpartition("/")[2]]["state"] == "Exception")
    message = get(rack, "std", task).json()["Messages"][0]["Message"]
    assert "the server answered 404" in message


def test_the_journal_separates_reads_from_writes(four_platforms: Rack) -> None:
    rack = four_platforms
    rack.clear_journal()
    get(rack, "dell", "/redfish/v1/Systems")
    assert [entry["path"] for entry in rack.journal("dell")] == ["/redfish/v1/Systems"]
    assert rack.journal("dell", writes=True) == []
    post(rack, "dell", "/redfish/v1/Systems/System.Embedded.1/Actions/ComputerSystem.Reset", {"ResetType": "Nmi"})
    assert [entry["method"] for entry in rack.journal("dell", writes=True)] == ["POST"]


def test_the_certificate_resource_shows_what_clients_see(four_platforms: Rack) -> None:
    shown = get(four_platforms, "std", "/redfish/v1/Managers/bmc/NetworkProtocol/HTTPS/Certificates/1").json()
    assert shown["Issuer"]["Organization"] == "hwautomation lab"
    assert re.fullmatch(r"([0-9a-f]{2}:)*[0-9a-f]{2}", shown["SerialNumber"])
    assert shown["CertificateString"].startswith("-----BEGIN CERTIFICATE-----")
