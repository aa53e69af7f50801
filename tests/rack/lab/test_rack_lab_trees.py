# SPDX-License-Identifier: GPL-3.0-or-later
"""Each captured tree is provisioned over HTTPS as far as its machine offers it: boot device, power, BIOS, firmware."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from tests.support.rack import ROOT, Rack

TREES = ROOT.parent / "shared" / "mockups"
pytestmark = pytest.mark.skipif(not TREES.is_dir(), reason="the captured trees (../shared/mockups) are not here")

ALLOWED = "BootSourceOverrideTarget@Redfish.AllowableValues"
# tree -> a BIOS change that it takes ({} where it offers none), and whether it offers firmware updates
OFFERED: dict[str, tuple[dict[str, Any], bool]] = {
    "dell-idrac9-r750": ({"SriovGlobalEnable": "Disabled"}, True),
    "hpe-ilo5-dl385gen10plusv2": ({"UsbControl": "ExternalUsbDisabled"}, True),
    "hpe-ilo6-dl380agen11": ({"EmbeddedSerialPort": "Com1Irq4"}, True),
    "supermicro-x13-sys821ge": ({"ARISupport_0049": "Disabled"}, True),
    "ami-megarac-dgxh100": ({"AcpiSpcrBaudRate": "57600"}, True),
    "openbmc-nvidia-gb200": ({"AssetTagProtection": "Enabled"}, True),
    "openbmc-stock-qemu": ({}, True),
    "intel-s2600bpb": ({}, True),
    "supermicro-x10-legacy": ({}, False),
    "dmtf-public-rackmount1": ({}, True),
}
UNPUBLISHED = ("intel-s2600bpb", "dmtf-public-rackmount1")
"""Trees with settings about which they publish nothing: no registry tells what may be set."""


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {name: {"lab_platform": "generic", "lab_tree": str(TREES / name), "lab_os": "linux"} for name in OFFERED}
    row = {"component": "bios", "version": "9.9.9"}
    images = [{"name": f"{one}.bin", "platform": one, **row} for one in ("hpe_ilo5", "hpe_ilo6", "intel", "generic")]
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False, images=images)
    yield rack
    rack.stop()


class Client:
    """A client that knows links only."""

    def __init__(self, rack: Rack, name: str) -> None:
        self.rack, self.name, self.server = rack, name, rack.server(name)
        self.host: str = next(path for path in self.members("/redfish/v1/Systems") if "HGX_Baseboard" not in path)

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        headers = options.pop("headers", {})
        if method == "PATCH":
            tag = self.send("GET", path).headers.get("ETag")
            headers |= {"If-Match": tag} if tag else {}
        login = (self.server.username, self.server.password)
        url = self.server.url + path
        return requests.request(
            method, url, json=body, auth=login, headers=headers, verify=self.rack.ca_path, timeout=60, **options
        )

    def take(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        answer = self.send(method, path, body, **options)
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer

    def get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.take("GET", path).json()
        return found

    def members(self, path: str) -> list[str]:
        return [one["@odata.id"] for one in self.get(path)["Members"]]

    @property
    def system(self) -> dict[str, Any]:
        return self.get(self.host)

    def push(self, update: dict[str, Any], platform: str, kind: str) -> None:
        """Bring an image by multipart where that is offered, else by SimpleUpdate."""
        place = update.get("MultipartHttpPushUri")
        if not place:
            target = update["Actions"]["#UpdateService.SimpleUpdate"]["target"]
            self.take("POST", target, {"ImageURI": self.rack.image(f"{platform}.bin")})
            return
        data = build(Image("any", platform, kind, "9.9.9"), size=4096)
        parameters = (None, json.dumps({}), "application/json")
        parts = {"UpdateParameters": parameters, "UpdateFile": ("image.bin", data, "application/octet-stream")}
        self.take("POST", place, files=parts)

    def boot(self) -> None:
        """Go through off and on, and wait until POST is done."""
        target = self.system["Actions"]["#ComputerSystem.Reset"]["target"]
        state = self.rack.state(self.name)
        if state["power_state"] != "Off":
            self.take("POST", target, {"ResetType": "ForceOff"})
            self.rack.wait(self.name, lambda now: now["power_state"] == "Off")
        self.take("POST", target, {"ResetType": "On"})
        self.rack.wait(self.name, lambda now: now["boots"] > state["boots"])


@pytest.fixture(params=sorted(OFFERED))
def client(rack: Rack, request: pytest.FixtureRequest) -> Client:
    return Client(rack, request.param)


def test_a_boot_device_for_one_boot(client: Client) -> None:
    place = client.host
    if ALLOWED not in client.system["Boot"]:
        place = client.system["@Redfish.Settings"]["SettingsObject"]["@odata.id"]
    assert "Pxe" in client.get(place)["Boot"][ALLOWED]
    wanted = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}
    client.take("PATCH", place, {"Boot": wanted})
    shown = client.system["Boot"]
    assert {key: shown[key] for key in wanted} == wanted
    client.boot()
    assert client.system["Boot"]["BootSourceOverrideEnabled"] == "Disabled"


def test_a_bios_setting(client: Client) -> None:
    change, _unused = OFFERED[client.name]
    link = client.system.get("Bios")
    if not change:
        bios = client.send("GET", link["@odata.id"]).json() if link else {}
        assert not (bios.get("Attributes") and "SettingsObject" in bios.get("@Redfish.Settings", {})) or (
            client.name in UNPUBLISHED
        ), "it offers settings: name a change"
        return
    bios = client.get(link["@odata.id"])
    announced = bios["@Redfish.Settings"]
    body: dict[str, Any] = {"Attributes": change}
    if "OnReset" in announced.get("SupportedApplyTimes", ()):
        body["@Redfish.SettingsApplyTime"] = {"ApplyTime": "OnReset"}
    client.take("PATCH", announced["SettingsObject"]["@odata.id"], body)
    name, value = next(iter(change.items()))
    state = client.rack.state(client.name)
    assert (state["bios"][name] != value, state["bios_pending"][name]) == (True, value)
    if "@Redfish.SettingsApplyTime" in body:
        client.rack.wait(client.name, lambda now: any(task["state"] == "Pending" for task in now["tasks"].values()))
    client.boot()
    client.rack.wait(client.name, lambda now: now["bios"][name] == value)
    assert client.get(link["@odata.id"])["Attributes"][name] == value


def test_an_image(client: Client) -> None:
    """The BIOS where the tree tells its version, else the BMC."""
    _unused, offered = OFFERED[client.name]
    link = client.get("/redfish/v1").get("UpdateService")
    if not offered:
        assert link is None or client.send("GET", link["@odata.id"]).status_code == 404
        return
    state = client.rack.state(client.name)
    kind = "bios" if "bios" in state["firmware"] else "bmc"
    client.push(client.get(link["@odata.id"]), state["platform"], kind)
    arrived = client.rack.wait(
        client.name, lambda now: "9.9.9" in (now["firmware_staged"].get(kind), now["firmware"][kind])
    )
    if kind == "bios":
        assert arrived["firmware"]["bios"] != "9.9.9", "the host was not reset yet"
        client.boot()
    elif arrived["bmc_up"]:
        manager = client.get(client.members("/redfish/v1/Managers")[0])
        client.take("POST", manager["Actions"]["#Manager.Reset"]["target"], {"ResetType": "GracefulRestart"})
    client.rack.wait(client.name, lambda now: now["firmware"][kind] == "9.9.9")
    if kind == "bios":
        assert "9.9.9" in client.system["BiosVersion"]
