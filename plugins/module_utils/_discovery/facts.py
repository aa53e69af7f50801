# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server is: the door bmc_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.normal import normal_form
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS, read_resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params

__all__ = ["read", "report", "wanted"]


@dataclass(frozen=True)
class WantedFacts:
    """The subsets to read, and the address for the audit."""

    subsets: t.Tuple[str, ...]
    bmc_host: str


def wanted(params: Params) -> WantedFacts:
    """Take the options of the door; ``all`` stands for every subset."""
    chosen = params["subsets"]
    return WantedFacts(tuple(SUBSETS) if "all" in chosen else tuple(chosen), params["bmc_host"])


def read(service: Service, wanted: WantedFacts) -> Resources:
    """Read the resources of the chosen subsets."""
    return read_resources(service, wanted.subsets)


def report(wanted: WantedFacts, resources: Resources) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    facts = normal_form(resources, wanted.subsets)
    system = facts["system"]
    server = {key: system[key] for key in ("serial", "uuid", "vendor", "model", "hostname") if system[key]}
    return {
        "platform": resources.profile.name,
        "protocol": resources.protocol,
        "facts": facts,
        "unread": [item._asdict() for item in resources.unread],
        "audit": {
            "server": {"bmc_host": wanted.bmc_host, **server},
            "discovery": {key: value for key, value in facts.items() if key != "sources"},
        },
    }
