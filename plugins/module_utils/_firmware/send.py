# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring an image into a machine: one function per method, each of which sends the image exactly once.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import (
    Takes,
    parameters_of,
    simple_update_body,
    takes_of,
    targets_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.image import Source, open_image
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import (
    SIMPLE_UPDATE,
    START_UPDATE,
    action_of,
    action_target,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import tasks
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import Answer, Load

__all__ = ["SENDERS", "Shipment", "install_stored", "start_verified"]

toolbelt = optional("requests_toolbelt")

Json = t.Dict[str, t.Any]
Fields = t.List[t.Tuple[str, t.Any]]
# Verifying an uploaded image takes seconds to a minute on the machines that do it as a task of its own (Q-S13).
VERIFY_TIMEOUT = 600.0


@dataclass(frozen=True)
class Shipment:
    """What a sender needs: the machine, its update service as read just now, the update, and a clock."""

    service: Service
    update_service: Json
    unit: Unit
    clock: Clock
    image_ca_path: str | None = None
    tpm_override: bool = False

    @property
    def answers(self) -> t.Any:
        """The platform's firmware answers."""
        return self.service.profile.firmware

    @property
    def takes(self) -> Takes:
        """What SimpleUpdate of this machine takes; of a form nothing tells."""
        return takes_of(self.service, action_of(self.update_service, SIMPLE_UPDATE))

    @property
    def parameters(self) -> Json:
        """What this platform wants besides the image."""
        return parameters_of(self.unit.row, self.answers, self.takes)

    def targets(self) -> t.List[str]:
        """The value of Targets, empty where none is to be sent."""
        return targets_of(self.unit.row, self.unit.uri, self.answers)


def pull(shipment: Shipment, image: str = "") -> Answer:
    """Tell the BMC to fetch the image: SimpleUpdate (DSP2046 UpdateService)."""
    override = action_target(shipment.update_service, shipment.answers.tpm_action) if shipment.tpm_override else ""
    if override:
        body = {"ImageURI": image or shipment.unit.row.image, "UpdateRepository": False, "UpdateTarget": True}
        return shipment.service.client.post(override, {**body, "TPMOverrideFlag": True})
    uri = action_target(shipment.update_service, SIMPLE_UPDATE)
    unit = shipment.unit
    # Whether it takes that was decided before anything was sent.
    body, _problem = simple_update_body(unit.row, unit.uri, image or unit.row.image, shipment.answers, shipment.takes)
    return shipment.service.client.post(uri, body)


def multipart(shipment: Shipment, apply_time: str = "") -> Answer:
    """Push the image and its parameters in one form (DSP0266 "Update service, multipart HTTP push")."""
    parameters: Json = {**shipment.parameters, "Targets": shipment.targets()}
    if apply_time:
        parameters["@Redfish.OperationApplyTime"] = apply_time
    uri = str(shipment.update_service["MultipartHttpPushUri"])

    def fields(source: Source) -> Fields:
        # The parameters must come first and be JSON, and the file part must have this name (Q-G31).
        return [
            ("UpdateParameters", (None, json.dumps(parameters), "application/json")),
            ("UpdateFile", (source.name, source, "application/octet-stream")),
        ]

    return _upload_form(shipment, uri, fields)


def multipart_then_start(shipment: Shipment) -> Answer:
    """Push, wait until the BMC has verified the image, and tell it to start (Q-S13)."""
    answer = multipart(shipment, apply_time="OnStartUpdateRequest")
    task = tasks.find_task(shipment.service, answer, since=shipment.clock.epoch() - VERIFY_TIMEOUT)
    if task:
        patience = Patience(VERIFY_TIMEOUT, 5.0, shipment.clock)
        seen = tasks.wait_for_task(shipment.service, task, patience)
        if seen.state == tasks.FAILED:
            raise VerificationError(
                f"the BMC did not accept {shipment.unit.row.file_name}",
                machine=shipment.service.machine,
                resource=task,
                answer=seen.says,
                hint="nothing was flashed; check that the image is for this model",
                task=seen.as_result(),
            )
    return start_verified(shipment)


def start_verified(shipment: Shipment) -> Answer:
    """Start the update whose image is on the BMC and verified already."""
    return shipment.service.client.post(action_target(shipment.update_service, START_UPDATE), {})


def push(shipment: Shipment) -> Answer:
    """Push the bare image to HttpPushUri, which may be any path, the service itself included (Q-N04)."""

    @contextlib.contextmanager
    def load() -> t.Iterator[Load]:
        # The caller's `with` ends both, which pylint does not see.
        with _open(shipment) as source:  # pylint: disable=contextmanager-generator-missing-cleanup
            yield Load(source, {"Content-Type": "application/octet-stream"}, _timeout(source))

    return shipment.service.client.upload(_push_uri(shipment), load)


def push_apply_time(shipment: Shipment) -> Answer:
    """Push the bare image with the service's apply time set to Immediate, and put that setting back (Q-N03).

    It is a setting of the service, not of the request, and would otherwise stay for whoever comes next.
    """
    options = shipment.update_service.get("HttpPushUriOptions") or {}
    before = (options.get("HttpPushUriApplyTime") or {}).get("ApplyTime")
    if before in (None, "Immediate"):
        return push(shipment)
    _set_apply_time(shipment, "Immediate")
    try:
        return push(shipment)
    finally:
        _set_apply_time(shipment, str(before))


def _set_apply_time(shipment: Shipment, apply_time: str) -> None:
    body = {"HttpPushUriOptions": {"HttpPushUriApplyTime": {"ApplyTime": apply_time}}}
    shipment.service.client.patch(_own_uri(shipment), body)


def push_then_install(shipment: Shipment) -> Answer:
    """Push the image into the BMC's store, and install it from there (Q-D15)."""
    uri = _push_uri(shipment)
    etag = shipment.service.client.get(uri, fresh=True).etag

    def fields(source: Source) -> Fields:
        return [("file", (source.name, source, "application/octet-stream"))]

    stored = _upload_form(shipment, uri, fields, lambda: {"If-Match": etag} if etag else {})
    if not stored.location:
        return stored
    return pull(shipment, stored.location)


def install_stored(shipment: Shipment) -> Answer:
    """Install an image that an earlier run brought into the BMC's store."""
    return pull(shipment, shipment.unit.stored)


def claim_push(shipment: Shipment) -> Answer:
    """Claim the upload address, push to it, and always release it (Q-L07)."""
    client, uri = shipment.service.client, _own_uri(shipment)
    client.patch(uri, {"HttpPushUriTargetsBusy": True, "HttpPushUriTargets": shipment.targets()})
    try:
        return push(shipment)
    finally:
        client.patch(uri, {"HttpPushUriTargetsBusy": False, "HttpPushUriTargets": []})


def form_upload(shipment: Shipment) -> Answer:
    """Push through the form of the BMC's web pages, which wants the session key twice (Q-H10)."""
    parameters = {"UpdateRepository": False, "UpdateTarget": True, "ETag": shipment.unit.row.sha256[:16], "Section": 0}
    if shipment.tpm_override:
        parameters.update(shipment.answers.tpm_form)

    def fields(source: Source) -> Fields:
        return [
            ("sessionKey", _session_key(shipment)),
            ("parameters", json.dumps(parameters)),
            ("file", (source.name, source, "application/octet-stream")),
        ]

    def headers() -> t.Dict[str, str]:
        return {"Cookie": f"sessionKey={_session_key(shipment)}"}

    return _upload_form(shipment, _push_uri(shipment), fields, headers)


def _session_key(shipment: Shipment) -> str:
    """Return the key of the session that is open now: it may have been renewed since the last attempt."""
    token = shipment.service.client.token
    if not token:
        raise AuthenticationError(
            "this upload needs a session, and the BMC gave none",
            machine=shipment.service.machine,
            resource=_push_uri(shipment),
            hint="the session table of the BMC may be full; try again later, or let it fetch the image from a URL",
        )
    return token


def _push_uri(shipment: Shipment) -> str:
    return str(shipment.update_service["HttpPushUri"])


def _own_uri(shipment: Shipment) -> str:
    return str(shipment.update_service.get("@odata.id") or link(shipment.service.root, "UpdateService"))


def _open(shipment: Shipment) -> t.Any:
    return open_image(shipment.unit.row.image, shipment.image_ca_path)


def _timeout(source: Source) -> float:
    """Return the seconds a slow BMC may take for this image (Q-G32)."""
    return max(120.0, 2.0 * source.size / 1e6)


def _upload_form(
    shipment: Shipment,
    uri: str,
    fields: t.Callable[[Source], Fields],
    headers: t.Callable[[], t.Mapping[str, str]] = dict,
) -> Answer:
    """Send a form whose length is known beforehand: BMCs refuse chunked uploads (Q-G31)."""
    require("requests_toolbelt")

    @contextlib.contextmanager
    def load() -> t.Iterator[Load]:
        # The caller's `with` ends both, which pylint does not see.
        with _open(shipment) as source:  # pylint: disable=contextmanager-generator-missing-cleanup
            form = toolbelt.MultipartEncoder(fields=fields(source))
            yield Load(form, {"Content-Type": form.content_type, **headers()}, _timeout(source))

    return shipment.service.client.upload(uri, load)


SENDERS: t.Mapping[str, t.Callable[[Shipment], Answer]] = {
    "pull": pull,
    "multipart": multipart,
    "multipart_then_start": multipart_then_start,
    # The commit belongs to the activation, after the task has ended (Q-N07).
    "multipart_then_commit": multipart,
    "push": push,
    "push_apply_time": push_apply_time,
    "push_then_install": push_then_install,
    "claim_push": claim_push,
    "form_upload": form_upload,
}
