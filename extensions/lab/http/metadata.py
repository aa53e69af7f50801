# SPDX-License-Identifier: GPL-3.0-or-later
"""The OData service document and the metadata document of the rack's schemas."""

from __future__ import annotations

from ..tree.site import ROOT, SCHEMAS

_COLLECTIONS = (
    "ComputerSystem", "Chassis", "Manager", "Processor", "Memory", "Storage", "StorageController", "EthernetInterface",
    "BootOption", "NetworkAdapter", "NetworkDeviceFunction", "Port", "SoftwareInventory", "Task", "Session",
    "ManagerAccount", "Role", "EventDestination", "VirtualMedia", "LogService", "LogEntry", "Certificate",
    "MessageRegistryFile", "JsonSchemaFile", "Job",
)  # fmt: skip


def _reference(file: str, *namespaces: str) -> str:
    includes = "".join(f'<edmx:Include Namespace="{name}"/>' for name in namespaces)
    return f'<edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/{file}.xml">{includes}</edmx:Reference>'


def _metadata() -> bytes:
    references = [_reference(f"{kind}_v1", kind, f"{kind}.{version}") for kind, version in SCHEMAS.items()]
    references += [_reference(f"{kind}Collection_v1", f"{kind}Collection") for kind in _COLLECTIONS]
    references += [
        _reference("RedfishExtensions_v1", "RedfishExtensions.v1_0_0"),
        _reference("Message_v1", "Message", "Message.v1_1_1"),
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
        + "".join(references)
        + '<edmx:DataServices><Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">'
        f'<EntityContainer Name="Service" Extends="ServiceRoot.{SCHEMAS["ServiceRoot"]}.ServiceContainer"/>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


METADATA = _metadata()
SERVICE_DOCUMENT = {
    "@odata.context": f"{ROOT}/$metadata",
    "value": [
        {"name": "Service", "kind": "Singleton", "url": f"{ROOT}/"},
        *(
            {"name": name, "kind": "Singleton", "url": f"{ROOT}/{place}"}
            for name, place in (
                ("Systems", "Systems"),
                ("Chassis", "Chassis"),
                ("Managers", "Managers"),
                ("Tasks", "TaskService"),
                ("SessionService", "SessionService"),
                ("AccountService", "AccountService"),
                ("EventService", "EventService"),
                ("Registries", "Registries"),
                ("Sessions", "SessionService/Sessions"),
            )
        ),
    ],
}
