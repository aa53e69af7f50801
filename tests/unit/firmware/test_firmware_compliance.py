# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.filter.firmware_plan import firmware_plan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import ROW_SPEC
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.compliance import compliance

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "compliance.yml").read_text())
PLATFORM = "dell_idrac9"


def image(component, version, **more):
    file = f"{component}-{version}.bin"
    return {"platform": PLATFORM, "component": component, "version": version, "file": file, "sha256": "0" * 64, **more}


CATALOGUE = [
    image("bmc", "5.5.0.0"),
    image("bmc", "6.0.0.0"),
    image("bmc", "7.0.0.0", requires=[{"component": "bmc", "version": "6.0.0.0"}]),
    image("bios", "1.2.0", priority="critical"),
    image("bios", "1.3.0", requires=[{"component": "bmc", "version": "6.0.0.0"}]),
    image("cpld", "1.1"),
    {**image("bmc", "99.0"), "platform": "hpe_ilo6"},
]


def inventory(versions):
    entries = [{"component": key, "id": key, "name": key, "version": value} for key, value in versions.items()]
    return {"platform": PLATFORM, "model": "PowerEdge R750", "components": entries}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_compliance_case(case):
    baselines = [{"name": "b", "platform": PLATFORM, "components": case.get("baseline", {"bmc": "5.5.0.0"})}]
    arguments = {
        "inventory": inventory(case.get("current", {"bmc": "5.0.0.0", "bios": "1.0.0"})),
        "catalogue": case.get("catalogue", CATALOGUE),
        "baselines": baselines,
        "baseline": "b" if "policy" not in case else "",
        "policy": case.get("policy", "baseline"),
        "image_base_url": "http://images.example",
    }
    if "says" in case:
        with pytest.raises(ConfigurationError) as caught:
            compliance(**arguments)
        for words in case["says"]:
            assert words in str(caught.value)
        return

    plan = compliance(**arguments)

    entries = {entry["component"]: entry for entry in plan["components"]}
    assert {name: entry["action"] for name, entry in entries.items()} == case["actions"]
    for name, versions in case.get("via", {}).items():
        assert entries[name]["via"] == versions
    for name, version in case.get("wanted", {}).items():
        assert entries[name]["wanted"] == version
    assert [entry["component"] for entry in plan["components"]] == case.get("order", list(entries))
    for fact in ("compliant", "minutes", "reboots"):
        assert plan[fact] == case.get(fact, plan[fact])


def test_rows_of_a_plan_are_what_the_door_takes():
    baselines = [{"name": "b", "platform": PLATFORM, "components": {"bmc": "7.0.0.0"}}]

    plan = compliance(
        inventory({"bmc": "5.0.0.0"}), CATALOGUE, baselines, baseline="b", image_base_url="http://images.example/fw/"
    )

    for row in plan["baseline"]:
        checked, _secrets = validate(Options(spec=ROW_SPEC), row)
        assert checked["image"] == "http://images.example/fw/bmc-7.0.0.0.bin"
        assert [hop["version"] for hop in checked["via"]] == ["6.0.0.0"]


def test_without_an_image_server_versions_are_compared_all_the_same():
    baselines = [{"name": "b", "platform": PLATFORM, "components": {"bmc": "7.0.0.0"}}]

    plan = compliance(inventory({"bmc": "5.0.0.0"}), CATALOGUE, baselines, baseline="b")

    assert [entry["action"] for entry in plan["components"]] == ["update"]
    assert plan["baseline"][0]["image"] == "bmc-7.0.0.0.bin"


def test_server_that_speaks_ipmi_only_is_left_alone_and_given_no_baseline():
    server = {"platform": "ipmi", "components": []}

    assert compliance(server, CATALOGUE, policy="manual")["compliant"]
    with pytest.raises(ConfigurationError, match="speaks IPMI only.*the policy latest.*firmware_policy: manual"):
        compliance(server, CATALOGUE, policy="latest")


def test_unknown_baseline_names_the_near_one():
    baselines = [{"name": "spring-2026", "platform": PLATFORM, "components": {"bmc": "7.0.0.0"}}]

    with pytest.raises(ConfigurationError, match="did you mean spring-2026"):
        compliance(
            inventory({"bmc": "5.0.0.0"}), CATALOGUE, baselines, baseline="spring2026", image_base_url="http://i"
        )


@pytest.mark.parametrize(("given", "kind"), [([{"component": "bios"}], "list"), ("1.2", "str")])
def test_filter_says_what_it_takes(given, kind):
    with pytest.raises(AnsibleFilterError, match=f"takes what firmware_info returned .*, not a {kind}"):
        firmware_plan(given, {})
