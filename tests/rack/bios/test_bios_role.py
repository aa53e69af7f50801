# SPDX-License-Identifier: GPL-3.0-or-later
"""The role bios on a mixed rack of twelve, as a user runs it, and the door through both of its runners."""

from __future__ import annotations

import pytest

from tests.support.playbook import run_playbook, run_task

PLATFORMS = {
    "dell_idrac9": "dell_compute",
    "hpe_ilo6": "hpe_compute",
    "supermicro_x13": "supermicro_compute",
    "generic": "generic_compute",
}
PLAY = [
    {
        "hosts": "servers",
        "gather_facts": False,
        "vars": {"hw_platform": "{{ lab_platform }}", "bios_wait_interval": 0.5, "bios_reboot": "now"},
        "module_defaults": {
            "group/hwautomation.baremetal.bmc": {
                "bmc_host": "{{ bmc_host }}",
                "bmc_port": 8443,
                "bmc_username": "{{ bmc_username }}",
                "bmc_password": "{{ bmc_password }}",
                "ca_path": "{{ ca_path }}",
            }
        },
        "tasks": [{"name": "Role bios", "ansible.builtin.import_role": {"name": "hwautomation.baremetal.bios"}}],
    }
]


@pytest.fixture(scope="module")
def twelve(tmp_path_factory):
    from tests.support.rack import Rack

    hosts = {
        f"r{number:02}": {"lab_platform": platform, "bios_profile": profile}
        for number, (platform, profile) in enumerate(list(PLATFORMS.items()) * 3, 1)
    }
    rack = Rack.start(tmp_path_factory.mktemp("twelve"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


def play(rack, **options):
    variables = {"ca_path": rack.ca_path, **options.pop("variables", {})}
    return run_playbook(PLAY, rack.inventory, extra_vars=variables, **options)


def test_role_brings_twelve_to_their_templates_and_the_second_run_changes_nothing(twelve):
    twelve.clear_journal()

    checked = play(twelve, check=True, diff=True, variables={"bios_allow_reboot": True})

    assert checked.rc == 0, checked.explain()
    assert set(checked.changed().values()) == {1}
    assert twelve.journal(writes=True) == []
    assert "restart" in checked.stdout or "power the machine on" in checked.stdout

    first = play(twelve, variables={"bios_allow_reboot": True})

    assert first.rc == 0, first.explain()
    assert set(first.changed().values()) == {1}

    twelve.clear_journal()
    second = play(twelve, variables={"bios_allow_reboot": True})

    assert second.rc == 0, second.explain()
    assert set(second.changed().values()) == {0}
    assert twelve.journal(writes=True) == []


def test_one_bad_server_fails_alone(twelve):
    twelve.fault("r01", "ignore_attribute", attribute="NumLock")

    result = play(twelve, variables={"bios_allow_reboot": True, "bios_attributes": {"NumLock": "Off"}})

    twelve.clear_faults()
    failed = {task.host for task in result.failures()}
    # Only PowerEdges have this attribute; the others say so, and r01 says which one its BIOS did not take.
    assert "NumLock" in next(task.result["msg"] for task in result.failures("r01"))
    assert {host for host in failed if twelve.state(host)["platform"] == "dell_idrac9"} == {"r01"}
    assert result.rc != 0


def test_template_for_another_platform_is_refused(twelve):
    result = play(twelve, variables={"bios_profile": "dell_compute"})

    messages = {task.host: task.result.get("msg", "") for task in result.failures()}
    assert len(messages) == 9
    assert all("it is for dell_idrac9 and this machine is" in text for text in messages.values())


def test_mistakes_only_the_machine_shows_stand_in_the_same_error_as_those_of_the_template(twelve, tmp_path):
    profiles = tmp_path / "bios" / "profiles"
    profiles.mkdir(parents=True)
    (profiles / "bad.yml").write_text("intents: {boot_mod: uefi}\nattributes: {NumLock: Perhaps, AssetTag: x}\n")
    twelve.clear_journal()

    options = {"bios_profile": "bad", "bios_allow_reboot": True, "hwautomation_config_dir": [str(tmp_path)]}
    result = run_playbook(PLAY, twelve.inventory, "--limit", "r01", extra_vars={"ca_path": twelve.ca_path, **options})

    (failed,) = result.failures("r01")
    assert {item["attribute"].split(" (")[0] for item in failed.result["problems"]} == {
        "boot_mod",
        "NumLock",
        "AssetTag",
    }
    assert "3 mistakes in the BIOS settings asked for; nothing was changed" in failed.result["msg"]
    assert twelve.journal(writes=True) == []


@pytest.mark.parametrize("path", ["in_process", "module"])
def test_both_runners_give_the_same_plan(twelve, path):
    options = {**twelve.connection("r04"), "intents": {"hyper_threading": "disabled"}}

    result = run_task("bios_settings", options, module_path=path, check=True, diff=True)

    assert result["changed"] is True, result
    assert result["attributes"][0]["attribute"] == "HyperThreading"
    assert [step["name"] for step in result["plan"]["steps"]] == ["stage"]
    assert result["diff"][0]["after"] == {"HyperThreading (Hyper-Threading)": "Enabled (pending: Disabled)"}
