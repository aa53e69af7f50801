# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find one machine in MAAS by what is known of it; the server does the filtering.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConflictError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["by_agent_name", "find", "machine_path", "read_machine"]

MACHINES = "machines/"


def machine_path(system_id: str) -> str:
    """Return the path of a machine."""
    return path_of("machines", system_id)


def read_machine(client: MaasClient, system_id: str) -> Machine | None:
    """Return the machine with that id, or None."""
    body = client.get_or_none(machine_path(system_id))
    return None if body is None else Machine.from_maas(body)


def by_agent_name(client: MaasClient, agent_name: str) -> Machine | None:
    """Return the machine that was allocated under that name, or None."""
    return _only(_list(client, agent_name=agent_name), f"agent_name {agent_name}", client)


def find(client: MaasClient, identity: Identity) -> Machine | None:
    """Return the machine, or None when nothing matches.

    One request when the first identification hits. A serial number is no filter of MAAS: it is compared with what the
    others found, and the list of all machines is read only when nothing else was given.

    :raises ConflictError: when several machines match, naming them, or when the hostname belongs to other hardware.
    """
    if identity.system_id:
        return read_machine(client, identity.system_id)
    if identity.mac_addresses:
        found = _only(_list(client, mac_address=list(identity.mac_addresses)), _macs(identity), client)
        if found is not None:
            return _same_serial(found, identity, _macs(identity), client)
    if identity.hostname:
        found = _only(_list(client, hostname=identity.hostname), f"hostname {identity.hostname}", client)
        return found and _same_hardware(found, identity, client)
    if identity.serial and not identity.mac_addresses:
        matching = [machine for machine in _list(client) if machine.serial == identity.serial]
        return _only(matching, f"serial {identity.serial}", client)
    return None


def _list(client: MaasClient, **filters: t.Any) -> list[Machine]:
    return [Machine.from_maas(body) for body in client.rows(MACHINES, **filters)]


def _macs(identity: Identity) -> str:
    return f"mac_addresses {', '.join(identity.mac_addresses)}"


def _only(machines: t.Sequence[Machine], what: str, client: MaasClient) -> Machine | None:
    if len(machines) > 1:
        names = ", ".join(f"{machine.name} {machine.status_name}" for machine in machines)
        raise ConflictError(
            f"{what} matches {len(machines)} machines: {names}",
            machine=client.machine,
            resource="GET machines/",
            hint="identify one by system_id",
            matches=[machine.as_result() for machine in machines],
        )
    return machines[0] if machines else None


def _same_serial(found: Machine, identity: Identity, what: str, client: MaasClient) -> Machine:
    if identity.serial and found.serial and identity.serial != found.serial:
        raise ConflictError(
            f"{what} belongs to {found.name}, whose serial number is {found.serial} and not {identity.serial}",
            machine=client.machine,
            hint="a part may have moved between servers: correct the machine in MAAS, or leave serial out",
        )
    return found


def _same_hardware(found: Machine, identity: Identity, client: MaasClient) -> Machine:
    """Refuse a machine that has the wanted name but is other hardware: adopting it would take over a stranger."""
    if identity.serial and identity.serial == found.serial:
        return found
    _same_serial(found, identity, f"hostname {identity.hostname}", client)
    if identity.mac_addresses and found.mac_addresses and not set(identity.mac_addresses) & set(found.mac_addresses):
        raise ConflictError(
            f"hostname {identity.hostname} belongs to {found.name} with {', '.join(found.mac_addresses)},"
            f" which has none of {', '.join(identity.mac_addresses)}",
            machine=client.machine,
            hint="give the new machine another hostname, or delete the old one from MAAS if it is gone",
        )
    return found
