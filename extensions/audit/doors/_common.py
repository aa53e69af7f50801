# SPDX-License-Identifier: GPL-3.0-or-later

"""What the audit doors share: which database is meant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.plugins.loader import callback_loader

from ..current import current_run
from ..location import resolve

__all__ = ["chosen_database"]

_CALLBACK = "hwautomation.baremetal.audit"


def chosen_database(params: Mapping[str, Any]) -> str:
    """Return the database to use: the option, that of the run being recorded, or what the callback would use."""
    if params.get("database"):
        return resolve(params["database"], "", os.environ)
    run = current_run()
    if run is not None:
        return run.database
    # Loading the plugin's class makes its options known to Ansible's configuration, by the name it is loaded by.
    callback = callback_loader.get(_CALLBACK, class_only=True)
    names = {"plugin_type": "callback", "plugin_name": callback._load_name}
    setting, origin = C.config.get_config_value_and_origin("database", **names)
    return resolve(setting, str(origin), os.environ)
