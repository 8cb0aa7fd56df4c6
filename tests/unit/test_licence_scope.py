# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a sentence with a licence's name is about: the software as it is, a part of it, a plan, a dependency, a wish."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvesters.licences.detecting import detect
from harvesters.licences.templates import KIND, Worth, flatten

NOT_GRANTED = (
    # Planned, likely, to be decided, weighed, wished for, recommended.
    "# Lizenz\n\nDie Lizenz wird noch festgelegt. Geplant ist eine Veröffentlichung unter der EUPL 1.2.",
    "Die Stadt plant, diese Software unter der EUPL 1.2 zu veröffentlichen.",
    "Diese Software soll unter der EUPL 1.2 veröffentlicht werden.",
    "Wir prüfen derzeit eine Veröffentlichung unter der EUPL-1.2.",
    "Empfehlung der IT-Abteilung: Veröffentlichung unter der EUPL 1.2",
    "Die Stadt behält sich vor, die Software später unter der EUPL zu veröffentlichen.",
    "Lizenz: voraussichtlich MIT",
    "License: probably MIT",
    "We would like to publish this under the EUPL-1.2, legal review is ongoing.",
    "The city council must approve the release under the AGPL-3.0 first.",
    "Il Comune intende rilasciare il software con licenza EUPL 1.2.",
    "Il software sarà rilasciato con licenza AGPL 3.0",
    "Stiamo valutando il rilascio con licenza EUPL-1.2.",
    "Licenza: EUPL 1.2 (in corso di approvazione)",
    "Delibera n. 45: si autorizza la futura pubblicazione del codice con licenza EUPL 1.2.",
    "Le code sera publié sous licence EUPL 1.2.",
    "Nous étudions une publication sous licence EUPL-1.2.",
    "Licentie\n\nDe licentie wordt nog bepaald. Waarschijnlijk wordt dit de EUPL-1.2.",
    "De software zal onder de EUPL-1.2 worden gepubliceerd.",
    "We onderzoeken of publicatie onder de EUPL-1.2 mogelijk is.",
    # A part, named by its folder or by "some", or by what is said of the rest.
    "Der Ordner frontend/ steht unter der MIT-Lizenz. Für alle anderen Teile liegen die Rechte bei einer Firma.",
    "Der Code im Ordner frontend/ steht unter der MIT-Lizenz. Alle übrigen Teile gehören der Firma Kommunalsoft.",
    "Il codice nella cartella lib/ è rilasciato con licenza MIT. Il resto del codice è di proprietà del Comune.",
    "Le code du dossier api/ est publié sous licence MIT. Le reste n'est pas ouvert.",
    "De bibliotheek in /lib valt onder de MIT-licentie. De rest van de code is niet vrij beschikbaar.",
    "Das Modul Terminverwaltung steht unter der MIT-Lizenz, die übrigen Module sind nicht frei.",
    "Open Core: the core is licensed under the AGPL-3.0, plugins are proprietary.",
    "Licences used: MIT for packages/ui, EUPL-1.2 for packages/core.",
    "The schema files are licensed under CC0. Everything else: ask.",
    "Einige Dateien unterliegen der GPL-3.0.",
    "Alcune parti del software sono rilasciate con licenza MIT.",
    "Certaines parties sont sous licence MIT.",
    "Delen van deze code vallen onder de MIT-licentie.",
    "For licensing information contact the IT department. Some modules are MIT licensed.",
    # What the software uses or comes from.
    "§ 1 Die Gemeinde erhält ein Nutzungsrecht.\n§ 2 Open-Source-Bestandteile unterliegen der Apache License 2.0.",
    "Licence à préciser. Le code des dépendances est sous licence MIT.",
    "Questo software deriva da un progetto con licenza AGPL-3.0; la licenza del presente software è da concordare.",
    "The previous developer released an early prototype under the GPL-3.0. This rewrite is not public.",
    "Diese Version darf nicht weitergegeben werden. Die Vorgängerversion war unter GPL-2.0 verfügbar.",
    "Eine frühere Version wurde unter der GPL-3.0 veröffentlicht.",
    "Ancienne version sous licence GPL v2, nouvelle version soumise à contrat.",
    # A condition, a purchase, a grant to the project, a licence without one of its sections.
    "Der Dienstleister stellt die Software unter der MIT-Lizenz bereit, sofern der Vertrag verlängert wird.",
    "After purchase you receive the sources under the MIT License.",
    "By signing this CLA you grant the City a licence under the terms of the Apache License, Version 2.0.",
    "AGPL-3.0 without section 13.",
    # A demand, several works at once, a text for others to copy.
    "Pflichtenheft: Der Quellcode muss unter der EUPL-1.2 stehen.",
    "Capitolato: il codice deve essere rilasciato con licenza EUPL 1.2.",
    "Ce dépôt regroupe plusieurs projets sous licences MIT, GPL-3.0 et EUPL-1.2.",
    "This repository is not yet open source. After the audit it becomes available under EUPL-1.2.",
    "You can obtain this software under the GPL-3.0 by signing the cooperation agreement.",
    "Code fermé. Seules les traductions sont sous licence CC BY 4.0.",
    "Versione di prova valida 30 giorni; il codice del client è sotto licenza MIT.",
    "Progetto scolastico. Framework usato: Laravel, con licenza MIT.",
    # Lines about parts one by one, with no word that the first is the software.
    "jQuery\nCode: MIT\n\nFont Awesome\nCode: MIT\nFonts: OFL-1.1",
)

GRANTED = {
    "Eine App, die Bürgern helfen soll, veröffentlicht unter der MIT-Lizenz.": "MIT",
    "Diese Software soll Kommunen helfen. Sie steht unter der EUPL-1.2.": "EUPL-1.2",
    "Termin-App für geplante Sperrungen. Lizenz: MIT": "MIT",
    "Pending requests viewer. Licensed under the Apache License, Version 2.0.": "Apache-2.0",
    "Ce logiciel, prévu pour les communes, est publié sous licence AGPL-3.0.": "AGPL-3.0",
    "De applicatie voor geplande werkzaamheden valt onder de EUPL-1.2.": "EUPL-1.2",
    "We want to make cities better. Licensed under AGPL-3.0.": "AGPL-3.0",
    "Alle onderdelen van deze repository vallen onder de EUPL-1.2.": "EUPL-1.2",
    "Alle Teile der Software stehen unter der MIT-Lizenz.": "MIT",
    "All files in this directory and its subdirectories are licensed under the MIT License.": "MIT",
    "Die Software wird unter der EUPL-1.2 veröffentlicht, sofern nicht anders angegeben.": "EUPL-1.2",
    "Unless a file says otherwise, everything here is licensed under the MIT License.": "MIT",
    "Diese Software ist unter der MIT-Lizenz veröffentlicht. Andere Rechte am Wappen bleiben vorbehalten.": "MIT",
    "Il codice sorgente è disponibile con licenza EUPL-1.2, i dati con licenza CC BY 4.0.": "EUPL-1.2",
    "Code: EUPL-1.2\nDocumentation: CC-BY-4.0": "EUPL-1.2",
    "License\n=======\n\nSource code: Apache-2.0\nContent: CC BY 4.0": "Apache-2.0",
    "Quellcode: AGPL-3.0\nDokumentation: CC-BY-SA-4.0\nDaten: DL-DE-BY-2.0": "AGPL-3.0",
    "Stadt Soest, 2024. Lizenz: EUPL 1.2. Ausgenommen sind Wappen und Fotos.": "EUPL-1.2",
    "Code under the EUPL-1.2, texts under CC BY 4.0.": "EUPL-1.2",
    "MIT": "MIT",
    "# MIT\n\nCopyright (c) 2020 Stadt X": "MIT",
    "This is free and unencumbered software released into the public domain.\n\n"
    "For more information, please refer to <https://unlicense.org>": "Unlicense",
}


@pytest.mark.parametrize("text", NOT_GRANTED)
def test_a_sentence_about_something_else_grants_nothing(text: str) -> None:
    assert detect(text.encode()).expression is None


@pytest.mark.parametrize(("text", "expression"), GRANTED.items(), ids=range(len(GRANTED)))
def test_the_words_of_plans_and_parts_elsewhere_take_no_licence_away(text: str, expression: str) -> None:
    assert detect(text.encode()).expression == expression


@pytest.mark.parametrize("text", ["Not licensed under the GPL", "This software is not licensed under the MIT license."])
def test_that_one_licence_does_not_apply_says_nothing_of_others(text: str) -> None:
    assert detect(text.encode()).expression is None


def test_that_nothing_is_licensed_is_a_refusal() -> None:
    assert detect(b"This software is not licensed.").expression == "LicenseRef-no-licence"


def test_the_remark_in_the_title_of_the_lgpl_may_be_missing_as_its_preamble_may() -> None:
    text = "[This is the first released version of the Lesser GPL. It also counts.]\n\nTERMS AND CONDITIONS\n"
    flat, values = flatten(text)
    remark = values[flat.index("first") : flat.index("counts")]
    assert all(value & KIND != Worth.REQUIRED for value in remark)


def test_and_or_is_no_path_of_a_part() -> None:
    head = (
        "# You can redistribute it and/or modify it under the terms of the GNU General Public License\n"
        "# as published by the Free Software Foundation, version 3.\n"
    )
    assert detect(head.encode()).expression == "GPL-3.0-only"


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("Copyright 2020 X. You must not sell this.", None),
        ("Copyright 2020 X. You may not sell this software.", None),
        ("© Stadt X. Nur für Kommunen.", None),
        ("Copyright (c) 2020 X. Not for resale.", None),
        ("Copyright (c) 2020 X, Inc. All rights reserved.", "MIT"),
        ("Copyright (c) 2020 Only Software, Inc.", "MIT"),
    ],
)
def test_a_sentence_behind_the_holders_name_is_read(line: str, expression: str | None) -> None:
    text = (Path(__file__).parents[2] / "harvesters/demo/licences/LICENSE-MIT.txt").read_text(encoding="utf-8")
    for content in (f"{text}\n\n{line}\n", f"{line}\n\n{text}"):
        assert detect(content.encode()).expression == expression
