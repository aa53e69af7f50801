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
    HWAutomationError,
    NotSupportedError,
)

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


@pytest.fixture
def sum_tool(tmp_path, monkeypatch):
    """SUM as if installed, and the file it keeps its settings in."""
    executable(tmp_path / "bin", "sum", f'#!/bin/sh\nexec {sys.executable} {FAKES / "sum.py"} "$@"\n')
    state = tmp_path / "state.xml"
    state.write_text(BIOSCFG)
    monkeypatch.setenv("FAKE_SUM_STATE", str(state))
    monkeypatch.setenv("FAKE_SUM_PASSWORD", "s3cret pass")
    tool, reason = install(["ipmicfg", "sum"], "192.0.2.1", "ADMIN", "s3cret pass", str(tmp_path / "bin"))
    assert reason == ""
    return tool


def test_sum_reads_values_with_their_choices(sum_tool):
    found = sum_tool.read()

    assert found.values["Quiet Boot @ Advanced/Boot Feature"] is True
    row = next(row for row in found.rows if row["DisplayName"] == "Restore on AC Power Loss")
    assert [choice["ValueName"] for choice in row["Value"]] == ["Stay Off", "Last State"]


def test_sum_changes_only_what_is_given(sum_tool):
    sum_tool.write({"Quiet Boot @ Advanced/Boot Feature": False})

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
    tool, reason = install(["racadm", "dsu"], "192.0.2.1", "root", "x", str(tmp_path))

    assert tool is None
    assert reason == "racadm is not installed (racadm is not in the PATH)"


@pytest.mark.parametrize("name", TOOLS)
def test_password_is_in_no_command(name):
    for template in (TOOLS[name].read, TOOLS[name].write):
        assert not any("{password}" in part for part in template)


RACADM = """#!/bin/sh
read user; read password
[ "$user:$password" = "root:pw" ] || { echo "ERROR: Login failed"; exit 1; }
case "$*" in
*" get "*) cat > "${8}" <<'X'
<SystemConfiguration Model="R750"><Component FQDD="BIOS.Setup.1-1"><Attribute Name="NumLock">On</Attribute></Component>
</SystemConfiguration>
X
;;
*" set "*) cp "${8}" "$FAKE_RACADM_LAST" ;;
esac
"""


def test_racadm_gets_its_account_on_standard_input(tmp_path, monkeypatch):
    executable(tmp_path / "bin", "racadm", RACADM)
    monkeypatch.setenv("FAKE_RACADM_LAST", str(tmp_path / "last.xml"))
    tool, _reason = install(["racadm"], "192.0.2.1", "root", "pw", str(tmp_path / "bin"))

    assert tool.read().values == {"NumLock": "On"}
    tool.write({"NumLock": "Off"})
    assert '<Attribute Name="NumLock">Off</Attribute>' in (tmp_path / "last.xml").read_text()


ILOREST = """#!/bin/sh
grep -q "password = pw" "$2" || { echo "Could not log in"; exit 1; }
case "$*" in
*" get "*) echo '{"@odata.etag": "W/1", "AttributeRegistry": "HpBiosAttributeRegistryP89.1.1.00", "Id": "Bios",'
 echo ' "ProcHyperthreading": "Enabled", "links": {"self": {}}, "Name": "BIOS Current Settings"}' ;;
*" load "*) cp "$6" "$FAKE_ILOREST_LAST" ;;
esac
"""


def test_ilorest_reads_the_top_level_attributes_of_gen9(tmp_path, monkeypatch):
    executable(tmp_path / "bin", "ilorest", ILOREST)
    monkeypatch.setenv("FAKE_ILOREST_LAST", str(tmp_path / "last.json"))
    tool, _reason = install(["conrep", "ilorest"], "192.0.2.1", "admin", "pw", str(tmp_path / "bin"))

    assert tool.read().values == {"ProcHyperthreading": "Enabled"}
    tool.write({"ProcHyperthreading": "Disabled"})
    loaded = json.loads((tmp_path / "last.json").read_text())
    assert list(loaded[0]["Bios."].values())[0]["Attributes"] == {"ProcHyperthreading": "Disabled"}
