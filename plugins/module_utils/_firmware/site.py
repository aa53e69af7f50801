# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One machine while its firmware is being changed: its connection, its lock, and what acting on it needs.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import typing as t
from functools import cached_property

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConflictError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.image import verify_images
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.options import wanted_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import redfish

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Site", "connect", "connect_for", "connect_reader", "locked"]


class Site:
    """The client of the firmware doors; the service is opened when first needed."""

    def __init__(self, client: redfish.RedfishClient, wanted: Wanted, image_ca_path: str | None = None) -> None:
        self.client = client
        self.wanted = wanted
        self.image_ca_path = image_ca_path

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

    def patience(self, timeout: float | None = None) -> Patience:
        """Return how long to wait: the door's own options, or less."""
        longest = self.wanted.wait_timeout
        return Patience(min(timeout or longest, longest), self.wanted.wait_interval, self.clock)


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[Site]:
    """Check the images, then open the connection; the BMC is asked nothing before every image is known to be right."""
    wanted = wanted_of(params)
    verify_images(wanted.targets, context.cache_dir, params.get("image_ca_path"))
    with contextlib.ExitStack() as stack:
        if not context.read_only:
            stack.enter_context(locked(str(params["bmc_host"]), int(params.get("bmc_port") or 443)))
        client = stack.enter_context(redfish.connect(params, context))
        yield Site(client, wanted, params.get("image_ca_path"))


@contextlib.contextmanager
def connect_for(wanted: Wanted, params: Params, context: Context) -> t.Iterator[Site]:
    """Open a connection for a change that needs no image."""
    with contextlib.ExitStack() as stack:
        if not context.read_only:
            stack.enter_context(locked(str(params["bmc_host"]), int(params.get("bmc_port") or 443)))
        yield Site(stack.enter_context(redfish.connect(params, context)), wanted)


@contextlib.contextmanager
def connect_reader(params: Params, context: Context) -> t.Iterator[Site]:
    """Open a connection for reading only."""
    with redfish.connect(params, context) as client:
        # firmware_wait opens machines through here too, and waits for them in its own way.
        answer_timeout = float(params.get("answer_timeout") or 0)
        yield Site(client, Wanted(targets=(), system_id=params.get("system_id"), answer_timeout=answer_timeout))


@contextlib.contextmanager
def locked(host: str, port: int) -> t.Iterator[None]:
    """Keep every other run on this controller from changing the firmware of the same BMC (Q-G70).

    The lock is the operating system's: it ends with the process, however that ends.

    :raises ConflictError: when somebody else has it.
    """
    folder = os.path.join(tempfile.gettempdir(), f"hwautomation-{os.getuid()}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    name = hashlib.sha256(f"{host}:{port}".encode()).hexdigest()[:24]
    with open(os.open(os.path.join(folder, f"{name}.lock"), os.O_CREAT | os.O_RDWR, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise ConflictError(
                "another run on this controller is changing the firmware of this machine",
                machine=host,
                hint="wait until it has ended, then run this again: it continues what is left",
            ) from exc
        yield
