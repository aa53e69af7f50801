# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.benchmarks [name ...]`: run the benchmarks, print figures and ratios measured side by side.

A benchmark is a module in this package with ``main()``; it measures what it compares in the same run and never fails for
being slow. ``name`` is the start of a module's name; none runs all.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    names = sorted(module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_"))
    chosen = [name for name in names if not wanted or name.startswith(tuple(wanted))]
    if not chosen:
        print(f"no benchmark is called {' or '.join(wanted)}; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    broken = []
    for name in chosen:
        print(f"\n== {name} ==", flush=True)
        try:
            importlib.import_module(f"tests.benchmarks.{name}").main()
        except Exception:
            # One benchmark that breaks must not hide the figures of the others.
            traceback.print_exc()
            broken.append(name)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
