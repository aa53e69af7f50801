# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: up, status, down, and what it says to bad input."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.rack import LAB, LINKS, ROOT, Rack

RACK = ROOT / "inventory" / "lab" / "rack.yml"


def lab(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(LINKS)}
    command = [sys.executable, "-m", LAB, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, timeout=300, check=False)


def moved(tmp_path: Path, change: str = "") -> Path:
    """Return a small rack file in a network of its own."""
    text = f"""
all:
  vars:
    lab: {{address: 127.253.0.1, maas: {{enabled: false}}}}
  hosts:
    r01: {{bmc_host: 127.253.1.1, lab_platform: generic}}
    r02: {{bmc_host: 127.253.1.2, lab_platform: hpe_ilo6}}
{change}"""
    path = tmp_path / "rack.yml"
    path.write_text(text)
    return path


def test_up_status_down(tmp_path: Path) -> None:
    rack, state = moved(tmp_path), str(tmp_path / "state")
    common = ("--rack", str(rack), "--state-dir", state)
    up = lab("up", *common, "--bmc-port", "8443")
    assert up.returncode == 0, up.stderr
    try:
        assert "The rack is up: 2 servers" in up.stdout
        facts = yaml.safe_load((tmp_path / "group_vars" / "all" / "running_rack.yml").read_text())
        assert facts["bmc_port"] == 8443
        assert Path(facts["ca_path"]).is_file()
        again = lab("up", *common)
        assert (again.returncode, "already running" in again.stderr) == (2, True)
        table = lab("status", *common).stdout
        assert "r02" in table and "hpe_ilo6" in table and "bios pending" in table
        machines = json.loads(lab("status", "--json", *common).stdout)["machines"]
        assert machines["r01"]["power_state"] == "Off"
        assert "\nIPMI: " in table
        watched = watch(*common)
        assert watched.count("bios pending") >= 2, watched
    finally:
        down = lab("down", *common)
    assert down.returncode == 0
    assert not (tmp_path / "group_vars" / "all" / "running_rack.yml").exists()
    assert lab("down", *common).returncode == 0
    assert lab("status", *common).returncode == 2


def watch(*arguments: str) -> str:
    """Return what `status --watch` prints until it has drawn the table twice, as a terminal would get it."""
    command = [sys.executable, "-m", LAB, "status", "--watch", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(LINKS)}
    # A shell that runs the tests in the background has them ignore SIGINT, and their children as well.
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    finally:
        signal.signal(signal.SIGINT, kept)
    with process:
        assert process.stdout is not None
        text = ""
        for line in process.stdout:
            text += line
            if text.count("\nIPMI: ") == 2:
                break
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    return text


def nothing_is_left(tmp_path: Path, *addresses: str) -> None:
    """Look for a process that was given this folder, for what a running rack writes, and for a port that answers."""
    commands = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            commands[path.parent.name] = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    assert [text for text in commands.values() if LAB in text and str(tmp_path) in text] == []
    assert sorted(path.name for path in tmp_path.rglob("*") if path.name in RUNNING) == []
    for address in addresses:
        for port in (443, 8443):
            with socket.socket() as probe:
                assert probe.connect_ex((address, port)) != 0, f"{address}:{port} answers"


RUNNING = ("pid", "state.json", "running_rack.yml")
BAD = [
    ("    r03: {bmc_host: 127.253.1.2, lab_platform: generic}", r"line 8: r03 and r02 .* have the same bmc_host"),
    (
        "    r03: {bmc_host: 127.253.1.3, lab_platform: hpe_ilo66}",
        r"line 8: r03: unknown lab_platform 'hpe_ilo66' \(did",
    ),
    ("    r03: {bmc_host: 10.0.0.3, lab_platform: generic}", r"line 8: r03: bmc_host '10.0.0.3' is not an address in"),
    ("    r03: {lab_platform: generic}", r"line 8: r03: bmc_host is missing"),
    ("    r03: {bmc_host: 127.253.1.3}", r"line 8: r03: lab_platform is missing"),
    ("    r03: {bmc_host: 127.253.1.3, lab_platform: generic, lab_colour: red}", r"unknown setting lab_colour"),
    ("    r02: {bmc_host: 127.253.1.3, lab_platform: generic}", r"line 8: 'r02' appears twice"),
    ("    r03: {bmc_host: [", r"rack.yml: line \d+: "),
    (
        "    r03: {bmc_host: 127.253.1.3, lab_platform: generic, lab_firmware: {gpu: '1'}}",
        r"generic has no component gpu; it has: bios, bmc, nic",
    ),
    (
        "    r03: {bmc_host: 127.253.1.3, lab_platform: generic, lab_tree: /nowhere}",
        r"/nowhere: no captured tree: redfish/v1/index.json is missing",
    ),
]


@pytest.mark.parametrize(("line", "message"), BAD)
def test_bad_rack_files(tmp_path: Path, line: str, message: str) -> None:
    import re

    rack = moved(tmp_path, line)
    for command in ("run", "up"):
        result = lab(command, "--rack", str(rack), "--state-dir", str(tmp_path / "state"))
        assert result.returncode == 2, (command, result.stdout, result.stderr)
        assert re.search(message, result.stderr), result.stderr
        nothing_is_left(tmp_path, "127.253.1.3")


FAULTS = [
    ("faults: [{server: r09, kind: drop}]", "line 1: fault: fault drop: unknown server 'r09'"),
    ("faults: [{server: r01, kind: explode}]", "line 1: fault: unknown fault 'explode'"),
    ("faults: [{server: r01, kind: drop},\n {server: r01, kind: explode}]", "line 2: fault: unknown fault 'explode'"),
    ("faults: [{server: r01, kind: dead, count: 1}]", "line 1: fault: fault dead: it lasts until it is lifted"),
    ("clock: fast", "clock 'fast' is not hand, real or scaled:N"),
    ("images: [{name: a, platform: generic, component: soul, version: '1'}]", "unknown component 'soul'"),
    ("images: [{name: a}]", "platform, component, version missing"),
    ("colour: red", "unknown setting colour"),
    ("seed: x", "all.vars.lab.seed must be a whole number, not 'x'"),
]


@pytest.mark.parametrize(("setting", "message"), FAULTS)
def test_bad_rack_settings(tmp_path: Path, setting: str, message: str) -> None:
    path = tmp_path / "rack.yml"
    path.write_text(
        f"all: {{vars: {{lab: {{{setting}}}}}, hosts: {{r01: {{bmc_host: 127.252.1.1, lab_platform: generic}}}}}}\n"
    )
    result = lab("run", "--rack", str(path), "--state-dir", str(tmp_path / "state"))
    assert (result.returncode, message in result.stderr) == (2, True), result.stderr
    nothing_is_left(tmp_path, "127.252.1.1")


def test_a_missing_file_and_a_port_in_use(tmp_path: Path) -> None:
    result = lab("up", "--rack", str(tmp_path / "none.yml"), "--state-dir", str(tmp_path / "s"))
    assert (result.returncode, "cannot be read" in result.stderr) == (2, True)
    rack = Rack.start(tmp_path / "rack", {"r01": {"lab_platform": "generic"}}, maas=False)
    try:
        command = ("up", "--rack", str(rack.inventory), "--state-dir", str(tmp_path / "s"), "--bmc-port", "8443")
        result = lab(*command)
        assert result.returncode == 2
        assert "is in use: is another rack running there?" in result.stderr
        nothing_is_left(tmp_path / "s")
    finally:
        rack.stop()


def test_a_broken_tree_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    tree = tmp_path / "tree" / "redfish" / "v1"
    tree.mkdir(parents=True)
    (tree / "index.json").write_text("{broken")
    state = tmp_path / "state"
    for command in ("run", "up"):
        result = lab(
            command, "--rack", str(moved(tmp_path)), "--state-dir", str(state), "--tree", str(tmp_path / "tree")
        )
        assert result.returncode == 2, result.stderr
        assert f"{tree / 'index.json'}: no JSON" in result.stderr
        assert "Traceback" not in result.stderr
        nothing_is_left(tmp_path, "127.253.1.4")
    assert lab("status", "--state-dir", str(state)).returncode == 2


def test_the_default_rack_is_valid_and_has_twelve_servers() -> None:
    from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import load

    plan = load(RACK)
    platforms = [server.platform for server in plan.servers]
    assert {one: platforms.count(one) for one in platforms} == {
        "dell_idrac9": 3,
        "hpe_ilo6": 3,
        "supermicro_x13": 3,
        "generic": 3,
    }


def test_an_image_file(tmp_path: Path) -> None:
    output = str(tmp_path / "a.bin")
    arguments = ("--platform", "generic", "--component", "bios", "--version", "1.3", "--output", output)
    assert lab("image", *arguments).returncode == 0
    assert Path(output).read_bytes().startswith(b'LABIMG1\n{"component": "bios"')
    assert lab("image", *arguments[:3], "soul", *arguments[4:]).returncode == 2
