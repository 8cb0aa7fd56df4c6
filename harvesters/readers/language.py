# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which language a text is in, among those that European public bodies write their documentation in."""

from __future__ import annotations

from functools import cache
from typing import Protocol, cast

from harvesters.readers.texts import letters

LANGUAGES = ("cs", "da", "de", "en", "es", "fi", "fr", "it", "nl", "pl", "pt", "sv")
FEWEST_LETTERS = 40
"""Below, the answer is a guess: measured on titles, half of them wrong."""
_CERTAIN = 0.9
_SAMPLE = 4_000


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@cache
def _identifier() -> _Identifier:
    # Loaded on first use: numpy and a model of 5 MB take half a second, and only sandbox workers need them.
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return cast(_Identifier, identifier)


def language_of(text: str) -> str | None:
    """BCP 47 tag of one of ``LANGUAGES``; None where the text is short or the answer unsure."""
    sample = text[:_SAMPLE]
    if letters(sample) < FEWEST_LETTERS:
        return None
    tag, certainty = _identifier().classify(sample)
    return tag if certainty >= _CERTAIN else None


def warm_up() -> None:
    """Load the model now, so that no repository pays for it."""
    _identifier()
