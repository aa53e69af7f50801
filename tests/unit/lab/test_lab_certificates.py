# SPDX-License-Identifier: GPL-3.0-or-later
"""Which certificate an address shows, and when it is made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509

from ansible_collections.hwautomation.baremetal.extensions.lab import tls
from ansible_collections.hwautomation.baremetal.extensions.lab.tls import EXPIRED, WRONG, Authority, Showing


@pytest.fixture
def showing() -> Showing:
    return Showing(Authority(), "127.0.0.2", "Maker")


def test_a_certificate_is_made_once_and_comes_back_after_a_fault(showing: Showing) -> None:
    good = showing.ready()
    assert showing.ready() == good
    assert x509.load_pem_x509_certificate(showing.ready(EXPIRED)).not_valid_after_utc < datetime.now(UTC)
    assert b"BEGIN CERTIFICATE" in showing.ready(WRONG)
    assert showing.ready() == good


def test_nothing_is_made_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority()
    monkeypatch.setattr(tls.trustme.CA, "issue_cert", lambda *_a, **_k: pytest.fail("made too early"))
    assert Showing(authority, "127.0.0.2").context is not None


def test_a_client_s_own_certificate_outlives_a_fault(showing: Showing) -> None:
    own = trustme.CA().issue_cert("bmc1")
    pem = own.cert_chain_pems[0].bytes()
    showing.replace(pem, own.private_key_pem.bytes())
    assert showing.ready() == pem
    assert showing.ready(WRONG) != pem
    assert showing.ready() == pem
