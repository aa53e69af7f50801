# SPDX-License-Identifier: GPL-3.0-or-later
"""The service root of iLO: HPE's tools read generation and version there before they log in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.lab.bench import Bench
from tests.unit.lab.test_lab_firmware_flows import image

ROOT = "/redfish/v1"
ILOS = {"hpe_ilo5": ("iLO 5", "3.10"), "hpe_ilo6": ("iLO 6", "1.66"), "hpe_ilo7": ("iLO 7", "1.14.00")}


def oem(bench: Bench) -> dict[str, Any]:
    answer = bench.call("GET", ROOT, login=None)
    assert answer.status == 200
    told: dict[str, Any] = bench.get(ROOT)["Oem"]["Hpe"]
    return told


@pytest.mark.parametrize("platform", ILOS)
def test_root_tells_generation_and_version_to_everybody(platform: str) -> None:
    told, (generation, version) = oem(Bench(platform)), ILOS[platform]
    (manager,) = told["Manager"]
    assert (manager["ManagerType"], manager["ManagerFirmwareVersion"]) == (generation, version)
    assert manager["Languages"][0]["Version"] == version and manager["HostName"]
    assert told["Moniker"]["PRODGEN"] == generation
    assert ("CBM" in told["Moniker"]) == (generation != "iLO 5")
    assert told["Sessions"]["LoginHint"]["HintPOSTData"] == {"Password": "", "UserName": "username"}


def test_version_of_the_root_follows_an_update() -> None:
    bench = Bench("hpe_ilo6")
    assert oem(bench)["Manager"][0]["ManagerFirmwareVersion"] == "1.66"
    bench.bmc.firmware.received(bench.bmc.firmware.begin("Update"), image(bench, "bmc", "1.70"))
    bench.clock.advance(600)
    assert oem(bench)["Manager"][0]["ManagerFirmwareVersion"] == "1.70"


def test_root_is_made_once_a_minute_and_not_for_each_read() -> None:
    bench = Bench("hpe_ilo6")
    bench.bmc.clock_offset = timedelta(minutes=-2) - (bench.bmc.now() - bench.bmc.now().replace(second=0))
    first = bench.call("GET", ROOT, login=None)
    bench.bmc.clock_offset += timedelta(seconds=30)
    assert bench.call("GET", ROOT, login=None).raw is first.raw
    before = oem(bench)["Time"]
    bench.bmc.clock_offset += timedelta(minutes=1)
    assert oem(bench)["Time"] > before


def test_directory_names_every_resource_with_type_and_etag() -> None:
    bench = Bench("hpe_ilo6")
    told = {
        one["@odata.id"]: one for one in bench.get(oem(bench)["Links"]["ResourceDirectory"]["@odata.id"])["Instances"]
    }
    system = bench.call("GET", bench.layout.host)
    assert told[bench.layout.host]["ETag"] == system.headers["ETag"]
    assert {f"{bench.layout.inventory}/2", bench.layout.bios, "/redfish/v1/AccountService/Accounts"} <= set(told)
    assert told[bench.layout.bios]["@odata.type"].startswith("#Bios.")
