# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal shows, at 80 and 120 columns and without a terminal."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.events import HostTally, Stage
from ansible_collections.hwautomation.baremetal.extensions.audit.progress import duration, final_table, stage_line
from ansible_collections.hwautomation.baremetal.extensions.audit.words import Seen
from ansible_collections.hwautomation.baremetal.plugins.callback.audit import _COLORS

LONG = "127.1.0.13 /redfish/v1/TaskService/Tasks/JID_4711: the update of BIOS 2.10 failed at 60 %. It answered: RED032"


def plain(text: str, kind: str) -> str:
    return text


def done(text: str = "", **more: object) -> Stage:
    return Stage("firmware", 4, 10, **{"state": "done", "text": text, "duration_ms": 12_000, **more})  # type: ignore[arg-type]


def test_line_of_a_stage() -> None:
    line = stage_line("r03", done("BMC 7.00 -> 7.10"), 4, 80, plain)

    assert line == "r03   [ 4/10] firmware    ok            12 s  BMC 7.00 -> 7.10"


@pytest.mark.parametrize("width", [80, 120])
def test_line_never_wraps_on_a_terminal(width: int) -> None:
    line = stage_line("rack1-node03", done(LONG, state="failed"), 12, width, plain)

    assert len(line) < width
    assert line.endswith("…")


def test_line_is_whole_where_there_is_no_terminal() -> None:
    assert stage_line("r03", done(LONG, state="failed"), 4, None, plain).endswith(LONG)


def test_line_of_several_lines_is_one_line() -> None:
    assert "\n" not in stage_line("r03", done("a\n b\tc"), 4, None, plain)


def test_what_a_machine_answered_does_not_command_the_terminal() -> None:
    hostile = "broken \x1b[2J\x1b]0;owned\x07\u202e"
    tally = HostTally(counts={"failed": 1}, message=hostile, stages={"bios": done(hostile, state="failed")})

    lines = [stage_line("r03", done(hostile), 4, None, plain), *final_table({"r03": tally}, 200, plain)]

    assert all("broken" in line for line in (lines[0], lines[-1]))
    assert not {"\x1b", "\x07", "\u202e"} & set("".join(lines))


@pytest.mark.parametrize(
    ("stage", "word", "kind"),
    [
        (done(), "ok", "ok"),
        (done(seen=Seen([("bmc_changes", {"setting": "x"})])), "ok", "changed"),
        (done(state="failed"), "FAILED", "failed"),
        (done(state="degraded"), "degraded", "degraded"),
        (done(state="skipped"), "skipped", "skipped"),
    ],
)
def test_state_is_the_word_that_is_coloured(stage: Stage, word: str, kind: str) -> None:
    painted: list[tuple[str, str]] = []

    stage_line("r03", stage, 4, 80, lambda text, kind: painted.append((text.strip(), kind)) or text)  # type: ignore[func-returns-value]

    assert painted == [(word, kind)]


def tally(state: str, text: str = "", **counts: int) -> HostTally:
    return HostTally(counts, text or None, {"firmware": done(text, state=state)})


@pytest.mark.parametrize("width", [80, 120])
def test_table_fits_and_tells_the_whole_message(width: int) -> None:
    lines = final_table({"r01": tally("done", changed=3), "r02": tally("failed", LONG, failed=1)}, width, plain)

    assert all(len(line) <= width for line in lines)
    assert lines[0].split() == ["SERVER", "STAGES", "STATE", "CHANGED", "TIME", "MESSAGE"]
    assert lines[1].split() == ["r01", "1/10", "ok", "3", "12", "s"]
    assert (
        " ".join(" ".join(lines[2:]).split()) == f"r02 0/10 FAILED - 12 s {'' if width == 120 else ''}firmware: {LONG}"
    )


@pytest.mark.parametrize(
    "tally",
    [
        HostTally({"ok": 1}, None, {"bios": done()}),
        HostTally({"changed": 1}, None, {"bios": done()}),
        HostTally({"failed": 1}, "no power", {"bios": done(state="failed")}),
        HostTally({"unreachable": 1}, "no power", {"bios": done(state="failed")}),
        HostTally({"rescued": 1}, "no NTP", {"bios": done(state="degraded")}),
        HostTally({"failed": 1}, "cancelled by bob", {"bios": done()}, cancelled=True),
    ],
    ids=lambda tally: tally.state,
)
def test_every_state_of_a_server_has_a_colour_of_the_callback(tally: HostTally) -> None:
    lines = final_table({"r01": tally}, 120, lambda text, kind: f"{text}{_COLORS[kind] and ''}")

    assert ("FAILED" if tally.state == "failed" else "ok" if tally.state == "changed" else tally.state) in lines[1]


def test_table_of_a_large_fleet_shows_those_that_need_a_look() -> None:
    hosts = {f"r{number:03d}": tally("done") for number in range(200)}
    hosts["r007"] = tally("failed", "no power")

    lines = final_table(hosts, 120, plain)

    assert len(lines) == 3
    assert "r007" in lines[1] and "no power" in lines[1]
    assert lines[2] == "... and 199 servers without trouble"


def test_run_without_stages_has_no_table() -> None:
    assert final_table({"r01": HostTally({"ok": 3})}, 120, plain) == []


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(None, ""), (0, "0.0 s"), (400, "0.4 s"), (9960, "10 s"), (12_400, "12 s"), (185_000, "3 m 05 s"),
     (7_800_000, "2 h 10 m")],
)  # fmt: skip
def test_duration(milliseconds: int | None, words: str) -> None:
    assert duration(milliseconds) == words
