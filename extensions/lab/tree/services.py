# SPDX-License-Identifier: GPL-3.0-or-later
"""The service root and the services that hang from it."""

from __future__ import annotations

from typing import Any

from ..accounts import ROLES
from ..eventlog import DELIVERY_ATTEMPTS, DELIVERY_PAUSE
from ..personality import Updates
from .site import OK, ROOT, Site
from .store import Doc, link


def build(site: Site) -> None:
    """Add the service root and every service."""
    _root(site)
    _sessions(site)
    _accounts(site)
    _tasks(site)
    if site.p.updates.service:
        _updates(site)
    _events(site)
    _certificates(site)
    site.collect(f"{ROOT}/JsonSchemas", "JsonSchemaFile", "JSON Schema Files", [])
    if site.p.tasks.jid:
        site.put(
            f"{ROOT}/JobService",
            "JobService",
            "Job Service",
            ServiceEnabled=True,
            DateTime="",
            Jobs=link(f"{ROOT}/JobService/Jobs"),
            Status=OK,
        )


def _root(site: Site) -> None:
    p, ids = site.p, site.p.identity
    features: Doc = {
        "ExpandQuery": {"ExpandAll": True, "Levels": True, "Links": True, "NoLinks": True, "MaxLevels": 3},
        "FilterQuery": True,
        "SelectQuery": True,
        "OnlyMemberQuery": True,
        "ExcerptQuery": False,
    }
    oem = {ids.oem: dict(ids.root_oem)} if ids.oem and ids.root_oem is not None else None
    services: dict[str, Any] = {
        "Systems": link(f"{ROOT}/Systems"),
        "Chassis": link(f"{ROOT}/Chassis"),
        "Managers": link(f"{ROOT}/Managers"),
        "Tasks": link(f"{ROOT}/TaskService"),
        "SessionService": link(f"{ROOT}/SessionService"),
        "AccountService": link(f"{ROOT}/AccountService"),
        "EventService": link(f"{ROOT}/EventService"),
        "Registries": link(f"{ROOT}/Registries"),
        "JsonSchemas": link(f"{ROOT}/JsonSchemas"),
        "CertificateService": link(f"{ROOT}/CertificateService"),
    }
    if p.updates.service or "UpdateService" in p.dangling:
        services["UpdateService"] = link(f"{ROOT}/UpdateService")
    if p.tasks.jid:
        services["JobService"] = link(f"{ROOT}/JobService")
    site.put(
        ROOT,
        "ServiceRoot",
        "Root Service",
        Id="RootService",
        RedfishVersion=ids.redfish_version,
        UUID=site.hardware["bmc_uuid"],
        Vendor=ids.vendor,
        Product=ids.product,
        ProtocolFeaturesSupported=dict(ids.protocol_features) if ids.protocol_features is not None else features,
        Links={"Sessions": link(ids.sessions)},
        Oem=oem,
        **services,
    )


def _sessions(site: Site) -> None:
    p = site.p
    site.put(
        f"{ROOT}/SessionService",
        "SessionService",
        "Session Service",
        ServiceEnabled=True,
        SessionTimeout=int(p.sessions.timeout) if p.sessions.shows_timeout else None,
        Sessions=link(p.identity.sessions),
        Status=OK,
    )


def _accounts(site: Site) -> None:
    policy = site.p.accounts
    site.put(
        f"{ROOT}/AccountService",
        "AccountService",
        "Account Service",
        ServiceEnabled=True,
        MinPasswordLength=policy.min_password,
        MaxPasswordLength=policy.max_password,
        AccountLockoutThreshold=policy.lockout_threshold,
        AccountLockoutDuration=int(policy.lockout_seconds),
        AccountLockoutCounterResetAfter=int(policy.lockout_reset_after),
        Accounts=link(f"{ROOT}/AccountService/Accounts"),
        Roles=link(f"{ROOT}/AccountService/Roles"),
        Status=OK,
    )
    members = []
    for role, privileges in ROLES.items():
        member = f"{ROOT}/AccountService/Roles/{role}"
        members.append(member)
        site.put(
            member, "Role", role, RoleId=role, IsPredefined=True, AssignedPrivileges=list(privileges), OemPrivileges=[]
        )
    site.collect(f"{ROOT}/AccountService/Roles", "Role", "Roles", members)


def _tasks(site: Site) -> None:
    site.put(
        f"{ROOT}/TaskService",
        "TaskService",
        "Task Service",
        ServiceEnabled=True,
        DateTime="",
        CompletedTaskOverWritePolicy="Oldest",
        LifeCycleEventOnTaskStateChange=False,
        TaskAutoDeleteTimeoutMinutes=int(site.p.tasks.keep_seconds // 60) if site.p.tasks.keep_seconds else None,
        Tasks=link(f"{ROOT}/TaskService/Tasks"),
        Status=OK,
    )


def _updates(site: Site) -> None:
    u, path = site.p.updates, f"{ROOT}/UpdateService"
    oem = site.oem(State="Idle", FlashProgressPercent=0) if u.state_oem else None
    site.put(
        path,
        "UpdateService",
        "Update Service",
        ServiceEnabled=True,
        MaxImageSizeBytes=u.max_bytes,
        FirmwareInventory=link(f"{path}/FirmwareInventory"),
        SoftwareInventory=link(f"{path}/SoftwareInventory"),
        HttpPushUri=u.form or u.http_push or None,
        MultipartHttpPushUri=u.multipart or None,
        HttpPushUriTargets=[] if u.claim else None,
        HttpPushUriTargetsBusy=False if u.claim else None,
        HttpPushUriOptions=(
            {"HttpPushUriApplyTime": {"ApplyTime": "Immediate"}, "ForceUpdate": False} if u.push_apply_time else None
        ),
        Actions=_update_actions(site),
        Oem=oem,
        Status=OK,
    )
    site.collect(f"{path}/SoftwareInventory", "SoftwareInventory", "Software Inventory", [])


def _update_actions(site: Site) -> Doc:
    u, path = site.p.updates, f"{ROOT}/UpdateService"
    actions: Doc = {}
    oem: Doc = {}
    if u.simple_update:
        simple: Doc = {"target": u.simple_update}
        if u.action_info:
            simple["@Redfish.ActionInfo"] = f"{path}/SimpleUpdateActionInfo"
            _action_info(site)
        elif u.protocols:
            simple["TransferProtocol@Redfish.AllowableValues"] = list(u.protocols)
        if u.targets == "listed" and not u.action_info:
            simple["Targets@Redfish.AllowableValues"] = _targets(u)
        if u.apply_times:
            simple["@Redfish.OperationApplyTimeSupport"] = {
                "@odata.type": "#Settings.v1_3_5.OperationApplyTimeSupport",
                "SupportedValues": list(u.apply_times),
            }
        actions["#UpdateService.SimpleUpdate"] = simple
    if u.start_update:
        actions["#UpdateService.StartUpdate"] = {"target": f"{path}/Actions/UpdateService.StartUpdate"}
    if u.commit_image:
        oem["#NvidiaUpdateService.CommitImage"] = {
            "target": f"{path}/Actions/Oem/NvidiaUpdateService.CommitImage",
            "@Redfish.ActionInfo": f"{path}/Oem/Nvidia/CommitImageActionInfo",
        }
        _commit_info(site)
    if oem:
        actions["Oem"] = oem
    return actions


def _commit_info(site: Site) -> None:
    targets: Doc = {
        "Name": "Targets",
        "Required": site.p.updates.commit_required,
        "DataType": "StringArray",
        "AllowableValues": list(site.p.updates.commit_image),
    }
    uri = f"{ROOT}/UpdateService/Oem/Nvidia/CommitImageActionInfo"
    site.put(uri, "ActionInfo", "CommitImage Action Info", Parameters=[targets])


def _action_info(site: Site) -> None:
    u = site.p.updates
    parameters: list[Doc] = [
        {"Name": "ImageURI", "Required": True, "DataType": "String"},
        {
            "Name": "TransferProtocol",
            "Required": "TransferProtocol" in u.required,
            "DataType": "String",
            "AllowableValues": list(u.protocols),
        },
    ]
    if u.update_component:
        parameters.append(
            {
                "Name": "UpdateComponent",
                "Required": "UpdateComponent" in u.required,
                "DataType": "String",
                "AllowableValues": list(u.update_component),
            }
        )
        parameters.append({"Name": "ResetBMC", "Required": False, "DataType": "Boolean"})
    if u.targets == "listed":
        parameter = {"Name": "Targets", "Required": False, "DataType": "StringArray", "AllowableValues": _targets(u)}
        parameters.append(parameter)
    site.put(
        f"{ROOT}/UpdateService/SimpleUpdateActionInfo", "ActionInfo", "Simple Update Action Info", Parameters=parameters
    )


def _targets(updates: Updates) -> list[str]:
    return [target for component in updates.components for target in component.targets]


def _events(site: Site) -> None:
    path = f"{ROOT}/EventService"
    site.put(
        path,
        "EventService",
        "Event Service",
        ServiceEnabled=True,
        DeliveryRetryAttempts=DELIVERY_ATTEMPTS,
        DeliveryRetryIntervalSeconds=DELIVERY_PAUSE,
        EventFormatTypes=["Event"],
        Actions={
            "#EventService.SubmitTestEvent": {"target": f"{path}/Actions/EventService.SubmitTestEvent"},
        },
        Subscriptions=link(f"{path}/Subscriptions"),
        Status=OK,
    )
    site.collect(f"{path}/Subscriptions", "EventDestination", "Event Subscriptions", [])


def _certificates(site: Site) -> None:
    path = f"{site.manager}/NetworkProtocol/HTTPS/Certificates"
    service = f"{ROOT}/CertificateService"
    site.put(
        service,
        "CertificateService",
        "Certificate Service",
        CertificateLocations=link(f"{service}/CertificateLocations"),
        Actions={
            "#CertificateService.GenerateCSR": {"target": f"{service}/Actions/CertificateService.GenerateCSR"},
            "#CertificateService.ReplaceCertificate": {
                "target": f"{service}/Actions/CertificateService.ReplaceCertificate"
            },
        },
    )
    site.put(
        f"{service}/CertificateLocations",
        "CertificateLocations",
        "Certificate Locations",
        Links={"Certificates": [link(f"{path}/1")]},
    )
    site.collect(path, "Certificate", "HTTPS Certificates", [f"{path}/1"])
    site.put(f"{path}/1", "Certificate", "HTTPS Certificate", CertificateType="PEM")
