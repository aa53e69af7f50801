# SPDX-License-Identifier: GPL-3.0-or-later
"""The odd machines of these tests, each with the one thing that is odd about it; the rows are in docs/vendor_differences.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Odd:
    """A platform and what is odd about one machine of it; `does` are the doors that may meet it, besides the readers."""

    platform: str
    oddities: dict[str, Any]
    does: str = ""
    # What the readers may cost at most, as a multiple of what they cost without the oddity.
    dearer: float = 1.1
    settings: dict[str, Any] = field(default_factory=dict)
    habits: dict[str, Any] = field(default_factory=dict)


ALL = "bios boot firmware media settings user"
# Lab seconds for which the power is on its way, of which a thousand pass in a second.
SLOW = {"lab_timing": {"power_on": 400.0, "power_off": 400.0}}
ODD = {
    # Q-G18
    "slash-needed": Odd("dell_idrac9", {"slash": "required"}, ALL),
    "slash-needed-etag": Odd("ami_megarac", {"slash": "required"}, "bios boot settings user"),
    # Q-G60
    "pages": Odd("dell_idrac9", {"page_size": 1}, "bios firmware media settings user", dearer=5),
    "pages-systems": Odd("nvidia_hgx", {"page_size": 1}, "bios firmware", dearer=5),
    "null-members": Odd("generic", {"null_members": True}, ALL),
    "expand-jobs": Odd("dell_idrac9", {"expand_drops": ["Name", "JobState", "Version"]}, "bios firmware", dearer=5),
    "expand-ami": Odd("ami_megarac", {"expand_drops": ["PowerState", "Version", "SerialNumber"]}, "bios firmware"),
    # Q-G12, Q-A02, Q-F01, Q-N12
    "etag-exact": Odd("ami_megarac", {"if_match": "exact"}, "bios boot user"),
    "etag-strong": Odd("ami_megarac", {"if_match": "strong"}, "bios boot user"),
    "etag-bare": Odd("ami_megarac", {"if_match": "bare"}, "bios boot user"),
    "etag-star": Odd("ami_megarac", {"if_match": "star"}, "bios boot user"),
    "etag-doubled": Odd("ami_megarac", {"if_match": "exact"}, "bios boot user", habits={"etags": {"style": "doubled"}}),
    # Q-G21, Q-G23
    "session-absolute": Odd("generic", {"session_location": "absolute"}, "boot"),
    "session-http": Odd("dell_idrac9", {"session_location": "http"}, "boot"),
    "session-body": Odd("hpe_ilo6", {"session_location": "body"}, "boot"),
    "login-alone": Odd("generic", {"login_refuses_basic": True}, "boot"),
    # Q-G38, Q-H22
    "idle-cut": Odd("generic", {"keep_alive": 0.02}, "bios boot firmware"),
    # Q-G40, Q-H24
    "power-reset": Odd("hpe_ilo6", {"transition": "reset"}, "bios power", settings=SLOW),
    "power-unknown": Odd("generic", {"transition": "unknown"}, "bios power", settings=SLOW),
    "power-null": Odd("dell_idrac9", {"transition": "null"}, "bios power firmware", settings=SLOW),
    # Q-D19, Q-G55
    "target-alone": Odd("dell_idrac9", {"target_alone": True}, "boot"),
    "target-alone-hpe": Odd("hpe_ilo6", {"target_alone": True}, "boot"),
    "same-refused": Odd("generic", {"refuses_same": True}, "boot"),
    "same-refused-smc": Odd("supermicro_x13", {"refuses_same": True}, "boot"),
    # Q-D04, Q-G15, Q-E01, Q-F04
    "bios-early": Odd("dell_idrac9", {"bios_shown_early": True}, "bios"),
    "bios-partial": Odd("generic", {"bios_partial": True}, "bios"),
    "bios-html": Odd("generic", {"bios_html": True}, "bios"),
    "bios-objects": Odd("generic", {"bios_objects": True}, "bios"),
    # Off as soon as its settings are there: later than that nobody could know that it will be.
    "bios-off": Odd("generic", {"bios_ends_off": True}, "bios", settings={"lab_timing": {"power_off": 0.0}}),
    # Q-D18
    "defaults-bare": Odd("generic", {"reset_bios_body": "any"}, "defaults"),
    "defaults-body": Odd("supermicro_x13", {"reset_bios_body": "none"}, "defaults"),
    # Q-G10
    "registry-absolute": Odd("hpe_ilo6", {"registry_location": "absolute"}, "bios"),
    "registry-object": Odd("generic", {"registry_location": "extref"}, "bios"),
    "registry-gzip": Odd("dell_idrac9", {"registry_location": "gzip"}, "bios"),
    # Q-D07 to Q-D10; in lab seconds, of which a thousand pass in a second
    "not-ready": Odd("dell_idrac9", {"not_ready": 500.0}, "bios firmware"),
    "jobs-late": Odd("dell_idrac9", {"task_appears": 400.0}, "bios firmware"),
    "tasks-purged": Odd("dell_idrac9", {"task_purged": 10.0}, "bios firmware"),
    "monitor-on": Odd("generic", {"monitor_never_ends": True}, "firmware"),
    "monitor-on-xcc": Odd("lenovo_xcc", {"monitor_never_ends": True}, "firmware"),
    # Q-G58
    "media-stale": Odd("generic", {"media_stale": True}, "media"),
}


def doing(door: str) -> list[str]:
    """Return the machines whose oddity a door may meet."""
    return [name for name, odd in ODD.items() if door in odd.does.split()]
