# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that an unmodified ipmi_sim reads: lan.conf (ipmi_lan(5)) and its commands (ipmi_sim_cmd(5))."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from ..machine import Machine
from . import fru, sensors

HOOK = Path(__file__).with_name("hook.sh")
HOOK_SECONDS = 10
LONGEST_PASSWORD, LONGEST_NAME = 20, 16
"""IPMI 2.0 section 22.28 and 22.30: longer ones cannot be set."""

MAKERS = {
    "Dell Inc.": 0x2A2,
    "HPE": 0xB85C,
    "Supermicro": 0x2A7C,
    "Lenovo": 0x4A66,
    "Intel Corporation": 0x157,
    "GIGABYTE": 0x3C0A,
    "Quanta": 0x1C4C,
    "NVIDIA": 0x1647,
}
"""IANA enterprise numbers, which Get Device ID tells (IPMI 2.0 section 20.1)."""
UNKNOWN_MAKER = 0x1BF2

LAN = """name "{name}"
set_working_mc 0x20
  startlan 1
    addr {address} {port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid {guid}
    lan_config_program "{hook} lan"
  endlan
  chassis_control "{hook} chassis"
  user 1 false "" "" user 10 none md2 md5 straight
  user 2 true {user} {password} admin 10 none md2 md5 straight
  user 3 false "" "" user 10 none md2 md5 straight
  user 4 false "" "" user 10 none md2 md5 straight
"""
EMULATOR = """mc_setbmc 0x20
mc_add 0x20 0x20 no-device-sdrs 0x01 {major:#04x} {minor:#04x} 0x9f {maker:#x} 0x0001 persist_sdr
sel_enable 0x20 1000 0x0a
{sensors}
mc_add_fru_data 0x20 0 {fru_size} file 0 "{folder}/fru.bin"
mc_enable 0x20
"""


def problem(machine: Machine) -> str:
    """Return why a machine's administrator cannot log in over IPMI, or an empty string."""
    if len(machine.password) > LONGEST_PASSWORD or len(machine.username) > LONGEST_NAME:
        return f"IPMI knows no user name over {LONGEST_NAME} and no password over {LONGEST_PASSWORD} characters"
    if '"' in machine.password + machine.username:
        return "ipmi_sim's file cannot hold a user name or password with a quotation mark"
    return ""


def write(machine: Machine, port: int, folder: Path) -> list[sensors.Sensor]:
    """Write all files but the compiled SDRs into a folder that only we may read; return the sensors."""
    folder.mkdir(parents=True, mode=0o700)
    shown = sensors.of(int(machine.settings.get("fans", 4)))
    hook = f"timeout {HOOK_SECONDS} sh {shlex.quote(str(HOOK))} {shlex.quote(str(folder))}"
    lan = LAN.format(
        name=machine.name,
        address=machine.bmc_host,
        port=port,
        guid=str(machine.hardware.get("uuid", "")).replace("-", "").rjust(32, "0"),
        hook=hook,
        user=f'"{machine.username}"',
        password=f'"{machine.password}"',
    )
    (folder / "lan.conf").write_text(lan)
    major, minor = _version(machine.hardware)
    emulator = EMULATOR.format(
        major=major,
        minor=minor,
        maker=MAKERS.get(str(machine.hardware.get("vendor")), UNKNOWN_MAKER),
        sensors="\n".join(sensors.commands(shown, str(folder))),
        fru_size=fru.SIZE,
        folder=folder,
    )
    (folder / "bmc.emu").write_text(emulator)
    (folder / "fru.bin").write_bytes(fru.image(machine.hardware))
    (folder / "board.sdrs").write_text(sensors.records(shown))
    return shown


def _version(hardware: dict[str, Any]) -> tuple[int, int]:
    """Return the BMC's version as Get Device ID has it: seven bits, and two decimal digits (BCD)."""
    numbers = [int(one) for one in re.findall(r"\d+", str(hardware.get("bmc_version") or ""))] + [0, 0]
    return numbers[0] & 0x7F, int(f"{numbers[1] % 100:02d}", 16)
