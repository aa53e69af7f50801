# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer a real MAAS 3.7.3 gave goes through the client: data as it was recorded, errors of the right class."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core import errors
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import EDGES, PREVIOUS, STATUSES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from tests.support.maas_replay import NO_RECORDINGS, RECORDINGS, load, recorded, recordings

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=NO_RECORDINGS)

BY_STATUS = {
    400: errors.ConfigurationError,
    401: errors.AuthenticationError,
    403: errors.AuthenticationError,
    404: errors.ConfigurationError,
    405: errors.NotSupportedError,
    409: errors.ConflictError,
    410: errors.NotSupportedError,
    412: errors.HWAutomationError,
    413: errors.ConfigurationError,
    422: errors.HWAutomationError,
    500: errors.HWAutomationError,
    503: errors.NetworkError,
}
# Where the words of MAAS say more than its status.
BY_WORDS = {
    "current state of the node": errors.ConflictError,
    "already in use": errors.ConflictError,
    "already exists": errors.ConflictError,
    "Unrecognised signature": errors.NotSupportedError,
    "Unknown API endpoint": errors.NotSupportedError,
    "Error determining BMC": errors.NetworkError,
    "Unconfigured power type": errors.ConfigurationError,
    "IP address checks": errors.ConflictError,
}
FILES = {path.stem: path for path in recordings()}


@pytest.mark.parametrize("name", FILES)
def test_recorded_answer(name, talk):
    recording = json.loads(FILES[name].read_text())
    status, body = recording["response"]["status"], recording["response"]["body"]
    with talk(*[recorded(recording)] * 4) as (client, _replay):
        if status < 300:
            value = client.get("whatever/")
            is_json = "json" in dict(recording["response"]["headers"]).get("Content-Type", "")
            assert value == (body if is_json else body or "")
            return
        with pytest.raises(errors.HWAutomationError) as caught:
            client.get("whatever/")
    text = body if isinstance(body, str) else json.dumps(body)
    wanted = next((kind for words, kind in BY_WORDS.items() if words in text), BY_STATUS[status])
    assert type(caught.value).__name__ == (BY_STATUS[status] if status in (401, 403) else wanted).__name__
    assert caught.value.facts["status"] == status
    if status == 401:
        assert text not in str(caught.value)
    elif isinstance(body, dict) and status == 400:
        told = str(caught.value)
        assert all(words[:300] in told for texts in body.values() for words in texts)
    elif isinstance(body, str) and body and "<html" not in body:
        assert " ".join(body.split())[:300] in str(caught.value)


MACHINES = [
    pytest.param(body, id=f"{name}-{body['system_id']}")
    for name, path in FILES.items()
    for value in [json.loads(path.read_text())["response"]["body"]]
    for body in (value if isinstance(value, list) else [value])
    if isinstance(body, dict) and body.get("node_type_name") == "Machine" and "status_name" in body
]


@pytest.mark.parametrize("body", MACHINES)
def test_recorded_machine(body):
    machine = Machine.from_maas(body)

    result = json.loads(json.dumps(machine.as_result()))
    assert machine.status_name in STATUSES
    assert result["tag_names"] == sorted(body["tag_names"])
    assert result["zone"] == body["zone"]["name"] and result["pool"] == body["pool"]["name"]
    assert "Unknown" not in result["hardware_info"].values()
    assert set(machine.mac_addresses) == {
        item["mac_address"] for item in body["interface_set"] if item["type"] == "physical" and item["mac_address"]
    }


def test_statuses_are_those_of_maas():
    table = json.loads((RECORDINGS / "_state-machine-3.7.3.json").read_text())
    assert [row["name"] for row in table["statuses"]] == list(STATUSES)


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.operation}-{edge.target}")
def test_every_edge_is_a_transition_of_maas(edge):
    table = json.loads((RECORDINGS / "_state-machine-3.7.3.json").read_text())["transitions"]
    for start in edge.starts:
        first = {edge.target, *edge.through} - {PREVIOUS}
        if edge.operation == "wait" or not first:
            continue
        # deploy allocates a Ready machine on the way.
        legal = set(table[start]) | set(table["Allocated"] if (edge.operation, start) == ("deploy", "Ready") else ())
        assert first & legal, f"{start} -> {sorted(first)}"


def test_a_deployed_machine_has_what_the_result_promises():
    machine = Machine.from_maas(load("334")["response"]["body"]).as_result()
    assert (machine["status_name"], machine["owner"], machine["distro_series"]) == ("Deployed", "admin", "noble")
    assert machine["mac_addresses"][0] == "52:54:00:aa:00:01"
    assert machine["hardware_info"]["mainboard_firmware_version"] == "2.21.2"
