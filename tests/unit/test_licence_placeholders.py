# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest

from harvesters.licences.found import Edit, Found, Kind
from harvesters.licences.placeholders import is_template, unfilled
from harvesters.licences.plain import plain
from harvesters.licences.remarks import remarks
from registry.vocabulary.rules import explain, rules


def _text(start: int, end: int, by: str = "texts", edits: tuple[Edit, ...] = ()) -> Found:
    return Found("MIT", Kind.TEXT, 0.9, start, end, by, edits)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Copyright (c) <year> <copyright holders>", ("<year>", "<copyright holders>")),
        ("Copyright (c) [year] [fullname]", ("[year]", "[fullname]")),
        ("Copyright [yyyy] [name of copyright owner]", ("[yyyy]", "[name of copyright owner]")),
        ("Copyright (c) {year} {fullname}", ("{year}", "{fullname}")),
        ("Copyright (c) YEAR NAME", ("YEAR NAME",)),
        ("Copyright (c) 20XX City", ("20XX City",)),
        ("Copyright (c) 2020 Your Name", ("2020 Your Name",)),
        ("Copyright {{ cookiecutter.year }} {{cc.name}}", ("{{ cookiecutter.year }}", "{{cc.name}}")),
        ("Copyright ${year} ${name}", ("${year}", "${name}")),
        ("Copyright (C) 2019  <name of author>", ("<name of author>",)),
        ("Copyright (c) <Jahr> <Copyright Inhaber>", ("<Jahr>", "<Copyright Inhaber>")),
        ("© [Jahr] [Name der Kommune]", ("[Jahr]", "[Name der Kommune]")),
        ("Copyright (c) ________", ("________",)),
        ("Copyright @YEAR@ %OWNER%", ("@YEAR@", "%OWNER%")),
        ("Copyright (c) 2020 City", ()),
        ("Copyright (c) 2020 City <mail@example.org>", ()),
        ("See <https://example.org>, [MIT](LICENSE) and [name](https://example.org).", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_fields_nobody_filled_in(text: str, fields: tuple[str, ...]) -> None:
    assert unfilled(text, ()) == fields
    assert unfilled(plain(text), ()) == fields


def test_fields_of_an_appendix_belong_to_the_licence() -> None:
    text = "Copyright (c) 2020 City\n\nAPPENDIX: How to apply the Apache License\n\nCopyright [yyyy] [fullname]"
    assert unfilled(text, ()) == ()
    assert unfilled("Copyright [yyyy] [name of copyright owner]\n" + text, ()) == (
        "[yyyy]",
        "[name of copyright owner]",
    )


def test_fields_of_a_long_licence_belong_to_it() -> None:
    text = "x" * 4000 + " <year> <name of author>"
    assert unfilled(text, (_text(0, len(text)),)) == ()
    assert unfilled(text, (_text(0, 400),)) == ("<year>", "<name of author>")


def test_fields_are_few_and_each_told_once() -> None:
    assert unfilled("<year> <year> <YEAR>", ()) == ("<year>", "<YEAR>")
    assert len(unfilled("".join(f"${{field_{number}}} " for number in range(50)), ())) == 10


def test_a_file_that_chooses_between_licences_is_a_template() -> None:
    text = '{% if cookiecutter.license == "MIT" %}\nMIT License\n{% else %}\nApache License\n{% endif %}'
    assert is_template(text)
    assert ("licence-template", {}) in remarks(text, ())
    assert not is_template("MIT License\n\nCopyright (c) {{ year }} {{ name }}")


_LOGO = "Licensed under the EUPL. The logo and the coat of arms of the city are excluded from this licence."


def test_a_logo_left_out_is_a_hint_and_not_for_a_clause_of_the_licence() -> None:
    notice = Found("EUPL-1.2", Kind.NOTICE, 0.9, 0, 24, "grant")
    (told,) = remarks(_LOGO, (notice,))
    assert told[0] == "licence-logo-excluded"
    assert remarks(_LOGO, ()) == ()
    assert remarks(_LOGO, (_text(0, len(_LOGO)),)) == ()
    german = "Lizenziert unter der EUPL. Das Stadtwappen ist von der Lizenz ausgenommen."
    assert [rule for rule, _ in remarks(german, (notice,))] == ["licence-logo-excluded"]


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (_text(0, 9, "mit-de", (Edit("vorsatz", "", 3, 9),)), "licence-translation-liability"),
        (_text(0, 9, "mit-de"), None),
        (_text(0, 9, "texts", (Edit("vorsatz", "", 3, 9),)), None),
        (_text(0, 9, "unofficial-gnu-general"), "licence-translation-unofficial"),
        (Found("LicenseRef-proprietary", Kind.REFUSAL, 0.8, 0, 9, "proprietary"), "licence-restricts"),
        (Found("LicenseRef-undecided", Kind.REFUSAL, 0.6, 0, 9, "undecided"), "licence-unsettled"),
    ],
)
def test_what_the_maintainer_is_told_of_a_piece(found: Found, rule: str | None) -> None:
    told = remarks("some words", (found,))
    assert [name for name, _ in told] == ([rule] if rule else [])
    for name, params in told:
        for language in ("de", "en"):
            message = explain(name, {"name": "LICENSE", **params}, language).message
            assert "{" not in message
            assert "LICENSE" in message


def test_an_empty_file_is_told_and_every_rule_has_its_texts() -> None:
    assert remarks(" \n", ()) == (("licence-empty", {}),)
    named = {"licence-changed", "licence-placeholders", "licence-template", "licence-logo-excluded", "licence-empty"}
    assert named <= set(rules())
