# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opening TCP connections to many addresses at the same time.

Most addresses of a scan are nobody's, and a task, a future, a timer and two calls into the event loop for each would be
most of what the scan costs. Here such an address costs a bare socket: a selector of their own watches all of them and is
one thing to watch for the loop, and as all wait equally long, the first to begin is the first to give up, so one timer
serves them all.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import errno
import selectors
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
        self._waiting: OrderedDict[int, tuple[float, socket.socket, Opened]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._selector: t.Any = selectors.DefaultSelector()
        self._loop.add_reader(self._selector.fileno(), self._decided)

    def open(self, address: tuple[str, int], opened: Opened) -> None:
        """Begin to connect; ``opened`` is called once, possibly before this returns, and then owns the connection."""
        plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        plain.setblocking(False)
        error = plain.connect_ex(address)
        if error != errno.EINPROGRESS:
            _hand_over(plain, error, opened)
            return
        until = self._loop.time() + self._timeout
        number = plain.fileno()
        self._waiting[number] = (until, plain, opened)
        self._selector.register(number, selectors.EVENT_WRITE)
        if self._timer is None:
            self._timer = self._loop.call_at(until, self._give_up)

    def close(self) -> None:
        """Stop waiting for those that have not been decided; nothing is called for them."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._selector.fileno())
        self._selector.close()
        while self._waiting:
            _number, (_until, plain, _opened) = self._waiting.popitem()
            plain.close()

    def _decided(self) -> None:
        for key, _events in self._selector.select(0):
            plain = self._waiting[key.fd][1]
            self._end(key.fd, plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _give_up(self) -> None:
        self._timer = None
        now = self._loop.time()
        while self._waiting:
            number, (until, _plain, _opened) = next(iter(self._waiting.items()))
            if until > now:
                self._timer = self._loop.call_at(until, self._give_up)
                return
            self._end(number, errno.ETIMEDOUT)

    def _end(self, number: int, error: int) -> None:
        _until, plain, opened = self._waiting.pop(number)
        self._selector.unregister(number)
        _hand_over(plain, error, opened)


def _hand_over(plain: socket.socket, error: int, opened: Opened) -> None:
    if error:
        plain.close()
        opened(None)
    else:
        opened(plain)
