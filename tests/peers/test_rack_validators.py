# SPDX-License-Identifier: GPL-3.0-or-later
"""The DMTF validators have nothing to say against the rack that its platforms' habits do not explain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.peers import rack_validators as validators
from tests.peers.rack_habits import EXPLAINED, unexplained
from tests.peers.rack_scores import PLAIN, plan
from tests.support.rack import Rack

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(bool(validators.missing()), reason=validators.missing()),
]


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    rack = Rack.start(tmp_path_factory.mktemp("rack"), plan(PLATFORMS), clock="scaled:500", maas=False)
    yield rack
    rack.stop()


def test_the_plain_platform_needs_no_explanation() -> None:
    assert PLAIN in PLATFORMS
    assert PLAIN not in EXPLAINED
    assert set(EXPLAINED) <= set(PLATFORMS)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_protocol(rack: Rack, platform: str, tmp_path: Path) -> None:
    score = validators.protocol(rack, rack.server(platform), tmp_path)

    assert score.passed > 250, score
    assert unexplained(platform, score) == []
    habits = set(EXPLAINED.get(platform, {}))
    assert habits == set(score.failures), "a habit that no longer shows is a habit that was lost"


@pytest.mark.skipif(bool(validators.missing(schemas=True)), reason=validators.missing(schemas=True))
def test_schemas_of_the_plain_platform(rack: Rack, tmp_path: Path) -> None:
    score = validators.service(rack, rack.server(PLAIN), tmp_path)

    assert score.passed > 3000, score
    assert (score.failed, score.failures) == (0, {})


def test_use_cases_of_the_plain_platform(rack: Rack, tmp_path: Path) -> None:
    score = validators.use_cases(rack, rack.server(PLAIN), tmp_path)

    assert score.passed > 25, score
    assert (score.failed, score.failures) == (0, {})
