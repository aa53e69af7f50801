# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe scripts and their results as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Script:
    id: int
    name: str
    title: str
    description: str
    type: int
    tags: list[str]
    hardware_type: int = 0
    parallel: int = 0
    timeout: int = 0
    results: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, Any] = field(default_factory=dict)
    for_hardware: list[str] = field(default_factory=list)
    destructive: bool = False
    default: bool = False
    may_reboot: bool = False
    recommission: bool = False
    apply_configured_networking: bool = False
    history: list[ScriptRevision] = field(default_factory=list)


@dataclass(slots=True)
class ScriptRevision:
    id: int
    comment: str | None
    created: datetime
    body: str = ""


@dataclass(slots=True)
class ScriptResult:
    id: int
    name: str
    created: datetime
    updated: datetime
    status: int = 0
    script_id: int | None = None
    revision_id: int | None = None
    estimated: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)
    exit_status: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    output: bytes = b""
    stdout: bytes = b""
    stderr: bytes = b""
    result: bytes = b""
    suppressed: bool = False
    device: str = ""


@dataclass(slots=True)
class ScriptSet:
    id: int
    type: int
    results: list[ScriptResult] = field(default_factory=list)
    last_ping: datetime | None = None
    tags: list[str] = field(default_factory=list)
