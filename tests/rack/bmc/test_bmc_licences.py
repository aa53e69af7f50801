# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences of a BMC, wherever a platform keeps them: there, missing and expired."""

from __future__ import annotations

import pytest

from tests.support.rack import Rack

# The standard's LicenseService, collections of the vendor's own below the manager, and signed texts in a list.
PLATFORMS = {
    "generic": "Management License",
    "dell_idrac9": "iDRAC9 Enterprise License",
    "hpe_ilo6": "iLO Advanced",
    "supermicro_x13": "SFT-DCMS-SINGLE",
}
STATES = {"there": True, "missing": False, "expired": "expired"}


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {
        f"{name}-{state}": {"lab_platform": name, "lab_license": value}
        for name in PLATFORMS
        for state, value in STATES.items()
    }
    started = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:300", maas=False)
    yield started
    started.stop()


@pytest.mark.parametrize("name", PLATFORMS)
def test_licences_are_named(rack, run_door, name):
    rack.clear_journal()

    there, missing, expired = (
        run_door(rack, f"{name}-{state}", "bmc_info", subsets=["licences"])["facts"] for state in STATES
    )

    assert [item["name"] for item in there["licences"]] == [PLATFORMS[name]]
    assert there["licences"][0]["expires"] is None and there["unhealthy"] == []
    assert missing["licences"] == []
    assert "ignature" not in str(there) and "XXXXX" not in str(there)
    if name != "supermicro_x13":  # a licence of theirs is for good
        assert "2020" in expired["licences"][0]["expires"]
    if name in ("generic", "dell_idrac9"):
        assert expired["unhealthy"] == [{"part": "licences", "name": PLATFORMS[name], "health": "Critical"}]
    assert there["sources"]["licences"]["resources"]
    assert rack.journal(writes=True) == []
