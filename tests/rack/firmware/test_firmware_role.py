# SPDX-License-Identifier: GPL-3.0-or-later
"""The role as users run it, with the catalogue of the collection against the rack of the demo's images."""

from __future__ import annotations

import pytest
import yaml

from tests.rack.firmware.campaigns import AUDIT, REFUSED, RESTART, TAKEN, rows, surroundings, what_was_sent
from tests.rack.firmware.conftest import Bench
from tests.support.playbook import ROOT, run_playbook
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

HOSTS = {
    "dell": ("dell_idrac9", "dell_idrac9"),
    "hpe": ("hpe_ilo6", "hpe_ilo6"),
    "smc": ("supermicro_x13", "supermicro_x13"),
    "std": ("generic", "generic"),
}
PLAY = """
- name: Firmware
  hosts: servers
  gather_facts: false
  module_defaults:
    group/hwautomation.baremetal.bmc:
      bmc_host: "{{ bmc_host }}"
      bmc_port: "{{ bmc_port }}"
      bmc_username: "{{ bmc_username }}"
      bmc_password: "{{ bmc_password }}"
      ca_path: "{{ ca_path }}"
  roles:
    - role: hwautomation.baremetal.firmware
"""
OPTIONS = {"firmware_allow_reboot": True, "firmware_wait_interval": 0.3, "firmware_wait_timeout": 300}


@pytest.fixture
def demo_rack(tmp_path):
    images = yaml.safe_load((ROOT / "inventory" / "lab" / "rack.yml").read_text())["all"]["vars"]["lab"]["images"]
    hosts = {
        name: {"lab_platform": platform, "firmware_baseline": baseline} for name, (platform, baseline) in HOSTS.items()
    }
    rack = Rack.start(tmp_path / "rack", hosts, clock="scaled:600", maas=False, images=images)
    yield rack
    rack.stop()


def play(rack, *args, **options):
    more = {**OPTIONS, "firmware_image_base_url": rack.image_url, **options.pop("extra_vars", {})}
    return run_playbook(PLAY, rack.inventory, *args, extra_vars=more, **options)


def test_role_brings_four_platforms_to_their_baselines_and_then_has_nothing_to_do(demo_rack):
    checked = play(demo_rack, check=True, diff=True)
    assert checked.rc == 0, checked.explain()
    assert demo_rack.journal(writes=True) == []
    assert '-    "bmc": "6.10.80.00"' in checked.stdout
    assert '+    "bmc": "7.10.30.00"' in checked.stdout

    first = play(demo_rack)
    assert first.rc == 0, first.explain()
    for name, versions in {"dell": ("7.10.30.00", "1.9.1"), "hpe": ("1.70", "2.50")}.items():
        state = demo_rack.state(name)["firmware"]
        assert (state["bmc"], state["bios"]) == versions

    demo_rack.clear_journal()
    second = play(demo_rack)
    assert second.rc == 0, second.explain()
    assert set(second.changed().values()) == {0}
    assert demo_rack.journal(writes=True) == []


def test_role_without_leave_to_reboot_refuses_before_anything_is_sent(demo_rack):
    result = play(demo_rack, extra_vars={"firmware_allow_reboot": False, "firmware_policy": "security_only"})
    assert result.rc == 0, result.explain()

    result = play(demo_rack, extra_vars={"firmware_allow_reboot": False, "firmware_baseline": "generic"})

    refused = {failure.host for failure in result.failures()}
    assert refused == set(HOSTS)
    assert demo_rack.journal("dell", writes=True) == []
    assert "baseline generic is for generic" in result.stdout


def test_flash_that_failed_is_sent_once_where_the_bmc_stays_in_update_mode(demo_rack, tmp_path):
    """A person restarts the BMC; the run after that holds on to nothing of the one that failed."""
    demo_rack.fault("smc", "flash_fails", component="bmc", percent=60, count=1)
    audited = {"callbacks": [AUDIT], "env": surroundings(tmp_path)}

    first = play(demo_rack, "--limit", "smc", **audited)

    (failure,) = first.failures()
    assert failure["result"]["error_class"] == "VerificationError"
    assert "run this again: the BMC may stay in update mode" in failure["result"]["msg"]
    assert what_was_sent(demo_rack, "smc") == [TAKEN]

    refused = play(demo_rack, "--limit", "smc", extra_vars={"firmware_allow_reboot": False}, **audited)

    (failure,) = refused.failures()
    assert failure["result"]["error_class"] == "ConflictError"
    assert "restart it with bmc_reset" in failure["result"]["msg"]
    assert what_was_sent(demo_rack, "smc") == [TAKEN, REFUSED]

    Bench(demo_rack, tmp_path).restart_bmc("smc")
    last = play(demo_rack, "--limit", "smc", extra_vars={"resume_run": "last"}, **audited)

    assert last.rc == 0, last.explain()
    state = demo_rack.state("smc")["firmware"]
    assert (state["bmc"], state["bios"]) == ("01.03.05", "2.1")
    assert what_was_sent(demo_rack, "smc") == [TAKEN, REFUSED, RESTART, TAKEN, TAKEN]
    outcomes = [
        outcome for (outcome,) in rows(tmp_path, "SELECT outcome FROM firmware_changes WHERE component = 'bmc'")
    ]
    assert outcomes[:2] == ["started", "failed"]
    assert outcomes[-1] == "applied"


def test_role_fails_alone_where_a_flash_fails_and_finishes_in_the_next_run(demo_rack):
    demo_rack.fault("std", "flash_fails", component="bios", percent=60)

    first = play(demo_rack)

    assert {failure.host for failure in first.failures()} == {"std"}, first.explain()
    (failure,) = first.failures()
    assert "flash error at 60 %" in failure["result"]["msg"]
    assert failure["result"]["error_class"] == "VerificationError"
    assert demo_rack.state("std")["firmware"]["bmc"] == "2.11.0"

    demo_rack.clear_faults()
    demo_rack.clear_journal()
    second = play(demo_rack)

    assert second.rc == 0, second.explain()
    assert demo_rack.state("std")["firmware"]["bios"] == "1.3.0"
    assert {entry["server"] for entry in demo_rack.journal(writes=True)} == {"std"}
