# SPDX-License-Identifier: GPL-3.0-or-later
"""Captured trees of real machines, read from disk in place of a BMC."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import SYSTEM_CLOCK
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer

TREES = Path(__file__).resolve().parents[2].parent / "shared" / "mockups"

NAMES = (
    "ami-megarac-dgxh100",
    "dell-idrac9-r750",
    "dmtf-public-rackmount1",
    "hpe-ilo5-dl385gen10plusv2",
    "hpe-ilo6-dl380agen11",
    "intel-s2600bpb",
    "openbmc-nvidia-gb200",
    "openbmc-stock-qemu",
    "supermicro-x10-legacy",
    "supermicro-x13-sys821ge",
)


class TreeClient:
    """Reads a captured tree with the interface of RedfishClient; writing is not possible, a capture does not react."""

    read_only = True
    protocol = "redfish"

    def __init__(self, folder: Path) -> None:
        self.machine = folder.name
        self.clock = SYSTEM_CLOCK
        self.clock_offset = 0.0
        self.retryable: frozenset[str] = frozenset()
        self.facts: dict = {}
        self.paths: list[str] = []
        self._files = {"/" + str(path.parent.relative_to(folder)).lower(): path for path in folder.rglob("index.json")}

    def remember(self, **facts):
        self.facts.update(facts)

    def get(self, path, *, headers=None, fresh=False, tries=1):
        self.paths.append(path)
        plain, _unused, query = path.partition("?")
        file = self._files.get(plain.rstrip("/").lower())
        if query or file is None:
            raise NotSupportedError("there is no such resource", machine=self.machine, resource=path, status=404)
        return Answer(200, json.loads(file.read_text()))

    def get_or_none(self, path, *, fresh=False):
        try:
            return self.get(path)
        except NotSupportedError:
            return None


@pytest.fixture
def tree():
    """Return a function that opens one captured tree."""

    def open_tree(name: str) -> TreeClient:
        folder = TREES / name
        if not folder.is_dir():
            pytest.skip(f"the captured tree {name} is not beside the project (shared/mockups)")
        return TreeClient(folder)

    return open_tree
