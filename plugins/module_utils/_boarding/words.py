# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verdicts in a few words.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

__all__ = ["OUTCOMES", "counted"]

OUTCOMES = ("pass", "warn", "fail", "skipped")


def counted(outcomes: t.Mapping[str, str]) -> str:
    """Return `14 pass, 1 fail (cipher_zero), 2 skipped` for outcomes by check; what needs a look is named."""
    words = []
    for outcome in OUTCOMES:
        names = [name for name, found in outcomes.items() if found == outcome]
        named = f" ({', '.join(names)})" if outcome in ("warn", "fail") else ""
        words += [f"{len(names)} {outcome}{named}"] if names else []
    return ", ".join(words)
