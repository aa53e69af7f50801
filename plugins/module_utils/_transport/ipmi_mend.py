# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A defect of pyghmi's event loop, mended where the library is imported.

pyghmi 1.6.19 reads answers in a thread of its own. An answer that this thread has taken before the caller begins to wait
wakes nobody: the caller sleeps until its retry timer, half a second to a second, and asks again. On a fast network that
is every other request: 126 reads of ipmi_sim took 61 s.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import threading
import typing as t

__all__ = ["mend"]


def mend(session: t.Any) -> None:
    """Let waits of ``pyghmi.ipmi.private.session`` look for answers that are there already; does nothing twice."""
    if getattr(session._io_wait, "mended", False):
        return

    def io_wait(timeout: float, myaddr: t.Any = None, evq: t.Any = None) -> None:
        event = threading.Event()
        if evq is not None:
            evq.append(event)
        session.ioqueue.append((timeout + session._monotonic_time(), event, myaddr))
        # Looked at after the queue was joined: what comes from now on finds us there.
        waiting = session.Session.bmc_handlers.get(myaddr, {}).values() if myaddr else ()
        if session.sessionqueue if myaddr is None else any(known.pktqueue for known in list(waiting)):
            return
        session.iosockets[0].sendto(b"\x01", (session.myself, session.iosockets[0].getsockname()[1]))
        event.wait()

    io_wait.mended = True  # type: ignore[attr-defined]
    session._io_wait = io_wait
