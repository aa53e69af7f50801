# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts of the MAAS region: bodies, sizes, images, scripts, events, settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.maas import (
    bodies,
    boot_images,
    bson,
    disks,
    results,
    script_catalogue,
    storage_groups,
)
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.config import RegionSettings, SettingsError
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.events import EventLog, render_page
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.params import Params
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.records_storage import BlockDevice, Partition
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.refusals import FormErrors, Refusal

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b1"
PART = b'--b1\r\nContent-Disposition: form-data; name="op"\r\n\r\nrelease\r\n--b1--\r\n'


def test_bodies_of_every_kind() -> None:
    assert bodies.read_body(b"op=x&a=1&a=2", FORM, True).form.many("a") == ["1", "2"]
    assert bodies.read_body(PART, MULTIPART, True).form.text("op") == "release"
    assert not bodies.read_body(b"", MULTIPART, True).form
    json_body = bodies.read_body(b'{"op": "release", "macs": ["a", "b"]}', "application/json", True)
    assert not json_body.form
    assert json_body.data.many("macs") == ["a", "b"]
    assert not bodies.read_body(b"op=x", "text/plain", True).form


def test_an_empty_multipart_body_is_refused_since_3_6() -> None:
    with pytest.raises(Refusal) as refusal:
        bodies.read_body(b"--b1--\r\n", MULTIPART, True)
    assert (refusal.value.status, refusal.value.text) == (400, "")
    assert not bodies.read_body(b"--b1--\r\n", MULTIPART, False).form


@pytest.mark.parametrize(("given", "read"), [("true", True), ("false", False), ("True", True), ("", False)])
def test_string_bool(given: str, read: bool) -> None:
    assert Params([("erase", given)]).string_bool("erase") is read


def test_string_bool_takes_nothing_else() -> None:
    with pytest.raises(Refusal, match="Value should be 'true' or 'false'"):
        Params([("erase", "1")]).string_bool("erase")


SIZES = [
    ("100G", 1, 100 * 10**9),
    ("1.5T", 1, 1_500_000_000_000),
    ("50%", 1000, 500),
    ("4096", 1, 4096),
    ("lots", 1, None),
    ("10X", 1, None),
]


@pytest.mark.parametrize(("text", "whole", "size"), SIZES)
def test_sizes(text: str, whole: int, size: int | None) -> None:
    assert disks.parse_size(text, whole) == size


MEASURED = [
    # size of the disk, what is available when empty (MAAS 3.7.3)
    (480_103_981_056, 480_096_813_056),
    (960_197_124_096, 960_189_431_808),
]


@pytest.mark.parametrize(("size", "available"), MEASURED)
def test_what_an_empty_disk_has(size: int, available: int) -> None:
    disk = BlockDevice(1, "sda", size)
    assert disks.available_size(disk) == available
    disk.table = "GPT"
    disk.partitions.append(Partition(1, 1, available, "u"))
    assert (disks.available_size(disk), disks.used_size(disk)) == (0, available + disks.TABLE_SIZE)


RAIDS = [("raid-0", 300), ("raid-1", 100), ("raid-5", 200), ("raid-6", 100), ("raid-10", 150)]


@pytest.mark.parametrize(("level", "size"), RAIDS)
def test_raid_sizes(level: str, size: int) -> None:
    assert storage_groups.raid_size(level, [100, 120, 110]) == size


SERIES = [("noble", "noble"), ("ubuntu/noble", "noble"), ("24.04", "noble"), ("", "jammy"), ("ubuntu/22.04", "jammy")]


@pytest.mark.parametrize(("wanted", "series"), SERIES)
def test_series(wanted: str, series: str) -> None:
    images = boot_images.default_resources()
    assert boot_images.resolve_series(images, wanted, "ubuntu/jammy") == ("ubuntu", series)


def test_without_images_nothing_can_be_deployed() -> None:
    with pytest.raises(FormErrors) as refusal:
        boot_images.resolve_series([], "noble", "ubuntu/noble")
    assert "distro_series" in refusal.value.errors


def test_an_uploaded_image_is_deployed_as_custom() -> None:
    images = [*boot_images.default_resources(), {"id": 11, "name": "golden", "architecture": "amd64/generic"}]
    assert boot_images.resolve_series(images, "custom/golden", "ubuntu/noble") == ("custom", "golden")


SCRIPT = """#!/bin/sh
# --- Start MAAS 1.0 script metadata ---
# name: fw
# timeout: 00:20:00
# tags: [update_firmware]
# parameters:
#   url: {type: url, required: true}
# --- End MAAS 1.0 script metadata ---
echo
"""


def test_script_metadata() -> None:
    metadata = script_catalogue.read_metadata(SCRIPT)
    assert metadata["name"] == "fw"
    assert metadata["parameters"]["url"]["required"] is True
    scripts = script_catalogue.Scripts(lambda: datetime(2026, 11, 23, tzinfo=UTC))
    made = scripts.create("fw", 0, None, SCRIPT)
    script_catalogue.apply_fields(made, metadata)
    assert (made.timeout, made.tags) == (1200, ["update_firmware", "node"])
    assert [s.name for s in scripts.select(0, ["update_firmware"])] == ["fw"]
    with pytest.raises(FormErrors):
        scripts.check_words(0, "commissioning_scripts", ["none"])


JUDGED = [([], -1), ([2, 2], 2), ([2, 0], 0), ([2, 1, 0], 1), ([2, 3], 3), ([9, 2], 2), ([9], 2), ([5], 5), ([6, 2], 6)]


@pytest.mark.parametrize(("parts", "whole"), JUDGED)
def test_the_status_of_a_set(parts: list[int], whole: int) -> None:
    assert results.combined(parts) == whole


def test_events_are_paged_newest_first() -> None:
    log = EventLog(lambda: datetime(2026, 11, 23, 4, 14, 57, tzinfo=UTC))
    for number in range(5):
        log.add("Ready", str(number), system_id="abc", hostname="r01")
    newest = render_page(log.select(lambda e: True, Params([("limit", "2")])), Params([("limit", "2")]))
    assert [event["id"] for event in newest["events"]] == [5, 4]
    assert newest["events"][0]["created"] == "Mon, 23 Nov. 2026 04:14:57"
    older = Params([("limit", "2"), ("before", "4")])
    assert [event.id for event in log.select(lambda e: True, older)] == [3, 2]
    newer = Params([("limit", "2"), ("after", "1")])
    assert [event.id for event in log.select(lambda e: True, newer)] == [3, 2]


def test_bson_of_details() -> None:
    assert bson.encode({"lldp": None, "lshw": None}) == b"\x11\x00\x00\x00\nlldp\x00\nlshw\x00\x00"
    assert bson.encode({"a": b"xy"}) == b"\x0f\x00\x00\x00\x05a\x00\x02\x00\x00\x00\x00xy\x00"


BAD_SETTINGS = [
    ({"version": "2.9"}, "version '2.9' is not one of"),
    ({"api_key": "a:b"}, "three parts"),
    ({"prot": 1}, "unknown prot"),
    ({"timings": {"instal": 3}}, "unknown instal"),
]


@pytest.mark.parametrize(("given", "text"), BAD_SETTINGS)
def test_bad_settings_are_named(given: dict, text: str) -> None:
    with pytest.raises(SettingsError, match=text):
        RegionSettings.parse(given)
