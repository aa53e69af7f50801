# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_event_info
short_description: Read events of MAAS
version_added: 0.1.0
description:
  - Reads what MAAS noted about machines, newest first. MAAS does the filtering.
options:
  system_id:
    description:
      - Only about machines with these ids.
    type: list
    elements: str
  hostname:
    description:
      - Only about machines with these hostnames.
    type: list
    elements: str
  level:
    description:
      - Lowest level.
    type: str
    choices: [DEBUG, INFO, WARNING, ERROR, CRITICAL, AUDIT]
    default: INFO
  limit:
    description:
      - Most events to read, at most 1000.
    type: int
    default: 100
  after:
    description:
      - Only events with a higher number than this.
    type: int
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.attributes.reads
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: What went wrong on node01
  hwautomation.baremetal.maas_event_info:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    hostname: [node01]
    level: WARNING
"""

RETURN = r"""
events:
  description: The events, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Number of the event.
      type: int
    level:
      description: Level.
      type: str
      sample: INFO
    created:
      description: When, in UTC, as MAAS writes it.
      type: str
      sample: Mon, 23 Nov. 2026 04:31:41
    hostname:
      description: Hostname of the machine.
      type: str
    system_id:
      description: Id of the machine.
      type: str
    type:
      description: What happened.
      type: str
      sample: Running test
    description:
      description: Details.
      type: str
    username:
      description: Who caused it.
      type: str
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.region import (
    EVENT_OPTIONS,
    event_query,
    events,
    read_events,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect

DOOR = Query(
    name="maas_event_info",
    options=EVENT_OPTIONS,
    connect=connect,
    wanted=event_query,
    read=read_events,
    report=events,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
