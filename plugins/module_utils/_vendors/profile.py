# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions a platform answers. A platform is a class of machines that behave alike, not a brand.

Callers ask a profile about behaviour and never for a vendor. The defaults are the standard's; a platform is
``replace(GENERIC, ...)`` with a comment per line: hardware, firmware, symptom, source. "rec" is a public recording of a
real machine, Q-... a row of docs/vendor_differences.md.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import STANDARD, FirmwareAnswers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.gates import Gate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.licences import LicencePlace
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.repairs import plain_attributes
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import SetupAnswers

__all__ = ["GENERIC", "AccountAnswers", "BiosAnswers", "BootAnswers", "Evidence", "PowerAnswers", "Profile", "Repair"]

Json = t.Dict[str, t.Any]
Path = t.Tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What identification looks at; every value is text, empty where the machine says nothing.

    ``oem`` are the keys of ServiceRoot.Oem, ``manager_oem`` those of Manager.Oem, ``system_oem`` of ComputerSystem.Oem,
    each joined by blanks. ``bios`` is "yes" when the system links a Bios resource.
    """

    vendor: str = ""
    product: str = ""
    redfish_version: str = ""
    oem: str = ""
    manager_model: str = ""
    manager_version: str = ""
    manager_oem: str = ""
    manufacturer: str = ""
    model: str = ""
    system_oem: str = ""
    chassis_model: str = ""
    bios: str = ""


Sign = t.Mapping[str, str]


@dataclass(frozen=True)
class BiosAnswers:
    """How BIOS settings are changed.

    ``supported``     False: this platform has no BIOS settings over Redfish; ``why_not`` says what to do instead.
    ``settings``      last parts of the URI to probe below Bios when ``@Redfish.Settings`` links no object (Q-G02).
    ``apply_time``    when to send ``@Redfish.SettingsApplyTime: OnReset``: always, advertised, never.
    ``job``           True: a PATCH with an apply time makes a job (Location), to be scheduled before the host resets.
    ``exclusive``     True: while such a job waits, the next PATCH is refused; the waiting values must be merged in.
    ``cancel``        how waiting values are dropped: delete_job, write_back (PATCH the current values), none.
    ``evidence``      what proves that values were applied: values, job, messages (``@Redfish.Settings.Messages``).
    ``reset_body``    body of Bios.ResetBios; None sends none.
    ``names``         exact, or stem when names end in a suffix that changes with the ROM.
    ``registry``      False: the platform has attributes but publishes no registry, so values cannot be checked before.
    ``boots``         restarts of the host that applying may take.
    ``patch_timeout`` seconds to wait for the answer to the PATCH.
    ``waits_for_post`` True: while the host is in POST, changes are refused.
    ``shown_early``   True: Bios may show a new value before its job has run; what the settings object holds is pending
                      while the job is there, whatever Bios shows.
    """

    supported: bool = True
    why_not: str = ""
    settings: Path = ("Settings", "SD", "Pending")
    apply_time: str = "advertised"
    job: bool = False
    exclusive: bool = False
    cancel: str = "write_back"
    evidence: Path = ("values",)
    reset_body: t.Optional[Json] = field(default_factory=dict)
    names: str = "exact"
    registry: bool = True
    boots: int = 1
    patch_timeout: float = 120.0
    waits_for_post: bool = False
    shown_early: bool = False


@dataclass(frozen=True)
class PowerAnswers:
    """How the host is switched and how its start can be watched.

    ``restart``, ``off``  reset types in order of preference; the first that the machine allows is used.
    ``post_state``        path of the vendor's POST state in ComputerSystem, empty where there is none.
    ``post_busy``, ``post_done`` its values while in POST, and when POST is over.
    ``boot_done``         BootProgress.LastState values that mean POST is over.
    ``boot_progress``     False: BootProgress is there but means nothing.
    ``conflict``          message ids of a reset that came too early; tried ``conflict_tries`` times, ``conflict_pause``
                          seconds apart.
    ``already``           message ids that mean "it is in that state already".
    ``restart_log``       pattern of the ids of logs that tell of a start, where nothing better does; empty: not read.
    ``ac_cycle``          how standby power is cut: a reset type, or ``oem:<action>:<reset type>``; empty: it cannot be.
    """

    restart: Path = ("ForceRestart", "PowerCycle")
    graceful_restart: Path = ("GracefulRestart",)
    off: Path = ("ForceOff",)
    graceful_off: Path = ("GracefulShutdown",)
    on: Path = ("On", "ForceOn")
    post_state: Path = ()
    post_busy: Path = ()
    post_done: Path = ()
    boot_progress: bool = True
    # Hardware initialisation is the end of POST. A host without a boot device gets no further, nor does an X12 without
    # an agent in its operating system (Q-G45).
    boot_done: Path = ("SystemHardwareInitializationComplete", "SetupEntered", "OSBootStarted", "OSRunning")
    conflict: Path = ("ActionParameterValueConflict", "ResourceInUse")
    conflict_tries: int = 1
    conflict_pause: float = 10.0
    already: Path = ("InvalidOperationForSystemState", "NoOperation")
    restart_log: str = ""
    ac_cycle: str = "FullPowerCycle"


@dataclass(frozen=True)
class BootAnswers:
    """How the boot override is set.

    ``full_triple``   target, enabled and mode must travel together, or the BMC falls back to its own defaults.
    ``target_alone``  targets that forbid BootSourceOverrideEnabled in the same request.
    ``settings``      True: the override is written to the system's settings object where it has one.
    ``aliases``       our target -> the platform's.
    """

    full_triple: bool = False
    target_alone: Path = ()
    settings: bool = False
    aliases: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountAnswers:
    """How accounts are made.

    ``slots``        True: a fixed number of accounts exists, and a new one is a PATCH of a free one.
    ``reserved``     ids that must not be taken.
    ``shortest``, ``longest`` limits of a password.
    ``password_with_change`` True: a role or Enabled can only be changed together with the password.
    ``factory``      passwords as delivered, which are refused as new ones.
    """

    slots: bool = False
    reserved: Path = ()
    shortest: int = 1
    longest: int = 127
    password_with_change: bool = False
    factory: Path = ()


@dataclass(frozen=True)
class Repair:
    """A correction of a payload before anyone reads it: ``fix`` gets a body whose ``@odata.type`` matches ``kind``."""

    kind: str
    fix: t.Callable[[Json], Json]


@dataclass(frozen=True)
class Profile:
    """The answers of one platform.

    ``signs``        identification: one of these rows must fit, each a set of patterns on :class:`Evidence`.
    ``retryable``    message ids (last part) after which a refused request is sent again later.
    ``serial``       paths in ComputerSystem where the asset key stands, in order.
    ``jobs``         where the job of a task may be found when the task is gone, with ``{manager}`` and ``{id}``.
    ``licences``     where licences are that the LicenseService does not list, see ``_vendors/licences.py``.
    ``gates``        where the machine says that it takes no changes, see ``_vendors/gates.py``.
    ``parallel``     requests that may be in flight at the same time.
    ``expand``       False: ``$expand`` is announced and loses fields.
    ``host_system``  pattern of the id of the system that is the host, where a BMC shows more than one.
    """

    name: str
    title: str
    signs: t.Tuple[Sign, ...] = ()
    bios: BiosAnswers = BiosAnswers()
    power: PowerAnswers = PowerAnswers()
    boot: BootAnswers = BootAnswers()
    accounts: AccountAnswers = AccountAnswers()
    firmware: FirmwareAnswers = STANDARD
    setup: SetupAnswers = SetupAnswers()
    retryable: t.Tuple[str, ...] = ("ServiceTemporarilyUnavailable",)
    serial: t.Tuple[Path, ...] = (("SerialNumber",),)
    jobs: Path = ()
    licences: LicencePlace = LicencePlace()
    gates: t.Tuple[Gate, ...] = ()
    parallel: int = 4
    expand: bool = True
    host_system: str = ""
    repairs: t.Tuple[Repair, ...] = ()

    def repaired(self, body: Json) -> Json:
        """Return a body with this platform's defects corrected."""
        kind = str(body.get("@odata.type", ""))
        for repair in self.repairs:
            if re.search(repair.kind, kind):
                body = repair.fix(body)
        return body


GENERIC = Profile(
    name="generic",
    title="Redfish as the standard has it",
    # Cray EX has no brand in its root and attributes that are objects (Q-E01).
    repairs=(Repair(r"^#Bios\.", plain_attributes),),
)
