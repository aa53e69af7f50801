# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for Supermicro's SUM in tests: keeps a BiosCfg file where FAKE_SUM_STATE says, and checks how it is called."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

BANNER = "Supermicro Update Manager (for UEFI BIOS) 2.14.0 (2024/02/22) (x86_64)\n"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> int:
    options = argparse.ArgumentParser()
    for flag in ("-i", "-u", "-f", "-c", "--file"):
        options.add_argument(flag, required=True)
    options.add_argument("--overwrite", action="store_true")
    given = options.parse_args()
    say(BANNER)
    if Path(given.f).read_text() != os.environ["FAKE_SUM_PASSWORD"]:
        say("ExitCode = 37\nDescription = Invalid username or password.")
        return 37
    state = Path(os.environ["FAKE_SUM_STATE"])
    if "unlicensed" in state.name:
        say("ExitCode = 80\nDescription = Node product key is not activated.")
        return 80
    if given.c == "GetCurrentBiosCfg":
        Path(given.file).write_text(state.read_text())
        say(f"File '{given.file}' is created.")
        return 0
    change(state, Path(given.file))
    say("Status: The BIOS configuration is updated.\nNote: You have to reboot or power up the system.")
    return 0


def change(state: Path, wanted: Path) -> None:
    current = ElementTree.fromstring(state.read_text())
    for name, setting in settings(ElementTree.fromstring(wanted.read_text().split("?>", 1)[-1])):
        found = [element for key, element in settings(current) if key == name]
        if len(found) != 1:
            sys.exit(f"ExitCode = 11\nDescription = Setting {name} not found")
        found[0].attrib.update(setting.attrib)
    state.write_text(ElementTree.tostring(current, encoding="unicode"))


def settings(element, path=()):
    for child in element:
        if child.tag == "Menu":
            yield from settings(child, (*path, child.get("name")))
        elif child.tag == "Setting":
            yield (*path, child.get("name")), child


if __name__ == "__main__":
    sys.exit(main())
