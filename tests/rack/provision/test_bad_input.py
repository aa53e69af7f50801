# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: a clear error before the first write, on that server only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from tests.support.playbook import PlayResult
from tests.support.provisioning import Site, images_of_the_demo, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

TYPES = {
    # A profile that names an attribute which no Dell has, and one that is misspelt.
    "x.attribute": {"platform": "dell_idrac9", "bios": {"profile": "x_attribute"}},
    "x.missing": {"platform": "dell_idrac9", "firmware": {"baseline": "x_missing"}},
    "x.checksum": {"platform": "dell_idrac9", "firmware": {"baseline": "x_checksum"}},
}


@dataclass(frozen=True)
class Story:
    site: Site
    play: PlayResult
    writes: list[dict[str, Any]]
    logins: dict[str, int]


def hosts(other_ca: Path) -> dict[str, dict[str, Any]]:
    dell = {"lab_platform": "dell_idrac9"}
    return {
        "good": dell,
        "type_unknown": {**dell, "hw_device_type": "d1.c2.larg"},
        "type_of_another": {**dell, "hw_device_type": "h1.c2.large"},
        "attribute": {**dell, "hw_device_type": "x.attribute"},
        "image_missing": {**dell, "hw_device_type": "x.missing"},
        "image_changed": {**dell, "hw_device_type": "x.checksum"},
        "password": {**dell, "bmc_password": "not-this-one"},
        "certificate": {**dell, "ca_path": str(other_ca)},
        "key_malformed": {**dell, "maas_api_key": "consumer:token"},
        "key_refused": {**dell, "maas_api_key": "consumer:token:secret"},
        # Of roles whose turn comes long after the firmware has been flashed; both are told together.
        "options": {**dell, "bmc_users": "root", "maas_deploy_wait_timeout": "an hour"},
    }


# host: (stage, words of the message)
EXPECTED = {
    "type_unknown": ("preflight", ["no device type d1.c2.larg", "d1.c2.large"]),
    "type_of_another": ("classify", ["h1.c2.large", "platform dell_idrac9, wanted hpe_ilo6"]),
    "attribute": ("classify", ["SriovGlobalEnabel", "SriovGlobalEnable"]),
    "image_missing": ("classify", ["no-such-image.bin", "404"]),
    "image_changed": ("classify", ["SHA-256", "idrac9-bios-1.9.1.bin"]),
    "password": ("preflight", ["refused"]),
    "certificate": ("preflight", ["certificate", "ca_path"]),
    "nobody": ("preflight", ["127."]),
    "key_malformed": ("preflight", ["maas_api_key is malformed", "three parts"]),
    "key_refused": ("preflight", ["consumer part of the API key", "tried once"]),
    "options": ("classify", ["bmc_users", "maas_deploy_wait_timeout", "an hour"]),
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("bad")
    other_ca = folder / "other-ca.pem"
    trustme.CA().cert_pem.write_to_path(other_ca)
    rack = Rack.start(folder / "rack", hosts(other_ca), clock="scaled:1000", images=images_of_the_demo())
    try:
        site = site_of(rack, folder)
        address = rack.server("good").bmc_host.rpartition(".")[0]
        more = {"all": {"children": {"servers": {"hosts": {"nobody": {"bmc_host": f"{address}.250"}}}}}}
        more["all"]["children"]["servers"]["hosts"]["nobody"] |= {"bmc_username": "root", "bmc_password": "none"}  # type: ignore[dict-item]
        (rack.inventory.parent / "more.yml").write_text(yaml.safe_dump(more))
        write_configs(folder / "configs")
        rack.clear_journal()
        play = site.run(
            "hwautomation.baremetal.provision",
            "-i",
            str(rack.inventory.parent / "more.yml"),
            extra_vars={"hwautomation_config_dir": [str(folder / "configs")]},
        )
        logins = {
            name: sum(1 for entry in rack.journal(name) if "essions" in entry["path"] and entry["method"] == "POST")
            for name in rack.servers
        }
        yield Story(site, play, rack.journal(writes=True), logins)
    finally:
        rack.stop()


def write_configs(root: Path) -> None:
    """Lay out a user's directory whose templates and catalogue are wrong in one place each."""
    image = {"platform": "dell_idrac9", "component": "bios", "sha256": "0" * 64, "size": 65536}
    files = {
        "device_types/x.yml": {"device_types": TYPES},
        "bios/profiles/x_attribute.yml": {
            "platform": "dell_idrac9",
            "attributes": {"SriovGlobalEnabel": "Enabled"},
        },
        "firmware/images/x.yml": {
            "firmware_images": {
                "x-missing": {**image, "version": "1.9.9", "file": "no-such-image.bin"},
                "x-checksum": {**image, "version": "1.9.8", "file": "idrac9-bios-1.9.1.bin"},
            }
        },
        "firmware/baselines/x.yml": {
            "firmware_baselines": {
                "x_missing": {"platform": "dell_idrac9", "components": {"bios": "1.9.9"}},
                "x_checksum": {"platform": "dell_idrac9", "components": {"bios": "1.9.8"}},
            }
        },
    }
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data))


@pytest.mark.parametrize("host", EXPECTED)
def test_bad_input_fails_in_the_stage_that_can_know(story: Story, host: str) -> None:
    stage, _words = EXPECTED[host]

    states = story.site.stages(host)
    assert list(states)[-1] == stage, (states, story.play.failures(host))
    assert states[stage] == "failed"


@pytest.mark.parametrize("host", EXPECTED)
def test_bad_input_is_told_clearly(story: Story, host: str) -> None:
    text = story.play.failures(host)[-1].result["msg"]

    assert all(word in text for word in EXPECTED[host][1]), text


def test_bad_input_writes_nothing_to_the_server_and_leaves_the_others_alone(story: Story) -> None:
    assert {entry["server"] for entry in story.writes} & set(EXPECTED) == set()
    assert story.site.rack.state("good")["os"]
    assert story.play.rc == 2


def test_wrong_password_is_tried_once(story: Story) -> None:
    assert story.logins["password"] == 1


def test_required_audit_database_that_is_newer_stops_before_the_first_task(tmp_path: Path, story: Story) -> None:
    database = tmp_path / "newer.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")

    env = {"HWAUTOMATION_AUDIT_DATABASE": str(database), "HWAUTOMATION_AUDIT_REQUIRED": "true"}
    play = story.site.run("hwautomation.baremetal.provision", "--limit", "good", env=env)

    assert play.rc != 0
    assert not play.tasks
    assert "9999" in play.stdout + play.stderr


def test_required_audit_without_the_callback_is_refused(story: Story) -> None:
    from tests.support.playbook import run_playbook

    play = run_playbook(
        "hwautomation.baremetal.provision",
        story.site.rack.inventory,
        "--limit",
        "good",
        extra_vars={"hwautomation_audit_required": True},
    )

    assert play.rc == 2
    assert "callbacks_enabled" in play.failures("good")[0].result["msg"]
