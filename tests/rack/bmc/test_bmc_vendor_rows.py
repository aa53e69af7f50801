# SPDX-License-Identifier: GPL-3.0-or-later
"""Doors against what machines of one vendor do now and then, see docs/rack_quirks_vendors.md."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import close_all
from tests.support.rack import Rack

IMAGE, OTHER = "http://images.example/rescue.iso", "http://images.example/other.iso"
OVERRIDE = ["BootSourceOverrideTarget", "BootSourceOverrideEnabled"]
HOSTS = {
    "idrac10": {"lab_platform": "dell_idrac10", "lab_os": "ubuntu"},
    "elsewhere": {
        "lab_platform": "dell_idrac10",
        "lab_habits": {"boot": {"settings_refuses": OVERRIDE, "read_only_override": False}},
    },
    "nowhere": {"lab_platform": "dell_idrac10", "lab_habits": {"boot": {"settings_refuses": OVERRIDE}}},
    "mode-job": {"lab_platform": "dell_idrac9", "lab_habits": {"oddities": {"mode_needs_start": True}}},
    "password": {"lab_platform": "dell_idrac9", "lab_habits": {"oddities": {"account_wants_password": True}}},
    "read-only": {"lab_platform": "dell_idrac9"},
    "ilo": {
        "lab_platform": "hpe_ilo6",
        "lab_timing": {"post": 3000},
        "lab_habits": {"oddities": {"keep_alive": 0.2}},
    },
    "in-post": {
        "lab_platform": "hpe_ilo6",
        "lab_timing": {"post": 4000},
        "lab_habits": {"oddities": {"post_refuses_reset": True}},
    },
    "smc": {"lab_platform": "supermicro_x13", "lab_os": "ubuntu"},
    "http": {"lab_platform": "supermicro_x13", "lab_habits": {"boot": {"http_needs": "IPv4HTTPSupport"}}},
}


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    rack = Rack.start(tmp_path_factory.mktemp("rack"), HOSTS, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


def started_from(rack, run_door, name, **boot):
    """Set the override and restart the server; return the system that runs then."""
    done = run_door(rack, name, "bmc_boot", target="cd", mode="uefi", **boot)
    assert not done.get("failed"), done
    started = run_door(rack, name, "bmc_power", state="on")
    assert not started.get("failed"), started
    rack.wait(name, lambda machine: machine["phase"] == "os_running")
    return rack.state(name)["os"]


def test_override_goes_to_the_system_where_its_settings_object_has_none(rack, run_door):
    """Q-D40."""
    done = run_door(rack, "elsewhere", "bmc_boot", target="pxe", mode="uefi")
    again = run_door(rack, "elsewhere", "bmc_boot", target="pxe", mode="uefi")

    assert done["changed"] and not done.get("failed"), done
    assert rack.state("elsewhere")["boot_override"]["target"] == "Pxe"
    assert not again["changed"] and again["reason"] == "already set", again


def test_boot_mode_that_becomes_a_job_is_told_and_is_there_after_the_next_start(rack, run_door):
    """Q-D20."""
    wanted = {"target": "pxe", "enabled": "continuous", "mode": "legacy"}
    done = run_door(rack, "mode-job", "bmc_boot", **wanted)

    assert done["changed"] and done["reboot_required"] and not done.get("failed"), done
    assert done["after"]["BootSourceOverrideMode"] == "UEFI"
    assert any("becomes Legacy at the next start" in text for text in done["warnings"]), done["warnings"]
    started = run_door(rack, "mode-job", "bmc_power", state="on")
    assert not started.get("failed"), started
    rack.wait("mode-job", lambda machine: machine["boot_override"]["mode"] == "Legacy")
    again = run_door(rack, "mode-job", "bmc_boot", **wanted)
    assert not again["changed"] and not again["reboot_required"], again


def test_override_that_nobody_takes_is_told_as_refused(rack, run_door):
    """Q-D40, Q-D21."""
    result = run_door(rack, "nowhere", "bmc_boot", target="pxe", mode="uefi")

    assert result["error_class"] == "ConfigurationError", result
    assert rack.state("nowhere")["boot_override"]["target"] == "None"


def test_image_goes_into_the_drive_that_a_host_starts_from(rack, run_door):
    """Q-D24."""
    named = run_door(rack, "idrac10", "virtual_media", image=OTHER, drive="2")
    assert named["changed"] and "not started from drive 2, only from 1" in " ".join(named["warnings"]), named
    first = run_door(rack, "idrac10", "virtual_media", image=OTHER)
    second = run_door(rack, "idrac10", "virtual_media", image=IMAGE)

    assert (first["drive"], second["drive"]) == ("1", "1"), second
    assert [step["name"] for step in second["plan"]["steps"]] == ["eject", "insert"]
    assert started_from(rack, run_door, "idrac10") == "rescue.iso"


def test_host_starts_from_a_cd_under_the_name_that_its_platform_has_for_it(rack, run_door):
    """Q-S09."""
    assert run_door(rack, "smc", "virtual_media", image=IMAGE)["changed"]
    assert started_from(rack, run_door, "smc") == "rescue.iso"


def test_password_that_is_set_goes_beside_a_change_that_wants_it(rack, run_door):
    """Q-D30."""
    user = {"name": "op", "password": "password-1"}
    assert run_door(rack, "password", "bmc_user", role="Operator", **user)["changed"]
    rack.clear_journal()
    without = run_door(rack, "password", "bmc_user", name="op", role="ReadOnly", allow_role_change=True)
    assert without["failed"] and "Password" in without["msg"], without
    done = run_door(rack, "password", "bmc_user", role="ReadOnly", allow_role_change=True, **user)

    assert done["changed"] and not done.get("failed"), done
    assert rack.state("password")["accounts"]["op"] == "ReadOnly"
    assert "password-1" not in str(done)


def test_target_that_the_bios_has_switched_off_is_told_before_anything_is_sent(rack, run_door):
    """Q-S12."""
    rack.clear_journal()
    result = run_door(rack, "http", "bmc_boot", target="uefi_http", mode="uefi")

    assert result["error_class"] == "NotSupportedError" and "no boot target UefiHttp" in result["msg"], result
    assert rack.journal("http", writes=True) == []


def test_attribute_that_is_read_only_for_once_is_named_and_set_by_the_next_run(rack, run_door):
    """Q-D06."""
    text = "Unable to set NumLock because it is read-only."
    refusal = {"code": 400, "message_id": "IDRAC.2.8.SYS410", "text": text}
    rack.fault("read-only", "status", path="*/Bios/Settings", method="PATCH", count=1, **refusal)

    first = run_door(rack, "read-only", "bios_settings", attributes={"NumLock": "Off"})
    second = run_door(rack, "read-only", "bios_settings", attributes={"NumLock": "Off"})

    assert first["failed"] and text in str(first), first
    assert second["changed"] and not second.get("failed"), second
    assert rack.state("read-only")["bios_pending"] == {"NumLock": "Off"}


def test_connection_that_is_cut_while_it_rests_is_made_anew(rack, run_door):
    """Q-H22."""
    started = run_door(rack, "ilo", "bmc_power", state="on", wait_interval=1)

    assert started["changed"] and not started.get("failed"), started
    assert rack.counters()["connections"]["ilo"] > 1


def test_restart_of_a_host_in_post_waits_until_it_is_taken(rack, run_door):
    """Q-H07."""
    server = rack.server("in-post")
    body = {"ResetType": "On"}
    place = f"{server.url}/redfish/v1/Systems/1/Actions/ComputerSystem.Reset"
    requests.post(place, json=body, auth=(server.username, server.password), verify=rack.ca_path, timeout=30)
    rack.wait("in-post", lambda machine: machine["phase"].endswith(("post", "init")))

    restarted = run_door(rack, "in-post", "bmc_power", state="restarted", allow_reboot=True, graceful=False)

    assert restarted["changed"] and not restarted.get("failed"), restarted
    assert rack.state("in-post")["resets"] == 2


def test_session_that_is_gone_when_it_is_closed_fails_nothing(rack, run_door, tmp_path):
    """Q-S20."""
    fault = rack.fault("smc", "status", path="/redfish/v1/SessionService/Sessions/*", method="DELETE", code=404)
    rack.clear_journal()
    result = run_door(rack, "smc", "bmc_info")
    close_all(str(tmp_path / "run"))
    rack.clear_faults(fault)

    assert not result.get("failed"), result
    closed = [entry["status"] for entry in rack.journal("smc") if entry["method"] == "DELETE"]
    assert closed == [404]


def test_switch_that_is_not_there_fails_alone(rack, run_door):
    """Q-S22."""
    fault = rack.fault("smc", "status", path="*/Oem/Supermicro/KCSInterface*", code=404)
    without = run_door(rack, "smc", "bmc_security", kcs=False)
    others = run_door(rack, "smc", "bmc_security", protocols={"ssh": False})
    rack.clear_faults(fault)

    assert without["error_class"] == "NotSupportedError", without
    assert others["changed"] and not others.get("failed"), others
