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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import find, machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient

__all__ = ["OWNER_OPTIONS", "check_editable", "find_owner", "identity"]

OWNER_OPTIONS = Options(
    spec={"system_id": {"type": "str"}, "hostname": {"type": "str"}},
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
