# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer system and what is below it."""

from __future__ import annotations

from typing import Any

from .site import OK, ROLLED, ROOT, Site
from .store import Doc, link


def build(site: Site) -> None:
    """Add the host, its BIOS, processors, memory, storage, interfaces and boot options."""
    _system(site)
    if site.p.bios:
        _bios(site)
    _processors(site)
    _memory(site)
    _storage(site)
    _interfaces(site)
    _boot_options(site)
    site.put(
        f"{site.system}/SecureBoot",
        "SecureBoot",
        "UEFI Secure Boot",
        SecureBootEnable=False,
        SecureBootCurrentBoot="Disabled",
        SecureBootMode="SetupMode",
    )


def reset_action(site: Site, owner: str, kind: str, types: tuple[str, ...], inline: bool) -> Doc:
    """Return a Reset action with its allowed types inline or behind an ActionInfo (Q-G42)."""
    action: Doc = {"target": f"{owner}/Actions/{kind}.Reset"}
    if inline:
        action["ResetType@Redfish.AllowableValues"] = list(types)
        return action
    path = f"{owner}/ResetActionInfo"
    action["@Redfish.ActionInfo"] = path
    parameter = {"Name": "ResetType", "Required": True, "DataType": "String", "AllowableValues": list(types)}
    site.put(path, "ActionInfo", "Reset Action Info", Parameters=[parameter])
    return action


def _system(site: Site) -> None:
    p, hardware = site.p, site.hardware
    serial = hardware["board_serial"] if p.hardware.serial_is_board else hardware["serial"]
    action = reset_action(site, site.system, "ComputerSystem", p.power.types, p.power.inline)
    site.put(
        site.system,
        "ComputerSystem",
        "System",
        Id=site.system_id,
        SystemType="Physical",
        Manufacturer=hardware["vendor"],
        Model=hardware["product"],
        SKU=hardware["sku"],
        SerialNumber=hardware.get("shown_serial", serial),
        PartNumber=hardware.get("part_number"),
        UUID=hardware["uuid"],
        HostName="",
        AssetTag="",
        IndicatorLED="Off",
        Status=ROLLED,
        PowerState="Off",
        PowerRestorePolicy=p.power.restore_policy,
        BiosVersion="",
        Boot=_boot(site),
        ProcessorSummary={
            "Count": hardware["cpus"],
            "CoreCount": hardware["cpus"] * hardware["cores"],
            "Model": p.hardware.processor,
            "Status": ROLLED,
        },
        MemorySummary={"TotalSystemMemoryGiB": hardware["memory_mib"] // 1024, "Status": ROLLED},
        Bios=link(site.bios) if p.bios else None,
        Processors=link(f"{site.system}/Processors"),
        Memory=link(f"{site.system}/Memory"),
        Storage=link(f"{site.system}/Storage"),
        EthernetInterfaces=link(f"{site.system}/EthernetInterfaces"),
        SecureBoot=link(f"{site.system}/SecureBoot"),
        LogServices=link(f"{site.system}/LogServices"),
        Links={"Chassis": [link(site.chassis)], "ManagedBy": [link(site.manager)]},
        Actions={"#ComputerSystem.Reset": action},
        Oem=_oem(site),
        **_settings_object(site),
    )


def _settings_object(site: Site) -> dict[str, Any]:
    if not site.p.boot.settings:
        return {}
    path = f"{site.system}/{site.p.boot.settings}"
    site.put(path, "ComputerSystem", "Pending system settings", Boot=_boot(site))
    return {
        "@Redfish.Settings": {
            "@odata.type": f"#Settings.{site.kind('Settings').split('.')[1]}.Settings",
            "SettingsObject": link(path),
        }
    }


def _oem(site: Site) -> Doc | None:
    wanted = dict(site.p.oem_system or {})
    name, _unused, kind = site.p.power.ac_cycle.partition(":")
    if name:
        place = f"{site.system}/Actions/Oem/{site.p.identity.oem}/{name}"
        wanted["Actions"] = {f"#{name}": {"ResetType@Redfish.AllowableValues": [kind], "target": place}}
    return {site.p.identity.oem: wanted} if wanted else None


def _boot(site: Site) -> Doc:
    habits = site.p.boot
    body: Doc = {
        "BootSourceOverrideEnabled": "Disabled",
        "BootSourceOverrideMode": habits.default_mode,
        "BootSourceOverrideTarget": "None",
        "BootSourceOverrideTarget@Redfish.AllowableValues": list(habits.targets),
        "BootSourceOverrideMode@Redfish.AllowableValues": list(habits.modes),
        "BootSourceOverrideEnabled@Redfish.AllowableValues": list(habits.enabled),
        "UefiTargetBootSourceOverride": None,
        "BootOptions": link(f"{site.system}/BootOptions"),
    }
    if "UefiHttp" in habits.targets and habits.http_uri:
        body["HttpBootUri"] = None
    if habits.boot_order:
        body["BootOrder"] = [f"Boot{number:04X}" for number in range(1, len(_options(site)) + 1)]
    return body


def _options(site: Site) -> list[tuple[str, str]]:
    """Return boot options as (name, alias) in the machine's order: disk first, then each interface."""
    disks = [("Boot from disk", "Hdd")]
    nics = [(f"PXE IPv4 {nic['name']} {nic['mac']}", "Pxe") for nic in site.hardware["nics"]]
    return disks + nics


def _boot_options(site: Site) -> None:
    path, members = f"{site.system}/BootOptions", []
    for number, (name, alias) in enumerate(_options(site), 1):
        option = f"{path}/Boot{number:04X}"
        members.append(option)
        site.put(
            option,
            "BootOption",
            name,
            BootOptionReference=f"Boot{number:04X}",
            DisplayName=name,
            Alias=alias,
            BootOptionEnabled=True,
            UefiDevicePath=f"PciRoot(0x0)/Pci(0x{number:X},0x0)",
        )
    site.collect(path, "BootOption", "Boot Options", members)


def _bios(site: Site) -> None:
    habits = site.p.bios
    assert habits is not None
    settings = f"{site.bios}/{habits.settings}" if habits.settings else ""
    on_settings = settings if habits.reset_on_settings and settings else site.bios
    reset: Doc = {"target": f"{on_settings}/Actions/Bios.ResetBios"}
    actions: Doc = {"#Bios.ResetBios": reset}
    if habits.password_action:
        password = f"{on_settings}/Actions/Bios.{habits.password_action}"
        actions[f"#Bios.{habits.password_action}"] = {"target": password}
    if habits.reset_body:
        info = f"{site.bios}/ResetBiosActionInfo"
        parameter = {
            "Name": "ResetType",
            "Required": True,
            "DataType": "String",
            "AllowableValues": [habits.reset_body],
        }
        site.put(info, "ActionInfo", "ResetBios Action Info", Parameters=[parameter])
        reset["@Redfish.ActionInfo"] = info
    site.put(
        site.bios,
        "Bios",
        "BIOS Configuration Current Settings",
        Description="BIOS Configuration Current Settings",
        AttributeRegistry=habits.registry_id or None,
        Attributes={} if site.p.registry else None,
        Actions={} if habits.reset_on_settings else actions,
        **_bios_settings(site, settings, actions),
    )


def _bios_settings(site: Site, settings: str, actions: Doc) -> dict[str, Any]:
    habits = site.p.bios
    assert habits is not None
    if not settings:
        return {}
    clear: Doc = {}
    if habits.clear_action:
        target = f"{settings}/Actions/Oem/{habits.clear_action.rpartition('#')[2]}"
        clear = {"Oem": {habits.clear_action: {"target": target}}}
    site.put(
        settings,
        "Bios",
        "BIOS Configuration Pending Settings",
        Description="BIOS Configuration Pending Settings. These settings will be applied on next system reboot.",
        AttributeRegistry=habits.registry_id or None,
        Attributes={},
        Actions={**clear, **(actions if habits.reset_on_settings else {})} or None,
    )
    announced: Doc = {"@odata.type": site.kind("Settings")}
    if habits.link_settings:
        announced["SettingsObject"] = link(settings)
    if habits.apply_times:
        announced["SupportedApplyTimes"] = list(habits.apply_times)
    return {"@Redfish.Settings": announced}


def _processors(site: Site) -> None:
    path, members, hardware = f"{site.system}/Processors", [], site.p.hardware
    for number in range(1, site.hardware["cpus"] + 1):
        member = f"{path}/CPU{number}"
        members.append(member)
        site.put(
            member,
            "Processor",
            f"Processor {number}",
            ProcessorType="CPU",
            Socket=f"CPU {number}",
            Manufacturer=hardware.processor_vendor,
            Model=hardware.processor,
            ProcessorArchitecture="ARM" if hardware.architecture == "arm" else "x86",
            InstructionSet="ARM-A64" if hardware.architecture == "arm" else "x86-64",
            MaxSpeedMHz=4000,
            TotalCores=site.hardware["cores"],
            TotalThreads=site.hardware["cores"] * (1 if hardware.architecture == "arm" else 2),
            Status=OK,
        )
    for number in range(1, hardware.gpus + 1):
        member = f"{path}/GPU{number}"
        members.append(member)
        site.put(
            member,
            "Processor",
            f"GPU {number}",
            ProcessorType="GPU",
            Manufacturer="NVIDIA",
            Model=hardware.gpu_model,
            Status=OK,
        )
    site.collect(path, "Processor", "Processors", members)


def _memory(site: Site) -> None:
    path, members = f"{site.system}/Memory", []
    count = site.p.hardware.dimms
    for number in range(1, count + 1):
        member = f"{path}/DIMM{number}"
        members.append(member)
        site.put(
            member,
            "Memory",
            f"DIMM {number}",
            CapacityMiB=site.hardware["memory_mib"] // count,
            MemoryDeviceType="DDR5",
            MemoryType="DRAM",
            BaseModuleType="RDIMM",
            Manufacturer="Samsung",
            PartNumber="M321R4GA3BB6-CQKVS",
            SerialNumber=f"{site.hardware['serial']}{number:02d}",
            OperatingSpeedMhz=4800,
            DeviceLocator=f"DIMM{number}",
            Status=OK,
        )
    site.collect(path, "Memory", "Memory", members)


def _storage(site: Site) -> None:
    path, members = f"{site.system}/Storage/1", []
    for number, disk in enumerate(site.hardware["disks"], 1):
        member = f"{path}/Drives/{number}"
        members.append(member)
        site.put(
            member,
            "Drive",
            f"Drive {number}",
            Manufacturer=disk["vendor"],
            Model=disk["model"],
            SerialNumber=disk["serial"],
            CapacityBytes=disk["size_bytes"],
            MediaType="HDD" if disk["rotational"] else "SSD",
            Protocol=site.p.hardware.disk_protocol,
            BlockSizeBytes=512,
            Status=OK,
        )
    site.put(
        path,
        "Storage",
        "Storage",
        Status=ROLLED,
        Drives=[link(one) for one in members],
        Controllers=link(f"{path}/Controllers"),
    )
    site.put(f"{path}/Controllers/1", "StorageController", "Storage Controller", Status=OK)
    site.collect(f"{path}/Controllers", "StorageController", "Storage Controllers", [f"{path}/Controllers/1"])
    site.collect(f"{site.system}/Storage", "Storage", "Storage", [path])


def _interfaces(site: Site) -> None:
    path, members = f"{site.system}/EthernetInterfaces", []
    for nic in site.hardware["nics"]:
        member = f"{path}/{nic['id']}"
        members.append(member)
        site.put(
            member,
            "EthernetInterface",
            f"Ethernet interface {nic['name']}",
            MACAddress=nic["mac"],
            PermanentMACAddress=nic["mac"],
            LinkStatus="LinkUp" if nic["link"] else "LinkDown",
            SpeedMbps=nic["speed_mbps"],
            FullDuplex=True,
            InterfaceEnabled=True,
            Status=OK,
        )
    site.collect(path, "EthernetInterface", "Ethernet Interfaces", members)


def build_extra(site: Site, name: str) -> None:
    """Add a system besides the host: the tray of accelerators, which has no BIOS (Q-N05)."""
    path = f"{ROOT}/Systems/{name}"
    site.put(
        path,
        "ComputerSystem",
        name,
        SystemType="Physical",
        Manufacturer=site.hardware["vendor"],
        Model=f"{site.p.hardware.gpu_model or site.hardware['product']} baseboard",
        SerialNumber=f"{site.hardware['serial']}B",
        UUID=site.hardware["uuid"][:-2] + "fe",
        PowerState="Off",
        Status=ROLLED,
        Processors=link(f"{path}/Processors"),
        Links={"Chassis": [link(site.chassis)], "ManagedBy": [link(site.manager)]},
    )
    members = []
    for number in range(1, site.p.hardware.gpus + 1):
        member = f"{path}/Processors/GPU_SXM_{number}"
        members.append(member)
        site.put(member, "Processor", f"GPU {number}", ProcessorType="GPU", Model=site.p.hardware.gpu_model, Status=OK)
    site.collect(f"{path}/Processors", "Processor", "Processors", members)
