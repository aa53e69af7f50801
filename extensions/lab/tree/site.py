# SPDX-License-Identifier: GPL-3.0-or-later
"""What the builders of a tree share: the machine, its platform, paths, and how a document starts."""

from __future__ import annotations

from typing import Any

from ..machine import Machine
from ..personality import Personality
from .store import Doc, Tree, collection, link

ROOT = "/redfish/v1"
SCHEMAS = {
    "ServiceRoot": "v1_15_0",
    "ComputerSystem": "v1_20_0",
    "Chassis": "v1_23_0",
    "Manager": "v1_17_0",
    "Bios": "v1_2_1",
    "AttributeRegistry": "v1_3_7",
    "UpdateService": "v1_11_3",
    "SoftwareInventory": "v1_9_0",
    "TaskService": "v1_2_0",
    "Task": "v1_7_0",
    "SessionService": "v1_1_8",
    "Session": "v1_5_0",
    "AccountService": "v1_12_0",
    "ManagerAccount": "v1_10_0",
    "Role": "v1_3_1",
    "EventService": "v1_8_0",
    "EventDestination": "v1_13_0",
    "EthernetInterface": "v1_8_0",
    "Processor": "v1_16_0",
    "Memory": "v1_16_0",
    "Storage": "v1_14_0",
    "StorageController": "v1_6_0",
    "Drive": "v1_16_0",
    "VirtualMedia": "v1_5_1",
    "LogService": "v1_3_1",
    "LogEntry": "v1_14_0",
    "ManagerNetworkProtocol": "v1_9_1",
    "HostInterface": "v1_3_0",
    "MessageRegistryFile": "v1_1_2",
    "MessageRegistry": "v1_4_2",
    "ActionInfo": "v1_2_0",
    "BootOption": "v1_0_4",
    "License": "v1_1_2",
    "LicenseService": "v1_1_0",
    "Certificate": "v1_6_0",
    "CertificateService": "v1_0_3",
    "CertificateLocations": "v1_0_2",
    "NetworkAdapter": "v1_9_0",
    "NetworkDeviceFunction": "v1_9_0",
    "Port": "v1_8_0",
    "SecureBoot": "v1_1_0",
    "Power": "v1_7_1",
    "Thermal": "v1_7_1",
    "Job": "v1_2_1",
    "JobService": "v1_0_4",
    "Settings": "v1_3_5",
    "JsonSchemaFile": "v1_1_4",
}


class Site:
    """One BMC's tree while it is built."""

    def __init__(self, tree: Tree, machine: Machine, personality: Personality) -> None:
        self.tree = tree
        self.machine = machine
        self.p = personality
        self.hardware = machine.hardware
        ids = personality.identity
        self.system_id = machine.hardware["serial"] if personality.system_id_is_serial else ids.system
        self.system = f"{ROOT}/Systems/{self.system_id}"
        self.manager = f"{ROOT}/Managers/{ids.manager}"
        self.chassis = f"{ROOT}/Chassis/{ids.chassis}"
        own = personality.bios.path if personality.bios else ""
        self.bios = own.format(system=self.system) if own else f"{self.system}/Bios"

    def kind(self, name: str) -> str:
        """Return the @odata.type of a resource type in the version that the platform announces."""
        version = self.p.identity.schemas.get(name, SCHEMAS[name])
        return f"#{name}.{version}.{name}"

    def put(self, path: str, kind: str, name: str, **properties: Any) -> Doc:
        """Add a resource; properties that are None stay out, use `null` parts of a dict for real nulls."""
        doc = {
            "@odata.id": path,
            "@odata.type": self.kind(kind),
            "Id": path.rpartition("/")[2],
            "Name": name,
            **{key: value for key, value in properties.items() if value is not None},
        }
        self.tree.put(path, doc)
        return doc

    def collect(self, path: str, kind: str, name: str, members: list[str]) -> None:
        self.tree.put(path, collection(path, kind, name, members))

    def oem(self, **properties: Any) -> Doc | None:
        return {self.p.identity.oem: properties} if self.p.identity.oem and properties else None


OK = {"State": "Enabled", "Health": "OK"}
ROLLED = {"State": "Enabled", "Health": "OK", "HealthRollup": "OK"}

__all__ = ["OK", "ROLLED", "ROOT", "Site", "link"]
