# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware_serve
short_description: Serve firmware images of the controller to BMCs while the playbook runs
version_added: "0.1.0"
description:
  - Starts a small web server on the controller, at a stated address, and returns a URL for each image.
  - Every URL holds a secret of its own. It ends some minutes after its image has gone out whole, and the server ends
    with the playbook, however that ends.
  - For BMCs that only fetch images from a URL. Where there is a web server already, hand over its URL instead.
  - Always runs on the controller.
options:
  images:
    description:
      - Paths of the images, as M(hwautomation.baremetal.firmware_stage) returns them.
    type: list
    elements: path
    required: true
  address:
    description:
      - Address of the controller that the BMCs can reach. There is no default; nothing is opened to networks by chance.
    type: str
    required: true
  port:
    description:
      - TCP port; V(0) takes a free one.
    type: int
    default: 0
  certificate:
    description:
      - File with the certificate, in PEM form, for HTTPS.
    type: path
  private_key:
    description:
      - File with its private key.
    type: path
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details: Starts nothing, and returns no URLs.
  diff_mode:
    support: none
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
  idempotent:
    support: none
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    details: Every run makes new URLs.
seealso:
  - module: hwautomation.baremetal.firmware_stage
  - module: hwautomation.baremetal.firmware
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Serve what lies in the store
  hwautomation.baremetal.firmware_serve:
    images: ["{{ staged.path }}"]
    address: 192.0.2.5
  run_once: true
  register: served

- name: Let the BMCs fetch it
  hwautomation.baremetal.firmware:
    component: bmc
    version: 7.10.30.00
    image: "{{ served.urls[staged.name] }}"
    sha256: "{{ staged.sha256 }}"
"""

RETURN = r"""
urls:
  description: URL by file name.
  returned: success
  type: dict
  sample: {idrac9-7.10.30.00.exe: "http://192.0.2.5:41233/4f1c.../idrac9-7.10.30.00.exe"}
port:
  description: The port.
  returned: when the server was started
  type: int
  sample: 41233
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

OPTIONS = Options(
    spec={
        "images": {"type": "list", "elements": "path", "required": True},
        "address": {"type": "str", "required": True},
        "port": {"type": "int", "default": 0},
        "certificate": {"type": "path"},
        "private_key": {"type": "path"},
    },
    required_together=(("certificate", "private_key"),),
)


def main() -> None:
    """Refuse: the work is done by the action plugin of the same name."""
    module = AnsibleModule(argument_spec=dict(OPTIONS.spec), supports_check_mode=True, **OPTIONS.relations())
    module.fail_json(msg="firmware_serve runs on the controller only; do not delegate it and do not give it async")


if __name__ == "__main__":
    main()
