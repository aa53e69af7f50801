# SPDX-License-Identifier: GPL-3.0-or-later
"""Which platform and which system each captured machine is found to be."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    allowed_resets,
    choose_reset,
    look,
    start_over,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.settings import read_bios

# tree, platform, system, manager, asset key
MACHINES = (
    ("ami-megarac-dgxh100", "ami_megarac", "DGX", "BMC"),
    ("dell-idrac9-r750", "dell_idrac9", "System.Embedded.1", "iDRAC.Embedded.1"),
    ("dmtf-public-rackmount1", "generic", "437XR1138R2", "BMC"),
    ("hpe-ilo5-dl385gen10plusv2", "hpe_ilo5", "1", "1"),
    ("hpe-ilo6-dl380agen11", "hpe_ilo6", "1", "1"),
    ("intel-s2600bpb", "intel", "QSBP74100021", "BMC"),
    ("openbmc-nvidia-gb200", "nvidia_hgx", "System_0", "BMC_0"),
    ("openbmc-stock-qemu", "openbmc", "system", "bmc"),
    ("supermicro-x10-legacy", "supermicro_x10", "1", "1"),
    ("supermicro-x13-sys821ge", "supermicro_x13", "1", "1"),
)


@pytest.mark.parametrize(("name", "platform", "system", "manager"), MACHINES, ids=[row[0] for row in MACHINES])
def test_platform_and_system_are_found(tree, name, platform, system, manager):
    service = open_service(tree(name))

    assert service.profile.name == platform
    assert service.system_uri.rstrip("/").endswith(f"/{system}")
    assert service.manager_uri.rstrip("/").endswith(f"/{manager}")


def test_second_task_of_a_run_reads_only_the_system(tree):
    client = tree("dell-idrac9-r750")
    open_service(client)
    client.paths.clear()

    service = open_service(client)

    assert client.paths == ["/redfish/v1/Systems/System.Embedded.1"]
    assert service.profile.name == "dell_idrac9"


def test_system_is_taken_by_id_whatever_its_case(tree):
    service = open_service(tree("ami-megarac-dgxh100"), "hgx_baseboard_0")

    assert service.system_uri == "/redfish/v1/Systems/HGX_Baseboard_0"


def test_unknown_system_names_the_ones_there_are(tree):
    with pytest.raises(ConfigurationError, match="DGX, HGX_Baseboard_0"):
        open_service(tree("ami-megarac-dgxh100"), "Baseboard")


@pytest.mark.parametrize("row", MACHINES, ids=[row[0] for row in MACHINES])
def test_every_machine_can_be_switched(tree, row):
    service = open_service(tree(row[0]))
    allowed, answers = allowed_resets(service), service.profile.power

    for wanted in (answers.on, answers.off, answers.restart):
        assert choose_reset(allowed, wanted, service.machine) in (allowed or wanted)
    assert look(service).power in ("On", "Off")


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("dell-idrac9-r750", None),  # BootProgress is there, all its values are null
        ("hpe-ilo5-dl385gen10plusv2", True),
        ("hpe-ilo6-dl380agen11", True),
        ("intel-s2600bpb", None),
        ("openbmc-stock-qemu", False),
    ],
)
def test_end_of_the_start_is_known_where_the_machine_tells(tree, name, over):
    service = open_service(tree(name))

    assert start_over(look(service), service.profile.power) is over


@pytest.mark.parametrize(
    ("name", "settings", "pending"),
    [
        ("ami-megarac-dgxh100", "/redfish/v1/Systems/DGX/Bios/SD", 0),
        ("dell-idrac9-r750", "/redfish/v1/Systems/System.Embedded.1/Bios/Settings", 0),
        ("hpe-ilo5-dl385gen10plusv2", "/redfish/v1/systems/1/bios/settings", 0),
        ("hpe-ilo6-dl380agen11", "/redfish/v1/systems/1/bios/settings", 0),
        ("openbmc-nvidia-gb200", "/redfish/v1/Systems/System_0/Bios/Settings", 0),
        ("supermicro-x13-sys821ge", "/redfish/v1/Systems/1/Bios/SD", 0),
    ],
)
def test_bios_settings_object_is_found(tree, name, settings, pending):
    bios = read_bios(open_service(tree(name)))

    assert bios.settings_uri.rstrip("/").lower() == settings.lower()
    assert bios.current
    assert len(bios.pending) == pending


@pytest.mark.parametrize("name", ["openbmc-stock-qemu", "supermicro-x10-legacy"])
def test_machine_without_bios_settings_says_what_to_do(tree, name):
    with pytest.raises(NotSupportedError) as caught:
        read_bios(open_service(tree(name)))

    assert caught.value.hint
