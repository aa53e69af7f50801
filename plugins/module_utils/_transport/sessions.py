# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One session per BMC and playbook run, shared by tasks that are processes of their own, and closed at the end.

A session lives in a file of mode 0600 in the run's private directory. Its name is a keyed hash of host, port, user and
password; the key is random, stays in memory and is inherited by the forked workers. So another password never gets the
session of the right one, and nothing on disk helps to guess a password.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import glob
import hashlib
import hmac
import json
import os
import signal
import threading
import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target, Wire

__all__ = ["Drawer", "Record", "close_all", "close_at_exit", "log_out", "owner_of"]

FOLDER = "bmc_sessions"
# A file in it with the id of the process that will close its sessions.
OWNER = "owner"
LOGOUT_TIMEOUT = 5.0
# So many BMCs are logged out of at the same time.
LOGOUTS = 32

# Drawn where this file is imported first: in a playbook that is the parent, so all workers know it.
_RUN_KEY = os.urandom(32)


@dataclass
class Record:
    """What a run knows of one BMC and account.

    ``refused`` is the answer to a refused log-in: the account is not tried again in this run, as that could lock it.
    ``full`` says that a task of the run has found the session table full, and has waited for a place in vain.
    ``facts`` are things that do not change during a run, such as the URIs of its system and manager.
    """

    token: str | None = None
    location: str | None = None
    refused: str | None = None
    full: bool = False
    facts: dict[str, t.Any] = field(default_factory=dict)


class Drawer:
    """The record of one target on disk, or only in memory when there is no directory (a real module)."""

    def __init__(self, target: Target, cache_dir: str | None) -> None:
        self._target = target
        self._path: str | None = None
        self._memory = Record()
        if cache_dir:
            folder = os.path.join(cache_dir, FOLDER)
            _make(folder)
            self._path = os.path.join(folder, _name(target))

    @property
    def shared(self) -> bool:
        """Whether other tasks see this record, so that its session must outlive this one."""
        return self._path is not None

    def read(self) -> Record:
        """Return the record as it is now."""
        if self._path is None:
            return self._memory
        try:
            with open(self._path + ".json", encoding="utf-8") as file:
                return Record(**json.load(file)["record"])
        except (OSError, ValueError, KeyError, TypeError):
            return Record()

    @contextlib.contextmanager
    def change(self) -> t.Iterator[Record]:
        """Read, let the caller change, and write, with other processes kept out."""
        if self._path is None:
            yield self._memory
            return
        with open(os.open(self._path + ".lock", os.O_CREAT | os.O_RDWR, 0o600), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            record = self.read()
            try:
                yield record
            finally:
                self._write(record)

    def _write(self, record: Record) -> None:
        target = self._target
        where = {"host": target.host, "port": target.port, "trust": asdict(target.trust)}
        part = f"{self._path}.{os.getpid()}"
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump({"target": where, "record": asdict(record)}, file)
        os.replace(part, f"{self._path}.json")


def _make(folder: str) -> None:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, OWNER)
    if not os.path.exists(path):
        cache_dir = os.path.dirname(folder)
        owner = str(owner_of(cache_dir)) if any(known == cache_dir for _pid, known in _owners) else ""
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(owner)


def _name(target: Target) -> str:
    secret = "\0".join((target.host, str(target.port), target.username or "", target.password or ""))
    return hmac.new(_RUN_KEY, secret.encode(), hashlib.sha256).hexdigest()[:40]


def log_out(wire: Wire, token: str, location: str | None) -> None:
    """Close a session as well as can be: it may be gone already, or the BMC may be restarting (L8, Q-S20)."""
    if location:
        with contextlib.suppress(HWAutomationError):
            wire.send("DELETE", location, headers={"X-Auth-Token": token}, timeout=LOGOUT_TIMEOUT)


def close_all(cache_dir: str) -> None:
    """Log out every session of a run; never raises, since it runs at the end of the process.

    Many at a time: one after the other a rack of slow BMCs, or a few dead ones, would hold up the end for minutes. Threads
    may be used here since nothing is forked any more.
    """
    paths = glob.glob(os.path.join(glob.escape(cache_dir), FOLDER, "*.json"))

    def work() -> None:
        while paths:
            with contextlib.suppress(Exception):
                _close_kept(paths.pop())

    helpers = [threading.Thread(target=work, daemon=True) for _number in range(min(LOGOUTS, len(paths)) - 1)]
    begun = []
    # Python 3.12.0 and 3.12.1 start no thread while the process ends; this one then does it all.
    with contextlib.suppress(RuntimeError):
        for helper in helpers:
            helper.start()
            begun.append(helper)
    work()
    for helper in begun:
        helper.join()


def _close_kept(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        known = json.load(file)
    os.unlink(path)  # before the network: another run may be looking for orphans at the same time
    _close(known["target"], Record(**known["record"]))


def _close(where: dict[str, t.Any], record: Record) -> None:
    if not record.token:
        return
    trust = Trust(**where.pop("trust"))
    wire = Wire(Target(trust=trust, timeout=LOGOUT_TIMEOUT, **where))
    try:
        log_out(wire, record.token, record.location)
    finally:
        wire.close()


_owners: set[tuple[int, str]] = set()


def close_at_exit(cache_dir: str) -> None:
    """Close this run's sessions when the calling process ends; does nothing in processes forked from it.

    Sessions of earlier runs that were killed on this machine are closed then as well.
    """
    owner = (os.getpid(), cache_dir)
    if owner in _owners:
        return
    _owners.add(owner)
    atexit.register(_close_if_owner, owner)
    if threading.current_thread() is threading.main_thread():
        _close_when_terminated(owner)


def owner_of(cache_dir: str | None) -> int:
    """Return the id of the process a run ends with: the one that closes its sessions, or else this one."""
    return next((pid for pid, known in _owners if known == cache_dir), os.getpid())


def _close_if_owner(owner: tuple[int, str]) -> None:
    if os.getpid() == owner[0]:
        close_all(owner[1])
        for orphan in _orphans(owner[1]):
            close_all(orphan)


def _close_when_terminated(owner: tuple[int, str]) -> None:
    # ansible-core's own handler for SIGTERM ends the process without running exit functions.
    previous = signal.getsignal(signal.SIGTERM)

    def handler(number: int, frame: t.Any) -> None:
        _close_if_owner(owner)
        signal.signal(number, previous if previous is not None else signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, handler)


def _orphans(cache_dir: str) -> t.Iterator[str]:
    """Yield directories of runs whose process is gone although their sessions were not closed."""
    for path in glob.glob(os.path.join(glob.escape(os.path.dirname(cache_dir)), "*", FOLDER, OWNER)):
        try:
            with open(path, encoding="utf-8") as file:
                os.kill(int(file.read()), 0)
        except ProcessLookupError:
            yield os.path.dirname(os.path.dirname(path))
        except (OSError, ValueError):
            continue
