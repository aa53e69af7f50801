# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as values that merge: the specification of a door and the relations between its options, together.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["Options", "near", "validate"]

Spec = t.Mapping[str, t.Mapping[str, t.Any]]


@dataclass(frozen=True)
class Options:
    """An argument spec with its relations; ``a + b`` joins two so that no relation is forgotten."""

    spec: Spec
    mutually_exclusive: t.Tuple[t.Tuple[str, ...], ...] = ()
    required_together: t.Tuple[t.Tuple[str, ...], ...] = ()
    required_one_of: t.Tuple[t.Tuple[str, ...], ...] = ()
    required_if: t.Tuple[t.Tuple[t.Any, ...], ...] = ()
    required_by: t.Mapping[str, t.Any] = field(default_factory=dict)

    def __add__(self, other: Options) -> Options:
        """Return both specs and all relations."""
        return Options(
            spec={**self.spec, **other.spec},
            mutually_exclusive=self.mutually_exclusive + other.mutually_exclusive,
            required_together=self.required_together + other.required_together,
            required_one_of=self.required_one_of + other.required_one_of,
            required_if=self.required_if + other.required_if,
            required_by={**self.required_by, **other.required_by},
        )

    def relations(self) -> dict[str, t.Any]:
        """Return the relations as keyword arguments of AnsibleModule and ArgumentSpecValidator."""
        return {
            "mutually_exclusive": [list(item) for item in self.mutually_exclusive],
            "required_together": [list(item) for item in self.required_together],
            "required_one_of": [list(item) for item in self.required_one_of],
            "required_if": [list(item) for item in self.required_if],
            "required_by": dict(self.required_by),
        }


def near(word: str, known: t.Iterable[str], limit: int = 3) -> list[str]:
    """Return the known words most like ``word``, best first, ignoring case."""
    by_lower = {item.lower(): item for item in known}
    return [by_lower[hit] for hit in difflib.get_close_matches(word.lower(), list(by_lower), n=limit, cutoff=0.6)]


def validate(options: Options, arguments: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], set[str]]:
    """Check and complete arguments as AnsibleModule would; return them and the values that are secret.

    :raises ConfigurationError: with every problem at once, and near matches for options that do not exist.
    """
    validator = ArgumentSpecValidator(dict(options.spec), **options.relations())
    checked = validator.validate(dict(arguments))
    if checked.error_messages:
        problems = [_explain(error, checked.unsupported_parameters, options.spec) for error in checked.errors.errors]
        raise ConfigurationError("; ".join(problems), problems=problems)
    # ArgumentSpecValidator keeps the secrets only here; AnsibleModule reads the same attribute.
    return checked.validated_parameters, set(map(str, checked._no_log_values))


def _explain(error: Exception, unsupported: t.Iterable[t.Any], spec: Spec) -> str:
    if not isinstance(error, UnsupportedError):
        return str(error)
    names = [str(name[-1] if isinstance(name, tuple) else name) for name in unsupported]
    guesses = {name: near(name, spec) for name in names}
    told = [f"{name} (did you mean {' or '.join(guess)}?)" if guess else name for name, guess in guesses.items()]
    return f"unknown option{'s' if len(told) > 1 else ''}: {', '.join(sorted(told))}"
