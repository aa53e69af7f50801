# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs and sensors of the captured machines in one form."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import logs, sensors
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import open_service
from tests.vendors.conftest import NAMES


def read_logs(client, **options):
    wanted = logs.WantedLogs(**{"logs": (), "limit": 10, "severity": "OK", **options})
    return logs.report(wanted, logs.read(open_service(client), wanted))


@pytest.mark.parametrize("name", NAMES)
def test_logs_have_one_form(tree, name):
    found = read_logs(tree(name))

    assert found["logs"], "every captured machine has logs"
    for entry in found["entries"]:
        assert entry.keys() == {"log", "id", "time", "severity", "text", "message_id", "sensor"}
        assert entry["severity"] in logs.SEVERITIES
        assert entry["log"] in found["logs"]


def test_severity_and_limit_hold(tree):
    everything = read_logs(tree("dell-idrac9-r750"), limit=3)
    severe = read_logs(tree("dell-idrac9-r750"), severity="Critical")

    assert all(len([item for item in everything["entries"] if item["log"] == log]) <= 3 for log in everything["logs"])
    assert {item["severity"] for item in severe["entries"]} <= {"Critical"}


def test_unknown_log_names_those_there_are(tree):
    with pytest.raises(ConfigurationError, match="there is no log Sell.*Sel"):
        read_logs(tree("dell-idrac9-r750"), logs=("Sell",))


@pytest.mark.parametrize("name", NAMES)
def test_sensors_have_one_form(tree, name):
    found = sensors.report(sensors.KINDS, sensors.read(open_service(tree(name)), sensors.KINDS))

    names = [(item["kind"], item["name"]) for item in found["sensors"]]
    assert len(names) == len(set(names))
    for item in found["sensors"]:
        assert item["kind"] in sensors.KINDS
        assert item["reading"] is None or isinstance(item["reading"], (int, float))


def test_limits_and_readings_of_a_real_machine(tree):
    found = sensors.report(("temperature",), sensors.read(open_service(tree("hpe-ilo6-dl380agen11")), sensors.KINDS))

    inlet = next(item for item in found["sensors"] if "Inlet" in item["name"])
    assert inlet["reading"] > 0
    assert inlet["limits"]["upper_critical"] > inlet["reading"]
