# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters to maintainers: for which verdicts there are any, and that nothing is left to fill in."""

from __future__ import annotations

import pytest

from registry.licences.letters import letter
from registry.model import LicenceConclusion, LicenceConflict, LicenceEvidence, LicenceVerdict, Origin

URL = "https://forge.example/stadt/anliegen"
TEXT = LicenceEvidence("text", "MIT", Origin(URL, "LICENSE", 1), 1.0)
OTHER = LicenceEvidence("text", "Apache-2.0", Origin(URL, "COPYING", 1), 1.0)
ASIDE = LicenceEvidence("text", "OFL-1.1", Origin(URL, "LICENSE", 40), 1.0, aside=True)
AGAINST = LicenceConflict("EUPL-1.2", "MIT", Origin(URL, "publiccode.yml", 7))

NONE = LicenceConclusion(None, LicenceVerdict.NONE)
UNCLEAR = LicenceConclusion(None, LicenceVerdict.UNCLEAR, (TEXT, OTHER, ASIDE))
UNKNOWN = LicenceConclusion(None, LicenceVerdict.UNCLEAR, (LicenceEvidence("text", None, Origin(URL, "LICENSE", 1)),))
CONFLICT = LicenceConclusion("MIT", LicenceVerdict.CONFLICT, (TEXT,), conflicts=(AGAINST,))


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("licence", [NONE, UNCLEAR, UNKNOWN, CONFLICT], ids=["none", "unclear", "unknown", "conflict"])
def test_nothing_is_left_to_fill_in(licence: LicenceConclusion, lang: str) -> None:
    ready = letter(licence, "Anliegen", URL, lang)
    assert ready is not None
    assert "Anliegen" in ready.subject
    assert f"Anliegen ({URL})" in ready.text
    assert not set("{}") & set(ready.subject + ready.text)
    assert ready.text.startswith({"de": "Guten Tag", "en": "Hello"}[lang])


def test_what_was_found_is_named() -> None:
    said = [letter(licence, "Anliegen", URL, "de") for licence in (UNCLEAR, CONFLICT, NONE)]
    unclear, conflict, none = (one.text if one else "" for one in said)
    assert "MIT, Apache-2.0" in unclear
    assert "OFL" not in unclear
    assert "publiccode.yml nennt dagegen EUPL-1.2" in conflict
    assert "EUPL-1.2" in none


@pytest.mark.parametrize("verdict", [LicenceVerdict.CLEAR, LicenceVerdict.NOT_OPEN])
def test_there_is_nothing_to_ask_for(verdict: LicenceVerdict) -> None:
    assert letter(LicenceConclusion("MIT", verdict, (TEXT,)), "Anliegen", URL, "de") is None


def test_braces_of_strangers_fill_nothing() -> None:
    ready = letter(NONE, "{url} {0.__class__}", "", "en")
    assert ready is not None
    assert "{url} {0.__class__}" in ready.text
    assert "()" not in ready.text
