# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit's stories on a rack: the security question, drift made outside, a killed run that is taken up again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import urllib3

from ansible_collections.hwautomation.baremetal.extensions.audit.clock import utc_now
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from tests.support.playbook import PlayResult, environment
from tests.support.provisioning import AUDIT, PROVISION, Site, images_of_the_demo, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow


def ask(site: Site, question: str, **options: t.Any) -> list[dict[str, t.Any]]:
    with connect(str(site.database), read_only=True) as connection:
        return QUESTIONS[question].ask(connection, make_filter(options, utc_now()))


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, PlayResult]]:
    """A server taken from racked to deployed, with everything said that Ansible can say."""
    folder = tmp_path_factory.mktemp("audit-story")
    rack = Rack.start(
        folder / "rack", {"std": {"lab_platform": "generic"}}, clock="scaled:1000", images=images_of_the_demo()
    )
    try:
        site = site_of(rack, folder)
        yield site, site.run(PROVISION, "-vvvv")
    finally:
        rack.stop()


def test_security_question_is_answered_by_serial_number(provisioned: tuple[Site, PlayResult]) -> None:
    site, done = provisioned
    assert done.rc == 0, done.explain()
    serial = ask(site, "fleet")[0]["serial"]
    assert serial

    answer = ask(site, "changes", server=serial, kinds=["bios"], since="30d")

    assert answer, "the template changed nothing: there is nothing to be asked about"
    for row in answer:
        assert row["serial"] == serial and row["who"] and row["verified"], row
        assert row["before"] != row["after"] == row["wanted"], row


def test_server_has_a_state_and_the_way_it_came_there(provisioned: tuple[Site, PlayResult]) -> None:
    site, done = provisioned
    assert done.rc == 0, done.explain()
    server = ask(site, "fleet")[0]

    history = [line["item"] for line in ask(site, "server", server=server["serial"]) if line["kind"] == "state"]

    assert server["state"] == "deployed"
    assert history[:3] == ["discovered", "classified", "configured"]
    assert history.index("ready") < history.index("deployed")


def test_no_secret_of_the_site_is_in_the_database_or_on_the_screen(provisioned: tuple[Site, PlayResult]) -> None:
    site, done = provisioned
    secrets = {site.rack.server("std").password, site.rack.maas_api_key, *site.rack.maas_api_key.split(":")[1:]}
    places = {str(path): path.read_bytes().decode("utf-8", "replace") for path in site.database.parent.glob("audit*")}
    places["stdout"], places["stderr"] = done.stdout, done.stderr

    leaks = {place: secret for place, text in places.items() for secret in secrets if secret in text}

    assert leaks == {}


def test_whole_run_verifies(provisioned: tuple[Site, PlayResult]) -> None:
    site, _unused = provisioned

    with connect(str(site.database), read_only=True) as connection:
        proof = verify(connection)

    assert (proof.findings, proof.open_runs) == ([], [])


def test_change_made_outside_shows_as_drift(provisioned: tuple[Site, PlayResult]) -> None:
    site, _unused = provisioned
    change = next(row for row in ask(site, "changes", kinds=["bios"]) if row["verified"])
    change_outside(site.rack, change["item"], change["before"])

    looked = site.run(PROVISION, check=True)

    drift = {row["item"]: row for row in ask(site, "drift")}
    assert change["item"] in drift, looked.explain()
    found = drift[change["item"]]
    assert (found["baseline"], found["now"], found["outside"]) == (change["after"], change["before"], True)
    assert found["set_by"] == change["who"]


def change_outside(rack: Rack, attribute: str, value: str) -> None:
    """Set a BIOS attribute past this collection, as somebody at the BMC's web page would."""
    urllib3.disable_warnings()
    server = rack.server("std")
    session = requests.Session()
    session.auth, session.trust_env = (server.username, server.password), False
    system = session.get(f"{server.url}/redfish/v1/Systems", verify=rack.ca_path).json()["Members"][0]["@odata.id"]
    number: t.Any = int(value) if value.lstrip("-").isdigit() else {"true": True, "false": False}.get(value, value)
    bios = session.get(f"{server.url}{system}/Bios", verify=rack.ca_path).json()
    settings = bios["@Redfish.Settings"]["SettingsObject"]["@odata.id"]
    reply = session.patch(f"{server.url}{settings}", json={"Attributes": {attribute: number}}, verify=rack.ca_path)
    assert reply.ok, reply.text
    reset = f"{server.url}{system}/Actions/ComputerSystem.Reset"
    assert session.post(reset, json={"ResetType": "ForceRestart"}, verify=rack.ca_path).ok
    deadline = time.monotonic() + 300
    while session.get(f"{server.url}{system}/Bios", verify=rack.ca_path).json()["Attributes"][attribute] != number:
        assert time.monotonic() < deadline, "the change did not arrive"
        time.sleep(0.2)


def test_killed_run_shows_as_interrupted_and_the_next_one_does_not_flash_again(tmp_path: Path) -> None:
    rack = Rack.start(
        tmp_path / "rack", {"std": {"lab_platform": "generic"}}, clock="scaled:1000", images=images_of_the_demo()
    )
    try:
        site = site_of(rack, tmp_path)
        kill_after(site, "firmware", tmp_path)
        flashed = updates(rack)
        assert flashed > 0
        killed = ask(site, "runs")[0]
        assert killed["status"] == "interrupted"
        assert "is gone" in killed["reason"]

        done = site.run(PROVISION, extra_vars={"resume_run": killed["run_id"]})

        assert done.rc == 0, done.explain()
        assert updates(rack) == flashed
        assert site.stages("std")["firmware"] == "skipped", "done by the killed run, and still to be seen"
        assert site.stages("std")["finalise"] == "done"
        latest, before = ask(site, "runs")
        assert (latest["resume_of"], latest["status"]) == (killed["run_id"], "completed")
        assert (before["status"], bool(before["ended_at"])) == ("interrupted", True)
    finally:
        rack.stop()


def updates(rack: Rack) -> int:
    """Return how many firmware updates the BMC was asked for."""
    return sum("SimpleUpdate" in str(entry.get("path")) for entry in rack.journal("std", writes=True))


def kill_after(site: Site, stage: str, folder: Path) -> None:
    """Start the provisioning and kill it, as AWX's Cancel does, once a stage is recorded as done."""
    settings = {"HWAUTOMATION_AUDIT_DATABASE": str(site.database)}
    env = environment(folder / "events.jsonl", [AUDIT], settings)
    command = [sys.executable, "-m", "ansible", "playbook", PROVISION, "-i", str(site.rack.inventory)]
    process = subprocess.Popen(  # noqa: S603
        command, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 600
    while not done_stage(site.database, stage):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, f"{stage} was not reached"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def done_stage(database: Path, stage: str) -> bool:
    if not database.exists():
        return False
    try:
        with sqlite3.connect(database) as connection:
            sql = "SELECT 1 FROM stages WHERE name = ? AND state = 'done'"
            return bool(connection.execute(sql, (stage,)).fetchall())
    except sqlite3.OperationalError:
        return False  # not migrated yet
