# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that speaks IPMI only goes from racked to deployed: MAAS switches it over IPMI, and nobody asks it over Redfish."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import PlayResult, run_playbook
from tests.support.rack import Rack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="ipmi_sim is not installed (Debian package openipmi)"),
]

NO_PORT = 9  # discard: nobody speaks Redfish there
TYPES = """
device_types:
  old.large: {vendor: Supermicro, model: X10*, bios_vendor: AMI, match: {cpu: {sockets: 2}}}
  old.kept: {vendor: Supermicro, model: X10*, bios_vendor: AMI, match: {cpu: {sockets: 2}}, firmware: {baseline: x13-2026}}
"""


@dataclass(frozen=True)
class Story:
    """Refused as the configuration comes, looked at, deployed, and run again."""

    refused: PlayResult
    kept: PlayResult
    planned: PlayResult
    writes_before: list[dict[str, Any]]
    done: PlayResult
    again: PlayResult
    asked: set[str]

    @property
    def verdicts(self) -> dict[str, str]:
        (item,) = self.done.results(action="boarding_verdict")
        return {row["name"]: row["outcome"] for row in item.result["verdicts"]}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("ipmi_deployed")
    (folder / "configs" / "device_types").mkdir(parents=True)
    (folder / "configs" / "device_types" / "old.yml").write_text(TYPES)
    rack = Rack.start(folder / "rack", {"old": {"lab_platform": "supermicro_x10"}}, clock="scaled:300", ipmi="auto")
    try:
        if rack.facts["ipmi_missing"]:
            pytest.skip(f"no IPMI in the rack: {rack.facts['ipmi_missing']}")
        by_hand = {"bios_unsupported": "warn"}
        refused = run(rack, folder)
        kept = run(rack, folder, {**by_hand, "hw_device_type": "old.kept"})
        planned = run(rack, folder, by_hand, check=True)
        before = rack.journal(writes=True)
        done = run(rack, folder, by_hand)
        again = run(rack, folder, by_hand)
        asked = {entry["path"] for entry in rack.journal("old")}
        yield Story(refused, kept, planned, before, done, again, asked)
    finally:
        rack.stop()


def run(rack: Rack, folder: Path, more: dict[str, Any] | None = None, **how: Any) -> PlayResult:
    server = rack.server("old")
    login = {"bmc_host": server.bmc_host, "bmc_username": server.username, "bmc_password": server.password}
    variables = {
        "bmc_port": NO_PORT,
        "ipmi_port": rack.facts["lab_ipmi_port"],
        "hwautomation_config_dir": str(folder / "configs"),
        "hw_device_type": "old.large",
        "maas_enlist_mac_addresses": rack.state("old")["macs"],
        "maas_url": rack.maas_url,
        "maas_api_key": rack.maas_api_key,
        "maas_allow_http": True,
        **(more or {}),
    }
    inventory = {"servers": {"hosts": {"old": login}}}
    return run_playbook("hwautomation.baremetal.provision", inventory, extra_vars=variables, **how)


def test_it_is_deployed_and_then_left_alone(story: Story) -> None:
    assert story.done.rc == 0, story.done.explain()
    assert story.done.changed()["old"] > 0
    (summed,) = story.done.results(task="Sum up")
    assert "Deployed" in summed.result["msg"]
    assert story.verdicts["firmware_at_baseline"] == story.verdicts["bios_at_template"] == "skipped"
    assert story.again.rc == 0 and story.again.changed() == {"old": 0}, story.again.explain()


def test_check_mode_writes_nothing(story: Story) -> None:
    assert story.planned.rc == 0, story.planned.explain()
    assert story.writes_before == []


def test_nobody_asks_it_over_redfish(story: Story) -> None:
    assert [path for path in sorted(story.asked) if path.startswith("/redfish")] == []


def test_settings_and_firmware_that_ipmi_cannot_bring_are_refused_before_the_first_write(story: Story) -> None:
    for play, task, words in (
        (story.refused, "asked for its BIOS settings", ("boot_mode", "bios_unsupported: warn")),
        (story.kept, "Compare it with what is asked for", ("x13-2026", "firmware_policy: manual")),
    ):
        assert play.rc != 0, play.explain()
        (told,) = play.results(task=task)
        assert "speaks IPMI only" in told.result["msg"]
        assert all(word in told.result["msg"] for word in words), told.result["msg"]
