# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import row_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    Current,
    Handle,
    UpdateTask,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "decide.yml").read_text())
SHA = "0" * 64


def row(data):
    image = data.get("image", f"http://images/{data['component']}-{data['version']}.bin")
    via = [{**item, "image": "http://images/via.bin", "sha256": SHA} for item in data.get("via", ())]
    return row_of({**data, "image": image, "sha256": SHA, "via": via})


def wanted_of(data):
    handles = tuple(Handle(**{"sha256": SHA, **item}) for item in data.get("handles", ()))
    options = {key: value for key, value in data.items() if key not in ("rows", "handles")}
    return Wanted(targets=tuple(map(row, data["rows"])), handles=handles, **options)


def current_of(data):
    versions = data.get("components", {"bmc": "2.0", "bios": "1.0"})
    entries = [
        Component(
            component=name,
            id=name,
            name=data.get("names", {}).get(name, name.upper()),
            version=version,
            staged=data.get("staged", {}).get(name),
            available=data.get("available", {}).get(name),
            available_uri=f"/inventory/Available-{name}" if name in data.get("available", {}) else "",
            updateable=name not in data.get("fixed", ()),
        )
        for name, version in versions.items()
    ]
    entries += [Component(id=str(n), name=str(n), **item) for n, item in enumerate(data.get("several", ()))]
    platform = data.get("platform", "generic")
    return Current(
        machine="192.0.2.7",
        platform=platform,
        model=data.get("model", ""),
        components=tuple(entries),
        tasks=tuple(UpdateTask(**task) for task in data.get("tasks", ())),
        offers=tuple(data.get("offers", ("pull", "multipart"))),
        max_bytes=data.get("max_bytes"),
        free_bytes=data.get("free_bytes"),
        session=data.get("session", True),
        tools=tuple(data.get("tools", ())),
        no_tool=data.get("no_tool", ""),
        obstacles=tuple(data.get("obstacles", ())),
        answers=firmware_answers(platform),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_decide_case(case):
    wanted, current = wanted_of(case["wanted"]), current_of(case.get("current", {}))

    if "error" in case:
        with pytest.raises(HWAutomationError) as caught:
            decide(wanted, current)
        assert type(caught.value).__name__ == case["error"]
        assert "192.0.2.7" in str(caught.value)
        for words in case["says"]:
            assert words in str(caught.value)
        return

    plan = decide(wanted, current)

    assert [step.name for step in plan.steps] == case.get("steps", [])
    assert plan.reason == case.get("reason", "")
    for fact in ("minutes", "reboots"):
        assert plan.facts[fact] == case.get(fact, plan.facts[fact])
    if "after" in case:
        assert plan.after == case["after"]
    for step in plan.steps:
        resets = step.payload.get("activation") in ("host_reset", "ac_cycle")
        assert step.allow == case.get("allow", "allow_reboot" if resets else "")
