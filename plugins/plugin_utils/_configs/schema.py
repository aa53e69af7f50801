# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a data file against its JSON Schema, and say every problem in the words of the person who wrote the file.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.source import COLLECTION_ROOT, Source

__all__ = ["problems_in"]

# Imported here and not where it is used: the controller's main process imports this once, and its workers inherit it.
jsonschema = optional("jsonschema")


def problems_in(source: Source, schema: str) -> list[str]:
    """Return what is wrong with a file, each with file and line; empty when nothing is.

    :param schema: name of a file of ``configs/schemas/`` without ``.schema.json``.
    """
    require("jsonschema")
    text = (COLLECTION_ROOT / "configs" / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    found = sorted(validator.iter_errors(source.data), key=lambda error: [str(step) for step in error.absolute_path])
    return [f"{source.where(error.absolute_path)}: {_place(error)}{_words(error)}" for error in found]


def _place(error: t.Any) -> str:
    place = ".".join(str(step) for step in error.absolute_path)
    return f"{place}: " if place else ""


def _words(error: t.Any) -> str:
    if error.validator == "additionalProperties":
        return _unknown_keys(error)
    if error.validator == "enum":
        return f"{error.instance!r} is none of {', '.join(map(str, error.validator_value))}{_guess(error)}"
    if error.validator == "type":
        wanted = error.validator_value
        return f"{error.instance!r} is not {_article(wanted if isinstance(wanted, str) else ' or '.join(wanted))}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{', '.join(missing)} is missing"
    if error.validator == "anyOf" and "description" in error.schema:
        return f"{error.instance!r} is not this: {error.schema['description']}"
    return str(error.message)


def _unknown_keys(error: t.Any) -> str:
    known = list(error.schema.get("properties", {}))
    extra = sorted(str(key) for key in error.instance if key not in known)
    told = [f"{key} (did you mean {' or '.join(near(key, known))}?)" if near(key, known) else key for key in extra]
    return f"unknown key{'s' if len(told) > 1 else ''} {', '.join(told)}; known: {', '.join(sorted(known))}"


def _guess(error: t.Any) -> str:
    guesses = near(str(error.instance), [str(value) for value in error.validator_value])
    return f" (did you mean {guesses[0]}?)" if guesses else ""


def _article(kind: str) -> str:
    plain = {"object": "mapping", "array": "list", "boolean": "true or false", "integer": "whole number"}.get(
        kind, kind
    )
    return plain if kind == "boolean" else f"a {plain}"
