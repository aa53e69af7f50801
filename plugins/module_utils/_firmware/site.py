# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One machine while its firmware is being changed: its connection, its lock, and what acting on it needs.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from functools import cached_property

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.program import Program
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.image import verify_images
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.options import wanted_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import toolbox
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import redfish
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import (
    Command,
    Toolbox,
    must_verify,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Site", "connect", "connect_for", "connect_reader"]


class Site:
    """The client of the firmware doors; the service is opened when first needed.

    ``under_way`` holds the components whose updates were begun and not seen to end: other runs stay away from them.
    ``tools`` are the vendors' tools that may be used where the BMC has no update service.
    """

    def __init__(self, client: redfish.RedfishClient, wanted: Wanted, image_ca_path: str | None = None) -> None:
        self.client = client
        self.wanted = wanted
        self.image_ca_path = image_ca_path
        self.under_way: t.Set[str] = set()
        self.tools = Toolbox()
        self.tools_verify = True

    @cached_property
    def service(self) -> Service:
        """Return the service of the machine."""
        return open_service(self.client, self.wanted.system_id)

    @property
    def clock(self) -> Clock:
        """Return the clock to wait with."""
        return self.client.clock

    @contextlib.contextmanager
    def impatient(self) -> t.Iterator[None]:
        """Let errors of reads through at once, for loops that pause and count themselves."""
        self.client.patient = False
        try:
            yield
        finally:
            self.client.patient = True

    def command(self, program: Program) -> Command:
        """Return an installed tool of a vendor, to be used on this machine with the account of this connection."""
        binary = self.tools.installed[program.name]
        return Command(program, binary, self.client.target, self.wanted.wait_timeout, self.tools_verify)

    def patience(self, timeout: float | None = None) -> Patience:
        """Return how long to wait: the door's own options, or less."""
        longest = self.wanted.wait_timeout
        return Patience(min(timeout or longest, longest), self.wanted.wait_interval, self.clock)


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[Site]:
    """Check the images, then open the connection; the BMC is asked nothing before every image is known to be right."""
    wanted = wanted_of(params)
    verify_images(wanted.targets, context.cache_dir, params.get("image_ca_path"))
    with _opened(params, context, wanted) as site:
        site.image_ca_path = params.get("image_ca_path")
        site.tools_verify = must_verify(site.client.target.trust, params)
        site.tools = toolbox(params.get("tools") or (), verify=site.tools_verify)
        yield site


@contextlib.contextmanager
def connect_for(wanted: Wanted, params: Params, context: Context) -> t.Iterator[Site]:
    """Open a connection for a change that needs no image."""
    with _opened(params, context, wanted) as site:
        yield site


@contextlib.contextmanager
def _opened(params: Params, context: Context, wanted: Wanted) -> t.Iterator[Site]:
    """Claim the machine before the first look, and keep other runs away for as long as an update is under way."""
    with contextlib.ExitStack() as stack:
        claim = stack.enter_context(claimed(params, context, flashing=True))
        client = stack.enter_context(contextlib.closing(redfish.RedfishClient(Target.from_params(params), context)))
        site = Site(client, wanted)
        try:
            yield site
        finally:
            if claim is not None:
                claim.under_way = bool(site.under_way)


@contextlib.contextmanager
def connect_reader(params: Params, context: Context) -> t.Iterator[Site]:
    """Open a connection for reading only."""
    with redfish.connect(params, context) as client:
        # firmware_wait opens machines through here too, and waits for them in its own way.
        answer_timeout = float(params.get("answer_timeout") or 0)
        yield Site(client, Wanted(targets=(), system_id=params.get("system_id"), answer_timeout=answer_timeout))
