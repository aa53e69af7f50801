# SPDX-License-Identifier: GPL-3.0-or-later
"""Gather the handlers: each module answers for one kind of resource and adds itself to the router."""

from __future__ import annotations

from ..wire import Router
from . import (
    addresses,
    blockdevices,
    groups,
    images,
    interfaces,
    machine,
    machines,
    networks,
    scripts,
    system,
    volumes,
)

MODULES = (
    machines,
    machine,
    groups,
    system,
    scripts,
    images,
    networks,
    addresses,
    interfaces,
    blockdevices,
    volumes,
)


def register_all(router: Router) -> None:
    """Add every resource."""
    for module in MODULES:
        module.register(router)
