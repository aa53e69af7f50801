# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual media: an image from a web server or a share, as a drive of the host. The door virtual_media.

Source: DSP0268 VirtualMedia (InsertMedia, EjectMedia; PATCH of Image where a BMC has no actions).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import server_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

__all__ = ["OPTIONS", "CurrentMedia", "Drive", "WantedMedia", "apply", "decide", "read", "report", "verify", "wanted"]

Json = t.Dict[str, t.Any]

TYPES = {"cd": "CD", "dvd": "DVD", "usb": "USBStick", "floppy": "Floppy"}
OPTIONS = BMC_OPTIONS + Options(
    spec={
        "state": {"type": "str", "choices": ["inserted", "ejected"], "default": "inserted"},
        "image": {"type": "str"},
        "media_type": {"type": "str", "choices": list(TYPES), "default": "cd"},
        "drive": {"type": "str"},
        "write_protected": {"type": "bool", "default": True},
        "image_username": {"type": "str"},
        "image_password": {"type": "str", "no_log": True},
    },
    required_if=(("state", "inserted", ("image",)),),
    required_together=(("image_username", "image_password"),),
)
# TransferProtocolType (DSP0268) by the scheme of an URL; sent to BMCs that ask for it.
PROTOCOLS = {
    "http": "HTTP",
    "https": "HTTPS",
    "nfs": "NFS",
    "cifs": "CIFS",
    "smb": "CIFS",
    "ftp": "FTP",
    "tftp": "TFTP",
}
INSERT, EJECT = "#VirtualMedia.InsertMedia", "#VirtualMedia.EjectMedia"
# Images are shown late by some BMCs (Q-G57); what the image server is asked meanwhile takes its time too.
SHOWN_WITHIN, SHOWN_PAUSE = 90.0, 5.0


@dataclass(frozen=True)
class WantedMedia:
    """The options of the door; ``media_type`` in Redfish's words."""

    state: str
    image: str = ""
    media_type: str = "CD"
    drive: str | None = None
    write_protected: bool = True
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Drive:
    """A virtual drive; ``image`` is empty when nothing is in. ``insert`` and ``eject`` are the actions' targets."""

    uri: str
    id: str
    types: t.Tuple[str, ...] = ()
    image: str = ""
    write_protected: bool | None = None
    insert: str = ""
    eject: str = ""


@dataclass(frozen=True)
class CurrentMedia:
    """All drives, whether the host is on, and parameters that the platform's InsertMedia refuses.

    ``boots`` is how many of the drives a host can be started from, the first ones; 0: all.
    """

    drives: t.Tuple[Drive, ...]
    host_is_on: bool = False
    without: t.Tuple[str, ...] = ()
    boots: int = 0
    machine: str = ""
    server: t.Mapping[str, t.Any] = field(default_factory=dict)


def wanted(params: Params) -> WantedMedia:
    """Take the options of the door.

    :raises ConfigurationError: for an image that is no URL, or one with credentials in it.
    """
    image = params.get("image") or ""
    problem = _problem(image) if image else ""
    if problem:
        raise ConfigurationError(problem, machine=params["bmc_host"], resource="image")
    return WantedMedia(
        state=params["state"],
        image=image,
        media_type=TYPES[params["media_type"]],
        drive=params.get("drive"),
        write_protected=params["write_protected"],
        username=params.get("image_username"),
        password=params.get("image_password"),
    )


def _problem(image: str) -> str:
    parts = urlsplit(image)
    if "@" in parts.netloc:
        # Not repeated in the message: it holds a password.
        return "image has credentials in it; give image_username and image_password instead, which are never shown"
    if parts.scheme.lower() not in PROTOCOLS or not parts.netloc:
        return f"image is not an URL that BMCs know; it has to start with one of {', '.join(PROTOCOLS)}, and ://"
    return ""


def shown(image: str) -> str:
    """Return an image's URL without what may be secret in it: credentials and the query of a signed URL."""
    parts = urlsplit(image)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def same_image(one: str, other: str) -> bool:
    """Whether two URLs name one image; BMCs drop scheme and query, and write hosts in their own case."""

    def plain(url: str) -> str:
        host, slash, path = shown(url).rpartition("://")[2].partition("/")
        return f"{host.lower()}{slash}{path}"

    return plain(one) == plain(other)


def read(service: Service, wanted: WantedMedia) -> CurrentMedia:
    """Read all drives: below the system, as newer BMCs have them, else below the manager (Q-G57)."""
    drives: tuple[Drive, ...] = ()
    for owner in (service.system, service.manager):
        collection = link(owner, "VirtualMedia")
        if collection and not drives:
            drives = tuple(_drive(uri, service.get(uri)) for uri in members(service.client, collection))
    skip = service.profile.setup.media_skip
    return CurrentMedia(
        drives=tuple(drive for drive in drives if not (skip and re.search(skip, drive.id))),
        host_is_on=service.system.get("PowerState") == "On",
        without=service.profile.setup.media_without,
        boots=service.profile.setup.media_boots,
        machine=service.machine,
        server=server_of(service),
    )


def _drive(uri: str, body: Json) -> Drive:
    actions = body.get("Actions") or {}
    # Inserted and ImageName may stay after an eject (Q-G58), so the image decides.
    return Drive(
        uri=uri,
        id=str(body.get("Id") or uri.rstrip("/").rsplit("/", 1)[-1]),
        types=tuple(map(str, body.get("MediaTypes") or ())),
        image=str(body.get("Image") or "") if body.get("Inserted") is not False else "",
        write_protected=body.get("WriteProtected"),
        insert=str((actions.get(INSERT) or {}).get("target") or ""),
        eject=str((actions.get(EJECT) or {}).get("target") or ""),
    )


def decide(wanted: WantedMedia, current: CurrentMedia) -> Plan:
    """Choose the drive and say what to do with it.

    :raises NotSupportedError: when there is no drive for it, naming those there are.
    """
    drive = choose(wanted, current)
    before = _state(drive.image, drive.write_protected)
    if wanted.state == "ejected":
        if not drive.image:
            return Plan(before=before, after=before, reason="nothing is inserted", facts={"drive": drive})
        after = _state("", None)
        return Plan((_eject(drive),), before, after, warnings=_warnings(current), facts={"drive": drive})
    after = _state(wanted.image, wanted.write_protected)
    if (
        drive.image
        and same_image(drive.image, wanted.image)
        and drive.write_protected in (wanted.write_protected, None)
    ):
        return Plan(before=before, after=before, reason="already inserted", facts={"drive": drive})
    text = f"insert {shown(wanted.image)} into drive {drive.id}{' read-only' if wanted.write_protected else ''}"
    insert = Step(
        "insert", text, resource=drive.uri, payload={"action": drive.insert, "bodies": bodies(wanted, current)}
    )
    steps = (_eject(drive), insert) if drive.image else (insert,)
    warnings = (*(_warnings(current) if drive.image else ()), *_no_start(drive, current))
    return Plan(steps, before, after, warnings=warnings, facts={"drive": drive})


def choose(wanted: WantedMedia, current: CurrentMedia) -> Drive:
    """Return the drive: the one that is named, the one that has the image, a free one of the type, or any of it."""
    ids = ", ".join(f"{drive.id} ({' '.join(drive.types)})" for drive in current.drives) or "none"
    if wanted.drive is not None:
        named = [drive for drive in current.drives if drive.id.lower() == wanted.drive.lower()]
        if named:
            return named[0]
        guess = near(wanted.drive, [drive.id for drive in current.drives])
        hint = f"did you mean {' or '.join(guess)}?" if guess else None
        text = f"the BMC has no virtual drive {wanted.drive}; it has {ids}"
        raise NotSupportedError(text, machine=current.machine, hint=hint)
    # An image is there to start a host from it: where only the first drives do that, it goes into them.
    usable = current.drives[: current.boots or None] if wanted.state == "inserted" else current.drives
    fitting = [drive for drive in usable if wanted.media_type in drive.types]
    if not fitting:
        raise NotSupportedError(
            f"the BMC has no virtual drive for a {wanted.media_type}; it has {ids}",
            machine=current.machine,
            hint="virtual media may need a licence" if not current.drives else None,
        )
    if wanted.state == "ejected" and not wanted.image:
        return next((drive for drive in fitting if drive.image), fitting[0])
    holding = [drive for drive in fitting if drive.image and same_image(drive.image, wanted.image)]
    free = [drive for drive in fitting if not drive.image]
    # To eject an image that is nowhere is nothing to do.
    return (holding or free or fitting)[0]


def bodies(wanted: WantedMedia, current: CurrentMedia) -> list[Json]:
    """Return what to send, best first: all, without what some refuse, with the protocol that some ask for (Q-G57)."""
    least: Json = {"Image": wanted.image}
    full = {**least, "Inserted": True, "WriteProtected": wanted.write_protected}
    full = {key: value for key, value in full.items() if key not in current.without}
    transfer = {"TransferProtocolType": PROTOCOLS[urlsplit(wanted.image).scheme.lower()], "TransferMethod": "Stream"}
    ladder = [full, least, {**least, **transfer}, {**full, **transfer}]
    if not wanted.username:  # DGX H100 wants an account also where there is none
        ladder.append({**full, **transfer, "UserName": "none", "Password": "none"})
    return [body for place, body in enumerate(ladder) if body not in ladder[:place]]


def _state(image: str, write_protected: bool | None) -> Json:
    state: Json = {"inserted": bool(image), "image": shown(image)}
    if image:
        state["write_protected"] = write_protected
    return state


def _eject(drive: Drive) -> Step:
    text = f"eject {shown(drive.image)} from drive {drive.id}"
    return Step("eject", text, resource=drive.uri, payload={"action": drive.eject})


def _warnings(current: CurrentMedia) -> tuple[str, ...]:
    if not current.host_is_on:
        return ()
    return (f"{current.machine}: the host is on; a system that runs from the image loses it (Q-G59)",)


def _no_start(drive: Drive, current: CurrentMedia) -> tuple[str, ...]:
    if not current.boots or drive in current.drives[: current.boots]:
        return ()
    names = ", ".join(one.id for one in current.drives[: current.boots])
    return (
        f"{current.machine}: a host of this platform is not started from drive {drive.id}, only from {names} (Q-D24)",
    )


def apply(service: Service, record: StepRecord, run: Run) -> Json:
    """Eject or insert. When an answer is lost, what is in the drive afterwards tells whether it was done."""
    try:
        (_apply_eject if record.step.name == "eject" else _apply_insert)(service, record.step, run.wanted)
    except OutcomeUnknown:
        _wait_for(service, record.step, run)
        return {"reconciled": True}
    if record.step.name == "eject":
        _wait_for(service, record.step, run)
    return {}


def _apply_eject(service: Service, step: Step, wanted: WantedMedia) -> None:
    if not step.payload["action"]:
        service.client.patch(step.resource, {"Image": None, "Inserted": False})
        return
    try:
        service.client.post(step.payload["action"], {})
    except ConfigurationError:  # some want no body at all
        service.client.post(step.payload["action"])


def _apply_insert(service: Service, step: Step, wanted: WantedMedia) -> None:
    """Climb down the ladder of bodies; each rung only after a refusal, which changed nothing."""
    secret = {"UserName": wanted.username, "Password": wanted.password} if wanted.username else {}
    action, refused = step.payload["action"], None
    for body in step.payload["bodies"]:
        try:
            if action:
                service.client.post(action, {**body, **secret})
            else:
                service.client.patch(step.resource, {**body, **secret})
            return
        except ConfigurationError as exc:
            refused = refused or exc
    raise refused or NotSupportedError("nothing to send", machine=service.machine)


def _wait_for(service: Service, step: Step, run: Run) -> Drive:
    """Wait until the drive is empty (after an eject) or holds the wanted image."""
    image = "" if step.name == "eject" else run.wanted.image

    def done(drive: Drive) -> bool:
        return same_image(drive.image, image) if image else not drive.image

    return wait_until(
        lambda: _drive(step.resource, service.get(step.resource)),
        done,
        Patience(SHOWN_WITHIN, SHOWN_PAUSE, service.client.clock),
        what=f"{shown(image)} to be in the drive" if image else "the drive to be empty",
        describe=lambda drive: {"image": shown(drive.image)},
        tolerate=(NetworkError,),
        machine=service.machine,
        resource=step.resource,
    )


def verify(service: Service, run: Run) -> t.Any:
    """Read the drive until it shows what was asked for.

    :raises VerificationError: when it does not, or is not as write-protected as wanted.
    """
    step = run.plan.steps[-1]
    try:
        drive = _wait_for(service, step, run)
    except WaitTimeout as exc:
        hint = "check that the BMC reaches the image server, and the log of the BMC"
        raise VerificationError(
            f"the BMC took the request, and {exc.message}", machine=service.machine, resource=step.resource, hint=hint
        ) from exc
    after = _state(drive.image, drive.write_protected)
    protected = after.get("write_protected")
    if step.name == "insert" and protected is not None and protected != run.wanted.write_protected:
        raise VerificationError(
            f"the image is in, and write_protected is {protected}",
            machine=service.machine,
            resource=step.resource,
            hint="this BMC does not let it be chosen; set write_protected to what it does",
            after=after,
        )
    return after


def report(run: Run) -> Json:
    """Return the result keys of the door and what the audit keeps; URLs without credentials and queries."""
    before, after = run.plan.before, run.after or run.plan.after
    drive: Drive = run.plan.facts["drive"]
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "applied"
    change = {"setting": f"virtual drive {drive.id}", "before": before["image"], "wanted": run.plan.after["image"]}
    row = {**change, "after": None if run.error else after["image"], "outcome": outcome}
    return {
        "drive": drive.id,
        "before": before,
        "after": after,
        "audit": {"server": dict(run.current.server), "bmc_changes": [row] if run.plan.changes else []},
    }
