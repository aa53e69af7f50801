# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPMI's cipher suite 0, which lets anybody in who knows a user's name: seen over IPMI, the only way to see it.

Source: IPMI 2.0 table 22-20 (cipher suite 0: no authentication, integrity or confidentiality).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, connect_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi import IpmiClient

__all__ = ["Both", "connect_both", "cipher_zero"]

PROTOCOL = "/redfish/v1/Managers/ipmi/NetworkProtocol"


@dataclass(frozen=True)
class Both:
    """A machine over Redfish, and a way to ask it over IPMI with the same credentials."""

    service: Service
    open_ipmi: t.Callable[[], IpmiClient]


@contextlib.contextmanager
def connect_both(params: Params, context: Context) -> t.Iterator[Both]:
    """Connect over Redfish; IPMI is opened only when it is asked."""
    with connect_service(params, context) as service:
        target = replace(service.client.target, port=params["ipmi_port"])
        reader = replace(context, read_only=True)
        yield Both(service, lambda: IpmiClient(target, reader))


def cipher_zero(both: Both, ipmi_is_on: bool | None) -> str:
    """Return the privilege that cipher suite 0 gives, or an empty string when it gives none.

    :param ipmi_is_on: what Redfish says; IPMI that is off lets nobody in and is not asked.
    :raises NotSupportedError: when the BMC does not tell its cipher suites.
    :raises NetworkError: when IPMI does not answer although it is on.
    """
    if ipmi_is_on is False:
        return ""
    with contextlib.closing(both.open_ipmi()) as client:
        found = client.get_or_none(PROTOCOL)
    suites = ((found.body.get("IPMI") or {}).get("CipherSuites") or []) if found is not None else []
    if not suites:
        raise NotSupportedError(
            "the BMC does not tell its cipher suites over IPMI",
            machine=both.service.machine,
            hint="switch IPMI off where nobody needs it (protocols: {ipmi: false})",
        )
    return next((str(suite.get("Privilege") or "") for suite in suites if suite.get("Id") == 0), "")
