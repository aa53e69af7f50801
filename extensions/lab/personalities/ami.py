# SPDX-License-Identifier: GPL-3.0-or-later
"""AMI MegaRAC as on Gigabyte servers, and NVIDIA's multi-system boards (host and HGX tray)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ..accounts import Policy
from ..bios import Registry
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
from .rows import enum, family, flag, locks, number, secret, switch, text, when

CPU, NET, SEC, BOOT, MEM, PCI = "./CPU", "./Network", "./Security", "./Boot", "./Memory", "./PCIe"


_RULES = [
    replace(rule, value="true")  # a text, as on DGX H100 (Q-N13)
    for rule in (
        locks("RFServiceIpAddress", when("RedfishEnable", "Disabled"), how="Hidden"),
        locks("RFServiceIpPort", when("RedfishEnable", "Disabled"), how="Hidden"),
        locks("IPv4PXE", when("NetworkStack", "Disabled"), how="Hidden"),
        locks("IPv6PXE", when("NetworkStack", "Disabled"), how="Hidden"),
        locks("AcpiSpcrBaudRate", when("AcpiSpcrConsoleRedirectionEnable", False), how="GrayOut"),
        *(locks(f"CBS{one}", when("GBT0006", "Performance"), how="ReadOnly") for one in range(1, 21)),
    )
]


@cache
def registry() -> Registry:
    """Return about 220 attributes whose names say nothing: the display name is the meaning (Q-A01)."""
    return Registry.of(
        [
            enum("GBT0001", ("Enable", "Disable"), "Enable", CPU, "SMT Control"),
            enum("GBT0002", ("Enable", "Disable"), "Enable", CPU, "SVM Mode"),
            enum("GBT0003", ("Auto", "Enable", "Disable"), "Auto", CPU, "IOMMU"),
            enum("GBT0004", ("Enable", "Disable"), "Disable", PCI, "SR-IOV Support"),
            enum("GBT0005", ("NPS0", "NPS1", "NPS2", "NPS4"), "NPS1", MEM, "NUMA nodes per socket"),
            enum("GBT0006", ("Auto", "Power", "Performance"), "Auto", CPU, "Determinism Slider"),
            number("GBT0007", 0, 0, 96, CPU, "Cores per die (0: all)"),
            flag("GBT0008", True, CPU, "Global C-state Control"),
            enum("FBO001", ("UEFI", "LEGACY", "DUAL"), "UEFI", BOOT, "Boot mode select"),
            enum("FBO101", ("HardDisk", "Network", "UsbCd"), "HardDisk", BOOT, "Boot Option #1"),
            enum("FBO102", ("HardDisk", "Network", "UsbCd"), "Network", BOOT, "Boot Option #2"),
            switch("NetworkStack", "Enabled", NET, "Network Stack"),
            switch("IPv4PXE", "Enabled", NET, "IPv4 PXE Support"),
            switch("IPv6PXE", "Disabled", NET, "IPv6 PXE Support"),
            enum("RedfishEnable", ("Enabled", "Disabled"), "Enabled", NET, "Redfish"),
            text("RFServiceIpAddress", "169.254.95.120", 15, NET, "IP address", min_length=7),
            number("RFServiceIpPort", 443, 0, 65535, NET, "IP Port"),
            flag("AcpiSpcrConsoleRedirectionEnable", True, "./Serial", "Console Redirection EMS"),
            enum("AcpiSpcrBaudRate", ("9600", "57600", "115200"), "115200", "./Serial", "Bits per second EMS"),
            secret("SETUP001", 20, SEC, "Administrator Password"),
            secret("SETUP002", 20, SEC, "User Password"),
            secret("HddUserPassword", 32, SEC, "HDD User Password"),
            secret("HddAdminPassword", 32, SEC, "HDD Admin Password"),
            switch("SecureBootEnable", "Disabled", SEC, "Secure Boot"),
            text("BootOrderText", "Boot0001,Boot0002", 1024, BOOT, "Boot order", hidden=True),
            *family(
                range(1, 41),
                enum("PCIS#", ("Auto", "Enable", "Disable"), "Auto", PCI, "PCIe slot setting #"),
                enum("CBS#", ("Auto", "Enable", "Disable"), "Auto", CPU, "CBS setting #"),
                number("MEMT#", 0, 0, 255, MEM, "Memory timing #"),
                flag("PLAT#", False, "./Platform", "Platform switch #"),
                text("INFO#", "N/A", 40, "./Platform", "Information #"),
            ),
        ],
        _RULES,
    )


MEGARAC = Personality(
    logs=(
        Log("manager", "SEL", "SEL Log Service", (SYSTEM, FIRMWARE)),
        Log("manager", "EventLog", "Event Log", (SYSTEM, FIRMWARE, MANAGER)),
        Log("manager", "AuditLog", "Audit Log", (SECURITY,)),
    ),
    id="ami_megarac",
    identity=Identity(
        vendor="AMI",
        product="AMI Redfish Server",
        redfish_version="1.11.0",
        manufacturer="GIGABYTE",
        model="R283-Z90",
        oem="Ami",
        system="Self",
        manager="Self",
        chassis="Self",
        manager_model="AMI MegaRAC",
        root_oem={"@odata.type": "#AMIServiceRoot.v1_0_0.AMIServiceRoot", "RtpVersion": "13.03"},
        certificate_organisation="American Megatrends International LLC (AMI)",
    ),
    hardware=Hardware(
        processor="AMD EPYC 9334 32-Core Processor",
        processor_vendor="Advanced Micro Devices, Inc.",
        mac_prefix="18:c0:4d",
        nic_vendor="Intel",
        nic_model="Intel(R) E810-XXV",
    ),
    power=Power(
        types=("GracefulShutdown", "ForceRestart", "ForceOff", "On"),
        inline=False,
        manager_types=("ForceRestart",),
        boot_progress=None,
        shows_transition=True,
        restore_policy="LastState",
        timing=Timing(post=150.0, os_boot=40.0),
    ),
    boot=Boot(full_triple=True, boot_order=True, settings="SD", status=204),
    bios=BiosHabits(
        settings="SD",
        link_settings=False,
        shape="full",
        factory_message="Base.1.12.SettingsFailed",
        status=204,
        answer="empty",
        registry_id="BiosAttributeRegistry0.1.0.0",
        registry_listed="BiosAttributeRegistry0.en-US.1.0.0",
        registry_uri="/redfish/v1/Registries/BiosAttributeRegistry0.en-US.1.0.0.json",
    ),
    registry=registry,
    updates=Updates(
        simple_update="/redfish/v1/UpdateService/Actions/SimpleUpdate",
        protocols=("HTTP", "FTP", "HTTPS"),
        action_info=True,
        required=("TransferProtocol", "UpdateComponent"),
        update_component=("BMC", "BIOS", "MB_CPLD"),
        multipart="/redfish/v1/UpdateService/upload",
        max_bytes=419_627_008,
        push_apply_time=True,
        components=(
            Component("bios", "F12", (Row("BIOS", "BIOS"),), previous="F10"),
            Component("bmc", "12.84.17", (Row("BMC", "BMC"),), previous="12.83.04"),
            Component("cpld", "0x0C", (Row("MB_CPLD", "MB_CPLD"),)),
        ),
        habits=UpdateHabits(outage=180.0, warm_up=30.0),
    ),
    tasks=TaskHabits(monitor="/redfish/v1/TaskService/TaskMonitors/{id}"),
    sessions=Sessions(30.0, 32, 503, "Base.1.12.SessionLimitExceeded"),
    accounts=Policy(min_password=8, max_password=20, lockout_threshold=5, lockout_seconds=30.0),
    etags=Etags("weak_epoch", required=("ComputerSystem", "ManagerAccount", "Bios")),
    words=Words(registry="Base.1.12"),
)
