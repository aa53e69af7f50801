# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence holds what was read, and says why it does not hold the rest; the shipped checks never pass on a blank."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.evidence import collect
from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.judge import judge
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.boarding_verdict import DOOR
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import BOARDING, load

STANDARD = load(BOARDING)["standard"]["checks"]
SOURCES = {name: {"protocol": "redfish", "resources": ["/x"]} for name in ("processors", "storage", "network")}
FACTS: dict[str, Any] = {
    "bmc": {"clock_offset": -2},
    "processors": [{}, {}],
    "gpus": [],
    "storage": {"drives": [{}, {}]},
    "network": {"ports": [{}, {}]},
    "unhealthy": [],
    "sources": SOURCES,
}
USERS = [
    {"name": "root", "enabled": True},
    {"name": "ops", "enabled": True},
    {"name": "old", "enabled": False},
]
CIPHERS = [{"id": 3, "privilege": "Administrator"}, {"id": 17, "privilege": "Administrator"}]
GOOD: dict[str, Any] = {
    "bmc": {"facts": FACTS, "unread": []},
    "security": {"users": USERS, "ipmi_ciphers": CIPHERS, "unread": []},
    "maas": {"machines": [{"status_name": "Ready", "cpu_count": 64, "memory": 262144, "zone": {"name": "z"}}]},
    "firmware": {"components": [{"component": "bios", "action": "none"}]},
    "bios": {"plan": {"steps": []}},
    "boot_order": {"plan": {"steps": []}},
    "type": {"match": {"cpu": {"sockets": 2, "cores": 32}, "memory_gib": 256, "nics": 2, "disks": {"count": 2},
                       "gpus": 0}},
    "wanted": {"users": ["root", "ops"], "boot_order": ["pxe*"]},
}  # fmt: skip


def verdicts(answers: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {item["name"]: (item["outcome"], item["reason"]) for item in judge(STANDARD, collect(answers))}


def test_good_server_passes_every_shipped_check() -> None:
    assert {name: outcome for name, (outcome, _reason) in verdicts(GOOD).items() if outcome != "pass"} == {}


def test_server_of_which_nothing_could_be_read_passes_nothing_but_that_it_answers() -> None:
    blank = {"type": GOOD["type"], "wanted": GOOD["wanted"]}

    found = verdicts(blank)

    assert {name for name, (outcome, _reason) in found.items() if outcome == "pass"} == {"bmc_answers"}
    assert all(reason for outcome, reason in found.values() if outcome == "skipped")


def test_firmware_of_a_server_that_speaks_ipmi_only_is_not_taken_for_right_because_nothing_is_asked_for() -> None:
    found = verdicts(
        {**GOOD, "bmc": {**GOOD["bmc"], "protocol": "ipmi"}, "firmware": {"platform": "ipmi", "components": []}}
    )

    assert found["firmware_at_baseline"] == ("skipped", "the server speaks IPMI only, which tells nothing of it")


def test_server_that_nobody_asks_anything_of_skips_what_needs_a_comparison() -> None:
    found = verdicts({**GOOD, "type": {}, "wanted": {}})

    skipped = {name for name, (outcome, _reason) in found.items() if outcome == "skipped"}
    assert skipped == {check["name"] for check in STANDARD if "than" in check}


# id: (what is different, check, outcome, words of the reason)
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "foreign account": ({"wanted": {"users": ["root"]}}, "bmc_users_known", "fail", "still has ops"),
    "account that is switched off is nobody's": (
        {"wanted": {"users": ["root", "ops", "old"]}},
        "bmc_users_there",
        "fail",
        "still has old",
    ),
    "accounts that may not be read": (
        {"security": {"users": None, "ipmi_ciphers": [], "unread": [{"part": "users", "reason": "HTTP 403"}]}},
        "bmc_users_known",
        "skipped",
        "HTTP 403",
    ),
    "cipher suite 0": (
        {"security": {"users": [], "ipmi_ciphers": [{"id": 0, "privilege": "Operator"}]}},
        "ipmi_cipher_zero",
        "fail",
        "has 0",
    ),
    "cipher suite without encryption": (
        {"security": {"users": [], "ipmi_ciphers": [{"id": suite, "privilege": "Operator"} for suite in (1, 3, 15)]}},
        "ipmi_ciphers_encrypt",
        "warn",
        "has 1, 15",
    ),
    "cipher suite 0 in hiding": (
        {"security": {"users": [], "ipmi_ciphers": [{"id": 0, "privilege": None}, *CIPHERS]}},
        "ipmi_cipher_zero_unlisted",
        "warn",
        "still has 0",
    ),
    "IPMI is off": ({"security": {"users": [], "ipmi_ciphers": []}}, "ipmi_cipher_zero", "pass", ""),
    "IPMI does not answer": (
        {"security": {"users": [], "ipmi_ciphers": None, "unread": [{"part": "ipmi_ciphers", "reason": "no answer"}]}},
        "ipmi_cipher_zero",
        "skipped",
        "no answer",
    ),
    "BMC without a clock": (
        {"bmc": {"facts": {**FACTS, "bmc": {"clock_offset": None}}}},
        "clock_right",
        "skipped",
        "tells no time",
    ),
    "clock behind": ({"bmc": {"facts": {**FACTS, "bmc": {"clock_offset": -90}}}}, "clock_right", "warn", "90 is more"),
    "BMC that shows no storage": (
        {"bmc": {"facts": {**FACTS, "sources": {**SOURCES, "storage": {"resources": []}}}}},
        "disks",
        "skipped",
        "tells nothing of its storage",
    ),
    "too few drives": ({"bmc": {"facts": {**FACTS, "storage": {"drives": [{}]}}}}, "disks", "fail", "1 is less than 2"),
    "too few drives, one unread": (
        {
            "bmc": {
                "facts": {**FACTS, "storage": {"drives": [{}]}},
                "unread": [{"resource": "/Storage/1/Drives/2", "reason": "HTTP 500"}],
            }
        },
        "disks",
        "skipped",
        "/Storage/1/Drives/2: HTTP 500",
    ),
    "too few drives, a fan unread": (
        {
            "bmc": {
                "facts": {**FACTS, "storage": {"drives": [{}]}},
                "unread": [{"resource": "/Chassis/1/Thermal", "reason": "HTTP 500"}],
            }
        },
        "disks",
        "fail",
        "1 is less than 2",
    ),
    "sensors unread": (
        {"bmc": {"facts": FACTS, "unread": [{"resource": f"/T{n}", "reason": "HTTP 500"} for n in range(5)]}},
        "parts_healthy",
        "skipped",
        "and 2 more",
    ),
    "sick part, sensors unread": (
        {
            "bmc": {
                "facts": {**FACTS, "unhealthy": [{"name": "", "part": "fans", "health": "Critical"}]},
                "unread": [{"resource": "/T", "reason": "HTTP 500"}],
            }
        },
        "parts_healthy",
        "warn",
        "fans (Critical)",
    ),
    "not in MAAS": ({"maas": {"machines": []}}, "commissioned", "fail", "not in MAAS is none of"),
    "memory of one that is not in MAAS": (
        {"maas": {"machines": []}},
        "memory",
        "skipped",
        "the machine is not in MAAS",
    ),
    "not commissioned yet": (
        {"maas": {"machines": [{"status_name": "New", "cpu_count": 0, "memory": 0}]}},
        "cores",
        "skipped",
        "the machine is New",
    ),
    "firmware to do": (
        {"firmware": {"components": [{"component": "bmc", "action": "update"}]}},
        "firmware_at_baseline",
        "fail",
        "still has bmc",
    ),
    "BIOS to do": (
        {"bios": {"plan": {"steps": [{"text": "set 2 attributes"}]}}},
        "bios_at_template",
        "fail",
        "set 2 attributes",
    ),
    "wrong boot order": (
        {"boot_order": {"plan": {"steps": [{"text": "boot in this order: PXE, disk"}]}}},
        "boot_order",
        "fail",
        "boot in this order: PXE, disk",
    ),
    "boot option that is not there": (
        {"boot_order": {"error_class": "ConfigurationError", "msg": "'cd*' fits none"}},
        "boot_order",
        "fail",
        "'cd*' fits none",
    ),
    "machine without a boot order": (
        {"boot_order": {"error_class": "NotSupportedError", "msg": "the machine shows no boot order"}},
        "boot_order",
        "skipped",
        "shows no boot order",
    ),
    "processor missing": ({"bmc": {"facts": {**FACTS, "processors": [{}]}}}, "sockets", "fail", "1 is less than 2"),
}


@pytest.mark.parametrize(("different", "check", "outcome", "words"), CASES.values(), ids=CASES)
def test_shipped_check_on(different: dict[str, Any], check: str, outcome: str, words: str) -> None:
    found = verdicts({**GOOD, **different})[check]

    assert found[0] == outcome, found
    assert words in found[1]


def test_door_hands_a_row_per_check_to_the_audit() -> None:
    evidence = collect({**GOOD, "wanted": {"users": ["root"]}})
    options = {"evidence": evidence, "checks": STANDARD, "skip": ["memory"], "checklist": "standard", "rack": "A1"}

    told = execute(DOOR, options, Context(check_mode=True)).result

    rows = told["audit"]["boarding_checks"]
    assert [row["name"] for row in rows] == [check["name"] for check in STANDARD]
    assert {(row["rack"], row["checklist"]) for row in rows} == {("A1", "standard")}
    assert set(rows[0]) == {"rack", "checklist", "name", "text", "outcome", "reason"}
    assert told["bad"] == [
        "not true that nobody has an account on the BMC who is not meant to (bmc.foreign_users: still has ops). Try:"
        " remove the account with bmc_user and state absent, or name it in boarding_users"
    ]
    assert told["summary"].endswith("1 fail (bmc_users_known), 2 skipped")
    assert told["unproven"] == [
        "boot_order: nobody asks for it (wanted.boot_order)",
        "memory: the device type skips it",
    ]
    assert told["changed"] is False


@pytest.mark.parametrize(
    "check", [{"name": "x"}, {"name": "x", "text": "x", "look_at": "bmc.answers", "must": "shine"}]
)
def test_door_refuses_what_is_no_check(check: dict[str, str]) -> None:
    told = execute(DOOR, {"evidence": {"bmc": {"answers": True}}, "checks": [check]}, Context()).result

    assert told["failed"]
    assert told["error_class"] == "ConfigurationError"
