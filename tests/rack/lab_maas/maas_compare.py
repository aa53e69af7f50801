# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare an answer of the rack's MAAS with the recorded one: status, headers, shape, and the words of errors."""

from __future__ import annotations

import json
import re
from typing import Any

from maas_bench import Reply
from maas_recorded import Names, Recording

OPEN_KEYS = frozenset(
    {"parameters", "packages", "params", "owner_data", "workload_annotations", "files", "verbose_storage"}
)
OPTIONAL = {"links": {"ip_address", "subnet"}}
"""Keys a MAAS leaves out where there is nothing to say; an address comes and goes with the power of the machine."""
"""Objects whose keys are data, which differ between any two MAAS."""


def differences(recording: Recording, reply: Reply, names: Names) -> list[str]:
    """Say everything in which an answer is not like the recorded one; nothing when it is."""
    found = []
    if reply.status != recording.status:
        return [f"status {reply.status} instead of {recording.status}: {reply.text[:200]}"]
    ours = reply.headers.get("Content-Type", "")
    if recording.body != "" and ours != recording.content_type:
        found.append(f"content type {ours!r} instead of {recording.content_type!r}")
    for name in ("WWW-Authenticate", "Vary"):
        if recording.header(name) != reply.headers.get(name):
            found.append(f"{name} {reply.headers.get(name)!r} instead of {recording.header(name)!r}")
    allowed = recording.header("Allow")
    if allowed and set(allowed.split(", ")) != set(reply.headers.get("Allow", "").split(", ")):
        found.append(f"Allow {reply.headers.get('Allow')!r} instead of {allowed!r}")
    return found + body_differences(recording, reply, names)


def body_differences(recording: Recording, reply: Reply, names: Names) -> list[str]:
    if not recording.content_type.startswith("application/json"):
        if recording.status < 400:
            return []
        return same_text(str(recording.body), reply.text, names)
    recorded = json.loads(translated(json.dumps(parsed(recording.body)), names))
    if recording.status >= 400:
        return same_errors(recorded, reply.body, names)
    return list(shape("", recorded, reply.body))


def parsed(body: Any) -> Any:
    """Give the JSON value of a body that was recorded as text (bare scalars were)."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body


def same_text(recorded: str, ours: str, names: Names) -> list[str]:
    if normal(translated(recorded, names)) == normal(ours):
        return []
    return [f"text {ours!r} instead of {translated(recorded, names)!r}"]


def same_errors(recorded: Any, ours: Any, names: Names) -> list[str]:
    if not isinstance(recorded, dict) or not isinstance(ours, dict):
        return same_text(str(recorded), str(ours), names)
    found = []
    for field in recorded.keys() | ours.keys():
        left, right = recorded.get(field), ours.get(field)
        if normal(translated(json.dumps(left), names)) != normal(json.dumps(right)):
            found.append(f"error {field}: {right} instead of {left}")
    return found


def translated(text: str, names: Names) -> str:
    for recorded, ours in names.system_ids().items():
        text = text.replace(recorded, ours)
    return text


def normal(text: str) -> str:
    """Take out what differs between any two MAAS: times, secrets, link ids, the order and number of choices."""
    text = re.sub(r"now \d+", "now NOW", text)
    text = re.sub(r"base string: .*", "base string: SECRET", text)
    text = re.sub(r"valid settings are: .*", "valid settings are: ...", text)
    return re.sub(r"(valid id\.  It should be one of: ).*", r"\1...", text)


def shape(at: str, recorded: Any, ours: Any) -> Any:
    """Compare keys and types all the way down; a null stands for a value of any type."""
    name = at.rpartition(".")[2].removesuffix("[]")
    if recorded is None or ours is None or name in OPEN_KEYS:
        return
    if type(recorded) is not type(ours) and not both_numbers(recorded, ours):
        yield f"{at or 'body'}: {type(ours).__name__} instead of {type(recorded).__name__}"
    elif isinstance(recorded, dict):
        recorded, ours = undated(recorded), undated(ours)
        missing, extra = recorded.keys() - ours.keys(), ours.keys() - recorded.keys()
        missing, extra = missing - OPTIONAL.get(name, set()), extra - OPTIONAL.get(name, set())
        if missing or extra:
            yield f"{at or 'body'}: missing {sorted(missing)}, too many {sorted(extra)}"
        for key in recorded.keys() & ours.keys():
            yield from shape(f"{at}.{key}", recorded[key], ours[key])
    elif isinstance(recorded, list):
        if bool(recorded) != bool(ours):
            yield f"{at or 'body'}: {len(ours)} items instead of {len(recorded)}"
        elif recorded:
            yield from shape(f"{at}[]", recorded[0], ours[0])


def undated(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with days that are names, such as that of an image's version, taken out."""
    return {re.sub(r"^20\d{6}$", "DAY", key): value for key, value in body.items()}


def both_numbers(left: Any, right: Any) -> bool:
    numbers = (int, float)
    return isinstance(left, numbers) and isinstance(right, numbers) and not isinstance(left, bool)
