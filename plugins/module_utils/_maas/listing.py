# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read many machines at once; MAAS does the filtering.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import base64
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import SECRET_KEY
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import STATUSES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.refusals import unknown_names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import mac_address
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = ["INFO_OPTIONS", "Filters", "filters", "machines", "read_machines", "status_filter", "without_secrets"]

# The script whose output is the hardware in the form of LXD's resources.
RESOURCES_SCRIPT = "50-maas-01-commissioning"
# Ids in one request for power parameters: a URL has its limits.
IDS_AT_ONCE = 200
# Options with the name of MAAS's filter where it is another one.
FILTERS = {
    "system_id": "id",
    "hostname": "hostname",
    "mac_address": "mac_address",
    "status": "status",
    "zone": "zone",
    "pool": "pool",
    "domain": "domain",
    "tags": "tags",
    "not_tags": "not_tags",
    "owner": "owner",
    "agent_name": "agent_name",
}
# Where MAAS lists the names that a filter takes; it refuses others.
NAMED = {"zone": "zones/", "pool": "resourcepools/", "domain": "domains/", "tags": "tags/", "not_tags": "tags/"}
NOUNS = {"tags": "tag", "not_tags": "tag"}
SHORT_STATUS = {"Releasing failed": "failed_releasing", "Failed to enter rescue mode": "failed_entering_rescue_mode"}
SHORT_STATUS["Failed to exit rescue mode"] = "failed_exiting_rescue_mode"
STATUS_FILTERS = {name: SHORT_STATUS.get(name, name.lower().replace(" ", "_")) for name in STATUSES}
SECRET_PARAMETERS = frozenset({"k_g", "key", "power_token", "power_token_secret", "certificate"})

INFO_OPTIONS = MAAS_OPTIONS + Options(
    spec={
        **{name: {"type": "list", "elements": "str"} for name in FILTERS if name != "agent_name"},
        "agent_name": {"type": "str"},
        "details": {"type": "bool", "default": False},
        "power_parameters": {"type": "bool", "default": False},
    }
)


@dataclass(frozen=True)
class Filters:
    """Which machines, and what of them; ``query`` is in MAAS's own names."""

    query: t.Mapping[str, t.Any] = field(default_factory=dict)
    details: bool = False
    power_parameters: bool = False


def filters(params: t.Mapping[str, t.Any]) -> Filters:
    """Take the options of ``maas_machine_info``.

    :raises ConfigurationError: for a status MAAS does not have, with near matches.
    """
    query = {theirs: params[ours] for ours, theirs in FILTERS.items() if params.get(ours)}
    if "status" in query:
        query["status"] = [status_filter(text) for text in query["status"]]
    if "mac_address" in query:
        query["mac_address"] = [mac_address(text) for text in query["mac_address"]]
    return Filters(query, bool(params.get("details")), bool(params.get("power_parameters")))


def status_filter(text: str) -> str:
    """Return a status as the filter of MAAS wants it: ``Failed deployment`` is ``failed_deployment``."""
    by_any_name = {key.lower(): short for name, short in STATUS_FILTERS.items() for key in (name, short)}
    short = by_any_name.get(text.strip().lower())
    if short is None:
        guesses = near(text, STATUS_FILTERS) or list(STATUSES)
        raise ConfigurationError(f"MAAS has no status {text!r}", hint=f"one of {', '.join(guesses)}")
    return short


def read_machines(client: MaasClient, wanted: Filters) -> list[dict[str, t.Any]]:
    """Return the machines in their result form, ordered by hostname.

    :raises ConfigurationError: for a name that MAAS does not have, with near matches.
    """
    found = [Machine.from_maas(body) for body in _rows(client, wanted.query)]
    rows = [machine.as_result() for machine in sorted(found, key=lambda machine: (machine.hostname, machine.system_id))]
    if wanted.power_parameters:
        _add_power_parameters(client, rows)
    if wanted.details:
        for row in rows:
            row["details"] = _resources(client, row["system_id"])
    return rows


def _rows(client: MaasClient, query: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    try:
        return client.rows("machines/", **query)
    except ConfigurationError as exc:
        # Only now: as long as the names are right, the machines are one request.
        refused = [name for name in NAMED if name in exc.facts.get("fields", ())]
        known = {name: [row["name"] for row in client.rows(NAMED[name])] for name in refused}
        told = [text for name in refused for text in unknown_names(NOUNS.get(name, name), query[name], known[name])]
        exc.hint = "; ".join(told) or exc.hint
        raise


def machines(wanted: Filters, current: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the result keys."""
    return {"machines": current}


def without_secrets(parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return power parameters without passwords and keys; MAAS answers them in clear."""
    return {
        name: value
        for name, value in sorted(parameters.items())
        if name not in SECRET_PARAMETERS and not SECRET_KEY.search(name)
    }


def _add_power_parameters(client: MaasClient, rows: list[dict[str, t.Any]]) -> None:
    for at in range(0, len(rows), IDS_AT_ONCE):
        some = rows[at : at + IDS_AT_ONCE]
        known = client.get("machines/", op="power_parameters", id=[row["system_id"] for row in some])
        for row in some:
            row["power_parameters"] = without_secrets(known.get(row["system_id"]) or {})


def _resources(client: MaasClient, system_id: str) -> dict[str, t.Any]:
    path = path_of("nodes", system_id, "results", "current-commissioning")
    body = client.get_or_none(path, filters=RESOURCES_SCRIPT, include_output="true") or {}
    for result in body.get("results", []):
        try:
            output = json.loads(base64.b64decode(result.get("stdout") or result.get("output") or ""))
        except ValueError:  # a failed script prints something else
            continue
        return t.cast("dict[str, t.Any]", output.get("resources", output))
    return {}
