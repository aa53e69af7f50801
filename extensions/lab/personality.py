# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform is like, as data. Nothing in the rack asks for a vendor: it asks these tables.

Sources of the values are in the platform files; `Q-` numbers are rows of docs/rack_quirks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .accounts import Policy
from .bios import Registry
from .components import Component, UpdateHabits
from .eventlog import FIRMWARE, MANAGER, SECURITY, SYSTEM, Log
from .machine import Timing
from .oddities import Oddities

RESET_TYPES = (
    "On",
    "ForceOff",
    "GracefulShutdown",
    "GracefulRestart",
    "ForceRestart",
    "Nmi",
    "ForceOn",
    "PushPowerButton",
    "PowerCycle",
    "FullPowerCycle",
)
BOOT_TARGETS = ("None", "Pxe", "Cd", "Usb", "Hdd", "BiosSetup", "UefiShell", "UefiTarget", "UefiHttp")


@dataclass(frozen=True)
class Identity:
    """Names and ids in the tree, and the schema versions that the platform announces."""

    vendor: str | None
    product: str | None
    redfish_version: str
    manufacturer: str
    model: str
    oem: str = ""
    system: str = "1"
    manager: str = "1"
    chassis: str = "1"
    manager_model: str = ""
    manager_version: str = "{version}"
    bios_version: str = "{version}"
    sessions: str = "/redfish/v1/SessionService/Sessions"
    case_insensitive: bool = False
    schemas: Mapping[str, str] = field(default_factory=dict)
    """Type -> version where it differs from the rack's own, for example {"Bios": "v1_2_0"}."""
    protocol_features: Mapping[str, Any] | None = None
    root_oem: Mapping[str, Any] | None = None
    certificate_organisation: str = ""


@dataclass(frozen=True)
class Hardware:
    """What is in the box, for the machines of this platform."""

    processor: str = "Intel(R) Xeon(R) Gold 6430"
    processor_vendor: str = "Intel(R) Corporation"
    architecture: str = "x86"
    sockets: int = 2
    cores: int = 32
    memory_gib: int = 256
    dimms: int = 16
    nics: int = 2
    nic_vendor: str = "Broadcom"
    nic_model: str = "BCM57414 NetXtreme-E 25Gb"
    nic_speed_mbps: int = 25_000
    mac_prefix: str = "52:54:00"
    disks: int = 2
    disk_model: str = "MZ7L3960HCJR"
    disk_vendor: str = "SAMSUNG"
    disk_bytes: int = 960_197_124_096
    disk_protocol: str = "SATA"
    gpus: int = 0
    gpu_model: str = ""
    psus: int = 2
    psu_watts: int = 1400
    fans: int = 6
    serial_is_board: bool = False
    """The machine's asset key is the SKU (a service tag) and SerialNumber is the board's (Q-D31)."""


@dataclass(frozen=True)
class Power:
    """Reset types, refusals, and what the platform tells of its boot progress."""

    types: tuple[str, ...] = RESET_TYPES
    inline: bool = True
    """Allowed types stand in the action; otherwise only in its ActionInfo (Q-G42)."""
    manager_types: tuple[str, ...] = ("ForceRestart", "GracefulRestart")
    same_state: tuple[int, str] | None = None
    """Status and MessageId of "it is already so"; None: taken with success."""
    conflict: tuple[int, str] = (409, "Base.1.8.ActionParameterValueConflict")
    post_refusal: tuple[int, str] | None = None
    """Status and MessageId of writes that are refused while the host is in POST (Q-H07)."""
    shows_transition: bool = False
    boot_progress: Mapping[str, str] | None = None
    """Phase -> LastState; None: the platform has no BootProgress."""
    post_state: Mapping[str, str] | None = None
    """Phase -> Oem.Hpe.PostState."""
    progress_time: bool = True
    status: int = 204
    action_named: bool = False
    """The body of a reset may name its action too, as HPE's own tools write it."""
    timing: Timing = field(default_factory=Timing)
    last_reset_time: bool = True
    ac_cycle: str = ""
    """A vendor's own action that cuts standby power, as `Action:ResetType`; others have FullPowerCycle or nothing."""
    ac_cycle_when_off: bool = False
    restore_policy: str | None = None
    """ComputerSystem.PowerRestorePolicy; None: a BIOS attribute instead, as on Dell, HPE and Supermicro (rec)."""


@dataclass(frozen=True)
class Boot:
    """Boot override habits."""

    targets: tuple[str, ...] = BOOT_TARGETS
    enabled: tuple[str, ...] = ("Disabled", "Once", "Continuous")
    continuous: str = "kept"
    """kept, refused, or once (silently made Once, Q-G56)."""
    settings: str = ""
    """Name of a settings object of the system that takes the override, for example SD (Q-N11); empty: none."""
    settings_refuses: tuple[str, ...] = ()
    """Override properties that the settings object neither shows nor takes (Q-D40, Q-L13)."""
    read_only_override: bool = False
    """PATCH of the override on the system itself is refused (Q-D21)."""
    order_on_settings: bool = False
    """PATCH of BootOrder on the system itself is refused; its settings object takes it (Q-L13)."""
    http_uri: bool = True
    """HttpBootUri is there where UefiHttp is a target; else the URI is a BIOS attribute (Q-D40)."""
    http_needs: str = ""
    """How the name of the BIOS attribute begins without which UefiHttp is no target (Q-S12); empty: none."""
    full_triple: bool = False
    """Without Enabled the override becomes Once and without Mode it falls back to `default_mode` (Q-S08)."""
    reverts: tuple[str, ...] = ()
    """Properties that are taken with 200 and do not change (Q-S25)."""
    default_mode: str = "UEFI"
    modes: tuple[str, ...] = ("UEFI", "Legacy")
    boot_order: bool = True
    status: int = 200


@dataclass(frozen=True)
class BiosHabits:
    """Where BIOS settings live and how a PATCH of them behaves."""

    settings: str = "Settings"
    """Last part of the settings object's URI; empty: there is none."""
    path: str = ""
    """Path of the Bios resource below the system if it is not {system}/Bios (Q-G20)."""
    link_settings: bool = True
    """False: @Redfish.Settings has no SettingsObject although the resource is there (Q-A01)."""
    shape: str = "delta"
    """delta, full, absent (no Attributes key when clean), delta_then_full (Q-F02)."""
    apply_times: tuple[str, ...] | None = None
    apply_time_refused: bool = False
    """Announces apply times and refuses a PATCH with one (Q-L02)."""
    apply_time_needed: bool = False
    """Without an apply time the values stay pending through every reset (Q-D01)."""
    job: bool = False
    """An apply time makes a job, and nothing may be staged while it waits (Q-D02)."""
    validation: str = "immediate"
    """immediate: a bad value is refused; late: it is taken and reported after the reset (Q-H01)."""
    locked: str = "refused"
    """What happens to a value that a dependency locks: refused, ignored (Q-D39), stuck (Q-L20)."""
    messages: str = ""
    """Prefix of the MessageIds in @Redfish.Settings.Messages after a reset; empty: none are written."""
    tells_time: bool = False
    """Settings.Time tells when something was last applied, and Messages stay empty whatever came of it (rec XCC)."""
    factory_message: str = ""
    """A message that stands in Messages from the factory (Q-A04)."""
    settings_etag: str = ""
    status: int = 200
    answer: str = "message"
    """Body of a PATCH: message, empty, success (Q-S27), resource."""
    registry_id: str = ""
    registry_listed: str = ""
    """Id of the Registries member where it differs (Q-G09)."""
    registry_uri: str = ""
    registry_versioned: bool = False
    """The registry's id carries the version of the BIOS and follows it (Q-G11)."""
    displays_values: bool = False
    """Current values are display names and writes take them (Supermicro X13)."""
    reset_body: str = ""
    """ResetType that ResetBios wants in its body (Q-L04)."""
    reset_on_settings: bool = False
    extra_post: float = 60.0
    """Seconds that applying settings adds to POST."""
    clear_action: str = ""
    """Key of an OEM action that clears what is pending."""
    password_action: str = "ChangePassword"


@dataclass(frozen=True)
class Updates:
    """The update service: which ways in there are, and how it says where the task is."""

    simple_update: str | None = "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate"
    protocols: tuple[str, ...] = ("HTTP", "HTTPS")
    action_info: bool = False
    required: tuple[str, ...] = ()
    """Parameters that SimpleUpdate wants besides ImageURI."""
    targets: str = "any"
    """any, listed (only allowable targets), none (a Targets parameter is refused, Q-L08)."""
    http_push: str = ""
    multipart: str = ""
    form: str = ""
    max_bytes: int | None = None
    free_bytes: int = 996048896
    """Room in the store of the BMC, where it has one and shows it."""
    start_update: bool = False
    claim: bool = False
    """Pushing wants HttpPushUriTargetsBusy first (Q-L07)."""
    push_is_storage: bool = False
    """A push only stores the image: 201 with the Location to name in SimpleUpdate (Q-D15)."""
    push_apply_time: bool = False
    commit_image: tuple[str, ...] = ()
    """Inventory rows that NvidiaUpdateService.CommitImage takes as Targets; empty: there is no such action."""
    commit_required: bool = False
    """Whether CommitImage wants Targets: on DGX H100 it does, on GB200 not (rec)."""
    apply_times: tuple[str, ...] = ()
    update_component: tuple[str, ...] = ()
    preserve: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """BIOS and BMC -> the flags of UpdateParameters.Oem that this model knows; another one is refused (Q-S16)."""
    add_from_uri: bool = False
    state_oem: bool = False
    """UpdateService.Oem.Hpe.State and FlashProgressPercent (Q-H12)."""
    task_from: str = "location"
    """location, message_args (Q-S14), body (200 with a Task, Q-G71), monitor_in_body (Q-H11)."""
    status: int = 202
    habits: UpdateHabits = field(default_factory=UpdateHabits)
    components: tuple[Component, ...] = ()
    service: bool = True


@dataclass(frozen=True)
class TaskHabits:
    """How tasks are seen."""

    monitor: str = "/redfish/v1/TaskService/TaskMonitors/{id}"
    location: str = "monitor"
    """monitor, task or job: what Location names."""
    final: str = "task"
    """What a monitor answers at the end: task (200), gone (204 once and then 404, Q-G28), deleted (Q-L05)."""
    jid: bool = False
    jobs: tuple[str, ...] = ()
    """Collections below the manager that hold the same tasks as jobs."""
    keep_seconds: float | None = None
    lost_on_restart: bool = True
    words: Mapping[str, str] = field(default_factory=dict)
    """TaskState in the platform's own words."""
    percent: str = "normal"
    """normal, absent, zero."""


@dataclass(frozen=True)
class Sessions:
    """The session service."""

    timeout: float = 1800.0
    limit: int = 16
    limit_status: int = 503
    limit_message: str = "Base.1.8.SessionLimitExceeded"
    shows_timeout: bool = True


@dataclass(frozen=True)
class Etags:
    """ETags: style none, strong_hex, weak_hex8, weak_hex32, weak_decimal, weak_epoch, strong_decimal, bare, doubled,
    zero (the same for everything), empty (Q-G12)."""

    style: str = "none"
    on: tuple[str, ...] = ("*",)
    """Types that carry one; * is all."""
    required: tuple[str, ...] = ()
    """Types whose PATCH wants If-Match (428 without it)."""
    refused_on_post: bool = False
    """If-Match on an action gives 412 (Q-G13)."""
    in_header: bool = True
    in_body: bool = True


@dataclass(frozen=True)
class Words:
    """How the platform words its errors."""

    registry: str = "Base.1.8"
    texts: bool = True
    """False: MessageId and MessageArgs without a text, as HPE does."""
    ids: bool = True
    """False: messages have a text and no MessageId (Q-G16)."""
    code: str = ""
    summary: str = ""
    info_is_dict: bool = False
    """@Message.ExtendedInfo is an object, not a list (Q-G16)."""
    bad_login: str = ""
    bad_session: str = ""
    """The message of a session that is refused for its credentials, where it is another one."""
    not_acceptable_identity: bool = False
    """Accept-Encoding: identity gives 406 for registries (Q-G14)."""


@dataclass(frozen=True)
class Personality:
    """One platform. `registry` builds its BIOS attribute registry when first needed."""

    id: str
    identity: Identity
    hardware: Hardware = field(default_factory=Hardware)
    power: Power = field(default_factory=Power)
    boot: Boot = field(default_factory=Boot)
    bios: BiosHabits | None = field(default_factory=BiosHabits)
    registry: Callable[[], Registry] | None = None
    updates: Updates = field(default_factory=Updates)
    tasks: TaskHabits = field(default_factory=TaskHabits)
    sessions: Sessions = field(default_factory=Sessions)
    accounts: Policy = field(default_factory=Policy)
    etags: Etags = field(default_factory=Etags)
    words: Words = field(default_factory=Words)
    oddities: Oddities = field(default_factory=Oddities)
    username: str = "admin"
    extra_systems: tuple[str, ...] = ()
    """Systems besides the host, listed after it unless `extra_first` (Q-G46)."""
    extra_first: bool = False
    extra_managers: tuple[str, ...] = ()
    extra_chassis: tuple[str, ...] = ()
    system_id_is_serial: bool = False
    license: bool = True
    license_expired: bool = False
    lockdown: bool = False
    media_types: tuple[tuple[str, ...], ...] = (("CD", "DVD"), ("USBStick",))
    media_refuses: tuple[str, ...] = ()
    network_refused_before_os: bool = False
    """NetworkAdapters answer 400 until an operating system runs (Q-H08)."""
    logs: tuple[Log, ...] = (
        Log("manager", "Log1", "Manager Log", (MANAGER, SECURITY)),
        Log("system", "Log1", "System Log", (SYSTEM, FIRMWARE)),
    )
    subscription_refuses: tuple[str, ...] = ()
    """Properties that make the POST of an event subscription fail (Q-H20)."""
    dangling: tuple[str, ...] = ()
    """Links of the service root that lead nowhere (X10)."""
    warm_up_status: int = 503
    oem_system: Mapping[str, Any] | None = None
    oem_manager: Mapping[str, Any] | None = None
