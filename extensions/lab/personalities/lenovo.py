# SPDX-License-Identifier: GPL-3.0-or-later
"""Lenovo XClarity Controller (XCC, ThinkSystem)."""

from __future__ import annotations

from functools import cache

from ..accounts import Policy
from ..bios import Attribute, Dependency, Registry
from ..components import Component, Row, UpdateHabits
from ..eventlog import FIRMWARE, MANAGER, SECURITY, SYSTEM, Log
from ..machine import Timing
from ..personality import (
    BiosHabits,
    Boot,
    Etags,
    Hardware,
    Identity,
    Personality,
    Power,
    Sessions,
    TaskHabits,
    Updates,
    Words,
)
from .phases import STANDARD
from .rows import enum, family, locks, number, text, when

MODES, PROC, MEM, DEV, POWER, BOOT, NET, SEC = (
    "./SystemSettings/OperatingModes",
    "./SystemSettings/Processors",
    "./SystemSettings/Memory",
    "./SystemSettings/DevicesandIOPorts",
    "./SystemSettings/Power",
    "./BootManager",
    "./SystemSettings/Network",
    "./SystemSettings/Security",
)
OVERRIDE = tuple(f"BootSourceOverride{name}" for name in ("Enabled", "Target", "Mode"))
ENABLE = ("Enabled", "Disabled")


def row(group: str, what: str, values: tuple[str, ...], default: str, menu: str, display: str) -> Attribute:
    """Make an attribute named <Group>_<Name>, as XCC has them (Q-L18)."""
    return enum(f"{group}_{what}", values, default, menu, display)


def _rows() -> list[Attribute]:
    return [
        row("OperatingModes", "ChooseOperatingMode",
            ("MaximumEfficiency", "MaximumPerformance", "CustomMode", "FavorPower"), "MaximumEfficiency", MODES,
            "Choose Operating Mode"),
        row("Processors", "HyperThreading", ENABLE, "Enabled", PROC, "Hyper-Threading"),
        row("Processors", "IntelVirtualizationTechnology", ENABLE, "Enabled", PROC, "Intel Virtualization Technology"),
        row("Processors", "TurboMode", ENABLE, "Enabled", PROC, "Turbo Mode"),
        row("Processors", "CStates", ("Legacy", "Autonomous", "Disable"), "Legacy", PROC, "C-States"),
        row("Processors", "C1EnhancedMode", ENABLE, "Enabled", PROC, "C1 Enhanced Mode"),
        row("Processors", "CPUPstateControl", ("Autonomous", "Legacy", "Cooperative", "None"), "Autonomous", PROC,
            "CPU P-state Control"),
        row("Processors", "UPILinkFrequency", ("MaxPerformance", "MinimalPower"), "MaxPerformance", PROC,
            "UPI Link Frequency"),
        row("Processors", "UncoreFrequencyScaling", ENABLE, "Enabled", PROC, "Uncore Frequency Scaling"),
        row("Processors", "AdjacentCachePrefetch", ENABLE, "Enabled", PROC, "Adjacent Cache Prefetch"),
        row("Processors", "HardwarePrefetcher", ENABLE, "Enabled", PROC, "Hardware Prefetcher"),
        row("Processors", "SNC", ENABLE, "Disabled", PROC, "Sub-NUMA Clustering"),
        row("Processors", "EnergyEfficientTurbo", ENABLE, "Enabled", PROC, "Energy Efficient Turbo"),
        row("Processors", "MONITORMWAIT", ENABLE, "Enabled", PROC, "MONITOR/MWAIT"),
        row("Memory", "MemorySpeed", ("MaximumPerformance", "Balanced", "MinimalPower"), "MaximumPerformance", MEM,
            "Memory Speed"),
        row("Memory", "MemoryPowerManagement", ("Disabled", "Automatic"), "Disabled", MEM, "Memory Power Management"),
        row("Memory", "SocketInterleave", ("NUMA", "NonNUMA"), "NUMA", MEM, "Socket Interleave"),
        row("Memory", "PatrolScrub", ENABLE, "Enabled", MEM, "Patrol Scrub"),
        row("Power", "PlatformControlledType",
            ("EfficiencyFavorPower", "EfficiencyFavorPerformance", "MaximumPerformance"),
            "EfficiencyFavorPerformance", POWER, "Platform Controlled Type"),
        row("Power", "PowerPerformanceBias", ("PlatformControlled", "OSControlled"), "PlatformControlled", POWER,
            "Power/Performance Bias"),
        row("DevicesandIOPorts", "SRIOV", ENABLE, "Enabled", DEV, "SR-IOV"),
        row("DevicesandIOPorts", "MMConfigBase", ("Auto", "2GB", "3GB"), "Auto", DEV, "MM Config Base"),
        row("DevicesandIOPorts", "COMPort1", ENABLE, "Enabled", DEV, "COM Port 1"),
        row("DevicesandIOPorts", "ConsoleRedirection", ("Auto", *ENABLE), "Auto", DEV, "Console Redirection"),
        row("DevicesandIOPorts", "COM1BaudRate", ("115200", "57600", "9600"), "115200", DEV, "COM1 Baud Rate"),
        row("DevicesandIOPorts", "IntelVTforDirectedIO_VTd", ENABLE, "Enabled", DEV, "VT for Directed I/O"),
        row("BootModes", "SystemBootMode", ("UEFIMode", "LegacyMode"), "UEFIMode", BOOT, "System Boot Mode"),
        row("BootModes", "OptimizedBoot", ENABLE, "Enabled", BOOT, "Optimized Boot"),
        row("BootModes", "InfiniteBootRetry", ENABLE, "Disabled", BOOT, "Infinite Boot Retry"),
        row("NetworkStackSettings", "IPv4PXESupport", ENABLE, "Enabled", NET, "IPv4 PXE Support"),
        row("NetworkStackSettings", "IPv6PXESupport", ENABLE, "Enabled", NET, "IPv6 PXE Support"),
        row("NetworkStackSettings", "IPv4HTTPSupport", ENABLE, "Disabled", NET, "IPv4 HTTP Support"),
        row("SystemSecurity", "SecureBootSetting", ENABLE, "Disabled", SEC, "Secure Boot"),
        row("TrustedComputingGroup", "TPM2Operation", ("NoAction", "Clear"), "NoAction", SEC, "TPM 2.0 Operation"),
        row("SystemRecovery", "POSTWatchdogTimer", ENABLE, "Disabled", "./SystemSettings/RecoveryandRAS",
            "POST Watchdog Timer"),
        number("SystemRecovery_POSTWatchdogTimerValue", 5, 5, 20, "./SystemSettings/RecoveryandRAS",
               "POST Watchdog Timer Value"),
        text("SystemInformation_AssetTag", "", 32, "./SystemSettings", "Asset Tag"),
        *family(
            range(1, 13),
            row("EnableDisableAdapterOptionROMSupport", "Slot#", ("Auto", "Disabled"), "Auto", DEV, "Slot # ROM"),
            row("PCIeGen", "Slot#", ("Auto", "Gen3", "Gen4", "Gen5"), "Auto", DEV, "Slot # PCIe generation"),
            row("SlotBifurcation", "Slot#", ("Auto", "x8x8", "x4x4x4x4"), "Auto", DEV, "Slot # bifurcation"),
            row("HotPlug", "Slot#", ENABLE, "Disabled", DEV, "Slot # hot plug"),
        ),
        *family(
            range(1, 33),
            row("MemoryDIMM", "Dimm#", ENABLE, "Enabled", MEM, "DIMM #"),
            row("NVMeBay", "Bay#", ("Auto", "Disabled"), "Auto", DEV, "NVMe bay #"),
        ),
        *family(
            range(1, 65),
            row("AdvancedProcessor", "Setting#", ("Auto", *ENABLE), "Auto", PROC, "Advanced processor setting #"),
            row("AdvancedMemory", "Setting#", ("Auto", *ENABLE), "Auto", MEM, "Advanced memory setting #"),
            row("RAS", "Setting#", ENABLE, "Enabled", "./SystemSettings/RecoveryandRAS", "RAS setting #"),
        ),
        row("Processors", "CPUFrequencyLimits", ("Full", "Restrict"), "Full", PROC, "CPU Frequency Limits"),
        enum("Processors_TotalCores", ("All",), "All", PROC, "Cores (hidden)", hidden=True, present=False),
    ]  # fmt: skip


def _locks() -> list[Dependency]:
    """Return what the operating mode locks: accepted and pending, and never applied (Q-L20)."""
    custom = when("OperatingModes_ChooseOperatingMode", "CustomMode", "NEQ")
    names = ("TurboMode", "CStates", "C1EnhancedMode", "CPUPstateControl", "UPILinkFrequency",
             "UncoreFrequencyScaling", "EnergyEfficientTurbo", "MONITORMWAIT")  # fmt: skip
    rules = [locks(f"Processors_{name}", custom, how="GrayOut") for name in names]
    rules += [locks(f"Memory_{name}", custom, how="GrayOut") for name in ("MemorySpeed", "MemoryPowerManagement")]
    powers = ("PlatformControlledType", "PowerPerformanceBias")
    rules += [locks(f"Power_{name}", custom, how="GrayOut") for name in powers]
    rules.append(locks("Processors_SNC", when("Memory_SocketInterleave", "NonNUMA"), how="GrayOut"))
    off = when("SystemRecovery_POSTWatchdogTimer", "Disabled")
    rules.append(locks("SystemRecovery_POSTWatchdogTimerValue", off, how="GrayOut"))
    rules.append(locks("DevicesandIOPorts_COM1BaudRate", when("DevicesandIOPorts_COMPort1", "Disabled"), how="Hidden"))
    for slot in range(1, 13):
        rom = when(f"EnableDisableAdapterOptionROMSupport_Slot{slot}", "Disabled")
        rules += [locks(f"{part}_Slot{slot}", rom, how="GrayOut") for part in ("PCIeGen", "SlotBifurcation", "HotPlug")]
    return rules


@cache
def registry() -> Registry:
    return Registry.of(_rows(), _locks())


XCC = Personality(
    logs=(
        Log("system", "PlatformLog", "Platform Log", (SYSTEM, FIRMWARE)),
        Log("system", "AuditLog", "Audit Log", (MANAGER, SECURITY)),
    ),
    id="lenovo_xcc",
    identity=Identity(
        vendor="Lenovo",
        product=None,
        redfish_version="1.15.0",
        manufacturer="Lenovo",
        model="ThinkSystem SR650 V3",
        oem="Lenovo",
        manager_model="Lenovo XClarity Controller",
        manager_version="TGBT{version} 2.83 2023-07-05",
        bios_version="U8E{version}",
        root_oem={},
        certificate_organisation="Lenovo",
    ),
    hardware=Hardware(
        mac_prefix="38:68:dd", nic_vendor="Lenovo", nic_model="ThinkSystem Broadcom 57414 10/25GbE SFP28 2-port"
    ),
    power=Power(
        same_state=(409, "ExtendedError.1.2.OperationNotSupportedInCurrentState"),
        conflict=(409, "ExtendedError.1.2.OperationNotSupportedInCurrentState"),
        boot_progress=STANDARD,
        progress_time=False,
        timing=Timing(post=160.0, os_boot=40.0),
        last_reset_time=False,
        ac_cycle="LenovoComputerSystem.SystemReset:ACPowerCycle",
    ),
    # The override is the system's, the order that of its settings object (Q-L13).
    boot=Boot(continuous="refused", settings="Pending", settings_refuses=OVERRIDE, order_on_settings=True),
    bios=BiosHabits(
        settings="Pending",
        shape="full",
        apply_times=("OnReset",),
        apply_time_refused=True,
        tells_time=True,
        locked="stuck",
        status=200,
        answer="resource",
        registry_id="BiosAttributeRegistry.1.0.0",
        registry_uri="/redfish/v1/schemas/registries/BiosAttributeRegistry.v1_0_0.json",
        reset_body="Reset",
        extra_post=100.0,
    ),
    registry=registry,
    updates=Updates(
        protocols=("TFTP", "SFTP", "HTTPS", "HTTP"),
        targets="listed",
        http_push="/fwupdate",
        claim=True,
        multipart="/mfwupdate",
        max_bytes=250_000_000,
        apply_times=("Immediate",),
        components=(
            Component("bios", "122J", (Row("UEFI", "UEFI", version="U8E{version}"),), previous="120H"),
            Component(
                "bmc",
                "42S",
                (
                    Row("BMC-Primary", "BMC-Primary", version="{version}-2.83"),
                    Row("BMC-Backup", "BMC-Backup", "previous", version="{version}-2.83"),
                    Row("BMC-Primary-Pending", "BMC-Primary-Pending", "staged", version="{version}-2.83", absent="*"),
                ),
                previous="40O",
                targets=("/redfish/v1/UpdateService/FirmwareInventory/BMC-Backup",),
            ),
            Component("nic", "22.31.6", (Row("Slot_1.Bundle", "Firmware:BCM57414"),)),
        ),
        habits=UpdateHabits(
            activation={"bios": "host_reset", "bmc": "manual_reset", "nic": "host_reset"}, outage=180.0, warm_up=60.0
        ),
    ),
    tasks=TaskHabits(
        location="task",
        final="deleted",
        words={
            "Starting": "Downloading : {percent}%",
            "Running": "Update : {percent}%",
            "Completed": "Done",
        },
    ),
    sessions=Sessions(300.0, 16, 503, "Base.1.14.SessionLimitExceeded"),
    accounts=Policy(min_password=10, max_password=255, lockout_threshold=5, lockout_seconds=60.0, limit=12),
    etags=Etags("strong_hex", required=("ComputerSystem", "ManagerAccount", "ManagerNetworkProtocol")),
    words=Words(registry="Base.1.14"),
    username="USERID",
    media_types=(("CD", "DVD", "USBStick"),) * 4,
)
