# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenBMC as it comes, NVIDIA's HGX variant with two systems, and Intel's S2600 firmware."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ..accounts import Policy
from ..bios import Attribute, Registry
from ..components import Component, Row, UpdateHabits
from ..eventlog import MANAGER, SECURITY, SYSTEM, Log
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
from .rows import enum, family, flag, number, text

FEATURES = {
    "ExpandQuery": {"ExpandAll": True, "Levels": True, "Links": True, "NoLinks": True, "MaxLevels": 6},
    "FilterQuery": False,
    "SelectQuery": True,
    "OnlyMemberQuery": True,
    "ExcerptQuery": False,
    "DeepOperations": {"DeepPATCH": False, "DeepPOST": False},
}
RESETS = (
    "On",
    "ForceOff",
    "ForceOn",
    "ForceRestart",
    "GracefulRestart",
    "GracefulShutdown",
    "PowerCycle",
    "Nmi",
)

OPENBMC = Personality(
    logs=(Log("system", "EventLog", "Event Log Service"),),
    id="openbmc",
    identity=Identity(
        vendor=None,
        product=None,
        redfish_version="1.17.0",
        manufacturer="Quanta",
        model="S2B",
        system="system",
        manager="bmc",
        chassis="chassis",
        manager_model="OpenBmc",
        protocol_features=FEATURES,
        certificate_organisation="OpenBMC",
    ),
    hardware=Hardware(mac_prefix="2c:60:0c"),
    power=Power(
        types=RESETS,
        inline=False,
        manager_types=("GracefulRestart", "ForceRestart"),
        boot_progress=STANDARD,
        restore_policy="LastState",
        timing=Timing(post=100.0, os_boot=30.0),
    ),
    boot=Boot(
        targets=("None", "Pxe", "Hdd", "Cd", "Diags", "BiosSetup", "Usb"),
        boot_order=False,
        status=204,
    ),
    # Only ResetBios: no attributes, no registry, no settings object (Q-N01).
    bios=BiosHabits(settings="", status=204, password_action=""),
    registry=None,
    updates=Updates(
        simple_update=None,
        http_push="/redfish/v1/UpdateService/update",
        multipart="/redfish/v1/UpdateService/update",
        max_bytes=419_430_400,
        push_apply_time=True,
        components=(
            Component("bios", "2.15.0-bios", (Row("bios_active", "Software Inventory"),)),
            Component("bmc", "2.15.0-dev", (Row("8c4bf5a1", "Software Inventory"),), previous="2.14.0"),
        ),
        habits=UpdateHabits(activation={"bios": "host_reset", "bmc": "outage"}, outage=150.0, warm_up=20.0),
    ),
    tasks=TaskHabits(monitor="/redfish/v1/TaskService/TaskMonitors/{id}", final="gone", keep_seconds=None),
    sessions=Sessions(1800.0, 64, 503, "Base.1.13.SessionLimitExceeded"),
    accounts=Policy(
        min_password=8, max_password=64, lockout_threshold=0, lockout_seconds=0.0, id_by_name=True, limit=15
    ),
    etags=Etags("none"),
    words=Words(registry="Base.1.13"),
    username="root",
)


@cache
def nvidia_registry() -> Registry:
    """Return about 400 attributes of a Grace host; bounds 0..-1 mean that there are none."""
    menu = "./Device Manager/NVIDIA Configuration"
    return Registry.of(
        [
            number("ActiveCores", 144, 0, 144, f"{menu}/Grace Configuration", "Max Enabled Cores"),
            enum("AssetTagProtection", ("Enabled", "Disabled"), "Disabled", menu, "Asset Tag Protection"),
            flag("EGM", False, menu, "EGM"),
            number("EGMHypervisorReservedMemory", 0, 0, -1, menu, "EGM Hypervisor reserved memory"),
            flag("EInj", True, menu, "Error injection"),
            flag("SocketPowerCap", False, menu, "Socket power cap"),
            enum("IpModeIpmiBootOrderChange", ("IPv4", "IPv6"), "IPv4", f"{menu}/Boot Configuration",
                 "IP mode for IPMI-requested BootOrder changes"),
            enum("SecureBootMode", ("SetupMode", "UserMode"), "DeployedMode", menu, "Secure boot mode"),
            text("AssetTag", "", 32, menu, "Asset Tag"),
            *family(
                range(64),
                flag("PcieSocket#Aspm", True, f"{menu}/PCIe", "PCIe controller # ASPM"),
                flag("PcieSocket#Enable", True, f"{menu}/PCIe", "PCIe controller # enable"),
                flag("PcieSocket#Sris", False, f"{menu}/PCIe", "PCIe controller # SRIS"),
                flag("PcieSocket#Hotplug", False, f"{menu}/PCIe", "PCIe controller # hot plug"),
                enum("PcieSocket#MaxSpeed", ("Auto", "Gen1", "Gen2", "Gen3", "Gen4", "Gen5"), "Auto",
                     f"{menu}/PCIe", "PCIe controller # maximum speed"),
                number("PcieSocket#Mps", 0, 0, -1, f"{menu}/PCIe", "PCIe controller # payload size"),
            ),
        ]
    )  # fmt: skip


HGX = replace(
    OPENBMC,
    logs=(
        Log("system", "SEL", "System Event Log Service", (SYSTEM,)),
        Log("system", "EventLog", "Event Log Service"),
        Log("manager", "EventLog", "Event Log Service", (MANAGER, SECURITY)),
    ),
    id="nvidia_hgx",
    identity=replace(
        OPENBMC.identity,
        vendor="NVIDIA",
        product="GB200 NVL",
        manufacturer="NVIDIA",
        model="GB200 NVL",
        oem="Nvidia",
        system="System_0",
        manager="BMC_0",
        chassis="Chassis_0",
        manager_version="GB200Nvl-{version}",
        root_oem={},
    ),
    hardware=Hardware(
        processor="Grace",
        processor_vendor="NVIDIA",
        architecture="arm",
        cores=72,
        memory_gib=960,
        mac_prefix="3c:6d:66",
        nic_vendor="NVIDIA",
        nic_model="BlueField-3",
        nic_speed_mbps=200_000,
        disk_protocol="NVMe",
        gpus=4,
        gpu_model="NVIDIA GB200",
    ),
    power=replace(OPENBMC.power, types=(*RESETS, "FullPowerCycle")),
    boot=Boot(
        targets=("None", "Pxe", "Hdd", "Cd", "Diags", "BiosSetup", "Usb", "UefiHttp"),
        settings="Settings",
        status=204,
    ),
    bios=BiosHabits(
        settings="Settings",
        shape="delta",
        status=204,
        answer="empty",
        registry_id="",
        registry_listed="BiosAttributeRegistry",
        registry_uri="/redfish/v1/Registries/BiosAttributeRegistry/BiosAttributeRegistry",
    ),
    registry=nvidia_registry,
    updates=Updates(
        simple_update=None,
        http_push="/redfish/v1/UpdateService/update",
        multipart="/redfish/v1/UpdateService/update-multipart",
        max_bytes=209_715_200,
        push_apply_time=True,
        # rec GB200: of all its rows CommitImage takes the BMC's alone.
        commit_image=("/redfish/v1/UpdateService/FirmwareInventory/FW_BMC_0",),
        components=(
            Component("bios", "02.02.01", (Row("UEFI", "UEFI", version="GB200Nvl-{version}"),)),
            Component(
                "bmc",
                "24.10.13",
                (Row("FW_BMC_0", "BMC image", version="GB200Nvl-{version}"),),
                previous="24.09.16",
            ),
            Component("gpu", "97.00.82.00.0F", (Row("HGX_FW_GPU_0", "GPU 0 firmware"),)),
            Component("cpld", "0.0E", (Row("FW_CPLD_0", "CPLD"),)),
        ),
        habits=UpdateHabits(
            activation={"bios": "host_reset", "bmc": "manual_reset", "gpu": "ac_cycle", "cpld": "ac_cycle"},
            outage=200.0,
            warm_up=60.0,
        ),
    ),
    accounts=Policy(
        min_password=8, max_password=64, lockout_threshold=5, lockout_seconds=600.0, id_by_name=True, limit=15
    ),
    extra_systems=("HGX_Baseboard_0",),
    extra_first=True,
    extra_managers=("HGX_BMC_0",),
    extra_chassis=("HGX_Chassis_0",),
)


@cache
def intel_registry() -> Registry:
    """Return attributes that are all integers with ids that end in _0 (Q-I01); none of it is published."""

    def integer(name: str, default: int, upper: int) -> Attribute:
        return number(f"{name}_0", default, 0, upper, "./", name)

    return Registry.of(
        [
            integer("ProcessorHyperThreadingDisable", 0, 1),
            integer("VTdSupport", 1, 1),
            integer("ProcessorVmxEnable", 1, 1),
            integer("SRIOVEnable", 0, 1),
            integer("TurboMode", 1, 1),
            integer("BootMode", 1, 1),
            integer("ResumeOnAcPowerLoss", 1, 2),
            integer("QuietBoot", 1, 1),
            integer("POSTErrorPause", 0, 1),
            *(integer(f"Setting{number_}", 0, 255) for number_ in range(1, 400)),
        ]
    )


INTEL = replace(
    OPENBMC,
    logs=(
        Log("system", "SEL", "System Event Log", (SYSTEM,)),
        Log("manager", "RedfishLog", "Redfish Log", (MANAGER, SECURITY)),
    ),
    id="intel",
    identity=replace(
        OPENBMC.identity,
        redfish_version="1.1.0",
        manufacturer="Intel Corporation",
        model="S2600BPB",
        manager="BMC",
        chassis="RackMount",
        manager_model="Intel BMC",
        oem="Intel",
        protocol_features={},
        bios_version="SE5C620.86B.02.01.{version}.C0001",
        root_oem={},
    ),
    hardware=Hardware(
        processor="Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz",
        cores=20,
        mac_prefix="a4:bf:01",
        nic_vendor="Intel",
        nic_model="Intel(R) X722",
        nic_speed_mbps=10_000,
    ),
    power=Power(
        types=("PushPowerButton", "On", "GracefulShutdown", "ForceRestart", "Nmi", "ForceOn", "ForceOff"),
        manager_types=("ForceRestart",),
        boot_progress=None,
        last_reset_time=False,
        timing=Timing(post=130.0, os_boot=40.0),
    ),
    boot=Boot(targets=("None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup"), boot_order=False, status=200),
    bios=BiosHabits(settings="Settings", shape="delta", status=200, answer="message"),
    registry=intel_registry,
    updates=Updates(
        http_push="/redfish/v1/UpdateService",
        components=(
            Component("bios", "0014", (Row("BIOS", "BIOS", version="SE5C620.86B.02.01.{version}.C0001"),)),
            Component("bmc", "1.93.870cf4f0", (Row("BMC", "BMC"),)),
        ),
        habits=UpdateHabits(),
    ),
    tasks=TaskHabits(location="task"),
    accounts=Policy(slots=15, reserved_slots=1, min_password=6, max_password=20, lockout_threshold=0),
    username="root",
    system_id_is_serial=True,
)
