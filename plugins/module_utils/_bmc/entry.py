# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who and what gets into a BMC, only read: accounts, network services, and the cipher suites of its IPMI.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.accounts import read_accounts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.cipher_zero import PROTOCOL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.protocols import read_services
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import server_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import Both

__all__ = ["SUBSETS", "read", "report", "wanted"]

SUBSETS = ("users", "protocols", "ipmi_ciphers")
Json = t.Dict[str, t.Any]


def wanted(params: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Take the options of the door."""
    return tuple(params["subsets"])


def read(both: Both, wanted: t.Collection[str]) -> Json:
    """Read each part; one that cannot be read is None and fails no other."""
    found: Json = {"server": server_of(both.service), "protocol": both.service.client.protocol, "unread": []}

    def part(name: str, reader: t.Callable[[], t.Any]) -> t.Any:
        try:
            return reader()
        except HWAutomationError as exc:
            if _is_no_entry(exc):
                raise
            found["unread"].append({"part": name, "reason": exc.message})
            return None

    readers: dict[str, t.Callable[[], t.Any]] = {
        "users": lambda: _users(both),
        "protocols": lambda: dict(read_services(both.service).values),
        "ipmi_ciphers": lambda: _suites(both),
    }
    found.update({name: part(name, readers[name]) for name in wanted})
    return found


def _is_no_entry(exc: HWAutomationError) -> bool:
    """Say whether the credentials were refused over Redfish; one resource that the account may not see is no reason."""
    return isinstance(exc, AuthenticationError) and exc.facts.get("status") == 401


def _users(both: Both) -> list[Json]:
    accounts = read_accounts(both.service).accounts
    return [
        {"name": item.name, "role": item.role, "enabled": item.enabled, "locked": item.locked, "id": item.id}
        for item in accounts
        if item.name
    ]


def _suites(both: Both) -> list[Json]:
    """Return the cipher suites that let somebody in; IPMI that is off lets nobody in and is not asked.

    A BMC may take suite 0 without listing it, so that one is tried, without a name or a password.
    """
    if read_services(both.service).values.get("ipmi") is False:
        return []
    with contextlib.closing(both.open_ipmi()) as client:
        found = client.get_or_none(PROTOCOL)
        suites = ((found.body.get("IPMI") or {}).get("CipherSuites") or []) if found is not None else []
        open_ones = [{"id": suite["Id"], "privilege": suite["Privilege"]} for suite in suites if suite.get("Privilege")]
        if not any(suite["Id"] == 0 for suite in suites) and client.takes_suite_zero():
            return [{"id": 0, "privilege": None}, *open_ones]
    if not suites:
        raise NotSupportedError("the BMC does not tell its cipher suites over IPMI", machine=both.service.machine)
    return open_ones


def report(wanted: t.Collection[str], found: Json) -> Json:
    """Return the result keys of the door."""
    keys = {name: found[name] for name in wanted}
    return {
        **keys,
        "protocol": found["protocol"],
        "unread": found["unread"],
        "audit": {"server": dict(found["server"])},
    }
