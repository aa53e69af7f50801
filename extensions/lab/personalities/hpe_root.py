# SPDX-License-Identifier: GPL-3.0-or-later
"""What iLO adds to the service root, as two recordings have it: names, links, and how to log in.

HPE's own tools read there which generation and version they talk to, before they log in. Versions, names, health and
time are the live ones of the machine (`ilo.root`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MONIKER = {
    "ADVLIC": "iLO Advanced",
    "BMC": "iLO",
    "BSYS": "BladeSystem",
    "CLASS": "Baseboard Management Controller",
    "FEDGRP": "DEFAULT",
    "IPROV": "Intelligent Provisioning",
    "PRODABR": "iLO",
    "PRODFAM": "Integrated Lights-Out",
    "STDLIC": "iLO Standard",
    "SUMABR": "SUM",
    "SUMGR": "Smart Update Manager",
    "SYSFAM": "ProLiant",
    "SYSMGMT": "Enhanced",
    "VENDABR": "HPE",
    "VENDNAM": "Hewlett-Packard Enterprise",
    "VNIC": "Virtual NIC",
    "WWW": "www.hpe.com",
    "WWWAHSV": "www.hpe.com/servers/ahsv",
    "WWWBMC": "www.hpe.com/servers/ilo",
    "WWWDOC": "www.hpe.com/support/ilo-docs",
    "WWWERS": "www.hpe.com/services/getconnected",
    "WWWGLIS": "www.hpe.com/glis",
    "WWWINFOSIGHT": "infosight.hpe.com",
    "WWWIOL": "www.hpe.com/info/insightonline",
    "WWWLIC": "www.hpe.com/info/ilo",
    "WWWLML": "www.hpe.com/support",
    "WWWPASS": "www.hpe.com/support/hpesc",
    "WWWPRV": "www.hpe.com/info/privacy",
    "WWWQSPEC": "www.hpe.com/info/qs",
    "WWWRESTDOC": "www.hpe.com/us/en/servers/restful-api.html",
    "WWWSUP": "www.hpe.com/support/ilo5",
    "WWWSWLIC": "www.hpe.com/software/SWLicensing",
}
SINCE_6 = {"CBM": "Compute Ops Management", "RDA": "https://midway.ext.hpe.com/"}
CLOUD_SINCE_6 = {"CloudConnectionPreEnabled": False, "ComputeOpsManagementSupport": True}


def root(generation: int, schema: str) -> Mapping[str, Any]:
    """Return `Oem.Hpe` of the service root for one generation of iLO."""
    new = generation >= 6
    product = {
        "PRODGEN": f"iLO {generation}",
        "PRODNAM": f"Integrated Lights-Out {generation}",
        "PRODTAG": f"HPE iLO {generation}",
    }
    manager = {
        **(CLOUD_SINCE_6 if new else {}),
        "DefaultLanguage": "en",
        "ExternalManager": "None",
        "FQDN": None,
        "HostName": "",
        "Languages": [{"Language": "en", "TranslationName": "English", "Version": ""}],
        "ManagerFirmwareVersion": "",
        "ManagerType": f"iLO {generation}",
        "Status": {"Health": "OK"},
    }
    return {
        "@odata.context": "/redfish/v1/$metadata#HpeiLOServiceExt.HpeiLOServiceExt",
        "@odata.type": f"#HpeiLOServiceExt.{schema}.HpeiLOServiceExt",
        "CACLoginUri": "/html/login_cert.html",
        "Links": {"ResourceDirectory": {"@odata.id": "/redfish/v1/ResourceDirectory"}},
        "Manager": [manager],
        "Moniker": {**MONIKER, **(SINCE_6 if new else {}), **product},
        "Sessions": {
            "CertCommonName": "",
            "CertificateLoginEnabled": False,
            "KerberosEnabled": False,
            "LDAPAuthLicenced": True,
            "LDAPEnabled": False,
            "LocalLoginEnabled": True,
            "LoginFailureDelay": 0,
            "LoginHint": {
                "Hint": "POST to /Sessions to login using the following JSON object:",
                "HintPOSTData": {"Password": "", "UserName": "username"},
            },
            "SecurityOverride": False,
            "ServerName": "",
        },
        "System": [{"Status": {"Health": "OK"}}],
        "Time": "",
    }
