# SPDX-License-Identifier: GPL-3.0-or-later
"""The BMC's HTTPS certificate: a request signed by a key of its own, and its replacement, which is really shown."""

from __future__ import annotations

import ipaddress
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ..bmc import Bmc
from ..certificate import NAMES
from ..tree import setup
from ..tree.store import Doc
from .call import Answer, Call
from .messages import error

CSR, REPLACE = "CertificateService.GenerateCSR", "CertificateService.ReplaceCertificate"


def generate_csr(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST CertificateService.GenerateCSR: make a key, keep it, answer with the request."""
    body = call.json()
    return Answer(
        200, {"CSRString": request(bmc, body, CSR, body), "CertificateCollection": body.get("CertificateCollection")}
    )


def request(bmc: Bmc, body: Doc, action: str, given: Doc) -> str:
    """Make a key and return the request signed with it, in PEM; `given` is what must hold what the platform wants."""
    for name in setup.of(bmc).csr_required:
        if not isinstance(given.get(name), str):
            raise error(400, "ActionParameterMissing", action, name)
    try:
        subject = x509.Name([x509.NameAttribute(oid, str(body[name])) for name, oid in NAMES.items() if body.get(name)])
        others = x509.SubjectAlternativeName([_alternative(str(one)) for one in body.get("AlternativeNames") or []])
    except ValueError as problem:
        raise error(400, "ActionParameterValueFormatError", problem, "CommonName", action) from problem
    bmc.csr_key = ec.generate_private_key(ec.SECP256R1())
    wanted = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if len(others):
        wanted = wanted.add_extension(others, critical=False)
    signed = wanted.sign(bmc.csr_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def replace_certificate(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST CertificateService.ReplaceCertificate: take a certificate that belongs to the key of the last request."""
    body = call.json()
    place = _place(bmc, body)
    if body.get("CertificateType") != "PEM":
        raise error(400, "ActionParameterValueNotInList", body.get("CertificateType"), "CertificateType", REPLACE)
    if not isinstance(body.get("CertificateString"), str):
        raise error(400, "ActionParameterMissing", REPLACE, "CertificateString")
    install(bmc, body["CertificateString"])
    return Answer(204, headers={"Location": place})


def install(bmc: Bmc, text: str) -> None:
    """Take a certificate that belongs to the key of the last request, and restart the web server where that is so."""
    try:
        certificate = x509.load_pem_x509_certificate(text.encode())
    except ValueError as problem:
        raise error(400, "ActionParameterValueFormatError", "******", "CertificateString", REPLACE) from problem
    if bmc.csr_key is None or certificate.public_key() != bmc.csr_key.public_key():
        raise error(400, "PropertyValueIncorrect", "CertificateString", "a certificate of another key")
    key = bmc.csr_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    bmc.certificate = text.encode()
    for callback in bmc.on_certificate:
        callback(bmc.certificate, key)
    bmc.web_restart(setup.of(bmc).outage)


def _place(bmc: Bmc, body: Doc) -> str:
    uri: Any = body.get("CertificateUri")
    place = uri.get("@odata.id") if isinstance(uri, dict) else uri
    if not isinstance(place, str):
        raise error(400, "ActionParameterMissing", REPLACE, "CertificateUri")
    if bmc.tree.get(place) is None:
        raise error(400, "ActionParameterValueFormatError", place, "CertificateUri", REPLACE)
    return place


def _alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
