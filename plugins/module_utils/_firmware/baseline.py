# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a baseline or a policy to the rows one machine needs, with intermediate versions and prerequisites filled in.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import COMPONENTS, Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL, NEWER, OLDER
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import (
    FirmwareAnswers,
    firmware_answers,
)

__all__ = ["POLICIES", "Baseline", "Machine", "baselines_of", "rows_for"]

# baseline: the versions it names. latest: the highest of the catalogue. security_only: the highest among rows of
# priority critical, and only upwards. manual: nothing, for reports.
POLICIES = ("baseline", "latest", "security_only", "manual")


@dataclass(frozen=True)
class Baseline:
    """A named set of versions for one platform; keys are ``bmc`` or ``nic:ConnectX-6`` (component:device)."""

    name: str
    platform: str
    components: t.Mapping[str, str]
    notes: str = ""


@dataclass(frozen=True)
class Machine:
    """What of a machine decides about its rows."""

    platform: str
    model: str
    components: t.Tuple[Component, ...]

    @property
    def answers(self) -> FirmwareAnswers:
        """The platform's firmware answers."""
        return firmware_answers(self.platform)


def baselines_of(items: t.Iterable[t.Mapping[str, t.Any]]) -> t.Dict[str, Baseline]:
    """Read baselines from configuration, by name.

    :raises ConfigurationError: with every problem at once.
    """
    found: t.Dict[str, Baseline] = {}
    problems = []
    for item in items:
        name = str(item.get("name") or "")
        missing = [key for key in ("name", "platform", "components") if not item.get(key)]
        if missing:
            problems.append(f"baseline {name or '?'} lacks {', '.join(missing)}")
            continue
        if name in found:
            problems.append(f"baseline {name} is there twice")
        components = {str(key): str(version) for key, version in item["components"].items()}
        problems += [_unknown(name, key) for key in components if key.partition(":")[0] not in COMPONENTS]
        found[name] = Baseline(name, str(item["platform"]), components, str(item.get("notes") or ""))
    if problems:
        raise ConfigurationError(f"firmware baselines: {'; '.join(problems)}", problems=problems)
    return found


def _unknown(baseline: str, key: str) -> str:
    guess = near(key, COMPONENTS)
    hint = f"did you mean {' or '.join(guess)}?" if guess else f"known: {', '.join(COMPONENTS)}"
    return f"baseline {baseline} names an unknown component {key} ({hint})"


def rows_for(
    machine: Machine, catalogue: t.Sequence[Row], baseline: Baseline | None, policy: str = "baseline"
) -> t.List[Row]:
    """Return the rows this machine should be at, BMC first, each with the intermediate versions it needs.

    :raises ConfigurationError: with every problem at once: unknown policy, no image for a version, a prerequisite that
        nothing in the catalogue meets.
    """
    fitting = [row for row in catalogue if not assess.fits_machine(row, machine.platform, machine.model)]
    problems: t.List[str] = []
    chosen = _chosen(machine, fitting, baseline, policy, problems)
    chosen += _prerequisites(machine, fitting, chosen, problems)
    rows = [_with_hops(machine, row, fitting, problems) for row in chosen]
    if problems:
        texts = list(dict.fromkeys(problems))
        raise ConfigurationError(f"firmware of a {machine.platform}: {'; '.join(texts)}", problems=texts)
    return sorted(rows, key=assess.order_of)


def _chosen(
    machine: Machine, fitting: t.Sequence[Row], baseline: Baseline | None, policy: str, problems: t.List[str]
) -> t.List[Row]:
    if policy not in POLICIES:
        guess = near(policy, POLICIES)
        hint = f"did you mean {guess[0]}?" if guess else f"known: {', '.join(POLICIES)}"
        problems.append(f"unknown policy {policy} ({hint})")
        return []
    if policy == "manual":
        return []
    if policy == "baseline":
        return _of_baseline(machine, fitting, baseline, problems)
    critical_only = policy == "security_only"
    return _highest(machine, [row for row in fitting if not critical_only or row.priority == "critical"], critical_only)


def _of_baseline(
    machine: Machine, fitting: t.Sequence[Row], baseline: Baseline | None, problems: t.List[str]
) -> t.List[Row]:
    if baseline is None:
        problems.append("policy baseline needs the name of a baseline")
        return []
    if baseline.platform != machine.platform:
        problems.append(f"baseline {baseline.name} is for {baseline.platform}")
        return []
    rows = []
    for key, version in baseline.components.items():
        component, _colon, device = key.partition(":")
        row = _find(machine, fitting, component, device, version)
        if row is None:
            known = sorted({row.version for row in fitting if row.component == component})
            problems.append(
                f"baseline {baseline.name}: the catalogue has no {key} {version}"
                f" for {machine.model or machine.platform} (it has {', '.join(known) or 'none'})"
            )
        else:
            rows.append(row)
    return rows


def _find(machine: Machine, rows: t.Iterable[Row], component: str, device: str, version: str) -> Row | None:
    for row in rows:
        same = row.component == component and row.device.lower() == device.lower()
        if same and _compare(machine, component, row.version, version) == EQUAL:
            return row
    return None


def _compare(machine: Machine, component: str, one: str, other: str) -> str:
    first, second = (assess.is_version(text, component, machine.answers) for text in (one, other))
    return assess.compare(first, second) if first and second else "unknown"


def _highest(machine: Machine, rows: t.Sequence[Row], only_upwards: bool) -> t.List[Row]:
    best: t.Dict[str, Row] = {}
    for row in rows:
        entries, missing = assess.devices_of(row, machine.components)
        if missing or only_upwards and assess.standing(row, entries, machine.answers) not in (OLDER, EQUAL):
            continue
        known = best.get(row.label)
        if known is None or _compare(machine, row.component, row.version, known.version) == NEWER:
            best[row.label] = row
    return list(best.values())


def _prerequisites(
    machine: Machine, fitting: t.Sequence[Row], chosen: t.Sequence[Row], problems: t.List[str]
) -> t.List[Row]:
    """Return rows of other components that must be there first and that neither machine nor choice brings."""
    added: t.List[Row] = []
    queue = [row for row in chosen if _is_behind(machine, row)]
    while queue:
        row = queue.pop()
        for need in row.requires:
            coming = [*chosen, *added]
            if need.component == row.component or assess.meets(need, _planned(machine, coming), machine.answers):
                continue
            fixed = next((other for other in chosen if other.component == need.component), None)
            found = None if fixed else _lowest(machine, fitting, need.component, need.version)
            if found is None:
                problems.append(_unmet(row, need.component, need.version, fixed))
            else:
                added.append(found)
                queue.append(found)
    return added


def _unmet(row: Row, component: str, version: str, fixed: Row | None) -> str:
    text = f"{row.label} {row.version} needs {component} {version} or newer first"
    if fixed is not None:
        return f"{text}, and {fixed.version} is chosen for it"
    return f"{text}, and the catalogue has no image for that"


def _is_behind(machine: Machine, row: Row) -> bool:
    entries, missing = assess.devices_of(row, machine.components)
    return not missing and assess.standing(row, entries, machine.answers) != EQUAL


def _planned(machine: Machine, rows: t.Iterable[Row]) -> t.Tuple[Component, ...]:
    coming = {row.component: row.version for row in rows}
    return tuple(replace(entry, version=coming.get(entry.component, entry.version)) for entry in machine.components)


def _lowest(machine: Machine, rows: t.Iterable[Row], component: str, version: str) -> Row | None:
    enough = [
        row
        for row in rows
        if row.component == component and _compare(machine, component, row.version, version) in (EQUAL, NEWER)
    ]
    return min(enough, key=_by_version(machine), default=None)


def _by_version(machine: Machine) -> t.Any:
    signs = {NEWER: 1, OLDER: -1}
    return functools.cmp_to_key(
        lambda one, other: signs.get(_compare(machine, one.component, one.version, other.version), 0)
    )


def _with_hops(machine: Machine, row: Row, fitting: t.Sequence[Row], problems: t.List[str]) -> Row:
    """Return the row with the versions of the same component to pass through, lowest first."""
    hops: t.List[Row] = []
    step = row
    while True:
        need = next((item for item in step.requires if item.component == row.component), None)
        if need is None or assess.meets(need, machine.components, machine.answers):
            return replace(row, via=tuple(hops))
        found = _lowest(
            machine, [other for other in fitting if other.device == row.device], row.component, need.version
        )
        if found is None or _compare(machine, row.component, found.version, step.version) != OLDER:
            problems.append(_unmet(step, need.component, need.version, None))
            return row
        hops.insert(0, found)
        step = found
