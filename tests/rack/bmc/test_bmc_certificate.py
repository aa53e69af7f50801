# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_certificate: a request of the BMC's own, a signed certificate, and a handshake that shows it."""

from __future__ import annotations

import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.rack import Rack

# One of each way: vendors' generations share theirs.
ABLE = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "lenovo_xcc", "ami_megarac", "openbmc", "generic")
NAMES = {"organization": "o", "organizational_unit": "u", "city": "c", "state_or_province": "s", "country": "DE"}


class Authority:
    """Signs the requests of BMCs."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the authority of these tests")])
        own = x509.BasicConstraints(ca=True, path_length=None)
        self.pem = self._sign(self.name, self.key.public_key(), [(own, True)])

    def sign(self, csr: str, address: str) -> str:
        request = x509.load_pem_x509_csr(csr.encode())
        assert request.is_signature_valid
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        return self._sign(request.subject, request.public_key(), [(names, False)])

    def _sign(self, subject, key, extensions, days=90) -> str:
        now = datetime.datetime.now(datetime.UTC)
        built = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
        built = built.serial_number(x509.random_serial_number())
        built = built.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
            now + datetime.timedelta(days=days)
        )
        for extension, critical in extensions:
            built = built.add_extension(extension, critical=critical)
        return built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def expired(self) -> str:
        return self._sign(self.name, self.key.public_key(), [], days=-0.5)


@pytest.fixture(scope="module")
def platforms(tmp_path_factory):
    hosts = {name: {"lab_platform": name} for name in (*ABLE, "supermicro_x10", "intel")}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def trusting(platforms, authority, tmp_path):
    """Return a file with both authorities: the rack's and ours."""
    path = tmp_path / "both.pem"
    with open(platforms.ca_path) as file:
        path.write_text(file.read() + authority.pem)
    return str(path)


@pytest.mark.parametrize("name", ABLE)
def test_certificate_is_asked_for_signed_installed_and_shown(platforms, run_door, authority, trusting, name):
    address = platforms.server(name).bmc_host
    request = {"state": "requested", "common_name": address, "ca_path": trusting, **NAMES}
    platforms.clear_journal()
    planned = run_door(platforms, name, "bmc_certificate", check=True, **{**request, "common_name": "other.example"})
    assert planned["changed"] and "csr" not in planned and platforms.journal(name, writes=True) == []
    current = run_door(platforms, name, "bmc_certificate", **request)
    assert not current["changed"] and "these names" in current["reason"], current

    asked = run_door(platforms, name, "bmc_certificate", **{**request, "alternative_names": ["bmc.example"]})
    assert asked["csr"].startswith("-----BEGIN CERTIFICATE REQUEST"), asked
    signed = authority.sign(asked["csr"], address)

    done = run_door(platforms, name, "bmc_certificate", certificate=signed, ca_path=trusting)
    assert done["changed"] and not done.get("failed"), done
    assert done["fingerprint"] == done["after"]["fingerprint"] != done["before"]["fingerprint"]
    again = run_door(platforms, name, "bmc_certificate", certificate=signed, ca_path=trusting)
    assert not again["changed"] and again["reason"] == "already in use", again
    seen = run_door(platforms, name, "bmc_certificate_info")
    assert seen["fingerprint"] == done["fingerprint"] and seen["valid_for_host"]
    pinned = run_door(platforms, name, "bmc_info", subsets=["bmc"], tls_fingerprint=done["fingerprint"])
    assert not pinned.get("failed"), pinned


@pytest.mark.parametrize("name", ["supermicro_x10", "intel"])
def test_platform_without_certificates_over_redfish_says_so(platforms, run_door, name):
    result = run_door(platforms, name, "bmc_certificate", state="requested", common_name="bmc.example")

    assert result["error_class"] == "NotSupportedError" and "tls_fingerprint" in result["hint"], result


def test_bad_input_is_refused_before_the_first_write(platforms, run_door, authority, trusting):
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    platforms.clear_journal()
    cases = [
        ({"certificate": "no certificate"}, "no certificate in PEM"),
        ({"certificate": authority.pem, "private_key": pem}, "does not belong"),
        ({"certificate": authority.pem, "private_key": "BEGIN-secret-text"}, "is not a private key"),
        ({"certificate": authority.expired()}, "expired at"),
        ({"state": "requested", "common_name": "x.example"}, "wants more in a certificate request: organization"),
    ]
    for options, words in cases:
        result = run_door(platforms, "ami_megarac", "bmc_certificate", ca_path=trusting, **options)
        assert result["failed"] and words in result["msg"], result
        assert pem not in str(result) and "BEGIN-secret-text" not in str(result)
    assert platforms.journal("ami_megarac", writes=True) == []


def test_certificate_of_another_key_is_refused_by_the_bmc_and_nothing_changes(platforms, run_door, authority, trusting):
    before = run_door(platforms, "generic", "bmc_certificate_info")["fingerprint"]

    result = run_door(platforms, "generic", "bmc_certificate", certificate=authority.pem, ca_path=trusting)

    assert result["error_class"] == "ConfigurationError" and "another key" in result["answer"], result
    assert run_door(platforms, "generic", "bmc_certificate_info")["fingerprint"] == before
