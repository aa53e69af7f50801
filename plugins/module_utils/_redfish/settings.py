# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The BIOS resource and its settings object: what is, what waits, and how to ask for a change.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import (
    Answer,
    Message,
    parse_messages,
)

__all__ = ["BiosResource", "apply_time_for", "read_bios", "stage"]

Json = t.Dict[str, t.Any]
APPLY_TIME = "@Redfish.SettingsApplyTime"


@dataclass(frozen=True)
class BiosResource:
    """BIOS settings as one machine shows them.

    ``pending``  values that wait for a reset: those of the settings object that differ from the current ones. That
                 holds for all shapes seen: only the changes, a full copy, no Attributes key at all, or first the one
                 and then the other (Q-G03, Q-F02).
    ``staged``   the values of the settings object as it shows them, also those that are current (Q-D04).
    ``defaults_pending`` whether a reset to defaults waits, on machines that show it.
    ``messages`` what became of the last change (``@Redfish.Settings.Messages``), ``time`` when that was; both may be
                 absent for a machine that was never changed over Redfish (Q-H03), or as old as 1970.
    """

    uri: str
    settings_uri: str
    current: Json
    pending: Json = field(default_factory=dict)
    staged: Json = field(default_factory=dict)
    apply_times: t.Tuple[str, ...] = ()
    registry: str | None = None
    messages: t.Tuple[Message, ...] = ()
    time: str | None = None
    actions: Json = field(default_factory=dict)
    defaults_pending: bool = False

    def value_after_reset(self, name: str) -> t.Any:
        """Return the value an attribute will have when what waits has been applied."""
        return self.pending.get(name, self.current.get(name))


def read_bios(service: Service) -> BiosResource:
    """Read current and waiting BIOS settings.

    :raises NotSupportedError: when the machine has none over Redfish, with what to use instead.
    """
    uri = link(service.system, "Bios")
    answers = service.profile.bios
    if not uri or not answers.supported:
        raise NotSupportedError(
            "BIOS settings are not available over Redfish on this machine",
            machine=service.machine,
            resource=uri or service.system_uri,
            hint=answers.why_not or None,
            platform=service.profile.name,
        )
    bios = service.get(uri)
    current = bios.get("Attributes")
    if not isinstance(current, dict):
        raise NotSupportedError(
            "the BIOS resource has no attributes",
            machine=service.machine,
            resource=uri,
            hint=answers.why_not or "a licence for out-of-band BIOS management may be missing",
        )
    annotation = bios.get("@Redfish.Settings") or {}
    settings_uri, settings = _settings_object(service, uri, annotation)
    waiting = settings.get("Attributes") or {}
    return BiosResource(
        uri=uri,
        settings_uri=settings_uri,
        current=current,
        pending={name: value for name, value in waiting.items() if current.get(name) != value},
        staged=dict(waiting),
        apply_times=_apply_times(annotation, settings),
        registry=bios.get("AttributeRegistry") or None,
        messages=parse_messages({"@Message.ExtendedInfo": annotation.get("Messages") or []}),
        time=annotation.get("Time") or None,
        actions={**(settings.get("Actions") or {}), **(bios.get("Actions") or {})},
        defaults_pending=bios.get("ResetBiosToDefaultsPending") is True,
    )


def _settings_object(service: Service, uri: str, annotation: Json) -> tuple[str, Json]:
    """Return the settings object and its URI: the linked one, or the first that exists where none is linked."""
    linked = link(annotation, "SettingsObject")
    if linked:
        return linked, service.get(linked)
    for name in service.profile.bios.settings:
        probe = f"{uri.rstrip('/')}/{name}"
        body = service.get_or_none(probe)
        if body is not None:
            return probe, body
    return "", {}


def _apply_times(annotation: Json, settings: Json) -> tuple[str, ...]:
    stated = annotation.get("SupportedApplyTimes") or []
    on_settings = settings.get("@Redfish.SettingsApplyTime") or {}
    stated = stated or on_settings.get("ApplyTime@Redfish.AllowableValues") or []
    return tuple(map(str, stated))


def apply_time_for(service: Service, bios: BiosResource) -> str | None:
    """Return the apply time to send with a change, or None where it must not or need not be sent."""
    rule = service.profile.bios.apply_time
    if rule == "never" or (rule == "advertised" and "OnReset" not in bios.apply_times):
        return None
    return "OnReset"


def stage(service: Service, bios: BiosResource, attributes: t.Mapping[str, t.Any]) -> Answer:
    """Ask for a change of BIOS settings at the next reset, in one PATCH: a second one may replace the first (Q-G69).

    Read back afterwards: attributes may have been ignored without a word.

    :raises NotSupportedError: when the machine has no settings object.
    :raises OutcomeUnknown: when the answer was lost; the settings object tells whether it was taken.
    """
    if not bios.settings_uri:
        raise NotSupportedError(
            "the BIOS resource has no settings object to write to", machine=service.machine, resource=bios.uri
        )
    apply_time = apply_time_for(service, bios)
    body: Json = {"Attributes": dict(attributes)}
    timeout = max(service.profile.bios.patch_timeout, service.client.target.timeout)
    if apply_time is None:
        return service.client.patch(bios.settings_uri, body, timeout=timeout)
    try:
        return service.client.patch(bios.settings_uri, {**body, APPLY_TIME: {"ApplyTime": apply_time}}, timeout=timeout)
    except ConfigurationError as exc:
        # Announced and yet unknown to it (Q-G04); refused whole, so nothing was changed.
        if not _is_about_apply_time(exc):
            raise
        return service.client.patch(bios.settings_uri, body, timeout=timeout)


def _is_about_apply_time(refusal: ConfigurationError) -> bool:
    told = " ".join(item["text"] for item in refusal.facts.get("messages", ()))
    return "PropertyUnknown" in refusal.facts.get("message_ids", ()) and "ApplyTime" in told
