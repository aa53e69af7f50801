# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a task reported to the rows that are kept: pure, no database, no clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .columns import names

__all__ = [
    "change_rows",
    "failed_items",
    "light",
    "message_of",
    "result_text",
    "server_of",
]

Audit = Mapping[str, Any]
# Lists under the doors' result key `audit`, by the table they are filed in.
LISTS = (
    "bios_changes",
    "firmware_changes",
    "power_changes",
    "bmc_changes",
    "maas_transitions",
    "backups",
    "locks",
    "certificates",
    "bmcs",
    "boarding_checks",
)
_OWN = {"run_id", "seq", "at", "host", "result", "hash"}
# What says nothing about the machine, or stands elsewhere in the row.
_DROPPED = {"audit", "invocation", "ansible_facts", "stdout_lines", "stderr_lines", "changed", "msg", "exception"}
_DROPPED |= {"failed", "skipped", "unreachable", "attempts", "error_class", "warnings", "deprecations", "plan"}
# Large, and not kept: not worth being looked through for secrets.
_HEAVY = ("invocation", "ansible_facts", "stdout_lines", "stderr_lines", "exception")
LONGEST_RESULT = 8192
LONGEST_MESSAGE = 2000
_MOST_ITEMS = 5


def as_text(value: Any) -> str | None:
    """Return a value as a column keeps it: text as it is, anything else as JSON (`true`, `5`, `["a"]`)."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def change_rows(audit: Audit, host: str, result_seq: int | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the rows for everything a door reported under `audit`, already redacted."""
    for name in LISTS:
        columns = [column for column in names(name) if column not in _OWN]
        for entry in audit.get(name) or ():
            if isinstance(entry, Mapping):
                told = {column: as_text(entry.get(column)) for column in columns}
                yield name, {"host": host, **told, "result": result_seq}
    plan = audit.get("plan")
    if isinstance(plan, Mapping) and plan.get("steps"):
        yield (
            "plans",
            {
                "host": host,
                "reason": as_text(plan.get("reason")),
                "steps": as_text(plan["steps"]),
                "result": result_seq,
            },
        )
    if audit.get("discovery"):
        yield "discoveries", {"host": host, "facts": as_text(audit["discovery"]), "result": result_seq}


# What firmware vendors write where nobody entered a serial number.
_NO_SERIAL = {"", "0", "none", "null", "unknown", "default string", "not specified", "to be filled by o.e.m.", "n/a"}
_NO_SERIAL |= {"system serial number", "0123456789", "123456789", "0000000000", "chassis serial number"}
SERVER_COLUMNS = ("serial", "uuid", "vendor", "model", "bmc_host", "system_id", "hostname", "device_type", "state")


def server_of(known: Mapping[str, Any], told: Mapping[str, Any], host: str) -> dict[str, Any]:
    """Return what is known of the machine behind a host name once `told` is added; `key` is its identity.

    A serial number outlives host names and MAAS ids, so history follows the machine through a rename.
    """
    merged = {name: as_text(told.get(name)) or known.get(name) for name in SERVER_COLUMNS}
    serial = (merged["serial"] or "").strip()
    if serial.lower() in _NO_SERIAL:
        serial = ""
    merged["serial"] = serial or None
    identities = (("serial", serial), ("uuid", (merged["uuid"] or "").lower()), ("system_id", merged["system_id"]))
    key = next((f"{kind}:{value}" for kind, value in identities if value), f"host:{host}")
    return {"key": key, **merged}


def light(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result without what is large and never kept, in itself and in the items of a loop."""
    kept = {key: value for key, value in result.items() if key not in _HEAVY}
    if isinstance(kept.get("results"), list):
        kept["results"] = [light(item) if isinstance(item, Mapping) else item for item in kept["results"]]
    return kept


def message_of(result: Mapping[str, Any]) -> str | None:
    """Return the sentence a person wants of a result; of a loop that failed, what its failed items said.

    Ansible's own sentence for such a loop, "One or more items failed", says nothing.
    """
    failed = failed_items(result)
    told = [_said(item) for item in failed]
    if not any(told):
        return _said(result)
    if len(failed) == 1:
        return told[0]
    lines = [f"{_label(item)}: {said}" for item, said in zip(failed, told, strict=True) if said]
    more = [f"and {len(lines) - _MOST_ITEMS} more items"] if len(lines) > _MOST_ITEMS else []
    return "; ".join([*lines[:_MOST_ITEMS], *more])[:LONGEST_MESSAGE]


def _said(result: Mapping[str, Any]) -> str | None:
    # A `msg: no` is a word to the person who wrote it, and a false value to YAML.
    said = next((result[key] for key in ("msg", "reason", "censored") if result.get(key) not in (None, "")), None)
    return None if said is None else str(as_text(said))[:LONGEST_MESSAGE]


def _label(item: Mapping[str, Any]) -> str:
    """Return what an item of a loop is called: itself, or the name in it."""
    value = item.get(str(item.get("ansible_loop_var") or "item"))
    named = value.get("name") or value.get("key") if isinstance(value, Mapping) else value
    return " ".join(("an item" if named is None else str(as_text(named))).split())[:60]


def failed_items(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the results of the items of a loop that failed."""
    return [item for item in _items(result) if item.get("failed") and "ansible_loop_var" in item]


def _items(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = result.get("results")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def result_text(result: Mapping[str, Any], longest: int = LONGEST_RESULT) -> str | None:
    """Return the rest of a result as JSON; one too long is replaced by its keys, never cut in the middle."""
    kept = {key: value for key, value in result.items() if key not in _DROPPED and not key.startswith("_ansible")}
    items = _items(kept)
    if items:
        kept["results"] = [_item(item) for item in items]
    if not kept:
        return None
    text = json.dumps(kept, sort_keys=True, default=str, ensure_ascii=False)
    if len(text) > longest:
        return json.dumps({"too_long": len(text), "keys": sorted(kept)})
    return text


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    brief = {key: item[key] for key in ("item", "changed", "failed", "skipped", "msg") if item.get(key)}
    return brief if len(as_text(brief) or "") <= LONGEST_MESSAGE else {"item": str(item.get("item"))[:100]}
