# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scan saw, next to what was seen before, and as an inventory; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import csv
import io
import typing as t

__all__ = ["COLUMNS", "as_csv", "compare", "host_name", "inventory"]

Found = t.Dict[str, t.Any]
# What makes a BMC another one, or one that somebody worked on.
TELLING = ("fingerprint", "protocol", "vendor", "product", "redfish_version", "uuid")
COLUMNS = (
    "name",
    "bmc_host",
    "bmc_port",
    "protocol",
    "vendor",
    "product",
    "redfish_version",
    "uuid",
    "fingerprint",
    "issuer",
    "ipmi",
    "status",
    "changed",
    "reason",
)


def compare(
    found: t.Sequence[Found], known: t.Sequence[t.Mapping[str, t.Any]], swept: t.Collection[str]
) -> list[Found]:
    """Return the rows with ``status`` new, known, changed or missing, and what changed.

    Only addresses that were swept can be missing.
    """
    earlier = {str(row["address"]): row for row in known if row.get("address")}
    rows = [{**row, **_status(row, earlier.get(row["address"]))} for row in found]
    seen = {row["address"] for row in found}
    covered = set(swept)
    return rows + [
        {**dict(row), "status": "missing"}
        for address, row in earlier.items()
        if address not in seen and address in covered
    ]


def _status(row: Found, before: t.Mapping[str, t.Any] | None) -> Found:
    if before is None:
        return {"status": "new"}
    changed = [key for key in TELLING if before.get(key) not in (None, "") and row.get(key, "") != before[key]]
    return {"status": "changed", "changed": changed} if changed else {"status": "known"}


def host_name(row: t.Mapping[str, t.Any]) -> str:
    """Return the inventory name of a BMC of which only the address is known."""
    return "bmc-" + str(row["address"]).replace(".", "-")


def inventory(rows: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return an Ansible inventory: BMCs with Redfish in group servers, ready to be provisioned, others in ipmi_only."""
    servers: Found = {}
    ipmi_only: Found = {}
    for row in rows:
        if row.get("status") == "missing" or row["protocol"] == "none":
            continue
        group = servers if row["protocol"] == "redfish" else ipmi_only
        port = {"bmc_port": row["port"]} if row["protocol"] == "redfish" and row.get("port", 443) != 443 else {}
        group[host_name(row)] = {"bmc_host": row["address"], **port}
    others = {"ipmi_only": {"hosts": ipmi_only}} if ipmi_only else {}
    return {"all": {"children": {"servers": {"hosts": servers}, **others}}}


def as_csv(rows: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """Return the rows as a table with a header, one line per address, everything that was seen included."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        named = {"name": host_name(row), "bmc_host": row["address"], "bmc_port": row.get("port", "")}
        writer.writerow({**row, **named, "changed": " ".join(row.get("changed") or ())})
    return text.getvalue()
