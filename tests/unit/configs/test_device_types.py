# SPDX-License-Identifier: GPL-3.0-or-later
"""Device types: the shipped ones are valid, a user's directory goes on top, every mistake is told at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.cache import once_per_run
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import DEVICE_TYPES, load, pick

SHIPPED = {
    "d1.c2.large": "dell_idrac9",
    "h1.c2.large": "hpe_ilo6",
    "s1.c2.large": "supermicro_x13",
    "g1.c2.large": "generic",
}

# The example of the guide that this project grew out of, word for word.
SEED = """
device_types:
  nv1.c4.large:
    vendor: NewVendor
    model: ServerModel X1
    bios_vendor: NewVendor
    management_tools:
      - newvendor-cli
"""


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(DEVICE_TYPES, [root])
    return [problem.replace(f"{root}/", "") for problem in caught.value.facts["problems"]]


def test_load_shipped_types_cover_the_four_platforms() -> None:
    types = load(DEVICE_TYPES)

    assert {name: spec["platform"] for name, spec in types.items()} == SHIPPED


def test_load_seed_mappings_file_is_read_unchanged(tmp_path: Path) -> None:
    write(tmp_path, "bios/device_mappings.yaml", SEED)

    spec = load(DEVICE_TYPES, [tmp_path])["nv1.c4.large"]

    assert (spec["vendor"], spec["model"]) == ("NewVendor", "ServerModel X1")
    assert (spec["bios_vendor"], spec["management_tools"]) == ("NewVendor", ["newvendor-cli"])


def test_load_blank_after_a_name_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, "bios/device_mappings.yaml", 'device_types:\n  "d3.m4.xlarge ": {vendor: HPE}\n')

    assert load(DEVICE_TYPES, [tmp_path])["d3.m4.xlarge"]["name"] == "d3.m4.xlarge"


def test_load_user_directory_replaces_a_type_of_the_collection(tmp_path: Path) -> None:
    write(tmp_path, "device_types/ours.yml", "device_types:\n  d1.c2.large: {vendor: Dell*, bios: {profile: ours}}\n")

    types = load(DEVICE_TYPES, [tmp_path])

    assert types["d1.c2.large"]["bios"] == {"profile": "ours"}
    assert "match" not in types["d1.c2.large"]
    assert set(types) == set(SHIPPED)


def test_load_every_problem_of_every_file_is_told_with_its_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        "device_types/a.yml",
        "device_types:\n  x1:\n    match:\n      memroy_gib: 4\n    bmc: {power_policy: alwayson}\n",
    )
    write(tmp_path, "device_types/b.yml", "device_types:\n  x2:\n    match: {nics: two}\n")
    write(tmp_path, "device_types/c.yml", "device_type: {}\n")
    write(tmp_path, "device_types/d.yml", "device_types: {x3: {}\n")

    problems = problems_of(tmp_path)

    assert problems[0] == (
        "device_types/a.yml:5: device_types.x1.bmc.power_policy: 'alwayson' is none of always_on, always_off,"
        " last_state (did you mean always_on?)"
    )
    assert problems[1].startswith(
        "device_types/a.yml:4: device_types.x1.match: unknown key memroy_gib (did you mean memory_gib?)"
    )
    assert problems[2] == "device_types/b.yml:3: device_types.x2.match.nics: 'two' is not a whole number"
    assert "unknown key device_type (did you mean device_types?)" in " ".join(problems[3:5])
    assert problems[-1].startswith("cannot read device_types/d.yml: ")


def test_load_same_name_twice_in_one_directory_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "device_types/a.yml", "device_types:\n  x1: {}\n")
    write(tmp_path, "device_types/b.yml", "device_types:\n  'x1 ': {}\n")

    assert problems_of(tmp_path) == ["device_types/b.yml:2: device type x1 is also in device_types/a.yml"]


def test_load_key_given_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "device_types/a.yml", "device_types:\n  x1: {}\n  x1: {vendor: HPE}\n")

    assert problems_of(tmp_path) == ["device_types/a.yml:3: x1 is given twice"]


def test_load_directory_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere is not a directory"):
        load(DEVICE_TYPES, [tmp_path / "nowhere"])


def test_pick_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as caught:
        pick(DEVICE_TYPES, load(DEVICE_TYPES), "d1.c2.larg")

    assert caught.value.facts["near"][0] == "d1.c2.large"


def test_once_per_run_computes_again_only_when_a_file_changed(tmp_path: Path) -> None:
    watched = write(tmp_path, "data.yml", "a")
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    first = once_per_run(str(tmp_path), "x", [watched], compute)
    again = once_per_run(str(tmp_path), "x", [watched], compute)
    watched.unlink()
    after = once_per_run(str(tmp_path), "x", [watched], compute)

    assert (first, again, after) == (1, 1, 2)


def test_once_per_run_gives_the_first_task_what_the_next_ones_get(tmp_path: Path) -> None:
    first, again = (once_per_run(str(tmp_path), "x", [], lambda: {1: {True: "a"}}) for _task in range(2))

    assert first == again == {"1": {"true": "a"}}


def test_once_per_run_computes_once_for_all_who_come_together(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    code = f"""
import time
from pathlib import Path
from {once_per_run.__module__} import once_per_run
def compute():
    with Path({str(calls)!r}).open("a") as log:
        log.write("x")
    time.sleep(0.2)
    return "value"
assert once_per_run({str(tmp_path)!r}, "x", [], compute) == "value"
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    together = [subprocess.Popen([sys.executable, "-c", code], env=env) for _worker in range(3)]  # noqa: S603

    assert [process.wait(60) for process in together] == [0, 0, 0]
    assert calls.read_text() == "x"
