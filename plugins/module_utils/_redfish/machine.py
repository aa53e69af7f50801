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

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError, NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi import IpmiClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import RedfishClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["PROTOCOL_OPTIONS", "connect_machine"]

PROTOCOL_OPTIONS = Options(
    spec={
        "protocol": {"type": "str", "choices": ["redfish", "ipmi", "auto"], "default": "redfish"},
        "ipmi_port": {"type": "int", "default": 623},
    }
)


@contextlib.contextmanager
def connect_machine(params: Params, context: Context) -> t.Iterator[Service]:
    """Connect for a door that both protocols can serve.

    ``auto`` turns to IPMI only where nobody answers Redfish. Never for a certificate that is not trusted or credentials
    that were refused: that would hand a password's hash to whoever sits there, or try it a second time.
    """
    with claimed(params, context), _opened(Target.from_params(params), params, context) as service:
        yield service


@contextlib.contextmanager
def _opened(target: Target, params: Params, context: Context) -> t.Iterator[Service]:
    over_ipmi = params["protocol"] == "ipmi"
    client = _over_ipmi(target, params, context) if over_ipmi else RedfishClient(target, context)
    try:
        try:
            service = open_service(t.cast(RedfishClient, client), params.get("system_id"))
        except (NetworkError, NotSupportedError) as exc:
            if params["protocol"] != "auto" or not _nobody_there(exc):
                raise
            client.close()
            context.warn(f"{target.host}: no Redfish ({exc.message}); using IPMI")
            client = _over_ipmi(target, params, context)
            service = open_service(t.cast(RedfishClient, client), None)
        yield service
    finally:
        client.close()


def _over_ipmi(target: Target, params: Params, context: Context) -> IpmiClient:
    return IpmiClient(replace(target, port=params["ipmi_port"]), context)


def _nobody_there(exc: NetworkError | NotSupportedError) -> bool:
    if exc.facts.get("untrusted"):
        return False
    return isinstance(exc, NotSupportedError) or exc.facts.get("sent") is False
