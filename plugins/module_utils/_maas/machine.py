# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine as MAAS answers it, reduced to what decisions and results need.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, fields

__all__ = ["UNBORN", "Machine"]

# MAAS writes this for every hardware fact it has not learnt yet.
UNKNOWN = "Unknown"
# The id of a machine that does not exist yet, or that MAAS is still to pick.
UNBORN = "?"
ATTEMPTS = ("commissioning", "testing", "installation")
# Fields that decisions need and no result shows.
INTERNAL = frozenset({"attempts", "gateway_links"})


@dataclass(frozen=True)
class Machine:
    """One machine; names and units are MAAS's own (``memory`` in MiB, ``storage`` in MB).

    ``status_name`` is the status in MAAS's words, ``owner`` None when nobody has allocated the machine.
    ``hardware_info`` holds only what MAAS knows. ``attempts`` are the ids of the last commissioning, testing and
    installation: a new id says that an operation really began. ``gateway_links`` are the links whose gateways were made
    the default ones.
    """

    system_id: str
    hostname: str
    fqdn: str = ""
    domain: str = ""
    description: str = ""
    status_name: str = "New"
    status_message: str = ""
    error_description: str = ""
    owner: t.Optional[str] = None
    locked: bool = False
    power_state: str = "unknown"
    power_type: str = ""
    zone: str = "default"
    pool: str = "default"
    tag_names: t.Tuple[str, ...] = ()
    architecture: str = ""
    min_hwe_kernel: str = ""
    osystem: str = ""
    distro_series: str = ""
    hwe_kernel: str = ""
    ephemeral_deploy: bool = False
    ip_addresses: t.Tuple[str, ...] = ()
    mac_addresses: t.Tuple[str, ...] = ()
    cpu_count: int = 0
    memory: int = 0
    storage: float = 0.0
    hardware_uuid: str = ""
    hardware_info: t.Tuple[t.Tuple[str, str], ...] = ()
    attempts: t.Tuple[t.Optional[int], ...] = ()
    gateway_links: t.Tuple[int, ...] = ()

    @classmethod
    def from_maas(cls, body: t.Mapping[str, t.Any]) -> Machine:
        """Parse one machine object of ``GET /machines/``.

        Fields that some versions lack (``error_description`` before 3.5, ``ephemeral_deploy`` before 3.3) are empty.
        """
        hardware = body.get("hardware_info") or {}
        return cls(
            system_id=body["system_id"],
            hostname=body["hostname"],
            domain=_name(body.get("domain")),
            zone=_name(body.get("zone")) or "default",
            pool=_name(body.get("pool")) or "default",
            tag_names=tuple(sorted(body.get("tag_names") or ())),
            ip_addresses=tuple(body.get("ip_addresses") or ()),
            mac_addresses=_mac_addresses(body),
            hardware_info=tuple(
                sorted((key, value) for key, value in hardware.items() if value not in (UNKNOWN, "", None))
            ),
            attempts=tuple(
                body.get(f"current_{kind}_result_id") for kind in ("commissioning", "testing", "installation")
            ),
            gateway_links=tuple(
                item["link_id"] for item in (body.get("default_gateways") or {}).values() if item.get("link_id")
            ),
            owner=body.get("owner") or None,
            **{name: body.get(name) or default for name, default in PLAIN.items()},
        )

    @property
    def serial(self) -> str:
        """Return the serial number of the system as commissioning found it, or an empty string."""
        return dict(self.hardware_info).get("system_serial", "")

    @property
    def name(self) -> str:
        """Return hostname and id, as messages name the machine."""
        return f"{self.hostname} ({self.system_id})" if self.system_id != UNBORN else self.hostname

    def as_result(self) -> dict[str, t.Any]:
        """Return the form of ``machine`` and of each of ``machines[]`` in results."""
        result = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in INTERNAL}
        result["hardware_info"] = dict(self.hardware_info)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in result.items()}


_PLAIN_NAMES = frozenset(
    {
        *("fqdn", "description", "status_name", "status_message", "error_description", "locked", "hardware_uuid"),
        *("power_state", "power_type", "architecture", "min_hwe_kernel", "cpu_count", "memory", "storage"),
        *("osystem", "distro_series", "hwe_kernel", "ephemeral_deploy"),
    }
)
# Fields taken over as they are, with what stands for "nothing".
PLAIN: t.Mapping[str, t.Any] = {item.name: item.default for item in fields(Machine) if item.name in _PLAIN_NAMES}


def _name(value: t.Any) -> str:
    return str(value.get("name") or "") if isinstance(value, dict) else ""


def _mac_addresses(body: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Return the addresses of the physical interfaces, the boot interface first."""
    boot = (body.get("boot_interface") or {}).get("mac_address")
    found = [item.get("mac_address") for item in body.get("interface_set") or () if item.get("type") == "physical"]
    return tuple(dict.fromkeys(mac.lower() for mac in [boot, *found] if mac))
