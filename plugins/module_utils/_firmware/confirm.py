# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the version back. "Task completed" is not "firmware active"; only what the machine shows now counts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    NetworkError,
    OutcomeUnknown,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.follow import Blindness, blindness
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import ROOT

__all__ = ["Sighting", "confirm", "wait_ready"]

# A BMC that has just restarted answers, fails, and answers again (Q-G36).
READY_READS = 3
# A host may be through with POST before its BMC has read the new version from it: so many looks are given.
SETTLED_LOOKS = 12
# After a reset whose effect nothing shows, this long is given before the version must be there.
QUIET_SECONDS = 600.0


class Sighting(t.NamedTuple):
    """One look at the version and the host; ``settled`` tells why nothing more is to be expected, or is empty."""

    version: str
    arrived: bool
    settled: str
    host: power.Sight


def confirm(site: Site, unit: Unit, activated: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Wait until the wanted version is shown, and the BMC is steady.

    :param activated: what :func:`activate` returned, empty where the BMC activates by itself.
    :raises VerificationError: when the host has restarted and the old version still runs (staged, not active).
    :raises OutcomeUnknown: when the version did not arrive and nothing says why.
    """
    blind = blindness(site, unit)
    begun = site.clock.monotonic()
    moved: t.List[str] = []
    settled = 0

    def look() -> Sighting | None:
        seen: Sighting | None = blind.look(lambda: _sight(site, unit, activated, moved, begun))
        nonlocal settled
        settled = settled + 1 if seen and seen.settled else 0
        return seen

    try:
        seen = wait_until(
            look,
            lambda sighting: sighting is not None and (sighting.arrived or settled >= SETTLED_LOOKS),
            site.patience(),
            what=f"{unit.row.label} {unit.row.version} to be active",
            describe=lambda sighting: f"version {sighting.version}" if sighting else f"no answer ({blind.last_error})",
            machine=site.client.machine,
            resource=unit.uri or None,
        )
    except WaitTimeout as exc:
        raise _unknown(site, unit, str(exc.facts.get("last_observation")), blind) from exc
    if seen is None or not seen.arrived:
        raise _not_active(site, unit, seen)
    wait_ready(site)
    if activated.get("was_off"):
        _put_back(site)
    return {"version": seen.version, "evidence": moved[0] if moved else ""}


def _sight(site: Site, unit: Unit, activated: t.Mapping[str, t.Any], moved: t.List[str], begun: float) -> Sighting:
    entries, missing = assess.devices_of(unit.row, read.inventory(site.service))
    arrived = not missing and assess.standing(unit.row, entries, site.service.profile.firmware) == EQUAL
    host = power.look(site.service)
    elapsed = site.clock.monotonic() - begun
    settled = "" if arrived else _why_settled(site, activated, host, moved, elapsed)
    return Sighting(assess.shown(entries), arrived, settled, host)


def _why_settled(
    site: Site, activated: t.Mapping[str, t.Any], host: power.Sight, moved: t.List[str], elapsed: float
) -> str:
    before = activated.get("before")
    if before is None:
        return ""
    answers = site.service.profile.power
    evidence = power.restart_seen(before, host, answers)
    if evidence and not moved:
        moved.append(evidence)
    if moved and power.start_over(host, answers):
        return f"the host has restarted ({moved[0]})"
    if elapsed > QUIET_SECONDS and host.power == "On" and power.start_over(host, answers) is not False:
        return f"the host is on for {elapsed:.0f} s after its reset"
    return ""


def _not_active(site: Site, unit: Unit, seen: Sighting | None) -> VerificationError:
    return VerificationError(
        f"{unit.row.label} is still at {seen.version if seen else unit.current}, not at {unit.row.version}:"
        f" {seen.settled if seen else 'it ended early'}",
        machine=site.client.machine,
        resource=unit.uri or None,
        hint="the image was taken and did not become active; look at the BMC's log, some machines need an AC cycle",
        outcome="staged_not_active",
    )


def _unknown(site: Site, unit: Unit, last: str, blind: Blindness) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{unit.row.label} {unit.row.version} did not show up; last seen: {last}",
        machine=site.client.machine,
        resource=unit.uri or None,
        hint="look at the BMC's own task list and log; run this again to read once more, nothing is sent blindly",
        seen=blind.seen[-5:],
    )


def wait_ready(site: Site) -> None:
    """Wait for three good reads in a row of service root, system and manager (Q-G36, Q-G37).

    :raises WaitTimeout: when the BMC does not become steady.
    """
    good = 0

    def look() -> int:
        nonlocal good
        try:
            with site.impatient():
                good = good + 1 if _is_well(site) else 0
        except (NetworkError, ConflictError):
            good = 0
        return good

    wait_until(
        look,
        lambda count: count >= READY_READS,
        site.patience(900.0),
        what="the BMC to be steady",
        describe=lambda count: f"{count} good reads in a row",
        machine=site.client.machine,
    )


def _is_well(site: Site) -> bool:
    site.client.get(ROOT, fresh=True)
    manager = site.service.manager_uri
    return bool(site.service.refresh().get("PowerState")) and (not manager or bool(site.service.get(manager)))


def _put_back(site: Site) -> None:
    """Switch a host off again that was off before, once it is out of POST; leaving it on harms nobody."""
    answers = site.service.profile.power
    with contextlib.suppress(WaitTimeout):
        wait_until(
            lambda: power.look(site.service),
            lambda seen: power.start_over(seen, answers) is not False,
            site.patience(QUIET_SECONDS),
            what="the host to leave POST",
            tolerate=(NetworkError,),
        )
    kind = power.choose_reset(power.allowed_resets(site.service), answers.off, site.service.machine)
    power.reset(site.service, kind)
    power.wait_for_power(site.service, "Off", site.patience(120.0))
