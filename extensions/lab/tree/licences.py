# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences of a BMC, where each platform keeps them: there, missing (`lab_license: false`) or expired."""

from __future__ import annotations

import json
from typing import Any

from .site import ROOT, Site
from .store import Doc, collection, link

EXPIRED_ON = "2020-01-31T00:00:00Z"


def build(site: Site) -> None:
    """Add the licences of this platform; some have no place for them."""
    maker = {"Dell": _dell, "Supermicro": _supermicro, "Hpe": _hpe}.get(site.p.identity.oem)
    if maker is not None and site.p.updates.service:
        maker(site)
    elif site.p.id == "generic":
        _standard(site)


def _standard(site: Site) -> None:
    service = f"{ROOT}/LicenseService"
    members = [f"{service}/Licenses/1"] if site.p.license else []
    status = {"State": "Disabled", "Health": "Critical"} if site.p.license_expired else _OK
    for member in members:
        site.put(
            member,
            "License",
            "Management License",
            LicenseType="Production",
            EntitlementId="LAB-0001",
            ExpirationDate=EXPIRED_ON if site.p.license_expired else None,
            Status=status,
        )
    site.collect(f"{service}/Licenses", "License", "Licenses", members)
    site.put(service, "LicenseService", "License Service", ServiceEnabled=True, Licenses=link(f"{service}/Licenses"))
    _over(site, ROOT, {"LicenseService": link(service)})


def _dell(site: Site) -> None:
    place = f"{site.manager}/Oem/Dell/DellLicenses"
    members = [f"{place}/FD00000000000001"] if site.p.license else []
    for member in members:
        body = {
            "@odata.id": member,
            "@odata.type": "#DellLicense.v1_2_0.DellLicense",
            "Id": "FD00000000000001",
            "Name": "DellLicense",
            "LicenseDescription": ["iDRAC9 Enterprise License"],
            "LicenseEndDate": EXPIRED_ON if site.p.license_expired else None,
            "LicensePrimaryStatus": "Error" if site.p.license_expired else "OK",
            "LicenseType": "Evaluation" if site.p.license_expired else "Perpetual",
        }
        site.tree.put(member, body)
    site.tree.put(place, collection(place, "DellLicense", "DellLicenseCollection", members))
    _over(site, site.manager, {"Links": {"Oem": {"Dell": {"DellLicenseCollection": link(place)}}}})


def _supermicro(site: Site) -> None:
    holder = f"{site.manager}/LicenseManager"
    node: dict[str, Any] = {"LicenseID": "2", "LicenseName": "SFT-DCMS-SINGLE", "CreateDate": "20230720"}
    texts = [json.dumps({"ProductKey": {"Node": node, "Signature": "bm90IGEgc2lnbmF0dXJl"}})] if site.p.license else []
    for path, kind, more in (
        (holder, "LicenseManager", {"QueryLicense": link(f"{holder}/QueryLicense")}),
        (f"{holder}/QueryLicense", "QueryLicense", {"Licenses": texts}),
    ):
        body = {"@odata.id": path, "@odata.type": f"#{kind}.v1_0_0.{kind}", "Id": kind, "Name": "License Manager"}
        site.tree.put(path, {**body, **more})
    _over(site, site.manager, {"Oem": {"Supermicro": {"LicenseManager": link(holder)}}})


def _hpe(site: Site) -> None:
    place = f"{site.manager}/LicenseService"
    members = [f"{place}/1"] if site.p.license else []
    for member in members:
        body = {
            "@odata.id": member,
            "@odata.type": "#HpeiLOLicense.v2_3_0.HpeiLOLicense",
            "Id": "1",
            "Name": "iLO License",
            "License": "iLO Advanced",
            "LicenseExpire": "31 Jan 2020" if site.p.license_expired else "",
            "LicenseKey": "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX",
            "LicenseType": "Evaluation" if site.p.license_expired else "Perpetual",
        }
        site.tree.put(member, body)
    site.tree.put(place, collection(place, "HpeiLOLicense", "iLO Licenses", members))
    _over(site, site.manager, {"Oem": {"Hpe": {"Links": {"LicenseService": link(place)}}}})


def _over(site: Site, path: str, changes: Doc) -> None:
    site.tree.put(path, _merged(dict(site.tree.get(path) or {}), changes))


def _merged(doc: Doc, changes: Doc) -> Doc:
    for key, value in changes.items():
        inner = doc.get(key)
        doc[key] = _merged(dict(inner), value) if isinstance(inner, dict) and "@odata.id" not in value else value
    return doc


_OK = {"State": "Enabled", "Health": "OK"}
