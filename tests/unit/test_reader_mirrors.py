# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which sentences say that a repository is a mirror, and which only sound like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import readme
from harvesters.readers.mirrors import mirror_of, repository, says_mirror
from registry.model import Field
from support.snapshots import facts, snapshot, values

OWN = "https://github.com/stadt/app"
ORIGINAL = "https://gitlab.opencode.de/stadt/app"


@pytest.mark.parametrize(
    "text",
    [
        "This repository is a read-only mirror of {}.",
        "This is a mirror of [our GitLab]({}).",
        "This is a mirror of the [main one][1].\n\n[1]: {}",
        "> **Note:** This repo is only a\n> mirror of {}/-/tree/main",
        "[READ-ONLY] Subtree split of the app, see {}",
        "Read-only mirror of gitlab.opencode.de/stadt/app",
        "_This repository is a mirror of {}_",
        '<p>This is a mirror of <a href="{}.git">GitLab</a></p>',
        "This GitHub repository is a mirror. Development happens at {}.",
        f"This repository ({OWN}) is a mirror of {{}}.",
        "This repository has moved to {}.",
        "# Moved to {}",
        "The development of this project has moved to {}",
        "Dieses Repository ist ein Spiegel von {}.",
        "Dies ist nur ein Mirror des Repositorys auf <{}>",
        "Dieses Repository wird automatisch von {} gespiegelt.",
        "Gespiegelt von [openCoDE]({})",
        "Hierbei handelt es sich um einen Spiegel von {}",
        "Dieses Projekt ist umgezogen nach {}",
        "Das Repository wurde nach {} verschoben.",
        "Die Entwicklung findet auf {} statt.",
        "Dieses Projekt wird unter {} weiterentwickelt.",
        "Questo repository è un mirror in sola lettura di {}",
        "Ce dépôt est un miroir de {}",
        "Dit is een mirror van {}",
        "Questo progetto è stato spostato su {}",
        "Ce dépôt a été déplacé vers {}",
        "Deze repository is verhuisd naar {}",
        "Development now takes place at {}",
        "Este repositorio es un espejo de {}",
    ],
)
def test_statements(text: str) -> None:
    found = mirror_of(text.replace("{}", ORIGINAL), OWN)
    assert found is not None
    assert found[0] == ORIGINAL


@pytest.mark.parametrize(
    "text",
    [
        "This software uses {}.",
        "A mirror of this repository is available at {}.",
        "This repository is mirrored to {}",
        "This package is also mirrored on GitLab: {}",
        "There is also a mirror at {}",
        f"This is a mirror of {OWN}",
        f"A mirror of {OWN} is at {{}}",
        "See {}. This is a mirror.",
        "The mirror of the telescope. Issues: {}",
        "This is a fork of {}",
        "This folder is a copy of {}",
        "The documentation has moved to {}",
        "We moved the data to {}",
        "Based on {}, which has moved to modules.",
        "Ein Spiegel dieses Repositorys liegt unter {}.",
        "Dieses Repository wird nach {} gespiegelt.",
        "Das ist kein Spiegel von {}",
        "Spiegel-Online-Parser, siehe {}",
        "This is a mirror of https://download.example.org/archive/app.zip",
        "This is a mirror of ![state](https://gitlab.com/stadt/app/badge.svg)",
        "This is a mirror of https://gitlab.com/stadt",
        "This is a mirror of https://github.com/apps/dependabot",
        "This is a mirror of https://user:secret@gitlab.com/stadt/app",
        "This is a mirror.\n\nIssues: {}.",
        "Development of the back end happens at {}",
        "The back-end code has moved to {}",
        "This project's documentation has moved to {}",
        "Die Entwicklung des Backends findet auf {} statt.",
        "Das Projekt wird von der Stadt weiterentwickelt und nutzt {}.",
        "This tool creates a read-only mirror of {} every night.",
        "This is a script that keeps a mirror of {}.",
        "Backup-Werkzeug: legt nachts einen Mirror von {} an.",
        "Das ist ein Werkzeug, das einen Spiegel von {} anlegt.",
        "Deploys a mirror of {} with docker.",
        "This is a fork and mirror of {} with many changes for our city.",
        "This repository is a mirror of {} with some adaptations.",
        "Dieses Repository ist ein Spiegel von {} mit eigenen Anpassungen.",
        "Please report issues of the backend at {}, the code has moved there.",
        "Development has moved to {} for the shared library.",
        "This is a mirror that shows departures, based on {}.",
    ],
)
def test_what_is_no_statement(text: str) -> None:
    assert mirror_of(text.replace("{}", ORIGINAL), OWN) is None


def test_own_address_in_other_spelling_is_no_original() -> None:
    assert mirror_of("This is a mirror of https://GitHub.com/Stadt/App.git", OWN) is None


def test_only_the_beginning_counts() -> None:
    assert mirror_of("Wort. " * 2_000 + f"\n\nThis is a mirror of {ORIGINAL}.", OWN) is None


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://gitlab.com/a/b/-/issues", "https://gitlab.com/a/b"),
        ("https://gitlab.com/a/b/issues/4", "https://gitlab.com/a/b"),
        ("https://gitlab.stadt.example/a/b/c.git", "https://gitlab.stadt.example/a/b/c"),
        ("https://github.com/a/b/blob/main/README.md", "https://github.com/a/b"),
        ("https://git.sr.ht/~a/b", "https://git.sr.ht/~a/b"),
        ("https://a.github.io/b/c", None),
        ("https://www.stadt.example/a/b", None),
        ("ftp://gitlab.com/a/b", None),
        ("https://[", None),
    ],
)
def test_addresses_of_repositories(url: str, canonical: str | None) -> None:
    assert repository(url) == canonical


def test_a_readme_tells_it_with_its_line_and_never_as_description() -> None:
    text = (
        f"# App\n\nDieses Repository ist ein Spiegel von {ORIGINAL}.\n\nDie App vergibt Termine im Rathaus der Stadt.\n"
    )
    reading = readme.read(snapshot({"README.md": text.encode()}))
    assert [(fact.value, fact.origin.line) for fact in facts(reading, Field.MIRROR_OF)] == [([ORIGINAL], 3)]
    assert values(reading, Field.SHORT_DESCRIPTION) == ["Die App vergibt Termine im Rathaus der Stadt."]


@settings(deadline=None)
@given(st.text(alphabet="this is mirror of moved#.:/[]()<>_*`~\n>-ahtps", max_size=400))
def test_any_text_gives_an_answer(text: str) -> None:
    mirror_of(text, OWN)


@pytest.mark.parametrize(
    "piece",
    ["[", "[a][b]", "this is ", "is mirror ", "https://a.b/", "a.a", "#", "_", "dies ist ", "the a-a ", "von ", "# "],
)
def test_repeated_pieces_end_soon(piece: str) -> None:
    # Would not come back within the suite's time limit if any expression were not linear.
    mirror_of(piece * (64 * 2**10 // len(piece)), OWN)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# App\n\nRead-only mirror.\n", 3),
        ("Dieses Repository ist ein Spiegel, entwickelt wird woanders.", 1),
        ("A mirror is available at our own server.", None),
        ("Shows a mirror image of the map.", None),
        ("This tool creates a read-only mirror of your server.", None),
        ("Magic mirror for citizens: this is a mirror that shows departures.", None),
        ("This is a mirror of https://github.com/Town/App.", None),
        ("", None),
    ],
)
def test_a_mirror_of_what_nobody_says(text: str, line: int | None) -> None:
    assert says_mirror(text, "https://github.com/town/app") == line
