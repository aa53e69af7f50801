# SPDX-License-Identifier: GPL-3.0-or-later
"""Gather the handlers: each module answers for one kind of resource and adds itself to the router."""

from __future__ import annotations

from ..wire import Router
from . import groups, images, machine, machines, scripts, system


def register_all(router: Router) -> None:
    """Add every resource; the more special paths of one word come with their own module."""
    for module in (machines, machine, groups, system, scripts, images):
        module.register(router)
