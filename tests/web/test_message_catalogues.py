# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The translations are complete, and no template has text outside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry import resources
from registry.web import messages, translation

TEMPLATES = sorted(resources.templates().glob("*.html"))
_SPOKEN_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')


def test_catalogues_are_complete() -> None:
    assert messages.complaints() == []


def test_complaints_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for language in translation.LANGUAGES:
        target = tmp_path / language / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True)
        source = translation.po_path(language).read_text(encoding="utf-8")
        source = source.replace('msgid "Search"', 'msgid "Never used"')
        source = source.replace('msgid "Filters"', '#, fuzzy\nmsgid "Filters"')
        source = source.replace('msgstr "Repository"', 'msgstr ""')
        target.write_text(source.replace("Fehler %(status)s", "Fehler"), encoding="utf-8")
    monkeypatch.setattr(translation, "_FOLDER", tmp_path)
    found = messages.complaints()
    for complaint in (
        "de: missing: 'Search'",
        "en: not used any more: 'Never used'",
        "de: fuzzy: 'Filters'",
        "de: not translated: 'Repository'",
        "de: other placeholders than the original: 'Error %(status)s'",
    ):
        assert complaint in found


def test_compiled_and_plain_catalogues_say_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = translation.translations.__wrapped__("de").ugettext("Search")
    for language in translation.LANGUAGES:
        target = tmp_path / language / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True)
        target.write_bytes(translation.po_path(language).read_bytes())
    monkeypatch.setattr(translation, "_FOLDER", tmp_path)
    messages.compile_catalogues()
    assert translation.po_path("de").with_suffix(".mo").is_file()
    assert translation.translations.__wrapped__("de").ugettext("Search") == plain == "Suchen"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_text_of_their_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert untranslated(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('Fine') }}</p>", []),
        ("{% trans n=1 %}Fine {{ n }}{% endtrans %}", []),
        ("<p>Bad</p>", ["Bad"]),
        ('<nav aria-label="Bad">', ["Bad"]),
        ("<p lang='de' class=\"x{% if y %} z{% endif %}\">{# note #}–</p>", []),
        ("{% if a %}Bad{% endif %}", ["Bad"]),
    ],
)
def test_the_check_itself(source: str, found: list[str]) -> None:
    assert untranslated(source) == found


def untranslated(source: str) -> list[str]:
    """Pieces of visible text with letters that stand in a template itself."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    spoken = _SPOKEN_ATTRIBUTES.findall(source)
    visible = re.sub(r"<[^>]*>", "\n", source).splitlines()
    return [piece.strip() for piece in [*spoken, *visible] if re.search(r"[^\W\d_]", piece)]
