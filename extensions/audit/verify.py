# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove that no row of a run was altered, removed, inserted or moved since it was written."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from .chain import digest
from .schema import CHAINED, prunings, table

__all__ = ["Finding", "Proof", "verify", "verify_run"]

Entry = tuple[int, str, Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written; `seq` is the place in the run's chain."""

    run_id: str
    seq: int
    table: str
    problem: str

    def as_text(self) -> str:
        """Return it as a sentence."""
        return f"run {self.run_id}, row {self.seq} ({self.table}): {self.problem}"


@dataclass
class Proof:
    """What was looked at, the last hash of each run (to be kept elsewhere), and what is wrong."""

    rows: int = 0
    digests: dict[str, str] = field(default_factory=dict)
    open_runs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _rows(connection: sa.Connection, run_id: str) -> Iterator[Entry]:
    """Yield a run's rows of all tables in the order of the chain."""

    def of(name: str) -> Iterator[Entry]:
        found = table(name)
        query = sa.select(found).where(found.c.run_id == run_id).order_by(found.c.seq)
        return ((row["seq"], name, dict(row)) for row in connection.execute(query).mappings())

    return heapq.merge(*(of(name) for name in CHAINED), key=lambda entry: entry[:2])


def verify_run(connection: sa.Connection, run_id: str, proof: Proof) -> None:
    """Walk the chain of one run; what was found is added to the proof."""
    expected, previous, ended_at, last_state = 1, run_id, None, None
    for seq, name, row in _rows(connection, run_id):
        proof.rows += 1

        def found(problem: str, seq: int = seq, name: str = name) -> None:
            proof.findings.append(Finding(run_id, seq, name, problem))

        if seq < expected:
            found("inserted: another row has this place in the chain")
            continue
        if seq > expected:
            found(f"{seq - expected} row(s) before it were removed")
        elif digest(previous, name, row) != row["hash"]:
            found("altered, or moved here from another place")
        if (seq == 1) != (name == "runs"):
            found("a run begins with its row in runs, and has only one")
        if ended_at is not None:
            found("inserted after the end of the run")
        if name == "run_ends":
            ended_at = seq
        if name == "host_runs":
            last_state = row["state"]
        expected, previous = seq + 1, row["hash"]
    proof.digests[run_id] = previous
    if ended_at is None:
        proof.open_runs.append(run_id)
        # The outcome of each host and the end of the run are written in one transaction.
        if last_state not in (None, "running"):
            proof.findings.append(Finding(run_id, expected, "run_ends", "the end of the run was removed"))


def verify(
    connection: sa.Connection, run_ids: list[str] | None = None, expected: Mapping[str, str] | None = None
) -> Proof:
    """Verify some runs or all of them, and how they hang together.

    :param expected: last hashes of runs, kept elsewhere; each must be what the database has.
    """
    proof = Proof()
    every = set(connection.execute(sa.select(table("runs").c.run_id)).scalars())
    chosen = sorted(every if run_ids is None else run_ids)
    for run_id in chosen:
        verify_run(connection, run_id, proof)
    if run_ids is None:
        proof.findings += _orphans(connection, every)
    proof.findings += _broken_anchors(connection, None if run_ids is None else set(run_ids))
    for run_id, kept in (expected or {}).items():
        if proof.digests.get(run_id, kept if run_ids else "") != kept:
            proof.findings.append(Finding(run_id, 0, "run_ends", "the run's digest is not the one kept elsewhere"))
    return proof


def _orphans(connection: sa.Connection, known: set[str]) -> list[Finding]:
    findings = []
    for name in CHAINED:
        column = table(name).c.run_id
        for run_id in set(connection.execute(sa.select(column).distinct()).scalars()) - known:
            findings.append(Finding(run_id, 0, name, "rows of a run that is not in runs"))
    return findings


def _broken_anchors(connection: sa.Connection, chosen: set[str] | None) -> list[Finding]:
    """Find runs that a later run saw ended and that are now gone, open again or differently ended."""
    runs, ends = table("runs").c, table("run_ends").c
    query = (
        sa.select(runs.run_id, runs.anchor_run, runs.anchor_hash, ends.hash, prunings.c.last_hash)
        .select_from(table("runs"))
        .outerjoin(table("run_ends"), ends.run_id == runs.anchor_run)
        .outerjoin(prunings, prunings.c.run_id == runs.anchor_run)
        .where(runs.anchor_run.is_not(None))
    )
    return [
        Finding(row.anchor_run, 0, "run_ends", f"not as run {row.run_id} found it when it began: removed or rewritten")
        for row in connection.execute(query)
        if row.anchor_hash not in (row.hash, row.last_hash) and (chosen is None or row.anchor_run in chosen)
    ]
