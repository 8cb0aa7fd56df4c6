# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""docs/states.md says what the table of transitions says, in the words that visitors read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from registry import lifecycle
from registry.lifecycle import TRANSITIONS, Step
from registry.model import RepositoryState
from registry.storage.standing import STANDINGS
from registry.vocabulary.rules import explain

TEXT = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")
_STEPS = {Step.STAY: "·", Step.RETURN: "→ back", Step.GRACE: "grace"}


def table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *body]) + "\n"


def words(names: Sequence[str]) -> str:
    """Each with its German and its English text."""
    rows = [("state", "Deutsch", "English")]
    for name in names:
        told = [explain(f"state-{name}", {"date": "…", "subject": "…"}, lang).message.strip() for lang in ("de", "en")]
        rows.append((name, *told))
    return table(rows)


def transitions() -> str:
    rows = [["", *(state.value for state in RepositoryState)]]
    for event, row in TRANSITIONS.items():
        targets = [row[state] for state in RepositoryState]
        rows.append([event.value, *(_STEPS[one] if isinstance(one, Step) else one.value for one in targets)])
    return table(rows)


def test_the_documented_table_is_the_real_one() -> None:
    """After a change of ``registry.lifecycle``: put what ``transitions`` gives into the file."""
    assert transitions() in TEXT


def test_every_state_is_told_in_the_words_of_its_page() -> None:
    """After a change of rules/states.toml: put what ``words`` gives into the file."""
    states = [state.value for state in RepositoryState]
    assert words(states) in TEXT
    assert words([name for name in STANDINGS if name not in states]) in TEXT


def test_the_documented_figures_are_the_real_ones() -> None:
    assert f"{lifecycle.DECLARED_SHARE:.0%}".replace("%", " %") in TEXT
    assert f"had {lifecycle.LEARNED_FROM} or more" in TEXT
    assert lifecycle.LEARNED_SHARE == 0.5
    assert "less than half" in TEXT
    assert (lifecycle.GRACE.days, lifecycle.STRIKES) == (7, 2)
    assert "two visits that said so, and seven days" in TEXT
