# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Power and cooling; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, present, text

__all__ = ["power", "thermal"]


def power(resources: Resources) -> Json:
    """Return the power supplies of all chassis, and what the machine draws."""
    legacy = resources.bodies("power", "Power")
    supplies = [item for body in legacy for item in body.get("PowerSupplies") or ()]
    supplies += resources.bodies("power", "PowerSupply")
    drawn = [item.get("PowerConsumedWatts") for body in legacy for item in body.get("PowerControl") or ()]
    drawn += [(body.get("PowerWatts") or {}).get("Reading") for body in resources.bodies("power", "EnvironmentMetrics")]
    return {
        "power_supplies": [_supply(item) for item in supplies if present(item)],
        # The first tells of the whole machine; those of chassis inside it would count twice.
        "power_watts": next((watts for watts in drawn if watts is not None), None),
    }


def _supply(item: Json) -> Json:
    return {
        "id": str(item.get("Id") or item.get("MemberId") or ""),
        "name": text(item.get("Name")),
        "model": text(item.get("Model")),
        "serial": text(item.get("SerialNumber")),
        "firmware": text(item.get("FirmwareVersion")),
        "watts": item.get("PowerCapacityWatts"),
        "health": health(item),
    }


def thermal(resources: Resources) -> Json:
    """Return fans and temperatures of all chassis."""
    legacy = resources.bodies("thermal", "Thermal")
    fans = [item for body in legacy for item in body.get("Fans") or ()] + resources.bodies("thermal", "Fan")
    old = [item for body in legacy for item in body.get("Temperatures") or ()]
    metrics = resources.bodies("thermal", "ThermalMetrics")
    new = [item for body in metrics for item in body.get("TemperatureReadingsCelsius") or ()]
    return {
        "fans": [_fan(item) for item in fans if present(item)],
        "temperatures": [
            *(
                _temperature(item.get("Name"), item.get("ReadingCelsius"), health(item))
                for item in old
                if present(item)
            ),
            *(_temperature(item.get("DeviceName") or item.get("DataSourceUri"), item.get("Reading")) for item in new),
        ],
    }


def _fan(item: Json) -> Json:
    return {
        "name": text(item.get("Name")) or text(item.get("FanName")),
        "reading": item.get("Reading", (item.get("SpeedPercent") or {}).get("Reading")),
        "health": health(item),
    }


def _temperature(name: t.Any, celsius: t.Any, state: str = "") -> Json:
    return {"name": text(name), "celsius": celsius, "health": state}
