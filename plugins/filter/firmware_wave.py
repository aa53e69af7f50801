# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: firmware_wave
short_description: Sum up a wave of a firmware campaign
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Looks at the variables C(firmware_state) and C(firmware_result), which role firmware leaves on every server, and at
    the failure of a server that is being rescued. Says who is done, who failed and why, and whether the wave goes on.
positional: names
options:
  _input:
    description: C(hostvars).
    type: dict
    required: true
  names:
    description: Servers of the wave as it began.
    type: list
    elements: str
    required: true
  limit:
    description: How many percent of them may fail before nothing more is begun.
    type: float
    default: 0
  here:
    description: Servers that are still in the play, such as C(ansible_play_batch). One that is not, and that nobody
      looked at, was left alone because it is in service. All of O(names) when not given.
    type: list
    elements: str
  campaign:
    description: Servers of all waves, such as C(ansible_play_hosts_all), to know which were not touched.
    type: list
    elements: str
    default: []
  look:
    description: Whether this is a look in check mode, where nobody was brought anywhere.
    type: bool
    default: false
seealso:
  - plugin: hwautomation.baremetal.firmware_busy
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Sum up the wave
  ansible.builtin.debug:
    msg: "{{ (hostvars | hwautomation.baremetal.firmware_wave(ansible_play_batch)).lines }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(done), C(brought) (those of C(done) that were behind), C(on_the_way), C(behind), C(left_alone) and C(untouched)
      are lists of names, C(failed) is a dictionary of reasons by name.
    - C(stopped) says why nothing more is begun, or is empty; C(lines) is all of it for a person, with what to type to
      go on.
  type: dict
  sample:
    done: [r02]
    failed: {r01: "the update of bmc failed at 60 %"}
    stopped: 1 of 2 servers of this wave failed, and 0 % may (firmware_max_fail_percentage)
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.wave import lines_of, wave_of

Vars = t.Mapping[str, t.Any]


def firmware_wave(
    hostvars: t.Mapping[str, Vars],
    names: t.Sequence[str],
    limit: float = 0.0,
    here: t.Optional[t.Sequence[str]] = None,
    campaign: t.Sequence[str] = (),
    look: bool = False,
) -> t.Dict[str, t.Any]:
    """Return how a wave stands."""
    stays = names if here is None else here
    wave = wave_of(hostvars, names, limit=float(limit), here=stays, campaign=campaign)
    return {**wave.as_result(), "lines": lines_of(wave, look=look)}


class FilterModule:
    """Filters of the firmware room."""

    def filters(self) -> t.Dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"firmware_wave": firmware_wave}
