# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the fields of a new or changed machine in MAAS's words, then write them to the record.

Nothing is changed when a field is wrong. Fields MAAS does not know are ignored.
"""

from __future__ import annotations

import re

from .boot_images import kernels_of, usable_architectures
from .disks import parse_size
from .forms import Changes
from .params import Params
from .power_form import check_power
from .records import Node, User
from .records_network import Interface
from .refusals import NOT_AMONG_CHOICES, REQUIRED, BadRequest, FormErrors, choices_text
from .region import Region

MAC = re.compile(r"([0-9a-fA-F]{1,2}[:-]){5}[0-9a-fA-F]{1,2}")
ADJECTIVES = [
    "able",
    "brave",
    "calm",
    "eager",
    "fair",
    "glad",
    "happy",
    "keen",
    "lucky",
    "merry",
    "neat",
    "proud",
    "quick",
    "rapid",
    "smart",
    "sunny",
]
ANIMALS = [
    "ant",
    "bee",
    "cat",
    "cod",
    "crow",
    "deer",
    "dove",
    "elk",
    "fox",
    "frog",
    "goat",
    "hawk",
    "ibex",
    "koala",
    "lynx",
    "mole",
    "newt",
    "owl",
    "pug",
]


def read_new(region: Region, data: Params, user: User) -> Changes:
    """Check the form of a new machine."""
    architecture = data.text("architecture")
    if "hwe-" in architecture:
        raise BadRequest("hwe kernel must be specified using the min_hwe_kernel argument.")
    errors: dict[str, list[str]] = {}
    changes = Changes()
    if not architecture:
        errors["architecture"] = [REQUIRED]
    changes.macs = _macs(region, data, errors)
    _common(region, None, data, user, changes, errors)
    changes.values.setdefault("hostname", pet_name(region))
    if errors:
        raise FormErrors(errors)
    return changes


def read_update(region: Region, node: Node, data: Params, user: User) -> Changes:
    """Check the form of a changed machine; absent fields stay as they are."""
    errors: dict[str, list[str]] = {}
    changes = Changes()
    _common(region, node, data, user, changes, errors)
    if errors:
        raise FormErrors(errors)
    return changes


def write(node: Node, changes: Changes) -> None:
    """Put checked values on the record."""
    for name, value in changes.values.items():
        setattr(node, name, value)


def new_node(region: Region, changes: Changes) -> Node:
    """Create the record of a machine."""
    values = {"domain_id": 0, "zone_id": 1, "pool_id": 0, **changes.values}
    node = Node(region.system_id(), number=region.number("node"), **values)
    for position, mac in enumerate(changes.macs):
        nic = Interface(region.number("interface"), f"eth{position}", mac_address=mac, numa_node=0)
        node.interfaces[nic.id] = nic
    node.boot_interface_id = next(iter(node.interfaces), None)
    region.nodes[node.system_id] = node
    return node


def _common(
    region: Region,
    node: Node | None,
    data: Params,
    user: User,
    changes: Changes,
    errors: dict[str, list[str]],
) -> None:
    for check in (_architecture, _hostname, _placement, _kernel, check_power):
        check(region, node, data, changes, errors)
    if not user.is_superuser:
        changes.values.pop("power_parameters", None)
    for name in ("description",):
        if name in data:
            changes.values[name] = data.text(name)
    if data.text("swap_size"):
        size = parse_size(data.text("swap_size"), 0)
        if size is None:
            errors["swap_size"] = ["Invalid size for swap: " + data.text("swap_size")]
        else:
            changes.values["swap_size"] = size
    for name in ("cpu_count", "memory"):
        if data.text(name).isdigit():
            changes.values[name] = int(data.text(name))
    for name in ("disable_ipv4", "is_dpu"):
        if name in data:
            changes.values[name] = data.checkbox(name)


def _architecture(
    region: Region,
    node: Node | None,
    data: Params,
    changes: Changes,
    errors: dict[str, list[str]],
) -> None:
    given = data.text("architecture")
    if not given:
        return
    sub = data.text("subarchitecture")
    full = f"{given}/{sub}" if sub else given if "/" in given else f"{given}/generic"
    usable = usable_architectures(region.boot_resources)
    if full not in usable:
        errors["architecture"] = [choices_text(full, "architecture", usable)]
    changes.values["architecture"] = full


def _hostname(
    region: Region,
    node: Node | None,
    data: Params,
    changes: Changes,
    errors: dict[str, list[str]],
) -> None:
    given, domain_name = data.text("hostname"), data.text("domain")
    if "." in given:
        given, domain_name = given.split(".", 1)
    if given:
        wrong = hostname_problem(given)
        holder = region.node_by_hostname(given)
        if wrong:
            errors["hostname"] = [wrong]
        elif holder is not None and holder is not node:
            errors["hostname"] = ["Node with this Hostname already exists."]
        changes.values["hostname"] = given
    if domain_name:
        domain = region.domain_named(domain_name) or region.domains.get(_as_int(domain_name))
        if domain is None:
            errors["domain"] = [f"Unable to find domain {domain_name}"]
        else:
            changes.values["domain_id"] = domain.id


def _placement(
    region: Region,
    node: Node | None,
    data: Params,
    changes: Changes,
    errors: dict[str, list[str]],
) -> None:
    for name, find in (("zone", region.zone_named), ("pool", region.pool_named)):
        if not data.text(name):
            continue
        found = find(data.text(name))
        if found is None:
            errors[name] = [NOT_AMONG_CHOICES]
        else:
            changes.values[f"{name}_id"] = found.id


def _kernel(region: Region, node: Node | None, data: Params, changes: Changes, errors: dict[str, list[str]]) -> None:
    if "min_hwe_kernel" not in data:
        return
    wanted = data.text("min_hwe_kernel")
    if wanted and wanted not in kernels_of(region.boot_resources):
        errors["min_hwe_kernel"] = [f'No kernel matches ">={wanted}" requirement.']
    changes.values["min_hwe_kernel"] = wanted


def _macs(region: Region, data: Params, errors: dict[str, list[str]]) -> list[str]:
    given = data.words("mac_addresses")
    if not given:
        if data.text("power_type") != "ipmi":
            errors["mac_addresses"] = [REQUIRED]
        return []
    problems: list[str] = []
    good: list[str] = []
    for mac in given:
        holder = region.node_by_mac(normal_mac(mac)) if MAC.fullmatch(mac) else None
        if not MAC.fullmatch(mac):
            problems.append(f"'{mac}' is not a valid MAC address.")
        elif holder is not None:
            problems.append(f"MAC address {normal_mac(mac)} already in use on {holder.hostname}.")
        else:
            good.append(normal_mac(mac))
    if problems:
        errors["mac_addresses"] = problems
        return []
    return good


def normal_mac(mac: str) -> str:
    """Write a MAC address the way MAAS stores it."""
    return ":".join(part.zfill(2) for part in re.split("[:-]", mac.lower()))


def hostname_problem(hostname: str) -> str:
    """Say what is wrong with a host name, or give an empty text."""
    if "_" in hostname:
        return f"Host label cannot contain underscore: {hostname!r}."
    if hostname.startswith("-") or hostname.endswith("-"):
        return f"Host label cannot start or end with a hyphen: {hostname!r}."
    if not re.fullmatch(r"[A-Za-z0-9-]{1,63}", hostname):
        return f"Host label contains disallowed character: {hostname!r}."
    return ""


def pet_name(region: Region) -> str:
    """Make up an unused host name."""
    while True:
        made = f"{region.random.choice(ADJECTIVES)}-{region.random.choice(ANIMALS)}"
        made = made if region.node_by_hostname(made) is None else f"{made}{region.random.randrange(1000)}"
        if region.node_by_hostname(made) is None:
            return made


def _as_int(text: str) -> int:
    return int(text) if text.isdigit() else -1
