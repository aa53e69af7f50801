# SPDX-License-Identifier: GPL-3.0-or-later
"""The sensors that ipmi_sim shows: their SDRs as sdrcomp reads them, and the files it polls for readings."""

from __future__ import annotations

from dataclasses import dataclass

LOCATOR = """sdr type 18
\tdevice_slave_address\t0x20
\tdevice_channel_number\t0
\tchassis\ttrue
\tfru_inventory\ttrue
\tsel\ttrue
\tsdr\ttrue
\tsensor\ttrue
\tentity_id\tsystem_board
\tentity_instance\t1
\tid_string\t"BMC"
endsdr
"""
FULL = """sdr type 1
\tsensor_owner_id\t0x20
\tsensor_owner_lun\t0
\tchannel_number\t0
\tsensor_number\t{number}
\tentity_id\tsystem_board
\tentity_instance\t{number}
\tsensor_type\t{kind}
\tinit_scanning\ttrue
\tinit_sensor_type\ttrue
\tdefault_sensor_scan_on\ttrue
\tevent_reading_type_code\t1
\tanalog_data_format\tunsigned
\trate_unit\tnone
\tmodifier_unit\tnone
\tpercentage\tfalse
\tbase_unit\t{unit}
\tmodifier_unit_code\tunspecified
\tlinearization\tlinear
\tm\t{factor}
\ttolerance\t0
\tb\t0
\taccuracy\t1
\taccuracy_exp\t0
\tsensor_direction\tinput
\tr_exp\t0
\tb_exp\t0
\tsensor_maximum\t255
\tsensor_minimum\t0
\tid_string\t"{name}"
endsdr
"""


@dataclass(frozen=True)
class Sensor:
    """One analog sensor: readings are in `unit`, one step of the raw byte is `factor` of it."""

    name: str
    kind: str
    unit: str
    code: int
    on: int
    off: int
    factor: int = 1


def of(fans: int) -> list[Sensor]:
    """Return the sensors of a machine with so many fans: the temperatures and fans of its Redfish Thermal resource."""
    temperatures = [
        Sensor("Inlet Temp", "Temperature", "degrees_C", 1, 22, 21),
        Sensor("CPU1 Temp", "Temperature", "degrees_C", 1, 45, 23),
        Sensor("Exhaust Temp", "Temperature", "degrees_C", 1, 33, 22),
    ]
    return temperatures + [Sensor(f"Fan {number + 1}", "Fan", "RPM", 4, 6000, 0, factor=100) for number in range(fans)]


def records(sensors: list[Sensor]) -> str:
    """Return what sdrcomp compiles."""
    rows = (FULL.format(number=number, **vars(one)) for number, one in enumerate(sensors, 1))
    return LOCATOR + "".join(rows)


def commands(sensors: list[Sensor], folder: str) -> list[str]:
    """Return ipmi_sim's commands: each sensor is read once a second from the file of its state, on or off."""
    return [
        f'sensor_add 0x20 0 {number} {one.code:#04x} 0x01 poll 1000 file "{folder}/sensor{number}" base=10'
        for number, one in enumerate(sensors, 1)
    ]


def readings(sensors: list[Sensor], on: bool) -> list[int]:
    """Return the raw bytes."""
    return [(one.on if on else one.off) // one.factor for one in sensors]
