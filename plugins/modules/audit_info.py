# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and options of audit_info; its action plugin does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_info
short_description: Ask the audit database
version_added: 0.1.0
description:
  - Answers questions about what was done to which server, when, by whom and with which outcome.
  - Runs on the controller and reads only; runs in progress are not disturbed.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.audit
  - hwautomation.baremetal.attributes.reads
options:
  query:
    description:
      - What to ask.
      - V(changes) lists what was changed, from what to what, by whom, and whether it was read back.
      - V(server) tells the history of one server, through renames.
      - V(runs) lists runs, V(run) tells one run as a whole, V(unended) lists runs that still go on or were killed.
      - V(fleet) lists every machine ever seen with the outcome of its latest run.
      - V(bmcs) lists every address where a scan found a BMC, as the latest scan saw it, for
        O(hwautomation.baremetal.bmc_scan#module:known).
      - V(boarding) sums up per rack how each machine did when its boarding checks were run last, and names what failed;
        V(boarding_checks) lists these checks one by one, for one server or all. Check runs count with O(planned) only.
      - V(drift) lists what differs from its baseline by the latest check run, and whether somebody else changed it.
      - V(firmware) lists the history of firmware per server and component.
      - V(who) sums up per person, V(failures) per cause, V(durations) per stage.
    type: str
    required: true
    choices: [changes, server, runs, run, unended, fleet, bmcs, boarding, boarding_checks, drift, firmware, who, failures,
      durations]
  server:
    description:
      - Limit the answer to one machine, by inventory name, serial number, UUID, host name, BMC address or MAAS system
        id.
      - A name means the machine that had it last; its history under other names is found as well.
    type: str
  since:
    description: Earliest time, as a date, a time (UTC unless it has a zone), or an age such as V(36h), V(30d) or V(8w).
    type: str
  until:
    description: Time before which the answer ends, in the same forms.
    type: str
  run_id:
    description: One run, by its id, the beginning of it, an AWX job id, or V(last).
    type: str
  who:
    description: One person, the AWX user or else the operating system's.
    type: str
  kinds:
    description: Kinds of changes.
    type: list
    elements: str
    choices: [bios, firmware, power, bmc, maas, certificate]
  item:
    description: One BIOS attribute, firmware component, BMC setting or boarding check.
    type: str
  planned:
    description: Include what check runs would have changed.
    type: bool
    default: false
  limit:
    description:
      - At most so many rows, the newest ones where rows are in the order of time. V(0) for all.
      - When not given, V(1000) for V(changes) and V(firmware) that nothing narrows (O(since), O(server), O(run_id)), and all
        otherwise. RV(truncated) and the report say when there are more.
    type: int
  format:
    description: Also return the answer as a report in this form.
    type: str
    choices: [text, json, csv, html]
  show:
    description: Print the report on the terminal as it is, and not as part of a result.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Which BIOS attributes changed on this server last month, by whom, from what to what, verified?
  hwautomation.baremetal.audit_info:
    query: changes
    kinds: [bios]
    server: r03
    since: 30d
    format: text
  register: answer

- name: Which runs were killed or still go on?
  hwautomation.baremetal.audit_info:
    query: unended
"""

RETURN = r"""
rows:
  description: The answer, one dictionary per row.
  returned: success
  type: list
  elements: dict
  sample:
    - after: Enabled
      at: "2026-11-23T06:29:08.595Z"
      before: Disabled
      host: r01
      item: ProcVirtualization
      kind: bios
      outcome: applied
      verified: true
      who: alice
count:
  description: How many rows there are.
  returned: success
  type: int
  sample: 1
truncated:
  description: Whether there are more rows than O(limit) lets through.
  returned: success
  type: bool
report:
  description: The answer as a report.
  returned: when O(format) is given
  type: str
  sample: "Changes (1 row) ..."
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "database": {"type": "str"},
        "query": {
            "type": "str",
            "required": True,
            "choices": [
                "changes",
                "server",
                "runs",
                "run",
                "unended",
                "fleet",
                "bmcs",
                "boarding",
                "boarding_checks",
                "drift",
                "firmware",
                "who",
                "failures",
                "durations",
            ],
        },
        "server": {"type": "str"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "run_id": {"type": "str"},
        "who": {"type": "str"},
        "kinds": {
            "type": "list",
            "elements": "str",
            "choices": ["bios", "firmware", "power", "bmc", "maas", "certificate"],
        },
        "item": {"type": "str"},
        "planned": {"type": "bool", "default": False},
        "limit": {"type": "int"},
        "format": {"type": "str", "choices": ["text", "json", "csv", "html"]},
        "show": {"type": "bool", "default": False},
    },
)


def main() -> None:
    """Refuse to run anywhere but on the controller."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(
        msg="audit_info runs on the controller, where its action plugin does the work; it cannot be a module"
    )


if __name__ == "__main__":
    main()
