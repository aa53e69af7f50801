# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user wants of a machine: options made into values, checked as far as that needs no MAAS.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.options import ALLOWS

__all__ = ["Identity", "Wanted", "mac_address"]

MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
UPDATABLE = ("hostname", "domain", "zone", "pool", "description", "architecture", "min_hwe_kernel", "power_type")


@dataclass(frozen=True)
class Identity:
    """How to find the machine, tried in the order of the fields."""

    system_id: str = ""
    mac_addresses: t.Tuple[str, ...] = ()
    hostname: str = ""
    serial: str = ""

    def __str__(self) -> str:
        """Return what was given, as messages name the machine before MAAS does."""
        given = [self.hostname, self.system_id, ", ".join(self.mac_addresses), self.serial and f"serial {self.serial}"]
        return next((text for text in given if text), "any matching machine")


@dataclass(frozen=True)
class Wanted:
    """The wanted machine; ``attributes`` holds only what the user mentioned, so that nothing else is touched.

    ``wait_timeout`` and ``wait_interval`` are seconds. ``power_parameters`` and ``deploy`` may hold secrets.
    """

    state: str
    identity: Identity
    attributes: t.Mapping[str, t.Any] = field(default_factory=dict)
    tags: t.Optional[t.Tuple[str, ...]] = None
    purge_tags: bool = False
    power_parameters: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    commission: t.Mapping[str, t.Any] = field(default_factory=dict)
    recommission: bool = False
    deploy: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)
    release: t.Mapping[str, t.Any] = field(default_factory=dict)
    allocate_matching: t.Mapping[str, t.Any] = field(default_factory=dict)
    comment: str = ""
    check_mode_status: str = ""
    allowed: t.FrozenSet[str] = frozenset()
    wait: bool = True
    wait_timeout: float = 3600.0
    wait_interval: float = 10.0

    @property
    def system(self) -> tuple[str, str]:
        """Return the operating system and the series to deploy, each empty when not named."""
        return split_series(self.deploy.get("distro_series"), self.deploy.get("osystem"))

    @property
    def names_release(self) -> bool:
        """Whether the series to deploy is given as a number (``24.04``), where MAAS answers a name."""
        return self.state == "deployed" and self.system[1][:1].isdigit()

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Wanted:
        """Take the options of ``maas_machine``.

        :raises ConfigurationError: naming everything that is wrong, before MAAS is asked anything.
        """
        attributes = {name: params[name] for name in UPDATABLE if params.get(name) is not None}
        hostname, _dot, domain = attributes.get("hostname", "").partition(".")
        if domain:
            attributes.update(hostname=hostname, domain=attributes.get("domain") or domain)
        wanted = cls(
            state=params["state"],
            identity=Identity(
                system_id=params.get("system_id") or "",
                mac_addresses=tuple(mac_address(mac) for mac in params.get("mac_addresses") or ()),
                hostname=hostname,
                serial=(params.get("serial") or "").strip(),
            ),
            attributes=attributes,
            tags=None if params.get("tags") is None else tuple(params["tags"]),
            purge_tags=params["purge_tags"],
            power_parameters=_given(params.get("power_parameters")),
            commission=_given(params.get("commission")),
            recommission=params["recommission"],
            deploy=_given(params.get("deploy")),
            release=_given(params.get("release")),
            allocate_matching=_given(params.get("allocate_matching")),
            comment=params.get("comment") or "",
            check_mode_status=params.get("check_mode_status") or "",
            allowed=frozenset(name for name in ALLOWS if params.get(name)),
            wait=params["wait"],
            wait_timeout=float(params["wait_timeout"]),
            wait_interval=float(params["wait_interval"]),
        )
        _refuse(list(_problems(wanted)))
        return wanted


def split_series(series: str | None, osystem: str | None) -> tuple[str, str]:
    """Return operating system and series, each empty when not named: ``ubuntu/noble`` names both."""
    asked, _slash, short = (series or "").rpartition("/")
    return asked or osystem or "", short


def mac_address(text: str) -> str:
    """Return a MAC address in MAAS's form: lower case with colons; other text comes back unchanged."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if len(digits) == 12 and re.fullmatch(r"[0-9a-fA-F:.\- ]+", text):
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    return text


def _given(options: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    return {name: value for name, value in (options or {}).items() if value is not None}


def _problems(wanted: Wanted) -> t.Iterator[str]:
    for mac in wanted.identity.mac_addresses:
        if not MAC.fullmatch(mac):
            yield f"mac_addresses: {mac!r} is not a MAC address"
    label = wanted.identity.hostname
    if label and not re.fullmatch(r"(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label):
        yield f"hostname: {label!r} is not a host name (letters, digits and hyphens; an underscore is refused by MAAS)"
    yield from _user_data_problems(wanted.deploy.get("user_data"))
    if wanted.allocate_matching and wanted.state not in ("allocated", "deployed"):
        yield f"allocate_matching: only for state allocated or deployed, not {wanted.state}"
    if wanted.recommission and wanted.state not in ("commissioned", "ready", "allocated", "deployed"):
        yield f"recommission: only for state commissioned, ready, allocated or deployed, not {wanted.state}"
    if (wanted.release.get("secure_erase") or wanted.release.get("quick_erase")) and not wanted.release.get("erase"):
        yield "release: secure_erase and quick_erase say how to erase, and need erase: true"
    if wanted.wait_timeout <= 0 or wanted.wait_interval <= 0:
        yield "wait_timeout and wait_interval: must be more than 0"


def _user_data_problems(data: t.Any) -> t.Iterator[str]:
    if data is None:
        return
    if not isinstance(data, str):
        yield f"deploy.user_data: must be text, not {type(data).__name__}; for YAML begin it with '|' and #cloud-config"
    elif "\x00" in data:
        yield "deploy.user_data: holds a NUL character, so it is not text; it is encoded for MAAS here, not by you"


def _refuse(found: list[str]) -> None:
    if found:
        raise ConfigurationError("; ".join(found), hint="nothing was asked or changed", problems=found)
