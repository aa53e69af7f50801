# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry what a form asks for from its check to the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Changes:
    """What a form asks for, once it is known to be right."""

    values: dict[str, Any] = field(default_factory=dict)
    macs: list[str] = field(default_factory=list)
