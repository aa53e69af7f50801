# SPDX-License-Identifier: GPL-3.0-or-later
"""Dell iDRAC9 (6.x/7.x, 14th to 16th generation) and iDRAC10 (17th)."""

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
from .dell_bios import registry
from .phases import STANDARD

FEATURES = {
    "DeepOperations": {"DeepPATCH": False, "DeepPOST": False},
    "ExcerptQuery": False,
    "ExpandQuery": {"ExpandAll": True, "Levels": True, "Links": True, "MaxLevels": 1, "NoLinks": True},
    "FilterQuery": True,
    "OnlyMemberQuery": True,
    "SelectQuery": True,
}
RELEASED = "2025-01-17T00:00:00Z"


def banks(number: str, fqdd: str, name: str, released: str = "00:00:00Z") -> tuple[Row, ...]:
    """Return Dell's rows of one component: the version is part of the id (Q-D17, Q-G62); some dates are none (Q-G63)."""
    tail, extra = f"-{number}-{{version}}__{fqdd}", {"Manufacturer": "Dell Inc.", "ReleaseDate": released}
    return (
        Row(f"Installed{tail}", name, software_id=number, extra=extra),
        Row(f"Current{tail}", name, software_id=number, extra=extra),
        Row(f"Previous{tail}", name, "previous", software_id=number, extra=extra),
        Row(f"Available{tail}", name, "stored", software_id=number, extra=extra),
    )


def components(bios: str, idrac: str, nic: str, older: tuple[str, str]) -> tuple[Component, ...]:
    return (
        Component("bios", bios, banks("159", "BIOS.Setup.1-1", "BIOS", RELEASED), previous=older[0]),
        Component(
            "bmc",
            idrac,
            banks("25227", "iDRAC.Embedded.1-1", "Integrated Dell Remote Access Controller", RELEASED),
            older[1],
        ),
        Component("nic", nic, banks("102302", "NIC.Integrated.1-1-1", "Broadcom Adv. Dual 25Gb Ethernet", RELEASED)),
        Component("psu", "00.1D.7D", banks("107651", "PSU.Slot.1", "Power Supply.Slot.1")),
        Component("cpld", "1.0.3", banks("27763", "CPLD.Embedded.1", "System CPLD")),
    )


IDRAC9 = Personality(
    logs=(
        Log("manager", "Sel", "SEL Log Service", (SYSTEM,)),
        Log("manager", "Lclog", "Lifecycle Controller Log Service"),
    ),
    id="dell_idrac9",
    identity=Identity(
        vendor="Dell",
        product="Integrated Dell Remote Access Controller",
        redfish_version="1.18.0",
        manufacturer="Dell Inc.",
        model="PowerEdge R750",
        oem="Dell",
        system="System.Embedded.1",
        manager="iDRAC.Embedded.1",
        chassis="System.Embedded.1",
        manager_model="15G Monolithic",
        schemas={"Bios": "v1_2_1", "ComputerSystem": "v1_20_1", "Manager": "v1_17_0", "UpdateService": "v1_11_3"},
        protocol_features=FEATURES,
        root_oem={"@odata.type": "#DellServiceRoot.v1_0_0.DellServiceRoot", "IsBranded": 0},
        certificate_organisation="Dell Inc.",
    ),
    hardware=Hardware(
        mac_prefix="b0:7b:25",
        serial_is_board=True,
        nic_model="BCM57414 NetXtreme-E 10Gb/25Gb RDMA Ethernet",
        disk_model="Dell Ent NVMe v2 AGN RI U.2 1.92TB",
        disk_bytes=1_920_383_410_176,
        disk_protocol="NVMe",
    ),
    power=Power(
        types=(
            "On",
            "ForceOff",
            "ForceRestart",
            "GracefulRestart",
            "GracefulShutdown",
            "PushPowerButton",
            "Nmi",
            "PowerCycle",
        ),
        manager_types=("GracefulRestart",),
        same_state=(409, "IDRAC.2.8.PSU501"),
        boot_progress=STANDARD,
        progress_time=False,
        timing=Timing(post=120.0, os_boot=40.0),
    ),
    boot=Boot(
        targets=(
            "None",
            "Pxe",
            "Floppy",
            "Cd",
            "Hdd",
            "BiosSetup",
            "Utilities",
            "UefiTarget",
            "SDCard",
            "UefiHttp",
        ),
        # rec R750; the URI is HttpDev1Uri of the BIOS (Q-D40).
        http_uri=False,
    ),
    bios=BiosHabits(
        settings="Settings",
        shape="delta",
        apply_times=("OnReset", "AtMaintenanceWindowStart", "InMaintenanceWindowOnReset"),
        apply_time_needed=True,
        job=True,
        locked="ignored",
        status=200,
        answer="message",
        registry_id="BiosAttributeRegistry.v1_0_3",
        registry_listed="BiosAttributeRegistry.v1_0_0",
        registry_uri="/redfish/v1/Systems/System.Embedded.1/Bios/BiosRegistry",
        clear_action="DellManager.v1_0_0#DellManager.ClearPending",
        password_action="ChangePassword",
        extra_post=90.0,
    ),
    registry=registry,
    updates=Updates(
        protocols=("HTTP", "NFS", "CIFS", "TFTP", "HTTPS"),
        http_push="/redfish/v1/UpdateService/FirmwareInventory",
        push_is_storage=True,
        multipart="/redfish/v1/UpdateService/MultipartUpload",
        apply_times=("Immediate", "OnReset", "OnStartUpdateRequest"),
        start_update=True,
        components=components("1.8.2", "6.10.80.00", "22.31.6", ("1.6.6", "6.10.30.00")),
        habits=UpdateHabits(scheduled=True, refuses_same="IDRAC.2.8.SUP029", outage=240.0, warm_up=60.0),
    ),
    tasks=TaskHabits(
        monitor="/redfish/v1/TaskService/TaskMonitors/{id}",
        location="task",
        jid=True,
        jobs=("Oem/Dell/Jobs", "Jobs"),
        lost_on_restart=False,
    ),
    sessions=Sessions(1800.0, 8, 503, "IDRAC.2.8.RAC0218"),
    accounts=Policy(slots=16, reserved_slots=1, min_password=4, max_password=40, lockout_threshold=0),
    etags=Etags("none"),
    words=Words(registry="Base.1.12"),
    username="root",
    oem_system={"DellSystem": {"@odata.type": "#DellSystem.v1_4_0.DellSystem", "SystemGeneration": "15G Monolithic"}},
    oem_manager={"@odata.type": "#DellManager.v1_4_0.DellManager"},
)

# iDRAC10: versions start again at 1.x (Q-D23), the override is read-only on the system (Q-D21), If-Match on an action
# is refused (Q-G13), On is refused for a minute after Off (Q-D22), a BIOS PATCH may take long (Q-G39), two virtual
# drives take every image and the first alone starts the host (Q-D24).
IDRAC10 = replace(
    IDRAC9,
    id="dell_idrac10",
    identity=replace(IDRAC9.identity, redfish_version="1.20.1", model="PowerEdge R770", manager_model="17G Monolithic"),
    power=replace(IDRAC9.power, timing=Timing(post=120.0, os_boot=40.0, on_refused_after_off=60.0)),
    boot=replace(IDRAC9.boot, settings="Settings", read_only_override=True),
    updates=replace(IDRAC9.updates, components=components("1.2.6", "1.20.25.00", "23.21.11", ("1.1.0", "1.10.17.00"))),
    etags=Etags("strong_hex", on=("ComputerSystem", "Bios", "ManagerAccount"), refused_on_post=True),
    words=Words(registry="Base.1.18"),
    media_types=(("CD", "DVD", "USBStick"),) * 2,
    oem_system={"DellSystem": {"@odata.type": "#DellSystem.v1_4_0.DellSystem", "SystemGeneration": "17G Monolithic"}},
)
