# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms of an ETag that BMCs take back (Q-G12); pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer

__all__ = ["etag_ladder"]


def etag_ladder(resource: Answer) -> list[str]:
    """Return the forms of If-Match to try for a resource, without repetition."""
    header, in_body = resource.etag, str(resource.body.get("@odata.etag") or "")
    rungs = [header or "", *_forms(header or ""), in_body, *_forms(in_body), "*"]
    return list(dict.fromkeys(rung for rung in rungs if rung))


def _forms(etag: str) -> tuple[str, str]:
    strong = etag[2:] if etag.startswith("W/") else etag
    return strong, strong.strip('"')  # Fujitsu wants the bare number (Q-F01)
