# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which way an image goes into a machine, and why it does not; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import simple_update_body
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Current, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS

__all__ = ["Refusal", "method_of"]


class Refusal(Exception):
    """A reason not to touch the machine; collected, so that all are told at once."""

    def __init__(self, text: str, kind: t.Type[HWAutomationError] = ConfigurationError) -> None:
        super().__init__(text)
        self.kind = kind


def method_of(row: Row, wanted: Wanted, current: Current) -> str:
    """Return the way in for this image.

    :raises Refusal: where there is none, or none for this image just now.
    """
    _refuse_too_large(row, current)
    method = _best_method(row, wanted, current)
    if method == "pull":
        _refuse_what_it_does_not_take(row, current)
    if method in current.answers.session and not current.session:
        raise Refusal(
            f"{method.replace('_', ' ')} works over a session only, and the BMC has no room for another one;"
            " end one of those that are open, or let the BMC fetch the image from a URL",
            ConflictError,
        )
    return method


def _refuse_what_it_does_not_take(row: Row, current: Current) -> None:
    rows = [entry.uri for entry in current.components if entry.component == row.component and entry.uri]
    _body, problem = simple_update_body(row, (*rows, "")[0], row.image, current.answers, current.takes)
    if problem:
        others = [name for name in current.offers if name != "pull"]
        instead = f"; method {' or '.join(others)} is offered as well" if others else ""
        raise Refusal(problem + instead, NotSupportedError)


def _refuse_too_large(row: Row, current: Current) -> None:
    if not row.size:
        return
    if current.max_bytes and row.size > current.max_bytes:
        raise Refusal(
            f"{row.file_name} has {row.size} bytes, and the BMC takes {current.max_bytes} at most", NotSupportedError
        )
    if current.free_bytes is not None and row.size > current.free_bytes:
        raise Refusal(
            f"{row.file_name} has {row.size} bytes, and the BMC has {current.free_bytes} free for images;"
            " delete what it keeps there first",
            ConflictError,
        )


def _best_method(row: Row, wanted: Wanted, current: Current) -> str:
    if wanted.method in current.tools:
        return wanted.method
    if wanted.method != "auto":
        if wanted.method not in current.offers:
            raise Refusal(
                f"method {wanted.method} is not offered by this BMC; it offers {', '.join(current.offers) or 'none'}"
                + (f"; {current.no_tool}" if current.no_tool else ""),
                NotSupportedError,
            )
        return wanted.method
    if not current.offers:
        return _tool(row, current)
    at_url = "://" in row.image
    fitting = [name for name in current.offers if at_url or name != "pull"]
    # An image that the BMC can fetch itself need not pass through here.
    if at_url and "pull" in fitting:
        return "pull"
    if fitting:
        return fitting[0]
    raise Refusal("the BMC only fetches images from a URL; serve the file with firmware_serve", NotSupportedError)


def _tool(row: Row, current: Current) -> str:
    """Return the vendor's tool that flashes this component of a machine without an update service."""
    fitting = [name for name in current.tools if TOOLS[name].command(row.component)]
    if fitting:
        return fitting[0]
    reason = current.no_tool or (
        f"{' and '.join(current.tools)} cannot flash {row.component}" if current.tools else "no tool was given"
    )
    raise Refusal(f"the BMC has no update service that takes images, and {reason}", NotSupportedError)
