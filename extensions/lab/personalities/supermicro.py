# SPDX-License-Identifier: GPL-3.0-or-later
"""Supermicro X10 (no BIOS, no updates over Redfish), X12 and X13."""

from __future__ import annotations

from dataclasses import replace

from ..accounts import Policy
from ..components import Component, Row, UpdateHabits
from ..eventlog import SYSTEM, Log
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
from .phases import STOPS_AT_HARDWARE
from .supermicro_bios import registry

FEATURES = {
    "FilterQuery": True,
    "SelectQuery": True,
    "ExcerptQuery": False,
    "OnlyMemberQuery": False,
    "DeepOperations": {"DeepPATCH": False, "DeepPOST": False, "MaxLevels": 1},
    "ExpandQuery": {"Links": True, "NoLinks": True, "ExpandAll": True, "Levels": True, "MaxLevels": 2},
}
# What may outlive an update: flags of UpdateParameters, more of them from model to model (Q-S16).
KEPT_BIOS = ("PreserveME", "PreserveNVRAM", "PreserveSMBIOS", "BackupBIOS")
KEPT_BMC = ("PreserveCfg", "PreserveSdr", "PreserveSsl")
INVENTORY = "/redfish/v1/UpdateService/FirmwareInventory"


def components(bios: str, date: str, bmc: str, older: tuple[str, str]) -> tuple[Component, ...]:
    """Return X12+ rows: versions as odd as the real ones, Golden_, Backup_ and Staging_ beside the active (Q-S18)."""
    shown = f"BIOS Date: {date} Ver {{version}}"
    return (
        Component(
            "bios",
            bios,
            (
                Row("BIOS", "BIOS", version=shown),
                Row("Backup_BIOS", "Backup BIOS", "previous", version=shown, updateable=False),
                Row("Golden_BIOS", "Golden BIOS", "fixed", version=shown, updateable=False),
                Row("Staging_BIOS", "Staging BIOS", "staged", version=shown, updateable=False, absent="N/A"),
            ),
            previous=older[0],
            targets=("/redfish/v1/Systems/1", "/redfish/v1/Systems/1/Bios", f"{INVENTORY}/BIOS"),
        ),
        Component(
            "bmc",
            bmc,
            (
                Row("BMC", "BMC"),
                Row("Backup_BMC", "Backup BMC", "previous", updateable=False),
                Row("Golden_BMC", "Golden BMC", "fixed", updateable=False),
                Row("Staging_BMC", "Staging BMC", "staged", updateable=False, absent="N/A"),
            ),
            previous=older[1],
            targets=("/redfish/v1/Managers/1", f"{INVENTORY}/BMC"),
        ),
        Component(
            "cpld",
            "F2.23.12",
            (Row("CPLD_Motherboard", "CPLD Motherboard"),),
            targets=(f"{INVENTORY}/CPLD_Motherboard", f"{INVENTORY}/CPLD_Backplane_(\\d+)"),
        ),
        Component("nic", "22.31.6", (Row("AOC_NIC1", "Network Adapter", updateable=False),)),
    )


X13 = Personality(
    id="supermicro_x13",
    identity=Identity(
        vendor=None,
        product=None,
        redfish_version="1.11.0",
        manufacturer="Supermicro",
        model="SYS-621C-TN12R",
        oem="Supermicro",
        manager_model="ASPEED",
        schemas={"Bios": "v1_1_1", "ComputerSystem": "v1_14_0", "Manager": "v1_11_0", "UpdateService": "v1_8_4"},
        protocol_features=FEATURES,
        root_oem={},
        certificate_organisation="Super Micro Computer",
    ),
    hardware=Hardware(
        mac_prefix="7c:c2:55",
        nic_model="AOC-S25GC-i2S",
        nic_vendor="Supermicro",
        disk_model="SAMSUNG MZQL2960HCJR-00A07",
        disk_protocol="NVMe",
    ),
    power=Power(
        types=(
            "On",
            "ForceOff",
            "GracefulShutdown",
            "GracefulRestart",
            "ForceRestart",
            "Nmi",
            "ForceOn",
            "PowerCycle",
        ),
        inline=False,
        manager_types=("GracefulRestart",),
        same_state=None,
        boot_progress=STOPS_AT_HARDWARE,
        progress_time=False,
        status=200,
        timing=Timing(post=140.0, os_boot=40.0),
        last_reset_time=False,
    ),
    boot=Boot(
        targets=("None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup", "UsbCd", "UefiBootNext", "UefiHttp"),
        full_triple=True,
        status=200,
    ),
    bios=BiosHabits(
        settings="SD",
        shape="absent",
        status=200,
        answer="message",
        registry_id="BiosAttributeRegistry.v1_0_0",
        registry_listed="BiosAttributeRegistry.1.0.0",
        registry_uri="/registries/BiosAttributeRegistry.1.0.0.json",
        displays_values=True,
        extra_post=80.0,
    ),
    registry=registry,
    updates=Updates(
        protocols=("HTTP", "HTTPS", "FTP"),
        action_info=True,
        targets="listed",
        multipart="/redfish/v1/UpdateService/upload",
        start_update=True,
        apply_times=("Immediate", "OnStartUpdateRequest"),
        task_from="message_args",
        preserve={
            "BIOS": (*KEPT_BIOS, "PreserveBOOTCONF", "PreserveOA", "PreserveSETUPCONF"),
            "BMC": (*KEPT_BMC, "BackupBMC"),
        },
        components=components("1.4", "08/04/2023", "01.01.11", ("1.3", "01.00.35")),
        habits=UpdateHabits(
            one_at_a_time="SMC.1.0.OemFirmwareAlreadyInUpdateMode",
            # bmclib, Supermicro X12: what an aborted flash leaves behind ends with a restart of the BMC (Q-S15).
            stays_in_update_mode=True,
            two_phase=True,
            outage=180.0,
            warm_up=30.0,
        ),
    ),
    tasks=TaskHabits(monitor="/redfish/v1/TaskMonitor/{id}", location="task"),
    sessions=Sessions(300.0, 16, 400, "Base.1.10.SessionLimitExceeded"),
    accounts=Policy(
        min_password=8, max_password=20, lockout_threshold=3, lockout_seconds=30.0, lockout_reset_after=30.0, limit=10
    ),
    etags=Etags("strong_hex"),
    words=Words(registry="Base.1.10", code="Base.v1_10_3.GeneralError"),
    username="ADMIN",
    media_refuses=("Inserted", "WriteProtected"),
)

X12 = replace(
    X13,
    id="supermicro_x12",
    identity=replace(
        X13.identity,
        model="SYS-120C-TN10R",
        schemas={**X13.identity.schemas, "Bios": "v1_1_0", "UpdateService": "v1_6_0"},
    ),
    updates=replace(
        X13.updates,
        preserve={"BIOS": KEPT_BIOS, "BMC": KEPT_BMC},
        components=components("1.6", "11/15/2022", "01.03.13", ("1.4b", "01.01.10")),
    ),
    etags=Etags("strong_hex", required=("ComputerSystem",)),
    boot=replace(X13.boot, targets=tuple(one for one in X13.boot.targets if one != "UefiHttp")),
)

# X10: a first Redfish. No Bios, the root links an update service that is not there, no ETags (Q-S01).
X10 = replace(
    X13,
    logs=(Log("system", "Log1", "System Event Log", (SYSTEM,)),),
    id="supermicro_x10",
    identity=replace(
        X13.identity,
        redfish_version="1.0.1",
        model="X10DRi",
        root_oem={},
        protocol_features={},
        schemas={"ServiceRoot": "v1_1_0", "ComputerSystem": "v1_3_0", "Manager": "v1_3_0"},
    ),
    hardware=replace(X13.hardware, mac_prefix="0c:c4:7a", processor="Intel(R) Xeon(R) CPU E5-2640 v4", cores=10),
    power=replace(
        X13.power,
        types=(
            "On",
            "ForceOff",
            "GracefulShutdown",
            "GracefulRestart",
            "ForceRestart",
            "Nmi",
            "ForceOn",
        ),
        inline=True,
        manager_types=(),
        boot_progress=None,
    ),
    boot=Boot(
        targets=("None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup"),
        full_triple=True,
        boot_order=False,
        default_mode="Legacy",
        modes=("Legacy", "UEFI"),
    ),
    bios=None,
    registry=None,
    updates=Updates(
        service=False,
        simple_update=None,
        components=(
            Component("bios", "3.2", (Row("BIOS", "BIOS"),)),
            Component("bmc", "03.88", (Row("BMC", "BMC"),)),
        ),
    ),
    etags=Etags("none"),
    words=Words(registry="Base.1.0"),
    dangling=("UpdateService",),
    sessions=Sessions(300.0, 8, 503, "Base.1.0.SessionLimitExceeded"),
)
