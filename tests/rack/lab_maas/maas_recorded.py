# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded requests and answers of a real MAAS 3.7.3: reading them, and asking the same of the rack's MAAS.

Identifiers differ between the two, so every pair of answers is walked side by side and what stands for the same thing
is remembered; later requests are rewritten with it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from maas_bench import ADMIN, OPERATOR, Bench, Reply, signed

RECORDINGS = Path(__file__).resolve().parents[3].parent / "shared" / "maas-recordings"
NO_RECORDINGS = "the recorded answers of a MAAS are not beside the project (../shared/maas-recordings)"
OVER_LIMIT = 11 * 1024 * 1024


@dataclass(frozen=True)
class Recording:
    """One recorded exchange."""

    number: int
    name: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def status(self) -> int:
        return int(self.response["status"])

    @property
    def body(self) -> Any:
        return self.response["body"]

    @property
    def content_type(self) -> str:
        return next((value for name, value in self.response["headers"] if name == "Content-Type"), "")

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.response["headers"] if key == name), None)


def recordings() -> Iterator[Recording]:
    """Give all recordings in the order they were made."""
    for path in sorted(RECORDINGS.glob("[0-9]*.json")):
        data = json.loads(path.read_text())
        yield Recording(int(path.name[:3]), data["name"], data["request"], data["response"])


class Names:
    """What stands for what: recorded identifiers and ours, by kind of thing."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def learn(self, recorded: Any, ours: Any) -> None:
        """Walk two answers side by side and remember the identifiers found at the same places."""
        if isinstance(recorded, dict) and isinstance(ours, dict):
            kind = kind_of(recorded)
            if kind and "id" in recorded and "id" in ours:
                self._known[kind, str(recorded["id"])] = str(ours["id"])
            if recorded.get("system_id") and ours.get("system_id"):
                self._known["system", recorded["system_id"]] = ours["system_id"]
            for key in recorded.keys() & ours.keys():
                self.learn(recorded[key], ours[key])
        elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
            for left, right in zip(recorded, ours, strict=True):
                self.learn(left, right)

    def teach(self, kind: str, recorded: str, ours: str) -> None:
        self._known[kind, recorded] = ours

    def ours(self, kind: str, recorded: str) -> str:
        return self._known.get((kind, recorded), recorded)

    def system_ids(self) -> dict[str, str]:
        return {recorded: ours for (kind, recorded), ours in self._known.items() if kind == "system"}


def kind_of(thing: dict[str, Any]) -> str:
    """Tell what a JSON object is, by the keys only that kind has."""
    marks = {
        "interface": "mac_address",
        "partition": "device_id",
        "disk": "id_path",
        "results": "type_name",
        "link": "mode",
    }
    if "parallel_name" in thing:
        return "script"
    return next((kind for kind, mark in marks.items() if mark in thing), "")


SEGMENTS = {
    "machines": "system",
    "nodes": "system",
    "interfaces": "interface",
    "blockdevices": "disk",
    "partition": "partition",
    "results": "results",
}
FORM_KINDS = {
    "parents": "interface",
    "parent": "interface",
    "id": "link",
    "root_device": "disk",
    "add": "system",
    "remove": "system",
    "machines": "system",
    "nodes": "system",
    "system_id": "system",
    "source": "system",
    "destinations": "system",
}


class Replayer:
    """Send recorded requests to a bench; `bmc` rewrites recorded addresses and passwords by regular expression."""

    def __init__(self, bench: Bench, bmc: dict[str, str]) -> None:
        self.bench, self.names, self._bmc = bench, Names(), bmc
        self._first_nonce = "8f518652f3e64cf3a1054db41f133f84"

    async def send(self, recording: Recording) -> Reply:
        request = recording.request
        path = self.path(request["path"])
        if request["query"]:
            path += "?" + urlencode([(key, self._query_value(key, value)) for key, value in request["query"]])
        headers = {key: value for key, value in request["headers"].items() if key.lower() in ("content-type", "accept")}
        authorization = self._authorization(recording)
        if authorization:
            headers["Authorization"] = authorization
        data = self._data(recording)
        return await self.bench.send(request["method"], path, data=data, headers=headers, key=None)

    def path(self, path: str) -> str:
        """Rewrite the identifiers of a path."""
        parts = path.split("/")
        for position, part in enumerate(parts[:-1]):
            kind = SEGMENTS.get(part)
            if kind and parts[position + 1]:
                parts[position + 1] = self.names.ours(kind, parts[position + 1])
        return "/".join(parts)

    def _query_value(self, key: str, value: str) -> str:
        return self.names.ours("system", value) if key in ("id", "system_id") else value

    def _authorization(self, recording: Recording) -> str:
        name, given = recording.name, recording.request["headers"].get("Authorization", "")
        special = {
            "auth-bad-consumer": signed("BAD:" + ADMIN.split(":", 1)[1]),
            "auth-bad-token": signed(
                ":".join((ADMIN.partition(":")[0], "BADBADBADBADBADBAD", ADMIN.rpartition(":")[2]))
            ),
            "auth-bad-secret": signed(ADMIN.rsplit(":", 1)[0] + ":wrong"),
            "auth-old-timestamp": signed(ADMIN, timestamp=1000000000),
            "auth-future-timestamp": signed(ADMIN, timestamp=time.time() + 86400),
            "auth-nonce-first": signed(ADMIN, nonce=self._first_nonce),
            "auth-nonce-reused": signed(ADMIN, nonce=self._first_nonce),
            "auth-missing-nonce": re.sub(r', oauth_nonce="[^"]*"', "", signed(ADMIN)),
            "auth-single-quote-free-header-no-space": signed(ADMIN, separator=","),
            "auth-unescaped-ampersand-signature": signed(ADMIN).replace("%26", "&"),
        }
        if name in special:
            return special[name]
        if not given or "<" not in given or given.startswith("Bearer"):
            return str(given)
        return signed(OPERATOR if "operator" in name and name != "machine-created-by-operator" else ADMIN)

    def _data(self, recording: Recording) -> Any:
        request = recording.request
        if recording.name == "body-over-10MB":
            return b"op=deploy&user_data=" + b"A" * OVER_LIMIT
        if request["form"]:
            pairs = [(key, self._form_value(key, str(value))) for key, value in request["form"]]
            return urlencode(pairs, quote_via=quote).encode()
        raw = request["raw_body"]
        return raw.encode() if isinstance(raw, str) else None

    def _form_value(self, key: str, value: str) -> str:
        if key in FORM_KINDS:
            return self.names.ours(FORM_KINDS[key], value)
        if key == "power_parameters_node_id":
            return ""
        if key.startswith("power_parameters"):
            for recorded, ours in self._bmc.items():
                value = re.sub(recorded, ours, value)
        return value
