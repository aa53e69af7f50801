# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the small records (zones, VLANs, subnets, scripts, results ...) in the shape of the API's answers."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from .records import Domain, Node, Pool, Tag, User, Zone
from .records_network import Fabric, IPRange, Space, Subnet, Vlan
from .records_scripts import Script, ScriptResult, ScriptSet
from .region import Region
from .results import STATUS_NAMES, set_status
from .script_catalogue import HARDWARE_NAMES, PARALLEL_NAMES, TYPE_NAMES

API = "/MAAS/api/2.0"
RESULT_TYPE_NAMES = {0: "Commissioning", 1: "Installation", 2: "Testing", 3: "Release"}


def stamp(when: datetime | None) -> str | None:
    """Write a time as MAAS does in script results: ``Mon, 23 Nov 2026 04:31:38 +0000``."""
    return when.strftime("%a, %d %b %Y %H:%M:%S +0000") if when else None


def zone(record: Zone) -> dict[str, Any]:
    return {
        "name": record.name,
        "description": record.description,
        "id": record.id,
        "resource_uri": f"{API}/zones/{record.name}/",
    }


def pool(record: Pool) -> dict[str, Any]:
    return {
        "name": record.name,
        "description": record.description,
        "id": record.id,
        "resource_uri": f"{API}/resourcepool/{record.id}/",
    }


def domain(record: Domain) -> dict[str, Any]:
    return {
        "authoritative": record.authoritative,
        "ttl": record.ttl,
        "name": record.name,
        "id": record.id,
        "resource_record_count": 0,
        "is_default": record.id == 0,
        "resource_uri": f"{API}/domains/{record.id}/",
    }


def tag(record: Tag) -> dict[str, Any]:
    return {
        "name": record.name,
        "definition": record.definition,
        "comment": record.comment,
        "kernel_opts": record.kernel_opts,
        "resource_uri": f"{API}/tags/{record.name}/",
    }


def user(record: User) -> dict[str, Any]:
    return {
        "is_superuser": record.is_superuser,
        "username": record.username,
        "email": record.email,
        "is_local": True,
        "resource_uri": f"{API}/users/{record.username}/",
    }


def vlan(region: Region, record: Vlan) -> dict[str, Any]:
    return {
        "vid": record.vid,
        "mtu": record.mtu,
        "dhcp_on": record.dhcp_on,
        "external_dhcp": None,
        "relay_vlan": None,
        "space": space_name(region, record),
        "name": record.name,
        "secondary_rack": None,
        "id": record.id,
        "fabric": region.network.fabrics[record.fabric_id].name,
        "primary_rack": record.primary_rack,
        "fabric_id": record.fabric_id,
        "resource_uri": f"{API}/vlans/{record.id}/",
    }


def space_name(region: Region, record: Vlan) -> str:
    return "undefined" if record.space_id is None else region.network.spaces[record.space_id].name


def subnet(region: Region, record: Subnet) -> dict[str, Any]:
    on = region.network.vlan(record.vlan_id)
    return {
        "name": record.name,
        "description": record.description,
        "vlan": vlan(region, on),
        "cidr": record.cidr,
        "rdns_mode": record.rdns_mode,
        "gateway_ip": record.gateway_ip,
        "dns_servers": list(record.dns_servers),
        "allow_dns": record.allow_dns,
        "allow_proxy": record.allow_proxy,
        "active_discovery": record.active_discovery,
        "managed": record.managed,
        "disabled_boot_architectures": [],
        "space": space_name(region, on),
        "id": record.id,
        "resource_uri": f"{API}/subnets/{record.id}/",
    }


def fabric(region: Region, record: Fabric) -> dict[str, Any]:
    return {
        "class_type": record.class_type,
        "id": record.id,
        "vlans": [vlan(region, item) for item in region.network.fabric_vlans(record.id)],
        "name": record.name,
        "resource_uri": f"{API}/fabrics/{record.id}/",
    }


def space(region: Region, record: Space | None) -> dict[str, Any]:
    """Write a space; None is MAAS's stand-in for VLANs that are in no space."""
    wanted = record.id if record else None
    vlans = [item for item in region.network.vlans.values() if item.space_id == wanted]
    subnets = [item for one in vlans for item in region.network.vlan_subnets(one.id)]
    text = "Backward compatibility object to ensure objects not associated with a space can be found."
    return {
        "description": record.description if record else text,
        "resource_uri": f"{API}/spaces/{record.id if record else 'undefined'}/",
        "vlans": [vlan(region, item) for item in vlans],
        "name": record.name if record else "undefined",
        "id": record.id if record else -1,
        "subnets": [subnet(region, item) for item in subnets],
    }


def ip_range(region: Region, record: IPRange) -> dict[str, Any]:
    return {
        "subnet": subnet(region, region.network.subnets[record.subnet_id]),
        "type": record.type,
        "start_ip": record.start_ip,
        "end_ip": record.end_ip,
        "user": user(region.users[record.user]) if record.user in region.users else None,
        "comment": record.comment,
        "id": record.id,
        "resource_uri": f"{API}/ipranges/{record.id}/",
    }


def script(record: Script, include_body: bool = False) -> dict[str, Any]:
    history = []
    for revision in record.history:
        line: dict[str, Any] = {"id": revision.id, "comment": revision.comment, "created": stamp(revision.created)}
        if include_body:
            line["data"] = base64.b64encode(revision.body.encode()).decode()
        history.append(line)
    return {
        "name": record.name,
        "title": record.title,
        "description": record.description,
        "tags": list(record.tags),
        "hardware_type": record.hardware_type,
        "parallel": record.parallel,
        "results": record.results,
        "parameters": record.parameters,
        "packages": record.packages,
        "timeout": str(timedelta(seconds=record.timeout)),
        "destructive": record.destructive,
        "default": record.default,
        "for_hardware": list(record.for_hardware),
        "may_reboot": record.may_reboot,
        "recommission": record.recommission,
        "apply_configured_networking": record.apply_configured_networking,
        "history": history,
        "id": record.id,
        "parallel_name": PARALLEL_NAMES[record.parallel],
        "hardware_type_name": HARDWARE_NAMES[record.hardware_type],
        "type_name": TYPE_NAMES[record.type],
        "type": record.type,
        "resource_uri": f"{API}/scripts/{record.name}",
    }


def script_result(record: ScriptResult, include_output: bool = False) -> dict[str, Any]:
    run = _span(record.started, record.ended)
    done: dict[str, Any] = {
        "id": record.id,
        "created": stamp(record.created),
        "updated": stamp(record.updated),
        "name": record.name,
        "status": record.status,
        "status_name": STATUS_NAMES[record.status],
        "exit_status": record.exit_status,
        "started": stamp(record.started),
        "ended": stamp(record.ended),
        "runtime": run,
        "starttime": record.started.timestamp() if record.started else "",
        "endtime": record.ended.timestamp() if record.ended else "",
        "estimated_runtime": run or str(timedelta(seconds=record.estimated)),
        "parameters": record.parameters,
        "script_id": record.script_id,
        "script_revision_id": record.revision_id,
        "suppressed": record.suppressed,
    }
    if include_output:
        for name in ("output", "stdout", "stderr", "result"):
            done[name] = base64.b64encode(getattr(record, name)).decode()
    return done


def script_set(node: Node, record: ScriptSet, wanted: list[str], include_output: bool) -> dict[str, Any]:
    status = set_status(record)
    starts = [r.started for r in record.results if r.started]
    ends = [r.ended for r in record.results if r.ended]
    ended = max(ends) if ends and all(r.ended for r in record.results) else None
    results = [r for r in record.results if not wanted or r.name in wanted]
    return {
        "started": stamp(min(starts)) if starts else None,
        "last_ping": stamp(record.last_ping),
        "status": status,
        "type_name": RESULT_TYPE_NAMES[record.type],
        "id": record.id,
        "type": record.type,
        "ended": stamp(ended),
        "results": [script_result(r, include_output) for r in results],
        "runtime": _span(min(starts, default=None), ended),
        "system_id": node.system_id,
        "status_name": STATUS_NAMES[status],
        "resource_uri": f"{API}/nodes/{node.system_id}/results/{record.id}/",
    }


def _span(start: datetime | None, end: datetime | None) -> str:
    """Write how long something took, in whole seconds; nothing while it runs."""
    return str(timedelta(seconds=int((end - start).total_seconds()))) if start and end else ""


def old_result(node: Node, of: ScriptSet, record: ScriptResult) -> dict[str, Any]:
    """Write a result as ``/installation-results/`` does."""
    return {
        "created": record.created.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "updated": record.updated.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "id": record.id,
        "name": record.name,
        "script_result": record.exit_status,
        "result_type": of.type,
        "node": {"system_id": node.system_id},
        "data": base64.b64encode(record.stdout).decode(),
        "resource_uri": f"{API}/commissioning-scripts/",
    }
