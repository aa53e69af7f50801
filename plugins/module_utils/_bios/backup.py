# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of BIOS settings: all values that could be put back, with their checksum. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.capture import is_secret
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, early_values
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["KIND", "make_backup", "open_backup"]

KIND = "bios"


def make_backup(state: BiosState) -> t.Dict[str, t.Any]:
    """Return a backup for the audit: ``content`` is canonical JSON, ``sha256`` that of its UTF-8 bytes.

    It says which machine, platform, registry and time-independent facts it belongs to. Passwords are never in it.
    """
    early = early_values(state)
    attributes = {
        name: value
        for name, value in state.current.items()
        # What is shown before its job has run was never in force (Q-D04).
        if value is not None and name not in early and not is_secret(state.registry.get(name))
    }
    document = {
        "kind": KIND,
        "machine": state.machine,
        "platform": state.platform,
        "registry": state.registry.id,
        "server": dict(state.server),
        "attributes": attributes,
    }
    content = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return {"kind": KIND, "sha256": _digest(content), "content": content}


def open_backup(content: str | t.Mapping[str, t.Any], sha256: str = "") -> t.Dict[str, t.Any]:
    """Return a backup's document.

    :raises ConfigurationError: when it is not one, or its checksum is not ``sha256``.
    """
    if isinstance(content, str) and sha256 and _digest(content) != sha256.lower():
        raise ConfigurationError(
            "the backup is damaged: its sha256 does not match", wanted=sha256, found=_digest(content)
        )
    try:
        document = json.loads(content) if isinstance(content, str) else dict(content)
    except ValueError as exc:
        raise ConfigurationError(f"the backup is not JSON: {exc}") from exc
    if (
        not isinstance(document, dict)
        or document.get("kind") != KIND
        or not isinstance(document.get("attributes"), dict)
    ):
        raise ConfigurationError("this is not a backup of BIOS settings", hint="take one with bios_backup")
    return document


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
