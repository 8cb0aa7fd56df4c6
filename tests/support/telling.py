# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people read of an error: in both languages, and in German without an English sentence in it."""

from __future__ import annotations

import re

from registry.errors import AllmendeError
from registry.vocabulary.rules import LANGUAGES, explain, rules

_ENGLISH = re.compile(r"\b(the|is|are|of|with|for|this|or|it|and|from|does|could|unable|token is)\b", re.IGNORECASE)


def told(error: AllmendeError) -> str:
    """Message and hint in German, having checked those of both languages."""
    assert error.rule in rules()
    for language in LANGUAGES:
        message = explain(error.rule, error.params, language).message
        assert "{" not in message
        assert not re.search(r"(?:\(\)\.?|:\s*)$", message), f"nothing where the detail should be: {message}"
    german = explain(error.rule, error.params, "de")
    # What git or a server says is quoted as it is; so is the thing concerned.
    own = german.message.partition("git: ")[0].replace(error.subject, "") if error.subject else german.message
    assert not _ENGLISH.search(own), own
    return f"{german.message} {german.hint}"
