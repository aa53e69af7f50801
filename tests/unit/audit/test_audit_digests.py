# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a chain leaves the machine: appended to a file, handed to a command, and taken back to verify."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit import digests
from ansible_collections.hwautomation.baremetal.extensions.audit.chain import Link
from ansible_collections.hwautomation.baremetal.extensions.audit.digests import hand_on, read_digests
from ansible_collections.hwautomation.baremetal.extensions.audit.doors import audit_verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from tests.support.audit_runs import record_run

LINK = Link("20261123T062911-7dc32db1", 5, "5a" * 32)


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "sign it"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return f"'{path}' --keep"


def test_digest_is_appended_and_read_back(tmp_path: Path) -> None:
    log = tmp_path / "digests"
    for run_id in ("one", "two"):
        assert hand_on({"digest_log": str(log)}, Link(run_id, 1, LINK.hash), "completed") == []

    assert read_digests(log) == {"one": LINK.hash, "two": LINK.hash}


def test_command_gets_the_digest_as_arguments_and_on_its_input(tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    assert hand_on({"digest_command": script(tmp_path, f'echo "$@" > {kept}; cat >> {kept}')}, LINK, "failed") == []

    line = f"{LINK.run_id} failed {LINK.hash}\n"
    assert kept.read_text() == f"--keep {line}{line}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"digest_log": "/nowhere/digests"}, "No such file"),
        ({"digest_command": "/nowhere/sign"}, "No such file"),
        ({"digest_command": "sh -c 'echo no key >&2; exit 3'"}, "ended with 3: no key"),
        ({"digest_command": "sh -c '"}, "No closing quotation"),
    ],
)
def test_digest_that_cannot_be_handed_on_is_told(options: dict[str, str], words: str) -> None:
    (told,) = hand_on(options, LINK, "completed")

    assert words in told and LINK.hash in told


def test_command_that_takes_too_long_is_told_without_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_SECONDS", 0.1)

    (told,) = hand_on({"digest_command": "sh -c 'sleep 5' hunter2"}, LINK, "completed")

    assert "sh took longer than" in told and "hunter2" not in told


def verified(database: str, **options: t.Any) -> dict[str, t.Any]:
    return execute(audit_verify.DOOR, {"database": database, **options}, Context()).result


def test_log_of_digests_proves_the_database(sqlite_file: str, spool: Path, tmp_path: Path) -> None:
    run_id, log = record_run(sqlite_file, spool), tmp_path / "digests"
    hand_on({"digest_log": str(log)}, Link(run_id, 1, verified(sqlite_file)["digests"][run_id]), "completed")
    assert verified(sqlite_file, digest_log=str(log))["findings"] == []

    hand_on({"digest_log": str(log)}, LINK, "completed")

    found = verified(sqlite_file, digest_log=str(log))
    assert found["failed"] and [finding["run_id"] for finding in found["findings"]] == [LINK.run_id]
    assert verified(sqlite_file, digest_log=str(log), runs=[run_id])["findings"] == []


@pytest.mark.parametrize("content", ["run completed\n", "run completed 12\n", "\xff\n"])
def test_file_that_is_no_log_of_digests_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "digests"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(ConfigurationError, match="digest_log"):
        read_digests(path)
