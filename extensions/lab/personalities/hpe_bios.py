# SPDX-License-Identifier: GPL-3.0-or-later
"""The BIOS attribute registry of a ProLiant: about 600 attributes, many of them not on the machine."""

from __future__ import annotations

from functools import cache

from ..bios import Attribute, Dependency, Registry
from .rows import enum, fact, family, locks, number, secret, sets, switch, text, when

VIRT, PROC, MEM, BOOT, NET, STORAGE, POWER, PERF, EMBED, SEC, PCI, ADV, SERVER, SERIAL = (
    "./VirtualizationOptions",
    "./ProcessorOptions",
    "./MemoryOptions",
    "./BootOptions",
    "./NetworkOptions",
    "./StorageOptions",
    "./PowerAndPerformanceOptions",
    "./PowerAndPerformanceOptions/AdvancedPerformanceTuningOptions",
    "./SystemOptions/EmbeddedUefiShell",
    "./ServerSecurity",
    "./PciDeviceConfiguration",
    "./AdvancedOptions",
    "./ServerAssetInformation",
    "./SystemOptions/SerialPortOptions",
)


def _main() -> list[Attribute]:
    return [
        enum("WorkloadProfile",
             (("GeneralPowerEfficientCompute", "General Power Efficient Compute"),
              ("GeneralPeakFrequencyCompute", "General Peak Frequency Compute"),
              ("GeneralThroughputCompute", "General Throughput Compute"),
              ("Virtualization-PowerEfficient", "Virtualization - Power Efficient"),
              ("Virtualization-MaxPerformance", "Virtualization - Max Performance"),
              ("LowLatency", "Low Latency"),
              ("HighPerformanceCompute(HPC)", "High Performance Compute (HPC)"),
              ("Custom", "Custom")),
             "GeneralPowerEfficientCompute", "./", "Workload Profile"),
        switch("ProcVirtualization", "Enabled", VIRT, "Intel(R) Virtualization Technology (Intel VT)"),
        switch("IntelProcVtd", "Enabled", VIRT, "Intel(R) VT-d"),
        switch("Sriov", "Enabled", VIRT, "SR-IOV"),
        switch("ProcHyperthreading", "Enabled", PROC, "Intel(R) Hyper-Threading"),
        number("EnabledCoresPerProc", 0, 0, 32, PROC, "Enabled Cores per Processor"),
        switch("ProcX2Apic", "Enabled", PROC, "Processor x2APIC Support"),
        enum("ProcTurbo", ("Enabled", "Disabled"), "Enabled", PERF, "Intel(R) Turbo Boost Technology"),
        enum("PowerRegulator",
             (("DynamicPowerSavings", "Dynamic Power Savings Mode"),
              ("StaticLowPower", "Static Low Power Mode"),
              ("StaticHighPerf", "Static High Performance Mode"),
              ("OsControl", "OS Control Mode")),
             "DynamicPowerSavings", POWER, "Power Regulator"),
        enum("MinProcIdlePower",
             (("C6", "C6 State"), ("C1E", "C1E State"), ("NoCStates", "No C-states")), "C6", POWER,
             "Minimum Processor Idle Power Core C-State"),
        enum("MinProcIdlePkgState",
             (("C6Retention", "Package C6 (retention) State"), ("C6NonRetention", "Package C6 (non-retention) State"),
              ("NoState", "No Package State")), "C6Retention", POWER,
             "Minimum Processor Idle Power Package C-State"),
        enum("EnergyPerfBias", ("MaxPerf", "BalancedPerf", "BalancedPower", "PowerSavingsMode"), "BalancedPerf", PERF,
             "Energy/Performance Bias"),
        enum("UncoreFreqScaling", ("Auto", "Maximum", "Minimum"), "Auto", PERF, "Uncore Frequency Scaling"),
        enum("SubNumaClustering", ("Enabled", "Disabled"), "Disabled", PERF, "Sub-NUMA Clustering"),
        enum("NumaGroupSizeOpt", ("Clustered", "Flat"), "Flat", PERF, "NUMA Group Size Optimization"),
        switch("HwPrefetcher", "Enabled", PERF, "HW Prefetcher"),
        switch("AdjSecPrefetch", "Enabled", PERF, "Adjacent Sector Prefetch"),
        switch("DcuStreamPrefetcher", "Enabled", PERF, "DCU Stream Prefetcher"),
        switch("CollabPowerControl", "Enabled", POWER, "Collaborative Power Control"),
        enum("MemPatrolScrubbing", ("Enabled", "Disabled"), "Enabled", MEM, "Memory Patrol Scrubbing"),
        number("PatrolScrubDuration", 24, 1, 24, MEM, "Patrol Scrub Duration"),
        enum("NodeInterleaving", ("Enabled", "Disabled"), "Disabled", MEM, "Node Interleaving"),
        enum("AdvancedMemProtection", ("AdvancedEcc", "Mirrored4k", "FastFaultTolerantADDDC"),
             "FastFaultTolerantADDDC", MEM, "Advanced Memory Protection"),
        enum("MemRefreshRate", ("Refreshx1", "Refreshx2"), "Refreshx1", MEM, "Memory Refresh Rate"),
        enum("MaxMemBusFreqMHz", ("Auto", "MaxMemBusFreq4800", "MaxMemBusFreq4400"), "Auto", MEM,
             "Maximum Memory Bus Frequency"),
        enum("BootMode", (("Uefi", "UEFI Mode"), ("LegacyBios", "Legacy BIOS Mode")), "Uefi", BOOT, "Boot Mode"),
        switch("UefiOptimizedBoot", "Enabled", BOOT, "UEFI Optimized Boot"),
        enum("BootOrderPolicy", ("RetryIndefinitely", "AttemptOnce", "ResetAfterFailed"), "RetryIndefinitely", BOOT,
             "Boot Order Policy"),
        enum("UefiPxeBoot", ("Auto", "IPv4", "IPv6", "IPv4ThenIPv6"), "Auto", NET, "UEFI IP version policy"),
        switch("HttpSupport", "Auto", NET, "HTTP Support", present=False),
        switch("Ipv6Duid", "Disabled", NET, "IPv6 DHCP Unique Identifier", present=False),
        enum("NetworkBootRetry", ("Enabled", "Disabled"), "Enabled", NET, "Network Boot Retry Support"),
        number("NetworkBootRetryCount", 20, 0, 20, NET, "Network Boot Retry Count"),
        enum("PrebootNetwork", ("Auto", "EmbNic", "FlexLom1"), "Auto", NET, "Pre-Boot Network Interface"),
        text("UrlBootFile", "", 128, NET, "Boot from URL 1"),
        text("Ipv4Address", "0.0.0.0", 15, NET, "IPv4 Address"),
        enum("Dhcpv4", ("Enabled", "Disabled"), "Enabled", NET, "DHCPv4"),
        enum("VlanControl", ("Enabled", "Disabled"), "Disabled", NET, "VLAN Control"),
        number("VlanId", 0, 0, 4094, NET, "VLAN ID"),
        number("VlanPriority", 0, 0, 7, NET, "VLAN Priority"),
        enum("EmbSata1Enable", ("Auto", "Ahci", "Disabled"), "Auto", STORAGE, "Embedded SATA Configuration"),
        enum("SerialConsolePort", ("Auto", "Disabled", "Physical", "Virtual"), "Auto", SERIAL,
             "BIOS Serial Console Port"),
        enum("SerialConsoleBaudRate", ("BaudRate115200", "BaudRate57600", "BaudRate9600"), "BaudRate115200", SERIAL,
             "BIOS Serial Console Baud Rate"),
        enum("SerialConsoleEmulation", ("Vt100Plus", "VtUtf8", "Ansi"), "Vt100Plus", SERIAL,
             "BIOS Serial Console Emulation Mode"),
        enum("EmbeddedSerialPort", ("Com1Irq4", "Com2Irq3", "Disabled"), "Com1Irq4", SERIAL, "Embedded Serial Port"),
        enum("VirtualSerialPort", ("Com1Irq4", "Com2Irq3", "Disabled"), "Com2Irq3", SERIAL, "Virtual Serial Port"),
        enum("EmsConsole", ("Disabled", "Physical", "Virtual"), "Disabled", SERIAL, "EMS Console"),
        enum("AutoPowerOn", ("RestoreLastState", "AlwaysPowerOn", "AlwaysPowerOff"), "RestoreLastState", SERVER,
             "Automatic Power-On"),
        enum("PowerOnDelay", ("NoDelay", "Delay15Sec", "Delay30Sec", "RandomDelay"), "NoDelay", SERVER,
             "Power-On Delay"),
        switch("PowerButton", "Enabled", SEC, "Power Button Mode"),
        enum("TpmState", ("NotPresent", "PresentEnabled", "PresentDisabled"), "PresentEnabled", SEC,
             "Current TPM State", read_only=True),
        enum("TpmVisibility", ("Visible", "Hidden"), "Visible", SEC, "TPM Visibility"),
        enum("TpmActivePcrs", ("NotSpecified", "Sha1", "Sha256", "Sha1Sha256"), "Sha256", SEC, "TPM Active PCRs"),
        enum("TpmModeSwitchOperation", ("NoAction", "Tpm20"), "NoAction", SEC, "TPM Mode Switch Operation"),
        switch("MicrosoftSecuredCoreSupport", "Disabled", SEC, "Microsoft(R) Secured-core Support"),
        enum("SecStartBackupImage", ("Enabled", "Disabled"), "Disabled", SEC, "Backup ROM Image Authentication"),
        switch("ProcAes", "Enabled", SEC, "Processor AES-NI Support"),
        switch("IntelTxt", "Disabled", SEC, "Intel(R) TXT Support"),
        secret("AdminPassword", 31, SEC, "Set Admin Password"),
        secret("PowerOnPassword", 31, SEC, "Set Power On Password"),
        text("ServerName", "", 255, SERVER, "Server Name"),
        text("ServerAssetTag", "", 64, SERVER, "Server Asset Tag"),
        text("ServerOtherInfo", "", 64, SERVER, "Other Server Information"),
        text("AdminName", "", 64, SERVER, "Administrator Name"),
        text("AdminPhone", "", 64, SERVER, "Administrator Phone Number"),
        text("AdminEmail", "", 64, SERVER, "Administrator E-mail Address"),
        text("CustomPostMessage", "", 60, ADV, "Custom POST Message"),
        text("SerialNumber", "", 16, ADV, "Serial Number", read_only=True),
        text("ProductId", "P52560-B21", 16, ADV, "Product ID", read_only=True),
        enum("PostVideoSupport", ("DisplayAll", "DisplayEmbeddedOnly"), "DisplayAll", ADV, "POST Video Support"),
        enum("PostF1Prompt", ("Delayed20Sec", "Delayed2Sec", "Disabled"), "Delayed20Sec", ADV, "POST F1 Prompt"),
        enum("ThermalConfig", ("OptimalCooling", "IncreasedCooling", "MaxCooling"), "OptimalCooling", ADV,
             "Thermal Configuration"),
        enum("FanInstallReq", ("EnableMessaging", "DisableMessaging"), "EnableMessaging", ADV,
             "Fan Installation Requirements Messaging"),
        enum("AsrStatus", ("Enabled", "Disabled"), "Enabled", ADV, "ASR Status"),
        enum("AsrTimeoutMinutes", ("Timeout5", "Timeout10", "Timeout15", "Timeout30"), "Timeout10", ADV,
             "ASR Timeout"),
        enum("EmbeddedUefiShell", ("Enabled", "Disabled"), "Enabled", EMBED, "Embedded UEFI Shell"),
        enum("UsbControl", ("UsbEnabled", "UsbDisabled", "ExternalUsbDisabled"), "UsbEnabled",
             "./SystemOptions/UsbOptions",
             "USB Control"),
        enum("UsbBoot", ("Enabled", "Disabled"), "Enabled", "./SystemOptions/UsbOptions", "USB Boot Support"),
        enum("ConsistentDevNaming", ("LomsOnly", "LomsAndSlots", "Disabled"), "LomsAndSlots", ADV,
             "Consistent Device Naming"),
        enum("TimeFormat", ("Utc", "Local"), "Utc", ADV, "Time Format"),
    ]  # fmt: skip


def _families() -> list[Attribute]:
    return [
        *family(
            range(1, 21),
            enum("PciSlot#Enable", ("Auto", "Disabled"), "Auto", f"{PCI}/Slot#", "PCIe Slot # Enable",
                 present=False),
            enum("PciSlot#LinkSpeed", ("Auto", "PcieGen1", "PcieGen2", "PcieGen3", "PcieGen4"), "Auto",
                 f"{PCI}/Slot#", "PCIe Slot # Link Speed", present=False),
            enum("PciSlot#Aspm", ("Disabled", "AspmL1Enabled"), "Disabled", f"{PCI}/Slot#", "PCIe Slot # ASPM",
                 present=False),
            enum("PciSlot#OptionROM", ("Enabled", "Disabled"), "Enabled", f"{PCI}/Slot#", "PCIe Slot # Option ROM",
                 present=False),
            enum("PciSlot#Bifurcation", ("Auto", "Dual", "Quad"), "Auto", f"{PCI}/Slot#", "PCIe Slot # Bifurcation",
                 present=False),
        ),
        *family(
            range(1, 5),
            enum("Slot#NicBoot1", ("NetworkBoot", "Disabled"), "Disabled", NET, "Slot # NIC Port 1 Boot"),
            enum("Slot#NicBoot2", ("NetworkBoot", "Disabled"), "Disabled", NET, "Slot # NIC Port 2 Boot"),
            enum("PciSlotP#Enable", ("Auto", "Disabled"), "Auto", PCI, "Primary PCIe slot # enable"),
            enum("PciSlotP#LinkSpeed", ("Auto", "PcieGen3", "PcieGen4", "PcieGen5"), "Auto", PCI,
                 "Primary PCIe slot # link speed"),
            enum("PciSlotP#OptionROM", ("Enabled", "Disabled"), "Enabled", PCI, "Primary PCIe slot # option ROM"),
        ),
        *family(
            range(1, 9),
            enum("NvmePort#", ("Auto", "Disabled"), "Auto", STORAGE, "NVMe port #"),
            enum("NvmePort#LinkSpeed", ("Auto", "PcieGen3", "PcieGen4"), "Auto", STORAGE, "NVMe port # link speed"),
            enum("CxlSlot#", ("Auto", "Disabled"), "Auto", PCI, "CXL slot #", present=False),
            enum("HotPlugBay#", ("Enabled", "Disabled"), "Enabled", STORAGE, "Hot-plug bay #"),
        ),
        *family(
            range(1, 33),
            enum("Dimm#Map", ("Enabled", "Disabled"), "Enabled", MEM, "DIMM # mapping", present=False),
            enum("Dimm#Ppr", ("Enabled", "Disabled"), "Disabled", MEM, "DIMM # post package repair", present=False),
            enum("Dimm#Throttle", ("Auto", "Disabled"), "Auto", MEM, "DIMM # throttling", present=False),
            fact("Dimm#Part", "M321R4GA3BB6", MEM, "DIMM # part number", present=False),
        ),
        *family(
            range(1, 65),
            enum("CorePState#", ("Auto", "Fixed"), "Auto", PERF, "Core # frequency", present=False),
            enum("EmbNvmePort#OptionROM", ("Enabled", "Disabled"), "Enabled", STORAGE,
                 "Embedded NVMe port # option ROM", present=False),
        ),
        *family(
            range(1, 41),
            enum("UefiDeviceOption#", ("Enabled", "Disabled"), "Enabled", BOOT, "UEFI device option #"),
            enum("PcieHealthReport#", ("Enabled", "Disabled"), "Enabled", ADV, "PCIe health report #"),
            enum("AdvancedSetting#", ("Auto", "Enabled", "Disabled"), "Auto", ADV, "Advanced setting #"),
            enum("ProcTuning#", ("Auto", "Enabled", "Disabled"), "Auto", PERF, "Processor tuning #"),
        ),
    ]  # fmt: skip


PROFILES = {
    "Virtualization-MaxPerformance": {
        "PowerRegulator": "StaticHighPerf",
        "MinProcIdlePower": "NoCStates",
        "MinProcIdlePkgState": "NoState",
        "EnergyPerfBias": "MaxPerf",
        "UncoreFreqScaling": "Maximum",
        "ProcVirtualization": "Enabled",
        "IntelProcVtd": "Enabled",
        "Sriov": "Enabled",
    },
    "GeneralPowerEfficientCompute": {
        "PowerRegulator": "DynamicPowerSavings",
        "MinProcIdlePower": "C6",
        "MinProcIdlePkgState": "C6Retention",
        "EnergyPerfBias": "BalancedPerf",
        "UncoreFreqScaling": "Auto",
    },
    "LowLatency": {
        "ProcHyperthreading": "Disabled",
        "ProcTurbo": "Disabled",
        "PowerRegulator": "StaticHighPerf",
        "MinProcIdlePower": "NoCStates",
        "MinProcIdlePkgState": "NoState",
        "EnergyPerfBias": "MaxPerf",
        "MemRefreshRate": "Refreshx1",
    },
}


def _dependencies() -> list[Dependency]:
    """Return what locks what: a workload profile sets its attributes and locks them until it is Custom."""
    rules = []
    for profile, values in PROFILES.items():
        for name, value in values.items():
            rules.append(sets(name, value, when("WorkloadProfile", profile)))
            rules.append(locks(name, when("WorkloadProfile", profile)))
    rules += [
        sets("TpmVisibility", "Visible", when("MicrosoftSecuredCoreSupport", "Enabled")),
        sets("ProcVirtualization", "Enabled", when("MicrosoftSecuredCoreSupport", "Enabled")),
        sets("IntelProcVtd", "Enabled", when("MicrosoftSecuredCoreSupport", "Enabled")),
        locks("IntelProcVtd", when("ProcVirtualization", "Disabled"), how="GrayOut"),
        locks("PatrolScrubDuration", when("MemPatrolScrubbing", "Disabled"), how="GrayOut"),
        locks("NetworkBootRetryCount", when("NetworkBootRetry", "Disabled"), how="GrayOut"),
        locks("VlanId", when("VlanControl", "Disabled"), how="GrayOut"),
        locks("VlanPriority", when("VlanControl", "Disabled"), how="GrayOut"),
        locks("Ipv4Address", when("Dhcpv4", "Enabled"), how="ReadOnly"),
        locks("UefiOptimizedBoot", when("BootMode", "LegacyBios"), how="ReadOnly"),
        locks("AsrTimeoutMinutes", when("AsrStatus", "Disabled"), how="Hidden"),
    ]
    for slot in range(1, 5):
        rules.append(locks(f"PciSlotP{slot}LinkSpeed", when(f"PciSlotP{slot}Enable", "Disabled"), how="GrayOut"))
        rules.append(locks(f"PciSlotP{slot}OptionROM", when(f"PciSlotP{slot}Enable", "Disabled"), how="GrayOut"))
    return rules


@cache
def registry() -> Registry:
    """Return the registry; more than half of its rows describe parts that this machine does not have."""
    return Registry.of([*_main(), *_families()], _dependencies())
