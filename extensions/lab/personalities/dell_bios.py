# SPDX-License-Identifier: GPL-3.0-or-later
"""The BIOS attribute registry of a PowerEdge: about 680 attributes, half of them read-only, many dependencies."""

from __future__ import annotations

from functools import cache

from ..bios import Attribute, Dependency, Registry
from .rows import enum, fact, family, locks, number, secret, sets, switch, text, when

SYS, MEM, CPU, SATA, NVME, BOOT, NET, DEV, SERIAL, PROFILE, SEC, MISC = (
    "./SysInformationRef",
    "./MemSettingsRef",
    "./ProcSettingsRef",
    "./SataSettingsRef",
    "./NvmeSettingsRef",
    "./BootSettingsRef",
    "./NetworkSettingsRef",
    "./IntegratedDevicesRef",
    "./SerialCommSettingsRef",
    "./SysProfileSettingsRef",
    "./SysSecurityRef",
    "./MiscSettingsRef",
)


def _main() -> list[Attribute]:
    return [
        fact("SystemModelName", "PowerEdge R750", SYS, "System Model Name"),
        fact("SystemBiosVersion", "1.8.2", SYS, "System BIOS Version"),
        fact("SystemMeVersion", "6.1.4.5", SYS, "System Management Engine Version"),
        fact("SystemServiceTag", "", SYS, "System Service Tag"),
        fact("SystemManufacturer", "Dell Inc.", SYS, "System Manufacturer"),
        fact("SysMemSize", "256 GB", MEM, "System Memory Size"),
        fact("SysMemType", "ECC DDR5", MEM, "System Memory Type"),
        fact("SysMemSpeed", "4800 MT/s", MEM, "System Memory Speed"),
        enum("MemOpMode", ("OptimizerMode", "MirrorMode", "FaultResilientMode"), "OptimizerMode", MEM,
             "Memory Operating Mode"),
        enum("CurrentMemOpModeState", ("OptimizerMode", "MirrorMode"), "OptimizerMode", MEM,
             "Current State of Memory Operating Mode", read_only=True),
        switch("MemTest", "Disabled", MEM, "System Memory Testing"),
        switch("NodeInterleave", "Disabled", MEM, "Node Interleaving"),
        switch("CorrEccSmi", "Enabled", MEM, "Correctable Error Logging"),
        switch("LogicalProc", "Enabled", CPU, "Logical Processor"),
        switch("ProcVirtualization", "Enabled", CPU, "Virtualization Technology"),
        switch("KernelDmaProtection", "Disabled", CPU, "Kernel DMA Protection"),
        switch("ProcAdjCacheLine", "Enabled", CPU, "Adjacent Cache Line Prefetch"),
        switch("ProcHwPrefetcher", "Enabled", CPU, "Hardware Prefetcher"),
        switch("DcuStreamerPrefetcher", "Enabled", CPU, "DCU Streamer Prefetcher"),
        switch("DcuIpPrefetcher", "Enabled", CPU, "DCU IP Prefetcher"),
        switch("SubNumaCluster", "Disabled", CPU, "Sub NUMA Cluster"),
        switch("UpiPrefetch", "Enabled", CPU, "UPI Prefetch"),
        switch("ProcX2Apic", "Enabled", CPU, "x2APIC Mode"),
        switch("ControlledTurbo", "Disabled", CPU, "Controlled Turbo"),
        enum("ProcCores", ("All", "1", "2", "4", "8", "16", "24", "28"), "All", CPU, "Number of Cores per Processor"),
        number("CpuMinSevAsid", 1, 1, 16, CPU, "Minimum SEV non-ES ASID", present=False),
        fact("ProcBusSpeed", "16 GT/s", CPU, "Processor Bus Speed"),
        fact("Proc1Brand", "Intel(R) Xeon(R) Gold 6430", CPU, "Processor 1 Brand"),
        fact("Proc2Brand", "Intel(R) Xeon(R) Gold 6430", CPU, "Processor 2 Brand"),
        number("Proc1NumCores", 32, 0, 65535, CPU, "Processor 1 Number of Cores", read_only=True),
        number("Proc2NumCores", 32, 0, 65535, CPU, "Processor 2 Number of Cores", read_only=True),
        enum("EmbSata", ("AhciMode", "RaidMode", "Off"), "AhciMode", SATA, "Embedded SATA"),
        enum("NvmeMode", ("NonRaid", "Raid"), "NonRaid", NVME, "NVMe Mode"),
        enum("BootMode", ("Uefi", "Bios"), "Uefi", BOOT, "Boot Mode"),
        switch("BootSeqRetry", "Enabled", BOOT, "Boot Sequence Retry"),
        switch("HddFailover", "Disabled", BOOT, "Hard-Disk Failover"),
        enum("GenericUsbBoot", ("Disabled", "Enabled"), "Disabled", BOOT, "Generic USB Boot"),
        enum("HddPlaceholder", ("Disabled", "Enabled"), "Disabled", BOOT, "Hard-disk Drive Placeholder"),
        text("SetBootOrderEn", "", 1023, BOOT, "UEFI Boot Sequence enable"),
        text("SetBootOrderFqdd1", "", 1023, BOOT, "Boot order FQDD 1", hidden=True),
        switch("SriovGlobalEnable", "Disabled", DEV, "SR-IOV Global Enable"),
        switch("IoAtEngine", "Disabled", DEV, "I/OAT DMA Engine"),
        enum("UsbPorts", ("AllOn", "AllOff", "OnlyBackPortsOn"), "AllOn", DEV, "User Accessible USB Ports"),
        enum("InternalUsb", ("On", "Off"), "On", DEV, "Internal USB Port"),
        switch("EmbVideo", "Enabled", DEV, "Embedded Video Controller"),
        enum("MmioAbove4Gb", ("Enabled", "Disabled"), "Enabled", DEV, "Memory Mapped I/O above 4GB"),
        enum("MemoryMappedIOH", ("56TB", "12TB", "512GB"), "56TB", DEV, "Memory Mapped I/O Base"),
        switch("OsWatchdogTimer", "Disabled", DEV, "OS Watchdog Timer"),
        enum("SerialComm", ("OnNoConRedir", "OnConRedirAuto", "OnConRedirCom1", "OnConRedirCom2", "Off"),
             "OnNoConRedir", SERIAL, "Serial Communication"),
        enum("SerialPortAddress", ("Com1", "Com2"), "Com1", SERIAL, "Serial Port Address"),
        enum("FailSafeBaud", ("115200", "57600", "19200", "9600"), "115200", SERIAL, "Failsafe Baud Rate"),
        enum("ConTermType", ("Vt100Vt220", "Ansi"), "Vt100Vt220", SERIAL, "Remote Terminal Type"),
        switch("RedirAfterBoot", "Enabled", SERIAL, "Redirection After Boot"),
        enum("WorkloadProfile",
             ("NotConfigured", "HpcProfile", "LowLatencyOptimizedProfile", "VtOptimizedProfile",
              "DbOptimizedProfile"), "NotConfigured", PROFILE, "Workload Profile"),
        enum("SysProfile",
             (("PerfPerWattOptimizedDapc", "Performance Per Watt (DAPC)"),
              ("PerfPerWattOptimizedOs", "Performance Per Watt (OS)"),
              ("PerfOptimized", "Performance"),
              ("PerfWorkStationOptimized", "Workstation Performance"),
              ("Custom", "Custom")),
             "PerfPerWattOptimizedDapc", PROFILE, "System Profile"),
        enum("ProcPwrPerf", ("SysDbpm", "MaxPerf", "OsDbpm"), "SysDbpm", PROFILE, "CPU Power Management"),
        enum("MemFrequency", ("MaxPerf", "MaxReliability", "4400MHz", "4000MHz"), "MaxPerf", PROFILE,
             "Memory Frequency"),
        switch("ProcTurboMode", "Enabled", PROFILE, "Turbo Boost"),
        switch("ProcC1E", "Enabled", PROFILE, "C1E"),
        enum("ProcCStates", ("Enabled", "Disabled", "Autonomous"), "Enabled", PROFILE, "C States"),
        switch("MemPatrolScrub", "Enabled", PROFILE, "Memory Patrol Scrub"),
        enum("MemRefreshRate", ("1x", "2x"), "1x", PROFILE, "Memory Refresh Rate"),
        enum("UncoreFrequency", ("DynamicUFS", "MaxUFS"), "DynamicUFS", PROFILE, "Uncore Frequency"),
        enum("EnergyPerformanceBias",
             ("BalancedPerformance", "MaxPower", "BalancedEfficiency", "LowPower"), "BalancedPerformance", PROFILE,
             "Energy Efficient Policy"),
        switch("MonitorMwait", "Enabled", PROFILE, "Monitor/Mwait"),
        enum("PcieAspmL1", ("Enabled", "Disabled"), "Enabled", PROFILE, "PCI ASPM L1 Link Power Management"),
        fact("CpuInterconnectSpeed", "16 GT/s", CPU, "CPU Interconnect Speed"),
        enum("AesNi", ("Enabled",), "Enabled", SEC, "CPU AES-NI", read_only=True),
        secret("SysPassword", 32, SEC, "System Password"),
        secret("SetupPassword", 32, SEC, "Setup Password"),
        secret("NewSysPassword", 32, SEC, "New System Password", hidden=True),
        secret("OldSysPassword", 32, SEC, "Old System Password", hidden=True),
        enum("PasswordStatus", ("Unlocked", "Locked"), "Unlocked", SEC, "Password Status"),
        enum("TpmSecurity", ("Off", "On", "OnPbm", "OnNoPbm"), "On", SEC, "TPM Security"),
        fact("TpmInfo", "Type: 2.0-NTC", SEC, "TPM Information"),
        fact("TpmFirmware", "7.2.2.0", SEC, "TPM Firmware"),
        switch("IntelTxt", "Disabled", SEC, "Intel(R) TXT", present=False),
        enum("MemoryEncryption", ("Disabled", "SingleKey", "MultipleKeys"), "Disabled", SEC, "Memory Encryption"),
        enum("PwrButton", ("Enabled", "Disabled"), "Enabled", SEC, "Power Button"),
        enum("AcPwrRcvry", ("Last", "On", "Off"), "Last", SEC, "AC Power Recovery"),
        enum("AcPwrRcvryDelay", ("Immediate", "Random", "User"), "Immediate", SEC, "AC Power Recovery Delay"),
        number("AcPwrRcvryUserDelay", 120, 120, 600, SEC, "User Defined Delay (120 to 600 sec)"),
        enum("UefiVariableAccess", ("Standard", "Controlled"), "Standard", SEC, "UEFI Variable Access"),
        switch("SecureBoot", "Disabled", SEC, "Secure Boot"),
        enum("SecureBootPolicy", ("Standard", "Custom"), "Standard", SEC, "Secure Boot Policy"),
        enum("SecureBootMode", ("DeployedMode", "UserMode", "AuditMode"), "DeployedMode", SEC, "Secure Boot Mode"),
        switch("AuthorizeDeviceFirmware", "Disabled", SEC, "Authorize Device Firmware"),
        text("AssetTag", "", 63, MISC, "Asset Tag"),
        enum("NumLock", ("On", "Off"), "On", MISC, "Keyboard NumLock"),
        enum("ErrPrompt", ("Enabled", "Disabled"), "Enabled", MISC, "F1/F2 Prompt on Error"),
        enum("PowerCycleRequest", ("None", "VirtualAC", "FullPowerCycle"), "None", MISC, "Power Cycle Request"),
        switch("DellWyseP25BIOSAccess", "Enabled", MISC, "Dell Wyse P25/P45 BIOS Access"),
        number("DramRefreshDelay", 0, 0, -1, MEM, "DRAM refresh delay (no upper bound)", hidden=True),
    ]  # fmt: skip


def _families() -> list[Attribute]:
    return [
        *family(
            range(1, 5),
            switch("PxeDev#EnDis", "Disabled", f"{NET}/PxeDev#SettingsRef", "PXE Device#"),
            enum("PxeDev#Interface", ("NIC.Integrated.1-1-1", "NIC.Integrated.1-2-1", "NIC.Embedded.1-1-1"),
                 "NIC.Integrated.1-1-1", f"{NET}/PxeDev#SettingsRef", "PXE Device# Interface"),
            enum("PxeDev#Protocol", ("IPv4", "IPv6"), "IPv4", f"{NET}/PxeDev#SettingsRef", "PXE Device# Protocol"),
            switch("PxeDev#VlanEnDis", "Disabled", f"{NET}/PxeDev#SettingsRef", "PXE Device# VLAN"),
            number("PxeDev#VlanId", 1, 1, 4094, f"{NET}/PxeDev#SettingsRef", "PXE Device# VLAN ID"),
            number("PxeDev#VlanPriority", 0, 0, 7, f"{NET}/PxeDev#SettingsRef", "PXE Device# VLAN Priority"),
            switch("HttpDev#EnDis", "Disabled", f"{NET}/HttpDev#SettingsRef", "HTTP Device#"),
            enum("HttpDev#Interface", ("NIC.Integrated.1-1-1", "NIC.Embedded.1-1-1"), "NIC.Integrated.1-1-1",
                 f"{NET}/HttpDev#SettingsRef", "HTTP Device# Interface"),
            enum("HttpDev#Protocol", ("IPv4", "IPv6"), "IPv4", f"{NET}/HttpDev#SettingsRef", "HTTP Device# Protocol"),
            switch("HttpDev#DhcpEnDis", "Enabled", f"{NET}/HttpDev#SettingsRef", "HTTP Device# DHCP"),
            text("HttpDev#Ip", "", 15, f"{NET}/HttpDev#SettingsRef", "HTTP Device# IP Address"),
            text("HttpDev#Mask", "", 15, f"{NET}/HttpDev#SettingsRef", "HTTP Device# Subnet Mask"),
            text("HttpDev#Gateway", "", 15, f"{NET}/HttpDev#SettingsRef", "HTTP Device# Gateway"),
            text("HttpDev#Uri", "", 255, f"{NET}/HttpDev#SettingsRef", "HTTP Device# URI"),
            number("HttpDev#VlanId", 1, 1, 4094, f"{NET}/HttpDev#SettingsRef", "HTTP Device# VLAN ID"),
        ),
        *family(
            "ABCDEFGHIJKLMN",
            enum("SataPort#", ("Auto", "Off"), "Auto", f"{SATA}/SataPort#", "Port #"),
            fact("SataPort#Model", "Unknown", f"{SATA}/SataPort#", "Port # Model"),
            fact("SataPort#DriveType", "Unknown Device", f"{SATA}/SataPort#", "Port # Drive Type"),
            fact("SataPort#Capacity", "N/A", f"{SATA}/SataPort#", "Port # Capacity"),
        ),
        *family(
            range(1, 9),
            enum("Slot#", ("Enabled", "Disabled", "BootDriverDisabled"), "Enabled", f"{DEV}/SlotDisablementRef",
                 "Slot #"),
            enum("Slot#Bif", ("DefaultBifurcation", "x4x4x4x4", "x8x8", "x8x4x4"), "DefaultBifurcation",
                 f"{DEV}/SlotBifurcationRef", "Slot # Bifurcation"),
        ),
        *family(
            range(1, 33),
            fact("A#Size", "16 GB", f"{MEM}/Dimms", "DIMM A# Size", present=False),
            fact("MemLocation#", "A#", f"{MEM}/Dimms", "Memory location #", present=False),
            fact("DimmSlot#Size", "16 GB", f"{MEM}/Dimms", "DIMM slot # size"),
            fact("DimmSlot#Speed", "4800 MT/s", f"{MEM}/Dimms", "DIMM slot # speed"),
        ),
        *family(
            range(24),
            fact("BayX2X4PSlot#Model", "N/A", NVME, "Bay 2 slot # model", present=False),
            fact("NvmeSlot#Model", "Dell Ent NVMe v2", NVME, "NVMe slot # model"),
            fact("NvmeSlot#Capacity", "1.92 TB", NVME, "NVMe slot # capacity"),
            fact("NvmeSlot#DriveType", "NVMe", NVME, "NVMe slot # drive type"),
        ),
        *family(
            range(1, 3),
            fact("Proc#Id", "6-8F-8", CPU, "Processor # ID"),
            fact("Proc#L2Cache", "32x2 MB", CPU, "Processor # L2 cache"),
            fact("Proc#L3Cache", "60 MB", CPU, "Processor # L3 cache"),
            fact("Proc#Microcode", "0x2B000161", CPU, "Processor # microcode"),
            fact("Proc#MaxMemoryCapacity", "4 TB", CPU, "Processor # maximum memory"),
        ),
        *family(
            range(1, 17),
            switch("IntegratedNetwork#Opt", "Enabled", DEV, "Integrated network option #", present=False),
            text("UefiBootSeqEntry#", "", 127, BOOT, "UEFI boot sequence entry #", hidden=True, present=False),
            switch("CpuPmDomain#", "Disabled", PROFILE, "Power domain #", hidden=True),
            switch("CorePerf#", "Disabled", PROFILE, "Core performance group #", hidden=True, present=False),
        ),
    ]  # fmt: skip


def _dependencies() -> list[Dependency]:
    """Return what locks what. Profile attributes are locked unless the profile is Custom (Q-D39)."""
    profile = (
        "ProcPwrPerf",
        "MemFrequency",
        "ProcTurboMode",
        "ProcC1E",
        "ProcCStates",
        "MemPatrolScrub",
        "MemRefreshRate",
        "UncoreFrequency",
        "EnergyPerformanceBias",
        "MonitorMwait",
        "PcieAspmL1",
    )
    rules = [locks(name, when("SysProfile", "Custom", "NEQ")) for name in profile]
    rules.append(locks("SysProfile", when("WorkloadProfile", "NotConfigured", "NEQ")))
    fast = {
        "ProcPwrPerf": "MaxPerf",
        "ProcC1E": "Disabled",
        "ProcCStates": "Disabled",
        "UncoreFrequency": "MaxUFS",
        "EnergyPerformanceBias": "MaxPower",
        "PcieAspmL1": "Disabled",
        "ProcTurboMode": "Enabled",
    }
    rules += [sets(name, value, when("SysProfile", "PerfOptimized")) for name, value in fast.items()]
    saving = {
        "ProcPwrPerf": "SysDbpm",
        "ProcC1E": "Enabled",
        "ProcCStates": "Enabled",
        "UncoreFrequency": "DynamicUFS",
        "EnergyPerformanceBias": "BalancedPerformance",
        "PcieAspmL1": "Enabled",
    }
    rules += [sets(name, value, when("SysProfile", "PerfPerWattOptimizedDapc")) for name, value in saving.items()]
    rules += [sets("SysProfile", "Custom", when("WorkloadProfile", "HpcProfile"))]
    rules += [
        locks("AcPwrRcvryUserDelay", when("AcPwrRcvryDelay", "User", "NEQ")),
        locks("AcPwrRcvryDelay", when("AcPwrRcvry", "Off")),
        locks("SecureBootPolicy", when("SecureBoot", "Disabled"), how="GrayOut"),
        locks("SecureBoot", when("BootMode", "Bios")),
        locks("SubNumaCluster", when("NodeInterleave", "Enabled")),
        locks("NodeInterleave", when("SubNumaCluster", "Enabled")),
        locks("FailSafeBaud", when("SerialComm", "Off"), how="Hidden"),
        locks("ConTermType", when("SerialComm", "Off"), how="Hidden"),
        locks("RedirAfterBoot", when("SerialComm", "Off"), how="Hidden"),
        locks("MemoryEncryption", when("MemOpMode", "MirrorMode")),
    ]
    for one in range(1, 5):
        off = when(f"PxeDev{one}EnDis", "Disabled")
        rules += [locks(f"PxeDev{one}{part}", off) for part in ("Interface", "Protocol", "VlanEnDis")]
        rules += [
            locks(f"PxeDev{one}Vlan{part}", off, when(f"PxeDev{one}VlanEnDis", "Disabled"))
            for part in ("Id", "Priority")
        ]
        off = when(f"HttpDev{one}EnDis", "Disabled")
        rules += [locks(f"HttpDev{one}{part}", off) for part in ("Interface", "Protocol", "DhcpEnDis", "VlanId")]
        rules += [
            locks(f"HttpDev{one}{part}", off, when(f"HttpDev{one}DhcpEnDis", "Enabled"))
            for part in ("Ip", "Mask", "Gateway")
        ]
        rules += [locks(f"HttpDev{one}Ip", when(f"HttpDev{one}Protocol", "IPv6"), how="Hidden")]
    rules += [locks(f"SataPort{port}", when("EmbSata", "Off")) for port in "ABCDEFGHIJKLMN"]
    return rules


@cache
def registry() -> Registry:
    """Return the registry. Listed as v1_0_0 while Bios.AttributeRegistry says v1_0_3 (Q-G09)."""
    return Registry.of([*_main(), *_families()], _dependencies())
