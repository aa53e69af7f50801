# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doors that set up a BMC decide, as tables: no network, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import (
    certificate,
    media,
    network,
    power,
    secure_boot,
    security,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.address import WantedAddress, address_values
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.certificate_place import CertificatePlace
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.cipher_zero import SuiteZero
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.protocols import Services
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.tries import Tries
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.x509 import Certificate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import Sight

SERVICES = Services("/np", {"ssh": "SSH", "ipmi": "IPMI"}, {"ssh": True, "ipmi": False})
TLS = security.Setting("1.1", "/tls", {"1.1": ({},), "1.2": ({"v": 2}, {"v": "old"})}, restarts=True)
KCS = security.Setting(True, "/kcs", {True: ({"on": 1},), False: ({"on": 0},)})
SECURITY = security.CurrentSecurity(SERVICES, {"kcs": KCS, "tls_minimum": TLS}, "bmc")


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        ({"ssh": True, "ipmi": False}, []),
        ({"ssh": False}, ["services"]),
        ({"tls_minimum": "1.2", "kcs": False, "ssh": False}, ["services", "kcs", "tls_minimum"]),
        ({"kcs": True, "tls_minimum": "1.1"}, []),
        # Stricter than wanted already.
        ({"kcs": True, "tls_minimum": "1.0"}, []),
    ],
)
def test_security_plans_what_differs_and_restarts_last(wanted: dict[str, Any], steps: list[str]) -> None:
    settings = {name: setting for name, setting in SECURITY.settings.items() if name in wanted}
    plan = security.decide(wanted, replace(SECURITY, settings=settings))
    assert [step.name for step in plan.steps] == steps
    assert bool(plan.reason) is not bool(steps)


def test_security_keeps_other_wordings_for_a_refusal() -> None:
    plan = security.decide({"tls_minimum": "1.2"}, replace(SECURITY, settings={"tls_minimum": TLS}))
    assert plan.steps[0].payload == {"bodies": [{"v": 2}, {"v": "old"}], "restarts": True}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"shh": True}, "no protocol shh"),
        ({"host_interface": True, "kcs": True}, "no Redfish interface for its host"),
        ({"tls_minimum": "1.3"}, "no tls_minimum 1.3; it has 1.1, 1.2"),
    ],
)
def test_security_refuses_what_the_machine_lacks(wanted: dict[str, Any], words: str) -> None:
    settings = {name: setting for name, setting in SECURITY.settings.items() if name in wanted}
    with pytest.raises(HWAutomationError, match=words):
        security.decide(wanted, replace(SECURITY, settings=settings))


OPEN = SuiteZero("Administrator", can_close=True)


@pytest.mark.parametrize(
    ("zero", "steps"),
    [(SuiteZero(), []), (SuiteZero(can_close=True), []), (OPEN, ["cipher_zero"])],
)
def test_security_closes_cipher_suite_0_where_it_is_open(zero: SuiteZero, steps: list[str]) -> None:
    plan = security.decide({"ssh": True, "cipher_zero": "closed"}, replace(SECURITY, settings={}, zero=zero))
    assert [step.name for step in plan.steps] == steps
    assert plan.before == {"ssh": True, "cipher_zero": zero.gives}
    assert plan.after == {"ssh": True, "cipher_zero": "closed"}


def test_security_closes_cipher_suite_0_before_anything_else() -> None:
    plan = security.decide({"ssh": False, "cipher_zero": "closed"}, replace(SECURITY, settings={}, zero=OPEN))
    assert [step.name for step in plan.steps] == ["cipher_zero", "services"]
    assert plan.steps[0].text == "IPMI cipher suite 0: Administrator -> closed"


def test_security_is_not_called_so_while_cipher_suite_0_cannot_be_closed() -> None:
    with pytest.raises(HWAutomationError, match="without a password .* does not list that suite"):
        security.decide(
            {"ssh": False, "cipher_zero": "closed"}, replace(SECURITY, settings={}, zero=SuiteZero("a session"))
        )


ONE, TWO = "http://h/one.iso", "http://h/two.iso"
CD = media.Drive("/cd", "1", ("CD", "DVD"), insert="/insert", eject="/eject")
USB = media.Drive("/usb", "2", ("USBStick",), insert="/insert2", eject="/eject2")


@pytest.mark.parametrize(
    ("drives", "wanted", "steps"),
    [
        ((CD, USB), {"image": ONE}, [("insert", "/cd")]),
        ((CD, USB), {"image": ONE, "media_type": "USBStick"}, [("insert", "/usb")]),
        ((CD, USB), {"image": ONE, "drive": "2"}, [("insert", "/usb")]),
        ((replace(CD, image=ONE, write_protected=True), USB), {"image": ONE}, []),
        ((replace(CD, image="h/one.iso"), USB), {"image": ONE}, []),
        ((replace(CD, image=ONE, write_protected=False),), {"image": ONE}, [("eject", "/cd"), ("insert", "/cd")]),
        ((replace(CD, image=TWO),), {"image": ONE}, [("eject", "/cd"), ("insert", "/cd")]),
        ((replace(CD, image=TWO), replace(CD, uri="/cd2", id="3")), {"image": ONE}, [("insert", "/cd2")]),
        ((CD,), {"state": "ejected"}, []),
        ((replace(CD, image=TWO),), {"state": "ejected"}, [("eject", "/cd")]),
    ],
)
def test_media_plan(drives: tuple[media.Drive, ...], wanted: dict[str, Any], steps: list[tuple[str, str]]) -> None:
    plan = media.decide(media.WantedMedia(**{"state": "inserted", **wanted}), media.CurrentMedia(drives))
    assert [(step.name, step.resource) for step in plan.steps] == steps


def test_media_bodies_go_from_all_to_least_and_leave_out_what_a_platform_refuses() -> None:
    wanted = media.WantedMedia("inserted", "nfs://h/one.iso")
    full, without = (media.bodies(wanted, media.CurrentMedia((), without=keys)) for keys in ((), ("Inserted",)))
    assert full[0] == {"Image": "nfs://h/one.iso", "Inserted": True, "WriteProtected": True}
    assert full[1] == {"Image": "nfs://h/one.iso"}
    assert full[2]["TransferProtocolType"] == "NFS"
    assert full[-1]["UserName"] == full[-1]["Password"] == "none", "for BMCs that want an account in any case"
    assert "Inserted" not in str(without)
    wanted = media.WantedMedia("inserted", "nfs://h/one.iso", username="me", password="secret")
    assert "none" not in str(media.bodies(wanted, media.CurrentMedia(())))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://H.example/a.iso", "http://h.example/a.iso?sig=1", True),
        ("https://u:p@h/a.iso", "h/a.iso", True),
        ("http://h/a.iso", "http://h/A.iso", False),
        ("http://h/a.iso", "", False),
    ],
)
def test_media_images_are_compared_as_bmcs_tell_them(one: str, other: str, same: bool) -> None:
    assert media.same_image(one, other) is same


BOOT = secure_boot.CurrentSecureBoot(
    uri="/sb",
    enable=False,
    in_force=False,
    mode="UserMode",
    action="/reset",
    resets=("ResetAllKeysToDefault", "DeletePK"),
    legacy="",
    power=power.CurrentPower(Sight(power="On"), ("ForceRestart",)),
)


def boot_wanted(enable: bool | None, keys: str | None = None, reboot: bool = False) -> secure_boot.WantedSecureBoot:
    return secure_boot.WantedSecureBoot(enable, keys, reboot, power.WantedPower("restarted", graceful=False))


@pytest.mark.parametrize(
    ("wanted", "machine", "steps", "waits"),
    [
        (boot_wanted(True), {}, ["secure_boot"], True),
        (boot_wanted(True, reboot=True), {}, ["secure_boot", "restart"], False),
        (boot_wanted(True), {"enable": True}, [], True),
        (boot_wanted(True, reboot=True), {"enable": True}, ["restart"], False),
        (boot_wanted(True), {"enable": True, "in_force": True}, [], False),
        (boot_wanted(False), {"enable": True, "in_force": True}, ["secure_boot"], True),
        (boot_wanted(True, "default"), {"mode": "SetupMode"}, ["reset_keys", "secure_boot"], True),
        (boot_wanted(True, "default"), {"enable": True, "in_force": True}, [], False),
        (boot_wanted(None, "none"), {}, ["reset_keys"], True),
        (boot_wanted(None, "none"), {"mode": "SetupMode"}, [], False),
        (boot_wanted(True, reboot=True), {"power": power.CurrentPower(Sight(power="Off"))}, ["secure_boot"], True),
    ],
)
def test_secure_boot_plan(wanted: Any, machine: dict[str, Any], steps: list[str], waits: bool) -> None:
    plan = secure_boot.decide(wanted, replace(BOOT, **machine))
    assert [step.name for step in plan.steps] == steps
    assert plan.facts["waits"] is waits
    assert steps or plan.reason


def test_secure_boot_without_keys_and_a_way_to_enroll_them_is_warned_of() -> None:
    plan = secure_boot.decide(boot_wanted(True), replace(BOOT, mode="SetupMode", action="", resets=()))
    assert "no platform key" in plan.warnings[0]
    assert secure_boot.decide(boot_wanted(True), BOOT).warnings == ()


LEAF = Certificate("f" * 64, "CN=r1", "r1", "CN=ca", ("r1", "10.0.0.1"), "2026-01-01T00:00:00+00:00", "", False)
NOW = 1_700_000_000.0


def leaf(days: float, **changes: Any) -> Certificate:
    end = datetime.fromtimestamp(NOW + days * 86400, tz=UTC).isoformat()
    return replace(LEAF, not_after=end, **changes)


@pytest.mark.parametrize(
    ("served", "names", "steps"),
    [
        (leaf(90), ("r1", "10.0.0.1"), []),
        (leaf(29), ("r1",), ["request"]),
        (leaf(90), ("r1", "r1.example"), ["request"]),
        (leaf(90, self_signed=True), ("r1",), ["request"]),
        (leaf(90, names=("*.example",)), ("r1.example",), []),
    ],
)
def test_certificate_is_asked_for_only_where_the_one_in_use_does_not_do(
    served: Certificate, names: tuple[str, ...], steps: list[str]
) -> None:
    wanted = certificate.WantedCertificate(
        "requested", names={"CommonName": names[0]}, alternative_names=tuple(names[1:])
    )
    current = certificate.CurrentCertificate(served, CertificatePlace(request="/csr", collection="/c"), NOW, "10.0.0.1")
    plan = certificate.decide(wanted, current)
    assert [step.name for step in plan.steps] == steps


def test_certificate_goes_to_the_collection_where_nothing_replaces_one() -> None:
    wanted = certificate.WantedCertificate("present", "PEM\n", leaf(90, fingerprint="a" * 64), 1)
    current = certificate.CurrentCertificate(leaf(9), CertificatePlace(collection="/c"), NOW, "10.0.0.1")
    (step,) = certificate.decide(wanted, current).steps
    assert step.resource == "/c"
    assert certificate.decide(replace(wanted, leaf=current.served), current).reason == "already in use"


INTERFACE = {
    "IPv4Addresses": [{"Address": "10.0.0.5", "SubnetMask": "255.255.255.0", "Gateway": "10.0.0.1"}],
    "DHCPv4": {"DHCPEnabled": True},
    "IPv4StaticAddresses": [],
    "VLAN": {"VLANEnable": True, "VLANId": 7},
}


@pytest.mark.parametrize(
    ("options", "body", "host"),
    [
        ({"address": "10.0.0.5/24", "dhcp": True}, None, ""),
        ({"vlan": 7}, {}, "10.0.0.5"),
        ({"vlan": 0}, {"VLAN": {"VLANEnable": False}}, "10.0.0.5"),
        ({"dhcp": False}, {"DHCPv4": {"DHCPEnabled": False}}, "10.0.0.5"),
        (
            {"address": "10.0.0.9/24"},
            {
                "DHCPv4": {"DHCPEnabled": False},
                "IPv4StaticAddresses": [{"Address": "10.0.0.9", "SubnetMask": "255.255.255.0", "Gateway": "10.0.0.1"}],
            },
            "10.0.0.9",
        ),
    ],
)
def test_network_address_is_one_request_and_tells_where_the_bmc_goes(
    options: dict[str, Any], body: dict[str, Any] | None, host: str
) -> None:
    address, problems = WantedAddress.from_params(options)
    assert bool(problems) is (body is None)
    if body is None:
        return
    values = address_values(INTERFACE, "10.0.0.5")
    current = network.CurrentNetwork(values, "/eth", INTERFACE, Services(""), "10.0.0.5")
    plan = network.decide(network.WantedNetwork(address=address), current)
    assert [step.payload["body"] for step in plan.steps] == ([body] if body else [])
    assert plan.facts["host"] == host


def test_tries_add_up_over_runs_until_a_login_works(tmp_path: Any) -> None:
    first = Tries(str(tmp_path / "locks"), "10.0.0.1")
    first.refused("alice", 100.0)
    first.refused("alice", 150.0)
    second = Tries(str(tmp_path / "locks"), "10.0.0.1")
    assert second.recent("alice", 160.0, 30.0) == 1
    assert second.recent("alice", 160.0, 0) == 2
    assert second.recent("bob", 160.0, 0) == Tries(str(tmp_path / "locks"), "10.0.0.2").recent("alice", 160.0, 0) == 0
    second.accepted("alice")
    assert first.recent("alice", 160.0, 0) == 0
    assert "alice" not in "".join(path.read_text() for path in (tmp_path / "locks").iterdir())
