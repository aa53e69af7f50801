# SPDX-License-Identifier: GPL-3.0-or-later
"""HPE's own command line tool: where it is, what the rack has to be like for it, and packages that it takes.

`make ilorest` installs it; ILOREST names another one.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import cli
from tests.support.rack import ROOT

ILOREST = Path(os.environ.get("ILOREST") or ROOT / ".build" / "venv-ilorest" / "bin" / "ilorest")
ILOS = ("hpe_ilo5", "hpe_ilo6", "hpe_ilo7")
SETTINGS = {"lab_habits": {"updates": {"habits": {"farewell": 15.0}}}}
"""A busy computer may need more than the ten seconds in which a BMC lets the end of a flash be seen."""


def _port() -> int:
    """Return the port of the BMCs: 443 where that may be had, as at another one iLOrest cannot log out."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.77.255.1", 443))
        except PermissionError:
            return 8443
        return 443


PORT = _port()
NEEDS_ILOREST = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(
        not ILOREST.is_file(),
        reason=f"PEER NOT TESTED: no {ILOREST}: `make ilorest` makes it, ILOREST names another one",
    ),
]


def package(path: Path, platform: str, component: str, version: str) -> Path:
    """Write a package of the rack's and return its path."""
    words = ["--platform", platform, "--component", component, "--version", version]
    assert cli.main(["image", *words, "--output", str(path)]) == 0
    return path
