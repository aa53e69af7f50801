# SPDX-License-Identifier: GPL-3.0-or-later
"""Attribute registries: what dependencies mean, and the way from table to document and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Registry, Term, holds
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.rows import locks, switch, when
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import from_document, to_document
from tests.unit.lab.bench import captured

TREES = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"
needs_trees = pytest.mark.skipif(not TREES.is_dir(), reason="the captured trees (../shared/mockups) are not here")
VALUES = {"T": "yes", "F": "no", "Flag": True, "Size": 4}

# terms as (attribute that is "yes" or not, MapTerms), whether they hold together
JOINED: list[tuple[list[tuple[str, str]], bool]] = [
    ([("T", "")], True),
    ([("F", "")], False),
    ([], False),
    ([("F", ""), ("T", "")], True),  # as Dell publishes them: nobody joins them, one is enough
    ([("F", ""), ("T", "AND")], False),
    ([("F", ""), ("T", "OR")], True),
    ([("T", ""), ("F", "AND"), ("T", "OR")], True),  # from left to right
    ([("T", ""), ("T", "OR"), ("F", "AND")], False),
    ([("F", ""), ("T", ""), ("F", "AND,OR")], False),  # X13: the last one closes a group and joins it
    ([("F", ""), ("T", ""), ("T", "AND,OR")], True),
    ([("T", ""), ("F", ""), ("F", "OR,AND")], False),
    ([("T", "AND")], True),  # nothing to join yet
]


@pytest.mark.parametrize(("terms", "expected"), JOINED)
def test_terms_are_joined_in_array_order(terms: list[tuple[str, str]], expected: bool) -> None:
    made = [Term(name, "yes", joins=tuple(filter(None, joins.split(",")))) for name, joins in terms]
    assert holds(made, VALUES) is expected


CONDITIONS = [
    (Term("T", "no", "NEQ"), True),
    (Term("Flag", "true"), True),
    (Term("Size", "4"), True),
    (Term("Size", 5, "LSS"), True),
    (Term("Size", 5, "GEQ"), False),
    (Term("Size", "x", "GTR"), False),
    (Term("Absent", "no", "NEQ"), False),
    (Term("T", "yes", "LIKE"), False),
    (Term("T", "yes", property="ReadOnly"), False),
]


@pytest.mark.parametrize(("term", "expected"), CONDITIONS)
def test_conditions(term: Term, expected: bool) -> None:
    assert holds([term], VALUES) is expected


@pytest.mark.parametrize("platform", [name for name, one in PLATFORMS.items() if one.registry and one.bios])
def test_every_registry_survives_the_way_to_a_document_and_back(platform: str) -> None:
    registry = PLATFORMS[platform].registry
    assert registry is not None
    made = registry()
    read = from_document(json.loads(json.dumps(to_document(made, "BiosAttributeRegistry.v1_0_0", "/r"))))
    assert list(read.attributes) == list(made.attributes)
    assert read.dependencies == made.dependencies
    assert {row.name: (row.type, row.read_only, row.hidden, row.lower) for row in read.attributes.values()} == {
        row.name: (row.type, row.read_only, row.hidden, row.lower) for row in made.attributes.values()
    }


def test_a_flag_that_a_dependency_explains_is_the_state_of_the_day() -> None:
    rules = [locks("Turbo", when("Profile", "Custom", "NEQ"))]
    rows = [switch("Turbo", "Enabled", "./", "", read_only=True), switch("Fixed", "Enabled", "./", "", read_only=True)]
    document = to_document(Registry.of(rows, rules), "X", "/r")
    assert from_document(document).attributes["Turbo"].read_only
    free = from_document(document, {"Profile": "Performance", "Turbo": "Enabled", "Fixed": "Enabled"})
    assert not free.attributes["Turbo"].read_only
    assert free.attributes["Fixed"].read_only
    assert from_document(document, {"Profile": "Custom"}).attributes["Turbo"].read_only, "nothing explains it"


@needs_trees
def test_the_flags_of_a_captured_r750_are_what_its_dependencies_say() -> None:
    folder = TREES / "dell-idrac9-r750" / "redfish/v1/Systems/System.Embedded.1/Bios"
    document: dict[str, Any] = json.loads((folder / "BiosRegistry" / "index.json").read_text())
    current = json.loads((folder / "index.json").read_text())["Attributes"]
    registry = from_document(document)
    told = {
        name: any(holds(rule.terms, current) for rule in rules if rule.property == "ReadOnly")
        for name, rules in registry.locks.items()
        if name in registry.attributes and any(len(rule.terms) > 1 for rule in rules)
    }
    wrong = [name for name, locked in told.items() if locked and not registry.attributes[name].read_only]
    assert len(told) > 80
    assert wrong == ["DrtmSkinit"], "the one flag of 39 with several terms that says AND"


@needs_trees
def test_a_captured_r750_takes_what_its_profile_locked_with_the_profile_that_frees_it() -> None:
    bench = captured(TREES / "dell-idrac9-r750")
    change = {"ProcTurboMode": "Disabled"}
    locked = bench.set_bios(change, "OnReset")
    assert not bench.get(bench.layout.bios_settings)["Attributes"], locked.doc
    assert bench.set_bios({"SysProfile": "Custom", **change}, "OnReset").status == 202
    bench.clock.advance(60)  # until the job is scheduled
    bench.boot()
    assert (bench.bios()["SysProfile"], bench.bios()["ProcTurboMode"]) == ("Custom", "Disabled")
