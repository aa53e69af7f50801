# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of SUM, Dell and HPE: read, written, and refused."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.formats import (
    parse_settings,
    render_settings,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

# The form SUM 2.x writes (User's Guide, "BIOS configuration in XML").
BIOSCFG = """<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>
<BiosCfg>
  <Menu name="Advanced">
    <Information><Help><![CDATA[Advanced settings]]></Help></Information>
    <Menu name="Boot Feature">
      <Setting name="Quiet Boot" checkedStatus="Checked" type="CheckBox"/>
      <Setting name="Restore on AC Power Loss" selectedOption="Last State" type="Option">
        <Information>
          <AvailableOptions>
            <Option value="0">Stay Off</Option>
            <Option value="1">Power On</Option>
            <Option value="2">Last State</Option>
          </AvailableOptions>
        </Information>
      </Setting>
    </Menu>
    <Menu name="Network Configuration">
      <Setting name="PXE Boot Wait Time" numericValue="5" type="Numeric"/>
      <Setting name="Boot URI" type="String"><StringValue><![CDATA[http://boot/]]></StringValue></Setting>
    </Menu>
  </Menu>
  <Menu name="Security">
    <Setting name="Administrator Password" type="Password"><NewPassword>x</NewPassword></Setting>
  </Menu>
</BiosCfg>
"""
PROFILE = """<SystemConfiguration Model="PowerEdge R750" ServiceTag="F54P1G3" TimeStamp="Mon Nov 23 06:00:00 2026">
<Component FQDD="BIOS.Setup.1-1">
 <Attribute Name="BootMode">Uefi</Attribute>
 <Attribute Name="SetupPassword">hidden</Attribute>
</Component>
<Component FQDD="iDRAC.Embedded.1"><Attribute Name="SNMP.1#AgentEnable">Enabled</Attribute></Component>
</SystemConfiguration>
"""
CONREP = """<?xml version="1.0"?>
<Conrep version="4.0.0.0" originating_platform="ProLiant DL380 Gen9">
  <Section name="Intel_Hyperthreading" helptext="...">Enabled</Section>
</Conrep>
"""


def test_bioscfg_gives_names_with_menus_and_typed_values():
    found = parse_settings(BIOSCFG)

    assert found["attributes"] == {
        "Quiet Boot @ Advanced/Boot Feature": True,
        "Restore on AC Power Loss @ Advanced/Boot Feature": "Last State",
        "PXE Boot Wait Time @ Advanced/Network Configuration": 5,
        "Boot URI @ Advanced/Network Configuration": "http://boot/",
    }
    assert found["choices"] == {
        "Restore on AC Power Loss @ Advanced/Boot Feature": ["Stay Off", "Power On", "Last State"]
    }


def test_profile_gives_the_bios_component_without_passwords():
    found = parse_settings(PROFILE)

    assert (found["dialect"], found["model"]) == ("scp", "PowerEdge R750")
    assert found["attributes"] == {"BootMode": "Uefi"}


def test_profile_may_be_json():
    text = (
        '{"SystemConfiguration": {"Model": "R750", "Components": [{"FQDD": "BIOS.Setup.1-1", "Attributes":'
        ' [{"Name": "BootMode", "Value": "Uefi", "Set On Import": "True"}]}]}}'
    )

    assert parse_settings(text)["attributes"] == {"BootMode": "Uefi"}


def test_conrep_gives_its_sections():
    assert parse_settings(CONREP)["attributes"] == {"Intel_Hyperthreading": "Enabled"}


@pytest.mark.parametrize(
    ("dialect", "attributes"),
    [
        (
            "bioscfg",
            {"Quiet Boot @ Advanced/Boot Feature": False, "PXE Boot Wait Time @ Advanced/Network Configuration": 3},
        ),
        ("scp", {"BootMode": "Uefi", "AssetTag": "<&>"}),
        ("conrep", {"Intel_Hyperthreading": "Disabled"}),
    ],
)
def test_what_is_written_reads_the_same(dialect, attributes):
    found = parse_settings(render_settings(dialect, attributes))

    assert (found["dialect"], found["attributes"]) == (dialect, attributes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<Other/>", "no file of BIOS settings that is known"),
        ("<BiosCfg>", "not XML"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><BiosCfg/>', "DTD"),
        ('{"SystemConfiguration": {}}', "no server configuration profile"),
    ],
    ids=["unknown", "broken", "bomb", "json"],
)
def test_other_files_are_refused(text, says):
    with pytest.raises(ConfigurationError, match=says):
        parse_settings(text)
