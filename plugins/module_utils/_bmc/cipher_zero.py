# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPMI's cipher suite 0, which lets anybody in who knows a user's name: seen and closed over IPMI, the only way there is.

Source: IPMI 2.0 table 22-20 (cipher suite 0: no authentication, integrity or confidentiality).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import Both

__all__ = ["CLOSED", "PROTOCOL", "SuiteZero", "check_suite_zero", "close_suite_zero", "read_suite_zero"]

PROTOCOL = "/redfish/v1/Managers/ipmi/NetworkProtocol"
CLOSED = "closed"


@dataclass(frozen=True)
class SuiteZero:
    """What suite 0 gives: a privilege, or ``closed``; ``can_close`` when the BMC has a privilege that can be taken away."""

    gives: str = CLOSED
    can_close: bool = False


def read_suite_zero(both: Both, ipmi_is_on: bool | None) -> SuiteZero:
    """Read what cipher suite 0 gives; a BMC that does not list it is asked for a session with it, without a password.

    :param ipmi_is_on: what Redfish says; IPMI that is off lets nobody in and is not asked.
    :raises NetworkError: when IPMI does not answer although it is on.
    """
    if ipmi_is_on is False:
        return SuiteZero()
    with contextlib.closing(both.open_ipmi()) as client:
        found = client.get(PROTOCOL).body["IPMI"]["CipherSuites"]
        listed = next((suite for suite in found if suite["Id"] == 0), None)
        if listed is not None:
            return SuiteZero(str(listed["Privilege"] or CLOSED), can_close=True)
        return SuiteZero("a session") if client.takes_suite_zero() else SuiteZero()


def check_suite_zero(zero: SuiteZero, machine: str) -> None:
    """Refuse to call a BMC secure that lets anybody in and cannot be told not to.

    :raises NotSupportedError: naming what is left to do.
    """
    if zero.gives != CLOSED and not zero.can_close:
        raise NotSupportedError(
            "IPMI lets in whoever knows a user's name, without a password (cipher suite 0), and the BMC does not list that "
            "suite among those whose privilege can be set",
            machine=machine,
            resource=PROTOCOL,
            hint="switch IPMI off (protocols: {ipmi: false}), or look for newer BMC firmware; nothing was changed",
            cipher_zero=zero.gives,
        )


def close_suite_zero(both: Both) -> dict[str, t.Any]:
    """Take the privilege of suite 0 away, and leave all other suites as they are."""
    with contextlib.closing(both.open_ipmi()) as client:
        client.patch(PROTOCOL, {"IPMI": {"CipherSuites": [{"Id": 0, "Privilege": None}]}})
    return {}
