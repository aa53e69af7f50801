# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the lookups of named data; a lookup only says which kind.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.cache import once_per_run
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import (
    Kind,
    data_files,
    load,
    pick,
)

__all__ = ["ConfigsLookup"]


class ConfigsLookup(LookupBase):
    """Named data: the items asked for, or without names one dictionary of all."""

    KIND: t.ClassVar[Kind]

    def run(
        self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """Return the items asked for, or all."""
        self.set_options(var_options=variables, direct=kwargs)
        directories = [Path(str(item)).expanduser() for item in self.get_option("config_dir")]
        files = [*directories, *(path for group in data_files(self.KIND, directories) for path in group)]
        run_directory = t.cast(t.Any, C).DEFAULT_LOCAL_TMP
        try:
            items = once_per_run(run_directory, self.KIND.schema, files, lambda: load(self.KIND, directories))
            return [pick(self.KIND, items, str(term).strip()) for term in terms] if terms else [items]
        except HWAutomationError as exc:
            raise AnsibleLookupError(str(exc)) from exc
