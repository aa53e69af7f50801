# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits that know only some words, by section of `lab_habits` and key; what they mean stands at the fields themselves."""

from __future__ import annotations

from .oddities import WORDS as ODD_WORDS

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "boot": {"continuous": ("kept", "refused", "once")},
    "bios": {
        "shape": ("delta", "full", "absent", "delta_then_full"),
        "validation": ("immediate", "late"),
        "locked": ("refused", "ignored", "stuck"),
        "answer": ("message", "empty", "success", "resource", "reset_required"),
    },
    "updates": {
        "targets": ("any", "listed", "none"),
        "task_from": ("location", "message_args", "body", "monitor_in_body", "none"),
    },
    "tasks": {
        "location": ("monitor", "task", "job"),
        "final": ("task", "gone", "deleted"),
        "percent": ("normal", "absent", "zero"),
    },
    "etags": {
        "style": (
            "none",
            "strong_hex",
            "weak_hex8",
            "weak_hex32",
            "weak_decimal",
            "weak_epoch",
            "strong_decimal",
            "bare",
            "doubled",
            "zero",
            "empty",
        )
    },
    "oddities": dict(ODD_WORDS),
}
