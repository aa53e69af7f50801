# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_verify`: prove that nothing was changed after it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import VerificationError
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_verify import OPTIONS

from ..digests import read_digests
from ..queries.runs import find_run
from ..verify import Proof, verify
from .audit_info import opened

__all__ = ["DOOR"]


@dataclass(frozen=True)
class Wanted:
    """Which runs, and the digests that were kept elsewhere."""

    runs: tuple[str, ...]
    digests: Mapping[str, str]


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return what to verify.

    :raises ConfigurationError: when the log of digests cannot be read.
    """
    kept = read_digests(Path(params["digest_log"]).expanduser()) if params.get("digest_log") else {}
    return Wanted(tuple(params.get("runs") or ()), {**kept, **(params.get("digests") or {})})


def read(connection: sa.Connection, asked: Wanted) -> Proof:
    """Walk the chains."""
    runs = [find_run(connection, name) for name in asked.runs] or None
    kept = {run: digest for run, digest in asked.digests.items() if runs is None or run in runs}
    return verify(connection, runs, kept)


def report(asked: Wanted, proof: Proof) -> dict[str, Any]:
    """Return what was proved.

    :raises VerificationError: when anything is not as it was written.
    """
    facts: dict[str, Any] = {
        "runs": len(proof.digests),
        "rows": proof.rows,
        "digests": proof.digests,
        "open_runs": proof.open_runs,
    }
    if proof.findings:
        told = "; ".join(finding.as_text() for finding in proof.findings[:3])
        more = f" and {len(proof.findings) - 3} more" if len(proof.findings) > 3 else ""
        raise VerificationError(
            f"the audit database was tampered with: {told}{more}",
            findings=[finding.__dict__ for finding in proof.findings],
            **facts,
        )
    return {"findings": [], **facts}


DOOR = Query(name="audit_verify", options=OPTIONS, connect=opened, wanted=wanted, read=read, report=report)
