# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay the live state of a BMC over its tree: what a GET shows of power, settings, tasks, sessions and the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .bmc import Bmc
from .certificate import describe
from .ilo import depot
from .ilo import root as ilo_root
from .logviews import LogView
from .members import account, job, seen_tasks, session, software, stamp, task
from .secure_boot import SecureBoot
from .tree import setup
from .tree.layout import members, target
from .tree.store import Doc, collection, link

ZERO, EPOCH = "0000-00-00T00:00:00+00:00", "1970-01-01T00:00:00+00:00"


def attach(bmc: Bmc) -> None:
    """Give life to every resource that the layout names. Call once, before the first request."""
    tree, layout = bmc.tree, bmc.layout
    if not bmc.captured:
        setup.lay(bmc)
    ilo_root.attach(bmc)
    for path in layout.systems:
        tree.over(path, partial(system, bmc, path), partial(system_shows, bmc, path))
    if layout.system_settings:
        tree.over(layout.system_settings, partial(system_settings, bmc))
    for path in layout.chassis:
        tree.over(path, partial(chassis, bmc), partial(system_shows, bmc, path))
    for path in layout.managers:
        tree.over(path, partial(manager, bmc, path))
    if layout.bios:
        tree.over(layout.bios, partial(bios, bmc), partial(bios_shows, bmc))
    if layout.bios_settings:
        tree.over(layout.bios_settings, partial(bios_settings, bmc))
    for path in (layout.task_service, *layout.logs):
        tree.over(path, partial(with_time, bmc)) if path else None
    if layout.update:
        tree.over(layout.update, partial(update_service, bmc))
        depot.attach(bmc)
    for path in _certificates(bmc):
        tree.over(path, partial(certificate, bmc))
    _setup(bmc)
    _families(bmc)


def _certificates(bmc: Bmc) -> list[str]:
    """Return the paths of the BMC's own HTTPS certificate."""
    paths = [target(place) for path in bmc.layout.protocols if (place := _collection(bmc, path))]
    return [member for path in paths for member in members(bmc.tree, path)]


def _collection(bmc: Bmc, path: str) -> Any:
    return ((bmc.tree.get(path) or {}).get("HTTPS") or {}).get("Certificates")


def _setup(bmc: Bmc) -> None:
    """Give life to Secure Boot, to media that are offered to be ejected, and to vendors' own clocks."""
    habits, path = setup.of(bmc), setup.secure_boot(bmc)
    if path:
        bmc.secure_boot = SecureBoot.of(bmc.tree.get(path) or {}, habits.secure_boot_keys)
        bmc.tree.over(path, lambda doc: {**doc, **bmc.secure_boot.shown()})
    bmc.machine.media = partial(setup.image_for, bmc)
    for medium in bmc.layout.media:
        bmc.tree.over(medium, partial(media, bmc, medium))
    for other in setup.settings(bmc):
        if "DateTime" in (bmc.tree.get(other) or {}):
            bmc.tree.over(other, partial(_clocked, bmc, other))


def _clocked(bmc: Bmc, path: str, doc: Doc) -> Doc:
    return with_time(bmc, overlaid(bmc, path, doc))


def media(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    if setup.of(bmc).media_eject_when_inserted and not doc.get("Inserted"):
        (doc.get("Actions") or {}).pop("#VirtualMedia.EjectMedia", None)
    return doc


def certificate(bmc: Bmc, doc: Doc) -> Doc:
    return doc | describe(bmc.certificate) if bmc.certificate else doc


def _families(bmc: Bmc) -> None:
    layout, p = bmc.layout, bmc.p
    ids = p.identity
    _family(bmc, layout.sessions, "Session", lambda: list(bmc.sessions.sessions), partial(session, bmc))
    if layout.accounts:
        _family(bmc, layout.accounts, "ManagerAccount", lambda: list(bmc.accounts.accounts), partial(account, bmc))
    _family(bmc, layout.tasks, "Task", lambda: seen_tasks(bmc), partial(task, bmc))
    places = [f"{layout.manager}/{place}" for place in p.tasks.jobs] + (
        ["/redfish/v1/JobService/Jobs"] if p.tasks.jid else []
    )
    layout.jobs = places
    for place in places:
        _family(
            bmc,
            place,
            "Job" if "JobService" in place else f"{ids.oem}Job",
            lambda: seen_tasks(bmc, as_job=True),
            partial(job, bmc, place),
        )
    if layout.inventory and bmc.firmware.states:
        _family(
            bmc, layout.inventory, "SoftwareInventory", lambda: list(bmc.firmware.inventory()), partial(software, bmc)
        )
    for path in layout.logs:
        bmc.log_views[path] = LogView(bmc, path)
        bmc.log_views[path].attach()


def _family(bmc: Bmc, path: str, kind: str, ids: Callable[[], list[str]], member: Callable[[str], Doc | None]) -> None:
    """Make a collection whose members come and go. A collection that is there keeps its own words."""
    base = bmc.tree.get(path) or collection(path, kind, f"{kind} Collection", [])
    fixed = [one for one in base.get("Members") or [] if one.get("@odata.id") and bmc.tree.raw(one["@odata.id"])]

    def render() -> Doc:
        members = [link(f"{path.rstrip('/')}/{one}") for one in ids()]
        if kind in ("Task", "SoftwareInventory"):
            names = {one["@odata.id"] for one in members}
            members = [one for one in fixed if one["@odata.id"] not in names] + members
        return {**base, "Members": members, "Members@odata.count": len(members)}

    bmc.tree.live(path, render)
    bmc.tree.family(path, member)


def merged(doc: Doc, changes: Doc) -> Doc:
    """Lay a PATCH over a document: objects merge, everything else is replaced."""
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(doc.get(key), dict):
            merged(doc[key], value)
        else:
            doc[key] = value
    return doc


def overlaid(bmc: Bmc, path: str, doc: Doc) -> Doc:
    return merged(doc, bmc.overlay.get(bmc.tree.key(path), {}))


# -- machine ------------------------------------------------------------------------------------------------------
def system_shows(bmc: Bmc, path: str) -> object:
    """Return all of the live state that `system` (and `chassis`) make a document of."""
    machine, laid = bmc.machine, repr(bmc.overlay.get(bmc.tree.key(path)))
    return machine.power_state, machine.phase, machine.override, bmc.last_reset, bmc.firmware.version("bios"), laid


def system(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    doc["PowerState"] = bmc.power_state()
    if path != bmc.layout.host:
        return doc
    power, machine = bmc.p.power, bmc.machine
    version = bmc.firmware.version("bios")
    if version:
        doc["BiosVersion"] = bmc.p.identity.bios_version.format(version=version)
    if isinstance(doc.get("Boot"), dict):
        doc["Boot"] = boot(bmc, doc["Boot"])
    if power.last_reset_time:
        doc["LastResetTime"] = ZERO if bmc.p.oddities.zero_reset_time else stamp(bmc.last_reset)
    if power.boot_progress is not None:
        doc["BootProgress"] = _progress(bmc)
    else:
        doc.pop("BootProgress", None)
    if power.post_state is not None:
        oem = doc.setdefault("Oem", {}).setdefault(bmc.p.identity.oem, {})
        off = machine.power_state == "Off"
        oem["PostState"] = power.post_state["off" if off else machine.phase]
    return doc


def _progress(bmc: Bmc) -> Doc:
    power, machine = bmc.p.power, bmc.machine
    assert power.boot_progress is not None
    state = power.boot_progress.get(machine.phase, "None") if machine.is_on else "None"
    body: Doc = {"LastState": state}
    if power.progress_time:
        body["LastStateTime"] = EPOCH if bmc.p.oddities.stale_progress else stamp(bmc.last_reset)
    return body


TARGETS = "BootSourceOverrideTarget@Redfish.AllowableValues"


def boot(bmc: Bmc, body: Doc) -> Doc:
    override = bmc.machine.override
    body["BootSourceOverrideEnabled"] = override.enabled
    body["BootSourceOverrideTarget"] = override.target
    body["BootSourceOverrideMode"] = override.mode
    if "UefiTargetBootSourceOverride" in body:
        body["UefiTargetBootSourceOverride"] = override.uefi_target or None
    offered = body.get(TARGETS)
    if offered and not _http_offered(bmc):
        body[TARGETS] = [one for one in offered if one != "UefiHttp"]
    if "HttpBootUri" in body:
        body["HttpBootUri"] = override.http_uri or None
    return body


def _http_offered(bmc: Bmc) -> bool:
    """Say whether the BIOS lets the host start over HTTP, where that has to be switched on first (Q-S12)."""
    stem, values = bmc.p.boot.http_needs, bmc.bios.current if bmc.bios else {}
    return not stem or any(name.startswith(stem) and str(value)[:6] == "Enable" for name, value in values.items())


def system_settings(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, bmc.layout.system_settings, doc)
    if isinstance(doc.get("Boot"), dict):
        shown, hidden = boot(bmc, doc["Boot"]), bmc.p.boot.settings_refuses
        doc["Boot"] = {key: value for key, value in shown.items() if key.partition("@")[0] not in hidden}
    return doc


def chassis(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, doc.get("@odata.id", ""), doc)
    if "PowerState" in doc:
        doc["PowerState"] = bmc.power_state()
    return doc


def manager(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    with_time(bmc, doc)
    if path == bmc.layout.manager:
        version = bmc.firmware.version("bmc")
        if version:
            doc["FirmwareVersion"] = bmc.p.identity.manager_version.format(version=version)
        doc["LastResetTime"] = ZERO if bmc.p.oddities.zero_reset_time else stamp(bmc.bmc_started)
    return doc


def with_time(bmc: Bmc, doc: Doc) -> Doc:
    if "DateTime" in doc:
        doc["DateTime"] = stamp(bmc.now())
        doc["DateTimeLocalOffset"] = "+00:00" if "DateTimeLocalOffset" in doc else None
        if doc["DateTimeLocalOffset"] is None:
            del doc["DateTimeLocalOffset"]
    return doc


# -- BIOS ---------------------------------------------------------------------------------------------------------
def bios_shows(bmc: Bmc) -> object:
    """Return all of the live state that `bios` makes a document of."""
    told = bmc.staging.applied_at, bmc.bmc_started, list(bmc.staging.messages), bmc.registry_id
    early = dict(bmc.bios.pending) if bmc.bios and bmc.p.oddities.bios_shown_early else None
    return (dict(bmc.bios.current), early, bmc.bios.defaults_pending, *told) if bmc.bios else told


def bios(bmc: Bmc, doc: Doc) -> Doc:
    _name_registry(bmc, doc)
    if bmc.bios is not None:
        odd = bmc.p.oddities
        doc["Attributes"] = bmc.bios.future() if odd.bios_shown_early else dict(bmc.bios.current)
        if odd.bios_objects:
            doc["Attributes"] = {name: _as_object(bmc, name, value) for name, value in doc["Attributes"].items()}
    settings = doc.get("@Redfish.Settings")
    if isinstance(settings, dict):
        _settings_words(bmc, settings)
    if "ResetBiosToDefaultsPending" in doc and bmc.bios is not None:
        doc["ResetBiosToDefaultsPending"] = bmc.bios.defaults_pending
    return doc


def _name_registry(bmc: Bmc, doc: Doc) -> None:
    if bmc.registry_id and "AttributeRegistry" in doc:
        doc["AttributeRegistry"] = bmc.registry_id


def _as_object(bmc: Bmc, name: str, value: Any) -> Doc:
    """Show an attribute as Cray EX does (Q-E01)."""
    row = bmc.bios.registry.attributes.get(name) if bmc.bios else None
    values = [one for one, _shown in row.values] if row else []
    return {"current_value": value, "default_value": row.default if row else None, "AllowableValues": values}


def _settings_words(bmc: Bmc, settings: Doc) -> None:
    habits = bmc.habits
    if habits.messages:
        settings["Messages"] = list(bmc.staging.messages)
        settings["ETag"] = (
            habits.settings_etag if bmc.staging.applied_at is None else f"{len(bmc.staging.messages):08X}"
        )
        if bmc.staging.applied_at is not None:
            settings["Time"] = stamp(bmc.staging.applied_at)
    elif habits.tells_time:
        settings["Messages"] = []
        settings["Time"] = stamp(bmc.staging.applied_at or bmc.bmc_started)
    elif habits.factory_message:
        settings["Messages"] = [{"MessageId": habits.factory_message}]
        settings["ETag"] = "Dummyetag"


def bios_settings(bmc: Bmc, doc: Doc) -> Doc:
    """Render the pending resource in the platform's shape (Q-G03)."""
    _name_registry(bmc, doc)
    state, shape = bmc.bios, bmc.habits.shape
    if state is None:
        return doc
    writable = {
        name: value
        for name, value in state.future().items()
        if (row := state.registry.attributes.get(name)) is None or not row.read_only
    }
    if shape == "full":
        doc["Attributes"] = state.future()
    elif shape == "delta_then_full":
        doc["Attributes"] = dict(state.pending) or writable
    elif shape == "absent" and not state.pending:
        doc.pop("Attributes", None)
    else:
        doc["Attributes"] = dict(state.pending)
    return doc


# -- update service -----------------------------------------------------------------------------------------------
def update_service(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, bmc.layout.update, doc)
    if bmc.p.updates.state_oem:
        oem = doc.setdefault("Oem", {}).setdefault(bmc.p.identity.oem, {})
        oem["State"], oem["FlashProgressPercent"] = bmc.firmware.phase, bmc.firmware.percent
    return doc
