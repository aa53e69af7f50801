# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the whole tree of a machine from its platform's tables."""

from __future__ import annotations

from ..machine import Machine
from ..personality import Personality
from . import chassis, licences, manager, oem, registries, services, system
from .site import ROOT, Site
from .store import Tree


def build(machine: Machine, personality: Personality) -> Tree:
    """Return the tree as it stands when the BMC has just started; live values are layered over it later."""
    tree = Tree(personality.identity.case_insensitive, registries.shared(personality))
    site = Site(tree, machine, personality)
    system.build(site)
    manager.build(site)
    chassis.build(site)
    services.build(site)
    oem.build(site)
    licences.build(site)
    _collections(site)
    return tree


def _collections(site: Site) -> None:
    p = site.p
    for name in p.extra_systems:
        system.build_extra(site, name)
    for name in p.extra_managers:
        manager.build_extra(site, name)
    for name in p.extra_chassis:
        chassis.build_extra(site, name)
    extra = [f"{ROOT}/Systems/{name}" for name in p.extra_systems]
    systems = [*extra, site.system] if p.extra_first else [site.system, *extra]
    site.collect(f"{ROOT}/Systems", "ComputerSystem", "Computer System Collection", systems)
    managers = [site.manager, *(f"{ROOT}/Managers/{name}" for name in p.extra_managers)]
    site.collect(f"{ROOT}/Managers", "Manager", "Manager Collection", managers)
    cases = [site.chassis, *(f"{ROOT}/Chassis/{name}" for name in p.extra_chassis)]
    site.collect(f"{ROOT}/Chassis", "Chassis", "Chassis Collection", cases)
