# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors that set up a BMC, looking only, at recordings of real machines: a plan, or a reason why not, never a write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.rack import Rack

TREES = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"
SUBJECT = {"organization": "o", "organizational_unit": "u", "city": "c", "state_or_province": "s", "country": "DE"}
CASES: dict[str, dict[str, Any]] = {
    "ssh": {"door": "bmc_security", "protocols": {"ssh": False}},
    "host_interface": {"door": "bmc_security", "host_interface": False},
    "kcs": {"door": "bmc_security", "kcs": False},
    "tls": {"door": "bmc_security", "tls_minimum": "1.2"},
    "ntp": {"door": "bmc_time", "ntp_servers": ["a.example"]},
    "media": {"door": "virtual_media", "image": "http://images.example/a.iso"},
    "secure_boot": {"door": "secure_boot", "state": "enabled"},
    "csr": {"door": "bmc_certificate", "state": "requested", "common_name": "bmc.example", **SUBJECT},
    "hostname": {"door": "bmc_network", "hostname": "new"},
    "user": {"door": "bmc_user", "name": "alice", "password": "Secret-123456"},
}
# What recordings have: the rest is NotSupportedError, or ConfigurationError where the value cannot be.
ABLE = {
    "ami-megarac-dgxh100": "ssh host_interface ntp secure_boot csr hostname user",
    "dell-idrac9-r750": "ssh host_interface tls ntp media secure_boot csr hostname user",
    "dmtf-public-rackmount1": "ssh host_interface media secure_boot csr hostname user",
    "hpe-ilo5-dl385gen10plusv2": "ssh host_interface tls ntp media secure_boot csr hostname user",
    "hpe-ilo6-dl380agen11": "ssh host_interface kcs tls ntp media secure_boot csr hostname user",
    "intel-s2600bpb": "ssh hostname user",
    "openbmc-nvidia-gb200": "ssh host_interface ntp media secure_boot csr hostname user",
    "openbmc-stock-qemu": "ssh ntp csr hostname user",
    "supermicro-x10-legacy": "ssh ntp hostname user",
    "supermicro-x13-sys821ge": "ssh host_interface kcs ntp media csr hostname user",
}


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    if not TREES.is_dir():
        pytest.skip("the captured trees are not beside the project (shared/mockups)")
    hosts = {name: {"lab_platform": "generic", "lab_tree": str(TREES / name)} for name in ABLE}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


@pytest.mark.parametrize("name", ABLE)
def test_recorded_machine_gets_a_plan_or_a_reason(captured, run_door, name):
    answers = {}
    for case, options in CASES.items():
        given = dict(options)
        answers[case] = run_door(captured, name, given.pop("door"), check=True, **given)

    able = {case for case, answer in answers.items() if not answer.get("failed")}
    told = {case: answer["msg"] for case, answer in answers.items() if answer.get("failed")}
    assert able == set(ABLE[name].split()), told
    assert {answers[case]["error_class"] for case in told} <= {"NotSupportedError", "ConfigurationError"}, told
    assert captured.journal(name, writes=True) == []
