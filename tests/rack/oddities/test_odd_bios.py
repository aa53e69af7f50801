# SPDX-License-Identifier: GPL-3.0-or-later
"""bios_settings on odd machines: look, stage, again, apply, again; and what each oddity of settings itself may hide."""

from __future__ import annotations

import json

import pytest

from tests.rack.oddities.machines import ODD, doing

# One attribute of each platform, as it is delivered, and another value.
CHANGES = {
    "dell_idrac9": ("NumLock", "On", "Off"),
    "hpe_ilo6": ("TimeFormat", "Utc", "Local"),
    "supermicro_x13": ("QuietBoot", "Enabled", "Disabled"),
    "ami_megarac": ("GBT0001", "Enable", "Disable"),
    "nvidia_hgx": ("ActiveCores", 144, 143),
    "generic": ("QuietBoot", "Enabled", "Disabled"),
}
# What a life of five runs may send; a run reads the machine once and polls while it restarts.
MOST_WRITES = 12


@pytest.fixture
def settled(rack, run_door):
    """Return a function that puts a machine back as it was delivered, whatever a test has left."""
    used = []

    def use(name):
        used.append(name)
        return CHANGES[ODD[name].platform]

    yield use
    rack.clear_faults()
    for name in used:
        attribute, delivered, _other = CHANGES[ODD[name].platform]
        options = {"attributes": {attribute: delivered}, "allow_reboot": True, "pending": "overwrite"}
        run_door(rack, name, "bios_settings", **options)


def outcomes(result):
    return {item["attribute"]: item["outcome"] for item in result["attributes"]}


@pytest.mark.parametrize("name", doing("bios"))
def test_settings_are_staged_once_and_applied_once(rack, run_door, settled, name):
    attribute, delivered, other = settled(name)
    wish = {"attributes": {attribute: other}}

    planned = run_door(rack, name, "bios_settings", check=True, **wish)
    assert rack.journal(name, writes=True) == []
    staged = run_door(rack, name, "bios_settings", **wish)
    assert rack.state(name)["bios"][attribute] == delivered
    written = len(rack.journal(name, writes=True))
    again = run_door(rack, name, "bios_settings", **wish)
    looked = run_door(rack, name, "bios_settings", check=True, **wish)
    assert len(rack.journal(name, writes=True)) == written
    applied = run_door(rack, name, "bios_settings", allow_reboot=True, **wish)
    assert rack.state(name)["bios"][attribute] == other
    last = run_door(rack, name, "bios_settings", allow_reboot=True, **wish)

    runs = [planned, staged, again, looked, applied, last]
    assert [run.get("msg") for run in runs] == [None] * 6
    assert [run["changed"] for run in runs] == [True, True, False, False, True, False]
    assert [outcomes(run)[attribute] for run in runs] == [
        "planned",
        "staged",
        "staged",
        "staged",
        "applied",
        "already_set",
    ]
    assert len(rack.journal(name, writes=True)) <= MOST_WRITES, "the oddity causes a storm of writes"
    if name == "jobs-late":
        missing = [entry for entry in rack.journal(name) if entry["status"] == 404 and "JID_" in entry["path"]]
        assert 0 < len(missing) <= 60, f"{len(missing)} looks for a job that is not there yet"


def test_value_shown_before_its_job_ran_is_pending_and_not_current(rack, run_door, settled):
    attribute, delivered, other = settled("bios-early")
    staged = run_door(rack, "bios-early", "bios_settings", attributes={attribute: other})

    shown = run_door(rack, "bios-early", "bios_settings_info")
    again = run_door(rack, "bios-early", "bios_settings", check=True, attributes={attribute: other}, allow_reboot=True)

    assert rack.state("bios-early")["bios"][attribute] == delivered
    assert shown["pending"] == {attribute: other} and shown["reboot_required"], shown
    assert shown["job"]["state"] == "waiting"
    assert again["changed"] and [step["name"] for step in again["plan"]["steps"]] == ["restart"]
    assert "pending" in str(staged["after"]), "a diff has to tell that it waits"


def test_value_shown_before_its_job_ran_is_in_no_backup(rack, run_door, settled):
    attribute, _delivered, other = settled("bios-early")
    run_door(rack, "bios-early", "bios_settings", attributes={attribute: other})

    backup = run_door(rack, "bios-early", "bios_backup")["audit"]["backups"][0]

    assert attribute not in json.loads(backup["content"])["attributes"]


def test_other_value_shown_before_its_job_ran_is_a_conflict(rack, run_door, settled):
    attribute, delivered, other = settled("bios-early")
    run_door(rack, "bios-early", "bios_settings", attributes={attribute: other})
    rack.clear_journal()

    refused = run_door(rack, "bios-early", "bios_settings", attributes={attribute: delivered})
    assert (refused["error_class"], refused["changed"]) == ("ConflictError", False), refused
    assert rack.journal("bios-early", writes=True) == []

    back = run_door(rack, "bios-early", "bios_settings", attributes={attribute: delivered}, pending="overwrite")
    assert back["changed"] and not back.get("failed"), back
    assert run_door(rack, "bios-early", "bios_settings_info")["current"][attribute] == delivered


def test_value_shown_early_whose_job_fails_is_told_with_the_words_of_the_job(rack, run_door, settled):
    attribute, delivered, other = settled("bios-early")
    rack.fault("bios-early", "job_fails", job_state="Failed", count=1)

    failed = run_door(rack, "bios-early", "bios_settings", attributes={attribute: other}, allow_reboot=True)

    assert (failed["failed"], failed["changed"], failed["error_class"]) == (True, True, "VerificationError"), failed
    assert outcomes(failed) == {attribute: "rejected"}
    assert "Unable to complete the job" in failed["msg"]
    assert rack.state("bios-early")["bios"][attribute] == delivered


def test_partial_success_names_what_was_left_out_and_restarts_nothing(rack, run_door, settled):
    """Without a registry nothing can be looked at before, and the answer is 200."""
    attribute, _delivered, other = settled("bios-partial")
    rack.fault("bios-partial", "status", path="*registr*", code=404)
    wish = {"attributes": {attribute: other, "SystemModel": "x"}, "allow_reboot": True}
    resets = rack.state("bios-partial")["resets"]

    runs = [run_door(rack, "bios-partial", "bios_settings", **wish) for _time in range(2)]

    assert [run["error_class"] for run in runs] == ["VerificationError"] * 2
    assert [outcomes(run) for run in runs] == [{attribute: "staged", "SystemModel": "rejected"}] * 2
    assert "SystemModel (the BIOS says it is read-only)" in runs[0]["msg"]
    assert [run["changed"] for run in runs] == [True, False], "the second run has changed nothing"
    assert rack.state("bios-partial")["resets"] == resets
    assert rack.state("bios-partial")["bios_pending"] == {attribute: other}


def test_host_that_goes_off_after_its_settings_were_applied_is_switched_on_again(rack, run_door, settled):
    attribute, _delivered, other = settled("bios-off")
    run_door(rack, "bios-off", "bmc_power", state="on")

    result = run_door(rack, "bios-off", "bios_settings", attributes={attribute: other}, allow_reboot=True)

    assert not result.get("failed"), result
    assert any("switched on again" in warning for warning in result["warnings"])
    assert rack.wait("bios-off", lambda state: state["power_state"] == "On")
    assert result["audit"]["power_changes"][0]["after"] == "On"


def test_settings_that_come_too_early_after_a_start_are_sent_again(rack, run_door, settled):
    attribute, _delivered, other = settled("not-ready")
    run_door(rack, "not-ready", "bmc_power", state="off", graceful=False, allow_reboot=True)
    run_door(rack, "not-ready", "bmc_power", state="on", wait=False)
    rack.clear_journal()

    result = run_door(rack, "not-ready", "bios_settings", attributes={attribute: other})

    assert not result.get("failed"), result
    sent = [entry["status"] for entry in rack.journal("not-ready", writes=True)]
    assert sent[-1] == 202 and set(sent[:-1]) == {503} and len(sent) <= 6, sent


@pytest.mark.parametrize("name", doing("defaults"))
def test_defaults_are_asked_for_in_the_form_that_is_taken(rack, run_door, name):
    planned = run_door(rack, name, "bios_settings", state="defaults", check=True)
    assert rack.journal(name, writes=True) == []
    attribute, _delivered, other = CHANGES[ODD[name].platform]
    run_door(rack, name, "bios_settings", attributes={attribute: other}, allow_reboot=True)
    rack.clear_journal()

    done = run_door(rack, name, "bios_settings", state="defaults", allow_reboot=True)
    again = run_door(rack, name, "bios_settings", state="defaults", allow_reboot=True)

    assert not planned.get("failed") and not done.get("failed") and done["changed"], done
    assert not again["changed"], again
    asked = [entry["status"] for entry in rack.journal(name, writes=True) if entry["path"].endswith("ResetBios")]
    assert len(asked) == 2 and asked[0] in (400, 415) and asked[1] == 200, asked
