# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MAAS switches machines through their BMCs, so who has it do so claims the BMC as every other door does (Q-G70).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, connect

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["connect_claiming"]


@contextlib.contextmanager
def connect_claiming(params: Params, context: Context) -> t.Iterator[MaasClient]:
    """Connect to MAAS, with a claim to the machine's BMC where ``bmc_host`` names it.

    :raises ConflictError: when another run is working on the BMC, or has left firmware under way there.
    """
    claim = claimed(params, context) if params.get("bmc_host") else contextlib.nullcontext()
    with claim, connect(params, context) as client:
        yield client
