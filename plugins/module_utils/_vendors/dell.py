# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dell iDRAC 9 and 10."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import licences
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.gates import DELL_GATES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
    BootAnswers,
    PowerAnswers,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import setup_answers

__all__ = ["IDRAC9", "IDRAC10"]

IDRAC9 = replace(
    GENERIC,
    name="dell_idrac9",
    title="Dell iDRAC 9",
    # ServiceRoot.Vendor is absent in iDRAC9 3.34, its Oem key is not (rec M640).
    signs=({"vendor": r"^Dell"}, {"oem": r"\bDell\b"}),
    bios=BiosAnswers(
        # All iDRACs: without an apply time the values wait for ever, no reset applies them (Q-D01).
        apply_time="always",
        job=True,
        # iDRAC 8, 9: "pending configuration values are already committed" for the next PATCH (Q-D02); deleting the job
        # drops its values too (Q-D03).
        exclusive=True,
        cancel="delete_job",
        # iDRAC 9: GET /Bios may show the new value before the job ran (Q-D04).
        evidence=("job", "values"),
        shown_early=True,
    ),
    power=PowerAnswers(
        # "On" when it is on: 409 PSU501, in English only (Q-D25).
        already=("PSU501", *GENERIC.power.already),
        conflict_tries=6,
    ),
    accounts=AccountAnswers(
        slots=True,
        # 16 slots, 1 is anonymous and 2 is root (Q-D29).
        reserved=("1",),
        longest=40,
        factory=("calvin",),
    ),
    boot=BootAnswers(
        # iDRAC 8: BootSourceOverrideEnabled beside UefiTarget is refused (Q-D19).
        target_alone=("UefiTarget",),
    ),
    firmware=firmware_answers("dell_idrac9"),
    setup=setup_answers("dell_idrac9"),
    gates=DELL_GATES,
    licences=licences.DELL,
    # iDRAC 9 5.x, 10: the Lifecycle Controller is not ready for about 20 s after a start (Q-D07).
    retryable=("SYS518", *GENERIC.retryable),
    # The service tag is the SKU; SerialNumber is the board's (Q-D31).
    serial=(("SKU",), ("Oem", "Dell", "DellSystem", "NodeID"), ("SerialNumber",)),
    # iDRAC 9 before 5.00 drops a task a minute after its end, the job stays (Q-D09).
    jobs=("{manager}/Jobs/{id}", "{manager}/Oem/Dell/Jobs/{id}"),
    # XR4000 lists its witness node first (Q-D43).
    host_system=r"^System\.Embedded",
)

IDRAC10 = replace(
    IDRAC9,
    name="dell_idrac10",
    title="Dell iDRAC 10",
    # Version numbers restart at 1.x, so only the model tells the generation (Q-D23).
    signs=({"vendor": r"^Dell", "manager_model": r"^(1[7-9]|[2-9]\d)G"},),
    boot=replace(
        IDRAC9.boot,
        # Boot on the system itself is read-only; its settings object takes it (Q-D21).
        settings=True,
    ),
    firmware=firmware_answers("dell_idrac10"),
    setup=setup_answers("dell_idrac10"),
)
