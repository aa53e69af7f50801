# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPMI, over ``pyghmi``, shown as the few Redfish resources it can fill, so that the same doors work on both.

What IPMI cannot tell is absent from the resources; what a BMC refuses to tell is left out item by item.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import ipaddress
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    ReadOnlyViolation,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import Drawer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context

__all__ = ["IpmiClient"]

pyghmi = optional("pyghmi.ipmi.command")
T = t.TypeVar("T")
Json = t.Dict[str, t.Any]

ROOT, SYSTEM, MANAGER = "/redfish/v1/", "/redfish/v1/Systems/ipmi", "/redfish/v1/Managers/ipmi"
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"
INTERFACE = f"{MANAGER}/EthernetInterfaces/1"

# IPMI 2.0 28.3, chassis control.
RESETS = {"On": "on", "ForceOff": "off", "ForceRestart": "reset", "GracefulShutdown": "softoff"}
# IPMI 2.0 28.13, boot flags.
TARGETS = {
    "None": "default",
    "Pxe": "network",
    "Hdd": "hd",
    "Cd": "optical",
    "BiosSetup": "setup",
    "Floppy": "floppy",
}
# pyghmi's words, checked against ipmi_sim: a refused log-in, and silence.
REFUSED = ("Incorrect password", "Unauthorized name", "authentication")
SILENCE = ("timeout", "no longer connected", "Disconnected")


class IpmiClient:
    """Speaks IPMI to one BMC with the interface of RedfishClient; reads and writes know :data:`SYSTEM` and the like."""

    protocol = "ipmi"

    def __init__(self, target: Target, context: Context) -> None:
        self.target = target
        self.machine = target.host
        self.read_only = context.read_only
        self.clock = context.clock
        self.clock_offset: float | None = None
        self.retryable: frozenset[str] = frozenset()
        self.patient = True
        self._drawer = Drawer(target, context.cache_dir)
        self._command: t.Any = None
        self._fru: Json | None = None

    def close(self) -> None:
        """End the session."""
        if self._command is None:
            return
        session = self._command.ipmi_session
        with contextlib.suppress(Exception):
            session.logout()
        # pyghmi 1.6 keeps it as one that is still logging in, and would hand it out, dead, to the next client.
        waiting = type(session).initting_sessions
        for key in [key for key, known in waiting.items() if known is session]:
            del waiting[key]
        self._command = None

    @property
    def facts(self) -> Json:
        """Return what earlier tasks of this run remembered of this BMC."""
        return self._drawer.read().facts

    def remember(self, **facts: t.Any) -> None:
        """Keep plain data for later tasks of this run."""
        with self._drawer.change() as record:
            record.facts.update(facts)

    def get(self, path: str, **options: t.Any) -> Answer:
        """Read one of the resources.

        :raises NotSupportedError: for any other, with the fact ``status`` 404.
        """
        builders: t.Mapping[str, t.Callable[[], Json]] = {
            ROOT: self._root,
            "/redfish/v1/Systems": lambda: {"Members": [{"@odata.id": SYSTEM}]},
            "/redfish/v1/Managers": lambda: {"Members": [{"@odata.id": MANAGER}]},
            SYSTEM: self._system,
            MANAGER: self._manager,
            f"{MANAGER}/EthernetInterfaces": lambda: {"Members": [{"@odata.id": INTERFACE}]},
            INTERFACE: self._interface,
        }
        if path not in builders:
            raise NotSupportedError("IPMI cannot tell this", machine=self.machine, resource=path, status=404)
        return Answer(200, {"@odata.id": path, **builders[path]()})

    def get_or_none(self, path: str, **options: t.Any) -> Answer | None:
        """Read a resource that may be absent."""
        try:
            return self.get(path)
        except NotSupportedError:
            return None

    def post(self, path: str, body: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> Answer:
        """Reset the host.

        :raises OutcomeUnknown: when the answer was lost.
        """
        self._refuse_if_read_only(path)
        kind = str((body or {}).get("ResetType"))
        if path != RESET or kind not in RESETS:
            raise NotSupportedError(f"IPMI cannot do {kind} on {path}", machine=self.machine, resource=path)
        self._write(lambda command: command.set_power(RESETS[kind]), path)
        return Answer(204)

    def patch(self, path: str, body: t.Mapping[str, t.Any], **options: t.Any) -> Answer:
        """Set the boot device."""
        self._refuse_if_read_only(path)
        boot = dict(body.get("Boot") or {})
        if path != SYSTEM or not boot:
            raise NotSupportedError("IPMI cannot change this", machine=self.machine, resource=path)
        enabled = boot.get("BootSourceOverrideEnabled", "Once")
        target = "None" if enabled == "Disabled" else str(boot.get("BootSourceOverrideTarget", "None"))
        uefi = boot.get("BootSourceOverrideMode") == "UEFI"
        persist = enabled == "Continuous"
        self._write(lambda command: command.set_bootdev(TARGETS[target], persist=persist, uefiboot=uefi), path)
        return Answer(200)

    def _root(self) -> Json:
        return {
            "Product": "IPMI",
            "Systems": {"@odata.id": "/redfish/v1/Systems"},
            "Managers": {"@odata.id": "/redfish/v1/Managers"},
        }

    def _system(self) -> Json:
        power = self._read(lambda command: command.get_power())["powerstate"]
        device = self._read_or_none(lambda command: command.get_bootdev()) or {}
        known = {ours: word for word, ours in TARGETS.items()}
        target = known.get(str(device.get("bootdev")), "None")
        enabled = "Disabled" if target == "None" else "Continuous" if device.get("persistent") else "Once"
        fru = self._inventory()
        return {
            "@odata.type": "#ComputerSystem.v1_0_0.ComputerSystem",
            "Id": "ipmi",
            "Manufacturer": fru.get("Manufacturer"),
            "Model": fru.get("Product name") or fru.get("Model"),
            "SerialNumber": fru.get("Serial Number"),
            "PartNumber": fru.get("Model"),
            "UUID": fru.get("UUID"),
            "PowerState": {"on": "On", "off": "Off"}.get(power),
            "Boot": {
                "BootSourceOverrideTarget": target,
                "BootSourceOverrideEnabled": enabled,
                "BootSourceOverrideMode": "UEFI" if device.get("uefimode") else "Legacy",
                "BootSourceOverrideTarget@Redfish.AllowableValues": list(TARGETS),
            },
            "Actions": {
                "#ComputerSystem.Reset": {"target": RESET, "ResetType@Redfish.AllowableValues": list(RESETS)},
            },
            "Links": {"ManagedBy": [{"@odata.id": MANAGER}]},
        }

    def _manager(self) -> Json:
        firmware = dict(self._read_or_none(lambda command: list(command.get_firmware())) or ())
        version = next((item.get("version") for name, item in firmware.items() if "BMC" in name), None)
        return {
            "@odata.type": "#Manager.v1_0_0.Manager",
            "Id": "ipmi",
            "FirmwareVersion": version,
            "EthernetInterfaces": {"@odata.id": f"{MANAGER}/EthernetInterfaces"},
        }

    def _interface(self) -> Json:
        lan = self._read(lambda command: command.get_net_configuration(gateway_macs=False))
        address = ipaddress.ip_interface(lan.get("ipv4_address") or "0.0.0.0/0")
        return {
            "@odata.type": "#EthernetInterface.v1_0_0.EthernetInterface",
            "Id": "1",
            "MACAddress": lan.get("mac_address"),
            "IPv4Addresses": [
                {
                    "Address": str(address.ip),
                    "SubnetMask": str(address.network.netmask),
                    "Gateway": lan.get("ipv4_gateway"),
                    "AddressOrigin": lan.get("ipv4_configuration"),
                }
            ],
        }

    def _inventory(self) -> Json:
        """Return the FRU of the system; many BMCs refuse it, so it is asked for once and may stay empty."""
        if self._fru is None:
            self._fru = self._read_or_none(lambda command: command.get_inventory_of_component("System")) or {}
        return self._fru

    def _read(self, ask: t.Callable[[t.Any], T]) -> T:
        try:
            return ask(self._connected())
        except HWAutomationError:
            raise
        except Exception as exc:
            if _is_lost(exc):
                raise NetworkError(f"no answer over IPMI: {exc}", machine=self.machine, sent=True) from exc
            raise NotSupportedError(f"IPMI answered: {exc}", machine=self.machine, answer=str(exc)) from exc

    def _read_or_none(self, ask: t.Callable[[t.Any], T]) -> T | None:
        try:
            return self._read(ask)
        except NotSupportedError:
            return None

    def _write(self, tell: t.Callable[[t.Any], t.Any], resource: str) -> None:
        command = self._connected()
        try:
            tell(command)
        except Exception as exc:
            if _is_lost(exc):
                raise OutcomeUnknown(
                    f"the answer to a write was lost ({exc})", machine=self.machine, resource=resource
                ) from exc
            raise ConfigurationError(f"IPMI refused: {exc}", machine=self.machine, resource=resource) from exc

    def _connected(self) -> t.Any:
        """Return the session, logging in once; refused credentials are not tried again in this run."""
        if self._command is not None:
            return self._command
        require("pyghmi")
        target = self.target
        refused = self._drawer.read().refused
        if refused:
            raise self._refusal(
                refused, " earlier in this run and are not tried again, since that could lock the account"
            )
        if target.username is None or target.password is None:
            raise ConfigurationError(
                "IPMI wants credentials", machine=self.machine, hint="set bmc_username and bmc_password"
            )
        try:
            self._command = pyghmi.Command(
                bmc=target.host, userid=target.username, password=target.password, port=target.port, keepalive=False
            )
        except Exception as exc:
            if any(word in str(exc) for word in REFUSED):
                with self._drawer.change() as record:
                    record.refused = str(exc)
                raise self._refusal(str(exc), "") from exc
            raise NetworkError(
                "IPMI does not answer",
                machine=self.machine,
                sent=False,
                hint=f"check that IPMI over LAN is enabled on the BMC and UDP port {target.port} is open",
            ) from exc
        return self._command

    def _refusal(self, answer: str, more: str) -> AuthenticationError:
        return AuthenticationError(
            f"the credentials were refused{more}",
            machine=self.machine,
            answer=answer,
            hint="check bmc_username and bmc_password, and that the account may use IPMI",
            username=self.target.username,
        )

    def _refuse_if_read_only(self, resource: str) -> None:
        if self.read_only:
            raise ReadOnlyViolation(
                "a write was about to be sent through a read-only connection; this is a defect of the collection",
                machine=self.machine,
                resource=resource,
            )


def _is_lost(exc: Exception) -> bool:
    return any(word in str(exc) for word in SILENCE)
