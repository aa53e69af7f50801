# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a BMC whose web server restarts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["steadily"]

T = t.TypeVar("T")

# A web server that restarts answers once more before it goes: so many good reads in a row count as back.
GOOD_READS = 4
BACK_SECONDS, BACK_PAUSE = 600.0, 5.0


def steadily(
    service: Service,
    read: t.Callable[[], T],
    what: str,
    right: t.Callable[[T], bool] = lambda seen: True,
    describe: t.Callable[[T], t.Any] = lambda seen: None,
) -> T:
    """Read until the BMC has given the right answer several times in a row, after a change that restarts its web server.

    :param describe: what of a wrong answer the error may show.
    :raises WaitTimeout: when it does not come back, or stays wrong.
    """
    good = 0

    def once() -> T:
        nonlocal good
        try:
            seen = read()
        except NetworkError:
            good = 0
            raise
        good = good + 1 if right(seen) else 0
        return seen

    patience = Patience(BACK_SECONDS, BACK_PAUSE, service.client.clock)
    return wait_until(
        once,
        lambda seen: good >= GOOD_READS,
        patience,
        what=what,
        describe=describe,
        tolerate=(NetworkError,),
        machine=service.machine,
    )
