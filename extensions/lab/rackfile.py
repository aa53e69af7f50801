# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a rack file, which is an Ansible YAML inventory, into a plan. Every problem is found before anything starts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import racksettings
from .clock import Clock, ClockError
from .faults import FaultError, FaultTable
from .images import COMPONENTS
from .maas.config import RegionSettings
from .near import line_of, near
from .personalities.catalogue import PLATFORMS
from .rackshape import misshapen

HOST_KEYS = frozenset(
    {
        "lab_platform",
        "lab_hardware",
        "lab_power",
        "lab_os",
        "lab_boot_order",
        "lab_bios",
        "lab_firmware",
        "lab_tree",
        "lab_username",
        "lab_password",
        "lab_must_change_password",
        "lab_timing",
        "lab_license",
        "lab_lockdown",
        "lab_habits",
    }
)
LAB_KEYS = frozenset(
    {"clock", "seed", "maas", "images", "faults", "username", "password", "address", "tls", "timing", "ipmi"}
)

OWN_MAAS_KEYS = {"enabled": bool, "tls": bool, "control_port": int, "images_port": int, "tls_port": int}
"""Keys of `maas` that are the rack's own business."""


class RackError(Exception):
    """The rack file is wrong; the message has one line per problem, with line numbers where there are any."""


@dataclass(frozen=True)
class ServerPlan:
    """One server of the rack."""

    name: str
    platform: str
    bmc_host: str
    line: int = 0
    bmc_port: int | None = None
    username: str = ""
    password: str = "password"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """lab_* values without the prefix."""


@dataclass(frozen=True)
class ImagePlan:
    """One firmware image that the store serves."""

    name: str
    platform: str
    component: str
    version: str
    vendor: str = ""
    size: int = 64 * 1024
    seed: int = 0


@dataclass(frozen=True)
class Plan:
    """A whole rack."""

    servers: tuple[ServerPlan, ...]
    path: Path | None = None
    clock: str = "scaled:60"
    seed: int = 0
    address: str = "127.77.0.1"
    maas: Mapping[str, Any] = field(default_factory=dict)
    images: tuple[ImagePlan, ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()
    tls: bool = True
    ipmi: str = "auto"


class _Lines(yaml.SafeLoader):
    """A loader that refuses duplicate keys and remembers where each mapping starts."""


def _mapping(loader: _Lines, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    result = _Mapping()
    result.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise RackError(f"line {key_node.start_mark.line + 1}: {key!r} appears twice in the same mapping")
        value = loader.construct_object(value_node, deep=True)
        if isinstance(value, _Mapping):
            value.line = key_node.start_mark.line + 1
        result[key] = value
        result.lines[key] = key_node.start_mark.line + 1
    return result


class _Mapping(dict[Any, Any]):
    """A mapping that knows its own line and those of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.line = 0
        self.lines: dict[Any, int] = {}


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path) -> Plan:
    """Read a rack file; raise RackError with every problem in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RackError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        data = yaml.load(text, Loader=_Lines)  # noqa: S506 - a SafeLoader
    except RackError as error:
        raise RackError(f"{path}: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise RackError(f"{path}: {where}{getattr(error, 'problem', error)}") from error
    return read(data, path)


def read(data: Any, path: Path | None = None) -> Plan:
    """Turn inventory data into a plan; raise RackError with every problem in it."""
    problems: list[str] = []
    where = f"{path}: " if path else ""
    wrong = misshapen(data)
    if wrong:
        raise RackError("\n".join(f"{where}{problem}" for problem in wrong))
    lab = (data["all"].get("vars") or {}).get("lab") or {}
    common = data["all"].get("vars") or {}
    _strangers(lab, LAB_KEYS, "all.vars.lab", problems)
    servers = [one for one in _servers(data, lab, common, problems) if one]
    _addresses(servers, problems)
    plan = Plan(
        tuple(servers),
        path,
        str(lab.get("clock", "scaled:60")),
        int(lab.get("seed", 0)),
        str(lab.get("address", "127.77.0.1")),
        dict(lab.get("maas") or {}),
        tuple(_images(lab.get("images") or [], problems)),
        tuple(lab.get("faults") or ()),
        bool(lab.get("tls", True)),
        _ipmi(lab.get("ipmi", "auto"), problems),
    )
    _check_rest(plan, problems)
    if not servers and not problems:
        problems.append("no host has lab_platform: the rack would be empty")
    if problems:
        raise RackError("\n".join(f"{where}{problem}" for problem in problems))
    return plan


def _servers(
    data: Mapping[str, Any], lab: Mapping[str, Any], common: Mapping[str, Any], problems: list[str]
) -> Iterator[ServerPlan | None]:
    seen: dict[str, ServerPlan] = {}
    for name, variables, line in _hosts(data["all"], {}):
        if "lab_platform" not in variables and "bmc_host" not in variables:
            continue
        if name in seen:
            continue
        plan = _server(name, {**common, **variables}, lab, line, problems)
        if plan:
            seen[name] = plan
        yield plan


def _hosts(group: Mapping[str, Any], inherited: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Walk groups and children; a host gets the variables of the groups above it."""
    known = {**inherited, **{key: value for key, value in (group.get("vars") or {}).items() if key != "lab"}}
    for name, variables in (group.get("hosts") or {}).items():
        yield str(name), {**known, **(variables or {})}, getattr(variables, "line", 0)
    for child in (group.get("children") or {}).values():
        if isinstance(child, dict):
            yield from _hosts(child, known)


def _server(
    name: str, variables: Mapping[str, Any], lab: Mapping[str, Any], line: int, problems: list[str]
) -> ServerPlan | None:
    at = f"line {line}: {name}" if line else name
    platform, host = variables.get("lab_platform"), variables.get("bmc_host")
    before = len(problems)
    if platform is None:
        problems.append(f"{at}: lab_platform is missing")
    elif platform not in PLATFORMS:
        problems.append(f"{at}: unknown lab_platform {platform!r}{near(platform, PLATFORMS)}")
    if host is None:
        problems.append(f"{at}: bmc_host is missing")
    elif not _loopback(str(host)):
        problems.append(f"{at}: bmc_host {host!r} is not an address in 127.0.0.0/8")
    for key in variables:
        if str(key).startswith("lab_") and key not in HOST_KEYS:
            problems.append(f"{at}: unknown setting {key}{near(key, HOST_KEYS)}")
    if len(problems) > before:
        return None
    settings = {key.removeprefix("lab_"): value for key, value in variables.items() if str(key).startswith("lab_")}
    for found, text in racksettings.problems(PLATFORMS[str(platform)], settings):
        problems.append(f"line {found or line}: {name}: {text}" if found or line else f"{name}: {text}")
    port = variables.get("bmc_port")
    return ServerPlan(
        name,
        str(platform),
        str(host),
        line,
        port if isinstance(port, int) else None,
        _plain(variables, "username", lab) or PLATFORMS[str(platform)].username,
        _plain(variables, "password", lab) or "password",
        settings,
    )


def _plain(variables: Mapping[str, Any], what: str, lab: Mapping[str, Any]) -> str:
    """Return a login name or password; a template in bmc_* is not the rack's business, so lab_* stands beside it."""
    for value in (variables.get(f"lab_{what}"), variables.get(f"bmc_{what}"), lab.get(what)):
        if isinstance(value, str) and "{{" not in value:
            return value
    return ""


def _ipmi(value: Any, problems: list[str]) -> str:
    """Return auto or off; YAML reads a bare `off` as false."""
    word = {False: "off", True: "auto"}.get(value, value) if isinstance(value, bool) else value
    if word not in ("auto", "off"):
        problems.append(f"all.vars.lab.ipmi {value!r} is not auto or off")
    return str(word)


def _loopback(text: str) -> bool:
    try:
        return ipaddress.IPv4Address(text).is_loopback
    except ValueError:
        return False


def _addresses(servers: list[ServerPlan], problems: list[str]) -> None:
    taken: dict[tuple[str, int | None], ServerPlan] = {}
    for server in servers:
        other = taken.setdefault((server.bmc_host, server.bmc_port), server)
        if other is not server:
            problems.append(
                f"line {server.line}: {server.name} and {other.name} (line {other.line}) "
                f"have the same bmc_host {server.bmc_host}"
            )


def _images(entries: Any, problems: list[str]) -> Iterator[ImagePlan]:
    if not isinstance(entries, list):
        problems.append("all.vars.lab.images must be a list")
        return
    names: set[str] = set()
    for number, entry in enumerate(entries, 1):
        line = getattr(entry, "line", 0)
        at = f"line {line}: image" if line else f"image {number}"
        if not isinstance(entry, dict):
            problems.append(f"{at}: must be a mapping")
            continue
        for key in entry:
            if key not in ImagePlan.__dataclass_fields__:
                told = line_of(entry, key)
                where = f"line {told}: image" if told else at
                problems.append(f"{where}: unknown setting {key}{near(key, ImagePlan.__dataclass_fields__)}")
        missing = [key for key in ("name", "platform", "component", "version") if not entry.get(key)]
        if missing:
            problems.append(f"{at}: {', '.join(missing)} missing")
            continue
        if entry["platform"] not in PLATFORMS:
            problems.append(
                f"{at} {entry['name']}: unknown platform {entry['platform']!r}{near(entry['platform'], PLATFORMS)}"
            )
        elif entry["component"] not in COMPONENTS:
            problems.append(
                f"{at} {entry['name']}: unknown component {entry['component']!r}; known: {', '.join(COMPONENTS)}"
            )
        elif entry["name"] in names or "/" in str(entry["name"]):
            problems.append(f"{at} {entry['name']}: the name is taken or has a slash in it")
        else:
            names.add(entry["name"])
            yield ImagePlan(
                **{key: entry[key] for key in ImagePlan.__dataclass_fields__ if key in entry}
                | {"version": str(entry["version"])}
            )


def _check_rest(plan: Plan, problems: list[str]) -> None:
    try:
        Clock.parse(plan.clock)
    except ClockError as error:
        problems.append(f"all.vars.lab.clock: {error}")
    if not _loopback(plan.address):
        problems.append(f"all.vars.lab.address {plan.address!r} is not an address in 127.0.0.0/8")
    _check_maas(plan.maas, problems)
    table = FaultTable(server.name for server in plan.servers)
    for number, fault in enumerate(plan.faults, 1):
        line = getattr(fault, "line", 0)
        at = f"line {line}: fault" if line else f"fault {number}"
        if not isinstance(fault, dict) or "server" not in fault or "kind" not in fault:
            problems.append(f"{at}: needs server and kind")
            continue
        try:
            table.add(**fault)
        except (FaultError, TypeError) as error:
            problems.append(f"{at}: {error}")


def _check_maas(given: Mapping[str, Any], problems: list[str]) -> None:
    for key, kind in OWN_MAAS_KEYS.items():
        # To Python true is a number, too.
        if given.get(key) is not None and (
            not isinstance(given[key], kind) or isinstance(given[key], bool) is not (kind is bool)
        ):
            word = "true or false" if kind is bool else "a whole number"
            problems.append(f"all.vars.lab.maas.{key} must be {word}, not {given[key]!r}")
    try:
        RegionSettings.parse({key: value for key, value in given.items() if key not in OWN_MAAS_KEYS})
    except ValueError as error:
        problems.append(f"all.vars.lab.maas: {error}")


def _strangers(found: Mapping[str, Any], known: frozenset[str], where: str, problems: list[str]) -> None:
    for key in found:
        if key not in known:
            line = line_of(found, key)
            at = f"line {line}: {where}" if line else where
            problems.append(f"{at}: unknown setting {key}{near(key, known)}")
