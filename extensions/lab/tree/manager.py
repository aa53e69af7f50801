# SPDX-License-Identifier: GPL-3.0-or-later
"""The manager (BMC): network, protocols, virtual media, logs."""

from __future__ import annotations

from ..eventlog import LIMIT, Log
from .site import OK, ROOT, Site
from .store import Doc, link
from .system import reset_action


def build(site: Site) -> None:
    """Add the BMC itself."""
    p, manager = site.p, site.manager
    owner = site.system if p.oddities.media_below_system else manager
    site.put(
        manager,
        "Manager",
        "Manager",
        ManagerType="BMC",
        Model=p.identity.manager_model or None,
        UUID=site.hardware["bmc_uuid"],
        ServiceEntryPointUUID=site.hardware["bmc_uuid"],
        FirmwareVersion="",
        DateTime="",
        DateTimeLocalOffset="+00:00",
        PowerState="On",
        Status=OK,
        EthernetInterfaces=link(f"{manager}/EthernetInterfaces"),
        NetworkProtocol=link(f"{manager}/NetworkProtocol"),
        LogServices=link(f"{manager}/LogServices"),
        VirtualMedia=None if p.oddities.media_below_system else link(f"{manager}/VirtualMedia"),
        Links=_links(site),
        Actions=_actions(site),
        Oem={p.identity.oem: dict(p.oem_manager)} if p.oem_manager else None,
    )
    _network(site)
    _virtual_media(site, owner)
    _logs(site)


def build_extra(site: Site, name: str) -> None:
    """Add a further manager, such as the one of an accelerator tray."""
    path = f"{ROOT}/Managers/{name}"
    action = reset_action(site, path, "Manager", site.p.power.manager_types, True)
    site.put(path, "Manager", name, ManagerType="BMC", Status=OK, Actions={"#Manager.Reset": action})


def _actions(site: Site) -> Doc:
    types = site.p.power.manager_types
    actions: Doc = {"#Manager.Reset": reset_action(site, site.manager, "Manager", types, bool(types))}
    if not types:
        actions["#Manager.Reset"] = {"target": f"{site.manager}/Actions/Manager.Reset"}
    return actions


def _links(site: Site) -> Doc:
    return {
        "ManagerInChassis": link(site.chassis),
        "ManagerForChassis": [link(site.chassis)],
        "ManagerForServers": [link(site.system)],
    }


def _network(site: Site) -> None:
    path = f"{site.manager}/EthernetInterfaces"
    address = {
        "Address": site.machine.bmc_host,
        "SubnetMask": "255.0.0.0",
        "AddressOrigin": "DHCP",
        "Gateway": "127.0.0.1",
    }
    site.put(
        f"{path}/1",
        "EthernetInterface",
        "Manager Ethernet Interface",
        MACAddress=site.hardware["bmc_mac"],
        PermanentMACAddress=site.hardware["bmc_mac"],
        InterfaceEnabled=True,
        LinkStatus="LinkUp",
        SpeedMbps=1000,
        FullDuplex=True,
        HostName=f"bmc-{site.machine.name}",
        FQDN=f"bmc-{site.machine.name}",
        IPv4Addresses=[address],
        IPv4StaticAddresses=[],
        DHCPv4={"DHCPEnabled": True, "UseDNSServers": True, "UseNTPServers": True},
        NameServers=[],
        StaticNameServers=[],
        VLAN={"VLANEnable": False, "VLANId": 1},
        Status=OK,
    )
    site.collect(path, "EthernetInterface", "Manager Ethernet Interfaces", [f"{path}/1"])
    site.put(
        f"{site.manager}/NetworkProtocol",
        "ManagerNetworkProtocol",
        "Manager Network Protocol",
        HostName=f"bmc-{site.machine.name}",
        FQDN=f"bmc-{site.machine.name}",
        Status=OK,
        HTTP={"ProtocolEnabled": False, "Port": 80},
        HTTPS={
            "ProtocolEnabled": True,
            "Port": site.machine.bmc_port,
            "Certificates": link(f"{site.manager}/NetworkProtocol/HTTPS/Certificates"),
        },
        SSH={"ProtocolEnabled": True, "Port": 22},
        IPMI={"ProtocolEnabled": True, "Port": 623},
        SNMP={"ProtocolEnabled": False, "Port": 161},
        NTP={"ProtocolEnabled": False, "NTPServers": []},
    )


def _virtual_media(site: Site, owner: str) -> None:
    path, members = f"{owner}/VirtualMedia", []
    for number, types in enumerate(site.p.media_types, 1):
        member = f"{path}/{number}"
        members.append(member)
        actions = {
            "#VirtualMedia.InsertMedia": {"target": f"{member}/Actions/VirtualMedia.InsertMedia"},
            "#VirtualMedia.EjectMedia": {"target": f"{member}/Actions/VirtualMedia.EjectMedia"},
        }
        site.put(
            member,
            "VirtualMedia",
            f"Virtual Media {number}",
            MediaTypes=list(types),
            Inserted=False,
            WriteProtected=True,
            ConnectedVia="NotConnected",
            Image="",
            ImageName="",
            Actions=actions,
        )
    site.collect(path, "VirtualMedia", "Virtual Media", members)
    if owner == site.system:
        site.tree.put(site.system, {**(site.tree.get(site.system) or {}), "VirtualMedia": link(path)})


def _logs(site: Site) -> None:
    owners = {"manager": site.manager, "system": site.system}
    for owner, path in owners.items():
        logs = [log for log in site.p.logs if log.owner == owner]
        for log in logs:
            _log(site, f"{path}/LogServices/{log.id}", log)
        paths = [f"{path}/LogServices/{log.id}" for log in logs]
        site.collect(f"{path}/LogServices", "LogService", "Log Services", paths)


def _log(site: Site, path: str, log: Log) -> None:
    site.put(
        path,
        "LogService",
        log.title,
        LogEntryType="SEL" if log.is_sel else "Event",
        ServiceEnabled=True,
        MaxNumberOfRecords=LIMIT,
        OverWritePolicy="WrapsWhenFull",
        DateTime="",
        DateTimeLocalOffset="+00:00",
        Status=OK,
        Entries=link(f"{path}/Entries"),
        Actions={"#LogService.ClearLog": {"target": f"{path}/Actions/LogService.ClearLog"}},
    )
    site.collect(f"{path}/Entries", "LogEntry", f"{log.title} Entries", [])
