# SPDX-License-Identifier: GPL-3.0-or-later
"""What single machines and firmware versions do besides the habits of their platform. Nothing of it is on by itself.

`lab_habits: {oddities: {slash: required}}` gives it to a server. The rows (Q-...) are in docs/rack_quirks.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Oddities:
    """All oddities; the defaults mean that there is none."""

    # -- the protocol
    slash: str = ""
    """required: a path without a trailing slash is 404 to GET and PATCH; refused: one with it (Q-G18)."""
    page_size: int = 0
    """Collections come in pages of so many members, with Members@odata.nextLink (Q-G60)."""
    null_members: bool = False
    """An empty collection has Members null (Q-G60)."""
    expand_drops: tuple[str, ...] = ()
    """Properties that $expand leaves out of what it expands (Q-G60, AMI)."""
    lacks: tuple[str, ...] = ()
    """Properties that no resource of a type has: ComputerSystem.EthernetInterfaces (Q-G66, Q-C01), ComputerSystem.Links.ManagedBy
    (Q-G48, Q-U01), ServiceRoot.Vendor (Q-X01)."""
    slashed_links: bool = False
    """Every link ends with a slash (iLO 5 1.45)."""
    host_header: bool = False
    """A request for another name than the address is 400 (Q-G65)."""
    if_match: str = ""
    """What If-Match has to be: exact (the ETag as given), strong (without W/, Q-A02), bare (no quotes, Q-F01), star (*, Q-N12)."""
    gzip_weakens: bool = False
    """Who takes gzip is given weak ETags, and a weak one in If-Match is 412 (Q-G14)."""
    session_location: str = ""
    """Where a login says its session is: absolute (a URL), http (one with the wrong scheme), body (nowhere else, Q-G21)."""
    login_refuses_basic: bool = False
    """A login that also carries an Authorization header is 401 (Q-G23)."""
    starts_empty: bool = False
    """After a restart the service answers before it has found its systems: the collection is empty for a while (Q-G37)."""
    clock_strict: bool = False
    """A DateTime with fractions of seconds and a DateTimeLocalOffset that is so already are refused (Q-G52)."""
    zero_reset_time: bool = False
    """LastResetTime is 0000-00-00T00:00:00+00:00 (Q-G63)."""
    keep_alive: float = 75.0
    """Seconds (of the wall) after which an idle connection is cut without a word (Q-G38, Q-H22)."""

    # -- power and boot
    transition: str = ""
    """PowerState while it changes: reset, unknown ...; null for none at all (Q-G40, Q-H24)."""
    mode_needs_start: bool = False
    """Another BootSourceOverrideMode is a job that the next start carries out (Q-D20)."""
    post_refuses_reset: bool = False
    """A reset of a host in POST is refused where a write is (Q-H07)."""
    target_alone: bool = False
    """A boot target of UefiTarget is refused together with Enabled (Q-D19)."""
    refuses_same: bool = False
    """An override property with the value that it has already is refused (Q-G55)."""
    boot_needs_all: bool = False
    """An override without target, enabled and mode together is refused (Q-G55, Q-A06)."""

    stale_progress: bool = False
    """The time of BootProgress is that of 1970 (Q-G44)."""

    # -- accounts
    account_wants_password: bool = False
    """A change of RoleId or Enabled without Password is refused (Q-D30)."""

    # -- BIOS
    bios_shown_early: bool = False
    """Bios shows a new value before the job has run (Q-D04)."""
    bios_partial: bool = False
    """A PATCH with bad values is 200: the good ones are taken, messages name the others (Q-G15)."""
    bios_html: bool = False
    """The answer to a PATCH that was taken is a page of HTML (Q-G15)."""
    bios_objects: bool = False
    """Attributes are objects with current_value and default_value (Q-E01)."""
    bios_ends_off: bool = False
    """The host is off after settings were applied (Q-F04)."""
    reset_bios_body: str = ""
    """What ResetBios does not take: none (no body is 400), any (a body is 415; Q-D18)."""
    registry_location: str = ""
    """How the registry is pointed at: absolute, extref, gzip (the body is compressed and no header says so), publication
    (only at the vendor's own site; Q-G10)."""
    registry_language: str = ""
    """The only language of the registry, such as ja (Q-G09)."""
    bios_renames: tuple[str, ...] = ()
    """`Old:New`: attributes that have another name from the next BIOS version on, under another registry id (Q-G11)."""

    # -- jobs and updates
    not_ready: float = 0.0
    """Lab seconds after a start of the host or the BMC in which settings and updates are refused with SYS518 (Q-D07)."""
    task_new: float = 0.0
    """Lab seconds for which the task of an update says New, before it says that it downloads (Q-D11)."""
    tpm_override: bool = False
    """An update that does not say that it overrides the TPM is refused, as on a host that has one (Q-H11)."""
    task_appears: float = 0.0
    """Lab seconds for which a new task or job is 404 (Q-D08)."""
    task_purged: float = 0.0
    """Lab seconds after its end when a task goes; its job stays (Q-D09)."""
    monitor_never_ends: bool = False
    """The monitor says 202 although the task has ended (Q-D10)."""
    task_location: str = ""
    """How the Location of a task is written: absolute (a URL), http (one with the wrong scheme, Q-G27)."""
    task_becomes_job: bool = False
    """A task is Completed at once and its message names the job that has only begun (Q-G67)."""
    inventory_turns: bool = False
    """After each restart of the BMC the ids of the firmware inventory belong to other rows (Q-G62, Q-H14)."""

    # -- virtual media
    media_stale: bool = False
    """After an eject Inserted and ImageName stay, only Image goes (Q-G58)."""
    media_below_system: bool = False
    """VirtualMedia is a collection of the system and not of the manager (Q-G57)."""
    media_requires: tuple[str, ...] = ()
    """Parameters without which InsertMedia is refused, besides Image: TransferProtocolType, Inserted, UserName (Q-G57)."""
    eject_body: str = ""
    """What EjectMedia does not take: none (no body is 400), any (a body is 415; Q-G57)."""


WORDS = {
    "slash": ("required", "refused"),
    "if_match": ("exact", "strong", "bare", "star"),
    "session_location": ("absolute", "http", "body"),
    "reset_bios_body": ("none", "any"),
    "eject_body": ("none", "any"),
    "registry_location": ("absolute", "extref", "gzip", "publication"),
    "task_location": ("absolute", "http"),
}
"""Fields that know only some words."""
