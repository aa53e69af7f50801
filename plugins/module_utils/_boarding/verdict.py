# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door boarding_verdict: the verdicts in the forms that a play, a person and the audit want.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.judge import judge
from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.words import counted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["read", "report"]

Params = t.Mapping[str, t.Any]
Verdicts = t.List[t.Dict[str, str]]


def read(params: Params) -> Verdicts:
    """Judge.

    :raises ConfigurationError: for checks that are no checks; those of configs/boarding/ were validated before.
    """
    try:
        return judge(params["checks"], params["evidence"], params["skip"])
    except KeyError as exc:
        raise ConfigurationError(f"a check has no, or no known, {exc.args[0]!r}", resource="checks") from exc


def report(params: Params, verdicts: Verdicts) -> dict[str, t.Any]:
    """Return the result keys."""
    place = {"rack": params.get("rack") or None, "checklist": params.get("checklist")}
    kept = ("name", "text", "outcome", "reason")
    return {
        "verdicts": verdicts,
        "bad": [item["told"] for item in verdicts if item["outcome"] == "fail"],
        "warned": [item["told"] for item in verdicts if item["outcome"] == "warn"],
        "unproven": [f"{item['name']}: {item['reason']}" for item in verdicts if item["outcome"] == "skipped"],
        "summary": counted({item["name"]: item["outcome"] for item in verdicts}),
        "audit": {"boarding_checks": [{**place, **{key: item[key] for key in kept}} for item in verdicts]},
    }
