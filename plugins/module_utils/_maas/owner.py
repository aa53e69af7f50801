# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The owner of interfaces and disks: a machine that has to exist and to be in a status that lets it be edited.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import OWNED
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import find, machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient

__all__ = ["OWNER_OPTIONS", "check_editable", "check_not_foreign", "find_owner", "identity", "key_user"]

OWNER_OPTIONS = Options(
    spec={
        "system_id": {"type": "str"},
        "hostname": {"type": "str"},
        "allow_other_owner": {"type": "bool", "default": False},
    },
    required_one_of=(("system_id", "hostname"),),
)


def identity(params: t.Mapping[str, t.Any]) -> Identity:
    """Take the options that name the machine; a domain after the hostname is left out."""
    hostname = (params.get("hostname") or "").partition(".")[0]
    return Identity(system_id=params.get("system_id") or "", hostname=hostname)


def find_owner(client: MaasClient, owner: Identity) -> Machine:
    """Return the machine.

    :raises ConfigurationError: when MAAS does not have it.
    """
    machine = find(client, owner)
    if machine is None:
        raise ConfigurationError(
            f"{owner} is not in MAAS", machine=client.machine, hint="enlist it with maas_machine, state: present"
        )
    return machine


def key_user(client: MaasClient, machine: Machine) -> str | None:
    """Return the name of the API key's user, or None where it does not matter because the machine is nobody's."""
    if not machine.owner or machine.status_name not in OWNED:
        return None
    return t.cast(str, client.get("users/", op="whoami")["username"])


def check_not_foreign(machine: Machine, user: str | None, allow_other_owner: bool) -> None:
    """Raise ConflictError for a machine MAAS keeps for somebody else; an administrator's key would be let through.

    :param user: the API key's; None when it was not asked.
    """
    foreign = machine.owner and user and machine.owner != user and machine.status_name in OWNED
    if foreign and not allow_other_owner:
        raise ConflictError(
            f"{machine.name} is {machine.status_name} and belongs to {machine.owner}, the API key to {user};"
            " nothing was changed",
            resource=machine_path(machine.system_id),
            hint="set allow_other_owner: true to act on it all the same",
        )


def check_editable(machine: Machine, allowed: t.Collection[str], what: str) -> None:
    """Raise ConflictError when the machine's status or lock does not let it be edited; MAAS would refuse as well."""
    if machine.locked:
        raise ConflictError(
            f"{machine.name} is locked, and MAAS refuses every change to it",
            resource=machine_path(machine.system_id),
            hint="unlock it with maas_machine, state: unlocked",
        )
    if machine.status_name not in allowed:
        raise ConflictError(
            f"{machine.name} is {machine.status_name}: {what} can be changed only while it is"
            f" {' or '.join(sorted(allowed))}",
            resource=machine_path(machine.system_id),
            status_name=machine.status_name,
        )
