# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers of a run: which machine a host name means here, what is known of it, and what it is in its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .events import Stage
from .journal import Row
from .rows import server_of
from .server_states import LifeState, after_stage

__all__ = ["ServerBook"]


class ServerBook:
    """Keeps what is known of each server; `recall` asks the record for the state of one by its key.

    A row is filed at the first sighting in a run, and whenever something new is told. It carries the state that earlier
    runs left, so the newest row of a machine is all that is known of it.
    """

    def __init__(self, recall: Callable[[str], LifeState | None]) -> None:
        self._recall = recall
        self._servers: dict[str, dict[str, Any]] = {}
        # By key: two names may mean one machine. None where the record could not be read.
        self._lives: dict[str, LifeState | None] = {}

    def sighted(self, host: str, told: Any) -> list[Row]:
        """Return the row for what a door told of a server, if there is anything new in it."""
        if not isinstance(told, Mapping):
            return []
        server = server_of(self._servers.get(host, {}), told, host)
        life = self._life(server["key"]) or LifeState()
        # What is told now counts most; then what is kept of this machine, and last what was kept under another key.
        word = server["state"] if told.get("state") else life.word or server["state"]
        if word and word != life.word:
            self._lives[server["key"]] = life.told(word)
        server["state"] = word
        return self._keep(host, server)

    def stage_ended(self, host: str, stage: Stage) -> list[Row]:
        """Return the row for a server whose state is another one after a stage; none where no door has told of it.

        Which machine a name means that nobody has looked at in this run would be a guess.
        """
        server = self._servers.get(host)
        if server is None:
            return []
        life = self._life(server["key"])
        if life is None and stage.state != "failed":
            return []  # How far it had come before cannot be read: nothing is taken back.
        now = after_stage(life or LifeState(), stage.name, stage.state, stage.server_state)
        self._lives[server["key"]] = now
        return self._keep(host, {**server, "state": now.word})

    def _life(self, key: str) -> LifeState | None:
        if key not in self._lives:
            self._lives[key] = self._recall(key)
        return self._lives[key]

    def _keep(self, host: str, server: dict[str, Any]) -> list[Row]:
        if server == self._servers.get(host):
            return []
        self._servers[host] = server
        return [("servers", {"host": host, **server})]
