# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network services of a BMC, which two doors switch on and off.

Source: DSP0268 ManagerNetworkProtocol: a property per service, each with ProtocolEnabled.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link

__all__ = ["Services", "check_services", "read_services", "services_problems", "wanted_services"]

# We speak it ourselves.
OURS = "https"


@dataclass(frozen=True)
class Services:
    """The services as they are: by our lower-case words their names in Redfish, and whether they are on."""

    uri: str
    names: t.Mapping[str, str] = field(default_factory=dict)
    values: t.Mapping[str, bool] = field(default_factory=dict)
    body: t.Mapping[str, t.Any] = field(default_factory=dict)

    def change(self, values: t.Mapping[str, bool]) -> dict[str, t.Any]:
        """Return the body that switches services."""
        return {self.names[word]: {"ProtocolEnabled": on} for word, on in values.items()}


def wanted_services(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the option ``protocols`` with its words in lower case."""
    return {str(name).lower(): value for name, value in (params.get("protocols") or {}).items()}


def services_problems(wanted: t.Mapping[str, t.Any]) -> list[str]:
    """Say what is wrong with the option in itself."""
    problems = [f"protocols.{name} must be true or false" for name, on in wanted.items() if not isinstance(on, bool)]
    if wanted.get(OURS) is False:
        problems.append("protocols.https cannot be switched off: nothing could reach the BMC to switch it on again")
    return problems


def read_services(service: Service) -> Services:
    """Read the services."""
    uri = link(service.manager, "NetworkProtocol")
    body = service.get(uri, fresh=True) if uri else {}
    names = {key.lower(): key for key, value in body.items() if isinstance(value, dict) and "ProtocolEnabled" in value}
    values = {word: bool(body[name]["ProtocolEnabled"]) for word, name in names.items()}
    return Services(uri, names, values, body)


def check_services(wanted: t.Iterable[str], services: Services, machine: str) -> None:
    """Refuse services the BMC does not have.

    :raises NotSupportedError: naming all of them, those it has, and near matches.
    """
    unknown = [name for name in wanted if name not in services.names]
    if not unknown:
        return
    guesses = [word for name in unknown for word in near(name, services.names)]
    raise NotSupportedError(
        f"the BMC has no protocol {', '.join(unknown)}; it has {', '.join(sorted(services.names)) or 'none'}",
        machine=machine,
        resource=services.uri,
        hint=f"did you mean {' or '.join(guesses)}?" if guesses else None,
    )
