# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/rack_quirks.md and docs/rack_quirks_vendors.md say what is so: rows, keys, files and tests that they name are there."""

from __future__ import annotations

import ast
import fnmatch
import re
import typing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import faults, hardware
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.personality import Personality
from ansible_collections.hwautomation.baremetal.extensions.lab.racksettings import CHECKS, FURTHER_HARDWARE
from ansible_collections.hwautomation.baremetal.extensions.lab.setups import Setup

ROOT = Path(__file__).resolve().parents[3]
LAB = ROOT / "extensions" / "lab"
PAGES = ("rack_quirks.md", "rack_quirks_vendors.md")
HEAD = ["row", "the habit", "on the rack", "where", "proven by"]
RESEARCH = ROOT.parent / "shared" / "research" / "redfish.md"
OTHER_WORDS = frozenset({"always", "no", "ipmi_sim", "ipmi", "lab_tree", "lab_platform"})
"""Words in backticks that are no key of a machine: the rack's own settings and programs."""


@dataclass(frozen=True)
class Row:
    page: str
    line: int
    id: str
    rack: str
    where: str
    proof: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {self.id}"

    @property
    def is_missing(self) -> bool:
        return re.match(r"`?no\b", self.rack) is not None


def rows(page: str) -> list[Row]:
    """Return the rows of all tables of a page; a table with other columns is none of ours."""
    path, found, ours = ROOT / "docs" / page, [], False
    if not path.exists():
        pytest.skip(f"docs/{page} is not written yet")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells == HEAD:
            ours = True
        elif not cells:
            ours = False
        elif ours and set(cells[0]) - set("-: "):
            assert len(cells) == len(HEAD), f"{page}:{number} has {len(cells)} cells"
            found.append(Row(page, number, cells[0].strip("`"), *cells[2:]))
    return found


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> list[Row]:
    return rows(request.param)


# -- keys ---------------------------------------------------------------------------------------------------------
def known_paths(kind: Any, before: str = "") -> Iterator[str]:
    """Yield the dotted names of all fields of a table of a platform, and of the tables in it."""
    hints = typing.get_type_hints(kind)
    for field in fields(kind):
        yield before + field.name
        inner = [one for one in (hints[field.name], *typing.get_args(hints[field.name])) if is_dataclass(one)]
        for one in inner:
            yield from known_paths(one, f"{before}{field.name}.")


@cache
def words() -> frozenset[str]:
    """Return every word that may stand in backticks for something the rack knows."""
    made = hardware.make(PLATFORMS["generic"], "r01")
    options = {option for _what, known in faults.KINDS.values() for option in known}
    settings = {f"lab_{name}" for name in CHECKS}
    own = {*known_paths(Personality), *(f"setup.{one}" for one in known_paths(Setup)), *known_paths(Setup)}
    facts = {*made, *FURTHER_HARDWARE}
    return frozenset({*own, *settings, *faults.KINDS, *options, *PLATFORMS, *facts, *OTHER_WORDS})


def unknown_words(text: str) -> list[str]:
    """Return what stands in backticks and is no key, platform (also with *), word of the rack or file below it."""
    return [token for token in re.findall(r"`([^`]+)`", text) if not _is_known(token)]


def _is_known(token: str) -> bool:
    if "/" in token or token.endswith((".py", ".md")):
        return any((base / token).exists() for base in (LAB, ROOT))
    name = re.split(r"[:={ ]", token.removeprefix("fault ").removeprefix("faults."), maxsplit=1)[0]
    return bool(fnmatch.filter(words(), name)) if "*" in name else name in words()


@cache
def functions_of(path: str) -> frozenset[str]:
    """Return the test functions of a file, those in classes with and without the class."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inner:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name.startswith("test"):
                found |= {one.name, f"{node.name}::{one.name}" if isinstance(node, ast.ClassDef) else one.name}
    return frozenset(found)


# -- the pages ----------------------------------------------------------------------------------------------------
def test_every_row_is_there_once() -> None:
    found = [row for name in PAGES if (ROOT / "docs" / name).exists() for row in rows(name)]
    twice = [name for name, times in Counter(row.id for row in found).items() if times > 1]
    assert found and not twice


def test_every_key_and_file_that_is_named_exists(page: list[Row]) -> None:
    unknown = {str(row): unknown_words(f"{row.rack} {row.where}") for row in page}
    assert {name: tokens for name, tokens in unknown.items() if tokens} == {}


def test_a_row_that_the_rack_has_says_how_it_is_switched_on(page: list[Row]) -> None:
    silent = [str(row) for row in page if not row.is_missing and not re.search(r"`|\bby platform\b", row.rack)]
    assert silent == []


def test_every_test_that_is_named_exists(page: list[Row]) -> None:
    missing = []
    for row in page:
        for path, name in re.findall(r"(tests/[\w/]+\.py)::([\w:]+)", row.proof):
            if not (ROOT / path).exists() or name not in functions_of(path):
                missing.append(f"{row}: {path}::{name}")
    assert missing == []


def test_every_row_has_a_proof_or_a_reason(page: list[Row]) -> None:
    for row in page:
        reason = re.sub(r"^`?no`?\W*", "", row.rack) if row.is_missing else row.proof.lstrip("-– ")
        assert "::" in row.proof or len(reason) > 8, f"{row} has neither a test nor a reason"
        assert "::" not in row.proof or not row.is_missing, f"{row} is proven and said not to be there"


def test_a_page_that_names_what_is_not_there_is_found() -> None:
    text = "`oddities.slash: required`, `bios.shape`, `hpe_*`, `stuck_in_post`, `http/odd.py`, `updates.habits.outage`"
    assert unknown_words(text) == []
    wrong = ["oddities.slahs", "bios.shapes", "ilo_*", "stuck", "http/even.py", "updates.habits.outages"]
    assert unknown_words(", ".join(f"`{one}`" for one in wrong)) == wrong


def named_in(folder: str) -> set[str]:
    return {
        row for file in (ROOT / folder).rglob("*.py") for row in re.findall(r"\bQ-[A-Z]\d+", file.read_text("utf-8"))
    }


def test_rows_that_comments_of_the_rack_name_are_in_the_tables() -> None:
    told = {row.id for name in PAGES for row in rows(name)}
    assert named_in("extensions/lab") - told == set()


def test_rows_that_comments_of_the_plugins_name_are_described() -> None:
    text = (ROOT / "docs" / "vendor_differences.md").read_text(encoding="utf-8")
    assert named_in("plugins") - set(re.findall(r"^\| (Q-[A-Z]\d+) \|", text, re.MULTILINE)) == set()


def researched() -> dict[str, list[str]]:
    """Return the row ids of sections 2a to 2h of the research by section; 2a has names in place of ids."""
    if not RESEARCH.exists():
        pytest.skip("the research (../shared/research) is not beside the project")
    found: dict[str, list[str]] = {}
    section = ""
    # Our own pages have plain quotes only.
    plain = str.maketrans({"\u201c": '"', "\u201d": '"'})
    for line in RESEARCH.read_text(encoding="utf-8").translate(plain).splitlines():
        heading = re.match(r"#{2,3} (\w+)", line)
        section = heading[1] if heading else section
        first = line.strip("|").split("|")[0].strip() if line.startswith("|") else ""
        wanted = re.fullmatch(r"Q-[A-Z]\d+", first) if section != "2a" else first not in ("", "Profile", "---")
        if section in ("2a", "2b", "2c", "2d", "2e", "2f", "2g", "2h") and wanted:
            found.setdefault(section, []).append(first)
    return found


@pytest.mark.parametrize(
    ("name", "sections"), [(PAGES[0], ("2a", "2b", "2g", "2h")), (PAGES[1], ("2c", "2d", "2e", "2f"))]
)
def test_every_row_of_the_research_is_in_its_table(name: str, sections: tuple[str, ...]) -> None:
    known = researched()
    wanted = {one for section in sections for one in known[section]}
    assert len(wanted) > 50
    there = {row.id for row in rows(name)}
    assert (wanted - there, there - wanted) == (set(), set())
