# SPDX-License-Identifier: GPL-3.0-or-later
"""Device types held against machines; cases as data."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.classify import classify


def machine(vendor="Dell Inc.", model="PowerEdge R750", platform="dell_idrac9", cores=36, gib=512, nics=4, drives=3):
    return {
        "platform": platform,
        "system": {"vendor": vendor, "model": model},
        "processors": [{"cores": cores // 2, "model": "Xeon Gold 6354", "architecture": "x86-64"}] * 2,
        "gpus": [],
        "memory": {"gib": gib},
        "network": {"ports": [{"mac": str(number)} for number in range(nics)]},
        "storage": {"drives": [{"bytes": 10**12}] * drives},
    }


R750 = {"vendor": "Dell*", "model": "PowerEdge R750*", "platform": "dell_idrac9"}
EXACT = {**R750, "model": "PowerEdge R750"}
ANY = {**R750, "model": "PowerEdge*"}
BIG = {**R750, "match": {"memory_gib": 512, "cpu": {"cores": 32}}}
SMALL = {**R750, "match": {"memory_gib": 256, "cpu": {"cores": 32}}}
MANY_DISKS = {**R750, "match": {"disks": {"count": 2}}}

CASES = {
    "by name": ({"r750": R750}, machine(), "known", "r750"),
    "case does not count": ({"r750": {"vendor": "dell*", "model": "poweredge r750"}}, machine(), "known", "r750"),
    "another model": ({"r750": R750}, machine(model="PowerEdge R650"), "unknown", None),
    "another platform": ({"r750": R750}, machine(platform="dell_idrac10"), "unknown", None),
    "one of several models": ({"x": {"model": ["R6*", "PowerEdge R750"]}}, machine(), "known", "x"),
    "too little memory": ({"big": BIG}, machine(gib=384), "unknown", None),
    "the exact name beats a pattern": ({"p": R750, "exact": EXACT}, machine(), "known", "exact"),
    "the longer pattern beats the shorter": ({"any": ANY, "r750": R750}, machine(), "known", "r750"),
    "more demands beat fewer": ({"small": SMALL, "big": BIG}, machine(), "known", "big"),
    "the big type is out for the small machine": ({"small": SMALL, "big": BIG}, machine(gib=300), "known", "small"),
    "twins are ambiguous": ({"one": BIG, "two": BIG}, machine(), "ambiguous", None),
    "different demands are ambiguous": ({"disks": MANY_DISKS, "memory": SMALL}, machine(), "ambiguous", None),
    "a vendor alone is too little": ({"dell": {"vendor": "Dell*"}}, machine(), "unknown", None),
    "hardware alone is too little": ({"any": {"match": {"nics": 2, "memory_gib": 64}}}, machine(), "unknown", None),
    "a platform is enough": ({"plain": {"platform": "generic"}}, machine("", "", "generic"), "known", "plain"),
    "the seed's own form": (
        {"d1": {"vendor": "Dell Inc.", "model": "PowerEdge R750", "bios_vendor": "Dell", "management_tools": []}},
        machine(),
        "known",
        "d1",
    ),
    "no types": ({}, machine(), "unknown", None),
}  # fmt: skip


@pytest.mark.parametrize(("types", "facts", "verdict", "name"), CASES.values(), ids=CASES)
def test_verdict(types, facts, verdict, name):
    found = classify(facts, types)

    assert (found.verdict, found.device_type) == (verdict, name)
    assert found.reason


def test_evidence_for_and_against_is_told():
    found = classify(machine(gib=300, nics=1), {"big": {**BIG, "match": {**BIG["match"], "nics": 2, "gpus": 1}}})

    (candidate,) = found.as_result()["candidates"]
    assert "model PowerEdge R750 matches PowerEdge R750*" in candidate["evidence"]
    assert candidate["against"] == [
        "memory_gib is 300, wanted 512",
        "nics is 1, wanted 2",
        "gpus is 0, wanted 1",
    ]
    assert "memory_gib is 300" in found.reason


def test_machine_that_shows_no_resource_of_a_kind_does_not_say_that_it_has_none():
    subsets = ("processors", "storage", "network")
    wanted = {"r750": {**R750, "match": {"nics": 2, "disks": {"count": 2}, "gpus": 1}}}

    silent = {**machine(nics=0, drives=0), "sources": {name: {"resources": []} for name in subsets}}
    without = {**machine(nics=0, drives=0), "sources": {name: {"resources": ["/x"]} for name in subsets}}

    (candidate,) = classify(silent, wanted).candidates
    assert (candidate.fits, len(candidate.unverified)) == (True, 3)
    assert len(classify(without, wanted).candidates[0].against) == 3


def test_what_the_machine_does_not_tell_is_neither_for_nor_against():
    facts = machine()
    del facts["network"], facts["storage"]

    found = classify(facts, {"r750": {**R750, "match": {"nics": 2, "disks": {"count": 2}}}})

    assert found.device_type == "r750"
    assert len(found.candidates[0].unverified) == 2


def test_a_fleet_is_classified_quickly_among_near_duplicates():
    types = {
        f"type-{number:02}": {
            "vendor": "Dell*",
            "model": f"PowerEdge R{700 + number // 3}*",
            "match": {"memory_gib": 128 * (1 + number % 3), "nics": 2, "disks": {"count": 1 + number % 3}},
        }
        for number in range(87)
    }
    fleet = [machine(model=f"PowerEdge R{700 + number % 29}", gib=128 * (1 + number % 3)) for number in range(500)]

    begun = time.process_time()
    found = [classify(facts, types) for facts in fleet]
    spent = time.process_time() - begun

    assert {item.verdict for item in found} == {"known"}
    assert found[0].device_type == "type-00"
    assert found[31].device_type == "type-07"
    # Far from the two seconds that are allowed, so that a busy machine does not fail this for no reason.
    assert spent < 10
