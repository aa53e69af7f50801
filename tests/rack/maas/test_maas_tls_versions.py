# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS to MAAS, and every version of MAAS that is supported."""

from __future__ import annotations

import importlib

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute

MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules."
HOST = {"s1": {"lab_platform": "generic"}}


@pytest.fixture(autouse=True)
def calm():
    """These racks are their own."""


def run(door, rack, **arguments):
    given = {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "allow_http": True, **arguments}
    return execute(importlib.import_module(MODULES + door).DOOR, given, Context()).result


def test_tls_is_verified_and_the_plain_port_is_explained(rack_of):
    rack = rack_of(HOST, maas={"tls": True})
    url = rack.maas_url.replace("http://", "https://").replace(":5240", ":5443")
    trusted = {"maas_url": url, "allow_http": False, "ca_path": rack.ca_path}
    assert run("maas_server_info", rack, **trusted)["user"]["username"] == "admin"

    unknown = run("maas_server_info", rack, **{**trusted, "ca_path": None})
    assert unknown["error_class"] == "ConfigurationError" and "ca_path" in unknown["hint"]
    assert run("maas_server_info", rack, **{**trusted, "ca_path": None, "validate_certs": False})["version"]

    moved = run("maas_zone", rack, name="x", maas_url=url.replace("https", "http").replace("5443", "5240"))
    assert moved["error_class"] == "ConfigurationError" and url in moved["hint"]
    plain = run("maas_server_info", rack, **{**trusted, "maas_url": url.replace("5443", "8190")})
    assert "plain HTTP" in plain["msg"]


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8"])
def test_life_on_every_supported_version(rack_of, version):
    rack = rack_of(HOST, maas={"version": version}, clock="scaled:400")
    server, state = rack.server("s1"), rack.state("s1")
    power = {"power_address": f"{server.bmc_host}:{server.bmc_port}", "power_user": server.username}
    wanted = {
        "hostname": "s1",
        "mac_addresses": state["macs"],
        "power_type": "redfish",
        "power_parameters": {**power, "power_pass": server.password},
        "deploy": {"osystem": "ubuntu", "distro_series": "noble"},
        "wait_interval": 0.2,
        "allow_release": True,
    }
    for state, status in (("deployed", "Deployed"), ("deployed", "Deployed"), ("released", "Ready")):
        result = run("maas_machine", rack, state=state, **wanted)
        assert not result.get("failed"), result["msg"]
        assert result["machine"]["status_name"] == status
    info = run("maas_server_info", rack)
    assert info["version"].startswith(version) and info["supported"]


def test_an_option_a_version_would_ignore_is_refused_before_a_write(rack_of):
    rack = rack_of(HOST, maas={"version": "3.5"}, clock="scaled:400")
    wanted = {"hostname": "s1", "mac_addresses": rack.state("s1")["macs"], "power_type": "manual"}
    result = run("maas_machine", rack, state="deployed", deploy={"enable_kernel_crash_dump": True}, **wanted)
    assert result["error_class"] == "NotSupportedError" and "needs MAAS 3.6" in result["msg"]
    assert [entry for entry in rack.journal(writes=True) if entry.get("who")] == []


def test_deploying_without_boot_images_is_refused_before_a_write(rack_of):
    rack = rack_of(HOST, maas={"images": False}, clock="scaled:400")
    wanted = {"hostname": "s1", "mac_addresses": rack.state("s1")["macs"], "power_type": "manual"}
    result = run("maas_machine", rack, state="deployed", **wanted)
    assert result["error_class"] == "ConfigurationError" and "no boot images" in result["msg"]
    assert [entry for entry in rack.journal(writes=True) if entry.get("who")] == []
