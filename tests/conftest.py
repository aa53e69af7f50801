# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for every kind of test."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.support.rack"]

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_lock_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    """Racks of different tests have the same addresses: what one test left under way must not hold up the next."""
    folder = os.path.join(tempfile.gettempdir(), f"hwautomation-test-{os.getpid()}", str(next(_numbers)))
    monkeypatch.setenv("BMC_LOCK_DIR", folder)


@pytest.fixture(scope="session", autouse=True)
def _remove_lock_dirs() -> Iterator[None]:
    yield
    shutil.rmtree(os.path.join(tempfile.gettempdir(), f"hwautomation-test-{os.getpid()}"), ignore_errors=True)
