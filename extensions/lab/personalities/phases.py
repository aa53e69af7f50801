# SPDX-License-Identifier: GPL-3.0-or-later
"""Boot progress in the words of DSP2046 and of vendors."""

from __future__ import annotations

STANDARD = {
    "idle": "None",
    "early_post": "PrimaryProcessorInitializationStarted",
    "memory_init": "MemoryInitializationStarted",
    "pci_init": "PCIResourceConfigStarted",
    "hardware_ready": "SystemHardwareInitializationComplete",
    "no_boot_device": "SystemHardwareInitializationComplete",
    "os_boot": "OSBootStarted",
    "os_running": "OSRunning",
}
# X12/X13 never say that an operating system runs unless an agent tells them (Q-G45).
STOPS_AT_HARDWARE = {**STANDARD, "os_boot": STANDARD["hardware_ready"], "os_running": STANDARD["hardware_ready"]}
# iLO 7 keeps None while PostState moves (Q-G44).
NEVER = dict.fromkeys(STANDARD, "None")
HPE_POST = {
    "off": "PowerOff",
    "idle": "InPost",
    "early_post": "InPost",
    "memory_init": "InPost",
    "pci_init": "InPostDiscoveryComplete",
    "hardware_ready": "FinishedPost",
    "no_boot_device": "FinishedPost",
    "os_boot": "FinishedPost",
    "os_running": "FinishedPost",
}
