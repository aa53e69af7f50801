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
from ..tree.store import Doc
from .call import Answer, Call
from .messages import error

CSR, REPLACE = "CertificateService.GenerateCSR", "CertificateService.ReplaceCertificate"


def generate_csr(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST CertificateService.GenerateCSR: make a key, keep it, answer with the request."""
    body = call.json()
    if not isinstance(body.get("CommonName"), str):
        raise error(400, "ActionParameterMissing", CSR, "CommonName")
    try:
        subject = x509.Name([x509.NameAttribute(oid, str(body[name])) for name, oid in NAMES.items() if body.get(name)])
        others = x509.SubjectAlternativeName([_alternative(str(one)) for one in body.get("AlternativeNames") or []])
    except ValueError as problem:
        raise error(400, "ActionParameterValueFormatError", problem, "CommonName", CSR) from problem
    bmc.csr_key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if len(others):
        request = request.add_extension(others, critical=False)
    signed = request.sign(bmc.csr_key, hashes.SHA256())
    text = signed.public_bytes(serialization.Encoding.PEM).decode()
    return Answer(200, {"CSRString": text, "CertificateCollection": body.get("CertificateCollection")})


def replace_certificate(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST CertificateService.ReplaceCertificate: take a certificate that belongs to the key of the last request."""
    body = call.json()
    place = _place(bmc, body)
    certificate = _read(body)
    if bmc.csr_key is None or certificate.public_key() != bmc.csr_key.public_key():
        raise error(400, "PropertyValueIncorrect", "CertificateString", "a certificate of another key")
    key = bmc.csr_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    bmc.certificate = str(body["CertificateString"]).encode()
    for callback in bmc.on_certificate:
        callback(bmc.certificate, key)
    return Answer(204, headers={"Location": place})


def _place(bmc: Bmc, body: Doc) -> str:
    uri: Any = body.get("CertificateUri")
    place = uri.get("@odata.id") if isinstance(uri, dict) else uri
    if not isinstance(place, str):
        raise error(400, "ActionParameterMissing", REPLACE, "CertificateUri")
    if bmc.tree.get(place) is None:
        raise error(400, "ActionParameterValueFormatError", place, "CertificateUri", REPLACE)
    return place


def _read(body: Doc) -> x509.Certificate:
    if body.get("CertificateType") != "PEM":
        raise error(400, "ActionParameterValueNotInList", body.get("CertificateType"), "CertificateType", REPLACE)
    if not isinstance(body.get("CertificateString"), str):
        raise error(400, "ActionParameterMissing", REPLACE, "CertificateString")
    try:
        return x509.load_pem_x509_certificate(body["CertificateString"].encode())
    except ValueError as problem:
        raise error(400, "ActionParameterValueFormatError", "******", "CertificateString", REPLACE) from problem


def _alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
