# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of files that start Ansible get the mark `plays`: those are run on every supported version of it.

Files with a test that is marked `slow` come first: at the end no worker is left alone with one of them.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
STARTERS = {f"tests.support.{name}" for name in ("audited_plays", "playbook", "provisioning")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function) and _starts_ansible(item.module):
            item.add_marker("plays")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def _starts_ansible(module: ModuleType) -> bool:
    """Return whether a test file uses a function or class of the helpers that start Ansible: no list to keep, none forgotten."""
    return any(getattr(thing, "__module__", None) in STARTERS for thing in vars(module).values())
