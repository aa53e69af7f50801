# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks around provision.yml: what are these servers, draft a device type, start and stop the rack."""

from __future__ import annotations

import shutil
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.support.playbook import ROOT, run_playbook
from tests.support.provisioning import site_of
from tests.support.rack import Rack, _free_network, _moved

pytestmark = pytest.mark.slow

EXPECTED = {"dell": "d1.c2.large", "hpe": "h1.c2.large", "smc": "s1.c2.large", "std": "g1.c2.large"}


def test_discover_names_the_device_type_of_each_platform_and_writes_nothing(
    four_platforms: Rack, tmp_path: Path
) -> None:
    site = site_of(four_platforms, tmp_path)
    four_platforms.clear_journal()

    play = site.run("hwautomation.baremetal.discover")

    assert play.rc == 0, play.explain()
    texts = {row[0]: row[1] for row in site.ask("SELECT host, text FROM stage_states WHERE name = 'classify'")}
    assert texts == EXPECTED
    assert four_platforms.journal(writes=True) == []


def test_add_device_type_drafts_a_type_that_fits_the_machine(four_platforms: Rack, tmp_path: Path) -> None:
    site = site_of(four_platforms, tmp_path)
    (tmp_path / "configs").mkdir()
    wanted = {"device_type": "s9.draft", "hwautomation_config_dir": str(tmp_path / "configs")}

    first = site.run("hwautomation.baremetal.add_device_type", "--limit", "smc", extra_vars=wanted)
    again = site.run("hwautomation.baremetal.add_device_type", "--limit", "smc", extra_vars=wanted)

    assert first.rc == again.rc == 0, first.explain() + again.explain()
    assert again.changed() == {"smc": 0}
    draft = yaml.safe_load((tmp_path / "configs" / "device_types" / "s9.draft.yml").read_text())["device_types"]
    assert draft["s9.draft"]["platform"] == "supermicro_x13"
    assert draft["s9.draft"]["match"]["cpu"]["sockets"] == 2


@pytest.mark.parametrize(
    ("limit", "name"), [("smc,dell", "new.type"), ("smc", "d1.c2.large")], ids=["two servers", "name taken"]
)
def test_add_device_type_refuses_what_makes_no_sense(
    four_platforms: Rack, tmp_path: Path, limit: str, name: str
) -> None:
    site = site_of(four_platforms, tmp_path)
    wanted = {"device_type": name, "hwautomation_config_dir": str(tmp_path)}

    play = site.run("hwautomation.baremetal.add_device_type", "--limit", limit, extra_vars=wanted)

    assert play.rc == 2
    assert "known device types are" in play.failures()[0].result["msg"]
    assert not (tmp_path / "device_types").exists()


def test_lab_up_and_lab_down_start_and_stop_a_rack(tmp_path: Path) -> None:
    claim, network = _free_network()
    rack = tmp_path / "inventory" / "rack.yml"
    rack.parent.mkdir()
    rack.write_text(yaml.safe_dump(_moved(ROOT / "inventory" / "lab" / "rack.yml", network)))
    where = {"lab_rack": str(rack), "lab_state_dir": str(tmp_path / "state"), "lab_clock": "hand"}
    state = f"http://127.{network}.0.1:8190/_lab/state"
    try:
        up = run_playbook("hwautomation.baremetal.lab_up", extra_vars=where)
        with urllib.request.urlopen(state, timeout=10) as answer:
            assert answer.status == 200
    finally:
        down = run_playbook("hwautomation.baremetal.lab_down", extra_vars=where)
        claim.close()
        shutil.rmtree(rack.parent)

    assert (up.rc, down.rc) == (0, 0), up.explain() + down.explain()
    with pytest.raises(OSError):
        urllib.request.urlopen(state, timeout=2)
