# SPDX-License-Identifier: GPL-3.0-or-later
"""The BIOS attribute registry of an X13: about 480 attributes.

Its oddities are real: names end in a hex suffix (Q-S04), ValueName is a number while current values are display names,
`Enable` stands beside `Enabled` (Q-S05), two attributes share a stem.
"""

from __future__ import annotations

import zlib
from functools import cache

from ..bios import Attribute, Dependency, Registry
from .rows import enum, fact, family, flag, locks, number, secret, text, when

CPU, NB, PCH, SATA, PCIE, NET, SERIAL, ACPI, BOOT, SEC, POWER, EVENT = (
    "./Advanced/CPU Configuration",
    "./Advanced/Chipset Configuration/North Bridge",
    "./Advanced/Chipset Configuration/South Bridge",
    "./Advanced/SATA Configuration",
    "./Advanced/PCIe/PCI/PnP Configuration",
    "./Advanced/Network Configuration",
    "./Advanced/Serial Port Console Redirection",
    "./Advanced/ACPI Settings",
    "./Boot",
    "./Security",
    "./Advanced/CPU Configuration/Advanced Power Management Configuration",
    "./Event Logs",
)
LONG = ("Enabled", "Disabled")
SHORT = ("Enable", "Disable")


def suffix(stem: str) -> str:
    """Return the hex suffix that this board gives a stem: stable, and without meaning."""
    return f"{zlib.crc32(stem.encode()) & 0xFFFF:04X}"


def name(stem: str) -> str:
    return f"{stem}_{suffix(stem)}"


def choice(stem: str, shown: tuple[str, ...], default: str, menu: str, display: str, **more: object) -> Attribute:
    """Make an enumeration whose ValueNames are numbers and whose values are seen by display name."""
    pairs = [(str(position), one) for position, one in enumerate(shown)]
    return enum(name(stem), pairs, default, menu, display, **more)


def _main() -> list[Attribute]:
    return [
        choice("HyperThreading_ALL", SHORT, "Enable", CPU, "Hyper-Threading [ALL]"),
        choice("IntelVirtualizationTechnology", SHORT, "Enable", CPU, "Intel Virtualization Technology"),
        choice("IntelVTforDirectedI_O_VT_d", SHORT, "Enable", NB, "Intel VT for Directed I/O (VT-d)"),
        choice("SR_IOVSupport", LONG, "Enabled", PCIE, "SR-IOV Support"),
        choice("ARISupport", LONG, "Enabled", PCIE, "ARI Support"),
        choice("Above4GDecoding", LONG, "Enabled", PCIE, "Above 4G Decoding"),
        choice("MMIOHighBase", ("56T", "40T", "32T", "24T"), "32T", PCIE, "MMIO High Base"),
        choice("AES_NI", SHORT, "Enable", CPU, "AES-NI"),
        choice("AdjacentCachePrefetch", SHORT, "Enable", CPU, "Adjacent Cache Prefetch"),
        choice("HardwarePrefetcher", SHORT, "Enable", CPU, "Hardware Prefetcher"),
        choice("DCUStreamerPrefetcher", SHORT, "Enable", CPU, "DCU Streamer Prefetcher"),
        choice("ExtendedAPIC", SHORT, "Disable", CPU, "Extended APIC"),
        choice("AVXP1", ("Nominal", "Level 1", "Level 2"), "Nominal", CPU, "AVX P1"),
        number(name("CoresEnabled"), 0, 0, 32, CPU, "Cores Enabled"),
        choice("PowerTechnology", ("Disable", "Energy Efficient", "Custom"), "Custom", POWER, "Power Technology"),
        choice("PowerPerformanceTuning", ("OS Controls EPB", "BIOS Controls EPB"), "OS Controls EPB", POWER,
               "Power Performance Tuning"),
        choice("ENERGY_PERF_BIAS_CFGMode",
               ("Performance", "Balanced Performance", "Balanced Power", "Power"), "Balanced Performance", POWER,
               "ENERGY_PERF_BIAS_CFG Mode"),
        choice("SpeedStep_P_States", SHORT, "Enable", POWER, "SpeedStep (P-States)"),
        choice("TurboMode", SHORT, "Enable", POWER, "Turbo Mode"),
        choice("CPUC6Report", ("Disable", "Enable", "Auto"), "Auto", POWER, "CPU C6 Report"),
        choice("EnhancedHaltState_C1E", SHORT, "Enable", POWER, "Enhanced Halt State (C1E)"),
        choice("PackageCState", ("C0/C1 state", "C2 state", "C6(non Retention) state", "Auto"), "Auto", POWER,
               "Package C State"),
        choice("ADDDCSparing", LONG, "Enabled", NB, "ADDDC Sparing"),
        choice("PatrolScrub", ("Disabled", "Enabled", "Enable at End of POST"), "Enable at End of POST", NB,
               "Patrol Scrub"),
        choice("MemoryFrequency", ("Auto", "3200", "4000", "4400", "4800"), "Auto", NB, "Memory Frequency"),
        choice("NUMA", LONG, "Enabled", ACPI, "NUMA"),
        choice("SNC_SubNUMA", ("Disable SNC", "Enable SNC2 (2-clusters)", "Enable SNC4 (4-clusters)"),
               "Disable SNC", NB, "SNC (Sub NUMA)"),
        choice("WHEASupport", LONG, "Enabled", ACPI, "WHEA Support"),
        choice("HighPrecisionEventTimer", LONG, "Enabled", ACPI, "High Precision Event Timer"),
        choice("SATAController", SHORT, "Enable", SATA, "SATA Controller"),
        choice("ConfigureSATAas", ("AHCI", "RAID"), "AHCI", SATA, "Configure SATA as"),
        choice("NetworkStack", LONG, "Enabled", NET, "Network Stack"),
        choice("IPv4PXESupport", LONG, "Enabled", NET, "IPv4 PXE Support"),
        choice("IPv4HTTPSupport", LONG, "Disabled", NET, "IPv4 HTTP Support"),
        choice("IPv6PXESupport", LONG, "Enabled", NET, "IPv6 PXE Support"),
        number(name("PXEBootWaitTime"), 0, 0, 5, NET, "PXE Boot Wait Time"),
        number(name("MediaDetectCount"), 1, 1, 50, NET, "Media Detect Count"),
        choice("COM1ConsoleRedirection", LONG, "Disabled", SERIAL, "COM1 Console Redirection"),
        choice("SOL_COM2ConsoleRedirection", LONG, "Enabled", SERIAL, "SOL/COM2 Console Redirection"),
        choice("BitsPerSecond", ("9600", "19200", "38400", "57600", "115200"), "115200", SERIAL, "Bits Per Second"),
        choice("TerminalType", ("VT100", "VT100+", "VT-UTF8", "ANSI"), "VT100+", SERIAL, "Terminal Type"),
        choice("BootModeSelect", ("Legacy", "UEFI", "Dual"), "UEFI", BOOT, "Boot Mode Select"),
        choice("QuietBoot", LONG, "Enabled", BOOT, "Quiet Boot"),
        choice("QuietBootLogo", LONG, "Enabled", BOOT, "Quiet Boot Logo"),
        choice("OptionROMMessages", ("Force BIOS", "Keep Current"), "Force BIOS", BOOT, "Option ROM Messages"),
        choice("BootupNumLockState", ("On", "Off"), "On", BOOT, "Bootup NumLock State"),
        choice("WaitForF1IfError", LONG, "Disabled", BOOT, 'Wait For "F1" If Error'),
        choice("RestoreonACPowerLoss", ("Stay Off", "Power On", "Last State"), "Last State", BOOT,
               "Restore on AC Power Loss"),
        choice("PowerButtonFunction", ("Instant Off", "4 Seconds Override"), "Instant Off", BOOT,
               "Power Button Function"),
        choice("WatchDogFunction", LONG, "Disabled", BOOT, "Watch Dog Function"),
        choice("WatchDogAction", ("Reset", "NMI"), "Reset", BOOT, "Watch Dog Action"),
        number(name("SetupPromptTimeout"), 1, 1, 65535, BOOT, "Setup Prompt Timeout"),
        choice("SecureBoot", LONG, "Disabled", SEC, "Secure Boot"),
        choice("SecureBootMode", ("Standard", "Custom"), "Custom", SEC, "Secure Boot Mode"),
        choice("SecurityDeviceSupport", SHORT, "Enable", SEC, "Security Device Support"),
        choice("SHA256PCRBank", LONG, "Enabled", SEC, "SHA256 PCR Bank"),
        choice("PendingOperation", ("None", "TPM Clear"), "None", SEC, "Pending Operation"),
        choice("TotalMemoryEncryption_TME", LONG, "Disabled", SEC, "Total Memory Encryption (TME)"),
        choice("TotalMemoryEncryption_TME_Bypass", ("Auto", *LONG), "Auto", SEC, "TME Bypass"),
        secret("AdministratorPassword_B111", 20, SEC, "Administrator Password"),
        secret("UserPassword_B112", 20, SEC, "User Password"),
        flag("ProcessorDebug_3D01", False, CPU, "Processor debug", hidden=True),
        number("SoftwareGuardExtensionsEpoch0_F30E", 0, 0, 9223372036854775807, CPU,
               "Software Guard Extensions Epoch 0", hidden=True, gray_out=True),
        text("RegistryPath_4711", "", 80, EVENT, "Event log path", hidden=True),
        fact("BiosVersion_0001", "1.4", "./Main", "BIOS Version", present=False),
    ]  # fmt: skip


def _families() -> list[Attribute]:
    def slot(stem: str, shown: tuple[str, ...], default: str, display: str, menu: str = PCIE) -> Attribute:
        pairs = [(str(position), one) for position, one in enumerate(shown)]
        return enum(stem, pairs, default, menu, display)

    return [
        *family(
            range(1, 9),
            slot("SLOT#PCIe5_0X16OPROM_00A#", ("Disabled", "Legacy", "EFI"), "EFI", "SLOT# PCIe 5.0 X16 OPROM"),
            slot("SLOT#Bifurcation_00B#", ("Auto", "x4x4x4x4", "x8x8", "x16"), "Auto", "SLOT# bifurcation"),
            slot("SLOT#LinkSpeed_00C#", ("Auto", "Gen 3", "Gen 4", "Gen 5"), "Auto", "SLOT# link speed"),
            slot("SLOT#Aspm_00D#", ("Disabled", "Auto", "L1 Only"), "Disabled", "SLOT# ASPM"),
            slot("NVMe#Firmware_00E#", ("Vendor Defined Firmware", "AMI Native Support"), "Vendor Defined Firmware",
                 "NVMe# firmware source"),
        ),
        *family(
            range(8),
            slot("SATAPort#_01A#", ("Disable", "Enable"), "Enable", "SATA Port #", SATA),
            slot("SATAPort#HotPlug_01B#", ("Disable", "Enable"), "Enable", "SATA Port # Hot Plug", SATA),
            slot("SATAPort#SpinUp_01C#", ("Disable", "Enable"), "Disable", "SATA Port # Spin Up Device", SATA),
            slot("sSATAPort#_01D#", ("Disable", "Enable"), "Enable", "sSATA Port #", SATA),
            slot("sSATAPort#HotPlug_01E#", ("Disable", "Enable"), "Enable", "sSATA Port # Hot Plug", SATA),
        ),
        *family(
            range(10, 74),
            slot("IIOStack#Setting_02#", ("Auto", "Enable", "Disable"), "Auto", "IIO stack # setting", NB),
            slot("PchRootPort#_03#", ("Enabled", "Disabled"), "Enabled", "PCH root port #", PCH),
            slot("MemoryTraining#_04#", ("Auto", "Enabled", "Disabled"), "Auto", "Memory training #", NB),
            slot("CpuFeature#_05#", ("Disable", "Enable"), "Enable", "CPU feature #", CPU),
        ),
        *family(
            range(10, 26),
            Attribute("MemoryTiming#_06#", "Integer", 0, lower=0, upper=255, menu=NB, display="Memory timing #"),
            Attribute("EventLogText#_07#", "String", "", min_length=0, max_length=80, menu=EVENT,
                      display="Event log text #"),
            slot("UpiLink#_08#", ("Auto", "Enable", "Disable"), "Auto", "UPI link #", NB),
        ),
    ]  # fmt: skip


def _dependencies() -> list[Dependency]:
    custom = when(name("PowerTechnology"), "Custom", "NEQ")
    power = ("PowerPerformanceTuning", "SpeedStep_P_States", "CPUC6Report", "EnhancedHaltState_C1E", "PackageCState")
    off = when(name("NetworkStack"), "Disabled")
    network = ("IPv4PXESupport", "IPv4HTTPSupport", "IPv6PXESupport", "PXEBootWaitTime", "MediaDetectCount")
    rules = [locks(name(stem), custom, how="Hidden") for stem in power]
    rules += [locks(name(stem), off, how="Hidden") for stem in network]
    rules += [
        locks(name("ENERGY_PERF_BIAS_CFGMode"), when(name("PowerPerformanceTuning"), "OS Controls EPB"), how="Hidden"),
        locks(name("WatchDogAction"), when(name("WatchDogFunction"), "Disabled"), how="Hidden"),
        locks(
            name("TotalMemoryEncryption_TME_Bypass"),
            when(name("TotalMemoryEncryption_TME"), "Disabled"),
            when(name("SecurityDeviceSupport"), "Disable", "EQU", "OR"),
            how="Hidden",
        ),
        locks(name("SecureBootMode"), when(name("SecurityDeviceSupport"), "Disable"), how="GrayOut"),
        locks(name("SHA256PCRBank"), when(name("SecurityDeviceSupport"), "Disable"), how="Hidden"),
        locks(name("TurboMode"), when(name("SpeedStep_P_States"), "Disable"), how="GrayOut"),
        locks(name("SR_IOVSupport"), when(name("IntelVTforDirectedI_O_VT_d"), "Disable"), how="GrayOut"),
        locks(name("ConfigureSATAas"), when(name("SATAController"), "Disable"), how="Hidden"),
    ]
    for port in range(8):
        rules.append(
            locks(f"SATAPort{port}HotPlug_01B{port}", when(f"SATAPort{port}_01A{port}", "Disable"), how="Hidden")
        )
        rules.append(locks(f"SATAPort{port}_01A{port}", when(name("SATAController"), "Disable"), how="Hidden"))
    return rules


@cache
def registry() -> Registry:
    """Return the registry, which the machine publishes outside /redfish/v1."""
    return Registry.of([*_main(), *_families()], _dependencies())
