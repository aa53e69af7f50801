# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain standard: what DSP0266 and DSP2046 say and nothing else. Every other platform starts from here."""

from __future__ import annotations

from functools import cache

from ..bios import Registry
from ..components import Component, Row, UpdateHabits
from ..personality import BiosHabits, Etags, Hardware, Identity, Personality, Power, TaskHabits, Updates
from .phases import STANDARD
from .rows import enum, fact, family, flag, locks, number, secret, sets, switch, text, when

CPU, MEMORY, BOOT, PCI, SECURITY, POWER, CONSOLE = (
    "./Processor",
    "./Memory",
    "./Boot",
    "./IntegratedDevices",
    "./Security",
    "./Power",
    "./Serial",
)


@cache
def registry() -> Registry:
    """Return about 120 attributes of every type, with dependencies of every kind."""
    return Registry.of(
        [
            enum("BootMode", ("Uefi", "LegacyBios"), "Uefi", BOOT, "Boot Mode"),
            switch("HyperThreading", "Enabled", CPU, "Hyper-Threading"),
            switch("VirtualizationTechnology", "Enabled", CPU, "Virtualization Technology"),
            switch("IommuSupport", "Disabled", CPU, "I/O Memory Management Unit"),
            switch("SriovSupport", "Disabled", PCI, "SR-IOV"),
            switch("TurboBoost", "Enabled", CPU, "Turbo Boost"),
            switch("CStates", "Enabled", POWER, "Processor C-States"),
            enum(
                "PowerProfile",
                (
                    ("Balanced", "Balanced"),
                    ("MaximumPerformance", "Maximum Performance"),
                    ("PowerSaving", "Power Saving"),
                    ("Custom", "Custom"),
                ),
                "Balanced",
                POWER,
                "Power Profile",
            ),
            enum("PowerRestorePolicy", ("AlwaysOn", "AlwaysOff", "LastState"), "LastState", POWER, "AC Power Recovery"),
            number("PowerRestoreDelay", 0, 0, 240, POWER, "AC Power Recovery Delay (s)", step=5),
            number("ActiveCores", 0, 0, 32, CPU, "Active cores per processor (0: all)"),
            enum("NumaNodesPerSocket", ("1", "2", "4"), "1", MEMORY, "NUMA nodes per socket"),
            switch("NodeInterleaving", "Disabled", MEMORY, "Node Interleaving"),
            enum("MemoryOperatingMode", ("Optimizer", "Mirror", "Spare"), "Optimizer", MEMORY, "Memory mode"),
            flag("SecureBoot", False, SECURITY, "Secure Boot"),
            switch("TpmSecurity", "Enabled", SECURITY, "TPM Security"),
            enum("TpmCommand", ("None", "Clear"), "None", SECURITY, "TPM command"),
            secret("AdministratorPassword", 32, SECURITY, "Administrator password"),
            text("AssetTag", "", 63, "./System", "Asset Tag"),
            number("AssetNumber", 0, 0, 2**48, "./System", "Asset number"),  # more than 32 bits hold (Q-G08)
            text("ServerName", "", 15, "./System", "Server name", expression=r"[A-Za-z0-9-]*"),
            switch("SerialConsole", "Disabled", CONSOLE, "Serial console redirection"),
            enum("SerialBaudRate", ("9600", "57600", "115200"), "115200", CONSOLE, "Serial baud rate"),
            number("BootTimeout", 5, 0, 65535, BOOT, "Boot prompt timeout (s)"),
            switch("NetworkStack", "Enabled", BOOT, "UEFI network stack"),
            switch("PxeIpv4", "Enabled", BOOT, "PXE over IPv4"),
            switch("PxeIpv6", "Disabled", BOOT, "PXE over IPv6"),
            switch("HttpBoot", "Disabled", BOOT, "HTTP boot"),
            switch("QuietBoot", "Enabled", BOOT, "Quiet boot", reset_required=None),
            number("PatrolScrubHours", 24, 1, 24, MEMORY, "Patrol scrub interval (h)"),
            switch("LegacyOnly", "Disabled", "./Hidden", "Legacy only", hidden=True),
            switch("FactoryMode", "Disabled", "./Hidden", "Factory mode", gray_out=True),
            fact("SystemModel", "Reference R1", "./System", "System model"),
            fact("ProcessorModel", "Intel(R) Xeon(R) Gold 6430", CPU, "Processor model"),
            fact("InstalledMemory", "256 GB", MEMORY, "Installed memory"),
            *family(
                range(1, 9),
                switch("Slot#Enable", "Enabled", f"{PCI}/Slot#", "Slot #"),
                enum("Slot#Bifurcation", ("Auto", "x8x8", "x4x4x4x4"), "Auto", f"{PCI}/Slot#", "Slot # bifurcation"),
                switch("Slot#OptionRom", "Enabled", f"{PCI}/Slot#", "Slot # option ROM"),
            ),
            *family(range(1, 17), fact("Dimm#Size", "32 GB", MEMORY, "DIMM # size")),
            *family(
                range(1, 5),
                switch("Nic#Enable", "Enabled", f"{PCI}/Nic#", "Network port #"),
                enum("Nic#BootProtocol", ("None", "Pxe", "Http"), "Pxe", f"{PCI}/Nic#", "Network port # boot protocol"),
                fact("Nic#Mac", "", f"{PCI}/Nic#", "Network port # address"),
            ),
        ],
        [
            locks("SriovSupport", when("IommuSupport", "Disabled")),
            locks("SerialBaudRate", when("SerialConsole", "Disabled"), how="GrayOut"),
            locks("PxeIpv4", when("NetworkStack", "Disabled"), how="Hidden"),
            locks("PxeIpv6", when("NetworkStack", "Disabled"), how="Hidden"),
            locks("SecureBoot", when("BootMode", "LegacyBios")),
            locks("NumaNodesPerSocket", when("NodeInterleaving", "Enabled")),
            locks("CStates", when("PowerProfile", "MaximumPerformance")),
            sets("CStates", "Disabled", when("PowerProfile", "MaximumPerformance")),
            sets("TurboBoost", "Enabled", when("PowerProfile", "MaximumPerformance")),
        ],
    )


def nic(version: str) -> Component:
    return Component(
        "nic",
        version,
        (Row("NIC1", "Network Adapter 1", software_id="14e4-16d7", extra={"Manufacturer": "Broadcom"}),),
        targets=("/redfish/v1/UpdateService/FirmwareInventory/NIC1",),
    )


GENERIC = Personality(
    id="generic",
    identity=Identity(
        vendor="Contoso",
        product="Contoso BMC",
        redfish_version="1.17.0",
        manufacturer="Contoso",
        model="Reference R1",
        manager="bmc",
        system="system",
        chassis="chassis",
        manager_model="Contoso BMC",
    ),
    hardware=Hardware(mac_prefix="02:c0:57"),
    power=Power(boot_progress=STANDARD, restore_policy="AlwaysOff"),
    bios=BiosHabits(
        apply_times=("OnReset",),
        status=200,
        answer="resource",
        registry_id="BiosAttributeRegistry.v1_0_0",
        registry_uri="/redfish/v1/Registries/BiosAttributeRegistry.v1_0_0/BiosAttributeRegistry.v1_0_0.json",
    ),
    registry=registry,
    updates=Updates(
        multipart="/redfish/v1/UpdateService/upload",
        http_push="/redfish/v1/UpdateService/push",
        apply_times=("Immediate", "OnReset"),
        components=(
            Component(
                "bios",
                "1.2.0",
                (Row("BIOS", "System BIOS", software_id="C0-BIOS"),),
                targets=("/redfish/v1/Systems/system", "/redfish/v1/UpdateService/FirmwareInventory/BIOS"),
            ),
            Component(
                "bmc",
                "2.10.0",
                (Row("BMC", "BMC Firmware", software_id="C0-BMC"),),
                targets=("/redfish/v1/Managers/bmc", "/redfish/v1/UpdateService/FirmwareInventory/BMC"),
            ),
            nic("22.31.6"),
        ),
        habits=UpdateHabits(),
    ),
    tasks=TaskHabits(keep_seconds=None),
    etags=Etags("strong_hex"),
)
