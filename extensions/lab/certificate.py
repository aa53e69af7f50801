# SPDX-License-Identifier: GPL-3.0-or-later
"""An X.509 certificate as the Certificate resource shows it (DSP2046 Certificate)."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

NAMES = {
    "CommonName": NameOID.COMMON_NAME,
    "Organization": NameOID.ORGANIZATION_NAME,
    "OrganizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "City": NameOID.LOCALITY_NAME,
    "State": NameOID.STATE_OR_PROVINCE_NAME,
    "Country": NameOID.COUNTRY_NAME,
}


def describe(pem: bytes) -> dict[str, Any]:
    """Return the properties of a certificate in PEM."""
    certificate = x509.load_pem_x509_certificate(pem)
    return {
        "CertificateString": pem.decode(),
        "CertificateType": "PEM",
        "Subject": _name(certificate.subject),
        "Issuer": _name(certificate.issuer),
        "ValidNotBefore": certificate.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ValidNotAfter": certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SerialNumber": _octets(certificate.serial_number),
    }


def _name(name: x509.Name) -> dict[str, str]:
    found = {key: name.get_attributes_for_oid(oid) for key, oid in NAMES.items()}
    return {key: str(values[0].value) for key, values in found.items() if values}


def _octets(number: int) -> str:
    """Return a serial number as the schema wants it: hexadecimal octets with colons between."""
    return number.to_bytes(max((number.bit_length() + 7) // 8, 1), "big").hex(":")
