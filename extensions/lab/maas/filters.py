# SPDX-License-Identifier: GPL-3.0-or-later
"""Select machines by the constraints of ``GET /machines/`` and ``op=allocate``; refuses unknown ones as MAAS does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .machine_form import MAC, normal_mac
from .params import Params
from .records import Node
from .refusals import FormErrors, no_choice_text
from .region import Region
from .render_network import ip_addresses
from .statuses import BY_SHORT

Test = Callable[[Node], bool]
Maker = Callable[[Region, list[str]], Test]


def select(region: Region, nodes: Iterable[Node], query: Params, ignored: Iterable[str] = ()) -> list[Node]:
    """Give the nodes that meet every constraint; repeated values of one key are alternatives."""
    tests = build(region, query, ignored)
    return [node for node in nodes if all(test(node) for test in tests)]


def build(region: Region, query: Params, ignored: Iterable[str] = ()) -> list[Test]:
    """Turn constraints into tests, reporting every bad one at once."""
    tests: list[Test] = []
    errors: dict[str, str] = {}
    skipped = set(ignored)
    for key in query:
        if key in skipped:
            continue
        negated = key.startswith("not_")
        name = key.removeprefix("not_").removeprefix("in_") if negated else key
        maker = None if name in GONE and region.settings.at_least("3.8") else MAKERS.get(name)
        if maker is None or (negated and name in POSITIVE_ONLY):
            errors[key] = "No such constraint."
            continue
        try:
            test = maker(region, [value for value in query.many(key) if value])
        except _Bad as bad:
            errors[key] = str(bad)
            continue
        tests.append(_not(test) if negated else test)
    if errors:
        raise FormErrors(errors)
    return tests


class _Bad(Exception):
    """A value a constraint cannot take."""


def _not(test: Test) -> Test:
    return lambda node: not test(node)


def _words(values: Iterable[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _hostname(region: Region, values: list[str]) -> Test:
    wanted = {word.lower() for word in _words(values)}
    return lambda node: node.hostname.lower() in wanted or region.fqdn(node).lower() in wanted


def _id(region: Region, values: list[str]) -> Test:
    wanted = set(_words(values))
    return lambda node: node.system_id in wanted


def _mac(region: Region, values: list[str]) -> Test:
    for value in values:
        if not MAC.fullmatch(value):
            raise _Bad(f"'{value}' is not a valid MAC address.")
    wanted = {normal_mac(value) for value in values}
    return lambda node: any(nic.mac_address in wanted for nic in node.interfaces.values())


def _status(region: Region, values: list[str]) -> Test:
    for value in values:
        if value not in BY_SHORT:
            raise _Bad(no_choice_text(value))
    wanted = {BY_SHORT[value] for value in values}
    return lambda node: node.status in wanted


def _zone(region: Region, values: list[str]) -> Test:
    missing = [word for word in _words(values) if region.zone_named(word) is None]
    if missing:
        raise _Bad(f"No such zone(s): {', '.join(missing)}.")
    wanted = {zone.id for word in _words(values) if (zone := region.zone_named(word))}
    return lambda node: node.zone_id in wanted


def _pool(region: Region, values: list[str]) -> Test:
    missing = [word for word in _words(values) if region.pool_named(word) is None]
    if missing:
        raise _Bad(f"No such pool(s): {', '.join(missing)}.")
    wanted = {pool.id for word in _words(values) if (pool := region.pool_named(word))}
    return lambda node: node.pool_id in wanted


def _domain(region: Region, values: list[str]) -> Test:
    missing = [word for word in _words(values) if region.domain_named(word) is None]
    if missing:
        raise _Bad(f"No such domain(s): {', '.join(missing)}.")
    wanted = {domain.id for word in _words(values) if (domain := region.domain_named(word))}
    return lambda node: node.domain_id in wanted


def _tags(region: Region, values: list[str]) -> Test:
    wanted = _words(values)
    missing = [f"'{word}'" for word in wanted if word not in region.tags]
    if missing:
        raise _Bad(f"No such tag(s): {', '.join(missing)}.")
    return lambda node: set(wanted) <= set(node.tag_names)


def _arch(region: Region, values: list[str]) -> Test:
    wanted = {value if "/" in value else f"{value}/generic" for value in values}
    return lambda node: node.architecture in wanted


def _at_least(attribute: str, complaint: str) -> Maker:
    def make(region: Region, values: list[str]) -> Test:
        try:
            lowest = max(float(value) for value in values)
        except ValueError as error:
            raise _Bad(complaint) from error
        return lambda node: getattr(node, attribute) >= lowest

    return make


def _equal(attribute: str) -> Maker:
    def make(region: Region, values: list[str]) -> Test:
        wanted = set(_words(values))
        return lambda node: str(getattr(node, attribute) or "") in wanted

    return make


def _subnets(region: Region, values: list[str]) -> Test:
    wanted = {region.network.find_subnet(value).id for value in values}
    return lambda node: any(link.subnet_id in wanted for nic in node.interfaces.values() for link in nic.links)


def _vlans(region: Region, values: list[str]) -> Test:
    wanted = {int(word) for word in _words(values) if word.isdigit()}
    return lambda node: any(nic.vlan_id in wanted for nic in node.interfaces.values())


def _fabrics(region: Region, values: list[str]) -> Test:
    wanted = set(_words(values))
    ids = {f.id for f in region.network.fabrics.values() if f.name in wanted or str(f.id) in wanted}
    vlans = {vlan.id for vlan in region.network.vlans.values() if vlan.fabric_id in ids}
    return lambda node: any(nic.vlan_id in vlans for nic in node.interfaces.values())


def _link_speed(region: Region, values: list[str]) -> Test:
    lowest = min((int(value) for value in values if value.isdigit()), default=0)
    return lambda node: any(nic.link_speed >= lowest for nic in node.interfaces.values())


def _ip(region: Region, values: list[str]) -> Test:
    wanted = set(_words(values))
    return lambda node: bool(wanted & set(ip_addresses(node)))


def _deployment_target(region: Region, values: list[str]) -> Test:
    return lambda node: ("deploy_to_memory" if node.ephemeral_deploy else "deploy_to_disk") in values


def _simple_status(region: Region, values: list[str]) -> Test:
    return lambda node: node.status.short in values or node.status.title.lower().startswith(tuple(values))


def _storage(region: Region, values: list[str]) -> Test:
    sizes = [int(float(item.split(":", 1)[-1].split("(")[0]) * 10**9) for item in _words(values)]

    def fits(node: Node) -> bool:
        held = sorted((disk.size for disk in node.blockdevices.values() if disk.type == "physical"), reverse=True)
        return len(held) >= len(sizes) and all(a >= b for a, b in zip(held, sorted(sizes, reverse=True), strict=False))

    return fits


def _nothing(region: Region, values: list[str]) -> Test:
    return lambda node: False


def _everything(region: Region, values: list[str]) -> Test:
    return lambda node: True


MAKERS: dict[str, Maker] = {
    "agent_name": _equal("agent_name"),
    "arch": _arch,
    "cpu_count": _at_least("cpu_count", "Invalid CPU count: number required."),
    "cpu_speed": _at_least("cpu_speed", "Invalid CPU speed: number required."),
    "deployment_target": _deployment_target,
    "devices": _everything,
    "domain": _domain,
    "fabric_classes": _nothing,
    "fabrics": _fabrics,
    "hostname": _hostname,
    "id": _id,
    "interfaces": _everything,
    "ip_addresses": _ip,
    "link_speed": _link_speed,
    "mac_address": _mac,
    "mem": _at_least("memory", "Invalid memory: number of MiB required."),
    "owner": _equal("owner"),
    "pod": _nothing,
    "pod_type": _nothing,
    "pool": _pool,
    "power_state": _equal("power_state"),
    "simple_status": _simple_status,
    "status": _status,
    "storage": _storage,
    "subnets": _subnets,
    "system_id": _id,
    "tags": _tags,
    "vlans": _vlans,
    "zone": _zone,
}
GONE = ("pod", "pod_type")
"""Constraints that 3.8 took away."""
POSITIVE_ONLY = ("devices", "storage", "interfaces", "link_speed")
