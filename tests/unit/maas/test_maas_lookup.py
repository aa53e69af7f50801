# SPDX-License-Identifier: GPL-3.0-or-later
"""Which machine is meant: by its id, a MAC address, its name or its serial number; never one of several."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConflictError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import find
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from tests.support.maas_replay import answer

MAC = "52:54:00:aa:00:01"


def node(system_id, hostname, serial="", mac=MAC):
    return {
        "system_id": system_id,
        "hostname": hostname,
        "status_name": "Ready",
        "hardware_info": {"system_serial": serial or "Unknown"},
        "interface_set": [{"type": "physical", "mac_address": mac}],
    }


ONE, OTHER = node("aaa111", "node01", "S1"), node("bbb222", "node02", "S2", "52:54:00:aa:00:02")


@pytest.mark.parametrize(
    ("identity", "answers", "asked"),
    [
        (Identity("aaa111"), [ONE], ["machines/aaa111/"]),
        (Identity(mac_addresses=(MAC,)), [[ONE]], ["machines/?mac_address=52%3A54%3A00%3Aaa%3A00%3A01"]),
        (Identity(hostname="node01"), [[ONE]], ["machines/?hostname=node01"]),
        (Identity(serial="S1"), [[OTHER, ONE]], ["machines/"]),
    ],
)
def test_a_machine_is_found_by_each_of_its_names_in_one_request(talk, identity, answers, asked):
    with talk(*[answer(200, body) for body in answers]) as (client, replay):
        assert find(client, identity).system_id == "aaa111"
    assert [request.path_url.partition("/2.0/")[2] for request in replay.requests] == asked


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (Identity(mac_addresses=(MAC, "52:54:00:aa:00:02")), "mac_addresses"),
        (Identity(hostname="node01"), "hostname node01"),
        (Identity(serial="S1"), "serial S1"),
    ],
)
def test_several_matches_are_an_error_that_lists_them(talk, identity, words):
    twins = [ONE, node("ccc333", "node03", "S1")]
    with talk(answer(200, twins)) as (client, _replay), pytest.raises(ConflictError) as caught:
        find(client, identity)
    told = str(caught.value)
    assert words in told and "matches 2 machines: node01 (aaa111) Ready, node03 (ccc333) Ready" in told
    assert [match["system_id"] for match in caught.value.facts["matches"]] == ["aaa111", "ccc333"]


def test_a_name_with_another_serial_number_is_other_hardware(talk):
    with talk(answer(200, [ONE])) as (client, _replay), pytest.raises(ConflictError, match="S1 and not S9"):
        find(client, Identity(hostname="node01", serial="S9"))
