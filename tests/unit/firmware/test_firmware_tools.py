# SPDX-License-Identifier: GPL-3.0-or-later
"""Vendors' flash tools: what is made of their words, how they are called, and where the password goes."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError, NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS, toolbox
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import (
    TAKEN,
    UNKNOWN,
    Said,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "tools.yml").read_text())
RECORDED = Path(__file__).resolve().parents[2] / "support" / "recorded"
FAKE = Path(__file__).resolve().parents[2] / "support" / "fake_tools" / "flash.py"


@pytest.mark.parametrize("case", [case for case in CASES if "job_printed" not in case], ids=lambda case: case["id"])
def test_what_a_tool_says_is_understood(case):
    tool = TOOLS[case["tool"]]
    printed = (RECORDED / f"{case['recording']}.txt").read_text() if "recording" in case else case["printed"]

    said = tool.read_failure(printed, case["exit"]) if "exit" in case else tool.read(printed)

    assert said == Said(case.get("state", TAKEN), case["text"], case.get("job", ""), case.get("untouched", False))


@pytest.mark.parametrize("case", [case for case in CASES if "job_printed" in case], ids=lambda case: case["id"])
def test_what_a_tool_says_of_a_job_is_understood(case):
    job = TOOLS[case["tool"]].read_job(case["job_printed"])

    assert job.state == case["state"]
    assert job.text == case.get("text", job.text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_case_says_where_its_words_are_from(case):
    """Recorded with a version, of the program's own texts, or after a manual; who reads it must know what it is worth."""
    assert case["source"].split(":")[0] in ("recorded", "program", "manual", "made up")


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_what_ends_without_a_word_is_never_taken_for_success(tool):
    for printed in ("", "\n\n", "Done\n", "OK", "100%", "Killed"):
        assert tool.read(printed).state == UNKNOWN


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_password_is_in_no_command(tool):
    for template in (tool.program.begin, *tool.flash.values(), tool.poll):
        assert not any("{password}" in part for part in template)


@pytest.fixture
def installed(tmp_path):
    """Return a function that installs the fake of a tool and returns the command for it."""

    def install(name, password="s3cret pass"):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} {name} "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        binary = toolbox([name], verify=False, path=str(folder)).installed[name]
        return Command(TOOLS[name].program, binary, Target("192.0.2.7", username="admin", password=password), 60.0)

    return install


@pytest.mark.parametrize("name", TOOLS)
def test_each_tool_is_called_as_it_wants_and_gets_the_password_unseen(installed, monkeypatch, tmp_path, name):
    monkeypatch.setenv("FAKE_FLASH_ACCOUNT", "admin:s3cret pass")
    (tmp_path / "image.bin").write_bytes(b"x")

    printed = installed(name).run(TOOLS[name].command("bios"), image=str(tmp_path / "image.bin"))

    assert TOOLS[name].read(printed).state == TAKEN, printed


@pytest.mark.parametrize("name", TOOLS)
def test_wrong_password_is_told_without_the_password(installed, monkeypatch, tmp_path, name):
    monkeypatch.setenv("FAKE_FLASH_ACCOUNT", "admin:another")

    with pytest.raises(NetworkError) as caught:
        installed(name).run(TOOLS[name].command("bios"), image="/nowhere")

    assert "Invalid username or password" in caught.value.answer
    assert "s3cret pass" not in str(caught.value)


def test_tool_without_a_licence_says_which(installed, tmp_path):
    command = installed("sum")
    Path(command.binary).write_text("#!/bin/sh\necho 'Node product key is not activated.'; exit 80\n")

    with pytest.raises(NotSupportedError, match="SFT-OOB-LIC"):
        command.run(TOOLS["sum"].command("bios"), image="/nowhere")


def test_tools_that_are_not_installed_are_told_by_their_names(tmp_path):
    assert toolbox(["racadm", "dsu", "ipmitool"], path=str(tmp_path)) == (
        {},
        "racadm is not installed (racadm is not in the PATH); ipmitool is not installed (ipmitool is not in the PATH)",
    )
