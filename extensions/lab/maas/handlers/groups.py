# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for zones, resource pools, domains and tags: what machines are sorted by."""

from __future__ import annotations

import re
from typing import Any

from .. import render_parts, tag_rules
from ..params import Params
from ..records import Domain, Pool, Tag, Zone
from ..refusals import ADMIN_ONLY, REQUIRED, BadRequest, Forbidden, FormErrors, NotFound
from ..render_machine import machine as render_machine
from ..wire import NO_CONTENT, Answer, Call, Router

NAME = re.compile(r"[\w.-]+( ?[\w.-]+)*")
WORD = re.compile(r"[\w.-]+")
INVALID = "Enter a valid value."


def register(router: Router) -> None:
    """Add the operations to the router."""
    zones = router.resource("zones/")
    zones.on("GET")(lambda call: [render_parts.zone(zone) for zone in _by_name(call.region.zones)])
    zones.on("POST", admin_text=ADMIN_ONLY)(create_zone)
    zone = router.resource("zones/{name}/")
    zone.on("GET")(lambda call: render_parts.zone(_zone(call)))
    zone.on("PUT", admin_text=ADMIN_ONLY)(update_zone)
    zone.on("DELETE", admin_text=ADMIN_ONLY)(delete_zone)
    pools = router.resource("resourcepools/")
    pools.on("GET")(lambda call: [render_parts.pool(pool) for pool in call.region.pools.values()])
    pools.on("POST", admin=True)(create_pool)
    pool = router.resource("resourcepool/{id}/")
    pool.on("GET")(lambda call: render_parts.pool(_pool(call)))
    pool.on("PUT", admin=True)(update_pool)
    pool.on("DELETE", admin=True)(delete_pool)
    domains = router.resource("domains/")
    domains.on("GET")(lambda call: [render_parts.domain(domain) for domain in call.region.domains.values()])
    domains.on("POST", admin_text=ADMIN_ONLY)(create_domain)
    domain = router.resource("domains/{id}/")
    domain.on("GET")(lambda call: render_parts.domain(_domain(call)))
    domain.on("DELETE", admin_text=ADMIN_ONLY)(delete_domain)
    tags = router.resource("tags/")
    tags.on("GET")(lambda call: [render_parts.tag(call.region.tags[name]) for name in sorted(call.region.tags)])
    tags.on("POST", admin=True)(create_tag)
    tag = router.resource("tags/{name}/")
    tag.on("GET")(lambda call: render_parts.tag(_tag(call)))
    tag.on("PUT", admin=True)(update_tag)
    tag.on("DELETE", admin=True)(delete_tag)
    for op in ("machines", "nodes"):
        tag.on("GET", op)(tagged)
    for op in ("devices", "rack_controllers", "region_controllers"):
        tag.on("GET", op)(lambda call: [] if _tag(call) else [])
    tag.on("POST", "update_nodes")(update_nodes)
    tag.on("POST", "rebuild", admin=True)(rebuild)


def _by_name(table: dict[int, Any]) -> list[Any]:
    return sorted(table.values(), key=lambda item: item.name)


def _checked_name(data: Params, taken: set[str], label: str, pattern: re.Pattern[str] = NAME) -> str:
    name = data.text("name")
    if not name:
        raise FormErrors({"name": REQUIRED})
    if not pattern.fullmatch(name):
        raise FormErrors({"name": INVALID})
    if name in taken:
        raise FormErrors({"name": f"{label} with this Name already exists."})
    return name


# -- zones ------------------------------------------------------------------------------------------------------------
def _zone(call: Call) -> Zone:
    found: Zone | None = call.region.zone_named(call.args["name"])
    if found is None:
        raise NotFound("Zone")
    return found


def create_zone(call: Call) -> dict[str, Any]:
    taken = {zone.name for zone in call.region.zones.values()}
    name = _checked_name(call.data, taken, "Physical zone")
    made = Zone(call.region.number("zone"), name, call.data.text("description"))
    call.region.zones[made.id] = made
    return render_parts.zone(made)


def update_zone(call: Call) -> dict[str, Any]:
    zone = _zone(call)
    if "name" in call.data:
        taken = {other.name for other in call.region.zones.values() if other is not zone}
        zone.name = _checked_name(call.data, taken, "Physical zone")
    zone.description = call.data.text("description", zone.description)
    return render_parts.zone(zone)


def delete_zone(call: Call) -> Answer:
    """Delete a zone; one that does not exist is deleted already. Its machines go to the default zone."""
    zone = call.region.zone_named(call.args["name"])
    if zone is None:
        return NO_CONTENT
    if zone.id == 1:
        raise BadRequest("This zone is the default zone, it cannot be deleted.")
    for node in call.region.nodes.values():
        node.zone_id = 1 if node.zone_id == zone.id else node.zone_id
    del call.region.zones[zone.id]
    return NO_CONTENT


# -- pools ------------------------------------------------------------------------------------------------------------
def _pool(call: Call) -> Pool:
    wanted = call.args["id"]
    found = call.region.pools.get(int(wanted)) if wanted.isdigit() else call.region.pool_named(wanted)
    if found is None:
        raise NotFound("ResourcePool")
    return found  # type: ignore[no-any-return]


def create_pool(call: Call) -> dict[str, Any]:
    taken = {pool.name for pool in call.region.pools.values()}
    name = _checked_name(call.data, taken, "Resource pool")
    made = Pool(call.region.number("pool"), name, call.data.text("description"))
    call.region.pools[made.id] = made
    return render_parts.pool(made)


def update_pool(call: Call) -> dict[str, Any]:
    pool = _pool(call)
    if "name" in call.data:
        taken = {other.name for other in call.region.pools.values() if other is not pool}
        pool.name = _checked_name(call.data, taken, "Resource pool")
    pool.description = call.data.text("description", pool.description)
    return render_parts.pool(pool)


def delete_pool(call: Call) -> Answer:
    pool = _pool(call)
    if pool.id == 0:
        raise BadRequest("This is the default pool, it cannot be deleted.")
    if any(node.pool_id == pool.id for node in call.region.nodes.values()):
        raise BadRequest("Can't delete pool because it has machines. Please move the machines to another pool first.")
    del call.region.pools[pool.id]
    return NO_CONTENT


# -- domains ----------------------------------------------------------------------------------------------------------
def _domain(call: Call) -> Domain:
    wanted = call.args["id"]
    found = call.region.domains.get(int(wanted)) if wanted.isdigit() else call.region.domain_named(wanted)
    if found is None:
        raise NotFound("Domain")
    return found  # type: ignore[no-any-return]


def create_domain(call: Call) -> dict[str, Any]:
    taken = {domain.name for domain in call.region.domains.values()}
    name = _checked_name(call.data, taken, "Domain", WORD)
    made = Domain(call.region.number("domain"), name, call.data.checkbox("authoritative", default=True))
    call.region.domains[made.id] = made
    return render_parts.domain(made)


def delete_domain(call: Call) -> Answer:
    domain = _domain(call)
    if domain.id == 0:
        raise BadRequest("This domain is the default domain, it cannot be deleted.")
    del call.region.domains[domain.id]
    return NO_CONTENT


# -- tags -------------------------------------------------------------------------------------------------------------
def _tag(call: Call) -> Tag:
    try:
        return call.region.tags[call.args["name"]]  # type: ignore[no-any-return]
    except KeyError:
        raise NotFound("Tag") from None


def create_tag(call: Call) -> dict[str, Any]:
    data = call.data
    name = _checked_name(data, set(call.region.tags), "Tag", WORD)
    tag_rules.check(data.text("definition"))
    made = Tag(name, data.text("definition"), data.text("comment"), data.text("kernel_opts"))
    call.region.tags[name] = made
    _apply_definition(call, made)
    return render_parts.tag(made)


def update_tag(call: Call) -> dict[str, Any]:
    tag, data = _tag(call), call.data
    if data.text("name") and data.text("name") != tag.name:
        name = _checked_name(data, set(call.region.tags), "Tag", WORD)
        for node in call.region.nodes.values():
            node.tag_names = [name if one == tag.name else one for one in node.tag_names]
        call.region.tags[name] = call.region.tags.pop(tag.name)
        tag.name = name
    tag.comment = data.text("comment", tag.comment)
    tag.kernel_opts = data.text("kernel_opts", tag.kernel_opts)
    if "definition" in data:
        tag_rules.check(data.text("definition"))
        tag.definition = data.text("definition")
        _apply_definition(call, tag)
    return render_parts.tag(tag)


def delete_tag(call: Call) -> Answer:
    tag = _tag(call)
    for node in call.region.nodes.values():
        if tag.name in node.tag_names:
            node.tag_names.remove(tag.name)
    del call.region.tags[tag.name]
    return NO_CONTENT


def tagged(call: Call) -> list[dict[str, Any]]:
    tag = _tag(call)
    return [render_machine(call.region, n) for n in call.region.visible_to(call.me) if tag.name in n.tag_names]


def update_nodes(call: Call) -> dict[str, int]:
    """Add and remove machines; the numbers count the ids that exist, not what changed."""
    tag = _tag(call)
    if not call.me.is_superuser:
        raise Forbidden()
    nodes = call.region.nodes
    added = [nodes[one] for one in call.data.words("add") if one in nodes]
    removed = [nodes[one] for one in call.data.words("remove") if one in nodes]
    for node in added:
        if tag.name not in node.tag_names:
            node.tag_names.append(tag.name)
    for node in removed:
        if tag.name in node.tag_names:
            node.tag_names.remove(tag.name)
    return {"added": len(added), "removed": len(removed)}


def rebuild(call: Call) -> dict[str, str]:
    tag = _tag(call)
    _apply_definition(call, tag)
    return {"rebuilding": tag.name}


def _apply_definition(call: Call, tag: Tag) -> None:
    if not tag.definition:
        return
    for node in call.region.nodes.values():
        fits = tag_rules.matches(tag.definition, node.lshw)
        if fits and tag.name not in node.tag_names:
            node.tag_names.append(tag.name)
        elif fits is False and tag.name in node.tag_names:
            node.tag_names.remove(tag.name)
