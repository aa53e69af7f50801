# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware_stage
short_description: Put a firmware image into a local store
version_added: "0.1.0"
description:
  - Fetches an image from a stated URL or path into a directory, and compares it with its SHA-256 before it counts and
    once more after it was stored.
  - A download that broke off is resumed where it stopped, if the server allows that.
  - Never searches for images anywhere. Where they come from, and under which licence, is for its user to know.
options:
  image:
    description:
      - URL or path of the image.
    type: str
    required: true
  sha256:
    description:
      - SHA-256 of the image in hexadecimal, as its vendor publishes it.
    type: str
    required: true
  store:
    description:
      - Directory of the store. It is made when it is not there.
    type: path
    required: true
  name:
    description:
      - Name of the file in the store. The last part of O(image) when not given.
    type: str
  state:
    description:
      - Whether the image is in the store.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - hwautomation.baremetal.firmware.image
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.firmware
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Have the image on the controller
  hwautomation.baremetal.firmware_stage:
    image: https://downloads.example.com/idrac9-7.10.30.00.exe
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    store: /srv/firmware
  run_once: true
  register: staged

- name: Push it from there
  hwautomation.baremetal.firmware:
    component: bmc
    version: 7.10.30.00
    image: "{{ staged.path }}"
    sha256: "{{ staged.sha256 }}"
"""

RETURN = r"""
path:
  description: Path of the image in the store.
  returned: success
  type: str
  sample: /srv/firmware/idrac9-7.10.30.00.exe
name:
  description: Its name.
  returned: success
  type: str
  sample: idrac9-7.10.30.00.exe
sha256:
  description: Its SHA-256.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
reason:
  description: Why there was nothing to do.
  returned: when nothing changed
  type: str
  sample: idrac9-7.10.30.00.exe is in the store, with the right SHA-256
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import stage

DOOR = Door(
    name="firmware_stage",
    options=stage.STAGE_OPTIONS,
    connect=stage.open_store,
    wanted=stage.wanted_image,
    read=stage.look,
    decide=stage.decide_stage,
    apply=stage.carry_out,
    verify=stage.check,
    report=stage.tell,
)


def main() -> None:
    """Run the module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
