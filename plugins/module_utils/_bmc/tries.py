# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often a log-in of ours was refused lately, kept over runs: run after run must not add up to a locked account.

Beside the locks of the BMCs; a file per BMC holds times by a hash of the user's name, and no password.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os

__all__ = ["Tries"]

# A BMC that does not say when it forgets failures is given this long.
UNKNOWN_WINDOW = 600.0


class Tries:
    """The refused log-ins at one BMC; times in seconds since 1970."""

    def __init__(self, folder: str, host: str) -> None:
        name = hashlib.sha256(host.strip("[]").lower().encode()).hexdigest()[:24]
        self._path = os.path.join(folder, f"{name}.tries")

    def recent(self, user: str, now: float, window: float) -> int:
        """Return how many log-ins of a user were refused within the last ``window`` seconds; 0 means unknown."""
        since = now - (window or UNKNOWN_WINDOW)
        return sum(1 for moment in self._read().get(_key(user), []) if moment > since)

    def refused(self, user: str, now: float) -> None:
        """Remember one more, and forget those of other days."""
        known = {key: [moment for moment in times if moment > now - 86400] for key, times in self._read().items()}
        known.setdefault(_key(user), []).append(now)
        self._write({key: times for key, times in known.items() if times})

    def accepted(self, user: str) -> None:
        """Forget a user's refusals: the BMC does so as well after a log-in that worked."""
        known = self._read()
        if known.pop(_key(user), None):
            self._write(known)

    def _read(self) -> dict[str, list[float]]:
        try:
            with open(self._path, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, known: dict[str, list[float]]) -> None:
        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        part = f"{self._path}.{os.getpid()}"
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file)
            os.replace(part, self._path)


def _key(user: str) -> str:
    return hashlib.sha256(user.encode()).hexdigest()[:16]
