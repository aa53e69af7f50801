# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every platform answers about firmware: how versions are worded, how images go in, what makes them active.

Values only; the code that acts on them is in ``_firmware``. A line that differs from the standard says where it was
seen: "rec" is a public recording of a real machine, Q-... a row of docs/vendor_differences.md.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

__all__ = ["ANSWERS", "STANDARD", "FirmwareAnswers", "firmware_answers"]

# One number with dots, as DSP0266 asks nobody for but most use: 7.10.30.00, 2.15.0 Build 17, 3.4a.
NUMBER = r"[vV]?(?P<number>\d+(?:\.\d+)*[a-z]?)(?: Build (?P<build>\d+))?"
HEX = r"(?P<hex>0x[0-9A-Fa-f]+)"

Rule = t.Tuple[str, str]


@dataclass(frozen=True)
class FirmwareAnswers:
    """The answers of one platform.

    ``versions``    component (or ``*``) -> patterns for the whole version text. Group ``number`` (or ``hex``) is compared
                    part by part, ``build`` after it; another ``family`` is another product. No match: equality only.
    ``generation``  versions of different generations are never compared, even where the numbers look alike.
    ``components``  (component, pattern) on "id|name|description" of an inventory row; the first match counts.
    ``slots``       (slot, pattern) on "id|name|version": ``previous``, ``staged``, ``available``, ``golden``; others
                    are current.
    ``methods``     how an image goes in, best first; see ``_firmware/send.py``.
    ``activation``  component (or ``*``) -> ``none`` (the BMC does it itself), ``host_reset``, ``bmc_reset``,
                    ``ac_cycle``.
    ``targets``     component -> URI for ``Targets``; ``inventory`` means the row's own; absent: none is sent.
    ``parameters``  component (or ``*``) -> further parameters of SimpleUpdate and of UpdateParameters.
    ``rollback``    how an earlier version is brought back, or empty where the machine has no second bank.
    ``minutes``     component (or ``*``) -> usual duration of one update.
    ``blind``       seconds without an answer that are normal while that component restarts.
    ``already_current`` message ids that mean "this version is installed already".
    ``busy``        message ids that mean "another update or job is running", whatever the HTTP status.
    ``update_mode`` message ids that mean "in update mode": another update runs, or one failed and left the BMC so until
                    it restarts.
    ``refused``     message ids that mean "this image is not for this machine".
    ``tpm_refused`` message ids that mean "there is a TPM, and you did not say that its measurements may change".
    ``tpm_action``  OEM action that fetches an image and can be told so, where SimpleUpdate cannot.
    ``tpm_form``    what the upload form has to say for it.
    ``free_space``  resource and path of the bytes that are free for an image, empty where the BMC does not say.
    ``session``     methods that work over a session only.
    ``unproven``    method -> what of it is not known from any recording or source; told to whoever uses it.
    ``service_state`` path of the OEM update state in UpdateService and its values that mean idle.
    """

    versions: t.Mapping[str, t.Tuple[str, ...]] = field(default_factory=lambda: {"*": (NUMBER, HEX)})
    generation: str = ""
    components: t.Tuple[Rule, ...] = ()
    slots: t.Tuple[Rule, ...] = ()
    methods: t.Tuple[str, ...] = ("pull", "multipart", "push")
    activation: t.Mapping[str, str] = field(default_factory=lambda: {"bmc": "none", "*": "host_reset"})
    targets: t.Mapping[str, str] = field(default_factory=dict)
    parameters: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    rollback: str = ""
    minutes: t.Mapping[str, int] = field(default_factory=lambda: {"bmc": 10, "bios": 10, "*": 8})
    blind: t.Mapping[str, int] = field(default_factory=lambda: {"bmc": 900, "*": 180})
    already_current: t.Tuple[str, ...] = ()
    busy: t.Tuple[str, ...] = ("ResourceInUse", "UpdateInProgress")
    update_mode: t.Tuple[str, ...] = ()
    refused: t.Tuple[str, ...] = ("ImageVerificationFailed", "VerificationFailed", "ActionParameterValueError")
    tpm_refused: t.Tuple[str, ...] = ()
    tpm_action: str = ""
    tpm_form: t.Mapping[str, t.Any] = field(default_factory=dict)
    service_state: t.Tuple[t.Tuple[str, ...], t.Tuple[str, ...]] = ((), ())
    free_space: t.Tuple[str, ...] = ()
    session: t.Tuple[str, ...] = ()
    unproven: t.Mapping[str, str] = field(default_factory=dict)
    host_reset_after_bmc: bool = False


STANDARD = FirmwareAnswers(
    components=(
        ("gpu", r"(?i)\b(GPU|HGX_FW_GPU)|_GPU_|NVIDIA [AHBL]\d+"),
        ("other", r"(?i)ERoT|InfoROM|Retimer|PCIeSwitch|NVSwitch|FPGA|\bME\b|SDR\b|TPM|RoT\d"),
        ("bmc", r"(?i)(^|[|_ ])BMC([|_ ]|$)|BMC image|BMC Firmware"),
        ("bios", r"(?i)(^|[|_ ])(BIOS|UEFI)([|_ ]|$)|Host image|System ROM|BIOS Firmware"),
        ("cpld", r"(?i)CPLD|Programmable Logic"),
        ("psu", r"(?i)PSU|Power Supply"),
        ("nic", r"(?i)\bNIC|ConnectX|(^|\|)CX\d|Ethernet|\bEth\b|InfiniBand"),
        ("storage", r"(?i)Storage|NVMe|\bSSD\b|\bHDD\b|RAID|Backplane|Drive|Disk"),
    ),
    slots=(
        ("previous", r"(?i)^(Previous|Backup)[-_]"),
        ("staged", r"(?i)^(Staging|Staged|Pending)[-_]"),
        ("golden", r"(?i)^Golden[-_]"),
    ),
)

_DELL = replace(
    STANDARD,
    components=(
        ("bmc", r"iDRAC\.Embedded"),
        ("bios", r"BIOS\.Setup"),
        ("cpld", r"CPLD\."),
        ("nic", r"(__|\b)(NIC|InfiniBand|FC)\."),
        ("storage", r"(__|\b)(RAID|Disk|AHCI|NonRAID|Enclosure)\."),
        ("psu", r"PSU\."),
        ("gpu", r"Video\.Slot|Accelerator"),
        ("other", r"."),
    ),
    # rec dell-idrac9-r750: Installed-, Current-, Previous- and Available- rows of one component (Q-D17).
    slots=(("previous", r"^Previous-"), ("available", r"^Available-"), ("duplicate", r"^Current-")),
    methods=("multipart", "pull", "push_then_install"),
    rollback="previous_row",
    already_current=("SUP029",),
    busy=(*STANDARD.busy, "RAC0679", "SUP024", "RED014"),
    refused=(*STANDARD.refused, "RED007", "SUP0108"),
)

_HPE = replace(
    STANDARD,
    versions={
        # Manager "iLO 6 v1.66", inventory "1.66 Dec 13 2024", iLO 7 "1.14.00 May 28 2025" (Q-H15).
        "bmc": (r"(?:iLO \d+ v)?(?P<number>\d+(?:\.\d+)+)(?: [A-Z][a-z]{2} \d{1,2} \d{4})?",),
        # "U58 v2.44 (01/17/2025)": U58 is the ROM family, another one is another machine. rec hpe-ilo6-dl380agen11.
        "bios": (r"(?:(?P<family>[A-Z]\d{2}) )?v?(?P<number>\d+\.\d+)(?:[ _]?\(?\d{2}/\d{2}/\d{4}\)?)?",),
        "*": (NUMBER, HEX, r"(?P<family>HP[A-Z])(?P<number>\d+)"),
    },
    components=(
        ("bmc", r"\|iLO\b"),
        ("bios", r"\|(Redundant )?System ROM"),
        ("cpld", r"\|System Programmable Logic Device"),
        ("psu", r"\|Power Supply Firmware"),
        ("gpu", r"\|NVIDIA [AHBL]\d+"),
        ("other", r"(?i)Bootloader|Abstraction|Intelligent Provisioning|TPM|S3M|PUcode|SPS|Energy Pack|Video"),
        ("nic", r"(?i)\bNIC\b|\bEth\b|Ethernet|ConnectX|BlueField"),
        ("storage", r"(?i)NVMe|\bSSD\b|\bHDD\b|\b[MS]R\d{3}|Drive|UBM\d"),
        ("other", r"."),
    ),
    # The ROM that was active before stays as "Redundant System ROM" (Q-H09).
    slots=(("previous", r"\|Redundant System ROM"),),
    methods=("pull", "form_upload"),
    # rec hpe-ilo6-dl380agen11: images land in the repository first; a full one refuses them.
    free_space=("/redfish/v1/UpdateService/ComponentRepository", "Oem", "Hpe", "FreeSizeBytes"),
    # The form wants the session key twice (Q-H10).
    session=("form_upload",),
    busy=(*STANDARD.busy, "FirmwareFlashAlreadyInProgress"),
    # Registry iLO, rec hpe-ilo5 and hpe-ilo6. The action is Q-H11; the field of the form is that of iLOrest 7.4.0.0.
    tpm_refused=("FWFlashTPMOverrideFlagRequired", "FWFlashTrustedModuleOverrideFlagRequired"),
    tpm_action="AddFromUri",
    tpm_form={"TPMOverride": True},
    minutes={"bmc": 5, "bios": 8, "*": 8},
    # Only one flash at a time; everything but these means busy (Q-H12).
    service_state=(("Oem", "Hpe", "State"), ("Idle", "Complete", "Completed", "Error")),
    refused=(*STANDARD.refused, "UnauthenticatedImage", "InvalidImage"),
)

_SUPERMICRO = replace(
    STANDARD,
    versions={
        # "BIOS Date: 08/04/2023 Ver 1.4" in the inventory, "1.4" in System.BiosVersion (Q-S18).
        "bios": (r"(?:BIOS Date: ?\d{2}/\d{2}/\d{4} Ver )?(?P<number>\d+\.\d+[a-z]?)",),
        "cpld": (r"(?P<family>[A-Z]\d)\.(?P<hex>[0-9A-F]{2}\.[0-9A-F]{2})", NUMBER),
        "*": (NUMBER, HEX),
    },
    components=(
        ("bmc", r"^(Backup_|Golden_|Staging_)?BMC\|"),
        ("bios", r"^(Backup_|Golden_|Staging_)?BIOS\|"),
        ("cpld", r"^(Backup_|Golden_|Staging_)?CPLD_|CPLD"),
        ("gpu", r"^GPU\d|HGX_FW_GPU"),
        ("psu", r"(?i)PSU|Power Supply"),
        ("nic", r"(?i)^NIC|ConnectX|AOC"),
        ("storage", r"(?i)^Storage|NVMe|HBA|RAID"),
        ("other", r"."),
    ),
    methods=("pull", "multipart_then_start"),
    # Any other spelling is refused with 400 (Q-S17).
    targets={
        "bmc": "/redfish/v1/Managers/1",
        "bios": "/redfish/v1/Systems/1/Bios",
        "cpld": "/redfish/v1/UpdateService/FirmwareInventory/CPLD_Motherboard",
    },
    # X12 and later: the same words for an update that runs and for one that failed (Q-S15).
    update_mode=("OemFirmwareAlreadyInUpdateMode",),
)

_LENOVO = replace(
    STANDARD,
    versions={
        # Manager "TGBT42S 2.83 2023-07-05", inventory "42S-2.83" (Q-L16): the build id is what counts.
        "bmc": (
            r"(?:[A-Z]{4})?(?P<build>\d{2}[A-Z])[- ](?P<number>\d+\.\d+)(?: \d{4}-\d{2}-\d{2})?",
            r"(?P<number>\d+\.\d+)",
        ),
        # "U8E122J" has no dots: U8E is the machine family.
        "bios": (r"(?P<family>[A-Z0-9]{3})(?P<number>\d{3})[A-Z](?:[- ]\d+\.\d+)?",),
        "*": (NUMBER, HEX),
    },
    components=(("bmc", r"^BMC"), ("bios", r"^UEFI"), *STANDARD.components),
    slots=(
        ("staged", r"-Pending\b|\|\*$"),
        ("previous", r"-Backup\b"),
    ),
    methods=("multipart", "claim_push", "pull"),
    # The new BMC firmware starts at a manual BMC reset; until then "BMC-Primary-Pending" shows "*" (Q-L10).
    activation={"bmc": "bmc_reset", "*": "host_reset"},
    parameters={"*": {"@Redfish.OperationApplyTime": "Immediate"}},
)

_AMI = replace(
    STANDARD,
    # rec Gigabyte: F12, F33.
    versions={"bios": (r"(?P<family>[A-Z])(?P<number>\d+[a-z]?)", NUMBER), "*": (NUMBER, HEX)},
    methods=("pull", "multipart", "push"),
    # UpdateComponent and ResetBMC are parameters on Gigabyte (Q-A03, rec csm-emulator: BMC, BIOS, MB_CPLD), and not on DGX
    # H100, whose ActionInfo lists TransferProtocol, User and Password alone (rec): what is not listed is not sent.
    # Unproven: that ResetBMC is a boolean.
    parameters={
        "bmc": {"UpdateComponent": "BMC", "ResetBMC": True},
        "bios": {"UpdateComponent": "BIOS"},
        "cpld": {"UpdateComponent": "MB_CPLD"},
    },
    # rec DGX H100 has MultipartHttpPushUri and no HttpPushUri; nothing shows a form or a push that was taken. Its
    # CommitImage is not sent: nothing tells that an update of it needs one.
    unproven={
        "multipart": "which parameters AMI wants in the form is in no recording; it is sent those of SimpleUpdate",
        "push": "no recording of AMI firmware has HttpPushUri",
    },
)

_OPENBMC = replace(
    STANDARD,
    # rec openbmc-stock-qemu: 2.15.0-dev-686-g100c36de90, where only the first part says what is newer.
    versions={"*": (NUMBER, r"(?P<number>\d+(?:\.\d+)+)-(?P<opaque>.+)", HEX)},
    methods=("multipart", "push_apply_time", "push"),
)

_NVIDIA = replace(
    STANDARD,
    # rec GB200: GB200Nvl-24.12-8 and GB200Nvl-24.10.13 for the BMC, GB200Nvl-02.02.01 for UEFI.
    versions={
        "*": (NUMBER, HEX, r"(?P<family>[A-Z0-9]+[A-Za-z]+)-(?P<number>\d+(?:\.\d+)+)(?:-(?P<build>\d+))?"),
    },
    components=(("gpu", r"HGX_FW_GPU"), ("other", r"^HGX_"), *STANDARD.components),
    # No SimpleUpdate in either recording; CommitImage and a BMC reset follow the upload (Q-N07).
    methods=("multipart_then_commit", "multipart", "push"),
    activation={"bmc": "bmc_reset", "gpu": "ac_cycle", "*": "host_reset"},
    # PLDM devices answer only after the host restarted once with the new BMC firmware (Q-N08).
    host_reset_after_bmc=True,
)

ANSWERS: t.Mapping[str, FirmwareAnswers] = {
    "generic": STANDARD,
    "dell_idrac9": replace(_DELL, generation="idrac9"),
    # Versions start again at 1.x (Q-D23).
    "dell_idrac10": replace(_DELL, generation="idrac10"),
    "hpe_ilo5": replace(_HPE, generation="ilo5"),
    "hpe_ilo6": replace(_HPE, generation="ilo6"),
    "hpe_ilo7": replace(_HPE, generation="ilo7"),
    # Neither SimpleUpdate nor an upload address: only vendor tools (Q-S01).
    "supermicro_x10": replace(_SUPERMICRO, generation="x10", methods=()),
    "supermicro_x12": replace(_SUPERMICRO, generation="x12"),
    "supermicro_x13": replace(_SUPERMICRO, generation="x13"),
    "lenovo_xcc": _LENOVO,
    "ami_megarac": _AMI,
    "openbmc": _OPENBMC,
    "nvidia_hgx": _NVIDIA,
    "intel": replace(
        STANDARD,
        versions={"*": (NUMBER, HEX, r"(?P<number>\d+(?:\.\d+)+)\.[0-9a-f]{7,}")},
        # rec intel-s2600bpb: SimpleUpdate only.
        methods=("pull",),
    ),
}


def firmware_answers(platform: str) -> FirmwareAnswers:
    """Return the answers of a platform id; a platform without its own gets the standard ones."""
    return ANSWERS.get(platform, STANDARD)
