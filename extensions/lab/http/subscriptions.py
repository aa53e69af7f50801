# SPDX-License-Identifier: GPL-3.0-or-later
"""Event subscriptions: made, deleted, and tried out."""

from __future__ import annotations

import re

from ..bmc import Bmc
from ..eventlog import MANAGER
from ..tree.site import SCHEMAS
from ..tree.store import Doc, link
from .call import Answer, Call
from .messages import error


def subscribe(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST an event subscription; what the BMC writes down from now on is sent there."""
    body = call.json()
    for key in bmc.p.subscription_refuses:
        if key in body:
            raise error(400, "PropertyUnknown", key)
    for key in ("Destination", "Protocol"):
        if not isinstance(body.get(key), str):
            raise error(400, "PropertyMissing", key)
    if body["Protocol"] not in ("Redfish", "SNMPv1", "SNMPv2c", "SNMPv3", "SMTP", "SyslogTLS", "Kafka"):
        raise error(400, "PropertyValueNotInList", body["Protocol"], "Protocol")
    if not re.match(r"https?://", body["Destination"]):
        raise error(400, "PropertyValueFormatError", body["Destination"], "Destination")
    members = (bmc.tree.get(path) or {}).get("Members") or []
    number = max((int(one["@odata.id"].rpartition("/")[2]) for one in members), default=0) + 1
    place = f"{path.rstrip('/')}/{number}"
    doc = {
        "@odata.id": place,
        "@odata.type": f"#EventDestination.{SCHEMAS['EventDestination']}.EventDestination",
        "Id": str(number),
        "Name": f"Subscription {number}",
        "Destination": body["Destination"],
        "Protocol": body["Protocol"],
        "Context": body.get("Context", ""),
        "SubscriptionType": "RedfishEvent",
        "EventFormatType": body.get("EventFormatType", "Event"),
    }
    bmc.tree.put(place, doc)
    bmc.subscriptions[bmc.tree.key(place)] = doc
    _list(bmc, path, [*members, link(place)])
    return Answer(201, doc, headers={"Location": place})


def unsubscribe(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE an event subscription."""
    parent = path.rstrip("/").rpartition("/")[0]
    if bmc.tree.raw(path) is None:
        raise error(404, "ResourceMissingAtURI", path)
    bmc.tree.remove(path)
    bmc.subscriptions.pop(bmc.tree.key(path), None)
    members = (bmc.tree.get(parent) or {}).get("Members") or []
    _list(bmc, parent, [one for one in members if bmc.tree.key(one["@odata.id"]) != bmc.tree.key(path)])
    return Answer(204)


def _list(bmc: Bmc, path: str, members: list[Doc]) -> None:
    bmc.tree.put(path, (bmc.tree.get(path) or {}) | {"Members": members, "Members@odata.count": len(members)})


def submit_test(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST EventService.SubmitTestEvent: an event to everyone, and an entry in the logs."""
    body = call.json()
    message_id = body.get("MessageId")
    if not isinstance(message_id, str) or not message_id:
        raise error(400, "ActionParameterMissing", "EventService.SubmitTestEvent", "MessageId")
    severity = body.get("Severity") or body.get("MessageSeverity") or "OK"
    bmc.log.write(MANAGER, str(severity), str(body.get("Message") or "This is a test event."), message_id)
    return Answer(204)
