# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the scripts of a commissioning or testing run, check their parameters, and lay out their results."""

from __future__ import annotations

import copy
from typing import Any

from . import rules
from .params import Params
from .records import Node
from .records_scripts import Script
from .refusals import FormErrors
from .region import Region
from .results import PENDING, SKIPPED
from .scripts_data import COMMISSIONING, TESTING

Chosen = dict[int, list[tuple[Script, dict[str, Any]]]]
NONE = "none"


def for_commissioning(region: Region, node: Node, data: Params) -> Chosen:
    """Choose for ``op=commission``; wrong status and wrong names are refused together."""
    errors: dict[str, list[str]] = {}
    problem = rules.commission_problem(node)
    own = _checked(region, COMMISSIONING, "commissioning_scripts", data, errors)
    tests = _checked(region, TESTING, "testing_scripts", data, errors)
    if problem:
        errors["__all__"] = [problem]
    if errors:
        raise FormErrors(errors)
    scripts = region.scripts.commissioning_set(own)
    return {
        COMMISSIONING: _with_parameters(region, scripts, data),
        TESTING: _with_parameters(region, _tests(region, tests), data),
    }


def for_testing(region: Region, node: Node, data: Params) -> Chosen:
    """Choose for ``op=test``; a deployed machine is spared destructive scripts."""
    errors: dict[str, list[str]] = {}
    problem = rules.test_problem(node)
    tests = _checked(region, TESTING, "testing_scripts", data, errors)
    if problem:
        errors["__all__"] = [problem]
    if errors:
        raise FormErrors(errors)
    chosen = _tests(region, tests)
    if node.osystem and any(script.destructive for script in chosen):
        text = "Destructive tests cannot be run on a deployed machine."
        raise FormErrors({"testing_scripts": text})
    return {TESTING: _with_parameters(region, chosen, data)}


def start_sets(region: Region, node: Node, chosen: Chosen) -> None:
    """Create the script sets with a pending result for each script."""
    for kind, scripts in chosen.items():
        if kind == TESTING and not scripts:
            continue
        made = region.new_script_set(node, kind)
        for script, parameters in scripts:
            skipped = script.name == "30-maas-01-bmc-config" and node.skip_bmc_config
            result = region.new_result(
                made,
                script.name,
                script_id=script.id,
                estimated=script.timeout,
                parameters=parameters,
            )
            result.status = SKIPPED if skipped else PENDING
            if skipped:
                result.started = result.ended = region.now()
                result.exit_status, result.revision_id = 0, script.history[0].id


def _checked(
    region: Region,
    kind: int,
    field: str,
    data: Params,
    errors: dict[str, list[str]],
) -> list[str] | None:
    if field not in data:
        return None
    words = data.words(field)
    try:
        region.scripts.check_words(kind, field, words, allowed=(NONE,) if kind == TESTING else ())
    except FormErrors as refusal:
        errors.update(refusal.errors)
    return words


def _tests(region: Region, words: list[str] | None) -> list[Script]:
    if words is not None and NONE in words:
        return []
    return region.scripts.testing_set(words or None)


def _with_parameters(
    region: Region,
    scripts: list[Script],
    data: Params,
) -> list[tuple[Script, dict[str, Any]]]:
    return [(script, _parameters(region, script, data)) for script in scripts]


def _parameters(region: Region, script: Script, data: Params) -> dict[str, Any]:
    """Fill a script's parameters from ``SCRIPT_name=`` or ``name=``; refuse a required one without a value."""
    filled: dict[str, Any] = {}
    for name, declared in script.parameters.items():
        if not isinstance(declared, dict):
            continue
        declaration = copy.deepcopy(declared)
        if declaration.get("type") == "boolean" and isinstance(declaration.get("default"), bool):
            text = f"{declaration['default']}: default must be a string"
            raise FormErrors({"parameters": text}, content_type="application/json")
        value = data.text(f"{script.name}_{name}") or data.text(name) or declaration.get("default")
        if value is None and name in region.config:
            value = region.config[name]
        if value is None and declaration.get("type") in ("storage", "interface"):
            value = "all"
        if value is None and declaration.get("required"):
            raise FormErrors({name: "Field is required"}, content_type="application/json")
        if value is not None:
            declaration["value"] = value
        filled[name] = declaration
    return filled
