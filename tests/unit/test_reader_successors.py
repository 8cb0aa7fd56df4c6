# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which sentences name the successor of a repository, and which only sound like it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import presence, readme
from harvesters.readers.successors import successor_in
from registry.model import Field, ForgeFacts
from support.snapshots import facts, snapshot, values

OWN = "https://github.com/stadt/melder"
NEXT = "https://gitlab.opencode.de/stadt/melder-neu"

SAID = [
    # English
    "This repository has moved to {}.",
    "This repository has been moved to [openCoDE]({}).",
    "**This project has permanently moved to {}**",
    "> **Warning**\n> This repository is deprecated in favour of {}.",
    "This project is deprecated, use {}",
    "This package has been superseded by [the new one]({}).",
    "The project was replaced by {}",
    "This old npm package has been deprecated in favor of {}",
    "The code has been migrated from https://github.com/stadt/ganz-alt to {}.",
    "The development of this project continues at {}",
    "The successor of this project is {}.",
    "Its successor can be found at {}",
    "# Moved to {}",
    "Moved to [openCoDE]({}).",
    "Superseded by {}",
    "DEPRECATED: please use {}",
    "New repository: {}",
    "Melder has been superseded by {}",
    "This repository has moved to [the new place][1].\n\n[1]: {}",
    "This project is no longer maintained. Please use {} instead.",
    # German
    "Dieses Repository ist umgezogen nach {}.",
    "Dieses Repository ist nach {} umgezogen.",
    "Dieses Projekt wurde durch {} abgelöst.",
    "Dieses Projekt wurde abgelöst durch [den neuen Melder]({}).",
    "Das Projekt wurde von {} abgelöst.",
    "Diese Software wird unter {} weiterentwickelt.",
    "Die Entwicklung findet jetzt unter {} statt.",
    "Dieses Repository ist veraltet, bitte verwenden Sie {}.",
    "Das Nachfolgerepository ist umgezogen.\n\nNachfolger: {}",
    "Umgezogen nach {}",
    "Abgelöst durch {}",
    "Veraltet: ersetzt durch {}",
    "Dieses Projekt ist eingestellt. Bitte nutzen Sie stattdessen {}.",
    "Das Projekt wird nicht mehr weiterentwickelt. Bitte nutzen Sie {} stattdessen.",
    # Italian, French, Dutch, Spanish
    "Questo repository è stato spostato su {}",
    "Questo progetto si è trasferito su {}.",
    "Questo progetto è stato sostituito da {}",
    "Il progetto è deprecato a favore di {}",
    "Ce dépôt a été déplacé vers {}",
    "Ce projet est remplacé par {}.",
    "Ce projet est obsolète au profit de {}",
    "Deze repository is verhuisd naar {}",
    "Dit project is vervangen door {}.",
    "Este repositorio se ha movido a {}",
    "Este proyecto ha sido reemplazado por {}.",
]
NOT_SAID = [
    # of something else
    "The documentation has moved to {}.",
    "The jQuery library has been replaced by {}.",
    "We have moved to [yarn]({}).",
    "We replaced moment.js, which is deprecated in favour of {}.",
    "This project uses moment, which has been replaced by {}.",
    "Melder uses a library that has moved to {}.",
    "The wiki of this project has moved to {}",
    "Issues have been moved to {}.",
    "Our old dependency was superseded by {}.",
    "Die Bibliothek wurde durch {} ersetzt.",
    "Die Anwendung hat jQuery durch {} ersetzt.",
    "Die Anwendung nutzt jQuery, das durch {} ersetzt wurde.",
    "Die Dokumentation ist umgezogen nach {}.",
    "La documentazione è stata spostata su {}",
    "La documentation a été déplacée vers {}",
    # the other way round
    "This repository replaces {}.",
    "This project is the successor of {}.",
    "This project was moved from {}.",
    "Dieses Projekt ist der Nachfolger von {}.",
    "Dieses Projekt löst {} ab.",
    "Dieses Repository wurde von {} hierher umgezogen.",
    # no statement
    "This repository has not moved to {}.",
    "This project could be replaced by {} one day.",
    "Dieses Projekt wurde nicht durch {} ersetzt.",
    "If this repository has moved to {}, tell us.",
    "This project is based on {}.",
    "See {} for the back end.",
    "Please use {} instead of the demo data.",
    "- Replaced by {}",
    "1. Moved to {}",
    # no repository, or this very one
    "This repository has moved to https://example.org/stadt/melder.",
    "This repository has moved to https://github.com/stadt.",
    "This repository has moved to https://github.com/stadt/melder.",
    "This repository has moved to https://github.com/Stadt/Melder/issues",
    "This repository has moved.",
]


@pytest.mark.parametrize("text", SAID)
def test_statements(text: str) -> None:
    found = successor_in(text.replace("{}", NEXT), OWN)
    assert found is not None
    assert found[0] == NEXT


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_only_sounds_like_it(text: str) -> None:
    assert successor_in(text.replace("{}", NEXT), OWN) is None


def test_what_is_archived_needs_fewer_words() -> None:
    text = f"Please use {NEXT} instead."
    assert successor_in(text, OWN) is None
    assert successor_in(text, OWN, archived=True) == (NEXT, 1)


def test_a_neighbour_on_a_host_that_nobody_knows() -> None:
    own, after = "http://127.0.0.1:8123/stadt/melder", "http://127.0.0.1:8123/stadt/neu"
    assert successor_in(f"This repository has moved to {after}", own) == (after, 1)
    assert successor_in("This repository has moved to http://127.0.0.1:9000/stadt/neu", own) is None
    assert successor_in(f"This repository has moved to {own}", own) is None


def test_only_the_beginning_counts() -> None:
    far = "Ein Satz über etwas anderes.\n\n" * 120
    assert successor_in(f"{far}This repository has moved to {NEXT}", OWN) is None
    middle = "Ein Satz über etwas anderes.\n\n" * 60
    assert successor_in(f"{middle}This repository has moved to {NEXT}", OWN) is not None
    assert successor_in(f"{middle}Moved to {NEXT}", OWN) is None


def test_the_first_of_two_statements_counts() -> None:
    text = f"# Melder\n\nThis repository has moved to {NEXT}.\n\nThis project was replaced by https://github.com/a/b."
    assert successor_in(text, OWN) == (NEXT, 3)


def test_the_readme_and_the_description_are_read() -> None:
    taken = snapshot({"README.md": f"# Melder\n\nDieses Repository ist umgezogen nach {NEXT}.\n".encode()})
    [found] = facts(readme.read(taken), Field.SUCCESSOR)
    assert (found.value, found.origin.path, found.origin.line) == (NEXT, "README.md", 3)
    about = ForgeFacts(description=f"Abgelöst durch {NEXT}", archived=True)
    assert values(presence.read_forge(snapshot(facts=about)), Field.SUCCESSOR) == [NEXT]
    assert values(presence.read_forge(snapshot(facts=replace(about, description="Ein Melder"))), Field.SUCCESSOR) == []


@settings(max_examples=60)
@given(st.text(alphabet="this repository has been moved to # .https://github.com/a/b ist nach\n>*[]()", max_size=3_000))
def test_any_text_is_read_in_time(text: str) -> None:
    found = successor_in(text, OWN, archived=True)
    assert found is None or found[0].count("/") >= 4
