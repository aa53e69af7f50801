# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # A BMC that may be restarting: readers and changers.
    DOCUMENTATION = r"""
options:
  answer_timeout:
    description:
      - Seconds to wait for a BMC that cannot be reached, because an update may be restarting it just now.
      - V(0) fails at once.
    type: int
    default: 0
"""

    # What is done to a server, and when.
    CHANGES = r"""
options:
  allow_reboot:
    description:
      - Whether the host may be restarted to make an image active. A host that is off is started for it and switched
        off again.
      - Without it, a server that needs a restart is refused before anything is sent, unless O(apply_time=on_reset).
      - Where a platform is known to stay in update mode after a flash that failed, this also lets a BMC that refuses an
        image for that be restarted once, and the image be sent to it then. A flash that failed is not repeated in the
        same run.
    type: bool
    default: false
  apply_time:
    description:
      - V(immediate) makes each image active. V(on_reset) only stages what needs a restart, for whoever restarts the
        host next; the result then says C(staged), not C(applied).
    type: str
    choices: [immediate, on_reset]
    default: immediate
  wait_timeout:
    description:
      - Seconds that one step may take.
    type: int
    default: 7200
"""

    # Where images come from.
    IMAGE = r"""
options:
  image_ca_path:
    description:
      - File with the certificates of the authorities that sign the image server's certificate, in PEM form.
    type: path
"""

    # Rows of the catalogue, and what is known of updates that were begun.
    ROWS = r"""
options:
  baseline:
    description:
      - Rows of the firmware catalogue, one per component, as filter P(hwautomation.baremetal.firmware_plan#filter)
        makes them. BMC first, then BIOS, then the rest, in whatever order they are given.
    type: list
    elements: dict
    suboptions:
      via:
        description: Intermediate versions of the same component to pass through, lowest first; rows of the same form.
        type: list
        elements: dict
        default: []
        suboptions: &row
          component:
            description: The component.
            type: str
            required: true
            choices: [bmc, bios, cpld, nic, storage, psu, gpu, other]
          version:
            description: The wanted version.
            type: str
            required: true
          image:
            description: URL or path of the image.
            type: str
            required: true
          sha256:
            description: SHA-256 of the image.
            type: str
            required: true
          size:
            description: Size of the image in bytes.
            type: int
          platform:
            description: Platform the image is for, such as V(dell_idrac9). Any other machine is refused.
            type: str
          models:
            description: Models the image is for, with wildcards. Any other machine is refused.
            type: list
            elements: str
            default: []
          device:
            description: Part of the name of the device, where there are several of the component.
            type: str
          target:
            description: URI to aim the update at, where the BMC wants one that differs from the usual of the platform.
            type: str
          activation:
            description: What makes the image active, where it differs from the usual of the platform.
            type: str
            choices: [none, host_reset, bmc_reset, ac_cycle]
          priority:
            description: How urgent the version is.
            type: str
            choices: [critical, high, normal, low]
            default: normal
          minutes:
            description: Usual duration of the update in minutes.
            type: int
          requires:
            description: Versions that must be there first.
            type: list
            elements: dict
            default: []
            suboptions:
              component:
                description: The component.
                type: str
                required: true
                choices: [bmc, bios, cpld, nic, storage, psu, gpu, other]
              version:
                description: Its lowest version.
                type: str
                required: true
          notes:
            description: Words for people.
            type: str
      <<: *row
  handles:
    description:
      - RV(handles) of an earlier task. An update with a handle is continued and never sent again.
    type: list
    elements: dict
    default: []
    suboptions:
      component:
        description: The component, with its device.
        type: str
        required: true
      version:
        description: The version that was sent.
        type: str
        required: true
      sha256:
        description: SHA-256 of the image that was sent.
        type: str
        required: true
      stage:
        description: How far it was. V(ended) means that its task is over, or that the BMC shows it no more.
        type: str
        choices: [sent, ended, activating]
        default: sent
      task:
        description: URI of its task on the BMC.
        type: str
        default: ""
      image:
        description: File name of the image.
        type: str
        default: ""
      before:
        description: The version that ran before.
        type: str
        default: ""
      sent_at:
        description: When it was sent, in seconds since 1970 by the clock of the controller.
        type: float
        default: 0.0
      activated_at:
        description: When it was activated, likewise.
        type: float
        default: 0.0
      clock_offset:
        description: Seconds by which the clock of the BMC was ahead.
        type: float
        default: 0.0
"""
