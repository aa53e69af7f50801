# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes to what sets up the BMC itself: its address, vendors' own switches, Secure Boot, certificates of HPE."""

from __future__ import annotations

import ipaddress
from typing import Any

from ..bmc import Bmc
from ..tasks import PENDING
from ..tree import setup
from ..tree.store import Doc
from .call import Answer, Call
from .certificates import install, request
from .etag import kind_of
from .messages import error
from .patching import patch, write

CSR_SECONDS = 5.0
NTP_BY_DHCP = "iLO.2.24.SNTPConfigurationManagedByDHCPAndIsReadOnly"


def patch_setting(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH a vendor's own resource; some wait for a restart of the BMC, some restart its web server."""
    habits, kind = setup.of(bmc), kind_of(bmc.tree.get(path) or {})
    body = call.json()
    if "StaticNTPServers" in body and _ntp_by_dhcp(bmc):
        raise error(400, NTP_BY_DHCP)
    answer = patch(bmc, call, path)
    if kind in habits.pending:
        write(bmc, path, {"ConfigurationSettings": "SomePendingReset"})
        bmc.at_restart.append(lambda: _in_force(bmc, path))
    if kind in habits.restarting:
        bmc.web_restart(habits.outage)
    return answer


def _ntp_by_dhcp(bmc: Bmc) -> bool:
    interfaces = [bmc.tree.get(path) or {} for path in bmc.layout.interfaces]
    return any((one.get("DHCPv4") or {}).get("UseNTPServers") for one in interfaces)


def _in_force(bmc: Bmc, path: str) -> None:
    doc = bmc.tree.get(path) or {}
    changes: Doc = {"ConfigurationSettings": "Current"}
    if "StaticNTPServers" in doc:
        changes["NTPServers"] = list(doc["StaticNTPServers"])
    write(bmc, path, changes)


def patch_interface(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH an interface of the BMC; another address takes the BMC there when the answer is out."""
    body = call.json()
    wanted = _address(body)
    if wanted is not None:
        _check(wanted)
    answer = patch(bmc, call, path)
    new = _new_address(bmc, body, wanted)
    if new and not bmc.captured:
        origin = "Static" if wanted else "DHCP"
        write(bmc, path, {"IPv4Addresses": [{**(wanted or {}), "Address": new, "AddressOrigin": origin}]})
        bmc.move(new)
        answer.doc = bmc.tree.get(path)
    return answer


def _address(body: Doc) -> Doc | None:
    for key in ("IPv4StaticAddresses", "IPv4Addresses"):
        rows = body.get(key)
        if isinstance(rows, list) and rows and isinstance(rows[0], dict) and rows[0].get("Address"):
            return dict(rows[0])
    return None


def _check(wanted: Doc) -> None:
    for key in ("Address", "SubnetMask", "Gateway"):
        try:
            ipaddress.IPv4Address(str(wanted.get(key, "0.0.0.0")))  # noqa: S104 - a placeholder, nothing listens
        except ValueError as problem:
            raise error(400, "PropertyValueFormatError", wanted[key], key) from problem


def _new_address(bmc: Bmc, body: Doc, wanted: Doc | None) -> str:
    dhcp = (body.get("DHCPv4") or {}).get("DHCPEnabled")
    if dhcp is True:
        return bmc.lease
    return str(wanted["Address"]) if wanted else ""


def patch_secure_boot(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH SecureBootEnable: the next start of the host makes it so. Refused while the host starts the old way."""
    body = call.json()
    wanted = body.get("SecureBootEnable")
    if isinstance(wanted, bool):
        if wanted and _legacy(bmc):
            raise error(400, "PropertyNotWritable", "SecureBootEnable", related="#/SecureBootEnable")
        bmc.secure_boot.enable = wanted
    answer = patch(bmc, call, path)
    return _as_job(bmc, answer, path)


def reset_keys(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST SecureBoot.ResetKeys: carried out by the next start of the host."""
    kind = call.json().get("ResetKeysType")
    if not kind:
        raise error(400, "ActionParameterMissing", "SecureBoot.ResetKeys", "ResetKeysType")
    if kind not in setup.of(bmc).reset_keys:
        raise error(400, "ActionParameterValueNotInList", kind, "ResetKeysType", "SecureBoot.ResetKeys")
    bmc.secure_boot.pending = str(kind)
    return _as_job(bmc, Answer(204), path)


def _legacy(bmc: Bmc) -> bool:
    values = dict(bmc.bios.current) if bmc.bios else {}
    modes = [str(value) for name, value in values.items() if "BootMode" in name and "Secure" not in name]
    return any(value == "Bios" or value.upper().startswith("LEGACY") for value in modes)


def _as_job(bmc: Bmc, answer: Answer, path: str) -> Answer:
    if not setup.of(bmc).secure_boot_job:
        return answer
    job = bmc.tasks.create("Configure: SecureBoot", "secure_boot", path)
    bmc.tasks.update(job, state=PENDING, job_state="Scheduled", message="Task successfully scheduled.")
    answer.headers["Location"] = f"{bmc.layout.jobs[0]}/{job.id}"
    return answer


def hpe_csr(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST HpeHttpsCert.GenerateCSR: taken at once, the request is in the resource some seconds later."""
    body = call.json()
    names = {"OrgName": "Organization", "OrgUnit": "OrganizationalUnit"}
    text = request(bmc, {names.get(key, key): value for key, value in body.items()}, "HpeHttpsCert.GenerateCSR", body)
    bmc.clock.later(CSR_SECONDS, lambda: write(bmc, path, {"CertificateSigningRequest": text}))
    return Answer(200)


def hpe_import(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST HpeHttpsCert.ImportCertificate: the certificate is taken and iLO restarts."""
    text: Any = call.json().get("Certificate")
    if not isinstance(text, str):
        raise error(400, "ActionParameterMissing", "HpeHttpsCert.ImportCertificate", "Certificate")
    install(bmc, text)
    return Answer(200)
