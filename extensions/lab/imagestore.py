# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server from which BMCs pull firmware images."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from .images import Image, build, package, parse, sha256
from .personalities.catalogue import PLATFORMS
from .rackfile import ImagePlan


def packed(name: str, data: bytes) -> bytes:
    """Return what a file of that name holds: an image, or a package (.fwpkg) for the devices that it is for."""
    if not name.lower().endswith(".fwpkg"):
        return data
    image = parse(data)
    platform = PLATFORMS.get(image.platform)
    rows = [
        row
        for one in (platform.updates.components if platform else ())
        if one.kind == image.component
        for row in one.rows
    ]
    return package(
        data, [target for row in rows for target in row.extra.get("Oem", {}).get("Hpe", {}).get("Targets", ())]
    )


class ImageStore:
    """Serve images by name below /images/: those of the plan, made on first use, and the files of a folder."""

    def __init__(self, plans: tuple[ImagePlan, ...], folder: Path | None = None) -> None:
        self.plans = {plan.name: plan for plan in plans}
        self.folder = folder
        self._made: dict[str, bytes] = {}

    def image(self, name: str) -> bytes | None:
        """Return the bytes of an image, or None when the store has none of that name."""
        if name in self.plans and name not in self._made:
            plan = self.plans[name]
            header = Image(plan.vendor or plan.platform.partition("_")[0], plan.platform, plan.component, plan.version)
            self._made[name] = packed(name, build(header, plan.size, plan.seed))
        if name in self._made:
            return self._made[name]
        path = self.folder / name if self.folder and "/" not in name and not name.startswith(".") else None
        return path.read_bytes() if path and path.is_file() else None

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/images/", self._list)
        app.router.add_get("/images/{name}", self._get)
        return app

    async def _get(self, request: web.Request) -> web.Response:
        data = self.image(request.match_info["name"])
        if data is None:
            return web.Response(status=404, text=f"no image {request.match_info['name']}\n")
        return web.Response(body=data, content_type="application/octet-stream", headers={"ETag": f'"{sha256(data)}"'})

    async def _list(self, request: web.Request) -> web.Response:
        rows = [
            {
                "name": plan.name,
                "platform": plan.platform,
                "component": plan.component,
                "version": plan.version,
                "sha256": sha256(self.image(plan.name) or b""),
            }
            for plan in self.plans.values()
        ]
        return web.json_response(rows)
