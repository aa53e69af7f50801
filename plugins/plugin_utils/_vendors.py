# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own platforms, made known in the worker before a door runs that talks to a BMC.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.from_data import profiles_from

__all__ = ["CONFIG_DIR", "known_vendors"]

CONFIG_DIR = "hwautomation_config_dir"
LOOKUP = "hwautomation.baremetal.vendor_profile"


def known_vendors(door: Door | Query, variables: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Read ``vendors/*.yml`` of the site's configuration directories, add them to the registry, return their ids.

    :param variables: holds :data:`CONFIG_DIR` where that is set; the lookup looks at the environment as well.
    :raises ConfigurationError: with every problem of every file.
    """
    if "bmc_host" not in door.options.spec:
        return ()
    try:
        (found,) = lookup_loader.get(LOOKUP).run([], variables=dict(variables))
    except AnsibleError as exc:
        raise ConfigurationError(str(exc)) from exc
    registry.add(profiles_from(found, registry.PROFILES))
    return tuple(found)
