# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge a server by a list of checks: checks and evidence in, verdicts out; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

__all__ = ["RULES", "judge"]

Check = t.Mapping[str, t.Any]
Evidence = t.Mapping[str, t.Any]


class Rule(t.NamedTuple):
    """How ``must`` judges what was found (first) against what was asked for (second), and the words when it does not hold.

    ``partly`` says what evidence that was read in part can prove: that it holds, that it does not, or neither.
    """

    words: str
    holds: t.Callable[[t.Any, t.Any], bool]
    partly: t.Optional[bool] = None


RULES: t.Mapping[str, Rule] = {
    "be_true": Rule("is not true", lambda found, asked: found is True),
    "be_empty": Rule("still has", lambda found, asked: not found, partly=False),
    "be": Rule("is not", lambda found, asked: bool(found == asked)),
    "be_one_of": Rule("is none of", lambda found, asked: found in asked),
    "be_at_least": Rule("is less than", lambda found, asked: bool(found >= asked), partly=True),
    "be_at_most": Rule("is more than", lambda found, asked: bool(found <= asked), partly=False),
    "have_none_of": Rule("has", lambda found, asked: not _both(found, asked), partly=False),
}
NEEDS_NOTHING = ("be_true", "be_empty")


def judge(checks: t.Iterable[Check], evidence: Evidence, skip: t.Collection[str] = ()) -> list[dict[str, str]]:
    """Return one verdict per check: ``name``, ``text``, ``outcome`` (pass, warn, fail, skipped), ``reason``, and for
    those that are not passed ``told``, all of it in one line for a person.

    What could not be read (``unread`` of the evidence: path -> reason) proves nothing, so its check is skipped with the
    reason and never passed; so is one whose comparison (``than``) is missing, since nothing was asked for.
    """
    return [_verdict(check, evidence, skip) for check in checks]


def _verdict(check: Check, evidence: Evidence, skip: t.Collection[str]) -> dict[str, str]:
    outcome, reason = _outcome(check, evidence, skip)
    verdict = {"name": check["name"], "text": check["text"], "outcome": outcome, "reason": reason}
    if outcome in ("warn", "fail"):
        advice = f". Try: {check['hint']}" if "hint" in check else ""
        verdict["told"] = f"not true that {check['text']} ({reason}){advice}"
    return verdict


def _outcome(check: Check, evidence: Evidence, skip: t.Collection[str]) -> tuple[str, str]:
    if check["name"] in skip:
        return "skipped", "the device type skips it"
    asked = _at(evidence, check["than"]) if "than" in check else check.get("value")
    if "than" in check and asked is None:
        return "skipped", _not_asked(check["than"])
    found, unread = _at(evidence, check["look_at"]), _unread(evidence, check["look_at"])
    if found is None:
        return "skipped", unread or f"{check['look_at']} is not known"
    rule = RULES[check["must"]]
    try:
        holds, words = rule.holds(found, asked), rule.words
    except TypeError:
        holds, words, unread = False, "cannot be compared with", ""
    if unread and holds is not rule.partly:
        return "skipped", f"{check['look_at']} was read in part: {unread}"
    if holds:
        return "pass", ""
    return check.get("otherwise", "fail"), f"{check['look_at']}: {_told(check, found, words, asked)}"


def _not_asked(path: str) -> str:
    return "the device type does not ask for it" if path.startswith("type.") else f"nobody asks for it ({path})"


def _told(check: Check, found: t.Any, words: str, asked: t.Any) -> str:
    if check["must"] == "be_empty":
        return f"{words} {_listed(found)}"
    if check["must"] == "have_none_of":
        return f"{words} {_listed(_both(found, asked))}"
    return f"{found} {words}" if check["must"] in NEEDS_NOTHING else f"{found} {words} {_listed(asked)}"


def _both(found: t.Iterable[t.Any], asked: t.Iterable[t.Any]) -> list[t.Any]:
    return [item for item in found if item in asked]


def _listed(value: t.Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _unread(evidence: Evidence, path: str) -> str:
    """Return why a path, or what it is below, could not be read; empty when it was."""
    reasons = evidence.get("unread") or {}
    keys = path.split(".")
    above = (".".join(keys[:length]) for length in range(len(keys), 0, -1))
    return next((str(reasons[key]) for key in above if key in reasons), "")


def _at(evidence: t.Any, path: str) -> t.Any:
    for key in path.split("."):
        if not isinstance(evidence, t.Mapping) or key not in evidence:
            return None
        evidence = evidence[key]
    return evidence
