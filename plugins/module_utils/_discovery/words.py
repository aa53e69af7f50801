# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of a server's firmware in one form: no placeholders, one spelling of addresses and of health.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["health", "mac", "number", "present", "state", "text", "uuid"]

# What firmware writes where nobody filled anything in.
PLACEHOLDERS = re.compile(
    r"(?i)^(to be filled( by o\.?e\.?m\.?)?|not (specified|available|present)|default string|unknown|none|null|n/?a|"
    r"system (product name|manufacturer|serial number)|[.\s0-]*|0123456789|asset[- ]?tag|x+)$"
)
NO_UUID = re.compile(r"^[0fF-]*$")


def text(value: t.Any) -> str:
    """Return a text without blanks at its ends, empty for a placeholder."""
    plain = " ".join(str(value).split()) if value is not None else ""
    return "" if PLACEHOLDERS.match(plain) else plain


def mac(value: t.Any) -> str:
    """Return a MAC address in lower case with colons, empty for none and for the all-zero one."""
    digits = re.sub("[^0-9a-f]", "", str(value or "").lower())
    if len(digits) != 12 or digits.strip("0") == "":
        return ""
    return ":".join(digits[index : index + 2] for index in range(0, 12, 2))


def health(body: t.Mapping[str, t.Any]) -> str:
    """Return OK, Warning or Critical, or an empty string; the rollup counts when there is one."""
    status = body.get("Status") or {}
    return str(status.get("HealthRollup") or status.get("Health") or "")


def present(body: t.Mapping[str, t.Any]) -> bool:
    """Whether the thing is there: inventories list empty sockets as Absent."""
    return state(body) != "Absent"


def uuid(value: t.Any) -> str:
    """Return a UUID in lower case, empty for one of zeroes or ones only."""
    found = str(value or "").strip()
    return "" if NO_UUID.match(found) else found.lower()


def state(body: t.Mapping[str, t.Any]) -> str:
    """Return Status.State, such as Enabled or StandbyOffline, or an empty string."""
    return str((body.get("Status") or {}).get("State") or "")


def number(value: t.Any) -> int | None:
    """Return the first whole number in a value such as ``3200 MT/s``, or None."""
    found = re.search(r"\d+", str(value if value is not None else ""))
    return int(found.group()) if found else None
