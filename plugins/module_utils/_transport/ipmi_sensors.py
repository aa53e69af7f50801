# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sensors of a server over IPMI, as the resources Thermal, Power and Sensors of its chassis.

Sources: IPMI 2.0 sections 33 (SDR repository), 35.9 (Get Sensor Thresholds), 35.14 (Get Sensor Reading), decoded by
pyghmi; a sensor that the BMC lists and cannot read is shown as one that is not there.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_log import severity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import (
    CHASSIS,
    Json,
    Resource,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["RESOURCES"]

SENSOR = 0x04
THERMAL, POWER, SENSORS = f"{CHASSIS}/Thermal", f"{CHASSIS}/Power", f"{CHASSIS}/Sensors"
# pyghmi's names of sensor types (table 42-3) that have resources of their own in Redfish, by the first unit they are in.
FAN, TEMPERATURE, VOLTAGE, CURRENT = "Fan", "Temperature", "Voltage", "Current"
KINDS = {TEMPERATURE: "Temperature", FAN: "Rotational", VOLTAGE: "Voltage", CURRENT: "Current"}
# Bits of Get Sensor Thresholds, and where each value stands in its answer.
LIMITS = {
    "LowerThresholdNonCritical": (0x01, 1),
    "LowerThresholdCritical": (0x02, 2),
    "UpperThresholdNonCritical": (0x08, 4),
    "UpperThresholdCritical": (0x10, 5),
}


def _readings(session: Session) -> list[Json]:
    """Return every sensor as pyghmi reads it, with its limits; read once per task."""
    return session.kept("readings", lambda: list(_read_all(session)))


def _read_all(session: Session) -> t.Iterator[Json]:
    records = session.ask(lambda bmc: bmc.init_sdr())
    for key in records.get_sensor_numbers():
        sensor = records.sensors[key]
        # Not pyghmi's own loop, which ends at the first sensor that a BMC refuses.
        try:
            raw = session.read(SENSOR, 0x2D, sensor.sensor_number, lun=sensor.sensor_lun)
            shown = _decoded(session, sensor, raw)
        except NotSupportedError:
            continue
        if shown.unavailable:
            continue
        number = shown.value is not None
        limits = _limits(session, sensor) if number else {}
        yield {
            "id": str(key),
            "name": str(shown.name).strip(),
            "type": str(shown.type),
            "value": shown.value,
            "unit": str(shown.units or "").strip(),
            "health": severity(shown.health),
            "states": list(shown.states or ()),
            "limits": limits,
        }


def _decoded(session: Session, sensor: t.Any, raw: bytes) -> t.Any:
    return session.ask(lambda bmc: sensor.decode_sensor_reading(bmc, raw))


def _limits(session: Session, sensor: t.Any) -> dict[str, float]:
    raw = session.read_or_none(SENSOR, 0x27, sensor.sensor_number)
    if raw is None or len(raw) < 7:
        return {}

    def decoded(value: int) -> float:
        signed = value - 256 if sensor.numeric_format in (1, 2) and value > 127 else value
        return round(float(session.ask(lambda bmc: sensor.decode_value(bmc, signed))), 3)

    return {name: decoded(raw[place]) for name, (bit, place) in LIMITS.items() if raw[0] & bit}


def _chosen(session: Session, *types: str) -> list[Json]:
    return [item for item in _readings(session) if item["type"] in types and item["value"] is not None]


def _part(item: Json, place: str, reading: str, **more: t.Any) -> Json:
    return {
        "@odata.id": f"{place}#/{item['id']}",
        "MemberId": item["id"],
        "Name": item["name"],
        reading: round(item["value"], 3),
        "Status": {"State": "Enabled", "Health": item["health"]},
        **item["limits"],
        **more,
    }


def _thermal(session: Session) -> Json:
    fans = [
        _part(item, THERMAL, "Reading", ReadingUnits="Percent" if "%" in item["unit"] else "RPM")
        for item in _chosen(session, FAN)
    ]
    temperatures = [_part(item, THERMAL, "ReadingCelsius") for item in _chosen(session, TEMPERATURE)]
    return {"@odata.type": "#Thermal.v1_0_0.Thermal", "Id": "Thermal", "Temperatures": temperatures, "Fans": fans}


def _power(session: Session) -> Json:
    voltages = [_part(item, POWER, "ReadingVolts") for item in _chosen(session, VOLTAGE)]
    return {"@odata.type": "#Power.v1_0_0.Power", "Id": "Power", "Voltages": voltages}


def _sensors(session: Session) -> Json:
    """Return what Thermal and Power have no place for: currents, watts, and sensors that know states only."""
    members = [_sensor(item) for item in _readings(session) if _is_left(item)]
    return {"@odata.type": "#SensorCollection.SensorCollection", "Members": members}


def _is_left(item: Json) -> bool:
    return item["value"] is None or item["type"] not in (TEMPERATURE, FAN, VOLTAGE)


def _sensor(item: Json) -> Json:
    watts = item["unit"] == "W"
    return {
        "@odata.id": f"{SENSORS}/{item['id']}",
        "@odata.type": "#Sensor.v1_0_0.Sensor",
        "Id": item["id"],
        "Name": item["name"],
        "Reading": None if item["value"] is None else round(item["value"], 3),
        "ReadingUnits": item["unit"],
        "ReadingType": "Power" if watts else KINDS.get(item["type"], "") if item["value"] is not None else "",
        "Status": {"State": "Enabled", "Health": item["health"]},
        "States": item["states"],
        **item["limits"],
    }


RESOURCES = (
    Resource(THERMAL, _thermal),
    Resource(POWER, _power),
    Resource(SENSORS, _sensors),
)
