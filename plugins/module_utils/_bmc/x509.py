# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X.509 certificates as far as a BMC's HTTPS certificate needs them: what it says, and whether it fits.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import asdict, dataclass
from datetime import datetime

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["Certificate", "key_fits", "parse_der", "parse_pem"]

x509 = optional("cryptography.x509")
serialization = optional("cryptography.hazmat.primitives.serialization")


@dataclass(frozen=True)
class Certificate:
    """A certificate in plain data; times are ISO 8601 in UTC, ``names`` the DNS names and addresses it is for."""

    fingerprint: str
    subject: str
    common_name: str
    issuer: str
    names: t.Tuple[str, ...]
    not_before: str
    not_after: str
    self_signed: bool

    def as_result(self) -> dict[str, t.Any]:
        """Return it for a result."""
        return {**asdict(self), "names": list(self.names)}

    def days_left(self, now: float) -> float:
        """Return the days until it expires, negative when it has; ``now`` in seconds since 1970."""
        return round((datetime.fromisoformat(self.not_after).timestamp() - now) / 86400, 1)

    def is_for(self, name: str) -> bool:
        """Whether it is for that name or address; the common name counts where it has no other names."""
        wanted = name.strip("[]").lower()
        known = [one.lower() for one in self.names or (self.common_name,)]
        stars = [one[1:] for one in known if one.startswith("*.")]
        return wanted in known or any(wanted.partition(".")[2] == star[1:] for star in stars)


def parse_der(der: bytes) -> Certificate:
    """Read a certificate.

    :raises ConfigurationError: for what is none.
    """
    require("cryptography")
    try:
        found = x509.load_der_x509_certificate(der)
    except ValueError as exc:
        raise ConfigurationError(f"not a certificate: {exc}") from exc
    return _certificate(found)


def parse_pem(text: str) -> list[Certificate]:
    """Read a certificate and what follows it of its chain.

    :raises ConfigurationError: for what holds no certificate.
    """
    require("cryptography")
    try:
        return [_certificate(one) for one in x509.load_pem_x509_certificates(text.encode())]
    except ValueError as exc:
        raise ConfigurationError(
            "certificate holds no certificate in PEM", hint="it starts with -----BEGIN CERTIFICATE-----"
        ) from exc


def key_fits(certificate: str, key: str) -> bool:
    """Whether a private key in PEM belongs to a certificate in PEM.

    :raises ConfigurationError: for what is no private key; the text is not repeated.
    """
    require("cryptography")
    try:
        private = serialization.load_pem_private_key(key.encode(), None)
    except (TypeError, ValueError):
        # The cause is left out: it may quote the key.
        raise ConfigurationError("private_key is not a private key in PEM, or it has a passphrase") from None
    public = x509.load_pem_x509_certificates(certificate.encode())[0].public_key()
    return bool(private.public_key() == public)


def _certificate(found: t.Any) -> Certificate:
    names: tuple[str, ...] = ()
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = tuple(str(one.value) for one in extension.value if isinstance(one, (x509.DNSName, x509.IPAddress)))
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    common = found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return Certificate(
        fingerprint=hashlib.sha256(found.public_bytes(serialization.Encoding.DER)).hexdigest(),
        subject=found.subject.rfc4514_string(),
        common_name=str(common[0].value) if common else "",
        issuer=found.issuer.rfc4514_string(),
        names=names,
        not_before=found.not_valid_before_utc.isoformat(),
        not_after=found.not_valid_after_utc.isoformat(),
        self_signed=found.subject == found.issuer,
    )
