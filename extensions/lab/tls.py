# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's own certificate authority, one certificate per address, and bad ones on request."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile

import trustme

EXPIRED, WRONG = "expired_certificate", "wrong_certificate"


class Authority:
    """Issue certificates. Private keys stay in memory."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="hwautomation lab", organization_unit_name="rack")
        self._stranger: trustme.CA | None = None

    @property
    def pem(self) -> bytes:
        """Return the CA's certificate, which clients verify against."""
        return self._ca.cert_pem.bytes()

    def good(self, address: str, organisation: str = "") -> trustme.LeafCert:
        return self._ca.issue_cert(address, organization_name=organisation or None)

    def expired(self, address: str) -> trustme.LeafCert:
        """Return a certificate that ran out yesterday."""
        end = datetime.now(UTC) - timedelta(days=1)
        return self._ca.issue_cert(address, not_before=end - timedelta(days=365), not_after=end)

    def wrong(self) -> trustme.LeafCert:
        """Return a certificate of another host, signed by a CA that nobody knows."""
        self._stranger = self._stranger or trustme.CA(organization_name="stranger")
        return self._stranger.issue_cert("another-host.example")


class Showing:
    """What one address shows. Each certificate is made when a connection needs it: 200 of them are most of a start."""

    def __init__(self, authority: Authority, address: str, organisation: str = "") -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._authority, self._address, self._organisation = authority, address, organisation
        self._own: tuple[bytes, bytes] | None = None
        self._good: trustme.LeafCert | None = None
        self._fault: str | None = None
        self._pem = b""

    def ready(self, fault: str = "") -> bytes:
        """Load what the next connection is to see, and return that certificate (PEM)."""
        if fault != self._fault:
            self._pem, self._fault = self._load(fault), fault
        return self._pem

    def replace(self, certificate: bytes, key: bytes) -> None:
        """Show a client's certificate from now on."""
        self._own, self._fault = (certificate, key), None

    def _load(self, fault: str) -> bytes:
        if not fault and self._own:
            return self._load_own(*self._own)
        leaf = self._leaf(fault)
        leaf.configure_cert(self.context)
        return leaf.cert_chain_pems[0].bytes()

    def _leaf(self, fault: str) -> trustme.LeafCert:
        if fault:
            return self._authority.expired(self._address) if fault == EXPIRED else self._authority.wrong()
        self._good = self._good or self._authority.good(self._address, self._organisation)
        return self._good

    def _load_own(self, certificate: bytes, key: bytes) -> bytes:
        with NamedTemporaryFile() as file:  # there for a moment only: OpenSSL reads keys from files
            file.write(key + b"\n" + certificate)
            file.flush()
            self.context.load_cert_chain(file.name)
        return certificate
