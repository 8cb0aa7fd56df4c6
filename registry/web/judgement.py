# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "How we judge": the decision tables as text, so that it can never say anything else than what decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.model import State, Verdict
from registry.vocabulary import signals as vocabulary
from registry.web import labels, words
from registry.web.language import current


@dataclass(frozen=True, slots=True)
class RowView:
    verdict: Verdict
    word: str
    sentence: str
    state: str | None


@dataclass(frozen=True, slots=True)
class TableView:
    key: str
    label: str
    question: str
    rows: tuple[RowView, ...]


def tables() -> tuple[TableView, ...]:
    """All signals with their rows in the order in which they are tried."""
    lang = current()
    return tuple(
        TableView(
            key=name.value,
            label=table.label[lang],
            question=table.question[lang],
            rows=tuple(
                RowView(
                    verdict=row.verdict,
                    word=words.verdict_name(row.verdict),
                    sentence=_general(row.sentence[lang]),
                    state=words.state_name(row.state) if row.state else None,
                )
                for row in table.rows
            ),
        )
        for name, table in vocabulary.signals().items()
    )


def states() -> tuple[tuple[State, str], ...]:
    """Every state of life and when it is given."""
    return tuple((state, vocabulary.state_sentence(state, current())) for state in State)


def thresholds() -> tuple[str, ...]:
    return tuple(threshold.sentence[current()] for threshold in vocabulary.thresholds().values())


def _general(sentence: str) -> str:
    """The sentence for any case: thresholds as figures, what differs from case to case as a word in brackets."""
    known = vocabulary.thresholds()

    def word(hole: re.Match[str]) -> str:
        name = hole[1]
        return str(known[name].value) if name in known else f"[{labels.label(labels.PLACEHOLDERS, name)}]"

    return re.sub(r"\{(\w+)\}", word, sentence)
