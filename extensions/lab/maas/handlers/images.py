# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for boot resources: what has been synced or uploaded and can be deployed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..params import required_fields
from ..refusals import NotFound, Refusal
from ..wire import NO_CONTENT, Answer, Call, Router


def register(router: Router) -> None:
    """Add the operations to the router."""
    images = router.resource("boot-resources/")
    images.on("GET")(list_images)
    images.on("POST", admin=True)(create)
    images.on("GET", "is_importing")(lambda call: False)
    images.on("POST", "import", admin=True)(lambda call: _started("Import of boot resources started"))
    images.on("POST", "stop_import", admin=True)(lambda call: _started("Import of boot resources is being stopped"))
    image = router.resource("boot-resources/{id}/")
    image.on("GET")(read)
    image.on("DELETE", admin=True)(delete)
    upload = router.resource("boot-resources/{id}/upload/{file}/")
    upload.on("PUT", admin=True)(upload_chunk)
    router.resource("boot-sources/").on("GET")(lambda call: [])


def _started(text: str) -> Answer:
    return Answer(text, content_type="text/plain; charset=utf-8")


def list_images(call: Call) -> list[dict[str, Any]]:
    wanted = call.query.text("type")
    if wanted and wanted not in ("synced", "uploaded"):
        raise Refusal(400, f"'{wanted}' is not a valid boot resource type.")
    return [_shown(item) for item in call.region.boot_resources if not wanted or item["type"].lower() == wanted]


def read(call: Call) -> dict[str, Any]:
    item = _find(call)
    sets = item.get("_sets") or {"20260801": _synced_set(item)}
    return {**_shown(item), "sets": sets}


def create(call: Call) -> Answer:
    """Register an uploaded image; ``custom/NAME`` is stored as ``NAME``."""
    data = call.data
    required_fields(data, "name", "architecture", "sha256", "size")
    region = call.region
    number = max((item["id"] for item in region.boot_resources), default=0) + 1
    file = {
        "filename": "root-dd.gz",
        "filetype": "root-dd.gz",
        "sha256": data.text("sha256"),
        "filename_on_disk": data.text("sha256")[:7],
        "size": int(data.text("size")),
        "complete": False,
        "progress": 0.0,
        "upload_uri": f"/MAAS/api/2.0/boot-resources/{number}/upload/{number + 20}/",
    }
    stamp = region.now().strftime("%Y%m%d")
    held = {"version": stamp, "label": "uploaded", "size": file["size"], "complete": False, "progress": 0.0}
    made = {
        "id": number,
        "type": "Uploaded",
        "name": data.text("name").removeprefix("custom/"),
        "architecture": data.text("architecture"),
        "resource_uri": f"/MAAS/api/2.0/boot-resources/{number}/",
        "last_deployed": None,
        "subarches": "generic",
        "title": data.text("title") or data.text("name"),
        "base_image": data.text("base_image") or "ubuntu/noble",
        "_sets": {stamp: {**held, "files": {"root-dd.gz": file}}},
    }
    region.boot_resources.append(made)
    body = json.dumps({**_shown(made), "sets": made["_sets"]})
    return Answer(body, status=201, content_type="application/json; charset=utf-8")


def upload_chunk(call: Call) -> Answer:
    """Take the next piece of an image; the last one completes it when the checksum is right."""
    item = _find(call)
    held = next(iter(item.get("_sets", {}).values()), None)
    if held is None or held["complete"]:
        raise Refusal(400, "BootResourceFile is already complete.")
    file = held["files"]["root-dd.gz"]
    item["_bytes"] = item.get("_bytes", b"") + call.raw
    if len(item["_bytes"]) > file["size"]:
        raise Refusal(400, "Too much data received.")
    file["progress"] = held["progress"] = 100.0 * len(item["_bytes"]) / file["size"]
    if len(item["_bytes"]) == file["size"]:
        if hashlib.sha256(item["_bytes"]).hexdigest() != file["sha256"]:
            item["_bytes"] = b""
            raise Refusal(400, "Saved content does not match given SHA256 value.")
        file["complete"] = held["complete"] = True
    return Answer("OK")


def delete(call: Call) -> Answer:
    call.region.boot_resources.remove(_find(call))
    return NO_CONTENT


def _find(call: Call) -> dict[str, Any]:
    wanted = call.args["id"]
    found = next((item for item in call.region.boot_resources if str(item["id"]) == wanted), None)
    if found is None:
        raise NotFound("BootResource")
    return found  # type: ignore[no-any-return]


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if not key.startswith("_")}


def _synced_set(item: dict[str, Any]) -> dict[str, Any]:
    files = {}
    for kind in ("squashfs", "boot-kernel", "boot-initrd"):
        digest = hashlib.sha256(f"{item['name']} {item['architecture']} {kind}".encode()).hexdigest()
        files[kind] = {
            "filename": kind,
            "filetype": kind,
            "sha256": digest,
            "filename_on_disk": digest[:7],
            "size": 512,
            "complete": True,
        }
    return {"version": "20260801", "label": "stable", "size": 1536, "complete": True, "files": files}
