# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the DMTF's own validators against servers of a rack and read what they found.

They live in an environment of their own, which ``make validators`` makes: their versions are theirs, not ours.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.rack import ROOT, Rack, Server

VALIDATORS = ROOT / ".build" / "venv-validators" / "bin"
CSDL = ROOT.parent / "shared" / "redfish-csdl"
USE_CASES = ("PowerControl", "BootOverride", "AccountManagement")
# requests prefers these to the CA that it is given.
FOREIGN = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
SECONDS = 1800


@dataclass(frozen=True)
class Score:
    """What one validator found on one server; `failures` are the assertions or lines that failed, without repetition."""

    passed: int
    warned: int
    failed: int
    not_tested: int
    failures: dict[str, str] = field(default_factory=dict)


class ValidatorBroke(RuntimeError):
    """The validator itself ended without a result; the message is the end of its output."""


def missing(*, schemas: bool = False) -> str:
    """Return why the validators cannot run here, or an empty string."""
    if not (VALIDATORS / "rf_protocol_validator").is_file():
        return "the validators are not installed: `make validators` makes .build/venv-validators"
    if schemas and not CSDL.is_dir():
        return f"the CSDL files of Redfish are not beside the project ({CSDL.parent.name}/{CSDL.name})"
    return ""


def protocol(rack: Rack, server: Server, folder: Path) -> Score:
    """Run redfish-protocol-validator (DSP0266) and count its assertions."""
    arguments = ["-u", server.username, "-p", server.password, "-r", server.url, "--ca-bundle", rack.ca_path]
    arguments += ["--avoid-http-redirect", "--report-type", "tsv", "--report-dir", str(folder)]
    text = _run("rf_protocol_validator", arguments)
    reports = sorted(folder.glob("*.tsv"))
    if not reports:
        raise ValidatorBroke(text[-2000:])
    with reports[-1].open(newline="") as report:
        rows = list(csv.DictReader(report, delimiter="\t"))
    counts = [sum(row["Result"] == result for row in rows) for result in ("PASS", "WARN", "FAIL", "NOT_TESTED")]
    failures = {row["Assertion"]: row["Message"] or "" for row in rows if row["Result"] == "FAIL"}
    return Score(*counts, failures)


def service(rack: Rack, server: Server, folder: Path) -> Score:
    """Run redfish-service-validator (DSP2046 schemas) with the CSDL files that are here; it downloads nothing."""
    schemas = folder / "csdl"
    shutil.copytree(CSDL, schemas, dirs_exist_ok=True)
    arguments = ["--user", server.username, "--password", server.password, "--rhost", server.url, "--authtype", "Basic"]
    arguments += ["--schema_directory", str(schemas), "--skipschema", "--nooemcheck", "--logdir", str(folder / "logs")]
    return _tabled(_run("rf_service_validator", arguments), folder / "logs")


def use_cases(rack: Rack, server: Server, folder: Path) -> Score:
    """Run redfish-use-case-checkers: power, boot override and accounts, as a management program would use them."""
    arguments = ["--user", server.username, "--password", server.password, "--rhost", server.url]
    arguments += ["--report-dir", str(folder), "--test-list", *USE_CASES]
    return _tabled(_run("rf_use_case_checkers", arguments), folder)


def _run(program: str, arguments: list[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    done = subprocess.run(
        [str(VALIDATORS / program), *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment,
        check=False,
    )
    return done.stdout + done.stderr


def _tabled(text: str, folder: Path) -> Score:
    """Read the box of four numbers that two of the validators end with, and the failures from their debug log."""
    found = re.search(r"^\|" + r"\s*(\d+)\s*\|" * 4, text, re.MULTILINE)
    if not found:
        raise ValidatorBroke(text[-2000:])
    failures = {}
    for log in folder.rglob("*Debug*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if " FAIL - " in line:
                failures[line.partition(" FAIL - ")[2]] = ""
    return Score(*(int(number) for number in found.groups()), failures)
