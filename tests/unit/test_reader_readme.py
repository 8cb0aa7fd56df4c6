# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""README: which file, which title, which paragraph, in which language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import readme
from harvesters.readers.language import language_of
from harvesters.readers.markup import LONGEST_BLOCK
from harvesters.readers.sections import LONGEST_HEADING, MOST_HEADINGS
from harvesters.readers.texts import cut, decode, one_line, without_contacts
from registry.model import EntryKind, Field, Reading
from support.snapshots import entry, facts, rules, snapshot, value, values

PROSE = "Eine Anwendung, mit der Gemeinden ihre Termine im Rathaus vergeben."


def read(text: str, name: str = "README.md") -> Reading:
    return readme.read(snapshot({name: text.encode()}))


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["README.md", "README.txt", "docs/README.md"], "README.md"),
        (["readme", "README.rst"], "README.rst"),
        (["README.de.md", "README.md"], "README.md"),
        (["docs/readme.md", ".github/README.md"], "docs/readme.md"),
        (["README-en.md"], "README-en.md"),
        (["Readme.adoc"], "Readme.adoc"),
    ],
)
def test_which_readme_is_read(files: list[str], chosen: str) -> None:
    reading = readme.read(snapshot({name: f"{PROSE}\n".encode() for name in files}))
    assert value(reading, Field.README)["path"] == chosen  # type: ignore[index]


@pytest.mark.parametrize("name", ["README.sh", "src/README.md", "READMES.md", "README.md.bak", "AREADME"])
def test_what_is_no_readme(name: str) -> None:
    assert rules(read(PROSE, name)) == ["readme-missing"]


def test_a_link_is_no_readme_and_one_that_was_not_fetched_is_not_missing() -> None:
    assert rules(readme.read(snapshot(entries=[entry("README.md", EntryKind.SYMLINK)]))) == ["readme-missing"]
    assert rules(readme.read(snapshot(entries=[entry("README.md")]))) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Terminvergabe\n", "Terminvergabe"),
        ("#Not a heading\n", None),
        ("Terminvergabe\n===\n", "Terminvergabe"),
        ("# [Terminvergabe](https://a.example)\n", "Terminvergabe"),
        ("# ![Logo](x.png)\n\n# Terminvergabe\n", "Terminvergabe"),
        ("# Terminvergabe 2.0 &amp; mehr #\n", "Terminvergabe 2.0 & mehr"),
        ("<h1 align=center>Termin<b>vergabe</b></h1>\n", "Termin vergabe"),
        ("<h1>\n  <img src=a>\n  Terminvergabe\n  <br>\n</h1>\n", "Terminvergabe"),
        ("<h1>\nTerminvergabe\n", None),
        ("# README\n", None),
        ("# Getting Started with Create React App\n", None),
        ("## Installation\n", None),
        ("# {{ project_name }}\n", None),
        ("# " + "lang " * 40 + "\n", None),
        ("# erika@example.org\n", None),
        ("```\n# comment in code\n```\n", None),
        ("<!--\n# hidden\n-->\n# Shown\n", "Shown"),
        ("", None),
    ],
)
def test_title(text: str, title: str | None) -> None:
    reading = read(text)
    assert value(reading, Field.README)["title"] == title  # type: ignore[index]
    assert values(reading, Field.NAME) == ([title] if title else [])


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# Title\n\n",
        "[![a](b)](c) ![d](e)\n\n",
        "- [Install](#a)\n- [Use](#b)\n\n",
        "[Docs](https://a.example) | [Demo](https://b.example)\n\n",
        "Table of Contents\n\n1. [One](#one)\n2. [Two](#two)\n\n",
        "<!-- " + PROSE.upper() + " -->\n",
        "<p><a href='https://a.example'><img src='b'></a></p>\n\n",
        "> [!WARNING]\n> This text is a warning and does not describe anything.\n\n",
        "```sh\nsome long command line with many words in it\n```\n\n",
        "    indented code with a number of words in it\n\n",
        "| Feld | Inhalt der Tabelle |\n|---|---|\n| a | b |\n\n",
        "---\ntitle: front matter that is not shown to anybody\n---\n",
        "https://a.example/very/long/address/that/is/no/prose/at/all\n\n",
        "**Status:** in Betrieb\n\n",
    ],
)
def test_first_real_paragraph(before: str) -> None:
    assert value(read(f"{before}{PROSE}\n\nMore.\n"), Field.SHORT_DESCRIPTION, "de") == PROSE


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("## Installation\n", "Installation"),
        ("## 2.1 Installing the server\n", "2.1 Installing the server"),
        ("## Einrichtung\n## Installationsanleitung\n", "Installationsanleitung"),
        ("## Inbetriebnahme\n", "Inbetriebnahme"),
        ("## Getting Started\n", "Getting Started"),
        ("## Installazione\n", "Installazione"),
        ("## Mise en service\n", "Mise en service"),
        ("## Installatie en gebruik\n", "Installatie en gebruik"),
        ("## Instalación\n", "Instalación"),
        ("Installation\n------------\n", "Installation"),
        ("## Lichtinstallationen\n", None),
        ("## Nutzung\n", None),
        ("Installation\n", None),
        ("## " + "Installation " * 20 + "\n", None),
    ],
)
def test_installation(text: str, heading: str | None) -> None:
    found = values(read(f"# T\n\n{text}\nSo geht es.\n"), Field.INSTALLATION)
    assert found == ([{"path": "README.md", "heading": heading}] if heading else [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"# deployment\n\n{PROSE}\n", None),
        (f"# Setup\n\n{PROSE}\n\n## Betrieb\n\nSo.\n", 5),
        ("# T\n\n## Installation\n", None),
        ("# T\n\n## Installation\n\n## Nutzung\n\nSo.\n", None),
        ("# T\n\n## Installation\n\n### Docker\n\n### Pip\n", None),
        ("# T\n\n## Installation\n\n### Docker\n\n```sh\ndocker compose up\n```\n", 3),
        ("# T\n\n## Installation\n\n    make install\n", 3),
        ("# T\n\n## Installation\n\n## Getting Started\n\nSo.\n", 5),
        ("# Setup\n\nSo.\n\n# Nutzung\n\nSo.\n", 1),
        ("<h2>Installation</h2><p>So.</p>\n", 1),
    ],
)
def test_an_installation_section_is_no_title_and_holds_something(text: str, line: int | None) -> None:
    found = facts(read(text), Field.INSTALLATION)
    assert [fact.origin.line for fact in found] == ([line] if line else [])


@pytest.mark.parametrize(
    "paragraph",
    [
        "Kontakt: Erika Muster, erika@stadt.example, Telefon 0221 123456",
        "**Ansprechpartner:** Erika Muster, Tel. 0221 123456, Stadt Köln, Amt für Informationsverarbeitung",
        "Ansprechpartnerin ist Frau Erika Muster (Zimmer 12), erreichbar unter 0221/123456.",
        "Entwickelt von Erika Muster (erika.muster@web.example) für das Rathaus.",
        "Developed by Erika Muster and her friends.",
        "Bei Fragen wenden Sie sich bitte an Erika Muster im Rathaus.",
        "For questions please turn to Erika Muster in the town hall.",
        "Contatti: Mario Rossi presso il Comune di Roma",
        "Pour toute question, Marie Dupont vous répond à la mairie.",
        "Voor vragen kunt u terecht bij Jan Jansen in het stadhuis.",
        "Tel. 0221 12 34 56 oder 0221-123456-78 rufen Sie uns immer gern an.",
    ],
)
def test_whom_to_ask_is_no_description(paragraph: str) -> None:
    reading = read(f"# Termine\n\n{paragraph}\n\n{PROSE}\n")
    assert value(reading, Field.SHORT_DESCRIPTION, "de") == PROSE
    assert rules(reading) == []


@pytest.mark.parametrize(
    "paragraph",
    [
        "Kontaktformular für Städte, mit dem Bürgerinnen und Bürger schreiben können.",
        "Kontaktverfolgung für Gesundheitsämter und Städte in ganz Deutschland.",
        "Entwickelt von der Stadt Köln, hilft diese Anwendung allen Menschen bei der Meldung von Schäden.",
        "Contact is a library with which cities keep the addresses of their offices.",
    ],
)
def test_what_only_begins_like_a_contact_describes(paragraph: str) -> None:
    assert values(read(f"# Termine\n\n{paragraph}\n"), Field.SHORT_DESCRIPTION) == [paragraph]


def test_headings_name_nobody_to_ask() -> None:
    named = ["Ansprechpartnerin: Erika Muster", "Kontakt – Erika Muster", "Autor (Max Muster)", "Author: Max Muster"]
    text = "".join(f"## {heading}\n\n" for heading in [*named, "Entwickelt von Max Muster", "Kontakt zur Stadt"])
    told = value(read(f"# Termine\n\n{text}"), Field.README)
    assert isinstance(told, dict)
    shown = ["Termine", "Ansprechpartnerin", "Kontakt", "Autor", "Author", "Entwickelt von", "Kontakt zur Stadt"]
    assert told["headings"] == shown
    assert values(read("# Kontakt: Erika Muster\n"), Field.NAME) == []


@pytest.mark.parametrize(
    "page",
    [
        "<div align=center><h1>Termine</h1><p>{}</p></div>",
        "<!DOCTYPE html><html><head><title>Eine Seite mit vier Worten und mehr</title></head>"
        "<body><h1>Termine</h1><p><img src=a></p><p>{}</p><p>Mehr</p></body></html>",
        "<h1>Termine</h1><p>{}<script>alert('so etwas liest niemand gern vor')</script></p>",
        "<style>\np { margin: 0 }\n</style><h1>Termine</h1><p>{}</p>",
    ],
)
def test_html_on_one_line(page: str) -> None:
    reading = read(page.replace("{}", PROSE.replace("Termine", "<b>Termine</b>")))
    assert values(reading, Field.NAME) == ["Termine"]
    assert value(reading, Field.SHORT_DESCRIPTION, "de") == PROSE


def test_a_script_that_is_only_named_hides_nothing() -> None:
    named = "Binden Sie das `<script>`-Tag in die Seite der Gemeinde ein."
    text = f"# Termine\n\n{named}\n\n```html\n<script>x</script>\n```\n"
    (said,) = values(read(text), Field.SHORT_DESCRIPTION)
    assert str(said).endswith("in die Seite der Gemeinde ein.")


def test_headings_are_short_few_and_without_contacts() -> None:
    text = "# Terminvergabe\n\n## ---\n## ![](a.png)\n## Fragen an a@b.example\n## " + "lang " * 60 + "\n"
    told = value(read(text + "## Noch eine\n" * 90), Field.README)
    assert isinstance(told, dict)
    assert told["headings"][:2] == ["Terminvergabe", "Fragen an"]
    assert len(told["headings"]) == MOST_HEADINGS
    assert max(map(len, told["headings"])) <= LONGEST_HEADING


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("# dashboard\n\nTo make it easy for you to get started with GitLab, here are steps.\n", "GitLab"),
        ("# Project Title\n\nOne Paragraph of project description goes here\n", "README template"),
        ("# x\n\nEdit this README and tell what it does.\n", "README template"),
        ("# x\n\nHier steht eine kurze Beschreibung der Anwendung.\n", "README template"),
        ("# Introduction\n\nTODO: Give a short introduction of your project. Let this be short.\n", "Azure DevOps"),
        ("# React + Vite\n\nThis template provides a minimal setup to get React working.\n", "Vite"),
        ("# App\n\nThis project was generated with [Angular CLI](https://a.example) version 17.\n", "Angular CLI"),
        ("# App\n\nThis project uses Quarkus, the Supersonic Subatomic Java Framework.\n", "Quarkus"),
        ("# app\n\nA new Flutter project.\n", "Flutter"),
    ],
)
def test_templates(text: str, template: str) -> None:
    reading = read(text)
    assert [(found.rule, found.params["template"]) for found in reading.problems] == [("readme-template", template)]
    assert [fact.field for fact in reading.facts] == [Field.README]


def test_a_template_below_own_words_is_told_only_where_it_asks_to_be_replaced() -> None:
    assert rules(read(f"# T\n\n{PROSE}\n\nThis project was generated with Angular CLI version 17.\n")) == []
    asking = read(f"# T\n\n{PROSE}\n\nTODO: Explain how other users and developers can contribute.\n")
    assert [(found.rule, found.origin and found.origin.line) for found in asking.problems] == [
        ("readme-template-remains", 5)
    ]
    assert value(asking, Field.SHORT_DESCRIPTION, "de") == PROSE


def test_the_words_of_a_template_do_not_count_as_documentation() -> None:
    template = "# x\n\nThis is a [Next.js](https://a.example) project bootstrapped with this.\n\n"
    template += "## Learn More\n\nMany words.\n"
    assert value(read(template), Field.README)["words"] == 0  # type: ignore[index]
    assert value(read(f"{template}\n## Betrieb\n\nDrei eigene Worte.\n"), Field.README)["words"] == 4  # type: ignore[index]


def test_asciidoc_knows_authors_and_remarks_from_text() -> None:
    remark = f"[NOTE]\n====\n{PROSE.upper()}\n====\n\n----\n{PROSE.upper()}\n----\n"
    text = f"= Termine\nErika Muster und noch drei Autoren\n\n{remark}\nZweck\n-----\n\n{PROSE}\n"
    reading = read(text, "README.adoc")
    assert value(reading, Field.README)["headings"] == ["Termine", "Zweck"]  # type: ignore[index]
    assert value(reading, Field.SHORT_DESCRIPTION, "de") == PROSE


def test_fact_says_the_line() -> None:
    assert facts(read(f"# T\n\n{PROSE}\n"), Field.SHORT_DESCRIPTION)[0].origin.line == 3


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (PROSE, "de"),
        ("An application with which municipalities hand out appointments in the town hall.", "en"),
        ("Un'applicazione per la gestione degli appuntamenti nel municipio della città.", "it"),
        ("Une application pour la gestion des rendez-vous à la mairie de la commune.", "fr"),
        ("Een toepassing waarmee gemeenten afspraken in het stadhuis kunnen plannen.", "nl"),
        ("Kurz.", None),
        ("0123456789 " * 20, None),
    ],
)
def test_language(text: str, lang: str | None) -> None:
    assert language_of(text) == lang


def test_unsure_language_is_undetermined() -> None:
    assert facts(read("kubectl docker npm yarn pip apt\n"), Field.SHORT_DESCRIPTION)[0].lang == "und"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fragen an max.muster@stadt.example gern", "Fragen an gern"),
        ("Fragen (max@stadt.example) gern", "Fragen gern"),
        ("Tel. +49 89 123456-78", ""),
        ("Telefon: 089 / 123 456 78, Montag", ", Montag"),
        ("max(at)stadt.example", ""),
        ("seit 2019-2023, Version 1.2.3, Haushalt 2024/2025", "seit 2019-2023, Version 1.2.3, Haushalt 2024/2025"),
        ("git@github.example und Port 8080", "und Port 8080"),
    ],
)
def test_personal_data_is_removed(text: str, left: str) -> None:
    assert without_contacts(text) == left


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("Kurz.", 10, "Kurz."),
        ("Erster Satz. Zweiter Satz ist lang.", 20, "Erster Satz."),
        ("Ein einziger Satz ohne Ende und", 20, "Ein einziger Satz…"),
        ("x" * 50, 10, "x" * 9 + "…"),
    ],
)
def test_cut(text: str, length: int, short: str) -> None:
    assert cut(text, length) == short


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
def test_cut_keeps_the_length(text: str, length: int) -> None:
    assert len(cut(text, length)) <= length


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_encodings(encoding: str) -> None:
    assert decode("Straße\r\nfür Kinder".encode(encoding)).text == "Straße\nfür Kinder"


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        ("„Straße“ – 5 €".encode("cp1252"), "„Straße“ – 5 €", "windows-1252"),
        ("Straße für Übermut ".encode() + b"\x80", "Straße für Übermut €", "utf-8 + windows-1252"),
        (b"\x81 \xe4", "\x81 ä", "latin-1"),
        (b"\xff\xfeA", "A", "latin-1"),
        ("ß".encode() + b"\xff" * 9, "ÃŸ" + "ÿ" * 9, "windows-1252"),
    ],
)
def test_bytes_that_are_no_unicode(content: bytes, text: str, encoding: str) -> None:
    decoded = decode(content)
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, True)


@settings(deadline=None)
@given(st.binary(max_size=500), st.sampled_from(["README", "README.md", "README.rst", "README.adoc", "README.org"]))
def test_any_bytes_give_a_reading(content: bytes, name: str) -> None:
    readme.read(snapshot({name: content}))


_MARKS = st.text(alphabet="#=-*_`[]()<>!|:.~+ \n\t{}\"'\\/&;a1@", max_size=300)


@settings(deadline=None)
@given(_MARKS, st.sampled_from(["README.md", "README.rst", "README.adoc", "README.org", "README.txt"]))
def test_any_marks_give_clean_lines(text: str, name: str) -> None:
    for fact in read(text, name).facts:
        if fact.field in (Field.NAME, Field.SHORT_DESCRIPTION):
            assert fact.value == one_line(fact.value)


@pytest.mark.parametrize("name", ["README.md", "README.rst", "README.adoc", "README.org", "README.txt"])
@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![a](",
        "[a](b",
        "<a ",
        "<!--",
        "*",
        "_",
        "`",
        "|",
        "a@",
        "+4",
        ":a",
        "image:",
        "<h1>",
        "(",
        "> ",
        "</p>a",
        "<script>",
        "<style",
        "<!doctype ",
        "kontakt ",
        "mirror of ",
        "tel. 0",
        "entwickelt von ",
    ],
)
def test_repeated_marks_end_soon(name: str, piece: str) -> None:
    # Would not come back within the suite's time limit if any expression were not linear.
    read(piece * (4 * LONGEST_BLOCK // len(piece)), name)
    read((piece * 50 + "\n") * 500, name)
