# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opening TCP connections to many addresses at the same time.

Most addresses of a scan are nobody's, and a task, a future and a timer for each would be most of what the scan costs.
Here such an address costs a bare socket: all wait equally long, so the first to begin is the first to give up, and one
timer serves them all.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import typing as t
from collections import OrderedDict

__all__ = ["Openings"]

# Called with the connection, or with None when nobody took it.
Opened = t.Callable[[t.Optional[socket.socket]], None]


class Openings:
    """Connections that are being opened; for use inside a running event loop.

    :param timeout: seconds to wait for each.
    """

    def __init__(self, timeout: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._waiting: OrderedDict[socket.socket, tuple[float, Opened]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def open(self, address: tuple[str, int], opened: Opened) -> None:
        """Begin to connect; ``opened`` is called once, possibly before this returns, and then owns the connection."""
        plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        plain.setblocking(False)
        error = plain.connect_ex(address)
        if error != errno.EINPROGRESS:
            _hand_over(plain, error, opened)
            return
        until = self._loop.time() + self._timeout
        self._waiting[plain] = (until, opened)
        # By number: for a socket, asyncio would write out its name before it registers it.
        self._loop.add_writer(plain.fileno(), self._decided, plain)
        if self._timer is None:
            self._timer = self._loop.call_at(until, self._give_up)

    def close(self) -> None:
        """Stop waiting for those that have not been decided; nothing is called for them."""
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            plain, _waited = self._waiting.popitem()
            self._loop.remove_writer(plain.fileno())
            plain.close()

    def _decided(self, plain: socket.socket) -> None:
        self._end(plain, plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _give_up(self) -> None:
        self._timer = None
        now = self._loop.time()
        while self._waiting:
            plain, (until, _opened) = next(iter(self._waiting.items()))
            if until > now:
                self._timer = self._loop.call_at(until, self._give_up)
                return
            self._end(plain, errno.ETIMEDOUT)

    def _end(self, plain: socket.socket, error: int) -> None:
        _until, opened = self._waiting.pop(plain)
        self._loop.remove_writer(plain.fileno())
        _hand_over(plain, error, opened)


def _hand_over(plain: socket.socket, error: int, opened: Opened) -> None:
    if error:
        plain.close()
        opened(None)
    else:
        opened(plain)
