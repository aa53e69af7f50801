# SPDX-License-Identifier: GPL-3.0-or-later
"""What each platform has to set up the BMC itself: host interfaces, vendors' own switches, certificates, media, keys.

Values are those of the captured trees (rec) unless a row of docs/rack_quirks.md is named. `{manager}` in a path is
the manager's path; an empty string or mapping means that the platform has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Doc = Mapping[str, Any]
RESET_KEYS = ("ResetAllKeysToDefault", "DeleteAllKeys", "DeletePK")
CSR_FIELDS = ("CommonName", "Organization", "OrganizationalUnit", "City", "State", "Country")


@dataclass(frozen=True)
class Setup:
    """The set-up resources of one platform."""

    host_interface: str = "1"
    """Id of the only member of HostInterfaces."""
    manager: Doc = field(default_factory=dict)
    """Laid over the manager."""
    protocol: Doc = field(default_factory=dict)
    """Laid over ManagerNetworkProtocol; None takes a property away."""
    resources: Mapping[str, Doc] = field(default_factory=dict)
    """Further resources by path; laid over one that is there."""
    pending: tuple[str, ...] = ()
    """Types of these whose changes wait for a restart of the BMC."""
    restarting: tuple[str, ...] = ()
    """Types of these whose change restarts the web server."""
    certificates: str = "standard"
    """standard (CertificateService), hpe (SecurityService/HttpsCert), or empty."""
    csr_required: tuple[str, ...] = ("CommonName",)
    outage: float = 0.0
    """Lab seconds without a web server after its certificate or its TLS was changed."""
    secure_boot: bool = True
    secure_boot_keys: str = "SetupMode"
    """SecureBootMode as delivered."""
    secure_boot_job: bool = False
    """A change is a job that the next reset runs (Q-D20)."""
    reset_keys: tuple[str, ...] = RESET_KEYS
    media_names: tuple[str, ...] = ()
    """Ids of the virtual drives in order; empty: 1, 2 and so on."""
    media_starts: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"Cd": ("CD", "DVD"), "Usb": ("USBStick",)}
    )
    """Boot target -> types of a drive that it starts from (Q-S09)."""
    media_none: tuple[str, ...] = ()
    """How the ids of drives begin that take no image from outside (Q-L15)."""
    media_boots: int = 0
    """Only so many of the drives start a host (Q-D24); 0: all do."""
    media_patch_only: bool = False
    """There are no actions for media: the image is a property to PATCH (Q-L15)."""
    boot_order: str = ""
    """A boot order of the vendor's own: hpe (below the BIOS, with a settings object), fixed (of the system); empty."""
    boot_order_instead: bool = True
    """There is no Boot.BootOrder."""
    media_late: float = 0.0
    """Lab seconds until an inserted image is shown (Q-G57)."""
    media_eject_when_inserted: bool = False
    """EjectMedia is offered only while something is in."""


_WEB = {"VirtualMedia": {"ProtocolEnabled": True, "Port": 623}, "KVMIP": {"ProtocolEnabled": True, "Port": 5900}}
_NTP = {"@odata.type": "#NTP.v1_0_3.NTP", "Name": "NTP Service"}

GENERIC = Setup(protocol={**_WEB, "Telnet": {"ProtocolEnabled": False, "Port": 23}}, secure_boot_keys="UserMode")

DELL = Setup(
    host_interface="Host.1",
    manager={"Links": {"Oem": {"Dell": {"DellAttributes": [{"@odata.id": "{manager}/Oem/Dell/DellAttributes/{id}"}]}}}},
    protocol={**_WEB, "Telnet": {"ProtocolEnabled": False, "Port": 23}, "VirtualMedia": {"ProtocolEnabled": True}},
    resources={
        "{manager}/Oem/Dell/DellAttributes/{id}": {
            "@odata.type": "#DellAttributes.v1_0_0.DellAttributes",
            "Name": "OEMAttributeRegistry",
            "Attributes": {"WebServer.1.TLSProtocol": "TLS 1.1 and Higher"},
        }
    },
    restarting=("DellAttributes",),
    outage=20.0,
    secure_boot_keys="DeployedMode",
    media_names=("CD", "RemovableDisk"),
    secure_boot_job=True,
    reset_keys=(*RESET_KEYS, "ResetPK", "ResetKEK", "ResetDB", "ResetDBX"),
)

# Two drives for every kind of image, as rec R750 has them beside its older ones; the first alone starts a host (Q-D24).
IDRAC10 = replace(DELL, media_names=(), media_boots=1)

_HPE_LINKS = {
    "DateTimeService": {"@odata.id": "{manager}/DateTime"},
    "SecurityService": {"@odata.id": "{manager}/SecurityService"},
}
_HTTPS_CERT = "{manager}/SecurityService/HttpsCert"
_HPE_RESOURCES: dict[str, dict[str, Any]] = {
    "{manager}/DateTime": {
        "@odata.type": "#HpeiLODateTime.v2_0_0.HpeiLODateTime",
        "Name": "iLO Date and Time Settings",
        "ConfigurationSettings": "Current",
        "DateTime": "",
        "NTPServers": ["", ""],
        "StaticNTPServers": ["0.0.0.0", "0.0.0.0"],
        "PropagateTimeToHost": False,
    },
    "{manager}/SecurityService": {
        "@odata.type": "#HpeSecurityService.v2_4_0.HpeSecurityService",
        "Name": "Security Service",
        "SecurityState": "Production",
        "Links": {"HttpsCert": {"@odata.id": _HTTPS_CERT}},
        "TLSVersion": {f"TLS1_{minor}": "Enabled" for minor in range(4)},
    },
    _HTTPS_CERT: {
        "@odata.type": "#HpeHttpsCert.v2_0_0.HpeHttpsCert",
        "Name": "Https Certificate",
        "CertificateSigningRequest": None,
        "Actions": {
            f"#HpeHttpsCert.{name}": {"target": f"{_HTTPS_CERT}/Actions/HpeHttpsCert.{name}"}
            for name in ("GenerateCSR", "ImportCertificate")
        },
    },
}

HPE = Setup(
    manager={"Oem": {"Hpe": {"Links": _HPE_LINKS}}},
    # iLO has no NTP here; its servers are in DateTime (rec).
    protocol={**_WEB, "NTP": None, "Oem": {"Hpe": {"KcsEnabled": True}}},
    resources=_HPE_RESOURCES,
    pending=("HpeiLODateTime",),
    restarting=("HpeSecurityService",),
    certificates="hpe",
    # Boot.BootOrder is there as well and is not the order (Q-H19).
    boot_order="hpe",
    boot_order_instead=False,
    csr_required=("CommonName", "City", "Country", "OrgName", "OrgUnit", "State"),
    outage=60.0,
    secure_boot_keys="UserMode",
)
# rec dl385gen10plusv2: no KcsEnabled, TLS up to 1.2.
ILO5 = replace(
    HPE,
    protocol={**_WEB, "NTP": None},
    resources={
        **_HPE_RESOURCES,
        "{manager}/SecurityService": {
            **_HPE_RESOURCES["{manager}/SecurityService"],
            "TLSVersion": {f"TLS1_{minor}": "Enabled" for minor in range(3)},
        },
    },
)
# TLS 1.0 and 1.1 are gone, and it is delivered in SecureStandard (Q-H16).
ILO7 = replace(
    HPE,
    resources={
        **_HPE_RESOURCES,
        "{manager}/SecurityService": {
            **_HPE_RESOURCES["{manager}/SecurityService"],
            "SecurityState": "SecureStandard",
            "TLSVersion": {"TLS1_2": "Enabled", "TLS1_3": "Enabled"},
        },
    },
)

_KCS = {
    "@odata.type": "#KCSInterface.v1_1_0.KCSInterface",
    "Id": "KCS Interface",
    "Name": "KCS Interface",
    "Privilege": "Administrator",
}
X13 = Setup(
    manager={"Oem": {"Supermicro": {"KCSInterface": {"@odata.id": "{manager}/Oem/Supermicro/KCSInterface"}}}},
    protocol=_WEB,
    resources={"{manager}/Oem/Supermicro/KCSInterface": _KCS},
    csr_required=CSR_FIELDS,
    outage=20.0,
    media_eject_when_inserted=True,
    # A virtual CD is a CD at USB to the host (Q-S09).
    media_starts={"UsbCd": ("CD", "DVD"), "Usb": ("USBStick",)},
    media_names=("VirtualMedia1", "VirtualMedia2", "VirtualMedia3"),
)
X12 = replace(
    X13,
    # X11 and X12 keep their time servers in a resource of their own.
    protocol={**_WEB, "NTP": None},
    manager={
        "Oem": {
            "Supermicro": {
                "KCSInterface": {"@odata.id": "{manager}/Oem/Supermicro/KCSInterface"},
                "NTP": {"@odata.id": "{manager}/Oem/Supermicro/NTP"},
            }
        }
    },
    resources={
        "{manager}/Oem/Supermicro/KCSInterface": _KCS,
        "{manager}/Oem/Supermicro/NTP": {
            **_NTP,
            "NTPEnable": False,
            "PrimaryNTPServer": "localhost",
            "SecondaryNTPServer": "127.0.0.1",
        },
    },
    boot_order="fixed",
    media_late=3.0,
    media_eject_when_inserted=False,
)
X10 = Setup(host_interface="", protocol={**_WEB, "NTP": None}, certificates="", secure_boot=False)

# KCSEnabled is text on some and a boolean on others (Q-L17).
LENOVO = Setup(
    manager={"Oem": {"Lenovo": {"KCSEnabled": "Enabled"}}},
    protocol=_WEB,
    secure_boot_keys="UserMode",
    media_names=("RDOC1", "Remote1", "EXT1", "EXT2"),
    media_patch_only=True,
    media_none=("RDOC", "Remote"),
)
AMI = Setup(host_interface="Self", protocol=_WEB, csr_required=CSR_FIELDS, outage=20.0, secure_boot_keys="UserMode")
OPENBMC = Setup(host_interface="", secure_boot=False)
HGX = Setup(host_interface="hostusb0", media_names=("USB1", "USB2"))
INTEL = Setup(
    host_interface="",
    protocol={"HTTP": None, "IPMI": None, "SNMP": None, "NTP": None, **_WEB},
    certificates="",
    secure_boot=False,
)

SETUPS: dict[str, Setup] = {
    "dell_idrac9": DELL,
    "dell_idrac10": IDRAC10,
    "hpe_ilo5": ILO5,
    "hpe_ilo6": HPE,
    "hpe_ilo7": ILO7,
    "supermicro_x10": X10,
    "supermicro_x12": X12,
    "supermicro_x13": X13,
    "lenovo_xcc": LENOVO,
    "ami_megarac": AMI,
    "openbmc": OPENBMC,
    "nvidia_hgx": HGX,
    "intel": INTEL,
    "generic": GENERIC,
}
