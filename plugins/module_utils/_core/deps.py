# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Third-party libraries, imported in one place, so that a missing one is reported once, by name, with the command.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import importlib
import sys
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["optional", "require"]

# import name -> (name on the package index, lowest version this collection was tested with)
PACKAGES = {
    "cryptography": ("cryptography", "42"),
    "pyghmi": ("pyghmi", "1.6.2"),
    "redfish": ("redfish", "3.3.4"),
    "requests": ("requests", "2.32"),
    "requests_oauthlib": ("requests-oauthlib", "2.0"),
    "requests_toolbelt": ("requests-toolbelt", "1.0"),
    "yaml": ("PyYAML", "6.0"),
}


def optional(name: str) -> t.Any:
    """Import a library, or return None; never raises, so that documentation and argument checks work without it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def require(*names: str) -> None:
    """Check that libraries are there.

    :raises ConfigurationError: naming all that are missing, the interpreter that misses them, and the pip command.
    """
    missing = [name for name in names if optional(name) is None]
    if not missing:
        _refuse_namesake(names)
        return
    wanted = [f"'{package}>={version}'" for package, version in (PACKAGES.get(name, (name, "0")) for name in missing)]
    raise ConfigurationError(
        f"missing Python {'libraries' if len(missing) > 1 else 'library'} {', '.join(missing)} for {sys.executable}",
        hint=f"{sys.executable} -m pip install {' '.join(wanted)}",
        missing=missing,
    )


def _refuse_namesake(names: t.Iterable[str]) -> None:
    # python-ilorest-library installs another package under the same import name; using it would fail far from here.
    if "redfish" not in names:
        return
    module = importlib.import_module("redfish")
    if not hasattr(module, "redfish_client"):
        raise ConfigurationError(
            f"the Python package 'redfish' of {sys.executable} is not the DMTF library"
            " (python-ilorest-library installs the same import name)",
            hint=f"{sys.executable} -m pip uninstall python-ilorest-library; {sys.executable} -m pip install redfish",
        )
