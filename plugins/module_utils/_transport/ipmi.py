# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPMI shown as the few Redfish resources it can fill, so that the same doors work on both.

What IPMI cannot tell is absent from the resources; what a BMC refuses to tell is left out item by item.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import (
    ipmi_lan,
    ipmi_log,
    ipmi_sensors,
    ipmi_system,
    ipmi_users,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_ciphers import takes_suite_zero
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import Json, Resource
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import Drawer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context

__all__ = ["IpmiClient"]

RESOURCES: t.Tuple[Resource, ...] = (
    *ipmi_system.RESOURCES,
    *ipmi_users.RESOURCES,
    *ipmi_lan.RESOURCES,
    *ipmi_log.RESOURCES,
    *ipmi_sensors.RESOURCES,
)


class IpmiClient:
    """Speaks IPMI to one BMC with the interface of RedfishClient.

    :param patience: seconds after which nothing more is asked; None for no limit.
    """

    protocol = "ipmi"

    def __init__(self, target: Target, context: Context, patience: float | None = None) -> None:
        self.target = target
        self.machine = target.host
        self.read_only = context.read_only
        self.clock = context.clock
        self.retryable: frozenset[str] = frozenset()
        self.patient = True
        self._drawer = Drawer(target, context.cache_dir)
        self._session = Session(target, context, self._drawer, patience)

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def log_in(self, *, accept_password_change: bool = False) -> str | None:
        """Log in now; IPMI knows no password that has to be changed first, so the answer is always None."""
        self._session.connected()
        return None

    @property
    def clock_offset(self) -> float | None:
        """Return the seconds by which the BMC's clock is ahead of ours, as far as it was read."""
        return self._session.clock_offset

    @property
    def facts(self) -> Json:
        """Return what earlier tasks of this run remembered of this BMC."""
        return self._drawer.read().facts

    def remember(self, **facts: t.Any) -> None:
        """Keep plain data for later tasks of this run."""
        with self._drawer.change() as record:
            record.facts.update(facts)

    def takes_suite_zero(self) -> bool:
        """Whether the BMC opens a session without a password, whatever it says of its cipher suites; tried without one."""
        return takes_suite_zero(self.target.host.strip("[]"), self.target.port)

    def get(self, path: str, **options: t.Any) -> Answer:
        """Read one of the resources.

        :raises NotSupportedError: for any other, with the fact ``status`` 404.
        """
        resource, arguments = self._found(path)
        if resource.read is None:
            raise NotSupportedError("IPMI cannot tell this", machine=self.machine, resource=path, status=404)
        return Answer(200, {"@odata.id": path, **resource.read(self._session, *arguments)})

    def get_or_none(self, path: str, **options: t.Any) -> Answer | None:
        """Read a resource that may be absent."""
        with contextlib.suppress(NotSupportedError):
            return self.get(path)
        return None

    def post(self, path: str, body: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> Answer:
        """Run an action.

        :raises OutcomeUnknown: when the answer was lost.
        """
        return self._write(path, body or {})

    def patch(self, path: str, body: t.Mapping[str, t.Any], **options: t.Any) -> Answer:
        """Change a resource; what IPMI cannot change is refused before anything is written.

        :raises OutcomeUnknown: when the answer was lost.
        """
        return self._write(path, body)

    def delete(self, path: str) -> t.NoReturn:
        """Refuse: nothing can be removed over IPMI, slots are emptied by a change."""
        raise NotSupportedError("IPMI cannot remove this", machine=self.machine, resource=path)

    def _write(self, path: str, body: t.Mapping[str, t.Any]) -> Answer:
        self._session.refuse_if_read_only(path)
        resource, arguments = self._found(path)
        if resource.write is None:
            raise NotSupportedError("IPMI cannot change this", machine=self.machine, resource=path)
        resource.write(self._session, body, *arguments)
        return Answer(204)

    def _found(self, path: str) -> tuple[Resource, tuple[str, ...]]:
        for resource in RESOURCES:
            arguments = resource.arguments(path)
            if arguments is not None:
                return resource, arguments
        raise NotSupportedError("IPMI cannot tell this", machine=self.machine, resource=path, status=404)
