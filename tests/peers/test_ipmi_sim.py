# SPDX-License-Identifier: GPL-3.0-or-later
"""The BMC doors against OpenIPMI's ipmi_sim, an IPMI BMC that is not ours and speaks no Redfish."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sweep import Sweep, sweep
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FAILED
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules"
SETUP = Path(__file__).resolve().parents[2].parent / "shared" / "emulator-configs" / "ipmi_sim"
ADDRESS, PORT = "127.0.63.21", 623

# System Boot / Restart Initiated (table 42-3, type 1Dh): initiated by power up.
BOOT_INITIATED = (0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 0x1D, 0x81, 0x6F, 0x00, 0xFF, 0xFF)

pytestmark = pytest.mark.peer


def eventually(reached, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.fixture(scope="module")
def bmc(tmp_path_factory):
    """Return the folder of a running ipmi_sim; its file ``chassis`` tells what really happened."""
    if shutil.which("ipmi_sim") is None:
        pytest.skip("ipmi_sim is not installed (Debian package openipmi)")
    if not SETUP.is_dir():
        pytest.skip("its set-up is not beside the project (shared/emulator-configs/ipmi_sim)")
    folder = tmp_path_factory.mktemp("sim") / "bmc"
    folder.mkdir()
    made = subprocess.run(
        ["sh", str(SETUP / "gen.sh"), str(folder), ADDRESS, str(PORT), "admin", "password", "SN1"],
        capture_output=True,
        text=True,
        check=True,
    )
    command = made.stdout.split()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as sim:
        time.sleep(1)
        if sim.poll() is not None:
            pytest.skip(f"ipmi_sim did not start at {ADDRESS}:{PORT} (port 623 needs root)")
        yield folder
        sim.terminate()


def ipmitool(*words):
    """Run ipmitool, which is not ours either, and return what it prints."""
    command = ["ipmitool", "-I", "lanplus", "-C", "3", "-H", ADDRESS, "-U", "admin", "-E", *words]
    environment = {"IPMI_PASSWORD": "password", "PATH": os.environ["PATH"]}
    answer = subprocess.run(command, env=environment, check=True, timeout=30, capture_output=True, text=True)
    return answer.stdout


def add_to_log(*record):
    """Add an event as a BIOS does: Add SEL Entry (IPMI 2.0 31.6)."""
    ipmitool("raw", "0x0a", "0x44", *map(hex, record))


def log_time():
    """Return what the BMC's clock says, in seconds since 1970 (Get SEL Time, 31.10)."""
    return int.from_bytes(bytes.fromhex(ipmitool("raw", "0x0a", "0x48")), "little")


def set_log_time(seconds):
    ipmitool("raw", "0x0a", "0x49", *map(hex, int(seconds).to_bytes(4, "little")))


def run(door, tmp_path, *, check=False, **options):
    arguments = {"bmc_host": ADDRESS, "bmc_username": "admin", "bmc_password": "password", "protocol": "ipmi"}
    if door == "bmc_power":
        arguments |= {"wait_timeout": 60, "wait_interval": 0.5}
    context = Context(check_mode=check, diff=True, cache_dir=str(tmp_path))
    answer = execute(importlib.import_module(f"{MODULES}.{door}").DOOR, {**arguments, **options}, context)
    return {**answer.result, "warnings": list(answer.warnings)}


def chassis(folder):
    return dict(line.split("=", 1) for line in (folder / "chassis").read_text().split())


def test_power_is_a_state_over_ipmi_too(bmc, tmp_path):
    run("bmc_power", tmp_path, state="off", graceful=False, allow_reboot=True)

    planned = run("bmc_power", tmp_path, state="on", check=True)
    assert planned["changed"] and chassis(bmc)["power"] == "0"

    first = run("bmc_power", tmp_path, state="on")
    assert first["changed"] and first["protocol"] == "ipmi", first
    assert chassis(bmc)["power"] == "1"

    again = run("bmc_power", tmp_path, state="on")
    assert not again["changed"] and again["reason"] == "already on"

    off = run("bmc_power", tmp_path, state="off", graceful=False, allow_reboot=True)
    assert off["changed"] and chassis(bmc)["power"] == "0"


def test_restart_over_ipmi_is_proved_by_the_event_log(bmc, tmp_path):
    run("bmc_power", tmp_path, state="on")
    restart = {"state": "restarted", "graceful": False, "allow_reboot": True}

    def restarted():
        return "reset" in (bmc / "chassis.log").read_text()

    (bmc / "chassis.log").write_text("")
    unproved = run("bmc_power", tmp_path, **restart)
    assert restarted()
    # Nothing in the log: a reset that was sent is no restart, and it says so.
    assert unproved["evidence"] == ["nothing but time: the BMC showed no sign of a restart"], unproved
    assert "nothing proves that it restarted" in unproved["warnings"][0]

    (bmc / "chassis.log").write_text("")
    with ThreadPoolExecutor(1) as bios:
        booting = bios.submit(lambda: (eventually(restarted), add_to_log(*BOOT_INITIATED)))
        proved = run("bmc_power", tmp_path, **restart, wait_timeout=30)
        booting.result()

    assert proved["changed"] and not proved.get("failed"), proved
    assert proved["evidence"] == ["its last reset time changed"], proved


def test_bmc_that_cannot_be_restarted_over_ipmi_says_so(bmc, tmp_path):
    planned = run("bmc_reset", tmp_path, check=True)
    refused = run("bmc_reset", tmp_path)  # ipmi_sim has no cold reset
    lacking = run("bmc_reset", tmp_path, kind="graceful")

    assert planned["changed"] and planned["protocol"] == "ipmi", planned
    assert refused["error_class"] == "NotSupportedError" and "cannot do that" in refused["msg"], refused
    assert "it offers ForceRestart" in lacking["msg"], lacking


@pytest.mark.parametrize(
    ("moved", "wrong"),
    [(lambda: time.time() - 7200, " s behind"), (lambda: 1000, "which tells no time")],
    ids=["behind", "counts from its start"],
)
def test_clock_over_ipmi(bmc, tmp_path, moved, wrong):
    set_log_time(moved())
    wanted = {"set_clock": True, "clock_tolerance": 30}

    planned = run("bmc_time", tmp_path, check=True, **wanted)
    assert planned["changed"] and planned["protocol"] == "ipmi", planned
    assert wrong in planned["plan"]["steps"][0]["text"] and abs(log_time() - time.time()) > 7000

    done = run("bmc_time", tmp_path, **wanted)
    assert done["changed"] and not done.get("failed"), done
    assert abs(log_time() - time.time()) < 30

    again = run("bmc_time", tmp_path, **wanted)
    assert not again["changed"] and again["reason"] == "already set", again


def test_time_servers_over_ipmi_are_refused_before_anything_is_written(bmc, tmp_path):
    set_log_time(time.time() - 7200)

    result = run("bmc_time", tmp_path, ntp_servers=["192.0.2.5"], set_clock=True)

    assert result["error_class"] == "NotSupportedError" and "IPMI, which knows none" in result["msg"], result
    assert result["changed"] is False and time.time() - log_time() > 7000
    set_log_time(time.time())


def test_power_policy_of_a_bmc_that_tells_one_and_takes_none(bmc, tmp_path):
    # ipmi_sim says always-off in Get Chassis Status and has no Set Power Restore Policy.
    same = run("bmc_power_policy", tmp_path, policy="always_off")
    other = run("bmc_power_policy", tmp_path, policy="last_state")

    assert same["reason"] == "already set" and same["protocol"] == "ipmi", same
    assert other["error_class"] == "NotSupportedError" and "it takes no policy" in other["msg"], other


def test_who_and_what_gets_in_over_ipmi(bmc, tmp_path):
    told = run("bmc_security_info", tmp_path, protocol="auto")

    assert told["protocol"] == "ipmi" and told["unread"] == [], told
    assert [(user["name"], user["role"], user["enabled"]) for user in told["users"]] == [
        ("admin", "Administrator", True)
    ]
    assert told["protocols"] == {"ipmi": True}
    # It agrees to suite 0 and does not list it.
    assert told["ipmi_ciphers"][0] == {"id": 0, "privilege": None}
    assert {"id": 3, "privilege": "Administrator"} in told["ipmi_ciphers"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"forbid_cipher_zero": True}, "cipher suite 0"),
        ({"protocols": {"ipmi": False}}, "cannot switch itself off"),
        ({"protocols": {"ssh": False}}, "no protocol ssh"),
        ({"kcs": False}, "no switch for the local IPMI interface"),
    ],
)
def test_what_cannot_be_closed_over_ipmi_is_refused(bmc, tmp_path, options, words):
    told = run("bmc_security", tmp_path, **options)

    assert told["error_class"] == "NotSupportedError" and words in told["msg"], told
    assert told["changed"] is False


def test_network_over_ipmi(bmc, tmp_path):
    wanted = {"gateway": "192.0.2.254", "allow_address_change": True, "bmc_host": ADDRESS}

    def gateway():
        return dict(line.split(":", 1) for line in (bmc / "lan").read_text().split())["default_gw_ip_addr"]

    planned = run("bmc_network", tmp_path, check=True, **wanted)
    assert planned["changed"] and gateway() == "192.0.2.1", planned

    refused = run("bmc_network", tmp_path, gateway="192.0.2.254")
    assert refused["error_class"] == "ConfigurationError" and "allow_address_change" in refused["hint"]

    done = run("bmc_network", tmp_path, **wanted)
    again = run("bmc_network", tmp_path, **wanted)
    lacking = run("bmc_network", tmp_path, dns_servers=["192.0.2.53"])

    assert done["changed"] and done["protocol"] == "ipmi" and gateway() == "192.0.2.254", done
    assert not again["changed"] and again["reason"] == "already set", again
    assert lacking["error_class"] == "NotSupportedError", lacking


def test_boot_device_over_ipmi(bmc, tmp_path):
    # ipmi_sim loses the persistent bit when it is read back, and tells of every device that it is persistent.
    first = run("bmc_boot", tmp_path, target="pxe", enabled="continuous")

    assert first["changed"] and first["protocol"] == "ipmi", first
    assert chassis(bmc)["boot"] == "pxe"


def test_what_ipmi_tells_is_in_the_same_form(bmc, tmp_path):
    result = run("bmc_info", tmp_path)

    assert result["protocol"] == "ipmi" and result["platform"] == "ipmi"
    assert result["facts"]["bmc"]["macs"] == ["52:54:00:aa:bb:01"]
    assert result["facts"]["bmc"]["firmware"]
    assert result["facts"]["sources"]["system"]["protocol"] == "ipmi"


def test_inventory_has_identity_sensors_and_network(bmc, tmp_path):
    result = run("bmc_info", tmp_path)
    facts = result["facts"]

    identity = {key: facts["system"][key] for key in ("vendor", "model", "serial", "part_number", "asset_tag")}
    assert identity == {
        "vendor": "ACME",
        "model": "Rocket 9000",
        "serial": "SN1",
        "part_number": "PN-100",
        "asset_tag": "asset1",
    }
    assert len(facts["system"]["uuid"]) == 36
    assert [(item["name"], item["celsius"]) for item in facts["temperatures"]] == [("Inlet Temp", 24.0)]
    assert facts["bmc"]["interfaces"][0]["addresses"] == ["192.0.2.10"]


def test_sensors_with_their_limits(bmc, tmp_path):
    result = run("bmc_sensor_info", tmp_path)

    (sensor,) = result["sensors"]
    assert (sensor["name"], sensor["kind"], sensor["reading"], sensor["health"]) == (
        "Inlet Temp",
        "temperature",
        24,
        "OK",
    )
    assert sensor["limits"] == {"upper_warning": 48.0, "upper_critical": 64.0}
    assert result["protocol"] == "ipmi"


def test_log_tells_what_happened(bmc, tmp_path):
    # The inlet sensor went over its upper critical threshold.
    add_to_log(0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 0x01, 0x59, 0x18, 0x30)

    result = run("bmc_log_info", tmp_path)

    assert result["protocol"] == "ipmi" and result["logs"] == ["SEL"]
    entry = result["entries"][0]
    assert entry["severity"] == "Critical"
    assert entry["text"] == "Inlet Temp: Upper critical (24, threshold 48)"


def test_users_over_ipmi(bmc, tmp_path):
    oper = {"name": "oper", "password": "first-1", "role": "Operator"}

    planned = run("bmc_user", tmp_path, check=True, **oper)
    made = run("bmc_user", tmp_path, **oper)
    again = run("bmc_user", tmp_path, **oper)
    turned = run("bmc_user", tmp_path, allow_role_change=True, **{**oper, "password": "second-2", "role": "ReadOnly"})
    off = run("bmc_user", tmp_path, name="oper", enabled=False)
    gone = run("bmc_user", tmp_path, name="oper", state="absent")

    assert planned["changed"] and made["changed"] and made["protocol"] == "ipmi", made
    assert planned["before"] == made["before"] == {"state": "absent"}
    assert not again["changed"] and again["reason"] == "already as wanted"
    assert turned["changed"] and turned["after"]["role"] == "ReadOnly", turned
    assert off["changed"] and off["after"]["enabled"] is False
    assert gone["changed"] and gone["after"] == {"state": "absent"}


def test_password_that_was_taken_and_does_not_work_is_told(bmc, tmp_path):
    # ipmi_sim stores a password of more than 16 bytes and then lets nobody in with it, ipmitool neither.
    result = run("bmc_user", tmp_path, name="long", password="more-than-16-bytes", role="Operator")
    run("bmc_user", tmp_path, name="long", state="absent")

    assert result["error_class"] == "VerificationError"
    assert "refuses a log-in with it" in result["msg"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"name": "oper", "password": "x" * 21}, "more than 20 bytes|1 to 20 characters"),
        ({"name": "a-name-of-17-byte", "password": "first-1"}, "more than 16 bytes"),
        ({"name": "oper", "password": "first-1", "role": "Ghost"}, "there is no role Ghost"),
    ],
)
def test_user_that_ipmi_cannot_have_is_refused_before_any_write(bmc, tmp_path, options, says):
    result = run("bmc_user", tmp_path, **options)

    assert result["error_class"] == "ConfigurationError" and re.search(says, result["msg"]), result["msg"]
    assert run("bmc_user", tmp_path, name=options["name"], state="absent")["reason"] == "there is no such user"


def test_refused_login_stays_refused_in_the_same_process(bmc, tmp_path):
    # pyghmi 1.6 hands out the session of a refused log-in to the next one with the same credentials.
    for number in range(2):
        result = run("bmc_info", tmp_path / str(number), bmc_password="wrong")

        assert result["error_class"] == "AuthenticationError", result
        assert "earlier in this run" not in result["msg"]


def test_auto_turns_to_ipmi_where_nobody_speaks_redfish(bmc, tmp_path):
    result = run("bmc_info", tmp_path, protocol="auto", subsets=["system"])

    assert result["protocol"] == "ipmi"
    assert "using IPMI" in result["warnings"][0]


def test_bmc_whose_certificate_is_pinned_is_never_asked_over_ipmi(bmc, tmp_path):
    # It spoke Redfish when it was pinned: who is silent there now and answers here may be anybody.
    result = run("bmc_info", tmp_path, protocol="auto", tls_fingerprint="ab" * 32)

    assert result["error_class"] == "NetworkError" and result["warnings"] == []


def test_redfish_alone_says_that_it_cannot_be_reached(bmc, tmp_path):
    result = run("bmc_info", tmp_path, protocol="redfish")

    assert result["error_class"] == "NetworkError"


def test_wrong_password_is_tried_once(bmc, tmp_path):
    for _task in range(2):
        result = run("bmc_info", tmp_path, bmc_password="wrong")
        assert result["error_class"] == "AuthenticationError"

    assert "earlier in this run" in result["msg"]
    assert not run("bmc_info", tmp_path).get("failed")


def test_scan_sees_it_without_credentials(bmc):
    outcome = asyncio.run(sweep(Sweep((ADDRESS, "127.0.63.22")), print))

    assert outcome.complete
    assert [(row["address"], row["protocol"], row["ipmi_version"]) for row in outcome.rows] == [
        (ADDRESS, "ipmi", "2.0")
    ]


HPM = TOOLS["ipmitool"]


def flash_tool(password):
    return Command(HPM.program, HPM.program.find(), Target(ADDRESS, username="admin", password=password), 60.0)


def test_real_ipmitool_gets_its_password_and_says_that_this_bmc_takes_no_hpm_image(bmc, tmp_path):
    (tmp_path / "image.hpm").write_bytes(b"PICMGFWU")

    with pytest.raises(NotSupportedError, match=r"takes no HPM\.1 images") as caught:
        flash_tool("password").run(HPM.command("bmc"), image=str(tmp_path / "image.hpm"))

    said = HPM.read(caught.value.answer)
    assert (said.state, "Invalid command" in said.text) == (FAILED, True)


def test_real_ipmitool_tells_a_wrong_password(bmc):
    with pytest.raises(NotSupportedError, match="IPMI over LAN is off, or the credentials were refused") as caught:
        flash_tool("wrong").run(HPM.command("bmc"), image="/nowhere.hpm")

    assert "wrong" not in caught.value.answer


def test_real_ipmitool_has_the_words_that_its_command_is_made_of(bmc):
    command = ["ipmitool", "-I", "lanplus", "-C", "3", "-H", ADDRESS, "-U", "admin", "-P", "password", "hpm", "help"]

    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "upgrade <file> [component x...] [force] [activate]" in told.stdout + told.stderr
