# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each platform keeps licences besides the standard's LicenseService, and what it calls their parts.

"rec" is a public recording of a real machine.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["DELL", "HPE", "STANDARD", "SUPERMICRO", "LicencePlace"]

Path = t.Tuple[str, ...]


@dataclass(frozen=True)
class LicencePlace:
    """A place of licences, found from the manager; of several property names the first with a value counts.

    ``links``   property names on the way; each link is followed. Empty: the LicenseService is all there is.
    ``texts``   property with licences as JSON texts; empty: the place is a collection of resources.
    ``inside``  path in such a text to the licence.
    ``id``, ``name``, ``type``, ``expires`` the properties that tell these.
    ``health``  property with its state, besides Status.
    """

    links: Path = ()
    texts: str = ""
    inside: Path = ()
    id: Path = ("Id",)
    name: Path = ("Name",)
    type: Path = ("LicenseType",)
    expires: Path = ("ExpirationDate",)
    health: str = ""


STANDARD = LicencePlace()

DELL = LicencePlace(
    # rec R750 (iDRAC 9 6.x), which has no LicenseService; its descriptions are a list.
    links=("Links", "Oem", "Dell", "DellLicenseCollection"),
    name=("LicenseDescription", "Name"),
    expires=("LicenseEndDate", "ExpirationDate"),
    health="LicensePrimaryStatus",
)

HPE = LicencePlace(
    # rec iLO 5, 6: Name is "iLO License" for all of them.
    links=("Oem", "Hpe", "Links", "LicenseService"),
    name=("License", "Name"),
    expires=("LicenseExpire", "ExpirationDate"),
)

SUPERMICRO = LicencePlace(
    # rec SYS-821GE: signed JSON texts; the signature is nobody's business.
    links=("Oem", "Supermicro", "LicenseManager", "QueryLicense"),
    texts="Licenses",
    inside=("ProductKey", "Node"),
    id=("LicenseID", "Id"),
    name=("LicenseName", "Name"),
)
