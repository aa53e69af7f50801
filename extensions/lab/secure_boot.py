# SPDX-License-Identifier: GPL-3.0-or-later
"""UEFI Secure Boot of one machine: what is wanted, what the last start made of it, and its keys. No HTTP in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SETUP_MODE, USER_MODE = "SetupMode", "UserMode"
AFTER_KEYS = {"DeleteAllKeys": SETUP_MODE, "DeletePK": SETUP_MODE}


@dataclass(eq=False)
class SecureBoot:
    """`mode` is SecureBootMode; without a platform key (SetupMode) nothing is enforced, whatever is wanted."""

    enable: bool = False
    current: bool = False
    mode: str = USER_MODE
    pending: str = field(default="")
    """A ResetKeysType that the next start carries out."""

    def start(self) -> None:
        """Do what waits for a start of the host."""
        if self.pending:
            self.mode = AFTER_KEYS.get(self.pending, USER_MODE)
            self.pending = ""
        self.current = self.enable and self.mode != SETUP_MODE

    def shown(self) -> dict[str, Any]:
        """Return the properties of the SecureBoot resource."""
        return {
            "SecureBootEnable": self.enable,
            "SecureBootCurrentBoot": "Enabled" if self.current else "Disabled",
            "SecureBootMode": self.mode,
        }

    @classmethod
    def of(cls, doc: dict[str, Any], mode: str) -> SecureBoot:
        """Take the state from a resource; `mode` where it says nothing."""
        current = doc.get("SecureBootCurrentBoot") == "Enabled"
        return cls(doc.get("SecureBootEnable") is True, current, str(doc.get("SecureBootMode") or mode))
