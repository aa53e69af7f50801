# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_machine
short_description: Bring a machine in MAAS to a wanted state
version_added: 0.1.0
description:
  - Enlists, commissions, allocates, deploys, releases, breaks, fixes, locks, rescues or deletes one machine, from
    whatever status it has, through the operations of MAAS. Each operation is a step of the plan and of the diff.
  - Nothing that loses something is done without its own O(allow_release), O(allow_delete) and so on; the refusal
    comes before the first write and names the option.
  - Nothing is written in check mode.
options:
  state:
    description:
      - V(present), in MAAS, whatever its status. A new machine stays C(New).
      - V(commissioned), commissioned at least; a machine that is allocated or deployed is left alone.
      - V(ready), commissioned and not allocated.
      - V(allocated), reserved for the owner of the API key.
      - V(deployed), with a system on it. A deployed machine is deployed anew only when O(deploy) names another
        system.
      - V(released), not allocated to anybody; a machine that never was is left alone.
      - V(broken) and V(fixed), marked so.
      - V(locked) and V(unlocked), for deployed machines.
      - V(rescue), in rescue mode.
      - V(absent), not in MAAS.
    type: str
    choices: [present, commissioned, ready, allocated, deployed, released, broken, fixed, locked, unlocked, rescue,
    absent]
    default: present
  system_id:
    description:
      - Id of the machine in MAAS. The surest way to name it.
    type: str
  mac_addresses:
    description:
      - MAC addresses of its network interfaces; one that MAAS knows identifies the machine. Tried before O(hostname).
      - A new machine needs them, unless its power type is C(ipmi).
    type: list
    elements: str
  hostname:
    description:
      - Hostname, with or without its domain. Identifies the machine when O(system_id) and O(mac_addresses) do not;
        otherwise the machine is renamed to it.
    type: str
  serial:
    description:
      - Serial number of the system. Guards against a name or a network card that belongs to another server now.
      - MAAS has no filter for it. Given alone, the list of all machines is read.
    type: str
  domain:
    description:
      - DNS domain.
    type: str
  zone:
    description:
      - Physical zone; it must exist (M(hwautomation.baremetal.maas_zone)).
    type: str
  pool:
    description:
      - Resource pool; it must exist (M(hwautomation.baremetal.maas_resource_pool)).
    type: str
  description:
    description:
      - Free text.
    type: str
  architecture:
    description:
      - Architecture, as V(amd64/generic). New machines get that when it is not given.
    type: str
  min_hwe_kernel:
    description:
      - Oldest kernel to boot, as V(ga-24.04).
    type: str
  tags:
    description:
      - Tags the machine must have; they must exist (M(hwautomation.baremetal.maas_tag)).
    type: list
    elements: str
  purge_tags:
    description:
      - Whether to take away tags that are not in O(tags), also those MAAS gave by their definition.
    type: bool
    default: false
  recommission:
    description:
      - Commission a machine that is ready again, for example after a change of hardware. Needs O(allow_recommission).
      - Done on every run with this option.
    type: bool
    default: false
  allocate_matching:
    description:
      - Let MAAS pick any ready machine that meets the constraints, for O(state=allocated) or O(state=deployed). The
        only way in which a machine is ever chosen by anybody but you.
      - A machine that was allocated under the same O(allocate_matching.agent_name) before is used again.
    type: dict
    suboptions:
      agent_name:
        description: Name under which the machine is allocated; makes the task idempotent.
        type: str
        required: true
      tags:
        description: Tags it has.
        type: list
        elements: str
      not_tags:
        description: Tags it must not have.
        type: list
        elements: str
      zone:
        description: Its zone.
        type: str
      pool:
        description: Its pool.
        type: str
      arch:
        description: Its architecture.
        type: str
      cpu_count:
        description: Least number of processors.
        type: int
      mem:
        description: Least memory in MiB.
        type: int
      storage:
        description: Disks in MAAS's form, as V(root:200(ssd\),data:1000).
        type: str
      interfaces:
        description: Interfaces in MAAS's form, as V(eth0:space=dmz;eth1:space=store).
        type: str
      subnets:
        description: Subnets it is linked to.
        type: list
        elements: str
      fabrics:
        description: Fabrics it is connected to.
        type: list
        elements: str
  comment:
    description:
      - Reason, kept by MAAS in its events.
    type: str
  bmc_host:
    description:
      - Address of the machine's BMC, as the doors of BMCs get it. MAAS switches a machine through its BMC, so with this
        option the BMC is claimed for the whole task. Nothing is asked of MAAS while another run is working on that BMC or
        has left firmware under way there, and no other run touches it meanwhile.
      - Nothing is claimed in check mode. MAAS's own polling of power states goes on; it only reads.
      - Not with O(allocate_matching), whose BMC nobody knows before MAAS has picked the machine.
    type: str
  lock_timeout:
    description:
      - Seconds to wait for another run that has the BMC of O(bmc_host), before the task fails and says which one.
    type: int
    default: 30
  lock_dir:
    description:
      - Directory through which runs tell each other which BMC they are working on; the one that the doors of BMCs use.
      - When not given, taken from the environment variable E(BMC_LOCK_DIR), or else a directory of the user in the
        system's directory for temporary files.
    type: path
  check_mode_status:
    description:
      - In check mode, the status to plan from when MAAS does not have the machine, because an earlier task of the
        play would have enlisted it. Not used outside check mode.
    type: str
    choices:
      - New
      - Commissioning
      - Failed commissioning
      - Missing
      - Ready
      - Reserved
      - Deployed
      - Retired
      - Broken
      - Deploying
      - Allocated
      - Failed deployment
      - Releasing
      - Releasing failed
      - Disk erasing
      - Failed disk erasing
      - Rescue mode
      - Entering rescue mode
      - Failed to enter rescue mode
      - Exiting rescue mode
      - Failed to exit rescue mode
      - Testing
      - Failed testing
  allow_release:
    description:
      - Whether a deployed machine may lose its system (release, mark broken, delete).
    type: bool
    default: false
  allow_erase:
    description:
      - Whether disks may be erased.
    type: bool
    default: false
  allow_recommission:
    description:
      - Whether a ready machine may be commissioned again; it forgets its storage and network configuration.
    type: bool
    default: false
  allow_delete:
    description:
      - Whether the machine may be deleted from MAAS.
    type: bool
    default: false
  allow_failed_testing:
    description:
      - Whether failed tests may be overridden. Without it the tests are run again.
    type: bool
    default: false
  allow_fix:
    description:
      - Whether a machine somebody marked broken may be marked fixed on the way to another state.
    type: bool
    default: false
  allow_reboot:
    description:
      - Whether a deployed machine may be rebooted (into rescue mode).
    type: bool
    default: false
  allow_abort:
    description:
      - Whether commissioning, testing, deploying, erasing or entering rescue mode that is under way may be aborted. It
        is then aborted and not waited for, also where it would lead to O(state), for a machine that hangs.
      - MAAS switches the machine off. One that was ready before its commissioning is C(New) afterwards; disks whose
        erasing was aborted keep what is left on them.
      - MAAS aborts neither releasing nor leaving rescue mode; both end by themselves after five minutes.
    type: bool
    default: false
  allow_other_owner:
    description:
      - Whether to act on a machine that belongs to another user of MAAS.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait for the last operation. Operations before it are always waited for.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for each operation. MAAS itself gives up after 30 minutes without a sign of life.
    type: int
    default: 3600
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_machine.power
  - hwautomation.baremetal.maas_machine.operations
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
attributes:
  idempotent:
    support: partial
    details: With O(recommission) the machine is commissioned on every run.
seealso:
  - module: hwautomation.baremetal.maas_machine_info
notes:
  - MAAS 3.0 to 3.8 is supported.
  - The rights of an administrator are needed for all but allocating, deploying and releasing.
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Enlist a server by its BMC, without powering it on
  hwautomation.baremetal.maas_machine:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    hostname: node01
    mac_addresses: ["52:54:00:aa:00:01"]
    power_type: redfish
    power_parameters:
      power_address: 10.0.0.11
      power_user: maas
      power_pass: "{{ vault_bmc_password }}"

- name: Commission it, whatever it takes from its present status
  hwautomation.baremetal.maas_machine:
    hostname: node01
    state: ready
    commission:
      skip_bmc_config: true
      testing_scripts: [smartctl-validate]

- name: Deploy Ubuntu 24.04
  hwautomation.baremetal.maas_machine:
    hostname: node01
    state: deployed
    deploy:
      distro_series: noble
      user_data: |
        #cloud-config
        packages: [chrony]

- name: Release it and erase its disks
  hwautomation.baremetal.maas_machine:
    hostname: node01
    state: released
    release:
      erase: true
      quick_erase: true
    allow_release: true
    allow_erase: true

- name: Deploy it anew, although its deployment hangs
  hwautomation.baremetal.maas_machine:
    hostname: node01
    state: deployed
    allow_abort: true
    comment: no sign of life for half an hour

- name: Deploy any machine with a GPU
  hwautomation.baremetal.maas_machine:
    allocate_matching:
      agent_name: training-7
      tags: [gpu]
      mem: 262144
    state: deployed
"""

RETURN = r"""
machine:
  description: The machine as read back, or as foreseen in check mode; empty when it is absent.
  returned: success
  type: dict
  contains:
    system_id:
      description: Id in MAAS; V(?) in check mode for a machine that does not exist yet.
      type: str
      sample: f4xwyh
    hostname:
      description: Hostname without its domain.
      type: str
      sample: node01
    fqdn:
      description: Hostname with its domain.
      type: str
    domain:
      description: DNS domain.
      type: str
    status_name:
      description: Status in the words of MAAS.
      type: str
      sample: Deployed
    status_message:
      description: Text of the last event of MAAS about it.
      type: str
    error_description:
      description: Why MAAS or its user called it broken or failed.
      type: str
    owner:
      description: User who allocated it.
      type: str
    locked:
      description: Whether it is locked.
      type: bool
    power_state:
      description: Power as MAAS last saw it; up to five minutes old.
      type: str
      sample: 'on'
    power_type:
      description: Power type. Its parameters are never returned.
      type: str
    zone:
      description: Physical zone.
      type: str
    pool:
      description: Resource pool.
      type: str
    tag_names:
      description: Tags.
      type: list
      elements: str
    description:
      description: Free text.
      type: str
    architecture:
      description: Architecture.
      type: str
    min_hwe_kernel:
      description: Oldest kernel to boot.
      type: str
    osystem:
      description: Deployed operating system.
      type: str
    distro_series:
      description: Deployed release.
      type: str
    hwe_kernel:
      description: Deployed kernel.
      type: str
    ephemeral_deploy:
      description: Whether the deployed system runs from memory.
      type: bool
    ip_addresses:
      description: Addresses.
      type: list
      elements: str
    mac_addresses:
      description: MAC addresses of the physical interfaces, that of the boot interface first.
      type: list
      elements: str
    cpu_count:
      description: Number of processors as commissioned.
      type: int
    memory:
      description: Memory in MiB as commissioned.
      type: int
    storage:
      description: Disk space in MB as commissioned.
      type: float
    hardware_uuid:
      description: UUID of the system.
      type: str
    hardware_info:
      description: Vendor, model, serial numbers and BIOS version as commissioned; only what MAAS knows.
      type: dict
      sample: {system_vendor: Dell Inc., system_product: PowerEdge R640, mainboard_firmware_version: 2.21.2}
system_id:
  description: Id of the machine, also of one that was deleted.
  returned: success
  type: str
plan:
  description: The steps, named by the operations of MAAS, each with its status, and the reason when there are none.
  returned: always
  type: dict
reason:
  description: Why nothing had to be done.
  returned: when nothing had to be done
  type: str
audit:
  description: What the audit callback records, among it C(maas_transitions) with one row per operation.
  returned: success
  type: dict
error_class:
  description: Class of the error, as V(ConflictError) or V(WaitTimeout).
  returned: failure
  type: str
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.apply import apply, verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.claim import connect_claiming
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.options import MACHINE_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.report import report
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted

DOOR = Door(
    name="maas_machine",
    options=MACHINE_OPTIONS,
    connect=connect_claiming,
    wanted=Wanted.from_params,
    read=lambda client, wanted: read(client, wanted, decide),
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
