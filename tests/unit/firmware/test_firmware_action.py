# SPDX-License-Identifier: GPL-3.0-or-later
"""What actions of the update service take, over recordings of real machines (../shared/mockups), and the request made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import (
    Takes,
    simple_update_body,
    takes_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import row_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import SIMPLE_UPDATE, action_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

MOCKUPS = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"
ROOT = "redfish/v1/UpdateService"
INVENTORY = "/redfish/v1/UpdateService/FirmwareInventory"

needs_recordings = pytest.mark.skipif(
    not MOCKUPS.is_dir(), reason="no recordings of real machines beside the project (../shared/mockups)"
)


class Recording:
    """A captured tree, as far as actions are read from it."""

    def __init__(self, name):
        self.folder = MOCKUPS / name
        self.update_service = json.loads((self.folder / ROOT / "index.json").read_text())

    def get_or_none(self, uri):
        path = self.folder / uri.strip("/") / "index.json"
        return json.loads(path.read_text()) if path.exists() else None

    def takes(self, action):
        return takes_of(self, action_of(self.update_service, action))


def row(component, **more):
    data = {"component": component, "version": "1", "image": "http://images/a.bin", "sha256": "0" * 64, **more}
    return row_of(data)


def body(component, platform, takes, image="http://images/a.bin", **more):
    return simple_update_body(row(component, **more), f"{INVENTORY}/X", image, firmware_answers(platform), takes)


@needs_recordings
def test_what_dgx_h100_does_not_list_is_not_sent_to_it():
    takes = Recording("ami-megarac-dgxh100").takes(SIMPLE_UPDATE)

    assert takes.names == ("ImageURI", "TransferProtocol", "User", "Password")
    assert takes.required == ("ImageURI", "TransferProtocol")
    assert body("bmc", "ami_megarac", takes) == ({"ImageURI": "http://images/a.bin", "TransferProtocol": "HTTP"}, "")


@needs_recordings
def test_supermicro_gets_the_target_that_its_list_has():
    takes = Recording("supermicro-x13-sys821ge").takes(SIMPLE_UPDATE)

    found, problem = body("bmc", "supermicro_x13", takes)
    backplane, _problem = body("cpld", "supermicro_x13", takes, target=f"{INVENTORY}/CPLD_Backplane_7")

    assert problem == ""
    assert found["Targets"] == ["/redfish/v1/Managers/1"]
    assert backplane["Targets"] == [f"{INVENTORY}/CPLD_Backplane_7"]


@needs_recordings
@pytest.mark.parametrize(
    ("recording", "required", "listed"),
    [("openbmc-nvidia-gb200", (), 1), ("ami-megarac-dgxh100", ("Targets",), 66)],
)
def test_commit_image_lists_the_rows_it_takes(recording, required, listed):
    takes = Recording(recording).takes("CommitImage")

    assert takes.names == ("Targets",)
    assert takes.required == required
    assert len(takes.allowed["Targets"]) == listed


GIGABYTE = Takes(
    names=("ImageURI", "TransferProtocol", "UpdateComponent", "ResetBMC"),
    required=("ImageURI", "TransferProtocol", "UpdateComponent"),
    allowed={"TransferProtocol": ("HTTP", "FTP"), "UpdateComponent": ("BMC", "BIOS", "MB_CPLD")},
)


def test_gigabyte_is_told_the_component():
    found, problem = body("bmc", "ami_megarac", GIGABYTE)

    assert problem == ""
    assert found == {
        "ImageURI": "http://images/a.bin",
        "TransferProtocol": "HTTP",
        "UpdateComponent": "BMC",
        "ResetBMC": True,
    }


@pytest.mark.parametrize(
    ("component", "image", "takes", "says"),
    [
        ("bmc", "https://images/a.bin", GIGABYTE, "fetches images over HTTP, FTP, and not over HTTPS"),
        (
            "nic",
            "http://images/a.bin",
            GIGABYTE,
            "requires UpdateComponent (BMC, BIOS, MB_CPLD), and what nic needs there",
        ),
        (
            "cpld",
            "http://images/a.bin",
            Takes(GIGABYTE.names, GIGABYTE.required, {**GIGABYTE.allowed, "UpdateComponent": ("BMC", "BIOS")}),
            "takes BMC, BIOS for UpdateComponent, and cpld would be MB_CPLD",
        ),
        ("bmc", "http://images/a.bin", Takes(("ImageURI", "Passphrase"), ("Passphrase",)), "requires Passphrase, and"),
    ],
    ids=["scheme", "component", "value", "unknown_parameter"],
)
def test_what_would_be_refused_is_told_before(component, image, takes, says):
    _body, problem = body(component, "ami_megarac", takes, image)

    assert says in problem


def test_action_that_says_nothing_gets_what_the_platform_wants():
    found, problem = body("bios", "lenovo_xcc", Takes())

    assert problem == ""
    assert found == {"ImageURI": "http://images/a.bin", "@Redfish.OperationApplyTime": "Immediate"}
