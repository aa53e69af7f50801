# SPDX-License-Identifier: GPL-3.0-or-later
"""Vendors' tools: how they are called, by executables that check it, and reading what they print."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.registry import TOOLS, install
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import must_verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

FAKES = Path(__file__).resolve().parents[2] / "support" / "fake_tools"
BIOSCFG = """<BiosCfg>
  <Menu name="Advanced"><Menu name="Boot Feature">
    <Setting name="Quiet Boot" checkedStatus="Checked" type="CheckBox"/>
    <Setting name="Restore on AC Power Loss" selectedOption="Last State" type="Option">
      <Information><AvailableOptions><Option value="0">Stay Off</Option><Option value="2">Last State</Option>
      </AvailableOptions></Information>
    </Setting>
  </Menu></Menu>
</BiosCfg>"""


def executable(folder, name, text):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def installed(folder, names, username, password):
    tool, reason = install(
        names, Target("192.0.2.1", username=username, password=password), verify=False, path=str(folder)
    )
    assert reason == ""
    return tool


@pytest.fixture
def sum_tool(tmp_path, monkeypatch):
    """SUM as if installed, and the file it keeps its settings in."""
    executable(tmp_path / "bin", "sum", f'#!/bin/sh\nexec {sys.executable} {FAKES / "sum.py"} "$@"\n')
    state = tmp_path / "state.xml"
    state.write_text(BIOSCFG)
    monkeypatch.setenv("FAKE_SUM_STATE", str(state))
    monkeypatch.setenv("FAKE_SUM_PASSWORD", "s3cret pass")
    return installed(tmp_path / "bin", ["ipmicfg", "sum"], "ADMIN", "s3cret pass")


def test_sum_reads_values_with_their_choices(sum_tool):
    found = sum_tool.read()

    assert found.values["Quiet Boot @ Advanced/Boot Feature"] is True
    row = next(row for row in found.rows if row["DisplayName"] == "Restore on AC Power Loss")
    assert [choice["ValueName"] for choice in row["Value"]] == ["Stay Off", "Last State"]


def test_sum_changes_only_what_is_given(sum_tool):
    sum_tool.write({"Quiet Boot @ Advanced/Boot Feature": False}, sum_tool.read())

    assert sum_tool.read().values == {
        "Quiet Boot @ Advanced/Boot Feature": False,
        "Restore on AC Power Loss @ Advanced/Boot Feature": "Last State",
    }


def test_wrong_password_fails_with_what_the_tool_said_and_without_the_password(sum_tool, monkeypatch):
    monkeypatch.setenv("FAKE_SUM_PASSWORD", "another")

    with pytest.raises(HWAutomationError) as caught:
        sum_tool.read()

    assert "Invalid username or password" in str(caught.value)
    assert "s3cret pass" not in str(caught.value)


def test_missing_licence_is_named(sum_tool, monkeypatch, tmp_path):
    monkeypatch.setenv("FAKE_SUM_STATE", str(tmp_path / "unlicensed"))

    with pytest.raises(NotSupportedError, match="SFT-OOB-LIC"):
        sum_tool.read()


def test_tool_that_is_not_installed_is_told_by_its_names(tmp_path):
    tool, reason = install(["racadm", "dsu"], Target("192.0.2.1"), path=str(tmp_path))

    assert tool is None
    assert reason == "racadm is not installed (racadm is not in the PATH)"


@pytest.mark.parametrize("name", TOOLS)
def test_password_is_in_no_command(name):
    for template in (TOOLS[name].program.begin, TOOLS[name].read, TOOLS[name].write):
        assert not any("{password}" in part for part in template)


RACADM = """#!/bin/sh
read user; read password
[ "$user:$password" = "root:pw" ] || { echo "ERROR: Login failed"; exit 1; }
[ "$1 $2 $3" = "-r 192.0.2.1 -i" ] || exit 2
echo "$*" >> "$FAKE_RACADM_CALLS"
while [ "$1" != -f ]; do shift; done
case "$3" in
-c) cat > "$2" <<'X'
<SystemConfiguration Model="R750"><Component FQDD="BIOS.Setup.1-1"><Attribute Name="NumLock">On</Attribute></Component>
</SystemConfiguration>
X
;;
-b) cp "$2" "$FAKE_RACADM_LAST" ;;
esac
"""


@pytest.fixture
def racadm(tmp_path, monkeypatch):
    executable(tmp_path / "bin", "racadm", RACADM)
    monkeypatch.setenv("FAKE_RACADM_LAST", str(tmp_path / "last.xml"))
    monkeypatch.setenv("FAKE_RACADM_CALLS", str(tmp_path / "calls"))
    return tmp_path


def test_racadm_gets_its_account_on_standard_input(racadm):
    tool = installed(racadm / "bin", ["racadm"], "root", "pw")

    assert tool.read().values == {"NumLock": "On"}
    tool.write({"NumLock": "Off"}, tool.read())
    assert '<Attribute Name="NumLock">Off</Attribute>' in (racadm / "last.xml").read_text()


@pytest.mark.parametrize("verify", [True, False])
def test_racadm_verifies_the_certificate_where_that_is_asked_for(racadm, verify):
    target = Target("192.0.2.1", username="root", password="pw")
    tool, _reason = install(["racadm"], target, verify=verify, path=str(racadm / "bin"))

    tool.read()

    assert (" -S " in (racadm / "calls").read_text()) is verify


@pytest.mark.parametrize("name", ["sum", "ilorest"])
def test_tool_that_does_not_verify_certificates_is_used_only_where_that_is_accepted(tmp_path, name):
    executable(tmp_path / "bin", name, "#!/bin/sh\n")
    target = Target("192.0.2.1")

    refused, reason = install([name], target, path=str(tmp_path / "bin"))
    taken, _reason = install([name], target, verify=False, path=str(tmp_path / "bin"))

    assert refused is None
    assert reason.startswith(f"{name} is not used: ")
    assert reason.endswith("allow_unverified_tools: true accepts that")
    assert taken.tool.program.name == name


@pytest.mark.parametrize(
    ("trust", "params", "expected"),
    [
        (Trust(), {}, True),
        (Trust(), {"allow_unverified_tools": True}, False),
        (Trust(validate=False), {}, False),
        (Trust(validate=False, fingerprint="0" * 64), {}, True),
    ],
    ids=["by_default", "accepted", "nothing_is_verified", "pinned"],
)
def test_tools_have_to_verify_what_the_doors_verify(trust, params, expected):
    assert must_verify(trust, params) is expected


RECORDED = Path(__file__).resolve().parents[2] / "support" / "recorded" / "ilorest"


def test_recorded_list_of_ilorest_tells_current_values_from_those_that_wait():
    found = TOOLS["ilorest"].parse((RECORDED / "list_staged.txt").read_text())

    assert (found.values["VlanId"], found.values["UsbBoot"]) == (0, "Enabled")
    assert (found.pending["VlanId"], found.pending["UsbBoot"]) == (5, "Disabled")
    assert found.nested is True
    assert len(found.values) > 250
    assert not [name for name in found.values if name.startswith("@") or name in ("Id", "Name", "AttributeRegistry")]


@pytest.mark.parametrize(
    ("printed", "problem"),
    [
        ("", "has written no settings"),
        ("Discovering data...Done\n", "is not JSON"),
        ('[{"@odata.id": "/redfish/v1/systems/1/bios/settings", "VlanId": 5}]', "0 BIOS resources and 1 of pending"),
    ],
    ids=["nothing", "no_document", "pending_alone"],
)
def test_what_ilorest_prints_is_not_guessed_at(printed, problem):
    with pytest.raises(ConfigurationError, match=problem):
        TOOLS["ilorest"].parse(printed)


def test_gen9_has_its_attributes_beside_everything_else_and_takes_them_so():
    """After Q-H05; nobody has recorded iLOrest with a Gen9 server."""
    found = TOOLS["ilorest"].parse(
        '{"Type": "HpBios.1.2.0", "Name": "BIOS Current Settings", "ProcHyperthreading": "Enabled"}'
    )

    ((_kind, resources),) = json.loads(TOOLS["ilorest"].render({"ProcHyperthreading": "Disabled"}, found))[0].items()

    assert (found.values, found.pending) == ({"ProcHyperthreading": "Enabled"}, None)
    assert list(resources.values()) == [{"ProcHyperthreading": "Disabled"}]
