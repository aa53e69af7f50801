# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold everything the region controller knows, with the look-ups the handlers need."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .config import DEFAULTS, RegionSettings
from .events import LEVELS, EventLog
from .records import Domain, Node, Pool, Tag, Token, User, Zone
from .records_scripts import ScriptResult, ScriptSet
from .refusals import NotFound
from .script_catalogue import Scripts
from .subnets import Network

ID_ALPHABET = "abcdefghkmnpqrstwxy34678"


@dataclass
class Region:
    """The region's database; handlers and the lifecycle change it, nothing else does."""

    settings: RegionSettings
    now: Callable[[], datetime]
    random: random.Random = field(default_factory=random.Random)
    config: dict[str, Any] = field(default_factory=lambda: dict(DEFAULTS))
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    zones: dict[int, Zone] = field(default_factory=dict)
    pools: dict[int, Pool] = field(default_factory=dict)
    domains: dict[int, Domain] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    boot_resources: list[dict[str, Any]] = field(default_factory=list)
    sshkeys: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.events = EventLog(self.now)
        self.scripts = Scripts(self.now)
        self.network = Network.default(self.settings.pxe_subnet)
        self._counters: dict[str, Iterator[int]] = {}
        self.zones[1] = Zone(1, "default")
        self.pools[0] = Pool(0, "default", "Default pool")
        self.domains[0] = Domain(0, "maas")
        self._first = {"zone": 2, "pool": 1, "domain": 1, "interface": 2, "link": 2, "node": 2}

    def number(self, kind: str) -> int:
        """Give the next id of a table, counting as a fresh MAAS would."""
        if kind not in self._counters:
            self._counters[kind] = itertools.count(self._first.get(kind, 1))
        return next(self._counters[kind])

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def key(self, length: int = 18) -> str:
        return "".join(self.random.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789", k=length))

    def system_id(self) -> str:
        """Give an unused six-character id that does not start with a digit-only word."""
        while True:
            made = "".join(self.random.choices(ID_ALPHABET, k=6))
            if made not in self.nodes:
                return made

    # -- look-ups -------------------------------------------------------------------------------------------------
    def node(self, system_id: str, model: str = "Machine") -> Node:
        """Give a node or refuse with 404, naming the model the handler searches."""
        try:
            return self.nodes[system_id]
        except KeyError:
            raise NotFound(model) from None

    def node_by_mac(self, mac: str) -> Node | None:
        wanted = mac.lower()
        return next((node for node in self.nodes.values() if wanted in node.macs), None)

    def node_by_hostname(self, hostname: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.hostname.lower() == hostname.lower()), None)

    def fqdn(self, node: Node) -> str:
        return f"{node.hostname}.{self.domains[node.domain_id].name}"

    def zone_named(self, name: str) -> Zone | None:
        return next((zone for zone in self.zones.values() if zone.name == name), None)

    def pool_named(self, name: str) -> Pool | None:
        return next((pool for pool in self.pools.values() if pool.name == name), None)

    def domain_named(self, name: str) -> Domain | None:
        return next((domain for domain in self.domains.values() if domain.name == name), None)

    def visible_to(self, user: User) -> list[Node]:
        """Give the nodes a user may see: admins all, others those without an owner and their own."""
        if user.is_superuser:
            return list(self.nodes.values())
        return [node for node in self.nodes.values() if node.owner in (None, user.username)]

    def node_token(self, node: Node) -> Token:
        """Make the key a machine's own agent uses; it opens nothing here but can be read with ``op=get_token``."""
        return Token(self.key(), self.key(), self.key(32), "", f"node {node.system_id}")

    # -- events and results ---------------------------------------------------------------------------------------
    def tell(
        self,
        node: Node,
        kind: str,
        description: str = "",
        *,
        level: str = "INFO",
        username: str = "unknown",
    ) -> None:
        """Record an event about a node; INFO and above also become its ``status_message``."""
        self.events.add(
            kind,
            description,
            level=level,
            system_id=node.system_id,
            hostname=node.hostname,
            username=username,
        )
        if LEVELS[level] >= LEVELS["INFO"]:
            node.status_message = f"{kind} - {description}" if description else kind
            node.status_action = node.status_action or ""

    def new_script_set(self, node: Node, type_: int, tags: list[str] | None = None) -> ScriptSet:
        made = ScriptSet(self.number("script_set"), type_, tags=tags or [])
        node.script_sets[made.id] = made
        node.current_sets[type_] = made.id
        return made

    def new_result(self, into: ScriptSet, name: str, **facts: Any) -> ScriptResult:
        now = self.now()
        made = ScriptResult(self.number("script_result"), name, now, now, **facts)
        into.results.append(made)
        return made
