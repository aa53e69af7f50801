# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: boarding_verdict
short_description: Judge a server by a list of boarding checks, and have the verdicts filed
version_added: 0.1.0
description:
  - Compares what was found out about a server with a list of checks, as the filter P(hwautomation.baremetal.boarding#filter)
    does, and hands the verdicts to the callback P(hwautomation.baremetal.audit#callback), which keeps one row per check.
  - Fails nothing; RV(bad) is for an C(assert) that follows. Talks to no machine and changes nothing.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  in_process:
    support: full
options:
  evidence:
    description:
      - What is known of the server, as from the filter P(hwautomation.baremetal.boarding_evidence#filter). Keys of your
        own may be added.
    type: dict
    required: true
  checks:
    description: The checks, as in C(configs/boarding/*.yml).
    type: list
    elements: dict
    required: true
  skip:
    description: Names of checks that do not apply.
    type: list
    elements: str
    default: []
  checklist:
    description: Name of the list of checks, for the audit.
    type: str
  rack:
    description: Where the server is, which its verdicts are summed up by.
    type: str
"""

EXAMPLES = r"""
- name: Judge the server
  hwautomation.baremetal.boarding_verdict:
    evidence: "{{ {'bmc': bmc, 'maas': machines, 'type': hw_device_type_spec} | hwautomation.baremetal.boarding_evidence }}"
    checks: "{{ lookup('hwautomation.baremetal.boarding_checks', 'standard').checks }}"
    rack: "{{ rack }}"
  register: judged

- name: It can go into service
  ansible.builtin.assert:
    that: judged.bad | length == 0
    fail_msg: "{{ judged.bad | join('; ') }}"
"""

RETURN = r"""
verdicts:
  description: One verdict per check, as from the filter.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: memory, text: MAAS sees the memory of the device type, outcome: pass, reason: ""}
bad:
  description: What failed, one line each.
  returned: success
  type: list
  elements: str
warned:
  description: What was warned about, one line each.
  returned: success
  type: list
  elements: str
unproven:
  description: What was skipped, with the reason, one line each.
  returned: success
  type: list
  elements: str
summary:
  description: All of it in one line.
  returned: success
  type: str
  sample: 12 pass, 1 warn (clock_right), 2 skipped
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from contextlib import nullcontext

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding import verdict
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "evidence": {"type": "dict", "required": True},
        "checks": {"type": "list", "elements": "dict", "required": True},
        "skip": {"type": "list", "elements": "str", "default": []},
        "checklist": {"type": "str"},
        "rack": {"type": "str"},
    }
)

DOOR = Query(
    name="boarding_verdict",
    options=OPTIONS,
    connect=lambda params, context: nullcontext(),
    wanted=dict,
    read=lambda connection, wanted: verdict.read(wanted),
    report=verdict.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
