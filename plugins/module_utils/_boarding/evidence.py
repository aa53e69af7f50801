# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what the readers answered to the evidence that checks look at; pure.

What a reader could not read is no evidence: it is left out, or marked as read in part, with the reason under ``unread``.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.ipmi import IPMI

__all__ = ["collect"]

Json = t.Dict[str, t.Any]
Answers = t.Mapping[str, t.Any]

# What is counted, where it is in the facts, the subset that it is read with, and words in the URIs of its resources.
COUNTED = {
    "processors": (("processors",), "processors", ("Processor",)),
    "gpus": (("gpus",), "processors", ("Processor",)),
    "drives": (("storage", "drives"), "storage", ("Storage", "Drive")),
    "ports": (("network", "ports"), "network", ("Network", "Ethernet", "Port")),
}
MOST_TOLD = 3
NOBODY = "nobody looked"
OVER_IPMI = "the server speaks IPMI only, which tells nothing of it"


def collect(answers: Answers) -> Json:
    """Return the evidence.

    :param answers: ``bmc`` (bmc_info), ``security`` (bmc_security_info), ``boot_order`` (bios_boot_order, looked at),
        ``firmware`` (the role's state), ``bios`` (bios_settings, looked at), ``maas`` (maas_machine_info), ``type`` (data
        of the device type), ``wanted`` (``users``, ``boot_order``).
    """
    unread: dict[str, str] = {}
    bmc = answers.get("bmc") or {}
    facts = bmc.get("facts") or {}
    evidence: Json = {
        "bmc": {**_clock(facts, unread), **_entry(answers, unread)},
        "facts": facts,
        "counts": _counts(facts, bmc, unread),
        "health": _health(facts, bmc, unread),
        "maas": _maas(answers.get("maas"), unread),
        "type": answers.get("type") or {},
        "wanted": {key: value for key, value in (answers.get("wanted") or {}).items() if value},
    }
    why_not = OVER_IPMI if bmc.get("protocol") == "ipmi" else NOBODY
    for name, left in (("firmware", _firmware), ("bios", _plan), ("boot_order", _plan)):
        evidence[name] = left(name, answers.get(name), unread)
        if unread.get(name) == NOBODY:
            unread[name] = why_not
    return {**evidence, "unread": unread}


def _clock(facts: Answers, unread: dict[str, str]) -> Json:
    offset = (facts.get("bmc") or {}).get("clock_offset")
    if offset is None:
        unread["bmc.clock_offset"] = "the BMC tells no time"
        return {"answers": True}
    return {"answers": True, "clock_offset": abs(offset)}


def _entry(answers: Answers, unread: dict[str, str]) -> Json:
    """Users and cipher suites; who is meant to be there is in ``wanted.users``."""
    found: Json = {}
    security = answers.get("security") or {}
    reasons = {item["part"]: item["reason"] for item in security.get("unread") or ()}
    if security.get("users") is None:
        reason = reasons.get("users", NOBODY)
        unread.update({f"bmc.{name}": reason for name in ("users", "foreign_users", "missing_users")})
    else:
        enabled = [item["name"] for item in security["users"] if item["enabled"]]
        named = (answers.get("wanted") or {}).get("users") or ()
        found["users"] = enabled
        found["foreign_users"] = [name for name in enabled if name not in named]
        found["missing_users"] = [name for name in named if name not in enabled]
    if security.get("ipmi_ciphers") is None:
        reason = reasons.get("ipmi_ciphers", NOBODY)
        unread.update({"bmc.ipmi_ciphers": reason, "bmc.ipmi_unlisted": reason})
    else:
        suites = security["ipmi_ciphers"]
        found["ipmi_ciphers"] = [item["id"] for item in suites if item["privilege"]]
        found["ipmi_unlisted"] = [item["id"] for item in suites if not item["privilege"]]
    return found


def _counts(facts: Answers, bmc: Answers, unread: dict[str, str]) -> Json:
    """How many there are of each part; a BMC that shows no resource of that kind does not say that there are none."""
    counts: Json = {}
    for name, (path, subset, words) in COUNTED.items():
        resources = ((facts.get("sources") or {}).get(subset) or {}).get("resources")
        if not resources:
            unread[f"counts.{name}"] = f"the BMC tells nothing of its {subset}"
            continue
        held: t.Any = facts
        for key in path:
            held = held.get(key) or {}
        counts[name] = len(held)
        missing = [item for item in bmc.get("unread") or () if any(word in item["resource"] for word in words)]
        if missing:
            unread[f"counts.{name}"] = _reasons(missing)
    return counts


def _health(facts: Answers, bmc: Answers, unread: dict[str, str]) -> Json:
    if bmc.get("unread"):
        unread["health.bad"] = _reasons(bmc["unread"])
    if "unhealthy" not in facts:
        unread["health.bad"] = NOBODY
        return {}
    return {"bad": [f"{item['name'] or item['part']} ({item['health']})" for item in facts["unhealthy"]]}


def _reasons(items: t.Sequence[Answers]) -> str:
    told = [f"{item['resource']}: {item['reason']}" for item in items[:MOST_TOLD]]
    more = [f"and {len(items) - MOST_TOLD} more"] if len(items) > MOST_TOLD else []
    return "; ".join([*told, *more])


def _maas(answer: t.Any, unread: dict[str, str]) -> Json:
    """The machine as MAAS shows it; one that MAAS does not know has that for a status."""
    if not answer:
        unread["maas"] = NOBODY
        return {}
    machines = answer.get("machines") or [{"status_name": "not in MAAS"}]
    machine = {key: value for key, value in machines[0].items() if value is not None}
    machine["memory_gib"] = machine.get("memory", 0) // 1024
    for name in ("memory_gib", "cpu_count"):
        if not machine.get(name):  # MAAS has 0 until the machine was commissioned
            machine.pop(name, None)
            unread[f"maas.{name}"] = f"MAAS has not seen it; the machine is {machine.get('status_name')}"
    return machine


def _firmware(name: str, answer: t.Any, unread: dict[str, str]) -> Json:
    # Of a server that speaks IPMI only the state says that nothing is asked for, and nothing of what it has.
    if not answer or "components" not in answer or answer.get("platform") == IPMI.name:
        unread[name] = NOBODY
        return {}
    return {"left": [item["component"] for item in answer["components"] if item["action"] != "none"]}


def _plan(name: str, answer: t.Any, unread: dict[str, str]) -> Json:
    """What a door that was only looked at would still do; one that the machine does not have proves nothing."""
    if not answer or answer.get("skipped"):
        unread[name] = NOBODY
        return {}
    if answer.get("error_class") == "NotSupportedError":
        unread[name] = str(answer.get("msg"))
        return {}
    if answer.get("error_class"):
        return {"left": [str(answer.get("msg"))]}
    return {"left": [step["text"] for step in (answer.get("plan") or {}).get("steps") or ()]}
