# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sensors of a server in one form: the door bmc_sensor_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Json,
    Rows,
    Unread,
    collection,
    crawl,
    linked,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import expand_query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, present, text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params

__all__ = ["KINDS", "normal_sensors", "read", "report", "wanted"]

KINDS = ("temperature", "fan", "voltage", "power", "current", "other")
# DSP2046 Sensor.ReadingType -> kind.
READING_TYPES = {
    "Temperature": "temperature",
    "Rotational": "fan",
    "AirFlow": "fan",
    "Voltage": "voltage",
    "Power": "power",
    "Current": "current",
}
LIMITS = {
    "upper_critical": ("UpperThresholdCritical", "UpperCritical"),
    "upper_warning": ("UpperThresholdNonCritical", "UpperCaution"),
    "lower_warning": ("LowerThresholdNonCritical", "LowerCaution"),
    "lower_critical": ("LowerThresholdCritical", "LowerCritical"),
}


@dataclass(frozen=True)
class Sensors:
    """The resources that were read, and what could not be."""

    rows: t.Mapping[str, Rows]
    unread: t.Tuple[Unread, ...]
    protocol: str = "redfish"


def wanted(params: Params) -> tuple[str, ...]:
    """Take the options of the door; none means every kind."""
    return tuple(params.get("kinds") or KINDS)


def read(service: Service, wanted: tuple[str, ...]) -> Sensors:
    """Read Thermal and Power of the chassis, and its Sensors where it has them."""
    chassis = service.chassis
    sections = {
        "thermal": linked([link(chassis, "Thermal")]),
        "power": linked([link(chassis, "Power")]),
        "sensors": collection(link(chassis, "Sensors"), expand_query(service)),
    }
    rows, unread = crawl(service, sections)
    return Sensors(rows, tuple(unread), service.client.protocol)


def normal_sensors(sensors: Sensors) -> list[Json]:
    """Return all sensors, each name and kind once; the older resources first, since they hold all in one answer."""
    found: dict[tuple[str, str], Json] = {}
    for kind, unit, reading, item in _old(sensors):
        _add(found, kind, unit, item.get(reading), item)
    for _uri, item in sensors.rows["sensors"]:
        kind = READING_TYPES.get(str(item.get("ReadingType")), "other")
        _add(found, kind, str(item.get("ReadingUnits") or ""), item.get("Reading"), item)
    return list(found.values())


def _old(sensors: Sensors) -> t.Iterator[tuple[str, str, str, Json]]:
    for _uri, body in sensors.rows["thermal"]:
        for item in body.get("Temperatures") or ():
            yield "temperature", "Cel", "ReadingCelsius", item
        for item in body.get("Fans") or ():
            yield "fan", str(item.get("ReadingUnits") or "RPM"), "Reading", item
    for _uri, body in sensors.rows["power"]:
        for item in body.get("Voltages") or ():
            yield "voltage", "V", "ReadingVolts", item
        for item in body.get("PowerControl") or ():
            yield "power", "W", "PowerConsumedWatts", item


def _add(found: dict[tuple[str, str], Json], kind: str, unit: str, reading: t.Any, item: Json) -> None:
    name = text(item.get("Name")) or text(item.get("FanName")) or str(item.get("Id") or item.get("MemberId") or "")
    if not present(item) or (kind, name) in found:
        return
    thresholds = item.get("Thresholds") or {}
    limits = {ours: item.get(old, (thresholds.get(new) or {}).get("Reading")) for ours, (old, new) in LIMITS.items()}
    found[kind, name] = {
        "name": name,
        "kind": kind,
        "reading": reading,
        "unit": unit,
        "health": health(item),
        "limits": {key: value for key, value in limits.items() if value is not None},
    }


def report(wanted: tuple[str, ...], sensors: Sensors) -> dict[str, t.Any]:
    """Return the result keys of the door."""
    rows = [item for item in normal_sensors(sensors) if item["kind"] in wanted]
    return {
        "sensors": rows,
        "unhealthy": [item["name"] for item in rows if item["health"] in ("Warning", "Critical")],
        "protocol": sensors.protocol,
        "unread": [item._asdict() for item in sensors.unread],
    }
