# SPDX-License-Identifier: GPL-3.0-or-later
"""MAAS is not told to switch a machine whose BMC another run has."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed


@pytest.fixture
def lock(lab, tmp_path):
    return {"bmc_host": lab.rack.server("s8").bmc_host, "lock_timeout": 0, "lock_dir": str(tmp_path / "locks")}


def other_run(lock, *, under_way=False):
    """Claim the BMC as a task of another run; one that leaves firmware under way has ended by now."""
    context = Context(cache_dir="/another/run", door="firmware")
    if under_way:
        with claimed(lock, context, flashing=True) as claim:
            claim.under_way = True
    return claimed(lock, context)


def test_nothing_is_asked_of_maas_while_another_run_has_the_bmc(lab, lock):
    with other_run(lock):
        refused = lab.machine("s8", state="commissioned", **lock)
        foreseen = lab.machine("s8", state="commissioned", check=True, **lock)

    assert (refused["error_class"], refused["changed"]) == ("ConflictError", False)
    assert "another run is working on this BMC (firmware of the run" in refused["msg"]
    assert lab.maas_requests(writes=True) == []
    assert not foreseen.get("failed") and foreseen["changed"], "check mode waits for nobody"


def test_firmware_that_is_under_way_keeps_maas_away_until_it_has_landed(lab, lock):
    other_run(lock, under_way=True)
    refused = lab.machine("s8", state="commissioned", **lock)

    assert "has left firmware under way on this BMC" in refused["msg"]
    assert lab.maas_requests(writes=True) == []

    with claimed(lock, Context(cache_dir="/another/run", door="firmware"), flashing=True) as claim:
        claim.under_way = False
    done = lab.machine("s8", state="commissioned", **lock)
    assert not done.get("failed"), done["msg"]
    assert done["machine"]["status_name"] == "Ready"


def test_machine_whose_bmc_nobody_named_is_not_held_back(lab, lock):
    with other_run(lock):
        result = lab.machine("s8", state="present", lock_dir=lock["lock_dir"], lock_timeout=0)

    assert not result.get("failed"), result["msg"]
