# SPDX-License-Identifier: GPL-3.0-or-later
"""capture_bios, bios_drift and bios_rollback as a user runs them, with the audit database."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.support.playbook import run_playbook
from tests.support.rack import Rack

AUDIT = "hwautomation.baremetal.audit"
ROLE = [
    {
        "hosts": "servers",
        "gather_facts": False,
        "vars": {"hw_platform": "{{ lab_platform }}", "bios_wait_interval": 0.5, "bios_reboot": "now"},
        "module_defaults": {
            "group/hwautomation.baremetal.bmc": {
                "bmc_host": "{{ bmc_host }}",
                "bmc_port": "{{ bmc_port }}",
                "bmc_username": "{{ bmc_username }}",
                "bmc_password": "{{ bmc_password }}",
                "ca_path": "{{ ca_path }}",
            }
        },
        "tasks": [{"name": "Role bios", "ansible.builtin.import_role": {"name": "hwautomation.baremetal.bios"}}],
    }
]


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {
        "d1": {"lab_platform": "dell_idrac9", "bios_profile": "dell_compute"},
        "g1": {"lab_platform": "generic", "bios_profile": "generic_compute"},
    }
    running = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    return {"HWAUTOMATION_AUDIT_DATABASE": str(tmp_path_factory.mktemp("audit") / "audit.sqlite3")}


@pytest.fixture
def play(rack, audit):
    def run(playbook, *args, **variables):
        variables = {"ca_path": rack.ca_path, "bmc_port": 8443, **variables}
        return run_playbook(playbook, rack.inventory, *args, extra_vars=variables, env=audit, callbacks=[AUDIT])

    return run


def test_rollback_puts_back_what_a_run_has_changed(rack, play):
    before = {name: rack.state(name)["bios"] for name in ("d1", "g1")}
    applied = play(ROLE, bios_allow_reboot=True)
    assert applied.rc == 0, applied.explain()
    assert rack.state("g1")["bios"] != before["g1"]

    result = play(
        "hwautomation.baremetal.bios_rollback",
        bios_rollback_run="last",
        bios_allow_reboot=True,
        bios_reboot="now",
        bios_wait_interval=0.5,
    )

    assert result.rc == 0, result.explain()
    assert rack.state("g1")["bios"] == before["g1"]
    changed = {name: value for name, value in rack.state("d1")["bios"].items() if value != before["d1"][name]}
    # Locked once the profile is back; the machine sets these itself, to what they were.
    assert changed == {}


def test_rollback_without_a_backup_says_which_there_are(play):
    result = play("hwautomation.baremetal.bios_rollback", bios_rollback_sha256="ffff")

    assert result.rc != 0
    assert all("no such backup" in task.result["msg"] for task in result.failures())


def test_drift_is_told_and_fails_only_by_policy(rack, play):
    rack.clear_journal()

    told = play("hwautomation.baremetal.bios_drift", "--limit", "g1", hw_device_type="g1.c2.large")
    failed = play(
        "hwautomation.baremetal.bios_drift", "--limit", "g1", hw_device_type="g1.c2.large", bios_drift_fail=True
    )

    assert told.rc == 0, told.explain()
    assert failed.rc != 0
    assert (
        "PowerProfile is Balanced, wanted MaximumPerformance [profiles/generic_compute]"
        in failed.failures()[0].result["msg"]
    )
    assert rack.journal(writes=True) == []


def test_captured_template_is_a_valid_one_that_changes_nothing(rack, play, tmp_path):
    result = play(
        "hwautomation.baremetal.capture_bios",
        "--limit",
        "g1",
        capture_bios_profile="golden",
        hwautomation_config_dir=[str(tmp_path)],
    )

    assert result.rc == 0, result.explain()
    written = yaml.safe_load((tmp_path / "bios" / "profiles" / "golden.yml").read_text())
    assert written["platform"] == "generic"
    assert set(written) == {"platform", "description", "intents", "attributes", "preserve"}
    assert json.dumps(written)  # plain data
    assert rack.journal("g1", writes=True) == []


def test_machine_in_use_is_staged_and_not_restarted_unless_told(rack, play):
    options = {"bios_allow_reboot": True, "bios_attributes": {"QuietBoot": "Disabled"}, "maas_status": "Deployed"}
    resets = rack.state("g1")["resets"]

    staged = play(ROLE, "--limit", "g1", **options)

    assert staged.rc == 0, staged.explain()
    assert rack.state("g1")["resets"] == resets
    assert rack.state("g1")["bios_pending"]["QuietBoot"] == "Disabled"
    (result,) = [task.result for task in staged.results("g1") if "attributes" in task.result]
    assert any("MAAS says Deployed" in warning for warning in result["warnings"])

    told = play(ROLE, "--limit", "g1", bios_allow_reboot_in_use=True, **options)

    assert told.rc == 0, told.explain()
    assert rack.state("g1")["bios"]["QuietBoot"] == "Disabled"
