# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that misbehave: each fails alone, in its own stage, in words that help; then only what is left is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.playbook import PlayResult
from tests.support.provisioning import Site, images_of_the_demo, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

# name: (platform, fault, its options)
TROUBLE: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    "good": ("generic", None, {}),
    "ignores": ("dell_idrac9", "ignore_attribute", {"attribute": "SriovGlobalEnable"}),
    "flash": ("hpe_ilo6", "flash_fails", {"percent": 60, "component": "bios"}),
    "busy": ("supermicro_x13", "status", {"code": 503, "path": "/redfish/v1/Systems/*", "count": 2}),
    "dead": ("generic", "dead", {}),
    "commission": ("dell_idrac9", "commissioning_fails", {"script": "50-maas-01-commissioning", "exit_status": 7}),
}
FAILS_IN = {"ignores": "bios", "flash": "firmware", "dead": "preflight", "commission": "commission"}


@dataclass(frozen=True)
class Story:
    """A run with the faults on, and one after they were lifted."""

    site: Site
    broken: PlayResult
    stages: dict[str, dict[str, str]]
    after: PlayResult
    writes: list[dict[str, Any]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("faults")
    hosts = {name: {"lab_platform": platform} for name, (platform, _fault, _options) in TROUBLE.items()}
    rack = Rack.start(folder / "rack", hosts, clock="scaled:1000", images=images_of_the_demo())
    try:
        site = site_of(rack, folder)
        for name, (_platform, fault, options) in TROUBLE.items():
            if fault:
                rack.fault(name, fault, **options)
        broken = site.run()
        stages = {name: site.stages(name) for name in TROUBLE}
        rack.clear_faults()
        rack.clear_journal()
        after = site.run()
        yield Story(site, broken, stages, after, rack.journal(writes=True))
    finally:
        rack.stop()


def message_of(play: PlayResult, host: str) -> dict[str, Any]:
    failures = play.failures(host)
    assert failures, play.explain()
    return failures[-1].result


def test_faults_leave_the_other_servers_alone(story: Story) -> None:
    assert story.broken.rc == 2
    failed = {host for host, counts in story.broken.stats.items() if counts["failures"] or counts["unreachable"]}
    assert failed == set(FAILS_IN)
    assert story.site.rack.state("good")["os"]


@pytest.mark.parametrize(("host", "stage"), FAILS_IN.items(), ids=FAILS_IN.keys())
def test_fault_fails_in_its_own_stage(story: Story, host: str, stage: str) -> None:
    states = story.stages[host]

    assert states[stage] == "failed", states
    assert list(states)[-1] == stage
    assert set(list(states.values())[:-1]) <= {"done"}


# host: what the message must say: machine, resource, the machine's own words, what to try
WORDS = {
    "ignores": ["SriovGlobalEnable", "ignored"],
    "flash": ["bios"],
    "dead": ["/redfish/v1/"],
    "commission": ["50-maas-01-commissioning", "7"],
}


@pytest.mark.parametrize(("host", "words"), WORDS.items(), ids=WORDS.keys())
def test_fault_is_told_with_machine_resource_answer_and_hint(story: Story, host: str, words: list[str]) -> None:
    result = message_of(story.broken, host)

    text = result["msg"]
    assert result.get("machine"), result
    assert all(word in text for word in words), text
    assert "Try: " in text


def test_run_after_the_faults_are_lifted_finishes_every_server(story: Story) -> None:
    assert story.after.rc == 0, story.after.explain()
    assert all(story.site.rack.state(name)["os"] for name in TROUBLE)


def test_run_after_the_faults_are_lifted_does_only_what_is_left(story: Story) -> None:
    changed = story.after.changed()
    written = {entry["server"] for entry in story.writes}

    assert changed["good"] == changed["busy"] == 0
    assert not {"good", "busy"} & written
    assert all(changed[host] > 0 for host in FAILS_IN)
