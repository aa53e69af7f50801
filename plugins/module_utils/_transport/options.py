# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that many doors share, as values to add up; documented once each in plugins/doc_fragments/.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible.module_utils.common.parameters import env_fallback

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

__all__ = ["BMC_OPTIONS", "LOCK_OPTIONS", "MAAS_OPTIONS", "TOOL_OPTIONS", "wait_options"]

LOCK_OPTIONS = Options(
    spec={
        "lock_timeout": {"type": "int", "default": 30},
        "lock_dir": {"type": "path", "fallback": (env_fallback, ["BMC_LOCK_DIR"])},
    }
)

BMC_OPTIONS = LOCK_OPTIONS + Options(
    spec={
        "bmc_host": {"type": "str", "required": True},
        "bmc_port": {"type": "int", "default": 443},
        "bmc_username": {"type": "str", "fallback": (env_fallback, ["BMC_USERNAME"])},
        "bmc_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["BMC_PASSWORD"])},
        "system_id": {"type": "str"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "tls_fingerprint": {"type": "str"},
        "timeout": {"type": "int", "default": 60},
    },
    required_together=(("bmc_username", "bmc_password"),),
)

TOOL_OPTIONS = Options(
    spec={
        "tools": {"type": "list", "elements": "str", "default": []},
        "allow_unverified_tools": {"type": "bool", "default": False},
    }
)

MAAS_OPTIONS = Options(
    spec={
        "maas_url": {"type": "str", "required": True, "fallback": (env_fallback, ["MAAS_URL"])},
        "maas_api_key": {
            "type": "str",
            "required": True,
            "no_log": True,
            "fallback": (env_fallback, ["MAAS_API_KEY"]),
        },
        "allow_http": {"type": "bool", "default": False},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 120},
    },
)


def wait_options(timeout: int) -> Options:
    """Return the options of a door that waits; ``timeout`` is its own default in seconds."""
    return Options(
        spec={
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": timeout},
            "wait_interval": {"type": "float", "default": 10.0},
        },
    )
