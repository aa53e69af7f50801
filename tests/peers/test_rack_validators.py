# SPDX-License-Identifier: GPL-3.0-or-later
"""The DMTF validators have nothing to say against the rack that its platforms' habits do not explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.peers import rack_validators as validators
from tests.peers.rack_habits import EXPLAINED, unexplained
from tests.peers.rack_scores import AT_ONCE, CASES, PLAIN, PROTOCOL, SCHEMAS, begin, plan
from tests.peers.rack_validators import Score
from tests.support.rack import Rack

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(bool(validators.missing()), reason=validators.missing()),
]


Scores = Mapping[tuple[str, str], Future[Score]]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scores]:
    folder = tmp_path_factory.mktemp("validators")
    rack = Rack.start(folder / "rack", plan(PLATFORMS), clock="scaled:500", maas=False)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield begin(rack, folder, pool)
        pool.shutdown(cancel_futures=True)
    rack.stop()


def test_the_plain_platform_needs_no_explanation() -> None:
    assert PLAIN in PLATFORMS
    assert PLAIN not in EXPLAINED
    assert set(EXPLAINED) <= set(PLATFORMS)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_protocol(scores: Scores, platform: str) -> None:
    score = scores[platform, PROTOCOL].result()

    assert score.passed > 250, score
    assert unexplained(platform, score) == []
    habits = set(EXPLAINED.get(platform, {}))
    assert habits == set(score.failures), "a habit that no longer shows is a habit that was lost"


@pytest.mark.skipif(bool(validators.missing(schemas=True)), reason=validators.missing(schemas=True))
def test_schemas_of_the_plain_platform(scores: Scores) -> None:
    score = scores[PLAIN, SCHEMAS].result()

    assert score.passed > 3000, score
    assert (score.failed, score.failures) == (0, {})


def test_use_cases_of_the_plain_platform(scores: Scores) -> None:
    score = scores[PLAIN, CASES].result()

    assert score.passed > 25, score
    assert (score.failed, score.failures) == (0, {})
