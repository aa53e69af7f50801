# SPDX-License-Identifier: GPL-3.0-or-later
"""What sets up the BMC itself, platform by platform: switches, clocks, Secure Boot, certificates, addresses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.bench import Bench

NAMES = {"CommonName": "bmc", "City": "c", "Country": "DE", "OrgName": "o", "OrgUnit": "u", "State": "s"}


def manager(bench: Bench) -> dict[str, Any]:
    return bench.get(bench.layout.manager)


def test_time_servers_of_ilo_are_in_a_resource_of_its_own_and_wait_for_a_restart() -> None:
    bench = Bench("hpe_ilo6")
    assert "NTP" not in bench.get(bench.layout.protocols[0])
    path = manager(bench)["Oem"]["Hpe"]["Links"]["DateTimeService"]["@odata.id"]

    refused = bench.call("PATCH", path, {"StaticNTPServers": ["a", "b"]})
    bench.call("PATCH", bench.layout.interfaces[0], {"DHCPv4": {"UseNTPServers": False}})
    taken = bench.call("PATCH", path, {"StaticNTPServers": ["a", "b"]})

    assert (refused.status, taken.status) == (400, 200)
    waiting = bench.get(path)
    assert (waiting["ConfigurationSettings"], waiting["NTPServers"]) == ("SomePendingReset", ["", ""])
    bench.bmc.restart(10.0)
    bench.clock.advance(20)
    assert bench.get(path)["NTPServers"] == ["a", "b"]


@pytest.mark.parametrize(
    ("platform", "patch"),
    [
        ("supermicro_x13", {"Privilege": "Callback"}),
        ("dell_idrac9", {"Attributes": {"WebServer.1.TLSProtocol": "TLS 1.2 and Higher"}}),
        ("hpe_ilo6", {"TLSVersion": {"TLS1_0": "Disabled"}}),
        ("generic", {"InterfaceEnabled": False}),
    ],
)
def test_switches_of_vendors_are_found_by_links_and_stay(platform: str, patch: dict[str, Any]) -> None:
    bench = Bench(platform)
    key = next(iter(patch))
    found = [path for path in bench.service.routes.settings if key in bench.get(path)]

    answer = bench.call("PATCH", found[0], patch)

    assert answer.status == 200, answer.doc
    value = bench.get(found[0])[key]
    assert value == patch[key] or patch[key].items() <= value.items()


def test_secure_boot_is_in_force_after_a_start_and_wants_keys_and_uefi() -> None:
    bench = Bench("generic")
    path = f"{bench.layout.host}/SecureBoot"
    bench.call("PATCH", path, {"SecureBootEnable": True})
    assert bench.get(path)["SecureBootCurrentBoot"] == "Disabled"
    bench.machine.power_on()
    bench.clock.advance(300)
    assert bench.get(path)["SecureBootCurrentBoot"] == "Enabled"

    bench.call("POST", f"{path}/Actions/SecureBoot.ResetKeys", {"ResetKeysType": "DeletePK"})
    bench.machine.force_restart()
    bench.clock.advance(300)
    assert (bench.get(path)["SecureBootMode"], bench.get(path)["SecureBootCurrentBoot"]) == ("SetupMode", "Disabled")

    assert bench.bmc.bios is not None
    bench.bmc.bios.current["BootMode"] = "LegacyBios"
    assert bench.call("PATCH", path, {"SecureBootEnable": True}).status == 400


def test_request_for_a_certificate_on_ilo_is_there_later() -> None:
    bench = Bench("hpe_ilo6")
    path = next(one for one in bench.service.routes.settings if one.lower().endswith("httpscert"))
    target = bench.get(path)["Actions"]["#HpeHttpsCert.GenerateCSR"]["target"]

    assert bench.call("POST", target, {"CommonName": "bmc"}).status == 400
    assert bench.call("POST", target, NAMES).status == 200
    assert bench.get(path)["CertificateSigningRequest"] is None
    bench.clock.advance(10)
    assert bench.get(path)["CertificateSigningRequest"].startswith("-----BEGIN CERTIFICATE REQUEST")


def test_another_address_takes_the_bmc_there_and_dhcp_brings_it_back() -> None:
    bench = Bench("generic")
    moves: list[str] = []
    bench.bmc.on_move.append(lambda: moves.append(bench.machine.bmc_host))
    path = bench.layout.interfaces[0]
    static = [{"Address": "127.0.9.9", "SubnetMask": "255.0.0.0", "Gateway": "127.0.0.1"}]

    bad = bench.call("PATCH", path, {"IPv4StaticAddresses": [{"Address": "300.1.1.1"}]})
    bench.call("PATCH", path, {"DHCPv4": {"DHCPEnabled": False}, "IPv4StaticAddresses": static})
    shown = bench.get(path)["IPv4Addresses"][0]
    bench.call("PATCH", path, {"DHCPv4": {"DHCPEnabled": True}})

    assert bad.status == 400
    assert (shown["Address"], shown["AddressOrigin"]) == ("127.0.9.9", "Static")
    assert moves == ["127.0.9.9", "127.0.0.2"]
