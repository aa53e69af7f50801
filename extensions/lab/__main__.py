# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of `python -m ansible_collections.hwautomation.baremetal.extensions.lab`."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
