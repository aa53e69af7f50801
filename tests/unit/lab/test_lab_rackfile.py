# SPDX-License-Identifier: GPL-3.0-or-later
"""Rack files of the wrong shape: one error with a line for each problem, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.ipmi.service import Ipmi
from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import RackError, load
from ansible_collections.hwautomation.baremetal.extensions.lab.status import ipmi
from tests.unit.lab.bench import Bench

R01 = "bmc_host: 127.252.1.1, lab_platform: generic"
WRONG = [
    ("[]", "the group `all` at its top"),
    ("all: {hosts: [r01]}", "all.hosts must be a mapping"),
    ("all: {children: {a: 5}}", "all.children.a must be a mapping"),
    ("all: {children: {a: {hosts: {r01: x}}}}", "all.children.a.hosts.r01 must be a mapping"),
    (f"all: {{vars: [x], hosts: {{r01: {{{R01}}}}}}}", "all.vars must be a mapping"),
    (f"all: {{vars: {{lab: 5}}, hosts: {{r01: {{{R01}}}}}}}", "all.vars.lab must be a mapping"),
    (f"all: {{vars: {{lab: {{maas: [1]}}}}, hosts: {{r01: {{{R01}}}}}}}", "all.vars.lab.maas must be a mapping"),
    (f"all: {{vars: {{lab: {{faults: 3}}}}, hosts: {{r01: {{{R01}}}}}}}", "all.vars.lab.faults must be a list"),
    ("all:\n  hosts:\n    r01: {bmc_host: 127.252.1.1, lab_platform: [a]}", "line 3: r01: lab_platform must be a text"),
    (f"all:\n  hosts:\n    r01: {{{R01}, lab_boot_order: 5}}", "line 3: r01: lab_boot_order must be a list, not 5"),
    (f"all:\n  hosts:\n    r01: {{{R01}, lab_bios: [1]}}", "line 3: r01: lab_bios must be a mapping"),
    (f"all: {{vars: {{lab_timing: 5}}, hosts: {{r01: {{{R01}}}}}}}", "all.vars.lab_timing must be a mapping"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_file_of_the_wrong_shape(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(text)
    with pytest.raises(RackError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert message in str(refused.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(f"all: {{vars: {{lab: {{seed: x, maas: 1}}}}, hosts: {{r01: {{{R01}, lab_bios: 1}}, r02: x}}}}")
    with pytest.raises(RackError) as refused:
        load(path)
    assert len(str(refused.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("user", "port", "told"),
    [(0, 623, "UDP port 623 of every BMC"), (1000, 6230, "UDP port 6230 of every BMC (623 needs root)")],
)
def test_ipmi_without_root_has_another_port_and_status_says_so(
    monkeypatch: pytest.MonkeyPatch, user: int, port: int, told: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    bench = Bench("generic")
    assert Ipmi(bench.world, {"r01": bench.bmc}).port == port
    assert ipmi({"lab_ipmi_port": port, "ipmi_missing": ""}) == told
    assert ipmi({"ipmi_missing": "ipmi_sim not found"}) == "none - ipmi_sim not found"
