# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Explanations and combinations of licences as JSON. Keys are only ever added; texts are in German and English."""

from __future__ import annotations

from registry.licences.combining import Combination
from registry.licences.duties import Explanation
from registry.licences.hints import Hint
from registry.model import Json


def explanation_json(explained: Explanation) -> dict[str, Json]:
    """``allmende licences explain --json``."""
    return {
        "expression": explained.expression,
        "names": dict(explained.names),
        "kind": explained.kind.value,
        "refusals": [dict(told) for told in explained.refusals],
        "osi_approved": explained.osi,
        "fsf_free": explained.fsf,
        "uses": {use.value: [_hint_json(hint) for hint in hints] for use, hints in explained.uses.items()},
        "lists": [
            {"key": mark.key, "label": dict(mark.label), "url": mark.url, "checked": mark.checked.isoformat()}
            for mark in explained.marks
        ],
        "note": _hint_json(explained.closing),
    }


def combination_json(found: Combination) -> dict[str, Json]:
    """``allmende licences combine --json``."""
    return {
        "expressions": list(found.expressions),
        "use": found.use.value,
        "verdict": found.verdict.value,
        "outgoing": list(found.outgoing),
        "chosen": list(found.chosen),
        "hints": [_hint_json(hint) for hint in found.hints],
        "pairs": [
            {
                "expressions": [pair.one, pair.other],
                "verdict": pair.verdict.value,
                "outgoing": list(pair.outgoing),
                "hints": [_hint_json(hint) for hint in pair.hints],
            }
            for pair in found.pairs
        ],
        "note": _hint_json(found.closing),
    }


def _hint_json(hint: Hint) -> dict[str, Json]:
    return {"text": dict(hint.text), "source": dict(hint.source), "url": hint.url, "about": hint.about}
