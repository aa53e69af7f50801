# SPDX-License-Identifier: GPL-3.0-or-later
"""What IPMI asks of a machine, answered from the machine that Redfish shows: power, boot device, LAN parameters."""

from __future__ import annotations

from dataclasses import replace

from ..machine import ON, POWERING_OFF, BootOverride, Machine, PowerRefused

BOOT_TARGETS = {"none": "None", "pxe": "Pxe", "default": "Hdd", "cdrom": "Cd", "bios": "BiosSetup"}
"""ipmi_sim's words for the boot devices of Set System Boot Options (IPMI 2.0 table 28-14), and Redfish's."""
BOOT_WORDS = {target: word for word, target in BOOT_TARGETS.items()}
UNCHANGED = "same_state"


class Refused(Exception):
    """The machine does not do that, or nobody knows such a word."""


class Chassis:
    """Answer the questions of one BMC's ipmi_sim. A command that changes nothing succeeds, as over IPMI it does."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.lan = {
            "ip_addr": machine.bmc_host,
            "ip_addr_src": "static",
            "mac_addr": str(machine.hardware.get("bmc_mac", "00:00:00:00:00:00")),
            "subnet_mask": "255.0.0.0",
            "default_gw_ip_addr": "0.0.0.0",
            "default_gw_mac_addr": "00:00:00:00:00:00",
            "backup_gw_ip_addr": "0.0.0.0",
            "backup_gw_mac_addr": "00:00:00:00:00:00",
        }

    def answer(self, words: list[str]) -> list[str]:
        """Return the lines that answer ``chassis|lan get|set|check name [value] ...``; raise Refused."""
        subject, verb, rest = words[0], words[1], words[2:]
        if verb == "check":
            return []
        if verb == "get":
            values = self._state() if subject == "chassis" else self.lan
            return [f"{name}:{_known(values, name)}" for name in rest]
        if subject == "lan":
            self.lan.update(zip(rest[::2], rest[1::2], strict=False))
            return []
        while rest:
            rest = self._set(rest)
        return []

    def _state(self) -> dict[str, str]:
        target = self.machine.override.target if self.machine.override.active else "None"
        return {
            "power": str(int(self.machine.power_state in (ON, POWERING_OFF))),
            "boot": BOOT_WORDS.get(target, "none"),
        }

    def _set(self, words: list[str]) -> list[str]:
        """Do the first command; return the words after it (identify has two values, the others one)."""
        name, value = words[0], words[1] if len(words) > 1 else ""
        if name == "power":
            self._reset("On" if value == "1" else "ForceOff")
        elif name == "reset":
            self._reset("ForceRestart")
        elif name == "shutdown":
            self._reset("GracefulShutdown")
        elif name == "boot":
            self._boot(_known(BOOT_TARGETS, value))
        elif name == "identify":
            return words[3:]
        else:
            raise Refused(f"unknown parameter {name}")
        return words[2:]

    def _reset(self, reset_type: str) -> None:
        try:
            self.machine.reset(reset_type)
        except PowerRefused as refused:
            if refused.reason != UNCHANGED:
                raise Refused(str(refused)) from refused

    def _boot(self, target: str) -> None:
        """Set the boot override. ipmi_sim does not pass on the persistent bit, so it is for one boot, IPMI's default."""
        if target == "None":
            self.machine.override = BootOverride(mode=self.machine.override.mode)
        else:
            self.machine.override = replace(self.machine.override, enabled="Once", target=target, uefi_target="")


def _known(values: dict[str, str], name: str) -> str:
    if name not in values:
        raise Refused(f"unknown word {name}")
    return values[name]
