# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine over the protocol of its door, and a second way to ask the same BMC: IPMI with the same credentials.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import connect_machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi import IpmiClient

__all__ = ["Both", "connect_both"]

# Seconds after which no further command is sent to a BMC that is slow over IPMI.
PATIENCE = 60.0


@dataclass(frozen=True)
class Both:
    """A machine, and a way to ask it over IPMI; nothing is sent over IPMI before ``open_ipmi`` is called."""

    service: Service
    open_ipmi: t.Callable[[], IpmiClient]


@contextlib.contextmanager
def connect_both(params: Params, context: Context) -> t.Iterator[Both]:
    """Connect over Redfish or over IPMI, as the option ``protocol`` says."""
    with connect_machine(params, context) as service:
        yield _both(service, params, context)


def _both(service: Service, params: Params, context: Context) -> Both:
    target = replace(service.client.target, port=params["ipmi_port"])

    def open_ipmi() -> IpmiClient:
        # Here, since pyghmi is a tenth of what a run takes to begin, and most never speak IPMI.
        from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi import IpmiClient

        return IpmiClient(target, context, PATIENCE)

    return Both(service, open_ipmi)
