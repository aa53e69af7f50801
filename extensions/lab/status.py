# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack as a table for people."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

from .ipmi.service import PORT, UNPRIVILEGED_PORT
from .rackfile import RackError

COLUMNS = ("server", "platform", "bmc", "power", "doing", "bios pending", "bios", "bmc fw", "maas", "last fault")
BOLD, DIM, RED, GREEN, YELLOW, PLAIN = (f"\x1b[{number}m" for number in (1, 2, 31, 32, 33, 0))
# Column -> what is looked for in a cell, and its colour: green is well, yellow is under way, red wants eyes.
PAINT: dict[str, tuple[tuple[str, str], ...]] = {
    "bmc": (("away", RED),),
    "power": (("^On$", GREEN), ("^Off$", DIM), ("Powering", YELLOW)),
    "bios pending": (("[^-]", YELLOW),),
    "bios": (("->", YELLOW),),
    "bmc fw": (("->", YELLOW),),
    "maas": (("Failed|Broken", RED), ("Deployed|Ready", GREEN), ("ing$", YELLOW)),
    "last fault": (("[^-]", RED),),
}


def fetch_state(url: str) -> dict[str, Any]:
    """Return the ground truth of a running rack; raise RackError when it does not answer."""
    try:
        with urllib.request.urlopen(f"{url}/_lab/state", timeout=10) as answer:  # noqa: S310 - our own loopback URL
            state: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise RackError(f"the rack does not answer at {url}: {error}") from error
    return state


def table(state: dict[str, Any], facts: dict[str, Any], columns: int = 0, colour: bool = False) -> str:
    """Return one line per server under a heading; no line of servers is longer than `columns` (0: as long as it is)."""
    rows = [_row(machine) for machine in state["machines"].values()]
    widths = [max(len(str(row[number])) for row in (COLUMNS, *rows)) for number in range(len(COLUMNS))]
    lines = [
        _line(row, widths, columns or sum(widths) + 2 * len(widths), colour)
        for row in (COLUMNS, tuple("-" * width for width in widths), *rows)
    ]
    clock = state["clock"]
    pace = f"{clock['mode']}" + (f" x{clock['scale']:g}" if clock["mode"] == "scaled" else "")
    lines.append(f"clock {pace}, {clock['now']:.0f} s since the start; control {facts['lab_control_url']}")
    lines.append(f"IPMI: {ipmi(facts)}")
    return "\n".join(lines)


def frame(text: str) -> str:
    """Return what puts a text in the place of the last one on a terminal, without an empty screen between them."""
    return "\x1b[H" + "".join(f"{line}\x1b[K\n" for line in text.splitlines()) + "\x1b[J"


def _line(row: tuple[str, ...], widths: list[int], room: int, colour: bool) -> str:
    """Return a row cut to the room there is; colours take none of it."""
    cells = []
    for column, cell, width in zip(COLUMNS, row, widths, strict=True):
        shown = cell.ljust(width)[: max(room, 0)]
        room -= width + 2
        cells.append(_painted(column, cell, shown) if colour else shown)
    return "  ".join(cells).rstrip()


def _painted(column: str, cell: str, shown: str) -> str:
    if cell == column:
        return f"{BOLD}{shown}{PLAIN}"
    found = next((paint for word, paint in PAINT.get(column, ()) if re.search(word, cell)), "")
    return f"{found}{shown}{PLAIN}" if found else shown


def ipmi(facts: dict[str, Any]) -> str:
    """Say where IPMI answers, or why it does not; without root it cannot have its own port 623."""
    port = facts.get("lab_ipmi_port")
    where = f"UDP port {port} of every BMC" if port else "none"
    if port == UNPRIVILEGED_PORT:
        where += f" ({PORT} needs root)"
    return " - ".join(filter(None, [where, facts.get("ipmi_missing")]))


def _row(machine: dict[str, Any]) -> tuple[str, ...]:
    pending = machine["bios_pending"]
    shown = ", ".join(f"{name}={value}" for name, value in list(pending.items())[:2])
    more = f" +{len(pending) - 2}" if len(pending) > 2 else ""
    doing = machine["os"] or machine["phase"] if machine["power_state"] != "Off" else ""
    firmware, staged = machine["firmware"], machine["firmware_staged"]
    maas = machine.get("maas") or {}
    return (
        machine["name"],
        machine["platform"],
        machine["bmc_host"] if machine["bmc_up"] else f"{machine['bmc_host']} (away)",
        machine["power_state"],
        doing.replace("_", " "),
        shown + more + (" defaults" if machine["bios_defaults_pending"] else ""),
        _version(firmware, staged, "bios"),
        _version(firmware, staged, "bmc"),
        str(maas.get("status_name", "")),
        machine["last_fault"],
    )


def _version(firmware: dict[str, str], staged: dict[str, str], kind: str) -> str:
    text = firmware.get(kind, "")
    return f"{text} -> {staged[kind]}" if kind in staged else text
