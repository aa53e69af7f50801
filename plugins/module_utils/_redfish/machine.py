# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine over Redfish or over IPMI, as a door's option ``protocol`` says.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import ROOT, RedfishClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["PROTOCOL_OPTIONS", "connect_client", "connect_machine", "over_ipmi"]

PROTOCOL_OPTIONS = Options(
    spec={
        "protocol": {"type": "str", "choices": ["redfish", "ipmi", "auto"], "default": "auto"},
        "ipmi_port": {"type": "int", "default": 623},
    }
)


# What a run remembers of a BMC that nobody answers Redfish on.
IPMI_ONLY = "ipmi only"


@contextlib.contextmanager
def connect_machine(params: Params, context: Context) -> t.Iterator[Service]:
    """Connect for a door that both protocols can serve, and find the machine."""
    with connect_client(params, context) as client:
        yield open_service(client, params.get("system_id") if client.protocol == "redfish" else None)


@contextlib.contextmanager
def connect_client(params: Params, context: Context) -> t.Iterator[RedfishClient]:
    """Connect over Redfish or over IPMI, which is shown as a few resources of Redfish.

    ``auto`` turns to IPMI only where nobody answers Redfish. Never for a certificate that is not trusted or credentials
    that were refused: that would hand a password's hash to whoever sits there, or try it a second time. Nor for a BMC
    that is known to speak Redfish, because this run has seen it or its certificate is pinned: that one is restarting, or
    somebody is in its place (decision 0003).

    :raises ConflictError: when another run is working on the BMC and this one may write.
    """
    with claimed(params, context), contextlib.closing(_opened(params, context)) as client:
        yield client


def _opened(params: Params, context: Context) -> RedfishClient:
    target, protocol = Target.from_params(params), params["protocol"]
    if protocol == "ipmi":
        return over_ipmi(params, context)
    client = RedfishClient(target, context)
    speaks_redfish = bool(target.trust.fingerprint or (client.facts and not client.facts.get(IPMI_ONLY)))
    if protocol == "redfish" or speaks_redfish:
        return client
    if client.facts.get(IPMI_ONLY):
        return over_ipmi(params, context)
    try:
        client.get(ROOT)
    except (NetworkError, NotSupportedError) as exc:
        client.close()
        if not _nobody_there(exc):
            raise
        return _instead_of(client, exc, params, context)
    return client


def _instead_of(client: RedfishClient, missing: HWAutomationError, params: Params, context: Context) -> RedfishClient:
    """Return a client over IPMI; where that does not answer either, the answer of Redfish is the one to tell."""
    other = over_ipmi(params, context)
    try:
        other.log_in()
    except NetworkError:
        missing.facts["ipmi"] = "no answer either"
        raise missing from None
    client.remember(**{IPMI_ONLY: True})
    context.warn(f"{other.machine}: no Redfish ({missing.message}); using IPMI")
    return other


def over_ipmi(params: Params, context: Context) -> RedfishClient:
    """Return a client over IPMI, whatever the option ``protocol`` says; it has the interface of the other one."""
    # Here, since pyghmi is a tenth of what a run takes to begin, and most never speak IPMI.
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi import IpmiClient

    target = replace(Target.from_params(params), port=params["ipmi_port"])
    return t.cast(RedfishClient, IpmiClient(target, context))


def _nobody_there(exc: HWAutomationError) -> bool:
    if exc.facts.get("untrusted"):
        return False
    return isinstance(exc, NotSupportedError) or exc.facts.get("sent") is False
