# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server is: the door bmc_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json, Unread
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.gaps import fill
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.normal import normal_form
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS, read_resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import Both

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params

__all__ = ["Reading", "WantedFacts", "read", "report", "wanted"]


@dataclass(frozen=True)
class WantedFacts:
    """The subsets to read, whether IPMI may fill gaps, and the address for the audit."""

    subsets: t.Tuple[str, ...]
    bmc_host: str
    ipmi_gaps: str = "never"


class Reading(t.NamedTuple):
    """The facts, and what could not be read."""

    platform: str
    protocol: str
    facts: Json
    unread: t.Tuple[Unread, ...]


def wanted(params: Params) -> WantedFacts:
    """Take the options of the door; ``all`` stands for every subset, and no IPMI for ``auto`` gaps too."""
    chosen, gaps = params["subsets"], params["ipmi_gaps"]
    if gaps == "auto" and params["protocol"] == "redfish":
        gaps = "never"
    return WantedFacts(tuple(SUBSETS) if "all" in chosen else tuple(chosen), params["bmc_host"], gaps)


def read(both: Both, wanted: WantedFacts) -> Reading:
    """Read the chosen subsets, and over IPMI what is missing then."""
    resources = read_resources(both.service, wanted.subsets)
    facts, more = fill(both, normal_form(resources, wanted.subsets), wanted.subsets, wanted.ipmi_gaps)
    return Reading(resources.profile.name, resources.protocol, facts, (*resources.unread, *more))


def report(wanted: WantedFacts, reading: Reading) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    system = reading.facts["system"]
    server = {key: system[key] for key in ("serial", "uuid", "vendor", "model", "hostname") if system[key]}
    return {
        "platform": reading.platform,
        "protocol": reading.protocol,
        "facts": reading.facts,
        "unread": [item._asdict() for item in reading.unread],
        "audit": {
            "server": {"bmc_host": wanted.bmc_host, **server},
            "discovery": {key: value for key, value in reading.facts.items() if key != "sources"},
        },
    }
