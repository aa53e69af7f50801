# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of the door that waits for the updates of many machines.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import functools
import typing as t
from collections import Counter

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import ROW_SPEC, row_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.options import HANDLE_SPEC
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site, connect_reader
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Handle
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.watch import (
    Machine,
    row_on_its_way,
    watch_all,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["WAIT_OPTIONS", "connect_all", "report_all", "wait_for_all", "wanted_machines"]

Facts = t.Dict[str, t.Any]

WAIT_OPTIONS = Options(
    spec={
        "machines": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                # Nothing is changed here, so no machine is kept from others.
                **{name: one for name, one in BMC_OPTIONS.spec.items() if not name.startswith("lock_")},
                "name": {"type": "str", "required": True},
                "baseline": {"type": "list", "elements": "dict", "required": True},
                "handles": {"type": "list", "elements": "dict", "required": True},
            },
        },
        "wait_timeout": {"type": "int", "default": 7200},
        "wait_interval": {"type": "float", "default": 10.0},
    },
)


def wanted_machines(params: Params) -> Params:
    """Return the options; each machine is looked at on its own."""
    return params


@contextlib.contextmanager
def connect_all(params: Params, context: Context) -> t.Iterator[Context]:
    """Open nothing: each machine is opened when it is first looked at."""
    yield context


def wait_for_all(context: Context, params: Params) -> Facts:
    """Wait until every machine needs somebody again; returns per machine what was seen last."""
    machines = []
    for item in params["machines"]:
        rows = [row_of(checked(row, ROW_SPEC)) for row in item["baseline"]]
        found = row_on_its_way(rows, [Handle(**checked(handle, HANDLE_SPEC)) for handle in item["handles"]])
        if found is not None:
            machines.append(Machine(str(item["name"]), functools.partial(_open, item, context), *found))
    return watch_all(
        machines,
        timeout=float(params["wait_timeout"]),
        interval=float(params["wait_interval"]),
        clock=context.clock,
        tell=context.tell,
    )


def checked(data: Params, spec: t.Mapping[str, t.Any]) -> Facts:
    """Return what another task of this collection returned, checked and completed as its own options are."""
    found, _secrets = validate(Options(spec=spec), data)
    return found


def _open(item: Params, context: Context) -> t.ContextManager[Site]:
    return connect_reader(item, context)


def report_all(params: Params, seen: Facts) -> Facts:
    """Return what was seen, and how many machines are in which state."""
    return {"machines": seen, "counts": dict(Counter(item["state"] for item in seen.values()))}
