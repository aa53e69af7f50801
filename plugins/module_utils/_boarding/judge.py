# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge a server by a list of checks: checks and evidence in, verdicts out; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

__all__ = ["judge"]

Check = t.Mapping[str, t.Any]

# How `must` judges what was found (first) against what was asked for (second).
RULES: dict[str, tuple[str, t.Callable[[t.Any, t.Any], bool]]] = {
    "be_true": ("is not true", lambda found, asked: found is True),
    "be_empty": ("still has", lambda found, asked: not found),
    "be": ("is not", lambda found, asked: bool(found == asked)),
    "be_one_of": ("is none of", lambda found, asked: found in asked),
    "be_at_least": ("is less than", lambda found, asked: bool(found >= asked)),
    "be_at_most": ("is more than", lambda found, asked: bool(found <= asked)),
}
NEEDS_NOTHING = ("be_true", "be_empty")


def judge(
    checks: t.Iterable[Check], evidence: t.Mapping[str, t.Any], skip: t.Collection[str] = ()
) -> list[dict[str, str]]:
    """Return one verdict per check: ``name``, ``text``, ``outcome`` (pass, warn, fail, skipped), ``reason``, and for
    those that are not passed ``told``, all of it in one line for a person.

    Evidence that is missing counts against the server, since nothing was proven; a check whose comparison (``than``)
    is missing is skipped, since nothing was asked for.
    """
    return [_verdict(check, evidence, skip) for check in checks]


def _verdict(check: Check, evidence: t.Mapping[str, t.Any], skip: t.Collection[str]) -> dict[str, str]:
    outcome, reason = _outcome(check, evidence, skip)
    verdict = {"name": check["name"], "text": check["text"], "outcome": outcome, "reason": reason}
    if outcome in ("warn", "fail"):
        advice = f". Try: {check['hint']}" if "hint" in check else ""
        verdict["told"] = f"not true that {check['text']} ({reason}){advice}"
    return verdict


def _outcome(check: Check, evidence: t.Mapping[str, t.Any], skip: t.Collection[str]) -> tuple[str, str]:
    if check["name"] in skip:
        return "skipped", "the device type skips it"
    asked = _at(evidence, check["than"]) if "than" in check else check.get("value")
    if "than" in check and asked is None:
        return "skipped", "the device type does not ask for it"
    found = _at(evidence, check["look_at"])
    failed = check.get("otherwise", "fail")
    if found is None:
        return failed, f"{check['look_at']} is not known"
    words, holds = RULES[check["must"]]
    try:
        if holds(found, asked):
            return "pass", ""
    except TypeError:
        words = "cannot be compared with"
    return failed, f"{check['look_at']}: {_told(check, found, words, asked)}"


def _told(check: Check, found: t.Any, words: str, asked: t.Any) -> str:
    if check["must"] == "be_empty":
        return f"{words} {_listed(found)}"
    return f"{found} {words}" if check["must"] in NEEDS_NOTHING else f"{found} {words} {_listed(asked)}"


def _listed(value: t.Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _at(evidence: t.Any, path: str) -> t.Any:
    for key in path.split("."):
        if not isinstance(evidence, t.Mapping) or key not in evidence:
            return None
        evidence = evidence[key]
    return evidence
