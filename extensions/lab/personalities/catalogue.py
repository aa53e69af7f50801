# SPDX-License-Identifier: GPL-3.0-or-later
"""All platforms of the rack by id."""

from __future__ import annotations

from ..personality import Personality
from .ami import MEGARAC
from .dell import IDRAC9, IDRAC10
from .generic import GENERIC
from .hpe import ILO5, ILO6, ILO7
from .lenovo import XCC
from .openbmc import HGX, INTEL, OPENBMC
from .supermicro import X10, X12, X13

PLATFORMS: dict[str, Personality] = {
    one.id: one
    for one in (IDRAC9, IDRAC10, ILO5, ILO6, ILO7, X10, X12, X13, XCC, MEGARAC, OPENBMC, HGX, INTEL, GENERIC)
}
