# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ways in an update service offers, read from the resource itself; never guessed from a version.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import FirmwareAnswers

__all__ = ["METHODS", "action_of", "action_target", "offers"]

Json = t.Mapping[str, t.Any]
SIMPLE_UPDATE = "#UpdateService.SimpleUpdate"
START_UPDATE = "#UpdateService.StartUpdate"


def action_target(service: Json, name: str) -> str:
    """Return the URI of an action of the update service, or an empty text.

    It is always read, never built: AMI leaves ``UpdateService.`` out of it (Q-A03).
    """
    return str(action_of(service, name).get("target") or "")


def action_of(service: Json, name: str) -> Json:
    """Return an action of the update service, standard or OEM, or an empty mapping, also for a name that is empty."""
    if not name:
        return {}
    actions = service.get("Actions") or {}
    # HPE has them in Oem.Hpe.Actions (rec hpe-ilo6-dl380agen11).
    oem = [one.get("Actions") or {} for one in (service.get("Oem") or {}).values() if isinstance(one, dict)]
    for holder in (actions, actions.get("Oem") or {}, *oem):
        for key, action in holder.items():
            # Dell writes "DellUpdateService.v1_1_0#DellUpdateService.Install".
            if isinstance(action, dict) and key.rsplit("#", 1)[-1].endswith(name.lstrip("#")):
                return action
    return {}


def _has(*names: str) -> t.Callable[[Json], bool]:
    return lambda service: all(service.get(name) not in (None, "") for name in names)


def _acts(name: str, *properties: str) -> t.Callable[[Json], bool]:
    return lambda service: bool(action_target(service, name)) and _has(*properties)(service)


# Method -> whether the resource offers it. The order of preference is the profile's.
METHODS: t.Mapping[str, t.Callable[[Json], bool]] = {
    "pull": _acts(SIMPLE_UPDATE),
    "multipart": _has("MultipartHttpPushUri"),
    "multipart_then_start": _acts(START_UPDATE, "MultipartHttpPushUri"),
    "multipart_then_commit": _acts("CommitImage", "MultipartHttpPushUri"),
    "push": _has("HttpPushUri"),
    "push_apply_time": _has("HttpPushUri", "HttpPushUriOptions"),
    "push_then_install": _acts(SIMPLE_UPDATE, "HttpPushUri"),
    "claim_push": _has("HttpPushUri", "HttpPushUriTargetsBusy"),
    "form_upload": _has("HttpPushUri"),
}


def offers(service: Json, answers: FirmwareAnswers) -> t.Tuple[str, ...]:
    """Return the methods that the platform knows and this machine offers, best first."""
    if not service or service.get("ServiceEnabled") is False:
        return ()
    return tuple(name for name in answers.methods if METHODS[name](service))
