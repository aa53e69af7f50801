# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the whole playbook share: a rack with its inventory, and the audit database of the runs."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.playbook import ROOT, PlayResult, run_playbook
from tests.support.rack import Rack

PROVISION = "hwautomation.baremetal.provision"
AUDIT = "hwautomation.baremetal.audit"
STAGES = (
    "preflight",
    "discover",
    "classify",
    "firmware",
    "bios",
    "bmc",
    "commission",
    "boarding",
    "deploy",
    "finalise",
)
FOUR = {
    "dell": {"lab_platform": "dell_idrac9"},
    "hpe": {"lab_platform": "hpe_ilo6"},
    "smc": {"lab_platform": "supermicro_x13"},
    "std": {"lab_platform": "generic"},
}


@dataclass(frozen=True)
class Site:
    """A rack, and everything that is run against it, recorded in one audit database."""

    rack: Rack
    database: Path

    def run(self, playbook: str = PROVISION, *args: str, **options: Any) -> PlayResult:
        """Run a playbook with the audit callback on all servers of the rack."""
        env = {"HWAUTOMATION_AUDIT_DATABASE": str(self.database), "ANSIBLE_FORKS": "12", **options.pop("env", {})}
        return run_playbook(playbook, self.rack.inventory, *args, env=env, callbacks=[AUDIT], timeout=1800, **options)

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the audit database."""
        with sqlite3.connect(self.database) as connection:
            return connection.execute(question, values).fetchall()

    def stages(self, host: str) -> dict[str, str]:
        """Return the last state of each stage of a server in the last run."""
        rows = self.ask(
            "SELECT name, state FROM stages WHERE host = ? AND run_id = (SELECT MAX(run_id) FROM runs) ORDER BY seq",
            host,
        )
        return dict(rows)


def site_of(rack: Rack, folder: Path) -> Site:
    """Give a rack the variables of the demo's inventory, and a place for the audit."""
    variables = rack.inventory.parent / "group_vars" / "all"
    variables.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "inventory" / "lab" / "group_vars" / "all" / "lab.yml", variables / "lab.yml")
    return Site(rack, folder / "audit.sqlite3")


def images_of_the_demo() -> list[dict[str, Any]]:
    """Return the firmware images that the demo's rack serves, which are those of the collection's baselines."""
    import yaml

    images: list[dict[str, Any]] = yaml.safe_load((ROOT / "inventory" / "lab" / "rack.yml").read_text())["all"]["vars"][
        "lab"
    ]["images"]
    return images


RackOf = Callable[..., Rack]
