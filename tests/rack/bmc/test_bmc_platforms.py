# SPDX-License-Identifier: GPL-3.0-or-later
"""Every platform of the rack through the same doors: found for what it is, read, restarted, told where to boot from."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.support.rack import Rack


@pytest.fixture(scope="module")
def all_platforms(tmp_path_factory):
    hosts = {name: {"lab_platform": name} for name in PLATFORMS}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


@pytest.mark.parametrize("name", PLATFORMS)
def test_platform_is_found_and_read(all_platforms, run_door, name):
    rack = all_platforms
    rack.clear_journal()

    result = run_door(rack, name, "bmc_info")

    assert not result.get("failed"), result
    assert result["platform"] == name
    facts = result["facts"]
    assert facts["system"]["power"] == rack.state(name)["power_state"]
    assert set(rack.state(name)["macs"]) <= {port["mac"] for port in facts["network"]["ports"]}
    assert facts["processors"] or facts["system"]["processor_count"]
    assert rack.journal(name, writes=True) == []


@pytest.mark.parametrize("name", PLATFORMS)
def test_restart_is_proved(all_platforms, run_door, name):
    rack = all_platforms
    run_door(rack, name, "bmc_power", state="on")
    resets = rack.state(name)["resets"]

    result = run_door(rack, name, "bmc_power", state="restarted", graceful=False, allow_reboot=True)

    assert not result.get("failed"), result
    assert result["evidence"] and "nothing but time" not in " ".join(result["evidence"])
    assert rack.state(name)["resets"] > resets
    again = run_door(rack, name, "bmc_power", state="on")
    assert not again["changed"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_boot_override_is_set_and_stays(all_platforms, run_door, name):
    rack = all_platforms
    run_door(rack, name, "bmc_boot", target="none")

    result = run_door(rack, name, "bmc_boot", target="pxe")

    assert not result.get("failed"), result
    assert rack.state(name)["boot_override"]["target"] == "Pxe"
    again = run_door(rack, name, "bmc_boot", target="pxe")
    assert not again["changed"], again
