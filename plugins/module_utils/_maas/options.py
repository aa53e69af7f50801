# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``maas_machine`` and ``maas_machine_info``.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import STATUSES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import (
    LOCK_OPTIONS,
    MAAS_OPTIONS,
    wait_options,
)

__all__ = ["ALLOWS", "MACHINE_OPTIONS", "STATES"]

STATES = (
    "present",
    "commissioned",
    "ready",
    "allocated",
    "deployed",
    "released",
    "broken",
    "fixed",
    "locked",
    "unlocked",
    "rescue",
    "absent",
)
ALLOWS = (
    "allow_release",
    "allow_erase",
    "allow_recommission",
    "allow_delete",
    "allow_failed_testing",
    "allow_fix",
    "allow_reboot",
    "allow_abort",
    "allow_other_owner",
)

TEXT = {"type": "str"}
FLAG = {"type": "bool"}
NAMES = {"type": "list", "elements": "str"}
SECRET = {"type": "str", "no_log": True}

Spec = t.Dict[str, t.Dict[str, t.Any]]

IDENTITY: Spec = {"system_id": TEXT, "hostname": TEXT, "mac_addresses": NAMES, "serial": TEXT}

ATTRIBUTES: Spec = {
    "domain": TEXT,
    "zone": TEXT,
    "pool": TEXT,
    "description": TEXT,
    "architecture": TEXT,
    "min_hwe_kernel": TEXT,
    "tags": NAMES,
    "purge_tags": {"type": "bool", "default": False},
    "power_type": TEXT,
    "power_parameters": {
        "type": "dict",
        "options": {
            "power_address": TEXT,
            "power_user": TEXT,
            "power_pass": SECRET,
            "node_id": TEXT,
            "power_driver": {"type": "str", "choices": ["LAN", "LAN_2_0"]},
            "power_boot_type": {"type": "str", "choices": ["auto", "legacy", "efi"]},
            "privilege_level": {"type": "str", "choices": ["USER", "OPERATOR", "ADMIN"]},
            "cipher_suite_id": TEXT,
            "k_g": SECRET,
            "workaround_flags": NAMES,
            "mac_address": TEXT,
            "power_off_mode": {"type": "str", "choices": ["soft", "hard"]},
            "power_id": TEXT,
            "power_on_uri": TEXT,
            "power_off_uri": TEXT,
            "power_query_uri": TEXT,
            "power_on_regex": TEXT,
            "power_off_regex": TEXT,
            "power_token": SECRET,
            "power_verify_ssl": {"type": "str", "choices": ["y", "n"]},
        },
    },
}

COMMISSION = {
    "enable_ssh": FLAG,
    "skip_bmc_config": FLAG,
    "skip_networking": FLAG,
    "skip_storage": FLAG,
    "commissioning_scripts": NAMES,
    "testing_scripts": NAMES,
    "parameters": {"type": "dict"},
}

DEPLOY = {
    "osystem": TEXT,
    "distro_series": TEXT,
    "hwe_kernel": TEXT,
    # raw: for type str Ansible would turn a mapping into its Python text, which no cloud-init reads.
    "user_data": {"type": "raw", "no_log": True},
    "ephemeral_deploy": FLAG,
    "register_vmhost": FLAG,
    "install_kvm": FLAG,
    "enable_hw_sync": FLAG,
    "enable_kernel_crash_dump": FLAG,
    "bridge_all": FLAG,
    "bridge_type": {"type": "str", "choices": ["standard", "ovs"]},
    "bridge_stp": FLAG,
    "bridge_fd": {"type": "int"},
    "vcenter_registration": FLAG,
    "license_key": SECRET,
}

RELEASE = {"erase": FLAG, "secure_erase": FLAG, "quick_erase": FLAG}

ALLOCATE = {
    "agent_name": {"type": "str", "required": True},
    "tags": NAMES,
    "not_tags": NAMES,
    "zone": TEXT,
    "pool": TEXT,
    "arch": TEXT,
    "cpu_count": {"type": "int"},
    "mem": {"type": "int"},
    "storage": TEXT,
    "interfaces": TEXT,
    "subnets": NAMES,
    "fabrics": NAMES,
}

MACHINE_OPTIONS = (
    MAAS_OPTIONS
    + LOCK_OPTIONS
    + wait_options(3600)
    + Options(
        spec={
            "state": {"type": "str", "choices": list(STATES), "default": "present"},
            **IDENTITY,
            **ATTRIBUTES,
            "commission": {"type": "dict", "options": COMMISSION},
            "recommission": {"type": "bool", "default": False},
            "deploy": {"type": "dict", "options": DEPLOY},
            "release": {"type": "dict", "options": RELEASE},
            "allocate_matching": {"type": "dict", "options": ALLOCATE},
            "comment": TEXT,
            "bmc_host": TEXT,
            "check_mode_status": {"type": "str", "choices": list(STATUSES)},
            **{name: {"type": "bool", "default": False} for name in ALLOWS},
        },
        required_one_of=(("system_id", "hostname", "mac_addresses", "serial", "allocate_matching"),),
        # A machine that MAAS is to pick has a BMC that nobody knows yet.
        mutually_exclusive=tuple(("allocate_matching", name) for name in (*IDENTITY, "bmc_host")),
    )
)
