# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The import file is checked entry by entry, and a fault names file, entry and value in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from registry.catalogue.registering import read_publishers
from registry.errors import InvalidInput
from registry.model import BodyKind, ForgeKind, SourceKind
from support.telling import told


def _read(**more: Any) -> Any:
    return read_publishers({"publisher": [{"name": "Stadt A", "kind": "municipality", **more}]}, "quellen.toml")


def test_a_whole_entry() -> None:
    [entry] = _read(
        country="de",
        official_key="09162000",
        uri="https://www.stadt.example",
        forge="gitlab",
        forge_organisations=["https://git.stadt.example/it/"],
        repositories=["https://git.stadt.example/kultur/karte.git", "https://git.stadt.example/kultur/karte"],
    )
    publisher = entry.publisher
    assert (publisher.country, publisher.keys.ags, publisher.kind) == ("DE", "09162000", BodyKind.MUNICIPALITY)
    assert entry.forge is ForgeKind.GITLAB
    assert entry.sources == (
        ("https://git.stadt.example/it", SourceKind.ORGANISATION),
        ("https://git.stadt.example/kultur/karte", SourceKind.REPOSITORY),
    )


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"name": " "}, "import-name-missing"),
        ({"kind": "city"}, "import-choice"),
        ({"forge": "svn"}, "import-choice"),
        ({"country": "ZZ"}, "import-country"),
        ({"country": "Deutschland"}, "import-country"),
        ({"country": 49}, "import-country"),
        ({"official_key": 9162000}, "import-text"),
        ({"uri": "javascript:alert(1)"}, "import-choice"),
        ({"repositories": "https://git.stadt.example/a/b"}, "import-urls"),
        ({"repositories": [7]}, "import-urls"),
        ({"repositories": ["nonsense"]}, "import-choice"),
        ({"forge_organisations": ["https://git.stadt.example"]}, "import-choice"),
        ({"colour": "green"}, "import-unknown-key"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(more: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(**more)
    assert caught.value.rule == rule
    assert "quellen.toml, publisher 1" in told(caught.value)


@pytest.mark.parametrize("document", [{}, {"publisher": []}, {"publisher": {}}, {"source": [], "publisher": [{}]}])
def test_something_else_than_publishers(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_publishers(document, "quellen.toml")
    assert caught.value.rule == "import-shape"
