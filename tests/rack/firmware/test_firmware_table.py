# SPDX-License-Identifier: GPL-3.0-or-later
"""Every platform of the rack, by every way in that its BMC offers, with everything that can go wrong on that way.

One rack, one server per case, and a clock that is turned by hand: a door that sleeps moves the lab's time on, so four
minutes without a BMC cost no more than the looks that are taken in them, and a busy machine changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.registry import by_name
from tests.rack.firmware.conftest import OLDER, VERSIONS, Bench, clock_of, image_plans
from tests.support.rack import Rack

# platform -> the ways in that its profile and its emulated BMC share, best first.
WAYS = {
    "ami_megarac": ("pull", "multipart"),
    "dell_idrac9": ("multipart", "pull", "push_then_install"),
    "dell_idrac10": ("multipart", "pull", "push_then_install"),
    "generic": ("pull", "multipart", "push"),
    "hpe_ilo5": ("pull", "form_upload"),
    "hpe_ilo6": ("pull", "form_upload"),
    "hpe_ilo7": ("pull", "form_upload"),
    "intel": ("pull",),
    "lenovo_xcc": ("multipart", "claim_push", "pull"),
    "nvidia_hgx": ("multipart_then_commit", "multipart", "push"),
    "openbmc": ("multipart", "push_apply_time", "push"),
    "supermicro_x10": (),
    "supermicro_x12": ("pull", "multipart_then_start"),
    "supermicro_x13": ("pull", "multipart_then_start"),
}
# Lab seconds between two looks: what the table costs is looks.
INTERVAL, TIMEOUT = 20.0, 1800


@dataclass
class Case:
    """One server of the rack on which one thing goes wrong on one way in."""

    bench: Bench
    name: str
    platform: str
    method: str
    folder: Path
    row: dict[str, Any] = field(default_factory=dict)

    def aim(self, component: str, which: int = 1) -> Case:
        """Say what is to be updated; a platform without a newer BIOS among its images gets its BMC updated."""
        component = component if component in VERSIONS[self.platform] else "bmc"
        self.row = self.offered(self.bench.row(self.name, component, which))
        return self

    def offered(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.method == "pull" else self.bench.local(row, self.folder)

    def run(self, **options: Any) -> Any:
        more = {"method": self.method, "wait_interval": INTERVAL, "wait_timeout": TIMEOUT, **options}
        return self.bench.run(self.name, self.row, **more)

    def fault(self, kind: str, **options: Any) -> None:
        self.bench.rack.fault(self.name, kind, **options)

    def spoil(self, kind: str, **options: Any) -> None:
        """Let the request go wrong that carries the image, or tells the BMC to fetch it."""
        self.fault(kind, path=door_of(self.platform, self.method), method="POST", count=1, **options)

    @property
    def taken(self) -> list[str]:
        """Return the requests by which an image went over, accepted and with its answer lost included."""
        door = door_of(self.platform, self.method).lower()
        return [
            entry["path"]
            for entry in self.bench.rack.journal(self.name, writes=True)
            if entry["method"] == "POST" and entry["path"].lower() == door and 0 < entry["status"] < 300
        ]

    @property
    def writes(self) -> list[Any]:
        return self.bench.rack.journal(self.name, writes=True)

    @property
    def component(self) -> str:
        return str(self.row["component"])

    def runs_the_new_version(self) -> bool:
        active = self.bench.rack.state(self.name)["firmware"][self.component]
        return bool(active == VERSIONS[self.platform][self.component][1])


def door_of(platform: str, method: str) -> str:
    """Return where this way in leads to on the emulated BMC."""
    updates = PLATFORMS[platform].updates
    if method == "pull":
        return str(updates.simple_update)
    if method.startswith("multipart"):
        return updates.multipart
    return updates.form if method == "form_upload" else updates.http_push


def applied(result: Any) -> None:
    assert not result.get("failed"), result["msg"]
    assert [change["outcome"] for change in result["firmware"]["changes"]] == ["applied"]


def failed(result: Any, error_class: str, says: str) -> None:
    assert result.get("error_class") == error_class, result.get("msg", result)
    assert says in result["msg"]


# What happens, and what it ends in. Each of these leaves the server as it says, with the image over at most once.
def updated_once(case: Case) -> None:
    """Look, update, look again: the look and the second run write nothing."""
    case.aim("bmc")
    looked = case.run(check=True)
    assert looked["changed"]
    assert case.writes == []

    applied(case.run())
    assert len(case.taken) == 1
    assert case.runs_the_new_version()

    case.bench.rack.clear_journal()
    again = case.run()
    assert not again["changed"], again
    assert "already" in again["reason"]
    assert case.writes == []


def step_back_is_refused(case: Case) -> None:
    failed(case.aim("bmc", OLDER).run(), "ConfigurationError", "allow_downgrade")
    assert case.writes == []


def wrong_sum_is_refused(case: Case) -> None:
    case.aim("bmc").row["sha256"] = "0" * 64
    case.bench.rack.clear_journal()
    failed(case.run(), "ConfigurationError", "its SHA-256 is")
    assert case.bench.rack.journal(case.name) == []


def flash_fails(case: Case) -> None:
    case.aim("bios").fault("flash_fails", component=case.component, percent=60)
    result = case.run()
    failed(result, "VerificationError", "flash error at 60 %")
    assert result["changed"]
    assert [change["outcome"] for change in result["audit"]["firmware_changes"]] == ["failed"]
    assert len(case.taken) == 1
    assert not case.runs_the_new_version()


def image_of_another_machine_is_refused(case: Case) -> None:
    other = "generic" if case.platform != "generic" else "openbmc"
    plain = case.bench.image_row(other, "bmc", VERSIONS[other]["bmc"][1])
    case.aim("bmc").row |= {key: case.offered(plain)[key] for key in ("image", "sha256")}
    result = case.run()
    failed(result, "VerificationError", f"The image is for {other} and does not fit this server")
    assert len(case.taken) == 1
    assert not case.runs_the_new_version()


def staged_waits_for_leave(case: Case) -> None:
    case.aim("bios")
    if case.component != "bios":
        pytest.skip("no BIOS images with an order: nothing of this platform is staged")
    staged = case.run(apply_time="on_reset", allow_reboot=False)
    assert [change["outcome"] for change in staged["firmware"]["changes"]] == ["staged"], staged
    waiting = case.run(allow_reboot=False)
    assert not waiting["changed"], waiting
    assert "is staged, waiting for a host reset" in waiting["reason"]
    applied(case.run())
    assert len(case.taken) == 1
    assert case.runs_the_new_version()


def staged_never_runs(case: Case) -> None:
    """Its task tells of success and the host restarts, and the old version runs on."""
    case.aim("bios")
    if case.component != "bios":
        pytest.skip("no BIOS images with an order: nothing of this platform is staged")
    case.fault("flash_lost", component="bios")
    result = case.run()
    failed(result, "VerificationError", f"is still at {case.bench.shown(case.name, 'bios')}")
    assert result["outcome"] == "staged_not_active"
    assert [change["outcome"] for change in result["audit"]["firmware_changes"]] == ["failed"]
    assert len(case.taken) == 1
    assert not case.runs_the_new_version()


def task_vanishes(case: Case) -> None:
    case.aim("bmc").fault("task_vanished", task_kind="firmware")
    result = case.run(wait_timeout=300)
    failed(result, "OutcomeUnknown", "did not show up; last seen: version")
    assert len(case.taken) == 1


def away_for_four_minutes(case: Case) -> None:
    """The rack's servers of these cases restart their BMC for four minutes."""
    applied(case.aim("bmc").run())
    assert len(case.taken) == 1
    assert case.runs_the_new_version()


def busy_with_another(case: Case) -> None:
    message = by_name(case.platform).firmware.busy[-1]
    case.aim("bmc").spoil("status", code=503, message_id=f"Lab.1.0.{message}", text="Not now.")
    failed(case.run(), "ConflictError", "the BMC is busy with another update or job")
    assert case.taken == []


def still_starting(case: Case) -> None:
    message = by_name(case.platform).retryable[0]
    case.aim("bmc").spoil("status", code=503, message_id=f"Lab.1.0.{message}", text="Not yet.")
    applied(case.run())
    assert len(case.taken) == 1
    assert case.runs_the_new_version()


def no_room(case: Case) -> None:
    case.aim("bmc").spoil("status", code=503, message_id="Lab.1.0.RAC0218", text="The session limit is reached.")
    failed(case.run(), "ConflictError", "the BMC is busy (HTTP 503)")
    assert case.taken == []


def lost_before(case: Case) -> None:
    case.aim("bmc").spoil("rst")
    result = case.run()
    failed(result, "OutcomeUnknown", "nothing was sent again")
    assert [change["outcome"] for change in result["audit"]["firmware_changes"]] == ["unknown"]
    assert case.taken == []

    applied(case.run())
    assert len(case.taken) == 1


def lost_after(case: Case) -> None:
    case.aim("bmc").spoil("lost_answer")
    applied(case.run())
    assert len(case.taken) == 1
    assert case.runs_the_new_version()


HAPPENINGS: tuple[Callable[[Case], None], ...] = (
    updated_once,
    step_back_is_refused,
    wrong_sum_is_refused,
    flash_fails,
    image_of_another_machine_is_refused,
    staged_waits_for_leave,
    staged_never_runs,
    task_vanishes,
    away_for_four_minutes,
    busy_with_another,
    still_starting,
    no_room,
    lost_before,
    lost_after,
)
TABLE = [
    (platform, method, happening)
    for (platform, methods), happening in itertools.product(WAYS.items(), HAPPENINGS)
    for method in methods
]


def server_of(platform: str, method: str, happening: Callable[[Case], None]) -> str:
    return f"{platform}-{method}-{happening.__name__}".replace("_", "-")


def settings_of(platform: str, happening: Callable[[Case], None]) -> dict[str, Any]:
    longer = {"outage": 240.0} if happening is away_for_four_minutes else {}
    return (
        {"lab_platform": platform, "lab_habits": {"updates": {"habits": longer}}}
        if longer
        else {"lab_platform": platform}
    )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A rack with a server per case, and a door whose sleep turns the rack's clock."""
    folder = tmp_path_factory.mktemp("table")
    hosts = {server_of(*case): settings_of(case[0], case[2]) for case in TABLE}
    hosts |= {platform.replace("_", "-"): {"lab_platform": platform} for platform in PLATFORMS}
    rack = Rack.start(folder / "rack", hosts, clock="hand", maas=False, images=image_plans())
    cache = folder / "run"
    cache.mkdir(mode=0o700)
    yield Bench(rack, cache, clock_of(rack))
    rack.stop()


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_table_leaves_no_way_in_out(bench: Bench, platform: str) -> None:
    assert tuple(bench.info(platform.replace("_", "-"))["firmware"]["methods"]) == WAYS[platform]


@pytest.mark.parametrize(
    ("platform", "method", "happening"), TABLE, ids=lambda one: getattr(one, "__name__", None) or str(one)
)
def test_update_ends_as_stated(
    bench: Bench, tmp_path: Path, platform: str, method: str, happening: Callable[[Case], None]
) -> None:
    happening(Case(bench, server_of(platform, method, happening), platform, method, tmp_path))
