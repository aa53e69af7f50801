# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a person that nobody knows, and where in the rack file they stand."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

TOLD = 40
"""So many known words are told; of a longer list only the near ones are."""


def near(word: object, known: Iterable[object]) -> str:
    """Return what may have been meant, or what there is, to be put behind an "unknown ..."."""
    words = sorted({str(one) for one in known})
    lower = {one.lower(): one for one in words}
    close = [lower[one] for one in difflib.get_close_matches(str(word).lower(), lower, n=3)]
    if close:
        return f" (did you mean {', '.join(close)}?)"
    return f"; known: {', '.join(words) or 'none'}" if len(words) <= TOLD else f"; none of the {len(words)} is like it"


def line_of(mapping: Any, key: object) -> int:
    """Return the line of a key in the rack file; 0 where the data did not come from a file."""
    return int(getattr(mapping, "lines", {}).get(key, 0))
