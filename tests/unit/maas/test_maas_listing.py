# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines as lists and as hosts of an inventory: filters, details, names, groups, no secrets."""

from __future__ import annotations

import re

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.hosts import (
    bmc_address,
    groups_of,
    host_name,
    hostvars,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.kinds import SCRIPT
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import STATUSES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.listing import (
    STATUS_FILTERS,
    filters,
    read_machines,
    status_filter,
    without_secrets,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from tests.support.maas_replay import answer, load, recorded

TYPES = re.compile(r"^[a-z][0-9]+-[a-z][0-9]+-[a-z0-9]+$")


def test_details_are_the_hardware_of_the_commissioning(talk):
    machine = recorded(load("153"))
    one = (machine[0], machine[1], b"[" + machine[2] + b"]")
    with talk(one, recorded(load("240"))) as (client, replay):
        rows = read_machines(client, filters({"hostname": ["node01"], "details": True}))
    assert rows[0]["details"]["cpu"]["architecture"] == "x86_64"
    assert "filters=50-maas-01-commissioning" in replay.requests[1].url


def test_power_parameters_come_for_all_machines_at_once_and_without_secrets(talk):
    with talk(recorded(load("152")), recorded(load("174"))) as (client, replay):
        rows = read_machines(client, filters({"power_parameters": True}))
    assert len(replay.requests) == 2 and "calvin" not in str(rows) and "'secret'" not in str(rows)
    assert {"power_address", "power_user", "node_id"} <= set(
        next(row for row in rows if row["system_id"] == "f4xwyh")["power_parameters"]
    )


def test_filters_are_in_the_names_of_maas():
    wanted = filters(
        {"system_id": ["a"], "mac_address": ["52-54-00-AA-00-01"], "status": ["Failed testing"], "zone": []}
    )
    assert wanted.query == {"id": ["a"], "mac_address": ["52:54:00:aa:00:01"], "status": ["failed_testing"]}


@pytest.mark.parametrize("name", STATUSES)
def test_every_status_is_a_filter_under_both_its_names(name):
    assert status_filter(name) == status_filter(STATUS_FILTERS[name].upper()) == STATUS_FILTERS[name]


def test_an_unknown_status_has_near_matches():
    with pytest.raises(ConfigurationError) as caught:
        status_filter("Comissioning")
    assert "Commissioning" in str(caught.value)


def test_a_name_maas_refuses_in_a_filter_has_near_matches(talk):
    refused = answer(400, {"tags": ["No such tag(s): 'gpus'."]})
    with (
        talk(refused, answer(200, [{"name": "gpu"}, {"name": "ssd"}])) as (client, replay),
        pytest.raises(ConfigurationError) as caught,
    ):
        read_machines(client, filters({"tags": ["gpus", "ssd"], "status": ["Ready"]}))
    assert "No such tag(s): 'gpus'" in str(caught.value)
    assert caught.value.hint == "MAAS has no tag 'gpus' (did you mean gpu?)"
    assert [request.path_url for request in replay.requests][1:] == ["/MAAS/api/2.0/tags/"]


def test_secrets_of_power_parameters_are_left_out():
    given = {"power_address": "a", "power_pass": "x", "k_g": "x", "power_token": "x", "key": "x", "password": "x"}
    assert without_secrets(given) == {"power_address": "a"}


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("10.0.0.1", "10.0.0.1", None),
        ("10.0.0.1:8443", "10.0.0.1", 8443),
        ("https://bmc1.example.com", "bmc1.example.com", None),
        ("https://10.0.0.1:8443/redfish", "10.0.0.1", 8443),
        ("fd00::1", "fd00::1", None),
        ("[fd00::1]:443", "fd00::1", 443),
    ],
)
def test_address_of_a_bmc(address, host, port):
    found = bmc_address({"power_address": address, "power_pass": "secret"})
    assert found == {"bmc_host": host, **({"bmc_port": port} if port else {})}


def test_variables_and_groups_of_a_host():
    machine = {
        **Machine("abc123", "node01", fqdn="node01.maas", status_name="Failed testing", zone="Rack A").as_result(),
        "tag_names": ["d1-c2-large", "gpu"],
        "ip_addresses": ["10.0.0.9"],
    }
    variables = hostvars(machine, TYPES)
    assert variables["maas_device_type"] == "d1.c2.large" and variables["ansible_host"] == "10.0.0.9"
    assert groups_of(variables, ["status", "zone", "tag", "device_type"]) == [
        "maas_status_failed_testing",
        "maas_zone_rack_a",
        "maas_tag_d1_c2_large",
        "maas_tag_gpu",
        "maas_device_type_d1_c2_large",
    ]
    assert [host_name(machine, by) for by in ("hostname", "fqdn", "system_id")] == ["node01", "node01.maas", "abc123"]


@pytest.mark.parametrize(
    ("text", "seconds"), [("0:20:00", 1200), ("1 day, 1:00:01", 90001), ("2 days, 0:00:00", 172800)]
)
def test_timeout_of_a_script_in_seconds(text, seconds):
    assert SCRIPT.view({"name": "x", "timeout": text})["script_timeout"] == seconds
    assert SCRIPT.form({"script_timeout": seconds, "tags": ["a", "b"]}) == {"timeout": seconds, "tags": "a,b"}
