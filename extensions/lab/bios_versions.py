# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new BIOS version changes besides the version: names of attributes, and the registry that lists them (Q-G11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .tree.registries import republish

if TYPE_CHECKING:
    from .bmc import Bmc


def follow(bmc: Bmc, version: str) -> None:
    """Let names and registry follow the BIOS to `version`, on platforms and machines where they do."""
    habits, state = bmc.habits, bmc.bios
    names = dict(one.split(":", 1) for one in bmc.p.oddities.bios_renames)
    if state is None or bmc.captured or not habits.registry_uri or not (habits.registry_versioned or names):
        return
    if names:
        state.rename(names)
    shared = None if names else bmc.p.registry
    bmc.registry_id = registry_id(habits.registry_id, version)
    bmc.layout.bios_registry = republish(bmc.tree, habits, bmc.layout.bios_registry, bmc.registry_id, shared, state)


def registry_id(known: str, version: str) -> str:
    """Return the id that carries a version: U58 v2.50 publishes BiosAttributeRegistryU58.v1_2_50 (rec iLO)."""
    digits = version.split(".")
    return f"{known.partition('.')[0]}.v{'_'.join(digits if len(digits) > 2 else ['1', *digits])}"
