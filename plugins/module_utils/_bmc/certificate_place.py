# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a BMC takes certificate requests and certificates: the standard's service, or a resource of its vendor's.

Sources: DSP0268 CertificateService, CertificateCollection and ActionInfo; vendors' own in ``_vendors/setup.py``.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.places import find_place
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import OwnCertificate

__all__ = ["CertificatePlace", "find_certificate_place"]

Json = t.Dict[str, t.Any]

GENERATE, REPLACE = "#CertificateService.GenerateCSR", "#CertificateService.ReplaceCertificate"


@dataclass(frozen=True)
class CertificatePlace:
    """Where this BMC takes requests and certificates. ``required`` in the standard's names."""

    request: str = ""
    install: str = ""
    collection: str = ""
    member: str = ""
    required: t.Tuple[str, ...] = ()
    defaults: t.Mapping[str, str] = field(default_factory=dict)
    own: OwnCertificate | None = None
    own_uri: str = ""
    last_request: str | None = None


def find_certificate_place(service: Service) -> CertificatePlace:
    """Read where this BMC takes another certificate.

    :raises NotSupportedError: when it takes none over Redfish.
    """
    own = service.profile.setup.certificate
    place = _own_place(service, own) if own else _standard_place(service)
    if place is None:
        raise NotSupportedError(
            "the BMC takes no HTTPS certificate over Redfish",
            machine=service.machine,
            hint="use its web interface, or pin what it shows (tls_fingerprint)",
        )
    return place


def _own_place(service: Service, own: OwnCertificate) -> CertificatePlace | None:
    found = find_place(service, own.links)
    if found is None:
        return None
    actions = found.body.get("Actions") or {}
    return CertificatePlace(
        request=str((actions.get(f"#{own.request}") or {}).get("target") or ""),
        install=str((actions.get(f"#{own.install}") or {}).get("target") or ""),
        required=own.required,
        own=own,
        own_uri=found.uri,
        last_request=found.body.get(own.csr),
    )


def _standard_place(service: Service) -> CertificatePlace | None:
    protocol = link(service.manager, "NetworkProtocol")
    collection = link(service.get(protocol), "HTTPS", "Certificates") if protocol else ""
    if not collection:
        return None
    uri = link(service.root, "CertificateService")
    actions = ((service.get_or_none(uri) or {}).get("Actions") or {}) if uri else {}
    generate = actions.get(GENERATE) or {}
    required, defaults = _required(service, generate)
    return CertificatePlace(
        request=str(generate.get("target") or ""),
        install=str((actions.get(REPLACE) or {}).get("target") or ""),
        collection=collection,
        member=next(iter(members(service.client, collection)), ""),
        required=required,
        defaults=defaults,
    )


def _required(service: Service, action: Json) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return what a request must hold, and the first allowed value of what has some."""
    uri = action.get("@Redfish.ActionInfo")
    rows = ((service.get_or_none(str(uri)) or {}).get("Parameters") or ()) if uri else ()
    needed = [row for row in rows if row.get("Required") and row.get("Name") != "CertificateCollection"]
    defaults = {str(row["Name"]): str(row["AllowableValues"][0]) for row in needed if row.get("AllowableValues")}
    return tuple(str(row["Name"]) for row in needed), defaults
