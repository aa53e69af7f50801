# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH of simple properties: which may be written, of which type, and the answer for a part that may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..bmc import Bmc
from ..live import merged
from ..tree.store import Doc
from .call import Answer, Call
from .etag import kind_of
from .messages import ApiError, Message, info

LED = ("Lit", "Blinking", "Off")
PROTOCOL = {"ProtocolEnabled": bool, "Port": int}

# Resource type -> property -> type, tuple of allowed values, or an object of the same
WRITABLE: dict[str, Mapping[str, Any]] = {
    "ComputerSystem": {
        "AssetTag": str,
        "HostName": str,
        "IndicatorLED": LED,
        "LocationIndicatorActive": bool,
        "PowerRestorePolicy": ("AlwaysOn", "AlwaysOff", "LastState"),
    },
    "Chassis": {"AssetTag": str, "IndicatorLED": LED, "LocationIndicatorActive": bool},
    "Manager": {
        "DateTime": str,
        "DateTimeLocalOffset": str,
        "TimeZoneName": str,
        "Oem": {"Lenovo": {"KCSEnabled": ("Enabled", "Disabled")}},
    },
    "ManagerNetworkProtocol": {
        "HostName": str,
        "FQDN": str,
        "NTP": {"ProtocolEnabled": bool, "NTPServers": list, "Port": int},
        "SSH": PROTOCOL,
        "IPMI": PROTOCOL,
        "SNMP": PROTOCOL,
        "HTTP": PROTOCOL,
        "HTTPS": PROTOCOL,
        "KVMIP": PROTOCOL,
        "SSDP": PROTOCOL,
        "Telnet": PROTOCOL,
        "VirtualMedia": PROTOCOL,
        "Oem": {"Hpe": {"KcsEnabled": bool}},
    },
    "HostInterface": {"InterfaceEnabled": bool},
    "HpeiLODateTime": {"StaticNTPServers": list, "DateTime": str, "PropagateTimeToHost": bool},
    "HpeSecurityService": {"TLSVersion": {f"TLS1_{minor}": ("Enabled", "Disabled") for minor in range(4)}},
    "HpeServerBootSettings": {"PersistentBootConfigOrder": list},
    "SmcFixedBootOrder": {"FixedBootOrder": list},
    "KCSInterface": {"Privilege": ("Administrator", "Operator", "User", "Callback")},
    "NTP": {"NTPEnable": bool, "PrimaryNTPServer": str, "SecondaryNTPServer": str},
    "DellAttributes": {
        "Attributes": {
            "WebServer.1.TLSProtocol": (
                "TLS 1.0 and Higher",
                "TLS 1.1 and Higher",
                "TLS 1.2 and Higher",
                "TLS 1.3 Only",
            )
        }
    },
    "EthernetInterface": {
        "HostName": str,
        "FQDN": str,
        "InterfaceEnabled": bool,
        "DHCPv4": {"DHCPEnabled": bool, "UseDNSServers": bool, "UseNTPServers": bool, "UseGateway": bool},
        "IPv4Addresses": list,
        "IPv4StaticAddresses": list,
        "StaticNameServers": list,
        "MTUSize": int,
        "VLAN": {"VLANEnable": bool, "VLANId": int},
    },
    "AccountService": {
        "AccountLockoutThreshold": int,
        "AccountLockoutDuration": int,
        "AccountLockoutCounterResetAfter": int,
        "ServiceEnabled": bool,
        "MinPasswordLength": int,
    },
    "SessionService": {"SessionTimeout": int, "ServiceEnabled": bool},
    "UpdateService": {
        "ServiceEnabled": bool,
        "HttpPushUriTargets": list,
        "HttpPushUriTargetsBusy": bool,
        "HttpPushUriOptions": {
            "HttpPushUriApplyTime": {"ApplyTime": ("Immediate", "OnReset", "OnStartUpdateRequest")},
            "ForceUpdate": bool,
        },
        "Oem": {"Hpe": {"Accept3rdPartyFirmware": bool}},
    },
    "SecureBoot": {"SecureBootEnable": bool},
    "EventService": {"ServiceEnabled": bool, "DeliveryRetryAttempts": int, "DeliveryRetryIntervalSeconds": int},
    "LogService": {"ServiceEnabled": bool},
    "BootOption": {"BootOptionEnabled": bool},
    "EventDestination": {"Context": str},
}


def judge(body: Doc, rules: Mapping[str, Any], doc: Doc, path: str = "") -> tuple[Doc, list[tuple[str, Message]]]:
    """Split a PATCH body into what may be written and what is wrong with the rest."""
    good: Doc = {}
    bad: list[tuple[str, Message]] = []
    for key, value in body.items():
        where = f"{path}/{key}"
        if key.startswith("@"):
            continue
        rule = rules.get(key) if key in doc else None
        if rule is None:
            name = "PropertyNotWritable" if key in doc else "PropertyUnknown"
            bad.append((key, Message(name, (key,), f"#{where}")))
        elif isinstance(rule, Mapping) and isinstance(value, dict):
            inner = doc.get(key)
            below, wrong = judge(value, rule, inner if isinstance(inner, dict) else {}, where)
            bad += wrong
            good |= {key: below} if below else {}
        elif (message := _wrong(key, value, rule, where)) is not None:
            bad.append((key, message))
        else:
            good[key] = value
    return good, bad


def _wrong(key: str, value: Any, rule: Any, where: str) -> Message | None:
    if isinstance(rule, tuple):
        return None if value in rule else Message("PropertyValueNotInList", (str(value), key), f"#{where}")
    wanted = dict if isinstance(rule, Mapping) else rule
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return None
    return Message("PropertyValueTypeError", (str(value), key), f"#{where}")


def patch(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH a resource by the table: nothing writable gives 400, a part gives 200 with what was left out."""
    doc = bmc.tree.get(path) or {}
    body = call.json()
    good, bad = judge(body, WRITABLE.get(kind_of(doc), {}), doc)
    if bad and not good:
        raise ApiError(400, *(message for _unused, message in bad))
    if not body:
        raise ApiError(400, Message("EmptyJSON"))
    write(bmc, path, good)
    answer = bmc.tree.get(path) or {}
    annotate(bmc, answer, bad)
    if not bad and not good:
        answer["@Message.ExtendedInfo"] = [info(bmc.p.words, Message("NoOperation"))]
    return Answer(200, answer)


def annotate(bmc: Bmc, answer: Doc, bad: list[tuple[str, Message]]) -> None:
    """Say in a 200 which properties were left out: at each of them, and all together."""
    for key, message in bad:
        one = info(bmc.p.words, message)
        answer.setdefault(f"{key}@Message.ExtendedInfo", []).append(one)
        answer.setdefault("@Message.ExtendedInfo", []).append(one)


def elements(value: Any, now: Any) -> Any:
    """Return an array after a PATCH: an empty object keeps the element that is there, null takes it out (DSP0266)."""
    if isinstance(value, dict):
        return {key: elements(one, now.get(key) if isinstance(now, dict) else None) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    old = now if isinstance(now, list) else []
    kept = [old[place] if one == {} and place < len(old) else one for place, one in enumerate(value)]
    return [one for one in kept if one is not None and one != {}]


def write(bmc: Bmc, path: str, good: Doc) -> None:
    """Keep a change: fixed documents are rewritten, live ones get it laid over them."""
    key = bmc.tree.key(path)
    now = bmc.tree.get(path) or {}
    good = elements(good, now)
    if bmc.tree.raw(path) is not None:
        bmc.tree.put(path, merged(now, good))
    else:
        merged(bmc.overlay.setdefault(key, {}), good)
