# SPDX-License-Identifier: GPL-3.0-or-later
"""The manager itself: clock, time servers, media, logs, subscriptions, certificates."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.lab.bench import Bench, log_in


class TestManager:
    def test_the_clock_can_be_wrong_and_be_set(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "clock_wrong", seconds=-86400)
        path = bench.layout.manager
        wrong = bench.get(path)["DateTime"]
        right = bench.clock.epoch().strftime("%Y-%m-%dT%H:%M:%S+00:00")
        assert wrong[:10] != right[:10]
        assert bench.call("PATCH", path, {"DateTime": right}).status == 200
        assert bench.get(path)["DateTime"][:16] == right[:16]

    def test_time_servers(self) -> None:
        bench = Bench("generic")
        path = f"{bench.layout.manager}/NetworkProtocol"
        body = {"NTP": {"ProtocolEnabled": True, "NTPServers": ["10.0.0.1"]}}
        assert bench.call("PATCH", path, body).status == 200
        assert bench.get(path)["NTP"]["NTPServers"] == ["10.0.0.1"]

    def test_virtual_media(self) -> None:
        bench = Bench("generic")
        path = bench.layout.media[0]
        actions = bench.get(path)["Actions"]
        insert, eject = (actions[f"#VirtualMedia.{name}Media"]["target"] for name in ("Insert", "Eject"))
        assert bench.call("POST", insert, {"Image": "http://10.0.0.1/a.iso"}).status == 204
        assert bench.get(path)["ImageName"] == "a.iso"
        assert bench.call("POST", insert, {"Image": "http://10.0.0.1/b.iso"}).status == 409
        assert bench.call("POST", eject, {}).status == 204
        assert bench.get(path)["Inserted"] is False

    def test_supermicro_refuses_optional_parameters_of_insert(self) -> None:
        bench = Bench("supermicro_x13")
        target = bench.get(bench.layout.media[0])["Actions"]["#VirtualMedia.InsertMedia"]["target"]
        assert bench.call("POST", target, {"Image": "http://x/a.iso", "Inserted": True}).status == 400

    def test_the_log_can_be_cleared(self) -> None:
        bench = Bench("generic")
        bench.boot()
        path = bench.layout.logs[0]
        assert bench.get(f"{path}/Entries")["Members"]
        target = bench.get(path)["Actions"]["#LogService.ClearLog"]["target"]
        assert bench.call("POST", target, {}).status == 204
        assert bench.get(f"{path}/Entries")["Members"] == []

    def test_a_reset_of_the_manager_loses_sessions(self) -> None:
        bench = Bench("generic")
        token = log_in(bench).headers["X-Auth-Token"]
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        assert bench.call("POST", target, {"ResetType": "ForceRestart"}).status == 204
        bench.clock.advance(2)
        assert not bench.bmc.up
        bench.clock.advance(600)
        assert bench.bmc.up
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 401

    def test_event_subscriptions(self) -> None:
        bench = Bench("generic")
        place = bench.layout.subscriptions
        body = {"Destination": "https://10.0.0.1/events", "Protocol": "Redfish", "Context": "c"}
        answer = bench.call("POST", place, body)
        assert answer.status == 201
        assert len(bench.get(place)["Members"]) == 1
        assert bench.call("DELETE", answer.headers["Location"]).status == 204
        assert bench.get(place)["Members"] == []


class TestCertificates:
    def test_a_request_and_a_replacement(self) -> None:
        import trustme
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        bench, shown = Bench("generic"), []
        bench.bmc.on_certificate.append(lambda certificate, key: shown.append((certificate, key)))
        service = bench.get(bench.layout.certificates)
        place = bench.get(service["CertificateLocations"]["@odata.id"])["Links"]["Certificates"][0]["@odata.id"]
        ask, replace = (
            service["Actions"][f"#CertificateService.{name}"]["target"]
            for name in ("GenerateCSR", "ReplaceCertificate")
        )
        assert bench.call("POST", ask, {}).status == 400
        answer = bench.call("POST", ask, {"CommonName": "bmc1", "AlternativeNames": ["127.0.0.2", "bmc1.example"]})
        assert answer.doc
        request = x509.load_pem_x509_csr(answer.doc["CSRString"].encode())
        assert request.is_signature_valid
        stranger = trustme.CA().issue_cert("bmc1").cert_chain_pems[0].bytes().decode()
        body = {"CertificateUri": {"@odata.id": place}, "CertificateType": "PEM", "CertificateString": stranger}
        assert bench.call("POST", replace, body).status == 400, "a certificate of another key"
        signed = sign(request)
        body["CertificateString"] = signed.public_bytes(Encoding.PEM).decode()
        assert bench.call("POST", replace, body).status == 204
        assert bench.get(place)["Subject"]["CommonName"] == "bmc1"
        assert len(shown) == 1
        assert "PRIVATE KEY" not in json.dumps(bench.get(place))


def sign(request: Any) -> Any:
    """Sign a request as a certificate authority would."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(request.subject).issuer_name(request.subject)
    builder = builder.public_key(request.public_key()).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
