# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which device type a machine is of: evidence for and against each, and no answer where there is no sure one.

A type that states something the machine contradicts is out. Among those left, the one that names the machine most
precisely wins; among equals the one whose demands on the hardware include those of all others. Anything else is
ambiguous, and nothing is chosen.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import typing as t
from dataclasses import dataclass, field

__all__ = ["Candidate", "Classification", "classify"]

Facts = t.Mapping[str, t.Any]
Spec = t.Mapping[str, t.Any]

KNOWN, AMBIGUOUS, UNKNOWN = "known", "ambiguous", "unknown"

# Points for what names the machine, and per demand on its hardware. A vendor alone, or hardware alone, says too little.
POINTS = {"model": 50, "platform": 20, "vendor": 15, "hardware": 2}
ENOUGH = POINTS["platform"]
PATTERN_LOSS = 10
SHOWN = 5


@dataclass(frozen=True)
class Candidate:
    """One device type held against one machine; ``identity`` and ``demands`` say how precise it is."""

    name: str
    score: int = 0
    identity: t.Tuple[int, ...] = ()
    demands: t.Mapping[str, float] = field(default_factory=dict)
    evidence: t.Tuple[str, ...] = ()
    against: t.Tuple[str, ...] = ()
    unverified: t.Tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against

    def as_result(self) -> dict[str, t.Any]:
        """Return the form shown to the user."""
        told = {"evidence": self.evidence, "against": self.against, "unverified": self.unverified}
        return {"name": self.name, "score": self.score, **{key: list(value) for key, value in told.items()}}


@dataclass(frozen=True)
class Classification:
    """The verdict known, ambiguous or unknown; ``device_type`` is None unless it is known."""

    verdict: str
    device_type: str | None
    reason: str
    candidates: t.Tuple[Candidate, ...] = ()

    def as_result(self) -> dict[str, t.Any]:
        """Return the form shown to the user, with the best candidates only."""
        return {
            "verdict": self.verdict,
            "device_type": self.device_type,
            "reason": self.reason,
            "candidates": [candidate.as_result() for candidate in self.candidates[:SHOWN]],
        }


def classify(facts: Facts, device_types: t.Mapping[str, Spec]) -> Classification:
    """Rank the device types for a machine and choose one if it is sure.

    :param facts: the normal form of bmc_info.
    :param device_types: name -> data in the form of configs/device_types.
    """
    hardware = _hardware(facts)
    names = {key: str(value or "") for key, value in _names(facts).items()}
    judged = [_judge(name, spec, names, hardware) for name, spec in device_types.items()]
    ranked = tuple(sorted(judged, key=lambda item: (not item.fits, -item.score, len(item.against), item.name)))
    fitting = [item for item in ranked if item.fits and item.score >= ENOUGH]
    best = [item for item in fitting if all(_beats(item, other) for other in fitting if other is not item)]
    if best:
        return Classification(KNOWN, best[0].name, "; ".join(best[0].evidence), ranked)
    return Classification(AMBIGUOUS if fitting else UNKNOWN, None, _why_not(names, fitting, ranked), ranked)


def _why_not(names: t.Mapping[str, str], fitting: t.Sequence[Candidate], ranked: t.Sequence[Candidate]) -> str:
    machine = f"{names['vendor'] or 'no vendor'}, {names['model'] or 'no model'}, platform {names['platform']}"
    if fitting:
        return f"the machine ({machine}) fits {', '.join(item.name for item in fitting)} equally well"
    if not ranked:
        return "there are no device types"
    nearest = ranked[0]
    why = "; ".join(nearest.against) or "vendor or hardware alone do not name a machine"
    return f"the machine ({machine}) fits no device type; the nearest is {nearest.name}: {why}"


def _beats(one: Candidate, other: Candidate) -> bool:
    """Whether one is more precise than another: it names the machine better, or asks for all it asks and for more."""
    if one.identity != other.identity:
        return one.identity > other.identity
    covers = all(one.demands.get(key, -1.0) >= value for key, value in other.demands.items())
    return covers and dict(one.demands) != dict(other.demands)


def _names(facts: Facts) -> dict[str, t.Any]:
    system = facts.get("system") or {}
    return {"vendor": system.get("vendor"), "model": system.get("model"), "platform": facts.get("platform")}


def _hardware(facts: Facts) -> dict[str, float | str | None]:
    """Return what demands are compared with; None where the machine does not tell."""
    system = facts.get("system") or {}
    cpus = facts.get("processors") or []
    drives = _listed(facts, "storage", (facts.get("storage") or {}).get("drives"))
    ports = _listed(facts, "network", (facts.get("network") or {}).get("ports"))
    gpus = _listed(facts, "processors", facts.get("gpus"))
    return {
        "cpu.sockets": len(cpus) or system.get("processor_count"),
        "cpu.cores": sum(item.get("cores") or 0 for item in cpus) or None,
        "cpu.model": next((item["model"] for item in cpus if item.get("model")), None) or system.get("processor_model"),
        "cpu.architecture": next((item["architecture"] for item in cpus if item.get("architecture")), None),
        "memory_gib": (facts.get("memory") or {}).get("gib") or system.get("memory_gib"),
        "nics": None if ports is None else len(ports),
        "disks.count": None if drives is None else len(drives),
        "disks.total_gb": None if drives is None else sum(item.get("bytes") or 0 for item in drives) / 10**9,
        "gpus": None if gpus is None else len(gpus),
    }


def _listed(facts: Facts, subset: str, found: t.Sequence[t.Any] | None) -> t.Sequence[t.Any] | None:
    """Return what was found; a BMC without any resource of that kind (IPMI) does not say that there is none."""
    resources = ((facts.get("sources") or {}).get(subset) or {}).get("resources")
    return None if not found and resources is not None and not resources else found


def _judge(
    name: str, spec: Spec, names: t.Mapping[str, str], hardware: t.Mapping[str, float | str | None]
) -> Candidate:
    verdicts: dict[str, list[str]] = {"evidence": [], "against": [], "unverified": []}
    score, identity, demands = 0, [], {}
    for key in ("model", "vendor", "platform"):
        precision = _precision(spec.get(key), names[key])
        identity.append(max(precision or 0, 0))
        if precision is None:
            continue
        told = f"{key} {names[key] or 'is not told'}"
        if precision < 0:
            verdicts["against"].append(f"{told}, wanted {_or(spec[key])}")
            continue
        score += POINTS[key] - (PATTERN_LOSS if key == "model" and precision < EXACT else 0)
        verdicts["evidence"].append(f"{told} matches {_or(spec[key])}")
    for key, wanted in _demands(spec):
        actual = hardware.get(key)
        if actual in (None, ""):
            verdicts["unverified"].append(f"{key}: the machine does not tell")
        elif not _meets(actual, wanted):
            verdicts["against"].append(f"{key} is {_short(actual)}, wanted {_short(wanted)}")
        else:
            score += POINTS["hardware"]
            verdicts["evidence"].append(f"{key} is {_short(actual)}, wanted {_short(wanted)}")
        demands[key] = float(wanted) if isinstance(wanted, (int, float)) else 1.0
    found = {key: tuple(value) for key, value in verdicts.items()}
    return Candidate(name, score, tuple(identity), demands, **found)


def _demands(spec: Spec) -> t.Iterator[tuple[str, t.Any]]:
    for key, value in (spec.get("match") or {}).items():
        if isinstance(value, t.Mapping):
            for inner, wanted in value.items():
                yield f"{key}.{inner}", wanted
        else:
            yield key, value


def _meets(actual: float | str | None, wanted: t.Any) -> bool:
    if isinstance(wanted, (int, float)):
        return isinstance(actual, (int, float)) and actual >= wanted
    return (_precision(wanted, str(actual)) or 0) > 0


EXACT = 10_000


def _precision(patterns: t.Any, value: str) -> int | None:
    """Return None where nothing is asked, -1 for no match, EXACT for the very name, else the pattern's own letters."""
    if not patterns:
        return None
    found = -1
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        matcher, letters = _compiled(str(pattern))
        if matcher.match(value.strip()):
            found = max(found, letters)
    return found


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[re.Pattern[str], int]:
    literal = re.sub(r"\[[^]]*\]|[*?]", "", pattern)
    matcher = re.compile(fnmatch.translate(pattern.strip()), re.IGNORECASE)
    return matcher, EXACT if literal == pattern else max(len(literal), 1)


def _or(patterns: t.Any) -> str:
    return patterns if isinstance(patterns, str) else " or ".join(map(str, patterns))


def _short(value: t.Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) else _or(value) if isinstance(value, (str, list)) else str(value)
