# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC over IPMI that keeps its cipher suites and its power policy as real ones do, on pyghmi's server: ipmi_sim does not
list suite 0, and knows no Set Power Restore Policy.

    python -m tests.support.ipmi_bmc ADDRESS PORT USER PASSWORD HABIT

Each write of the LAN parameters or the policy, each restart and each refusal of suite 0 is a line on its standard output. A
session with suite 0 is opened while that has a privilege. Habits: ``settable``, ``read_only`` (refuses the write),
``forgetful`` (takes it and keeps what was), ``strict`` (does not have suite 0, and refuses it).
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from pyghmi.ipmi import bmc
from pyghmi.ipmi.private import serversession

SUITES = [0, 1, 2, 3, 17]
STRICT_SUITES = [3, 17]
# It can be told to stay off and to do as before, and not to start (28.8, bits 0 and 1); 3 asks and changes nothing.
POLICIES, NO_CHANGE = 0x03, 3
LAN_CHANNEL = 1
# RMCP+ status codes (IPMI 2.0 table 13-15), and where algorithms stand in an Open Session Request (13.17).
NO_CIPHER_SUITE_MATCH = 0x11
AUTHENTICATION, CONFIDENTIALITY = 12, 28
ABSENT, READ_ONLY, INVALID = 0x80, 0x82, 0xCC
# Longer than the client of pyghmi sends a command again and logs in again by itself.
AWAY_SECONDS = 45.0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Session(serversession.ServerSession):
    """Opens sessions with suite 3, and with suite 0 while that gives a privilege."""

    def create_open_session_response(self, request: bytes) -> bytes:
        algorithms = (request[AUTHENTICATION], request[CONFIDENTIALITY])
        if algorithms == (1, 1):
            return bytes(super().create_open_session_response(request))
        if algorithms == (0, 0) and 0 in self.bmc.suites and self.bmc.levels[1] & 0x0F:
            return bytes([request[0], 0, 4, 0]) + request[4:8] + b"\1\2\3\4" + request[8:32]
        if algorithms == (0, 0):
            say("refused 0")
        return bytes([request[0], NO_CIPHER_SUITE_MATCH, 0, 0]) + request[4:8]


class Bmc(bmc.Bmc):  # type: ignore[misc]
    """Answers the LAN configuration parameters of cipher suites, and what a log-in asks on its way."""

    def __init__(self, habit: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.habit = habit
        self.policy = 0
        self.suites = STRICT_SUITES if habit == "strict" else SUITES
        # All suites for administrators; nibbles in the order of the entries, after a reserved byte.
        self.levels = bytes([0, 0x44, 0x44, 0x04, 0, 0, 0, 0, 0])

    def handle_raw_request(self, request: dict[str, Any], session: Any) -> None:
        netfn, command, data = request["netfn"], request["command"], bytes(request["data"])
        if (netfn, command) == (0x0C, 0x02):
            self._get(data[1], session)
        elif (netfn, command) == (0x0C, 0x01):
            self._set(data[1], data[2:], session)
        elif (netfn, command) == (0x00, 0x01):  # Get Chassis Status: on, and the policy in bits 6:5
            session.send_ipmi_response(data=[0x01 | self.policy << 5, 0, 0])
        elif (netfn, command) == (0x00, 0x06):
            self._set_policy(data[0] & 0x07, session)
        elif (netfn, command) == (0x06, 0x02):  # Cold Reset: it answers, is away, and knows no session any more
            session.send_ipmi_response()
            say("reset")
            time.sleep(AWAY_SECONDS)
            os.execv(sys.executable, sys.orig_argv)
        elif (netfn, command) == (0x06, 0x42):  # Get Channel Info: an 802.3 LAN with IPMB's protocol
            session.send_ipmi_response(data=[LAN_CHANNEL, 4, 1, 0, 0, 0, 0, 0, 0])
        else:
            super().handle_raw_request(request, session)

    def get_power_state(self) -> str:
        return "on"

    def _get(self, parameter: int, session: Any) -> None:
        known = {22: bytes([len(self.suites)]), 23: bytes([0, *self.suites]).ljust(17, b"\0"), 24: self.levels}
        if parameter not in known:
            return session.send_ipmi_response(code=ABSENT)
        return session.send_ipmi_response(data=[0x11, *known[parameter]])

    def _set_policy(self, policy: int, session: Any) -> None:
        if policy != NO_CHANGE:
            say(f"policy {policy}")
            if not POLICIES >> policy & 1:
                return session.send_ipmi_response(code=INVALID)
            self.policy = policy
        return session.send_ipmi_response(data=[POLICIES])

    def _set(self, parameter: int, value: bytes, session: Any) -> None:
        if parameter != 24:
            return session.send_ipmi_response(code=ABSENT)
        say(f"set {parameter} {value.hex()}")
        if self.habit == "read_only":
            return session.send_ipmi_response(code=READ_ONLY)
        if self.habit == "settable":
            self.levels = value
        return session.send_ipmi_response()


if __name__ == "__main__":
    host, port, user, password, habit = sys.argv[1:]
    serversession.ServerSession = Session
    server = Bmc(habit, {user: password}, port=int(port), address=host)
    say("ready")
    server.listen()
