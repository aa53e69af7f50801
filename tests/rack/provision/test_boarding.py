# SPDX-License-Identifier: GPL-3.0-or-later
"""The boarding checks on the demo's rack of twelve: what is right, what is wrong, what cannot be read, and where it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.playbook import ROOT, PlayResult
from tests.support.provisioning import Site, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

# As the inventory's variable `rack` has it.
RACKS = {name: "A1" if number < 6 else "B2" for number, name in enumerate(f"r{place:02}" for place in range(1, 13))}
FOREIGN = ["r01", "r04", "r07", "r10"]
# The rack is fresh: nothing was flashed, set or commissioned.
YET_TO_DO = ["firmware_at_baseline", "bios_at_template", "commissioned"]
RIGHT = {
    "boarding_skip": YET_TO_DO,
    "boarding_users": ["{{ bmc_username }}"],
    "boarding_boot_order": ["*disk*"],
}
WRONG = {
    **RIGHT,
    "boarding_boot_order": ["pxe*"],
    "boarding_checks": "strict",
}
STRICT = """
boarding:
  strict:
    checks:
      - {name: bmc_users_known, text: nobody else is there, look_at: bmc.foreign_users, must: be_empty, than: wanted.users}
      - {name: boot_order, text: it starts from the network, look_at: boot_order.left, must: be_empty}
      - {name: ipmi_cipher_one, text: cipher suite 1 is closed, look_at: bmc.ipmi_ciphers, must: have_none_of, value: [1]}
      - {name: licence, text: it is licensed, look_at: licence.state, must: be, value: ok}
"""
BMC = ("bmc_host", "bmc_port", "bmc_username", "bmc_password", "ca_path")
MAAS = {"maas_url": "{{ maas_url }}", "maas_api_key": "{{ maas_api_key }}", "allow_http": True}


def play(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
    defaults = {
        "group/hwautomation.baremetal.bmc": {name: f"{{{{ {name} }}}}" for name in BMC},
        "group/hwautomation.baremetal.maas": MAAS,
    }
    return [{"hosts": "servers", "gather_facts": False, "module_defaults": defaults, "tasks": list(tasks)}]


def role(name: str) -> dict[str, Any]:
    return {"ansible.builtin.import_role": {"name": f"hwautomation.baremetal.{name}"}}


BOARD = play(
    role("discover"),
    role("classify"),
    {"hwautomation.baremetal.stage": {"name": "boarding"}},
    role("boarding"),
    {"hwautomation.baremetal.stage": {"state": "done"}},
)
INTRUDER = play({"hwautomation.baremetal.bmc_user": {"name": "guest", "password": "Gu3st-of-r00t", "role": "Operator"}})


@dataclass(frozen=True)
class Story:
    """Looked at when all is right, once more, and when it is wrong."""

    site: Site
    right: PlayResult
    again: PlayResult
    wrong: PlayResult
    writes: list[dict[str, Any]]

    def verdicts(self, play: PlayResult) -> dict[str, dict[str, tuple[str, str]]]:
        """Return what each server was told: host -> check -> outcome and reason."""
        return {
            item.host: {row["name"]: (row["outcome"], row["reason"]) for row in item.result["verdicts"]}
            for item in play.results(action="boarding_verdict")
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("boarding")
    configs = folder / "configs" / "boarding"
    configs.mkdir(parents=True)
    (configs / "strict.yml").write_text(STRICT)
    rack = Rack.start(
        folder / "rack", rack_yml=ROOT / "inventory" / "lab" / "rack.yml", clock="scaled:1000", ipmi="auto"
    )
    try:
        if rack.facts["ipmi_missing"]:
            pytest.skip(f"no IPMI in the rack: {rack.facts['ipmi_missing']}")
        site = site_of(rack, folder)
        board = _written(folder / "board.yml", BOARD)
        port = {"ipmi_port": rack.facts["lab_ipmi_port"]}
        rack.clear_journal()
        right = site.run(board, extra_vars={**RIGHT, **port})
        again = site.run(board, extra_vars={**RIGHT, **port})
        writes = rack.journal(writes=True)
        made = site.run(_written(folder / "intruder.yml", INTRUDER), "--limit", ",".join(FOREIGN))
        assert made.rc == 0, made.explain()
        rack.clear_journal()
        more = {**WRONG, **port, "hwautomation_config_dir": str(folder / "configs")}
        wrong = site.run(board, extra_vars=more)
        yield Story(site, right, again, wrong, writes + rack.journal(writes=True))
    finally:
        rack.stop()


def _written(path: Path, plays: list[dict[str, Any]]) -> str:
    path.write_text(yaml.safe_dump(plays))
    return str(path)


def test_nothing_is_written_and_nothing_changes(story: Story) -> None:
    servers = dict.fromkeys(RACKS, 0)

    assert (story.right.changed(), story.again.changed(), story.wrong.changed()) == (servers, servers, servers)
    assert story.writes == []


def test_what_is_right_passes_on_all_platforms(story: Story) -> None:
    assert story.right.rc == story.again.rc == 0, story.right.explain() + story.again.explain()
    told = story.verdicts(story.again)
    assert told == story.verdicts(story.right)
    assert set(told) == set(RACKS)
    passed = ("bmc_users_known", "bmc_users_there", "boot_order", "sockets", "disks", "nics", "ipmi_cipher_zero")
    for server, found in told.items():
        assert {name: found[name] for name in passed} == dict.fromkeys(passed, ("pass", "")), server
        assert found["ipmi_cipher_zero_unlisted"] == ("warn", "bmc.ipmi_unlisted: still has 0"), server
        # ipmi_sim takes suites that only sign, and says so.
        assert found["ipmi_ciphers_encrypt"][0] == "warn", server
        assert "1, 2, 6, 7, 11" in found["ipmi_ciphers_encrypt"][1]
        assert found["memory"] == ("skipped", "MAAS has not seen it; the machine is not in MAAS"), server


def test_what_is_wrong_fails_by_name(story: Story) -> None:
    assert story.wrong.rc == 2
    told = story.verdicts(story.wrong)
    assert set(told) == set(RACKS)
    for server, found in told.items():
        assert found["bmc_users_known"][0] == ("fail" if server in FOREIGN else "pass"), server
        assert found["boot_order"][0] == "fail", server
        assert found["boot_order"][1].startswith("boot_order.left: still has boot in this order: PXE"), server
        assert found["ipmi_cipher_one"] == ("fail", "bmc.ipmi_ciphers: has 1"), server
        assert found["licence"] == ("skipped", "licence.state is not known"), server
    failure = story.wrong.failures("r01")[0].result["msg"]
    assert all(words in failure for words in ("still has guest", "cipher suite 1 is closed", "boot in this order"))


def test_verdicts_are_rows_and_are_summed_up_per_rack(story: Story) -> None:
    run = story.site.ask("SELECT MAX(run_id) FROM runs")[0][0]
    rows = story.site.ask("SELECT host, rack, checklist, name, outcome FROM boarding_checks WHERE run_id = ?", run)

    assert {(row[0], row[1]) for row in rows} == set(RACKS.items())
    assert {row[2] for row in rows} == {"strict"}
    assert len(rows) == 12 * 4

    answer = story.site.run(
        "hwautomation.baremetal.audit_report",
        extra_vars={"report": "boarding", "form": "json", "dest": str(story.site.database.parent / "boarding.json")},
    )
    assert answer.rc == 0, answer.explain()
    told = json.loads((story.site.database.parent / "boarding.json").read_text())["rows"]
    assert [(row["rack"], row["servers"], row["pass"], row["fail"], row["skipped"]) for row in told] == [
        ("A1", 6, 4, 14, 6),
        ("B2", 6, 4, 14, 6),
    ]
    assert {"r01: bmc_users_known", "r02: boot_order"} <= set(told[0]["failing"])


def test_server_without_a_rack_is_where_maas_has_it(story: Story) -> None:
    folder, site = story.site.database.parent, story.site
    enlist = play(
        {"hwautomation.baremetal.maas_zone": {"name": "c3"}},
        {
            "hwautomation.baremetal.maas_machine": {
                "hostname": "r12",
                "state": "present",
                "mac_addresses": ["52:54:00:00:00:12"],
                "power_type": "manual",
                "zone": "c3",
            }
        },
    )
    made = site.run(_written(folder / "enlist.yml", enlist), "--limit", "r12")
    assert made.rc == 0, made.explain()

    found = site.run(_written(folder / "board.yml", BOARD), "--limit", "r12", extra_vars={**RIGHT, "rack": ""})

    assert found.rc == 0, found.explain()
    run = site.ask("SELECT MAX(run_id) FROM runs")[0][0]
    assert site.ask("SELECT DISTINCT rack FROM boarding_checks WHERE run_id = ?", run) == [("c3",)]


def test_terminal_tells_the_verdicts_per_server_and_per_rack(story: Story) -> None:
    text = story.right.stdout.splitlines()

    stages = [line for line in text if " boarding " in line and " pass" in line]
    assert len(stages) == 12, story.right.stdout[-4000:]
    assert any(line.split()[:2] == ["RACK", "SERVERS"] for line in text)
    assert [line.split()[:2] for line in text if line.startswith(("A1 ", "B2 "))] == [["A1", "6"], ["B2", "6"]]
