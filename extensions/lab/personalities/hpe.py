# SPDX-License-Identifier: GPL-3.0-or-later
"""HPE iLO 5 (Gen10 Plus), iLO 6 (Gen11) and iLO 7 (Gen12)."""

from __future__ import annotations

from dataclasses import replace

from ..accounts import Policy
from ..components import UpdateHabits
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
from .hpe_bios import registry
from .hpe_parts import GEN10_PLUS, GEN11, GEN12, components
from .hpe_root import root
from .phases import HPE_POST, NEVER, STANDARD

FEATURES = {
    "DeepOperations": {"DeepPATCH": False, "DeepPOST": False},
    "ExcerptQuery": False,
    "ExpandQuery": {"ExpandAll": False, "Levels": True, "Links": False, "MaxLevels": 1, "NoLinks": True},
    "FilterQuery": True,
    "OnlyMemberQuery": True,
    "SelectQuery": True,
}
SUMMARY = "See @Message.ExtendedInfo for more information."


ILO6 = Personality(
    logs=(
        Log("manager", "IEL", "iLO Event Log", (MANAGER, SECURITY, SYSTEM)),
        Log("system", "IML", "Integrated Management Log", (SYSTEM, FIRMWARE)),
        Log("system", "SL", "Security Log", (SECURITY,)),
    ),
    subscription_refuses=("DeliveryRetryPolicy",),
    id="hpe_ilo6",
    identity=Identity(
        vendor="HPE",
        product="ProLiant DL380 Gen11",
        redfish_version="1.20.0",
        manufacturer="HPE",
        model="ProLiant DL380 Gen11",
        oem="Hpe",
        manager_model="iLO 6",
        manager_version="iLO 6 v{version}",
        bios_version="U58 v{version} (01/17/2025)",
        case_insensitive=True,
        protocol_features=FEATURES,
        schemas={"Bios": "v1_0_4", "Manager": "v1_17_0", "UpdateService": "v1_2_1", "SessionService": "v1_0_0"},
        root_oem=root(6, "v2_7_0"),
        certificate_organisation="Hewlett Packard Enterprise",
    ),
    hardware=Hardware(
        mac_prefix="94:40:c9",
        nic_model="HPE Eth 10/25Gb 2p BCM57414 OCP3 Adptr",
        disk_model="VO000960JWZJF",
        disk_vendor="HPE",
        psu_watts=1000,
    ),
    power=Power(
        types=("On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi", "PushPowerButton", "GracefulRestart"),
        same_state=(400, "iLO.2.24.InvalidOperationForSystemState"),
        conflict=(400, "iLO.2.24.InvalidOperationForSystemState"),
        post_refusal=(400, "iLO.2.24.UnableToModifyDuringSystemPOST"),
        boot_progress=STANDARD,
        progress_time=False,
        post_state=HPE_POST,
        status=200,
        action_named=True,
        timing=Timing(post=150.0, os_boot=40.0),
        last_reset_time=False,
        ac_cycle="HpeComputerSystemExt.SystemReset:AuxCycle",
        ac_cycle_when_off=True,
    ),
    boot=Boot(
        targets=(
            "None",
            "Cd",
            "Hdd",
            "Usb",
            "SDCard",
            "Utilities",
            "Diags",
            "BiosSetup",
            "Pxe",
            "UefiShell",
            "UefiHttp",
            "UefiTarget",
        ),
        modes=("UEFI",),
    ),
    bios=BiosHabits(
        settings="settings",
        path="/redfish/v1/systems/1/bios",
        shape="full",
        apply_times=None,
        validation="late",
        messages="Base.1.0",
        settings_etag="",
        status=200,
        answer="reset_required",
        registry_id="BiosAttributeRegistryU58.v1_2_44",
        registry_uri="/redfish/v1/RegistryStore/registries/en/BiosAttributeRegistryU58.v1_2_44",
        registry_versioned=True,
        password_action="ChangePasswords",
    ),
    registry=registry,
    updates=Updates(
        protocols=("HTTP", "HTTPS"),
        form="/cgi-bin/uploadFile",
        add_from_uri=True,
        state_oem=True,
        task_from="monitor_in_body",
        components=components(GEN11),
        habits=UpdateHabits(
            transfer=8.0,
            verify=5.0,
            flash=20.0,
            outage=150.0,
            warm_up=30.0,
            one_at_a_time="iLO.2.24.FirmwareFlashAlreadyInProgress",
        ),
    ),
    tasks=TaskHabits(monitor="/redfish/v1/TaskService/TaskMonitors/{id}"),
    sessions=Sessions(30.0, 13, 400, "Base.1.18.SessionLimitExceeded"),
    accounts=Policy(min_password=8, max_password=39, lockout_threshold=0, limit=12),
    etags=Etags("weak_hex8"),
    words=Words(
        registry="Base.1.18",
        texts=False,
        code="iLO.0.10.ExtendedInfo",
        summary=SUMMARY,
        bad_login="Base.1.18.NoValidSession",
        bad_session="iLO.2.24.UnauthorizedLoginAttempt",
        not_acceptable_identity=True,
    ),
    username="Administrator",
    network_refused_before_os=True,
    oem_system={"@odata.type": "#HpeComputerSystemExt.v2_14_0.HpeComputerSystemExt", "PostState": "PowerOff"},
    oem_manager={"@odata.type": "#HpeiLO.v2_16_1.HpeiLO"},
)

# iLO 5: ResetBios lives on the settings resource (Q-H04), no BootProgress (Q-G44).
ILO5 = replace(
    ILO6,
    id="hpe_ilo5",
    identity=replace(
        ILO6.identity,
        product="ProLiant DL380 Gen10 Plus",
        model="ProLiant DL380 Gen10 Plus",
        manager_model="iLO 5",
        manager_version="iLO 5 v{version}",
        bios_version="U46 v{version} (05/16/2025)",
        root_oem=root(5, "v2_4_0"),
    ),
    power=replace(ILO6.power, boot_progress=None),
    bios=replace(
        ILO6.bios or BiosHabits(),
        reset_on_settings=True,
        registry_id="BiosAttributeRegistryU46.v1_1_72",
        registry_uri="/redfish/v1/RegistryStore/registries/en/BiosAttributeRegistryU46.v1_1_72",
    ),
    updates=replace(ILO6.updates, components=components(GEN10_PLUS)),
    network_refused_before_os=False,
)

# iLO 7: the manager's version has no prefix (Q-H15), BootProgress stays None (Q-G44), ETags are decimal.
ILO7 = replace(
    ILO6,
    id="hpe_ilo7",
    identity=replace(
        ILO6.identity,
        product="HPE ProLiant Compute DL380 Gen12",
        model="HPE ProLiant Compute DL380 Gen12",
        manager_model="iLO 7",
        manager_version="{version} May 28 2025",
        bios_version="U68 v{version} (05/28/2025)",
        root_oem=root(7, "v2_7_0"),
    ),
    power=replace(ILO6.power, boot_progress=NEVER),
    bios=replace(
        ILO6.bios or BiosHabits(),
        registry_id="BiosAttributeRegistryU68.v1_1_40",
        registry_uri="/redfish/v1/RegistryStore/registries/en/BiosAttributeRegistryU68.v1_1_40",
    ),
    updates=replace(ILO6.updates, components=components(GEN12)),
    etags=Etags("weak_decimal"),
    network_refused_before_os=False,
)
