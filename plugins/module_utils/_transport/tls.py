# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS to a BMC: which certificates are accepted, and contexts that are built once.

Loading a full bundle of authorities costs 20 to 50 ms each time, as much as a whole task. In a playbook the system's is
therefore loaded once, in the main process: forked workers inherit it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import ssl
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["Trust", "clean_fingerprint", "preload", "server_certificate", "server_fingerprint"]

SHA256_HEX = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Trust:
    """Which certificate is accepted: one that the authorities vouch for, exactly one, or any.

    :param validate: False accepts any certificate.
    :param ca_path: PEM file of authorities, or None for the system's own store.
    :param fingerprint: SHA-256 of the only certificate to accept, in hexadecimal; overrides the authorities.
    """

    validate: bool = True
    ca_path: str | None = None
    fingerprint: str | None = None

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Trust:
        """Check the TLS options of a door.

        :raises ConfigurationError: for a fingerprint that is not a SHA-256, or a ca_path that cannot be read.
        """
        fingerprint, ca_path = params.get("tls_fingerprint"), params.get("ca_path")
        if fingerprint:
            fingerprint = clean_fingerprint(fingerprint, params.get("bmc_host"))
        return cls(bool(params.get("validate_certs", True)), ca_path or None, fingerprint or None)

    @classmethod
    def pinned(cls, certificate: bytes) -> Trust:
        """Return the trust that accepts exactly this certificate (DER)."""
        return cls(fingerprint=hashlib.sha256(certificate).hexdigest())

    def context(self) -> ssl.SSLContext:
        """Return the context for this trust, built once per process and per version of the CA file.

        :raises ConfigurationError: when the CA file is missing or holds no certificate.
        """
        if self.fingerprint or not self.validate:
            return _remembered(("any",), _unverified)
        if self.ca_path is None:
            return _remembered(("system",), _verified)
        ca_path = os.path.expanduser(self.ca_path)
        try:
            version = os.stat(ca_path).st_mtime_ns
            return _remembered(("file", ca_path, version), lambda: _verified(ca_path))
        except (OSError, ssl.SSLError) as exc:
            raise ConfigurationError(
                f"ca_path {self.ca_path} cannot be used: {exc}", hint="give a readable file with PEM certificates"
            ) from exc


def clean_fingerprint(text: str, machine: str | None = None) -> str:
    """Return a SHA-256 fingerprint as 64 digits in lower case.

    :raises ConfigurationError: when it is none.
    """
    plain = re.sub(r"^sha256:|[:\s]", "", text.strip().lower())
    if not re.fullmatch(SHA256_HEX, plain):
        raise ConfigurationError(
            "tls_fingerprint is not a SHA-256 fingerprint",
            machine=machine,
            hint="give 64 hexadecimal digits, with or without colons",
        )
    return plain


_contexts: dict[tuple[t.Any, ...], ssl.SSLContext] = {}


def _remembered(key: tuple[t.Any, ...], build: t.Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    if key not in _contexts:
        _contexts[key] = build()
    return _contexts[key]


def _verified(ca_path: str | None = None) -> ssl.SSLContext:
    """Return a context that verifies chain, dates and name alike on every Python.

    Python 3.13 also wants the letter of RFC 5280, such as an authority key identifier, which certificates of BMCs and of
    the authorities of small sites often lack, and lets a file name an intermediate authority.
    """
    context = ssl.create_default_context(cafile=ca_path)
    context.verify_flags = (context.verify_flags & ~ssl.VERIFY_X509_STRICT) | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _unverified() -> ssl.SSLContext:
    # The system's authorities, which nobody asks here, would cost more to load than a task.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def preload() -> None:
    """Load the system's authorities now, so that processes forked from this one need not."""
    Trust().context()


def server_certificate(host: str, port: int, timeout: float, trust: Trust = Trust(validate=False)) -> bytes | None:
    """Return the certificate a server shows (DER), or None; sends only the handshake.

    :param trust: None is returned as well for a certificate that this does not accept; any is by default.
    """
    try:
        plain = socket.create_connection((host, port), timeout)
        with plain, trust.context().wrap_socket(plain, server_hostname=host) as wrapped:
            return wrapped.getpeercert(binary_form=True)
    except OSError:
        return None


def server_fingerprint(host: str, port: int, timeout: float) -> str | None:
    """Return the SHA-256 of the certificate a server shows, in hexadecimal, or None; sends only the handshake."""
    certificate = server_certificate(host, port, timeout)
    return hashlib.sha256(certificate).hexdigest() if certificate else None
