# SPDX-License-Identifier: GPL-3.0-or-later
"""Name the two ways a power action fails; MAAS answers 503 to one and 500 to the other."""

from __future__ import annotations


class PowerFailed(Exception):
    """A power action did not happen."""


class Unreachable(PowerFailed):
    """Nothing answers at the BMC's address."""


class ActionFailed(PowerFailed):
    """The BMC answered and refused; ``final`` means that asking again is useless (wrong password)."""

    def __init__(self, text: str, *, status: int = 0, final: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.final = final or status in (401, 403)
