# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn the settings of a golden machine into a template. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import IntentMap, recognise
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, matches
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Attribute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue, convert, same

__all__ = ["capture", "is_secret"]

SECRET_NAME = re.compile(r"passw|passphrase|passcode|secret|token|credential|cookie|(api|access|private)_?key", re.I)


def capture(
    state: BiosState, *, intent_map: IntentMap, preserve: t.Sequence[str] = (), everything: bool = False
) -> t.Dict[str, t.Any]:
    """Return ``intents``, ``attributes`` and ``preserve`` of a template that is a no-op on this very machine.

    Only what differs from the defaults is taken, unless ``everything`` or the registry has none. Left out are what
    ``preserve`` names, what cannot be written, and passwords. What an intent says is not said again as an attribute.
    """
    kept = {
        name: value
        for name, value in state.current.items()
        if _belongs(state.registry.get(name), value, preserve, everything)
    }
    intents: dict[str, str] = {}
    said: set[str] = set()
    for intent, (word, meant) in recognise(intent_map, Names(state.current, state.registry)).items():
        if any(name in kept for name in meant) and not said.issuperset(meant):
            intents[intent] = word
            said.update(meant)
    attributes = {name: value for name, value in sorted(kept.items()) if name not in said}
    return {"intents": dict(sorted(intents.items())), "attributes": attributes, "preserve": list(preserve)}


def is_secret(attribute: Attribute) -> bool:
    """Say whether the value of an attribute may not be stored: passwords, and whatever is named like one.

    That leaves out harmless ones (PasswordStatus). Results and the audit database mask values by name, and a backup
    with a masked value in it would be a damaged one.
    """
    return attribute.is_password or SECRET_NAME.search(attribute.name) is not None


def _belongs(attribute: Attribute, value: t.Any, preserve: t.Sequence[str], everything: bool) -> bool:
    if value is None or is_secret(attribute) or attribute.unique or attribute.write_only:
        return False
    if attribute.read_only or attribute.immutable or matches(attribute.name, attribute.display, preserve):
        return False
    return everything or attribute.default is None or not same(_default(attribute, value), value)


def _default(attribute: Attribute, current: t.Any) -> t.Any:
    try:
        return convert(attribute, attribute.default, current)
    except BadValue:
        return attribute.default
