# SPDX-License-Identifier: GPL-3.0-or-later
"""Rack files of the wrong shape: one error with a line for each problem, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import hardware
from ansible_collections.hwautomation.baremetal.extensions.lab.habit_words import WORDS as HABIT_WORDS
from ansible_collections.hwautomation.baremetal.extensions.lab.ipmi.service import Ipmi
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import RackError, load
from ansible_collections.hwautomation.baremetal.extensions.lab.status import frame, ipmi, table
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


UNKNOWN = [
    ("dell_idrac9", "lab_bios: {LogicalProcs: Disabled}", "unknown attribute LogicalProcs (did you mean LogicalProc"),
    ("dell_idrac9", "lab_bios: {LogicalProc: Disable}", "LogicalProc cannot be 'Disable': no such value (did you mean"),
    ("dell_idrac9", "lab_bios: {LogicalProc: off}", "put it in quotes"),
    ("supermicro_x10", "lab_bios: {A: b}", "lab_bios: supermicro_x10 has no BIOS settings"),
    ("generic", "lab_firmware: {boss: '1'}", "lab_firmware: generic has no component boss; it has: bios, bmc, nic"),
    ("generic", "lab_firmware: {bios: 1.10}", "lab_firmware.bios must be a text: put 1.1 in quotes"),
    ("generic", "lab_timing: {posts: 1}", "lab_timing: unknown posts (did you mean post"),
    ("generic", "lab_timing: {post: long}", "lab_timing.post must be a number, not 'long'"),
    ("generic", "lab_timing: {post: -1}", "lab_timing.post must not be less than 0"),
    ("generic", "lab_habits: {boots: {}}", "lab_habits: unknown section boots (did you mean boot"),
    ("generic", "lab_habits: {boot: 1}", "lab_habits.boot must be a mapping, not 1"),
    ("generic", "lab_habits: {boot: {revert: []}}", "lab_habits.boot: unknown revert (did you mean reverts"),
    ("generic", "lab_habits: {boot: {reverts: all}}", "lab_habits.boot.reverts must be a list, not 'all'"),
    ("generic", "lab_habits: {bios: {shape: round}}", "lab_habits.bios.shape 'round' is not delta or full or"),
    ("generic", "lab_habits: {etags: {style: strong}}", "lab_habits.etags.style 'strong' is not none or strong_hex"),
    ("generic", "lab_habits: {oddities: {lacks: [Vendor]}}", "lacks: 'Vendor' is not Type.Property"),
    ("generic", "lab_habits: {oddities: {bios_renames: [QuietBoot]}}", "'QuietBoot' is not Old:New"),
    (
        "generic",
        "lab_habits: {oddities: {bios_renames: ['QuietBot:X']}}",
        "bios_renames: unknown attribute QuietBot (did you mean QuietBoot",
    ),
    (
        "generic",
        "lab_habits: {updates: {habits: {flush: 1}}}",
        "lab_habits.updates.habits: unknown flush (did you mean",
    ),
    ("generic", "lab_hardware: {memory: 1}", "lab_hardware: unknown memory (did you mean memory_mib"),
    ("generic", "lab_hardware: {cpus: two}", "lab_hardware.cpus must be a number, not 'two'"),
    ("generic", "lab_hardware: {disks: [{size: 1}]}", "lab_hardware.disks[0]: unknown size"),
    ("generic", "lab_hardware: {nics: [eth0]}", "lab_hardware.nics[0] must be a mapping, not 'eth0'"),
    ("generic", "lab_boot_order: [hdd]", "lab_boot_order: unknown target hdd (did you mean Hdd"),
    ("generic", "lab_power: maybe", "lab_power 'maybe' is not on or off"),
    ("generic", "lab_license: 'no'", "lab_license must be true, false or expired, not 'no'"),
    ("generic", "lab_os: 22", "lab_os must be a text, not 22"),
]


@pytest.mark.parametrize(("platform", "setting", "message"), UNKNOWN)
def test_a_setting_that_the_platform_does_not_have(tmp_path: Path, platform: str, setting: str, message: str) -> None:
    path = tmp_path / "rack.yml"
    host = f"      bmc_host: 127.252.1.1\n      lab_platform: {platform}\n      {setting}\n"
    path.write_text(f"all:\n  hosts:\n    r01:\n{host}")
    with pytest.raises(RackError) as refused:
        load(path)
    (only,) = str(refused.value).splitlines()
    assert only.startswith((f"{path}: line 6: r01: ", f"{path}: line 3: r01: "))
    assert message in only


def test_the_line_is_that_of_the_attribute_also_in_a_group(tmp_path: Path) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(
        "all:\n  vars:\n    lab_platform: dell_idrac9\n    lab_bios:\n"
        "      LogicalProc: Disabled\n      SysProfil: x\n  hosts:\n    r01: {bmc_host: 127.252.1.1}\n"
    )
    message = r"line 6: r01: lab_bios: unknown attribute SysProfil \(did you mean SysProfile"
    with pytest.raises(RackError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("maas: {tls: 1}", "all.vars.lab.maas.tls must be true or false, not 1"),
        ("maas: {worker: 1}", "all.vars.lab.maas: maas settings: unknown worker (did you mean workers"),
        ("maas: {workers: x}", "maas workers must be a whole number, not 'x'"),
        ("maas: {timings: 5}", "maas timings must be a mapping, not 5"),
        ("maas: {timings: {instal: 5}}", "maas timings: unknown instal (did you mean install"),
        ("maas: {timings: {install: soon}}", "maas timings: install must be a number of seconds, not 'soon'"),
        ("faults: [{server: r1, kind: drop}]", "unknown server 'r1' (did you mean r01"),
        ("faults: [{server: r01, kind: dropp}]", "unknown fault 'dropp' (did you mean drop"),
        ("faults: [{server: r01, kind: status, code: abc}]", "fault status: code must be int, not 'abc'"),
        ("faults: [{server: r01, kind: dead, answer: no one}]", "answer 'no one' is not silent or refuse"),
        (
            "faults: [{server: r01, kind: job_stuck, task_kind: bios}]",
            "task_kind 'bios' is not bios_config or firmware",
        ),
        (
            "images: [{name: a, platform: generic, component: bios, version: '1', sizes: 4}]",
            "image: unknown setting sizes (did you mean size",
        ),
        ("colour: red", "line 1: all.vars.lab: unknown setting colour"),
    ],
)
def test_settings_of_the_whole_rack(tmp_path: Path, setting: str, message: str) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(f"all: {{vars: {{lab: {{{setting}}}}}, hosts: {{r01: {{{R01}}}}}}}")
    with pytest.raises(RackError) as refused:
        load(path)
    assert message in str(refused.value)


def test_what_is_possible_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(
        "all:\n  hosts:\n    r01:\n      bmc_host: 127.252.1.1\n      lab_platform: dell_idrac9\n"
        "      lab_bios: {LogicalProc: Disabled, SystemServiceTag: ABC1234}\n"
        "      lab_hardware: {disks: [{size_bytes: 5}, {}, {}, {}], cpus: 4, serial: X}\n"
        "      lab_habits: {boot: {reverts: [BootSourceOverrideMode]}, updates: {simple_update: null}}\n"
        "      lab_timing: {post: 1}\n      lab_power: on\n      lab_boot_order: [Pxe, Hdd]\n"
    )
    server = load(path).servers[0]
    disks = hardware.make(PLATFORMS["dell_idrac9"], "r01", 0, server.settings["hardware"])["disks"]
    assert disks[0]["size_bytes"] == 5
    assert len({disk["serial"] for disk in disks}) == 4


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


def test_the_table_on_a_terminal_is_cut_and_coloured_and_plain_elsewhere() -> None:
    bench = Bench("generic")
    bench.faults.last["r01"] = "drop"
    state = {"machines": {"r01": bench.bmc.state()}, "clock": {"mode": "hand", "now": 0.0}}
    facts = {"lab_control_url": "http://x"}
    plain, narrow = table(state, facts), table(state, facts, columns=40)
    painted = table(state, facts, columns=40, colour=True)

    assert "\x1b" not in plain and plain.splitlines()[2].endswith("drop")
    assert all(len(line) <= 40 for line in narrow.splitlines()[:3])
    assert re.sub(r"\x1b\[\d+m", "", painted).split() == narrow.split()
    assert "\x1b[31mdrop" in table(state, facts, colour=True)
    assert frame("a\nb") == "\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J"


@pytest.mark.parametrize("section", sorted(HABIT_WORDS))
def test_every_platform_has_habits_in_the_words_that_are_known(section: str) -> None:
    for one in PLATFORMS.values():
        part = getattr(one, section)
        for key, known in HABIT_WORDS[section].items() if part is not None else ():
            assert getattr(part, key) in (*known, ""), (one.id, section, key)
