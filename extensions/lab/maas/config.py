# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the settings the rack hands over and hold MAAS's own configuration defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..near import near

VERSIONS = {"3.0": "3.0.1", "3.1": "3.1.2", "3.2": "3.2.10", "3.3": "3.3.9", "3.4": "3.4.8", "3.5": "3.5.9"}
VERSIONS |= {"3.6": "3.6.2", "3.7": "3.7.3", "3.8": "3.8.0~beta1"}
DEFAULT_API_KEY = "labConsumerKey0001:labTokenKey00000001:labTokenSecret000000000000000001"


class SettingsError(ValueError):
    """A setting of the MAAS simulator is unusable; the message names it."""


def _of_its_kind(name: str, default: Any, value: Any) -> None:
    """Refuse a value that is not of the kind of the default; a version may be written without quotes."""
    if name == "timings" and not isinstance(value or {}, Mapping):
        raise SettingsError(f"maas timings must be a mapping, not {value!r}")
    if isinstance(default, int) and type(value) is not type(default):
        kind = "true or false" if isinstance(default, bool) else "a whole number"
        raise SettingsError(f"maas {name} must be {kind}, not {value!r}")
    if isinstance(default, str) and name != "version" and not isinstance(value or "", str):
        raise SettingsError(f"maas {name} must be a text, not {value!r}")


@dataclass(frozen=True)
class Timings:
    """Lab seconds that each piece of work inside a machine takes (not counting POST and the boot itself)."""

    commissioning_script: float = 8.0
    testing_script: float = 20.0
    install: float = 240.0
    first_boot: float = 45.0
    erase: float = 120.0
    quick_erase: float = 20.0
    power_wait: float = 1.0

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Timings:
        """Take over the named seconds; refuse unknown names."""
        names = {item.name for item in fields(cls)}
        for name, value in given.items():
            if name not in names:
                raise SettingsError(f"maas timings: unknown {name}{near(name, names)}")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                raise SettingsError(f"maas timings: {name} must be a number of seconds, not {value!r}")
        return cls(**{name: float(value) for name, value in given.items()})


@dataclass(frozen=True)
class RegionSettings:
    """What the rack decides about its MAAS."""

    address: str = "127.0.0.1"
    port: int = 5240
    tls_port: int = 0
    api_key: str = DEFAULT_API_KEY
    operator_key: str = ""
    version: str = "3.7"
    pxe_subnet: str = "10.77.0.0/16"
    workers: int = 4
    requests_per_worker: int = 4
    request_limit: int = 10 * 1024 * 1024
    images: bool = True
    enlist: bool = False
    timings: Timings = field(default_factory=Timings)

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> RegionSettings:
        """Build settings from a mapping such as ``all.vars.lab.maas``; keys it does not know are refused."""
        names = {item.name for item in fields(cls)}
        for name, value in given.items():
            if name not in names:
                raise SettingsError(f"maas settings: unknown {name}{near(name, names)}")
            _of_its_kind(name, getattr(cls, name, None), value)
        values = dict(given)
        version = str(values.get("version", cls.version))
        if version not in VERSIONS:
            raise SettingsError(f"maas version {version!r} is not one of {', '.join(VERSIONS)}")
        values["version"] = version
        for name in ("api_key", "operator_key"):
            if values.get(name) and len(str(values[name]).split(":")) != 3:
                raise SettingsError(f"maas {name} must have three parts, consumer:token:secret")
        values["timings"] = Timings.parse(values.get("timings") or {})
        return cls(**values)

    @property
    def full_version(self) -> str:
        """Give the version as ``/version/`` shows it."""
        return VERSIONS[self.version]

    def at_least(self, version: str) -> bool:
        """Tell whether the simulated MAAS is of that minor version or newer."""
        return _numbers(self.version) >= _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


DEFAULTS: dict[str, Any] = {
    "maas_name": "lab",
    "kernel_opts": "",
    "http_proxy": "",
    "enable_http_proxy": True,
    "upstream_dns": "",
    "dnssec_validation": "auto",
    "maas_internal_domain": "maas-internal",
    "ntp_servers": "ntp.ubuntu.com",
    "ntp_external_only": False,
    "network_discovery": "enabled",
    "default_osystem": "ubuntu",
    "default_distro_series": "noble",
    "default_min_hwe_kernel": "",
    "default_storage_layout": "flat",
    "default_boot_interface_link_type": "auto",
    "commissioning_distro_series": "noble",
    "enable_third_party_drivers": True,
    "enable_disk_erasing_on_release": False,
    "disk_erase_with_secure_erase": True,
    "disk_erase_with_quick_erase": False,
    "boot_images_auto_import": True,
    "enable_kernel_crash_dump": False,
    "enlist_commissioning": True,
    "hardware_sync_interval": "15m",
    "max_node_commissioning_results": 10,
    "max_node_testing_results": 10,
    "max_node_installation_results": 3,
    "node_timeout": 30,
    "maas_auto_ipmi_user": "maas",
    "maas_auto_ipmi_user_privilege_level": "ADMIN",
    "maas_auto_ipmi_cipher_suite_id": "3",
    "curtin_verbose": True,
    "prometheus_enabled": False,
}
