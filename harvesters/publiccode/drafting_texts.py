# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the comments of a drafted publiccode.yml say, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("de", "en")
HEAD: Mapping[str, tuple[str, ...]] = {
    "de": (
        "Entwurf einer publiccode.yml aus dem, was im Repository steht. Nichts ist erfunden, manches nur vermutet.",
        "Bitte gehen Sie jede Zeile durch, die mit „# Allmende: “ bezeichnet ist, und löschen Sie dann die Anmerkung.",
        "„prüfen“ heißt: Der Wert stammt von der genannten Stelle. „entscheiden“ heißt: Das können nur Sie wissen.",
    ),
    "en": (
        "Draft of a publiccode.yml from what is found in the repository. Nothing is invented, some of it is a guess.",
        'Please go through every line marked "# Allmende: " and then delete the remark.',
        '"confirm" means: the value comes from the place named. "decide" means: only you can know.',
    ),
}
MARKS: Mapping[str, Mapping[str, str]] = {
    "confirm": {"de": "prüfen", "en": "confirm"},
    "decide": {"de": "entscheiden", "en": "decide"},
}
ORIGINS: Mapping[str, Mapping[str, str]] = {
    "line": {"de": "aus {path}, Zeile {line}", "en": "from {path}, line {line}"},
    "path": {"de": "aus {path}", "en": "from {path}"},
    "forge": {"de": "von der Seite des Repositorys", "en": "from the page of the repository"},
    "name": {"de": "aus dem Namen des Repositorys", "en": "from the name of the repository"},
    "repository": {"de": "aus dem Repository", "en": "from the repository"},
    "tag": {"de": "vom Git-Tag {tag}", "en": "from the git tag {tag}"},
    "address": {"de": "die Adresse, unter der gelesen wurde", "en": "the address it was read from"},
    "topics": {"de": "aus den Stichwörtern {words}", "en": "from the keywords {words}"},
    "evidence": {"de": "vermutet, weil es {words} gibt", "en": "guessed, for there is {words}"},
    "archived": {"de": "vermutet, weil das Repository archiviert ist", "en": "guessed, for the repository is archived"},
}
ASKED: Mapping[str, Mapping[str, str]] = {
    "code_url": {
        "de": "als Ort des Quelltextes ist auch genannt: {url}",
        "en": "as place of the source is also named: {url}",
    },
    "platforms": {
        "de": "wo die Software läuft, als Liste: web, windows, mac, linux, android, ios",
        "en": "where the software runs, as a list: web, windows, mac, linux, android, ios",
    },
    "categories": {
        "de": "mindestens eine aus https://yml.publiccode.tools/categories-list.html",
        "en": "at least one of https://yml.publiccode.tools/categories-list.html",
    },
    "developmentStatus": {
        "de": "concept, development, beta, stable oder obsolete",
        "en": "concept, development, beta, stable or obsolete",
    },
    "softwareType": {
        "de": "standalone/web, /backend, /desktop, /mobile, /iot oder /other, addon, library oder configurationFiles",
        "en": "standalone/web, /backend, /desktop, /mobile, /iot or /other, addon, library or configurationFiles",
    },
    "language": {"de": "in welcher Sprache die Texte darunter sind", "en": "which language the texts below are in"},
    "shortDescription": {"de": "ein Satz, höchstens 150 Zeichen", "en": "one sentence, at most 150 characters"},
    "longDescription": {
        "de": "150 bis 10.000 Zeichen: was die Software tut, für wen, und was man dafür braucht",
        "en": "150 to 10,000 characters: what the software does, for whom, and what it needs",
    },
    "features": {
        "de": "die wichtigsten Funktionen als Liste, mindestens eine",
        "en": "the most important features as a list, at least one",
    },
    "documentation": {
        "de": "Adresse der Dokumentation; im Repository gibt es {words}",
        "en": "address of the documentation; the repository has {words}",
    },
    "license": {
        "de": "Kürzel von https://spdx.org/licenses, etwa EUPL-1.2",
        "en": "identifier of https://spdx.org/licenses, such as EUPL-1.2",
    },
    "conflict": {
        "de": "die Angaben widersprechen sich: {words}",
        "en": "the statements contradict each other: {words}",
    },
    "mainCopyrightOwner": {
        "de": "wem die Rechte gehören, etwa Ihrer Stadt",
        "en": "who holds the rights, your town for example",
    },
    "maintenance": {
        "de": "internal, contract, community oder none; mit contacts (internal, community) oder contractors (contract)",
        "en": "internal, contract, community or none; with contacts (internal, community) or contractors (contract)",
    },
    "localisationReady": {
        "de": "true, wenn die Oberfläche übersetzt werden kann, sonst false",
        "en": "true if the interface can be translated, else false",
    },
    "availableLanguages": {
        "de": "Sprachen der Oberfläche als Liste, etwa de, en",
        "en": "languages of the interface as a list, such as de, en",
    },
    "organisation": {"de": "wer die Software herausgibt", "en": "who publishes the software"},
    "dependsOn": {
        "de": "was der Betrieb voraussetzt; genannt werden {words}",
        "en": "what it needs to run; mentioned are {words}",
    },
}
