# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Controllers, drives and volumes; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, present, text

__all__ = ["storage"]

SMALLEST_DRIVE = 10**6


def storage(resources: Resources) -> Json:
    """Return controllers, drives and volumes; SimpleStorage gives drives only."""
    controllers = [
        {
            "id": str(body.get("Id") or body.get("MemberId") or ""),
            "model": text(body.get("Model")) or text(body.get("Name")),
            "vendor": text(body.get("Manufacturer")),
            "firmware": text(body.get("FirmwareVersion")),
            "serial": text(body.get("SerialNumber")),
            "health": health(body),
        }
        for body in _controllers(resources)
        if present(body)
    ]
    drives = [_drive(body) for body in resources.bodies("storage", "Drive") if present(body)]
    simple = [item for body in resources.bodies("storage", "SimpleStorage") for item in body.get("Devices") or ()]
    drives += [_drive(item) for item in simple if present(item)]
    # Virtual media of AMI shows as a drive of 2048 bytes (rec dgxh100), and SimpleStorage lists empty bays.
    drives = [item for item in drives if (item["bytes"] or SMALLEST_DRIVE) >= SMALLEST_DRIVE]
    volumes = [
        {
            "id": str(body.get("Id") or ""),
            "name": text(body.get("Name")),
            "bytes": body.get("CapacityBytes"),
            "raid": body.get("RAIDType") or body.get("VolumeType"),
            "health": health(body),
        }
        for body in resources.bodies("storage", "Volume")
    ]
    return {"storage": {"controllers": controllers, "drives": drives, "volumes": volumes}}


def _controllers(resources: Resources) -> list[Json]:
    separate = resources.bodies("storage", "StorageController")
    inline = [
        item
        for body in resources.bodies("storage", "Storage")
        if not body.get("Controllers")
        for item in body.get("StorageControllers") or ()
        if isinstance(item, dict)
    ]
    return separate + inline


def _drive(body: Json) -> Json:
    return {
        "id": str(body.get("Id") or body.get("Name") or ""),
        "name": text(body.get("Name")),
        "model": text(body.get("Model")),
        "vendor": text(body.get("Manufacturer")),
        "serial": text(body.get("SerialNumber")),
        "bytes": body.get("CapacityBytes"),
        "media": text(body.get("MediaType")),
        "protocol": text(body.get("Protocol")),
        "firmware": text(body.get("Revision")) or text(body.get("FirmwareVersion")),
        "life_left_percent": body.get("PredictedMediaLifeLeftPercent"),
        "health": health(body),
    }
