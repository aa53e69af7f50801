# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a platform has firmware, how its inventory shows that, and how it flashes, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One member of FirmwareInventory. `id` and `version` are formats with {version}; `bank` says which one it shows.

    Banks: active, previous, staged, fixed (what the factory put there), stored (an upload that nobody has installed yet).
    """

    id: str
    name: str
    bank: str = "active"
    version: str = "{version}"
    updateable: bool = True
    software_id: str = ""
    absent: str | None = None
    """Shown as version when the bank is empty; None: the row is not there then."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Component:
    """Something with a version. `kind` is what an image's header calls it; `version` is plain."""

    kind: str
    version: str
    rows: tuple[Row, ...]
    previous: str | None = None
    related: str = "system"
    targets: tuple[str, ...] = ()
    """Names under which an update may be aimed at it, besides its inventory rows."""


@dataclass(frozen=True)
class UpdateHabits:
    """How a platform flashes. Times are lab seconds.

    `activation` per kind: host_reset (staged until POST), outage (the BMC restarts by itself), manual_reset (staged
    until somebody restarts the BMC), ac_cycle (staged until standby power is cut), power_cycle (staged until a start
    from off; its job says Completed and names that reset, Q-D36), immediate. `scheduled`: a task of
    staged firmware stays Pending until the reset; otherwise it says Completed although the old version still runs
    (Q-G35).
    """

    transfer: float = 10.0
    verify: float = 10.0
    flash: float = 60.0
    post: float = 120.0
    outage: float = 120.0
    farewell: float = 0.0
    """Seconds of the wall between the end of a flash of the BMC and its restart: HPE's tool looks only each 8 seconds, and
    what has not seen the end before its session goes waits for the rest of an hour."""
    warm_up: float = 30.0
    activation: Mapping[str, str] = field(
        default_factory=lambda: {"bios": "host_reset", "bmc": "outage", "cpld": "host_reset", "nic": "host_reset"}
    )
    scheduled: bool = False
    refuses_same: str = ""
    refuses_downgrade: bool = False
    one_at_a_time: str = ""
    """MessageId of the refusal when an update is running already; empty: they queue up side by side."""
    stays_in_update_mode: bool = False
    """After a flash that failed every update is refused until the BMC restarts (Q-S15)."""
    two_phase: bool = False
    """An upload is verified and then waits for StartUpdate."""
    words: Mapping[str, str] = field(
        default_factory=lambda: {
            "transfer": "Downloading the image.",
            "verify": "Verifying the image.",
            "flash": "Updating the firmware.",
            "done": "The update has completed successfully.",
            "staged": "The image is staged; the new version is active after a reset of the host.",
            "staged_cold": "Job completed successfully, server reboot pending.",
            "staged_bmc": "The image is staged; the new version is active after a reset of the manager.",
        }
    )
