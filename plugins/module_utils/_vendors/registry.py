# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All platforms, in the order in which they are asked; the first whose signs fit is the machine's.

The imports are static: what is imported dynamically does not travel to a jump host.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import (
    ami,
    dell,
    hpe,
    intel,
    ipmi,
    lenovo,
    openbmc,
    supermicro,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    Evidence,
    Profile,
)

__all__ = ["PROFILES", "add", "by_name", "evidence", "identify"]

# Narrow before wide: a generation before its family, a firmware before the brand that ships it.
PROFILES: tuple[Profile, ...] = (
    dell.IDRAC10,
    dell.IDRAC9,
    hpe.ILO5,
    hpe.ILO6,
    hpe.ILO7,
    hpe.ILO4,
    openbmc.HGX,
    ami.MEGARAC,
    lenovo.XCC,
    supermicro.X12,
    supermicro.X13,
    supermicro.X10,
    openbmc.STOCK,
    intel.S2600,
    ipmi.IPMI,
    GENERIC,
)

Json = t.Mapping[str, t.Any]


# Those of the site, asked first: who wrote one knows the machine better. Set once per process.
_added: tuple[Profile, ...] = ()


def add(profiles: t.Iterable[Profile]) -> None:
    """Make the site's own platforms known in this process, in place of those added before."""
    global _added
    _added = tuple(profiles)


def by_name(name: str) -> Profile:
    """Return the profile of a platform id; the generic one for an id that is not known any more."""
    return next((profile for profile in (*_added, *PROFILES) if profile.name == name), GENERIC)


def evidence(root: Json, manager: Json, system: Json, chassis: Json) -> Evidence:
    """Collect what identification looks at from four resources, each of which may be an empty mapping."""

    def text(resource: Json, key: str) -> str:
        return str(resource.get(key) or "").strip()

    def oem(resource: Json) -> str:
        value = resource.get("Oem")
        return " ".join(key for key in value if not key.startswith("@")) if isinstance(value, dict) else ""

    return Evidence(
        vendor=text(root, "Vendor"),
        product=text(root, "Product"),
        redfish_version=text(root, "RedfishVersion"),
        oem=oem(root),
        manager_model=text(manager, "Model"),
        manager_version=text(manager, "FirmwareVersion"),
        manager_oem=oem(manager),
        manufacturer=text(system, "Manufacturer"),
        model=text(system, "Model"),
        system_oem=oem(system),
        chassis_model=text(chassis, "Model"),
        bios="yes" if system.get("Bios") else "",
    )


def identify(
    root: Json,
    manager: Json,
    system: Json,
    chassis: Json | None = None,
    profiles: t.Iterable[Profile] | None = None,
) -> Profile:
    """Return the first profile with a row of signs that all fit, else the generic one."""
    seen = evidence(root, manager, system, chassis or {})
    # IPMI first: it tells the maker too, whose answers are for a Redfish service that is not there.
    asked = (ipmi.IPMI, *_added, *PROFILES) if profiles is None else profiles
    return next((profile for profile in asked if any(_fits(sign, seen) for sign in profile.signs)), GENERIC)


def _fits(sign: t.Mapping[str, str], seen: Evidence) -> bool:
    return all(re.search(pattern, getattr(seen, name)) for name, pattern in sign.items())
