# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_network moves a BMC to another address and follows it there, whatever becomes of the answer."""

from __future__ import annotations

import pytest

NAMES = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")


@pytest.fixture
def rack(rack_of):
    return rack_of({name: {"lab_platform": name} for name in NAMES}, clock="scaled:1000", maas=False)


def elsewhere(rack, name, last="9"):
    """Return another address for a server, with its prefix length."""
    return f"{rack.server(name).bmc_host.rpartition('.')[0]}.{last}/8"


@pytest.mark.parametrize("name", NAMES)
def test_bmc_is_followed_to_its_new_address(rack, run_door, name):
    old, new = rack.server(name).bmc_host, elsewhere(rack, name, "99")
    refused = run_door(rack, name, "bmc_network", address=new)
    assert refused["needs"] == ["allow_address_change"] and refused["failed"], refused
    planned = run_door(rack, name, "bmc_network", check=True, address=new, allow_address_change=True)
    assert planned["changed"] and f"{new}" in planned["plan"]["steps"][0]["text"], planned
    assert rack.journal(name, writes=True) == []

    done = run_door(rack, name, "bmc_network", address=new, hostname="moved", allow_address_change=True)

    assert done["changed"] and not done.get("failed"), done
    assert done["bmc_host"] == rack.state(name)["bmc_host"] == new.partition("/")[0]
    assert done["after"] == {"hostname": "moved", "dhcp": False, "address": new}
    assert [step["name"] for step in done["plan"]["steps"]] == ["network", "address"]
    assert any("change bmc_host" in warning for warning in done["warnings"])
    # The certificate is still for the old address: whoever pins it is at home there.
    pin = run_door(rack, name, "bmc_certificate_info")["fingerprint"]
    again = run_door(rack, name, "bmc_network", tls_fingerprint=pin, address=new, hostname="moved")
    assert not again["changed"] and again["reason"] == "already set", again
    gone = run_door(rack, name, "bmc_network", bmc_host=old, address=new)
    assert gone["error_class"] == "NetworkError", gone


def test_lost_answer_is_settled_by_looking_at_both_addresses(rack, run_door):
    rack.fault("generic", "lost_answer", path="*/EthernetInterfaces/*", method="PATCH", count=1)
    done = run_door(rack, "generic", "bmc_network", address=elsewhere(rack, "generic"), allow_address_change=True)

    assert not done.get("failed") and done["bmc_host"] == rack.state("generic")["bmc_host"], done


def test_dhcp_says_that_nobody_knows_the_new_address(rack, run_door):
    moved = run_door(rack, "generic", "bmc_network", address=elsewhere(rack, "generic"), allow_address_change=True)
    pin = run_door(rack, "generic", "bmc_certificate_info")["fingerprint"]
    back = run_door(rack, "generic", "bmc_network", tls_fingerprint=pin, dhcp=True, allow_address_change=True)

    assert moved["changed"]
    assert back["error_class"] == "OutcomeUnknown" and "bmc_scan" in back["hint"], back
    assert back["changed"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"address": "10.0.0.5"}, "write it as 10.0.0.5/24"),
        ({"address": "10.0.0.555/24"}, "is not an IPv4 address"),
        ({"address": "10.0.0.5/24", "gateway": "10.0.1.1"}, "is not in the network"),
        ({"address": "10.0.0.5/24"}, "set gateway to the router"),
        ({"address": "10.0.0.5/24", "dhcp": True, "vlan": 5000}, "dhcp cannot be on"),
        ({"vlan": 5000}, "not between 1 and 4094"),
    ],
)
def test_bad_addresses_are_refused_before_the_first_write(four_platforms, run_door, options, words):
    four_platforms.clear_journal()
    result = run_door(four_platforms, "std", "bmc_network", allow_address_change=True, **options)

    assert result["failed"] and words in str(result), result
    assert four_platforms.journal("std", writes=True) == []


def test_vlan_alone_moves_nothing_here(four_platforms, run_door):
    result = run_door(four_platforms, "std", "bmc_network", vlan=7, allow_address_change=True)
    again = run_door(four_platforms, "std", "bmc_network", vlan=7)

    assert result["changed"] and result["after"] == {"vlan": 7}, result
    assert not again["changed"]
