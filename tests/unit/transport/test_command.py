# SPDX-License-Identifier: GPL-3.0-or-later
"""How a vendor's tool is run: what it is given, what it leaves behind, what is made of what it prints."""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError, NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Program
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command, find_programs
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

BEGIN = ("{binary}", "{secret}", "{scratch}")
SHOW = """
import json, os, sys
place = sys.argv[1]
print(json.dumps({
    "regular": os.path.isfile(place),
    "twice": [open(place).read() for _time in (1, 2)],
    "cwd": os.getcwd(),
    "scratch": sys.argv[2],
    "words": sys.argv[3:],
    "pythonpath": os.environ.get("PYTHONPATH"),
}))
open("left behind", "w").close()
"""


@pytest.fixture
def command(tmp_path):
    """Return a function that makes a program of a Python script, and the command for it."""

    def make(script, begin=BEGIN, must_verify=True, port=443, **facts):
        path = tmp_path / "tool"
        path.write_text(f"#!{sys.executable}\n{textwrap.dedent(script)}")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        program = Program("tool", ("tool",), begin, **facts)
        target = Target("192.0.2.7", port=port, username="admin", password="s3cret pass")
        return Command(program, str(path), target, 30.0, must_verify)

    return make


def test_secret_is_a_regular_file_that_has_no_name_and_can_be_read_more_than_once(command):
    secret = "url = {url}\nuser = {username}\npassword = {password}\n"

    found = json.loads(command(SHOW, secret=secret).run(()))

    assert found["regular"] is True
    assert found["twice"] == ["url = https://192.0.2.7\nuser = admin\npassword = s3cret pass\n"] * 2


def test_port_is_told_where_it_is_not_the_usual_one(command):
    begin = ("{binary}", "{secret}", "{scratch}", "{address}")

    found = json.loads(command(SHOW, begin, port=8443, secret="{url}").run(()))

    assert (found["twice"][0], found["words"]) == ("https://192.0.2.7:8443", ["192.0.2.7:8443"])


def test_tool_runs_in_a_folder_that_ends_with_it(command):
    found = json.loads(command(SHOW).run(()))

    assert found["cwd"] == found["scratch"]
    assert not os.path.exists(found["scratch"])


def test_tool_written_in_python_imports_its_own_libraries(command, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")

    assert json.loads(command(SHOW).run(()))["pythonpath"] is None


@pytest.mark.parametrize(("verify", "words"), [(True, ["-S", "get"]), (False, ["get"])])
def test_word_that_makes_it_verify_the_certificate_stands_only_where_that_is_asked_for(command, verify, words):
    begin = ("{binary}", "{secret}", "{scratch}", "{verify}")

    assert json.loads(command(SHOW, begin, must_verify=verify, verify="-S").run(("get",)))["words"] == words


def test_line_that_is_written_over_and_over_tells_its_last_state(command):
    script = r"""
    import sys
    sys.stdout.write("Uploading\r\n" + "".join(f"{n} %\r" for n in range(100)) + "Done\nUpdating: |\rUpdating: /\r\nend")
    """

    assert command(script).run(()) == "Uploading\nDone\nUpdating: /\nend"


def test_what_was_printed_long_before_the_end_is_there_to_judge_by(command):
    """An error tells the last words only; what became of an image may stand before thousands of others."""
    ran = command("import sys\nprint('begun')\nprint('waiting ' * 2000)\nsys.exit(41)").call(())

    assert ran.printed.startswith("begun")
    assert (ran.exit_code, len(command("").failure(ran).answer) <= 2000) == (41, True)


def test_exit_code_that_comes_without_a_word_is_explained(command):
    with pytest.raises(NetworkError, match=r"tool failed with exit code 149 \(no iLO answered\)") as caught:
        command("import sys; sys.exit(149)", exits={149: "no iLO answered"}).run(())

    assert caught.value.facts["exit_code"] == 149


def test_password_is_in_no_error(command):
    with pytest.raises(NetworkError) as caught:
        command("import sys; sys.exit('login with s3cret pass failed')").run(())

    assert caught.value.answer == "login with ******** failed"


def test_what_means_that_it_cannot_work_here_is_no_failure_of_this_time(command):
    with pytest.raises(NotSupportedError, match="a licence is missing"):
        command("print('Node product key is NOT ACTIVATED.')", failures={"not activated": "a licence is missing"}).run(
            ()
        )


def test_programs_that_cannot_be_used_are_told_with_the_reason(tmp_path):
    for name in ("safe", "unsafe"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    programs = [
        Program("unsafe", ("unsafe",), (), unverified="it verifies nothing"),
        Program("safe", ("safer", "safe"), ()),
        Program("missing", ("gone", "lost"), ()),
    ]

    strict = find_programs(programs, verify=True, path=str(tmp_path))
    lax = find_programs(programs, verify=False, path=str(tmp_path))

    assert strict.installed == {"safe": str(tmp_path / "safe")}
    assert strict.missing == (
        "unsafe is not used: it verifies nothing; allow_unverified_tools: true accepts that; "
        "missing is not installed (gone or lost is not in the PATH)"
    )
    assert list(lax.installed) == ["unsafe", "safe"]
