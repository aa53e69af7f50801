# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_security, bmc_time, virtual_media and secure_boot on every platform of the rack that has what they change."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.support.rack import Rack

WITH_HOST_INTERFACE = sorted(set(PLATFORMS) - {"supermicro_x10", "openbmc", "intel"})
WITH_KCS = ("hpe_ilo6", "hpe_ilo7", "supermicro_x12", "supermicro_x13", "lenovo_xcc")
WITH_TLS = ("dell_idrac9", "dell_idrac10", "hpe_ilo5", "hpe_ilo6", "hpe_ilo7")
WITH_SECURE_BOOT = WITH_HOST_INTERFACE
WITHOUT_KEYS = ("supermicro_x12", "supermicro_x13", "nvidia_hgx")
IMAGE, OTHER = "http://images.example/one.iso", "http://images.example/two.iso?signature=do-not-show"


@pytest.fixture(scope="module")
def platforms(tmp_path_factory):
    """Return one rack with every platform."""
    hosts = {name: {"lab_platform": name} for name in PLATFORMS}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


def thrice(run_door, rack, name, door, **options):
    """Look only, do it, do it again; return what doing it answered."""
    rack.clear_journal()
    planned = run_door(rack, name, door, check=True, **options)
    assert planned.get("changed"), planned
    assert rack.journal(name, writes=True) == []
    done = run_door(rack, name, door, **options)
    assert done["changed"] and not done.get("failed"), done
    again = run_door(rack, name, door, **options)
    assert not again["changed"] and again["reason"], again
    assert planned["after"] == done["after"] == again["after"]
    return done


@pytest.mark.parametrize("name", WITH_HOST_INTERFACE)
def test_security_switches_are_set_once_and_read_back(platforms, run_door, name):
    options = {"protocols": {"ipmi": False, "ssh": False}, "host_interface": False}
    options |= {"kcs": False} if name in WITH_KCS else {}
    options |= {"tls_minimum": "1.2"} if name in WITH_TLS else {}
    if name == "hpe_ilo7":  # it has nothing older
        options["tls_minimum"] = "1.3"

    done = thrice(run_door, platforms, name, "bmc_security", **options)

    assert done["after"] == {"ipmi": False, "ssh": False, **{key: options[key] for key in list(options)[1:]}}
    assert {row["outcome"] for row in done["audit"]["bmc_changes"]} == {"applied"}
    back = run_door(platforms, name, "bmc_security", protocols={"ipmi": True}, host_interface=True)
    assert back["changed"], back


@pytest.mark.parametrize("name", ["supermicro_x10", "openbmc", "intel"])
def test_security_services_alone_where_there_is_nothing_else(platforms, run_door, name):
    thrice(run_door, platforms, name, "bmc_security", protocols={"ssh": False})


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("generic", {"protocols": {"shh": False}}, "did you mean ssh"),
        ("generic", {"protocols": {"https": False}}, "cannot be switched off"),
        ("generic", {"protocols": {"kcs": False}}, "an option of its own"),
        ("generic", {"kcs": False, "tls_minimum": "1.2"}, "no choice of TLS versions"),
        ("intel", {"host_interface": False}, "no Redfish interface for its host"),
        ("generic", {}, "one of the following is required"),
    ],
)
def test_security_bad_input_is_refused_before_the_first_write(platforms, run_door, name, options, words):
    platforms.clear_journal()
    result = run_door(platforms, name, "bmc_security", **options)

    assert result["failed"] and words in result["msg"], result
    assert platforms.journal(name, writes=True) == []


def test_security_ipmi_that_is_switched_off_is_not_asked_for_its_ciphers(platforms, run_door):
    run_door(platforms, "generic", "bmc_security", protocols={"ipmi": True})

    done = run_door(platforms, "generic", "bmc_security", protocols={"ipmi": False}, forbid_cipher_zero=True)
    again = run_door(platforms, "generic", "bmc_security", forbid_cipher_zero=True)

    assert done["changed"] and done["after"] == {"ipmi": False, "cipher_zero": "closed"}, done
    assert not again["changed"] and not again.get("failed"), again


@pytest.mark.parametrize("name", sorted(set(PLATFORMS) - {"supermicro_x10", "intel"}))
def test_time_servers_wherever_a_platform_keeps_them(platforms, run_door, name):
    servers = ["a.example", "b.example"]
    platforms.clear_journal()
    planned = run_door(platforms, name, "bmc_time", check=True, ntp_servers=servers)
    assert planned["changed"] and platforms.journal(name, writes=True) == [], planned

    first = run_door(platforms, name, "bmc_time", ntp_servers=servers)
    again = run_door(platforms, name, "bmc_time", ntp_servers=servers)

    assert first["changed"] and first["ntp_servers"] == servers, first
    assert not again["changed"] and again["reason"] == "already set", again
    assert first["bmc_reset_needed"] is again["bmc_reset_needed"] is name.startswith("hpe")
    off = run_door(platforms, name, "bmc_time", ntp_servers=[])
    assert off["changed"] and off["ntp_servers"] == [], off


def test_time_servers_where_there_are_none_or_too_many(platforms, run_door):
    none = run_door(platforms, "intel", "bmc_time", ntp_servers=["a.example"])
    many = run_door(platforms, "hpe_ilo6", "bmc_time", ntp_servers=["a", "b", "c"])

    assert none["error_class"] == "NotSupportedError" and "no time servers" in none["msg"]
    assert many["error_class"] == "ConfigurationError" and "takes 2 time servers" in many["msg"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_media_are_inserted_exchanged_and_ejected(platforms, run_door, name):
    done = thrice(run_door, platforms, name, "virtual_media", image=IMAGE)
    assert done["after"] == {"inserted": True, "image": IMAGE, "write_protected": True}

    other = run_door(platforms, name, "virtual_media", image=OTHER, drive=done["drive"])
    assert other["changed"] and other["after"]["image"] == OTHER.partition("?")[0], other
    assert [step["name"] for step in other["plan"]["steps"]] == ["eject", "insert"]
    assert "do-not-show" not in str(other)

    out = thrice(run_door, platforms, name, "virtual_media", state="ejected", drive=done["drive"])
    assert out["after"] == {"inserted": False, "image": ""}


def test_media_credentials_are_sent_and_never_shown(platforms, run_door):
    secret = {"image_username": "reader", "image_password": "image-secret-1"}
    result = run_door(platforms, "generic", "virtual_media", image="https://images.example/a.iso", **secret)

    assert result["changed"], result
    assert "image-secret-1" not in str(result)
    run_door(platforms, "generic", "virtual_media", state="ejected")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"image": "https://reader:image-secret-2@images.example/a.iso"}, "has credentials in it"),
        ({"image": "images/a.iso"}, "has to start with one of"),
        ({}, "image"),
        ({"image": IMAGE, "drive": "3"}, "no virtual drive 3"),
        ({"image": IMAGE, "media_type": "floppy"}, "no virtual drive for a Floppy"),
    ],
)
def test_media_bad_input_is_refused_before_the_first_write(platforms, run_door, options, words):
    platforms.clear_journal()
    result = run_door(platforms, "generic", "virtual_media", **options)

    assert result["failed"] and words in result["msg"], result
    assert "image-secret-2" not in str(result)
    assert platforms.journal("generic", writes=True) == []


def test_media_lost_answer_is_settled_by_reading(platforms, run_door):
    platforms.fault("generic", "lost_answer", path="*InsertMedia", method="POST", count=1)
    result = run_door(platforms, "generic", "virtual_media", image=IMAGE)

    platforms.clear_faults()
    assert not result.get("failed") and result["after"]["inserted"], result
    run_door(platforms, "generic", "virtual_media", state="ejected")


def started(rack, name):
    """Wait until the machine has left POST, by the rack's own word."""
    deadline = time.monotonic() + 240
    while rack.state(name)["phase"] not in ("no_boot_device", "os_boot", "os_running"):
        assert time.monotonic() < deadline, rack.state(name)
        time.sleep(0.05)


@pytest.mark.parametrize("name", WITH_SECURE_BOOT)
def test_secure_boot_is_staged_then_in_force_after_a_restart(platforms, run_door, name):
    keys = {"keys": "default", "allow_reset_keys": True} if name in WITHOUT_KEYS else {}
    run_door(platforms, name, "bmc_power", state="on")
    started(platforms, name)  # some platforms show nothing of POST, at whose end what is staged comes into force

    staged = run_door(platforms, name, "secure_boot", state="enabled", **keys)
    assert staged["changed"] and staged["pending"], staged
    assert (staged["after"]["state"], staged["after"]["next_start"]) == ("disabled", "enabled")
    assert {row["outcome"] for row in staged["audit"]["bmc_changes"]} == {"staged"}

    restart = {"allow_reboot": True, "graceful": False, "wait_timeout": 300}
    done = run_door(platforms, name, "secure_boot", state="enabled", **keys, **restart)
    assert done["changed"] and not done["pending"], done
    assert done["after"]["state"] == "enabled"
    assert platforms.state(name)["secure_boot"]["SecureBootCurrentBoot"] == "Enabled"

    platforms.clear_journal()
    again = run_door(platforms, name, "secure_boot", state="enabled", **keys, **restart)
    assert not again["changed"] and again["reason"] == "already set", again
    planned = run_door(platforms, name, "secure_boot", check=True, state="disabled", **restart)
    assert planned["changed"] and planned["after"]["state"] == "disabled"
    assert platforms.journal(name, writes=True) == []


def test_secure_boot_refuses_before_it_writes(platforms, run_door, rack_of):
    hosts = {
        "legacy": {"lab_platform": "generic", "lab_bios": {"BootMode": "LegacyBios"}},
        "keyless": {"lab_platform": "supermicro_x13"},
    }
    rack = rack_of(hosts, clock="scaled:1000", maas=False)

    legacy = run_door(rack, "legacy", "secure_boot", state="enabled")
    keyless = run_door(rack, "keyless", "secure_boot", state="enabled")
    asks = run_door(rack, "keyless", "secure_boot", state="enabled", keys="default")
    none = run_door(platforms, "openbmc", "secure_boot", state="enabled")
    both = run_door(rack, "legacy", "secure_boot", state="enabled", keys="none")

    assert "starts by UEFI, and BootMode is LegacyBios" in legacy["msg"], legacy
    assert "no platform key is enrolled" in keyless["msg"], keyless
    assert asks["needs"] == ["allow_reset_keys"], asks
    assert none["error_class"] == "NotSupportedError"
    assert "keys are taken away" in both["msg"]
    assert rack.journal(writes=True) == []


@pytest.mark.parametrize("name", ["hpe_ilo5", "hpe_ilo6", "supermicro_x12", "supermicro_x13", "generic"])
def test_boot_order_is_set_where_the_platform_keeps_it(platforms, run_door, name):
    platforms.clear_journal()
    planned = run_door(platforms, name, "bios_boot_order", check=True, order=["*PXE*"])
    assert planned["changed"] and platforms.journal(name, writes=True) == [], planned

    done = run_door(platforms, name, "bios_boot_order", order=["*PXE*"])
    again = run_door(platforms, name, "bios_boot_order", order=["*PXE*"])

    assert done["changed"] and not done.get("failed"), done
    assert not again["changed"] and again["reason"] == "already in that order", again
    (write,) = platforms.journal(name, writes=True)
    own = {"hpe": "/oem/hpe/boot/settings", "supermicro_x12": "/Oem/Supermicro/FixedBootOrder"}
    assert write["path"].endswith(own.get(name, own.get(name[:3], f"/Systems/{write['path'].rpartition('/')[2]}")))
