# SPDX-License-Identifier: GPL-3.0-or-later
"""Every filter and lookup in templates of Ansible's own, and no playbook or plugin that no test here starts. Needs no rack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import COLLECTION, ROOT, PlayResult, run_playbook

SCP = "{'BootMode': 'Uefi'} | {f}bios_to_file('scp', 'PowerEdge R750')"
TEMPLATE = "lookup('{f}bios_profile', 'dell_compute', platform='dell_idrac9')"
REGISTRY = {
    "RegistryEntries": {
        "Attributes": [
            {"AttributeName": "BootMode", "Type": "Enumeration", "Value": [{"ValueName": "Uefi"}]},
            {"AttributeName": "LogicalProc", "Type": "Enumeration", "Value": [{"ValueName": "On"}]},
        ]
    }
}
CHECKS = "lookup('{f}boarding_checks', 'standard').checks"
IMAGES = "lookup('{f}firmware_image'), lookup('{f}firmware_baseline'), image_base_url='http://127.0.0.1'"
INSTALLED = {
    "platform": "dell_idrac9",
    "components": [
        {"component": name, "name": name, "version": version, "id": name, "updateable": True}
        for name, version in (("bios", "1.8.2"), ("bmc", "7.00.00.00"), ("nic", "22.41.5"))
    ],
}
FACTS = {
    "platform": "dell_idrac9",
    "system": {"vendor": "Dell Inc.", "model": "PowerEdge R750", "serial": "ABC1234", "memory_gib": 256},
}
TYPES = "lookup('{f}device_type')"

# plugin -> an expression, and what must be true of its value
Case = tuple[str, Callable[[Any], Any]]
FILTERS: dict[str, Case] = {
    "bios_from_file": (f"({SCP} | {{f}}bios_from_file).attributes", lambda value: value == {"BootMode": "Uefi"}),
    "bios_lint": (f"{TEMPLATE} | {{f}}bios_lint(registry)", lambda value: "LogicalProc" in str(value)),
    "bios_to_file": (SCP, lambda value: '<Attribute Name="BootMode">Uefi</Attribute>' in value),
    "boarding": (
        f"{{'bmc': {{'answers': true}}}} | {{f}}boarding({CHECKS})",
        lambda value: value[0]["outcome"] == "pass",
    ),
    "boarding_evidence": ("{'bmc': {'bmc': {'clock_offset': 2}}} | {f}boarding_evidence", lambda value: "bmc" in value),
    "classify": (f"facts | {{f}}classify({TYPES})", lambda value: value["candidates"][0]["name"] == "d1.c2.large"),
    "device_type_draft": ("facts | {f}device_type_draft", lambda value: "PowerEdge R750" in str(value)),
    "firmware_busy": ("{'r01': {}} | {f}firmware_busy(['r01'])", lambda value: value == []),
    "firmware_plan": (
        f"installed | {{f}}firmware_plan({IMAGES}, baseline='dell_idrac9')",
        lambda value: "1.9.1" in str(value),
    ),
    "firmware_wave": (
        "{'r01': {'firmware_state': {'compliant': true, 'components': {}}}} | {f}firmware_wave(['r01'])",
        lambda value: value["done"] == ["r01"],
    ),
    "merge_facts": ("facts | {f}merge_facts({'system': {'sku': 'S'}})", lambda value: value["system"]["sku"] == "S"),
    "near": (f"'d1.c2.larg' | {{f}}near({TYPES} | list)", lambda value: value[0] == "d1.c2.large"),
}
LOOKUPS: dict[str, Case] = {
    "bios_profile": (TEMPLATE, lambda value: "LogicalProc" in str(value)),
    "boarding_checks": (CHECKS, lambda value: "bmc_answers" in [check["name"] for check in value]),
    "device_type": (TYPES, lambda value: "d1.c2.large" in value),
    "firmware_baseline": ("lookup('{f}firmware_baseline')", lambda value: "dell_idrac9" in value),
    "firmware_handles": ("lookup('{f}firmware_handles', 'r01')", lambda value: value == []),
    "firmware_image": ("lookup('{f}firmware_image')", lambda value: "dell_idrac9-bios-1.9.1" in value),
    "vendor_profile": ("lookup('{f}vendor_profile')", lambda value: value == {}),
}
# Those that read the audit have tests with one.
ELSEWHERE = {"bios_backup", "trusted_fingerprint"}
CASES = {**FILTERS, **LOOKUPS}


@pytest.fixture(scope="module")
def rendered() -> PlayResult:
    known = {"registry": REGISTRY, "facts": FACTS, "installed": INSTALLED}
    tasks = [
        {"name": name, "ansible.builtin.debug": {"msg": _template(expression)}, "ignore_errors": True}
        for name, (expression, _unused) in CASES.items()
    ]
    return run_playbook([{"hosts": "localhost", "gather_facts": False, "vars": known, "tasks": tasks}])


@pytest.mark.parametrize("name", CASES)
def test_filter_or_lookup_answers_in_a_template(rendered: PlayResult, name: str) -> None:
    (found,) = [item for item in rendered.tasks if item.task == name]

    assert found.status == "ok", found.result
    assert CASES[name][1](found.result["msg"]), found.result["msg"]


def test_no_filter_and_no_lookup_is_forgotten() -> None:
    assert _names("plugins/filter/*.py") == set(FILTERS)
    assert _names("plugins/lookup/*.py") == set(LOOKUPS) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml")))
def test_playbook_is_run_by_a_test(name: str) -> None:
    tests = (path for path in (ROOT / "tests" / "rack").rglob("*.py") if path != Path(__file__))

    assert any(f"baremetal.{name}" in path.read_text() or f"{name}.yml" in path.read_text() for path in tests)


def _template(expression: str) -> str:
    return "{{ " + expression.replace("{f}", f"{COLLECTION}.") + " }}"


def _names(pattern: str) -> set[str]:
    return {path.stem for path in ROOT.glob(pattern)}
