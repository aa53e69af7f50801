# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One machine's template: all its layers merged, checked, and explained.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import find_row, word
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Layer, Merged, merge, resolve
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import matches
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary

__all__ = ["explain", "profile_of"]

Data = t.Dict[str, t.Any]


def profile_of(
    library: BiosLibrary,
    profile: str = "",
    *,
    device_type: str = "",
    platform: str = "",
    groups: t.Sequence[str] = (),
    host: str = "",
    keep_mistakes: bool = False,
) -> Data:
    """Return the merged template as the door bios_settings takes it.

    :param profile: name of a file of ``profiles/``.
    :param device_type: key of a ``template_rules.yaml``, whose settings lie over the profile's.
    :param groups: those that have a file in ``groups/``; equals of each other.
    :param keep_mistakes: return the template with its mistakes as ``problems`` for the door to tell with those that
        only the machine shows; the door refuses it then.
    :raises ConfigurationError: with every mistake of every layer.
    """
    problems: list[Problem] = []
    ranks = [
        _ranks(library, ["site"], platform, problems),
        _ranks(library, [f"platforms/{platform}"] if platform else [], platform, problems),
        _device_type(library, profile, device_type, platform, problems),
        _ranks(library, [f"groups/{group}" for group in groups], platform, problems),
        _ranks(library, [f"hosts/{host}"] if host else [], platform, problems),
    ]
    merged = merge(ranks)
    problems += merged.problems
    problems += _unknown_intents(library, merged)
    problems += _broken_constraints(merged)
    problems += _hidden_by_preserve(merged)
    if problems and not keep_mistakes:
        raise ConfigurationError(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in the BIOS template"
            f" {profile or device_type or 'site'}: {'; '.join(map(str, problems))}",
            problems=[problem.as_result() for problem in problems],
        )
    maps = {platform: library.intent_maps.get(platform, {})} if platform else dict(library.intent_maps)
    return {
        "name": profile or device_type or "site",
        "platform": platform,
        "settings": [setting.as_data() for setting in merged.settings],
        "preserve": list(merged.preserve),
        "constraints": list(merged.constraints),
        "intent_maps": maps,
        **({"problems": [problem.as_result() for problem in problems]} if problems else {}),
    }


def explain(profile: Data, key: str) -> list[str]:
    """Return where the value of an intent or attribute comes from: its layer, whom it overrides, what it means.

    :raises ConfigurationError: when the template says nothing of it.
    """
    intent_map = profile["intent_maps"].get(profile["platform"], {})
    told = []
    for setting in profile["settings"]:
        row = find_row(setting["key"], intent_map) if setting["kind"] == "intent" else None
        meant = _meaning(row, setting["value"]) if row else {}
        if key not in (setting["key"], *meant):
            continue
        text = f"{setting['kind']} {setting['key']}: {setting['value']}, set by {setting['layer']}"
        for below in setting["overrides"]:
            text += f", overrides {below['value']!r} of {below['layer']}"
        if meant:
            values = ", ".join(f"{name} = {value}" for name, value in meant.items())
            text += f"; on {profile['platform']} that is {values}"
        told.append(text)
    if told:
        return told
    guesses = near(key, [setting["key"] for setting in profile["settings"]])
    raise ConfigurationError(
        f"the BIOS template {profile['name']} says nothing of {key}",
        hint=f"did you mean {' or '.join(guesses)}?" if guesses else None,
    )


def _meaning(row: t.Mapping[str, t.Any], value: t.Any) -> Data:
    meant = row["values"].get(word(value))
    if meant is None:
        return {}
    if isinstance(meant, dict):
        return dict(meant)
    attributes = row["attribute"] if isinstance(row["attribute"], list) else [row["attribute"]]
    told = " or ".join(map(str, meant)) if isinstance(meant, list) else meant
    return dict.fromkeys(attributes, told)


def _ranks(library: BiosLibrary, names: t.Sequence[str], platform: str, problems: list[Problem]) -> list[Layer]:
    found = []
    for name in names:
        document = library.layer_or_none(name)
        if document is not None:
            found.append(_resolved(library, name, document, platform, problems))
    return found


def _resolved(library: BiosLibrary, name: str, document: Data, platform: str, problems: list[Problem]) -> Layer:
    wanted = document.get("platform")
    if wanted and platform and wanted != platform:
        problems.append(Problem(name, "platform", f"it is for {wanted} and this machine is {platform}"))
    return resolve(name, document, library.layer, platform, problems=problems)


def _device_type(
    library: BiosLibrary, profile: str, device_type: str, platform: str, problems: list[Problem]
) -> list[Layer]:
    found = Layer()
    if profile:
        try:
            name = f"profiles/{profile}"
            found = _resolved(library, name, library.layer(name), platform, problems)
        except ConfigurationError as exc:
            problems.append(Problem(profile, "profile", str(exc)))
    rules = library.rules.get(device_type)
    if rules:
        name = f"template_rules {device_type}"
        known = {key: library.knows_intent(key) for key in rules}
        document = {
            "intents": {key: value for key, value in rules.items() if known[key]},
            "attributes": {key: value for key, value in rules.items() if not known[key]},
        }
        found = resolve(name, document, library.layer, platform).over(found)
    return [found]


def _unknown_intents(library: BiosLibrary, merged: Merged) -> t.Iterator[Problem]:
    for setting in merged.settings:
        if setting.kind == "intent" and not library.knows_intent(setting.key):
            guesses = near(setting.key, library.intents())
            told = f"; did you mean {' or '.join(guesses)}?" if guesses else ""
            yield Problem(setting.key, "intent", f"there is no such intent{told}", setting.layer)


def _broken_constraints(merged: Merged) -> t.Iterator[Problem]:
    wanted = {setting.key: word(setting.value) for setting in merged.settings}
    for constraint in merged.constraints:
        if not all(wanted.get(key) == word(value) for key, value in constraint["when"].items()):
            continue
        for key, value in constraint["require"].items():
            if key in wanted and wanted[key] != word(value):
                asked = ", ".join(f"{name}: {item}" for name, item in constraint["when"].items())
                because = f" ({constraint['because']})" if constraint.get("because") else ""
                yield Problem(key, "constraint", f"{asked} needs {key}: {value}{because}, and {wanted[key]} is wanted")


def _hidden_by_preserve(merged: Merged) -> t.Iterator[Problem]:
    for setting in merged.settings:
        pattern = matches(setting.key, "", merged.preserve) if setting.kind == "attribute" else ""
        if pattern:
            text = f"the preserve pattern {pattern!r} keeps it as it is; take it out of one of the two"
            yield Problem(setting.key, "preserved", text, setting.layer)
