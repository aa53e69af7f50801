# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of real machines with an oddity: links with trailing slashes, long collections, other paths than the rack's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rack.oddities.test_odd_readers import READERS, plain
from tests.support.rack import ROOT, Rack

TREES = ROOT.parent / "shared" / "mockups"
pytestmark = pytest.mark.skipif(not TREES.is_dir(), reason="the captured trees (../shared/mockups) are not here")

ILO5, IDRAC9, DGX, X13 = (
    "hpe-ilo5-dl385gen10plusv2",
    "dell-idrac9-r750",
    "ami-megarac-dgxh100",
    "supermicro-x13-sys821ge",
)
# Machine, its oddities, and what a reader may cost at most, as a multiple.
ODD = {
    "ilo5-slash-refused": (ILO5, {"slash": "refused"}, 1.1),
    "ilo5-slash-needed": (ILO5, {"slash": "required"}, 1.1),
    "idrac9-pages": (IDRAC9, {"page_size": 2}, 5),
    "dgx-pages": (DGX, {"page_size": 1}, 5),
    "x13-null-members": (X13, {"null_members": True}, 1.1),
    "x13-objects": (X13, {"bios_objects": True}, 1.1),
}


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {
        name: {"lab_platform": "generic", "lab_tree": str(TREES / tree), "lab_habits": {"oddities": oddities}}
        for name, (tree, oddities, _dearer) in ODD.items()
    }
    usual = {tree: {"lab_platform": "generic", "lab_tree": str(TREES / tree)} for tree, _odd, _dearer in ODD.values()}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts | usual, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


@pytest.mark.parametrize("door", READERS)
@pytest.mark.parametrize("name", ODD)
def test_reader_says_the_same_of_a_recording_as_without_the_oddity(rack, run_door, name, door):
    tree, _oddities, dearer = ODD[name]
    results, costs = [], []
    for server in (tree, name):
        rack.clear_journal()
        result = run_door(rack, server, door)
        assert result.get("msg") is None, result
        results.append(READERS[door](result))
        costs.append(len(rack.journal(server)))

    assert plain(results[1]) == plain(results[0])
    assert costs[1] <= costs[0] * dearer + 3, "the oddity causes a storm of requests"


@pytest.mark.parametrize("name", ODD)
def test_boot_override_of_a_recording_is_set_once(rack, run_door, name):
    rack.clear_journal()
    planned = run_door(rack, name, "bmc_boot", check=True, target="pxe")
    assert planned["changed"] and rack.journal(name, writes=True) == [], planned

    done, again = (run_door(rack, name, "bmc_boot", target="pxe") for _time in range(2))

    assert done["changed"] and not done.get("failed"), done
    assert (again["changed"], again["reason"]) == (False, "already set"), again
