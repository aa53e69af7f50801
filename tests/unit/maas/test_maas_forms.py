# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation says to MAAS: the options of maas_machine in the form of the region API."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.apply import apply
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import Current
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.options import ALLOWS, MACHINE_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted
from tests.support.maas_replay import answer

CLOUD = "#cloud-config\npackages: [chrony]\n"
COMMISSION = {
    "enable_ssh": True,
    "skip_bmc_config": True,
    "skip_networking": False,
    "skip_storage": True,
    "commissioning_scripts": ["update", "node-info"],
    "testing_scripts": ["smartctl-validate", "net"],
    "parameters": {"net_url": "https://a.example", "storage": "sda"},
}


@pytest.mark.parametrize(
    ("status", "options", "operation", "form"),
    [
        (
            "New",
            {"state": "ready", "commission": COMMISSION},
            "commission",
            {
                "enable_ssh": "1",
                "skip_bmc_config": "1",
                "skip_networking": "0",
                "skip_storage": "1",
                "commissioning_scripts": "update,node-info",
                "testing_scripts": "smartctl-validate,net",
                **COMMISSION["parameters"],
            },
        ),
        (
            "Failed testing",
            {"state": "ready", "commission": COMMISSION},
            "test",
            {"enable_ssh": "1", "testing_scripts": "smartctl-validate,net", **COMMISSION["parameters"]},
        ),
        (
            "Ready",
            {
                "state": "deployed",
                "comment": "for Ann",
                "deploy": {
                    "osystem": "ubuntu",
                    "distro_series": "noble",
                    "hwe_kernel": "ga-24.04",
                    "user_data": CLOUD,
                    "ephemeral_deploy": True,
                    "register_vmhost": False,
                    "bridge_fd": 15,
                },
            },
            "deploy",
            {
                "distro_series": "ubuntu/noble",
                "hwe_kernel": "ga-24.04",
                "comment": "for Ann",
                "ephemeral_deploy": "true",
                "register_vmhost": "false",
                "bridge_fd": "15",
                "user_data": base64.b64encode(CLOUD.encode()).decode(),
            },
        ),
        (
            "Deployed",
            {"state": "released", "comment": "end of lease", "release": {"erase": True, "secure_erase": True}},
            "release",
            {"erase": "true", "secure_erase": "true", "comment": "end of lease"},
        ),
    ],
)
def test_options_reach_maas_in_its_own_form(talk, status, options, operation, form):
    given = {"maas_url": "https://m/MAAS", "maas_api_key": "a:b:c", "hostname": "node01", "wait": False, **options}
    wanted = Wanted.from_params(validate(MACHINE_OPTIONS, {**given, **dict.fromkeys(ALLOWS[:4], True)})[0])
    plan = decide(wanted, Current(Machine("abc123", "node01", status_name=status)))
    # The step as the last one of its run: after that, and without ``wait``, MAAS is not asked again.
    record = next(StepRecord(step) for step in plan.steps if step.name == operation)
    run = SimpleNamespace(
        wanted=wanted, records=[record], current=Current(Machine("abc123", "node01", status_name=status))
    )
    with talk(answer(200, {"system_id": "abc123", "hostname": "node01", "status_name": status})) as (client, replay):
        apply(client, record, run)
    assert replay.requests[0].path_url == f"/MAAS/api/2.0/machines/abc123/?op={operation}"
    assert dict(parse_qsl(replay.requests[0].body.decode())) == form
