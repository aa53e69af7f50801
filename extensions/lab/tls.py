# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's own certificate authority, one certificate per address, and bad ones on request."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import trustme


class Authority:
    """Issue certificates. Private keys stay in memory."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="hwautomation lab", organization_unit_name="rack")
        self._stranger: trustme.CA | None = None

    @property
    def pem(self) -> bytes:
        """Return the CA's certificate, which clients verify against."""
        return self._ca.cert_pem.bytes()

    def context(self) -> ssl.SSLContext:
        """Return a server context without a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def good(self, context: ssl.SSLContext, address: str, organisation: str = "") -> bytes:
        """Load a good certificate for an address; return it."""
        return _load(context, self._ca.issue_cert(address, organization_name=organisation or None))

    def expired(self, context: ssl.SSLContext, address: str) -> bytes:
        """Load a certificate that ran out yesterday; new connections get it."""
        end = datetime.now(UTC) - timedelta(days=1)
        start = end - timedelta(days=365)
        return _load(context, self._ca.issue_cert(address, not_before=start, not_after=end))

    def wrong(self, context: ssl.SSLContext) -> bytes:
        """Load a certificate of another host, signed by a CA that nobody knows."""
        self._stranger = self._stranger or trustme.CA(organization_name="stranger")
        return _load(context, self._stranger.issue_cert("another-host.example"))


def _load(context: ssl.SSLContext, certificate: trustme.LeafCert) -> bytes:
    certificate.configure_cert(context)
    return certificate.cert_chain_pems[0].bytes()
