# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_media
short_description: Insert an image into a virtual drive of a server, or eject it
version_added: 0.1.0
description:
  - Lets a BMC show an image on a web server or a share as a drive of its host, and takes it out again.
  - Uses the actions of the BMC, or writes the properties where it has no actions. Parameters that a BMC refuses are left
    out; the drive is read until it shows the image.
  - Another image in the drive is ejected first. An image that is in already is left alone.
  - Boot from it with M(hwautomation.baremetal.bmc_boot).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.changes
options:
  state:
    description:
      - Whether the image shall be in a drive.
      - V(ejected) without O(image) ejects whatever is in the drive.
    type: str
    choices: [inserted, ejected]
    default: inserted
  image:
    description:
      - URL of the image, with one of the schemes C(http), C(https), C(nfs), C(cifs), C(smb), C(ftp) and C(tftp). It is
        the BMC that fetches it.
      - An URL with credentials in it is refused. A query is sent and never shown.
    type: str
  media_type:
    description:
      - Kind of drive.
    type: str
    choices: [cd, dvd, usb, floppy]
    default: cd
  drive:
    description:
      - Id of the virtual drive. When not given, the one that holds the image, else a free one of the kind.
    type: str
  write_protected:
    description:
      - Whether the host may only read.
    type: bool
    default: true
  image_username:
    description:
      - User with whom the BMC fetches the image.
    type: str
  image_password:
    description:
      - Password for it. Never in a result, a log or the audit.
    type: str
"""

EXAMPLES = r"""
- name: Insert an installer
  hwautomation.baremetal.virtual_media:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    image: http://images.example.com/installer.iso

- name: Start from it once
  hwautomation.baremetal.bmc_boot:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    target: cd

- name: Take it out
  hwautomation.baremetal.virtual_media:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    state: ejected
"""

RETURN = r"""
drive:
  description: Id of the drive.
  returned: success
  type: str
  sample: "1"
before:
  description: What was in it; the URL without query.
  returned: success
  type: dict
  sample: {"image": "", "inserted": false}
after:
  description: What is in it, as predicted in check mode and as read back otherwise.
  returned: success
  type: dict
  sample: {"image": "http://images.example.com/installer.iso", "inserted": true, "write_protected": true}
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already inserted
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import media
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import connect_service

DOOR = Door(
    name="virtual_media",
    options=media.OPTIONS,
    connect=connect_service,
    wanted=media.wanted,
    read=media.read,
    decide=media.decide,
    apply=media.apply,
    verify=media.verify,
    report=media.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
