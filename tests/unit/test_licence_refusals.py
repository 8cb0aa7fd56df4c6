# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from pathlib import Path

import pytest

from harvesters.licences.found import Edit, Found, Kind
from harvesters.licences.plain import plain
from harvesters.licences.refusals import find_refusals, judge_edits
from registry.licences import is_open, is_valid
from registry.vocabulary.refusals import edits, reason, refusals

_ROOT = Path(__file__).parents[2]
_GRANT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to deal in the "
    "Software without restriction, including the rights to use, copy, modify, merge, publish, distribute "
    "and sell copies.\n"
)  # fmt: skip

REFUSED = {
    "all-rights-reserved": [
        "Copyright (c) 2023 Stadt Musterhausen. All rights reserved.",
        "© 2021 Stadt Beispiel\nAlle Rechte vorbehalten.",
        "(c) Comune di Esempio - Tutti i diritti riservati",
        "Copyright Gemeente Voorbeeld. Alle rechten voorbehouden.",
        "Ville de Exemple. Tous droits réservés",
    ],
    "proprietary": [
        "All Rights Reserved. Unauthorized copying of this file, via any medium is strictly prohibited.",
        "Proprietary and confidential.",
        "Diese Software ist proprietär.",
        "Vervielfältigung und Weitergabe nur mit ausdrücklicher Genehmigung der Stadt Musterhausen.",
        "This software is the confidential and proprietary information of Example Ltd.",
        "Proprietary License",
        "License: Proprietary",
        "No part of this software may be reproduced or distributed without the prior written permission of the city.",
        "Il presente software è proprietario. È vietata la riproduzione senza autorizzazione.",
        "Ce logiciel est propriétaire. Toute reproduction est interdite.",
        "Streng vertraulich. Nur für Auftragnehmer.",
        "This is source available, this software is not open source.",
        "Der Quellcode ist öffentlich einsehbar, die Nutzung ist jedoch nicht gestattet.",
        "Nutzung durch Dritte nur nach schriftlicher Zustimmung der Stadt Musterhausen.",
        "You must obtain the written permission of the city before you use it.",
    ],
    "eula": [
        "END USER LICENSE AGREEMENT\n\nYou may not reverse engineer, decompile or disassemble the Software.",
        "Endbenutzer-Lizenzvertrag\nSie dürfen die Software nicht dekompilieren. Die Lizenz ist nicht übertragbar.",
    ],
    "non-commercial": [
        "This software is free for personal and academic use. For other uses, contact us.",
        "Free for non-commercial use.",
        "You may use this software for non-commercial purposes only.",
        "Nur für nichtkommerzielle Nutzung.",
        "Die kommerzielle Nutzung ist untersagt.",
        "Die Software darf ausschließlich für nicht-kommerzielle Zwecke verwendet werden.",
        _GRANT + "\nThe Software may not be used for commercial purposes without the prior consent of the author.",
        "Uso commerciale vietato.",
        "Il software può essere utilizzato solo per scopi non commerciali.",
        "Usage commercial interdit.",
        "Alleen voor niet-commercieel gebruik.",
        "Free for academic research use only.",
        "Commercial use of this software requires a license from the City.",
        "Kostenlos für private und nicht kommerzielle Nutzung.",
        "Die Nutzung ist nur für private Zwecke erlaubt.",
    ],
    "commons-clause": [
        '"Commons Clause" License Condition v1.0\n\nThe grant will not include the right to Sell the Software.',
        "This project is licensed under Apache 2.0 with Commons Clause.",
    ],
    "sell-clause": [_GRANT + "\nYou may not sell the Software."],
    "hosting": [
        "You may not provide the software to third parties as a hosted or managed service.",
        "You may not offer this software as a service.",
        "Unless authorized in writing, you may not use the source code to operate a multi-tenant environment.",
        "Die Software darf nicht als Dienst für Dritte angeboten werden.",
    ],
    "evaluation": [
        "This software is provided for evaluation purposes only.",
        "Nur zu Testzwecken.",
        "Die Software darf ausschließlich zu Evaluierungszwecken genutzt werden.",
    ],
    "ethical": [
        "The Software shall be used for Good, not Evil.",
        "The software may not be used by individuals or organisations that violate human rights.",
        "Die militärische Nutzung ist untersagt.",
    ],
    "internal": [
        "For internal use only.",
        "Nutzung nur durch Kommunen des Landkreises.",
        "Nur für den internen Gebrauch der Stadtverwaltung.",
        "Nur für den Dienstgebrauch",
        "This software may only be used by members of the association.",
    ],
    "no-derivatives": ["You may not modify the software.", "Die Software darf nicht verändert werden."],
    "additional-use-grant": [
        "Additional Use Grant: none\nChange Date: 2027-01-01\nChange License: Apache 2.0",
        "A Permitted Purpose is any purpose other than a Competing Use.",
    ],
    "no-licence": [
        "No license is granted.",
        "UNLICENSED",
        "Dieses Projekt hat derzeit keine Lizenz.",
        "Es werden keine Nutzungsrechte eingeräumt.",
    ],
    "undecided": ["TBD", "Lizenz: noch festzulegen", "License to be determined.", "TODO: choose a license"],
    "modified-licence": [
        "Modified MIT License\n\n" + _GRANT,
        "Modified Apache License 2.0",
        "# EUPL-1.2 modifiziert",
        "Foo is licensed under a modified version of the Apache License 2.0, with the following conditions:",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in REFUSED.items() for text in texts])
def test_words_that_withhold_or_restrict(rule: str, text: str) -> None:
    (found,) = find_refusals(plain(text))
    assert (found.by, found.kind) == (rule, Kind.REFUSAL)
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Copyright (c) 2020 City. All rights reserved.\n\nRedistribution and use in source form are permitted.",
        "Copyright (c) 2020 City. All rights reserved.\n\n" + _GRANT,
        "Licensed under the Apache License, Version 2.0. All rights reserved.",
        "You may use it for any purpose, commercial or non-commercial.",
        "Die kommerzielle und nicht kommerzielle Nutzung ist gestattet.",
        "free for both commercial and non-commercial use",
        "This software is free for commercial use.",
        "You are free to use this for personal and commercial projects.",
        "à des fins commerciales ou non",
        "Commercial support is available. A commercial licence is available.",
        "The names of its contributors may not be used to endorse products without prior written permission.",
        "You may not use this file except in compliance with the License.",
        "All rights in the logo are reserved.",
        "Das Stadtwappen ist von der Lizenz ausgenommen; alle Rechte am Wappen vorbehalten.",
        "Das Logo der Stadt darf nicht ohne Genehmigung verwendet werden.",
        "No trademark license is granted.",
        "Moira is a trademark of the university. No commercial use of these trademarks may be made.",
        "Names may be covered by trademarks. This notice does not grant any licenses under those rights.",
        "Die Nutzung des Stadtlogos ist nicht gestattet.",
        "© Copyright Stadt Musterhausen 2021",
        "Everyone is permitted to copy this license document, but changing it is not allowed.",
        "The Unlicense",
        "We removed the Commons Clause from our licence.",
        "Modified BSD License\n\nRedistribution and use in source and binary forms are permitted.",
        "The project is licensed under AGPL-3.0. Proprietary plugins are available separately.",
        "You must not remove any copyright notices.",
        "This todo list application is licensed under the MIT License.",
    ],
)
def test_words_that_only_look_like_it(text: str) -> None:
    assert find_refusals(plain(text)) == ()


def test_licence_texts_refuse_nothing_by_themselves() -> None:
    for path in (_ROOT / "LICENSES").glob("*.txt"):
        assert find_refusals(plain(path.read_text(encoding="utf-8"))) == (), path.name


def test_texts_already_found_are_left_out() -> None:
    text = "Free for non-commercial use."
    assert find_refusals(text, (Found("CC-BY-NC-4.0", Kind.TEXT, 1.0, 0, len(text), "texts"),)) == ()
    reserved = "All rights reserved."
    assert find_refusals(reserved, (Found("MIT", Kind.NOTICE, 1.0, 0, 0, "grant"),)) == ()


def test_places_are_those_of_the_file() -> None:
    text = "\n\n   Nur\n   für   nichtkommerzielle\n\tNutzung."
    (found,) = find_refusals(text)
    assert text[found.start : found.end].split() == ["Nur", "für", "nichtkommerziell"]


def test_every_settled_reason_is_not_open_and_says_why() -> None:
    for rule in refusals():
        assert is_valid(rule.expression)
        assert is_open(rule.expression) is (False if rule.settled else None), rule.id
        assert reason(rule.expression) is not None
    for words in (*edits().added, *edits().removed):
        assert reason(words.expression) is not None
    assert reason("LicenseRef-other") is None


def _changed(*changes: tuple[str, str]) -> Found:
    return Found(
        "MIT", Kind.TEXT, 0.9, 10, 900, "texts", tuple(Edit(added, removed, 50, 60) for added, removed in changes)
    )


@pytest.mark.parametrize(
    ("changes", "expression"),
    [
        ([("for non commercial purposes only", "")], "LicenseRef-non-commercial"),
        ([("for noncommercial use", "")], "LicenseRef-non-commercial"),
        ([("except for commercial use", "")], "LicenseRef-non-commercial"),
        ([("for academic use only", "")], "LicenseRef-non-commercial"),
        ([("", "and or sell")], "LicenseRef-non-commercial"),
        ([("you may not sell copies", "")], "LicenseRef-commons-clause"),
        ([("you may not offer it as a service", "")], "LicenseRef-no-hosting"),
        ([("the software shall be used for good not evil", "")], "LicenseRef-ethical-restriction"),
        ([("for evaluation purposes only", "")], "LicenseRef-evaluation"),
        ([("", "modify merge")], "LicenseRef-no-derivatives"),
        ([("", "publish distribute sublicense")], "LicenseRef-proprietary"),
        ([("subject to payment of a license fee", "")], "LicenseRef-proprietary"),
    ],
)
def test_edits_that_take_freedoms_away(changes: list[tuple[str, str]], expression: str) -> None:
    judged = judge_edits(_changed(*changes))
    assert judged is not None
    assert (judged.expression, judged.kind, judged.start, judged.end) == (expression, Kind.REFUSAL, 10, 900)


@pytest.mark.parametrize(
    "changes",
    [
        [("vorsatz", "")],
        [("the city of example", "the authors")],
        [("for commercial and private use", "")],
        [("you may sell copies", "")],
        [("distribute sell", "distribute and or sell")],
        [("and that the name of the company not be used in advertising to distribute copies", "")],
        [("", "permission to use copy modify and distribute this software and its documentation")],
        [("or royalty", "")],
        [("this is not part of another text " * 12 + "that may not be used for commercial purposes", "")],
    ],
)
def test_edits_that_restrict_nothing_we_know(changes: list[tuple[str, str]]) -> None:
    assert judge_edits(_changed(*changes)) is None
