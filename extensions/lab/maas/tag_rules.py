# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the XPath definitions of tags against a machine's lshw output, with lxml when it is installed."""

from __future__ import annotations

from .refusals import FormErrors

try:
    from lxml import etree  # type: ignore[import-untyped]
except ImportError:  # the rack runs without it; definitions then never match
    etree = None


def check(definition: str) -> None:
    """Refuse a definition that is no XPath expression, in MAAS's words; none at all is fine."""
    if not definition:
        return
    if etree is None:
        balanced = definition.count("[") == definition.count("]") and definition.count("(") == definition.count(")")
        if not balanced:
            raise FormErrors({"definition": "Invalid xpath expression: Invalid expression"})
        return
    try:
        etree.XPath(definition)
    except etree.XPathSyntaxError as error:
        raise FormErrors({"definition": f"Invalid xpath expression: {error}"}) from error


def matches(definition: str, lshw: bytes) -> bool | None:
    """Tell whether the expression gives something true on this machine; None when that cannot be told."""
    if etree is None or not lshw:
        return None
    try:
        return bool(etree.XPath(definition)(etree.fromstring(lshw)))
    except (etree.XPathError, etree.XMLSyntaxError):
        return False
