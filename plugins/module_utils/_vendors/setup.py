# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every platform answers about setting up the BMC itself: time servers, switches, certificates, media.

Values only; the code that acts on them is in ``_bmc``. "rec" is a public recording of a real machine, Q-... a row of
docs/vendor_differences.md. A ``Path`` of links starts at the manager; each name is a property, links are followed.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

__all__ = [
    "ANSWERS",
    "STANDARD",
    "Choice",
    "Knob",
    "NtpPlace",
    "OrderPlace",
    "OwnCertificate",
    "SetupAnswers",
    "Switches",
    "setup_answers",
]

Path = t.Tuple[str, ...]


@dataclass(frozen=True)
class NtpPlace:
    """Where time servers are kept.

    ``links``     to the resource; ``inside`` the property that holds the following ones, if any.
    ``enabled``   property that switches NTP on; empty: servers alone do.
    ``servers``   one property with a list, or one per server.
    ``slots``     servers it takes; 0: no fixed number. Free ones are written as ``free``.
    ``dhcp``      True: refused while the interface takes time servers from DHCP.
    ``restart``   True: in force after a restart of the BMC only.
    """

    links: Path = ("NetworkProtocol",)
    inside: str = "NTP"
    enabled: str = "ProtocolEnabled"
    servers: Path = ("NTPServers",)
    slots: int = 0
    free: str = ""
    dhcp: bool = False
    restart: bool = False


@dataclass(frozen=True)
class Knob:
    """A switch of a vendor's own; the first word of ``on`` or ``off`` that has the type of the current value is sent."""

    links: Path
    name: Path
    on: t.Tuple[t.Any, ...] = (True,)
    off: t.Tuple[t.Any, ...] = (False,)


@dataclass(frozen=True)
class Choice:
    """A setting with one word per value; where a value has several, firmware differs and the first that is taken counts.

    ``restarts`` True: the web server restarts with the change.
    """

    links: Path
    name: Path
    words: t.Mapping[str, t.Tuple[str, ...]]
    restarts: bool = True


@dataclass(frozen=True)
class Switches:
    """A setting made of one switch per value: those below the wanted one are off, the others on."""

    links: Path
    name: Path
    words: t.Mapping[str, str]
    on: t.Any = "Enabled"
    off: t.Any = "Disabled"
    restarts: bool = True


@dataclass(frozen=True)
class OwnCertificate:
    """A vendor's own resource for the HTTPS certificate.

    ``request``, ``install``  names of its actions; ``csr`` the property that holds the request when it is ready.
    ``names``                 the standard's names of a request's parts -> the vendor's.
    ``certificate``           parameter of ``install``.
    """

    links: Path
    request: str
    install: str
    csr: str
    names: t.Mapping[str, str] = field(default_factory=dict)
    required: Path = ()
    certificate: str = "Certificate"


@dataclass(frozen=True)
class OrderPlace:
    """A boot order in a vendor's own resource, found from the system; its settings object is written where it has one.

    ``order``     property with the order.
    ``options``   property with what can be in it; empty: the order's own words are all there is.
    ``reference`` what of an option stands in the order; ``name`` what people call it.
    ``instead``   True: Boot.BootOrder is there as well and is not what the machine starts by.
    """

    links: Path
    order: str
    options: str = ""
    reference: str = ""
    name: str = ""
    instead: bool = False


@dataclass(frozen=True)
class SetupAnswers:
    """The answers of one platform.

    ``ntp``           places of time servers; the first that is there counts.
    ``clock``         links to the resource with a DateTime that can be set; empty: the manager.
    ``kcs``           the local IPMI interface of the host (KCS); None: it cannot be switched over Redfish.
    ``tls``           the oldest TLS version the web server takes; None: it cannot be chosen.
    ``certificate``   None: the standard's CertificateService.
    ``media_without`` parameters that InsertMedia refuses.
    ``media_skip``    pattern of the ids of drives that take no image from outside; empty: all do.
    ``media_boots``   how many of the drives a host can be started from, the first ones; 0: all.
    ``boot_order``    None: the order is ComputerSystem.Boot.BootOrder.
    ``boot_mode``     name pattern of the BIOS attribute for the boot mode, and its values that mean "not UEFI".
    """

    ntp: t.Tuple[NtpPlace, ...] = (NtpPlace(),)
    clock: Path = ()
    kcs: t.Optional[Knob] = None
    tls: t.Union[Choice, Switches, None] = None
    certificate: t.Optional[OwnCertificate] = None
    media_without: Path = ()
    media_skip: str = ""
    media_boots: int = 0
    boot_order: t.Optional[OrderPlace] = None
    boot_mode: t.Tuple[str, Path] = (r"^Boot_?Mode$", ("Legacy", "LegacyBios", "Bios"))


STANDARD = SetupAnswers()

DELL = replace(
    STANDARD,
    tls=Choice(
        # rec R750: "TLS 1.1 and Higher"; older firmware words the third one "TLS 1.2 Only".
        links=("Links", "Oem", "Dell", "DellAttributes"),
        name=("Attributes", "WebServer.1.TLSProtocol"),
        words={
            "1.0": ("TLS 1.0 and Higher",),
            "1.1": ("TLS 1.1 and Higher",),
            "1.2": ("TLS 1.2 and Higher", "TLS 1.2 Only"),
            "1.3": ("TLS 1.3 Only",),
        },
    ),
    boot_mode=(r"^BootMode$", ("Bios",)),
)

# iDRAC 10: only the first drive starts a host (Q-D24).
IDRAC10 = replace(DELL, media_boots=1)

_ILO_SECURITY = ("Oem", "Hpe", "Links", "SecurityService")
ILO = replace(
    STANDARD,
    # rec iLO 5, 6: ManagerNetworkProtocol has no NTP; two slots, in force after a restart (ConfigurationSettings).
    ntp=(
        NtpPlace(
            links=("Oem", "Hpe", "Links", "DateTimeService"),
            inside="",
            enabled="",
            servers=("StaticNTPServers",),
            slots=2,
            dhcp=True,
            restart=True,
        ),
    ),
    clock=("Oem", "Hpe", "Links", "DateTimeService"),
    # rec iLO 6; iLO 5 does not have it.
    kcs=Knob(("NetworkProtocol",), ("Oem", "Hpe", "KcsEnabled")),
    # rec iLO 5 to 1.2, iLO 6 to 1.3, iLO 7 from 1.2 on (Q-H16).
    tls=Switches(
        links=_ILO_SECURITY,
        name=("TLSVersion",),
        words={"1.0": "TLS1_0", "1.1": "TLS1_1", "1.2": "TLS1_2", "1.3": "TLS1_3"},
    ),
    # rec iLO 6: CertificateService makes requests and installs nothing; iLO restarts after an import.
    certificate=OwnCertificate(
        links=(*_ILO_SECURITY, "Links", "HttpsCert"),
        request="HpeHttpsCert.GenerateCSR",
        install="HpeHttpsCert.ImportCertificate",
        csr="CertificateSigningRequest",
        names={"Organization": "OrgName", "OrganizationalUnit": "OrgUnit"},
        required=("CommonName", "Country", "State", "City", "Organization", "OrganizationalUnit"),
    ),
    # Boot.BootOrder is there and is not the order (Q-H19).
    boot_order=OrderPlace(
        links=("Bios", "Oem", "Hpe", "Links", "Boot"),
        order="PersistentBootConfigOrder",
        options="BootSources",
        reference="StructuredBootString",
        name="BootString",
        instead=True,
    ),
    boot_mode=(r"^BootMode$", ("LegacyBios",)),
)

_KCS_CALLBACK = Knob(
    # rec SYS-821GE: Privilege "Administrator"; Callback is the least, and lets nobody do anything.
    ("Oem", "Supermicro", "KCSInterface"),
    ("Privilege",),
    on=("Administrator", "Operator", "User"),
    off=("Callback",),
)
X13 = replace(
    STANDARD,
    ntp=(
        NtpPlace(),
        # Before X13 in a resource of its own, which X13 still has (rec SYS-821GE).
        NtpPlace(
            links=("Oem", "Supermicro", "NTP"),
            inside="",
            enabled="NTPEnable",
            servers=("PrimaryNTPServer", "SecondaryNTPServer"),
            slots=2,
            free="127.0.0.1",
        ),
    ),
    kcs=_KCS_CALLBACK,
    # X11, X12 (Q-G57), and X13 alike.
    media_without=("Inserted", "WriteProtected"),
    # Where Boot.BootOrder is no property (Q-S11); entries are names of devices.
    boot_order=OrderPlace(links=("Oem", "Supermicro", "FixedBootOrder"), order="FixedBootOrder"),
    boot_mode=(r"^BootModeSelect", ("Legacy", "LEGACY")),
)

LENOVO = replace(
    STANDARD,
    # Text on some, a boolean on others (Q-L17).
    kcs=Knob((), ("Oem", "Lenovo", "KCSEnabled"), on=("Enabled", True), off=("Disabled", False)),
    media_skip=r"^(RDOC|Remote)",  # Q-L15
    boot_mode=(r"BootMode", ("LegacyMode",)),
)

ANSWERS: t.Mapping[str, SetupAnswers] = {
    "dell_idrac9": DELL,
    "dell_idrac10": IDRAC10,
    "hpe_ilo5": ILO,
    "hpe_ilo6": ILO,
    "hpe_ilo7": ILO,
    "supermicro_x10": X13,
    "supermicro_x12": X13,
    "supermicro_x13": X13,
    "lenovo_xcc": LENOVO,
}


def setup_answers(platform: str) -> SetupAnswers:
    """Return the answers of a platform; the standard's for one that needs no others."""
    return ANSWERS.get(platform, STANDARD)
