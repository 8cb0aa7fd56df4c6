# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harvesters.licences.eupl import languages
from harvesters.licences.found import Kind
from harvesters.licences.plain import plain
from harvesters.licences.translations import find_translations
from harvesters.readers.texts import decode
from registry.licences import is_valid
from registry.vocabulary.translations import translations
from support.eupl_texts import APPENDIX, VERSIONS, built

_ROOT = Path(__file__).parents[2]
_CORPUS = Path("/work/shared/corpus/licences")


def _told(text: str | bytes) -> list[tuple[str, str]]:
    decoded = decode(text if isinstance(text, bytes) else text.encode()).text
    return [(one.expression, one.by) for one in find_translations(plain(decoded))]


def _sections(count: int, word: str = "", first: int = 1) -> str:
    return "\n\n".join(f"{word}{number}. Xy zq\n\nab cd." for number in range(first, first + count))


@pytest.mark.parametrize("language", VERSIONS)
@pytest.mark.parametrize("number", ["1.0", "1.1", "1.2"])
def test_every_language_version_of_the_eupl_is_known(language: str, number: str) -> None:
    (found,) = find_translations(built(language, number))
    assert (found.expression, found.by, found.kind) == (f"EUPL-{number}", f"eupl-{language}", Kind.TEXT)
    assert found.confidence >= 0.9
    assert found.start == 0
    assert found.end >= len(built(language, number)) - 30


def test_all_twenty_three_official_versions_have_their_row() -> None:
    official = "bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro sk sl sv"
    assert " ".join(sorted(row.code for row in translations().eupl)) == official


_LEGACY = {
    "cs": "cp1250", "pl": "iso-8859-2", "hu": "cp1250", "sk": "cp1250", "sl": "cp1250", "hr": "cp1250",
    "lt": "cp1257", "lv": "cp1257", "et": "cp1257", "mt": "iso-8859-3", "ro": "utf-16", "bg": "utf-16", "el": "utf-16",
}  # fmt: skip
_SHAPES: dict[str, Callable[[str], str | bytes]] = {
    "first articles only": lambda language: built(language, articles=4, appendix=False),
    "without the appendix": lambda language: built(language, appendix=False),
    "a tag before it, BOM, CRLF": lambda language: (
        b"\xef\xbb\xbf" + f"SPDX-tag: EUPL-1.2\n\n{built(language)}".replace("\n", "\r\n").encode()
    ),
    "old encoding": lambda language: built(language).encode(_LEGACY.get(language, "latin-1"), "replace"),
    "Markdown headings": lambda language: "# " + re.sub(r"(?m)^(\d+\. )", r"## \1", built(language)),
    "HTML": lambda language: "<html><body><h1>" + built(language).replace("\n\n", "</p>\n<p>") + "</p></body></html>",
    "capitals": lambda language: built(language).upper(),
    "without the line of the holder": lambda language: re.sub(r"(?m)^EUPL ©.*\n", "", built(language)),
    "without the title": lambda language: built(language).partition("\n")[2],
    "without numbers": lambda language: re.sub(r"(?m)^\d+\. ", "", built(language)),
}


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("language", VERSIONS)
def test_the_shape_of_the_file_does_not_matter(language: str, shape: str) -> None:
    assert _told(_SHAPES[shape](language)) == [("EUPL-1.2", f"eupl-{language}")]


@pytest.mark.parametrize("language", sorted(set(VERSIONS) - {"bg", "el"}))
def test_utf8_that_was_read_as_something_else_and_saved(language: str) -> None:
    twice = built(language).encode().decode("cp1252", "replace")
    assert _told(twice) == [("EUPL-1.2", f"eupl-{language}")]


@pytest.mark.parametrize(("language", "encoding"), [("bg", "cp1251"), ("el", "iso-8859-7")])
def test_where_no_letter_is_right_the_structure_still_tells(language: str, encoding: str) -> None:
    assert _told(built(language).encode(encoding, "replace")) == [("EUPL-1.2", "eupl")]
    assert _told(built(language, articles=6, appendix=False).encode(encoding, "replace")) == []


def test_two_languages_in_one_file_are_two_pieces() -> None:
    text = f"# Licence\n\n## English\n\n{built('en')}\n## Nederlands\n\n{built('nl')}"
    found = find_translations(text)
    assert [(one.expression, one.by) for one in found] == [("EUPL-1.2", "eupl-en"), ("EUPL-1.2", "eupl-nl")]
    assert found[0].end <= found[1].start
    assert text[found[1].start :].startswith("OPENBARE LICENTIE")
    assert languages(found) == ("en", "nl")


def test_what_follows_the_licence_is_no_part_of_it() -> None:
    (found,) = find_translations(built("it") + "\n\nComponenti di terzi\n\n" + "MIT License ab cd.\n" * 300)
    assert found.end <= len(built("it")) + 30


_ABOUT = {
    "compatible licences": APPENDIX * 3,
    "notice": "Licensed under the EUPL, Version 1.2 or - as soon they will be approved - later versions of the EUPL",
    "page": "EUPL v. 1.2\nEUPL © the European Union 2007, 2016\n\nThis page says what the licence is about.\n",
    "readme": "# Projekt\n\nOpen-Source-Lizenz für die Europäische Union (EUPL) v. 1.2\n\n1. Aufbau\n2. EUPL",
    "guidelines": "European Union Public Licence v. 1.1\nGuidelines\n"
    + "".join(f"{number}. Question {number} on the EUPL\n" for number in range(1, 16)),
    "Leitfaden": "Leitfaden zur Lizenz der Europäischen Union v. 1.2\n"
    + "".join(f"{number}. Frage zur EUPL\n" for number in range(1, 16)),
}


@pytest.mark.parametrize("text", _ABOUT.values(), ids=_ABOUT.keys())
def test_a_text_about_the_eupl_is_not_the_eupl(text: str) -> None:
    assert _told(text) == []


def test_years_and_title_that_contradict_each_other_claim_nothing() -> None:
    text = built("de", "1.1").replace("v. 1.1", "v. 1.2", 1)
    assert _told(text) == []


_MIT_DE = """MIT-Lizenz

Copyright (c) 2024 Stadt Musterhausen

Hiermit wird unentgeltlich jeder Person, die eine Kopie der Software erhält, die Erlaubnis erteilt, sie
uneingeschränkt zu nutzen, zu verwenden, zu kopieren, zu verändern, zusammenzuführen, zu veröffentlichen, zu
verbreiten, zu unterlizenzieren und/oder zu verkaufen, unter den folgenden Bedingungen:

Der obige Urheberrechtsvermerk ist in allen Kopien oder Teilkopien der Software beizulegen.

"""
_USUAL = "Die Software wird ohne jede Garantie bereitgestellt. Die Autoren sind in keinem Fall haftbar für Schäden.\n"
_MIT = {
    "de": (
        "Jedem, der eine Kopie dieser Software erhält, wird hiermit kostenlos die Erlaubnis erteilt, die Rechte zur "
        "Nutzung, zum Kopieren, Ändern, Zusammenführen, Veröffentlichen, Verteilen, Unterlizenzieren und Verkaufen "
        "auszuüben. Der Hinweis muss in allen Kopien oder wesentlichen Teilen der Software enthalten sein. Sie wird "
        "ohne Gewährleistung geliefert. In keinem Fall sind die Autoren haftbar."
    ),
    "it": (
        "Con la presente si concede, a chiunque ottenga una copia di questo software, di usare, copiare, modificare, "
        "unire, pubblicare, distribuire, cedere in sublicenza e vendere copie. L'avviso va incluso in tutte le copie o "
        "porzioni sostanziali. È fornito senza garanzie. In nessun caso gli autori saranno responsabili."
    ),
    "fr": (
        "L'autorisation est accordée, gracieusement, à toute personne acquérant une copie de ce logiciel, d'utiliser, "
        "de copier, de modifier, de fusionner, de publier, de distribuer, de sous-licencier et de vendre. La mention "
        "est incluse dans toutes copies ou parties substantielles. Fourni sans garantie. En aucun cas les auteurs ne "
        "pourront être tenus pour responsables."
    ),
    "es": (
        "Se concede permiso, libre de cargos, a cualquier persona que obtenga una copia de este software, de usar, "
        "copiar, modificar, fusionar, publicar, distribuir, sublicenciar y vender. El aviso se incluirá en todas las "
        "copias o partes sustanciales. Sin garantía. En ningún caso los autores serán responsables."
    ),
    "nl": (
        "Hierbij wordt kosteloos toestemming verleend aan eenieder die een kopie van deze software verkrijgt, te "
        "gebruiken, te kopiëren, te wijzigen, samen te voegen, te publiceren, te distribueren, in sublicentie te geven "
        "en te verkopen. Opgenomen in alle kopieën of substantiële delen. Zonder garantie. In geen geval zijn de "
        "auteurs aansprakelijk."
    ),
    "pt": (
        "É concedida permissão, gratuitamente, a qualquer pessoa que obtenha uma cópia deste software, para usar, "
        "copiar, modificar, mesclar, publicar, distribuir, sublicenciar e vender. O aviso deve ser incluído em todas "
        "as cópias ou partes substanciais. Sem garantia. Em nenhum caso os autores serão responsáveis."
    ),
}


@pytest.mark.parametrize("language", _MIT)
def test_mit_in_other_languages(language: str) -> None:
    (found,) = find_translations(_MIT[language])
    assert (found.expression, found.by, found.edits) == ("MIT", f"mit-{language}", ())


def test_a_usual_disclaimer_is_no_change_whatever_follows_it() -> None:
    own = "\n---\n\nFür Ergebnisse fremder Dienste haften wir nur bei Vorsatz.\n"
    (found,) = find_translations(_MIT_DE + _USUAL + own)
    assert found.edits == ()
    assert found.end <= len(_MIT_DE + _USUAL)


@pytest.mark.parametrize(
    ("disclaimer", "added"),
    [
        ("Die Autoren haften unbeschränkt bei Vorsatz. Im Übrigen haften sie nicht.", "vorsatz"),
        (f"{_USUAL.strip()} Das gilt nicht bei Arglist und nach dem Produkthaftungsgesetz.", "arglist"),
        ("", ""),
    ],
)  # fmt: skip
def test_another_liability_clause_is_an_edit(disclaimer: str, added: str) -> None:
    (found,) = find_translations(_MIT_DE + disclaimer)
    assert found.expression == "LicenseRef-MIT-like"
    assert found.edits
    assert added in [edit.added for edit in found.edits]


def test_an_abridged_grant_is_not_mit() -> None:
    assert _told(_MIT_DE.replace("zu unterlizenzieren und/oder zu verkaufen,", "").replace("zu verändern,", "")) == []


_BSD_DE = """Copyright (c) 2020 Stadt. Alle Rechte vorbehalten.

Die Weitergabe und Verwendung in Form von Quellcode oder Binärcode, mit oder ohne Änderungen, ist gestattet:
1. Bei der Weitergabe von Quellcode müssen der obige Urheberrechtsvermerk und diese Liste erhalten bleiben.
2. Bei der Weitergabe in kompilierter Form müssen sie in der Dokumentation oder anderen Materialien stehen.
{third}
Diese Software wird ohne jede Garantie geliefert. In keinem Fall sind die Autoren haftbar.
"""


@pytest.mark.parametrize(
    ("third", "expression"),
    [
        ("", "BSD-2-Clause"),
        ("3. Weder der Name der Stadt noch andere dürfen ohne Genehmigung verwendet werden.", "BSD-3-Clause"),
    ],
)  # fmt: skip
def test_bsd_in_german_by_its_conditions(third: str, expression: str) -> None:
    assert _told(_BSD_DE.format(third=third)) == [(expression, "bsd-de")]


_CC = "Creative Commons"
_EIGHT = _sections(8, "Abschnitt ")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (
            "Mach doch, was du willst - Öffentliche Lizenz\nSam Hocevar\n\n 0. Du kannst tun, was du willst.",
            "WTFPL",
        ),
        (
            "Datenlizenz Deutschland – Namensnennung – Version 1.0\nJede Nutzung ist unter den Bedingungen zulässig. "
            "Die bereitgestellten Daten und Metadaten dürfen mit Quellenvermerk vervielfältigt werden.",
            "LicenseRef-DL-DE-BY-1.0",
        ),
        (f"{_CC} Namensnennung – Weitergabe unter gleichen Bedingungen 4.0 International\n\n{_EIGHT}", "CC-BY-SA-4.0"),
        (f"{_CC} Namensnennung - Nicht kommerziell 3.0 Deutschland\n\n{_EIGHT}", "CC-BY-NC-3.0-DE"),
        (f"{_CC} Attribuzione - Non opere derivate 4.0 Internazionale\n\n{_EIGHT}", "CC-BY-ND-4.0"),
        (f"{_CC} Naamsvermelding-GelijkDelen 3.0 Nederland\n\n{_EIGHT}", "LicenseRef-CC-BY-SA-3.0-NL"),
        (f"{_CC} Attribution - Pas de Modification 4.0 International\ncontrat {_EIGHT}", "CC-BY-ND-4.0"),
    ],
)
def test_texts_by_their_own_titles(text: str, expression: str) -> None:
    assert [told[0] for told in _told(text)] == [expression]


@pytest.mark.parametrize(
    ("title", "expression"),
    [
        ("GNU General Public License\nDeutsche Übersetzung der Version 3, 29. Juni 2007", "GPL-3.0"),
        ("Licenza pubblica generica GNU\nVersione 2, giugno 1991", "GPL-2.0"),
        ("LICENCE PUBLIQUE GÉNÉRALE GNU\nVersion 3, du 29 juin 2007", "GPL-3.0"),
        ("This is an unofficial translation of the GNU Affero General Public License.\nVersion 3", "AGPL-3.0"),
        ("This is an unofficial translation of the GNU Lesser General Public License.\nVersion 2.1", "LGPL-2.1"),
    ],
)  # fmt: skip
def test_a_translation_nobody_approved_is_told_as_such(title: str, expression: str) -> None:
    text = f"{title}\nCopyright © Free Software Foundation, Inc.\n\n{_sections(12, first=0)}"
    (found,) = find_translations(text)
    assert found.expression == expression
    assert found.by.startswith("unofficial-")
    assert found.confidence < 0.7


def test_a_name_in_a_notice_is_no_text() -> None:
    assert _told("Los términos de la Licencia Pública General de GNU de la Free Software Foundation, versión 3.") == []
    assert _told("Dieses Werk steht unter Creative Commons Namensnennung 4.0 International. Sie dürfen: teilen.") == []
    assert _told("Es gilt die Datenlizenz Deutschland – Namensnennung – Version 2.0.") == []


def test_every_expression_of_the_table_is_valid() -> None:
    for row in translations().texts:
        named = [row.expression] if row.expression else [choice.expression for choice in row.choices]
        assert named
        assert all(map(is_valid, named)), row.id


@pytest.mark.parametrize("text", ["", "\x00", "İstanbul EUPL © İ 2007", "eupl © " * 5000, "1.2\n" * 5000, "[" * 5000])
def test_odd_input_is_no_licence(text: str) -> None:
    assert find_translations(text) == ()


def test_the_texts_of_this_repository() -> None:
    texts = {path.stem: _told(path.read_bytes()) for path in (_ROOT / "LICENSES").glob("*.txt")}
    assert texts == {name: [("EUPL-1.2", "eupl-en")] if name == "EUPL-1.2" else [] for name in texts}


@pytest.mark.skipif(not _CORPUS.exists(), reason="the corpus is not here")
def test_real_files_of_municipalities() -> None:
    found = {}
    for row in map(json.loads, (_CORPUS / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        for file in row["files"] if row["dir"] else ():
            if file["kind"] == "licence":
                text = plain(decode((_CORPUS / row["dir"] / file["path"]).read_bytes()).text)
                said = {one.expression for one in find_translations(text) if not one.edits}
                if said:
                    found[f"{row['repo']}/{file['path']}"] = (said, row["expected"])
    whole = [told for told in found.values() if told[0] == {"EUPL-1.2"}]
    assert len(whole) >= 25
    assert all(expected == "EUPL-1.2" for _, expected in whole)
    others = {name: said for name, (said, _) in found.items() if said != {"EUPL-1.2"}}
    assert set().union(*others.values()) <= {"MIT", "etalab-2.0"}
