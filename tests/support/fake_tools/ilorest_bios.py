# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for HPE's iLOrest in tests of BIOS settings; its words and forms are those that iLOrest 7.4.0.0 was recorded with.

FAKE_ILOREST_STATE is a file with ``current`` and ``pending`` values, ``flat`` for a Gen9 server, ``ignores`` with names that
it takes and drops. FAKE_ILOREST_URL is the control address of a machine in the rack: what is pending becomes current when
that starts. FAKE_ILOREST_ACCOUNT is ``user:password``.
"""

from __future__ import annotations

import configparser
import json
import os
import sys
import urllib.request
from pathlib import Path

BIOS = "/redfish/v1/systems/1/bios"
STATE = Path(os.environ["FAKE_ILOREST_STATE"])


def main() -> int:
    words = sys.argv[1:]
    account = configparser.RawConfigParser()
    # It leaves without a word where this is no regular file, a pipe for one.
    if not os.path.isfile(value(words, "--config")) or not account.read(value(words, "--config")):
        return 1
    given = f"{account.get('redfish', 'username')}:{account.get('redfish', 'password')}"
    if given != os.environ["FAKE_ILOREST_ACCOUNT"]:
        sys.stderr.write("Authenticating to iLO...\nInvalid credentials. Unable to authenticate to iLO. \n")
        return 32
    sys.stdout.write("Discovering data...Done\n")
    state = started(json.loads(STATE.read_text()))
    code = load(state, value(words, "--filename")) if "load" in words else show(state, words)
    STATE.write_text(json.dumps(state))
    return code


def value(words, flag):
    return words[words.index(flag) + 1] if flag in words else ""


def started(state):
    """Make current what was pending when the host started."""
    with urllib.request.urlopen(os.environ["FAKE_ILOREST_URL"], timeout=30) as answer:
        boots = json.load(answer)["boots"]
    if boots > state.get("boots", 0):
        state["current"].update(state["pending"])
        state["pending"] = {}
    state["boots"] = boots
    return state


def show(state, words):
    kind = {"Type": "HpBios.1.2.0"} if state.get("flat") else {"@odata.type": "#Bios.v1_0_4.Bios"}
    waiting = {"@odata.id": f"{BIOS}/settings", **kind, **state["current"], **state["pending"]}
    current = {"@odata.id": BIOS, "@Redfish.Settings": {"Messages": []}, **kind, **state["current"]}
    # Without a place to begin at it shows the pending values alone.
    shown = [waiting, current] if value(words, "--path") == f"{BIOS}/" else waiting
    sys.stdout.write(json.dumps(shown, indent=2) + "\n")
    return 0


def load(state, path):
    sys.stdout.write("Loading configuration...\n")
    ((_kind, resources),) = json.loads(Path(path).read_text())[0].items()
    (body,) = resources.values()
    if state.get("flat") is ("Attributes" in body):
        sys.stderr.write("\nERROR\t: Validation error(s) in type Bios.:\n")
        return 255
    wanted = body.get("Attributes", body)
    known = {name: one for name, one in wanted.items() if name in state["current"] and name not in state["ignores"]}
    if all({**state["current"], **state["pending"]}[name] == one for name, one in known.items()):
        sys.stdout.write("No differences found from current configuration.\n")
        return 0
    state["pending"].update(known)
    sys.stdout.write("Committing changes...\nReboot is required for settings to take effect.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
