# SPDX-License-Identifier: GPL-3.0-or-later
"""List the power types of MAAS 3.7 with their parameters, and check what users give against them.

A ``*`` marks a required parameter, ``!`` a secret, ``=`` a default; choices follow in braces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .refusals import REQUIRED, choices_text


@dataclass(frozen=True)
class Field:
    """One parameter of a power type."""

    name: str
    label: str
    required: bool = False
    secret: bool = False
    default: Any = ""
    choices: tuple[str, ...] = ()
    per_node: bool = False
    many: bool = False


@dataclass(frozen=True)
class PowerType:
    """One power type; ``chassis`` types control several machines through one address."""

    name: str
    title: str
    fields: tuple[Field, ...] = ()
    queryable: bool = True
    chassis: bool = False


_ADDRESS = Field("power_address", "IP address", required=True)
_USER = Field("power_user", "Power user")
_PASS = Field("power_pass", "Power password", secret=True)
_WORKAROUNDS = (
    "opensesspriv authcap idzero unexpectedauth forcepermsg endianseq intel20 supermicro20 sun20 nochecksumcheck "
    "integritycheckvalue ipmiping"
)
_IPMI = (
    Field("power_driver", "Power driver", True, default="LAN_2_0", choices=("LAN", "LAN_2_0")),
    Field("power_boot_type", "Power boot type", default="auto", choices=("auto", "legacy", "efi")),
    _ADDRESS,
    _USER,
    _PASS,
    Field("k_g", "K_g BMC key", secret=True),
    Field("cipher_suite_id", "Cipher Suite ID", default="3", choices=("17", "3", "", "8", "12")),
    Field("privilege_level", "Privilege Level", default="OPERATOR", choices=("USER", "OPERATOR", "ADMIN")),
    Field(
        "workaround_flags", "Workaround Flags", default=["opensesspriv"], choices=(*_WORKAROUNDS.split(), ""), many=True
    ),
    Field("mac_address", "Power MAC", per_node=True),
    Field("power_off_mode", "Power off mode", default="hard", choices=("soft", "hard")),
)
_OUTLET = Field("node_outlet", "Outlet number", required=True, per_node=True)
_DELAY = Field("power_on_delay", "Power ON outlet delay (seconds)", default="5")
_VERIFY = Field(
    "power_verify_ssl", "Verify SSL connections with system CA certificates", True, default="n", choices=("n", "y")
)

POWER_TYPES: dict[str, PowerType] = {
    made.name: made
    for made in (
        PowerType(
            "amt",
            "Intel AMT",
            (
                Field("power_user", "Power user", default="admin"),
                _PASS,
                Field("port", "Port number", default="16992", choices=("16992", "16993")),
                _ADDRESS,
            ),
        ),
        PowerType(
            "apc",
            "American Power Conversion (APC) PDU",
            (
                _ADDRESS,
                _OUTLET,
                _DELAY,
                Field("pdu_type", "PDU type", default="RPDU", choices=("RPDU", "MASTERSWITCH")),
            ),
            chassis=True,
        ),
        PowerType(
            "dli",
            "Digital Loggers, Inc. PDU",
            (Field("outlet_id", "Outlet ID", True, per_node=True), _ADDRESS, _USER, _PASS),
            chassis=True,
        ),
        PowerType("eaton", "Eaton PDU", (_ADDRESS, _OUTLET, _DELAY), chassis=True),
        PowerType(
            "hmc",
            "IBM Hardware Management Console (HMC) for PowerPC",
            (
                _ADDRESS,
                _USER,
                _PASS,
                Field("server_name", "HMC Managed system server name", True, per_node=True),
                Field("lpar", "HMC logical partition", True, per_node=True),
            ),
            chassis=True,
        ),
        PowerType(
            "hmcz",
            "IBM Hardware Management Console (HMC) for Z",
            (
                _ADDRESS,
                Field("power_user", "HMC username", True),
                Field("power_pass", "HMC password", True, True),
                Field("power_partition_name", "HMC partition name", True, per_node=True),
                replace(_VERIFY, default="y"),
            ),
            chassis=True,
        ),
        PowerType("ipmi", "IPMI", _IPMI),
        PowerType(
            "lxd",
            "LXD (virtual systems)",
            (
                _ADDRESS,
                Field("instance_name", "Instance name", True, per_node=True),
                Field("project", "LXD project", True, default="default"),
                Field("password", "LXD password (optional)", secret=True),
                Field("certificate", "LXD certificate (optional)"),
                Field("key", "LXD private key (optional)", secret=True),
            ),
            chassis=True,
        ),
        PowerType("manual", "Manual", (), queryable=False),
        PowerType(
            "moonshot",
            "HP Moonshot - iLO4 (IPMI)",
            (_ADDRESS, _USER, _PASS, Field("power_hwaddress", "Power hardware address", True, per_node=True)),
            chassis=True,
        ),
        PowerType(
            "mscm",
            "HP Moonshot - iLO Chassis Manager",
            (_ADDRESS, _USER, _PASS, Field("node_id", "Node ID", True, per_node=True)),
            chassis=True,
        ),
        PowerType(
            "msftocs",
            "Microsoft OCS - Chassis Manager",
            (
                _ADDRESS,
                Field("power_port", "Power port"),
                _USER,
                _PASS,
                Field("blade_id", "Blade ID (Typically 1-24)", True, per_node=True),
            ),
            chassis=True,
        ),
        PowerType(
            "nova",
            "OpenStack Nova",
            (
                Field("nova_id", "Host UUID", True, per_node=True),
                Field("os_tenantname", "Tenant name", True),
                Field("os_username", "Username", True),
                Field("os_password", "Password", True, True),
                Field("os_authurl", "Auth URL", True),
            ),
            chassis=True,
        ),
        PowerType(
            "openbmc",
            "OpenBMC Power Driver",
            (_ADDRESS, Field("power_user", "OpenBMC user", True), Field("power_pass", "OpenBMC password", True, True)),
        ),
        PowerType(
            "proxmox",
            "Proxmox",
            (
                _ADDRESS,
                Field("power_user", "Proxmox username", True),
                Field("power_pass", "Proxmox password", secret=True),
                Field("power_token_name", "Proxmox API token name"),
                Field("power_token_secret", "Proxmox API token secret", secret=True),
                Field("power_vm_name", "Node ID", True, per_node=True),
                _VERIFY,
            ),
            chassis=True,
        ),
        PowerType("raritan", "Raritan PDU", (_ADDRESS, _OUTLET, _DELAY), chassis=True),
        PowerType(
            "recs_box",
            "Christmann RECS|Box Power Driver",
            (
                Field("node_id", "Node ID", True, per_node=True),
                _ADDRESS,
                Field("power_port", "Power port"),
                _USER,
                _PASS,
            ),
            chassis=True,
        ),
        PowerType(
            "redfish",
            "Redfish",
            (
                Field("power_address", "Redfish address", True),
                Field("power_user", "Redfish user", True),
                Field("power_pass", "Redfish password", True, True),
                Field("node_id", "Node ID", per_node=True),
            ),
            chassis=True,
        ),
        PowerType(
            "sm15k",
            "SeaMicro 15000",
            (
                Field("system_id", "System ID", True, per_node=True),
                _ADDRESS,
                _USER,
                _PASS,
                Field(
                    "power_control", "Power control type", True, default="ipmi", choices=("ipmi", "restapi", "restapi2")
                ),
            ),
            chassis=True,
        ),
        PowerType(
            "ucsm",
            "Cisco UCS Manager",
            (Field("uuid", "Server UUID", True, per_node=True), _ADDRESS, _USER, _PASS),
            chassis=True,
        ),
        PowerType(
            "virsh",
            "Virsh (virtual systems)",
            (
                Field("power_address", "Address", True),
                Field("power_pass", "Password (optional)", secret=True),
                Field("power_id", "Virsh VM ID", True, per_node=True),
            ),
            chassis=True,
        ),
        PowerType(
            "vmware",
            "VMware",
            (
                Field("power_vm_name", "VM Name (if UUID unknown)", per_node=True),
                Field("power_uuid", "VM UUID (if known)", per_node=True),
                _ADDRESS,
                Field("power_user", "VMware username", True),
                Field("power_pass", "VMware password", True, True),
                Field("power_port", "VMware API port (optional)"),
                Field("power_protocol", "VMware API protocol (optional)"),
            ),
            chassis=True,
        ),
        PowerType(
            "webhook",
            "Webhook",
            (
                Field("power_on_uri", "URI to power on the node", True),
                Field("power_off_uri", "URI to power off the node", True),
                Field("power_query_uri", "URI to query the nodes power status", True),
                Field("power_on_regex", "Regex to confirm the node is on", True, default=r"status.*\:.*running"),
                Field("power_off_regex", "Regex to confirm the node is off", True, default=r"status.*\:.*stopped"),
                _USER,
                _PASS,
                Field("power_token", "Power token, will be used in place of power_user and power_pass", secret=True),
                _VERIFY,
            ),
        ),
        PowerType("wedge", "Facebook's Wedge", (_ADDRESS, _USER, _PASS)),
    )
}


def checked(power_type: str, given: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Merge ``given`` over ``stored``, fill defaults, drop what the type does not know; give it with the problems."""
    kind = POWER_TYPES[power_type]
    merged, problems = {}, []
    for field in kind.fields:
        value = given.get(field.name, stored.get(field.name, field.default))
        if field.many and isinstance(value, str):
            value = [word for word in value.split(",") if word]
        if field.required and not value:
            problems.append(f"{field.label}: {REQUIRED}")
        listed = value if field.many else [value]
        bad = [item for item in listed if field.choices and item not in field.choices and item != ""]
        problems += [f"{field.label}: {choices_text(str(item), field.name, field.choices)}" for item in bad]
        merged[field.name] = value
    return merged, problems


def describe(kind: PowerType) -> dict[str, Any]:
    """Write a power type as ``op=describe_power_types`` does."""
    return {
        "driver_type": "power",
        "name": kind.name,
        "description": kind.title,
        "fields": [_describe_field(field) for field in kind.fields],
        "missing_packages": [],
        "chassis": kind.chassis,
        "can_probe": False,
        "queryable": kind.queryable,
    }


def _describe_field(field: Field) -> dict[str, Any]:
    field_type = "password" if field.secret else "string"
    if field.choices:
        field_type = "multiple_choice" if field.many else "choice"
    return {
        "name": field.name,
        "label": field.label,
        "required": field.required,
        "field_type": field_type,
        "choices": [[choice, choice] for choice in field.choices],
        "default": field.default,
        "scope": "node" if field.per_node else "bmc",
        "secret": field.secret,
    }
