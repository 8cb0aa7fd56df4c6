# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is taken out of every harvested text: hidden characters and logins."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import presence, readme
from harvesters.readers.reading import read_snapshot
from harvesters.readers.texts import clean
from registry.model import FactSource, Field, ForgeFacts
from registry.vocabulary.logins import without_logins
from support.snapshots import rules, snapshot, value


@pytest.mark.parametrize(
    "hidden",
    [
        "\ue000", "\uf8ff", "\U000f0000", "\U0010fffd",  # private use
        "\ufdd0", "\uffff", "\u0378", "\U000e0fff",  # no characters at all
        "\u00ad", "\u200b", "\u200e", "\u202e", "\u2066", "\u061c", "\ufeff", "\U000e0041", "\U0001d173",  # format
        "\x00", "\x07", "\x7f", "\x85", "\ud800",  # controls, a surrogate
    ],
)  # fmt: skip
def test_hidden_characters_are_taken_out(hidden: str) -> None:
    assert clean(f"Män{hidden}gel") == "Mängel"


@pytest.mark.parametrize(
    "written",
    [
        "Zeile\n\tzwei\r", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "👩\u200d💻", "❤\ufe0f", "日本語", "é", "\u00a0", "ẞ",
    ],
)  # fmt: skip
def test_what_a_text_needs_stays(written: str) -> None:
    assert clean(written) == written


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_hidden_survives(written: str) -> None:
    kept = clean(written)
    assert clean(kept) == kept
    assert all(one in "\t\n\r\u200c\u200d" or unicodedata.category(one)[0] != "C" for one in kept)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://u:p@host.example/x", "https://host.example/x"),
        ("HTTPS://token@host.example", "HTTPS://host.example"),
        ("ssh://git@host.example/a, ftp://u:p@w@h.example", "ssh://git@host.example/a, ftp://h.example"),
        ("https://host.example/@user/x?mail=a@b", "https://host.example/@user/x?mail=a@b"),
        ("// says max @ home", "// says max @ home"),
        ("git@host.example:a/b", "git@host.example:a/b"),
    ],
)
def test_logins_are_taken_out_of_addresses(written: str, kept: str) -> None:
    assert without_logins(written) == kept


def test_a_long_text_costs_little() -> None:
    for part in ("//", "//a", "/", "a@", "//a@", "https://"):
        without_logins(part * 60_000)
    clean("".join(map(chr, range(0x20, 0xFFFF))) * 4)


def test_no_login_is_read_from_a_readme_or_a_forge() -> None:
    link = "https://bot:s3cret@forge.example/a.git"
    text = f"# Melder {link}\n\nKlonen Sie das Programm der Stadt mit git clone {link} und legen Sie los.\n"
    facts = ForgeFacts(
        name=link, description=f"Siehe {link}", homepage=link, parent_url=link, fork=True, topics=(link,)
    )
    given_ = snapshot({"README.md": text.encode()}, facts=facts)
    told = repr(read_snapshot(given_))
    assert "https://forge.example/a.git" in told
    assert "s3cret" not in told
    assert "Klonen" in str(value(readme.read(given_), Field.SHORT_DESCRIPTION))


def test_a_long_name_of_a_repository_is_cut_and_told() -> None:
    reading = presence.read_forge(
        snapshot(facts=ForgeFacts(name="x" * 300), url=f"https://forge.example/s/{'y' * 300}")
    )
    names = {fact.source: len(str(fact.value)) for fact in reading.facts if fact.field is Field.NAME}
    assert names == {FactSource.FORGE: 200, FactSource.REPOSITORY_NAME: 200}
    assert rules(reading) == ["name-too-long"]
