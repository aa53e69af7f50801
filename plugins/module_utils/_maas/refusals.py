# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse a plan before its first write, with everything that is wrong at once; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import Current
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import check_not_foreign
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted

__all__ = ["check", "unknown_names", "unsupported", "version_numbers"]

OLDEST = (3, 0)
# Deploy options and the MAAS that brought them.
SINCE = {"enable_hw_sync": (3, 2), "ephemeral_deploy": (3, 3), "enable_kernel_crash_dump": (3, 6)}
# What MAAS itself insists on, told before it is asked.
POWER_NEEDS = {
    "redfish": ("power_address", "power_user", "power_pass"),
    "ipmi": ("power_address",),
}


def check(wanted: Wanted, current: Current, steps: t.Sequence[Step]) -> None:
    """Raise when the steps must not or cannot be run; what was not read is not checked.

    :raises ConflictError: for a locked machine, or one of another owner.
    :raises NotSupportedError: for a MAAS that is too old.
    :raises ConfigurationError: for names MAAS does not have, and for what a new machine lacks.
    """
    if not steps:
        return
    machine = current.machine
    if machine is not None:
        _check_hands_off(wanted, current, machine, steps)
    _check_version(wanted, current, steps)
    found = list(_problems(wanted, current, {step.name for step in steps}))
    if found:
        raise ConfigurationError(
            f"{wanted.identity}: {'; '.join(found)}",
            hint="nothing was changed",
            problems=found,
        )


def _check_hands_off(wanted: Wanted, current: Current, machine: Machine, steps: t.Sequence[Step]) -> None:
    if machine.locked and any(step.name not in ("unlock", "wait") for step in steps):
        raise ConflictError(
            f"{machine.name} is locked, and MAAS refuses every change to it; nothing was changed",
            resource=machine_path(machine.system_id),
            hint="unlock it with state: unlocked first",
        )
    check_not_foreign(machine, current.user, "allow_other_owner" in wanted.allowed)


def _check_version(wanted: Wanted, current: Current, steps: t.Sequence[Step]) -> None:
    text = unsupported(current.version)
    if text:
        raise NotSupportedError(text, hint="upgrade MAAS")
    if current.version is None or not any(step.name == "deploy" for step in steps):
        return
    for name, since in SINCE.items():
        if wanted.deploy.get(name) and version_numbers(current.version) < since:
            raise NotSupportedError(
                f"deploy.{name} needs MAAS {'.'.join(map(str, since))}, and this one is {current.version}",
                hint="an older MAAS would ignore it without a word; leave it out or upgrade",
            )


def unsupported(version: str | None) -> str:
    """Return why that MAAS is refused, or an empty string."""
    if version and version_numbers(version) < OLDEST:
        return f"MAAS {version} is not supported: 3.0 is the oldest this collection knows"
    return ""


def version_numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version for comparing; ``3.8.0~beta1`` is (3, 8)."""
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _problems(wanted: Wanted, current: Current, names: t.AbstractSet[str]) -> t.Iterator[str]:
    for name, known in (("zone", current.zones), ("pool", current.pools), ("domain", current.domains)):
        if known is not None and name in wanted.attributes:
            yield from unknown_names(name, [wanted.attributes[name]], known)
    if current.tags is not None:
        yield from unknown_names("tag", wanted.tags or (), current.tags)
    if "allocate" in names:
        yield from _constraint_problems(wanted, current)
    if "create" in names:
        yield from _create_problems(wanted)
    if "deploy" in names and current.images is not None:
        yield from _image_problems(wanted, current)
    if names & {"commission", "test"} and current.scripts is not None:
        yield from unknown_names(
            "commissioning script", wanted.commission.get("commissioning_scripts", ()), current.scripts
        )
        testing = [name for name in wanted.commission.get("testing_scripts", ()) if name != "none"]
        yield from unknown_names("testing script", testing, current.scripts)


def _constraint_problems(wanted: Wanted, current: Current) -> t.Iterator[str]:
    terms = wanted.allocate_matching
    for name, known in (("zone", current.zones), ("pool", current.pools)):
        if known is not None and name in terms:
            yield from unknown_names(name, [terms[name]], known)
    if current.tags is not None:
        yield from unknown_names("tag", [*terms.get("tags", ()), *terms.get("not_tags", ())], current.tags)


def unknown_names(what: str, asked: t.Iterable[str], known: t.Collection[str]) -> t.Iterator[str]:
    """Return a complaint with near matches for each name that is not known."""
    for name in asked:
        if name not in known:
            guesses = near(name, known)
            shown = f"did you mean {' or '.join(guesses)}?" if guesses else f"there are: {', '.join(known) or 'none'}"
            yield f"MAAS has no {what} {name!r} ({shown})"


def _create_problems(wanted: Wanted) -> t.Iterator[str]:
    kind = wanted.attributes.get("power_type", "")
    if not kind:
        yield "a new machine needs power_type (redfish, ipmi ... or manual)"
    if wanted.identity.system_id:
        yield f"MAAS has no machine with the id {wanted.identity.system_id}, and ids of new machines are its own choice"
    if not wanted.identity.mac_addresses and kind != "ipmi":
        yield "a new machine needs mac_addresses (only ipmi does without)"
    lacking = [name for name in POWER_NEEDS.get(kind, ()) if not wanted.power_parameters.get(name)]
    if lacking:
        yield f"power_type {kind} needs power_parameters {', '.join(lacking)}"


def _image_problems(wanted: Wanted, current: Current) -> t.Iterator[str]:
    images = current.images or ()
    if not images:
        yield "MAAS has no boot images, so nothing can be deployed; import some first"
        return
    osystem, series = wanted.system
    if (osystem or series) and not any(image.serves(osystem, series) for image in images):
        asked = f"{osystem}/{series}" if osystem else series
        yield from unknown_names("series", [asked], _known(images))


def _known(images: t.Iterable[t.Any]) -> list[str]:
    return sorted({word for image in images for word in (image.name, image.name.rpartition("/")[2])})
