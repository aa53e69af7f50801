# SPDX-License-Identifier: GPL-3.0-or-later
"""One IPMI order in a process of its own: `python -m ...ipmi_order`, request and answer as JSON on stdin and stdout.

pyghmi keeps sessions, sockets and threads in tables of its own; a second login after a logout in one process can hang.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

MISSING = "pyghmi is not installed, so the lab's MAAS cannot speak IPMI"


def obey(connection: Any, order: str) -> str:
    """Carry out one of state, off, boot (from the network); return the power state as far as it is known."""
    if order == "state":
        return str(connection.get_power().get("powerstate", "unknown"))
    if order == "boot":
        connection.set_bootdev("network", persist=False, uefiboot=False)
    connection.set_power("on" if order == "boot" else "off")
    return "unknown"


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return ``state``, or ``error`` in the library's words."""
    try:
        from pyghmi import exceptions
        from pyghmi.ipmi import command
    except ImportError:
        return {"error": MISSING}
    try:
        connection = command.Command(**request["target"])
        try:
            return {"state": obey(connection, request["order"])}
        finally:
            with contextlib.suppress(Exception):  # a session that is gone cannot be closed
                connection.ipmi_session.logout()
    except exceptions.IpmiException as error:
        return {"error": str(error)}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
