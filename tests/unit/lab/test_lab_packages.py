# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware packages (.fwpkg): made for the devices of a platform, and read wherever an image is."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import cli
from ansible_collections.hwautomation.baremetal.extensions.lab.images import (
    Image,
    ImageError,
    build,
    package,
    parse,
    updatable_by,
)
from ansible_collections.hwautomation.baremetal.extensions.lab.imagestore import ImageStore
from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import ImagePlan
from tests.unit.lab.bench import Bench
from tests.unit.lab.test_lab_firmware_flows import version

ROM = Image("hpe", "hpe_ilo6", "bios", "2.50")
BMC = Image("hpe", "hpe_ilo6", "bmc", "1.70")


def payload(data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("payload.json"))
    return told


def zipped(**files: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in files.items():
            archive.writestr(name.replace("_", "."), body)
    return made.getvalue()


def test_package_is_read_like_the_image_in_it_and_is_the_same_for_the_same_arguments() -> None:
    data = build(ROM, 4096)
    assert parse(package(data)) == parse(data) == ROM
    assert package(data) == package(data)
    assert (updatable_by(data), updatable_by(package(data, updatable_by=["Uefi"]))) == (["Bmc"], ["Uefi"])


@pytest.mark.parametrize(("image", "resets"), [(ROM, True), (BMC, False)])
def test_package_says_what_flashes_it_and_whether_that_needs_a_reset(image: Image, resets: bool) -> None:
    told = payload(package(build(image, 512), ["t-1", "t-2"]))
    assert [one["Target"] for one in told["Devices"]["Device"]] == ["t-1", "t-2"]
    (firmware,) = told["Devices"]["Device"][0]["FirmwareImages"]
    assert (firmware["DirectFlashOk"], firmware["ResetRequired"], told["Version"]) == (True, resets, image.version)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and nothing that follows from it",
        zipped(a_bin=b"x"),
        zipped(payload_json="{"),
        zipped(payload_json="{}"),
        zipped(payload_json="[]"),
        zipped(payload_json=json.dumps({"Devices": {"Device": [{"FirmwareImages": [{"FileName": "gone.bin"}]}]}})),
        zipped(
            payload_json=json.dumps({"Devices": {"Device": [{"FirmwareImages": [{"FileName": "a.bin"}]}]}}), a_bin="?"
        ),
    ],
)
def test_package_that_holds_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        parse(data)


def test_store_and_command_make_packages_for_the_devices_that_the_inventory_names(tmp_path: Path) -> None:
    store = ImageStore((ImagePlan("rom.fwpkg", "hpe_ilo6", "bios", "2.50"),))
    served = store.image("rom.fwpkg") or b""
    arguments = ["--platform", "hpe_ilo6", "--component", "bios", "--version", "2.50"]
    assert cli.main(["image", *arguments, "--output", str(tmp_path / "rom.fwpkg")]) == 0
    assert cli.main(["image", *arguments, "--output", str(tmp_path / "rom.bin")]) == 0
    assert (tmp_path / "rom.fwpkg").read_bytes() == served
    assert parse((tmp_path / "rom.bin").read_bytes()) == parse(served)
    bench = Bench("hpe_ilo6")
    row = bench.get(f"{bench.layout.inventory}/2")
    assert [one["Target"] for one in payload(served)["Devices"]["Device"]] == row["Oem"]["Hpe"]["Targets"]


def test_bmc_takes_a_package_as_it_takes_an_image() -> None:
    bench = Bench("hpe_ilo6")
    firmware = bench.bmc.firmware
    firmware.received(firmware.begin("Update"), package(build(ROM, 4096)))
    bench.clock.advance(60)
    bench.boot()
    assert version(bench, "bios") == "2.50"


def test_every_row_of_the_inventory_has_a_place() -> None:
    """HPE's tools look at all of them for the device that a package is for."""
    bench = Bench("hpe_ilo6")
    rows = bench.get(f"{bench.layout.inventory}?$expand=.")["Members"]
    assert all(row["Oem"]["Hpe"]["DeviceContext"] for row in rows) and len(rows) == 7
