# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What operators type as a source: other spellings of one that is there, pages of accounts, what cannot be listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvesters.forges import open_forge
from registry.catalogue.listing import configured_forges
from registry.catalogue.registering import Registering
from registry.errors import AlreadyExists, InvalidInput
from registry.model import ForgeKind, SourceKind
from registry.storage.store import Store
from support.door import client

pytest_plugins = ("support.databases",)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def registering(store: Store) -> Registering:
    nobody: Any = None
    return Registering(store, lambda _: None, lambda kind: open_forge(kind, client(), nobody), lambda: NOW)


@pytest.mark.parametrize(
    ("first", "again", "forge"),
    [
        ("https://github.com/IT-at-M", "https://github.com/it-at-m/", None),
        ("https://gitlab.opencode.de/groups/Amt/Sub", "https://gitlab.opencode.de/amt/sub", ForgeKind.GITLAB),
        ("https://code.stadt.example/Amt", "https://code.stadt.example/groups/amt", ForgeKind.GITLAB),
        ("https://code.stadt.example/orgs/Amt", "https://code.stadt.example/AMT", ForgeKind.GITHUB),
        ("https://code.stadt.example/Amt", "https://code.stadt.example/org/amt", ForgeKind.FORGEJO),
    ],
)
def test_one_account_is_one_source(registering: Registering, first: str, again: str, forge: ForgeKind | None) -> None:
    added = registering.add(first, forge, SourceKind.ORGANISATION)
    with pytest.raises(AlreadyExists, match=added.url):
        registering.add(again, forge, SourceKind.ORGANISATION)
    assert registering.source(again.replace("/groups/", "/").replace("/org/", "/")) == added


def test_git_servers_tell_names_apart_by_case(registering: Registering) -> None:
    one, other = (registering.add(f"https://git.stadt.example/{name}") for name in ("App", "app"))
    assert (registering.source(one.url), registering.source(other.url)) == (one, other)


@pytest.mark.parametrize(
    ("url", "forge", "kind", "rule"),
    [
        ("https://git.stadt.example/amt", None, SourceKind.ORGANISATION, "input-no-listing"),
        ("https://github.com/stadt/app", None, SourceKind.ORGANISATION, "input-no-organisation"),
        ("https://github.com/stadt", None, SourceKind.REPOSITORY, "input-no-repository"),
        ("https://code.stadt.example/groups/amt", ForgeKind.GITLAB, SourceKind.REPOSITORY, "input-no-repository"),
    ],
)
def test_what_can_never_be_harvested_is_told_at_once(
    registering: Registering, url: str, forge: ForgeKind | None, kind: SourceKind, rule: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        registering.add(url, forge, kind)
    assert caught.value.rule == rule
    assert registering.sources() == []


def test_an_import_tells_it_too_and_knows_other_spellings(registering: Registering, tmp_path: Path) -> None:
    registering.add("https://github.com/Stadt")
    file = tmp_path / "sources.toml"
    head = '[[publisher]]\nname = "Stadt"\nkind = "municipality"\nforge_organisations = '
    file.write_text(f'{head}["https://git.stadt.example/amt"]\n')
    with pytest.raises(InvalidInput, match="input-no-listing"):
        registering.import_file(file)
    file.write_text(f'{head}["https://github.com/stadt"]\n')
    assert registering.import_file(file).known == 1
    [only] = registering.sources()
    assert only.publisher_id is not None


def test_the_operators_sources_tell_of_which_kind_a_host_is(registering: Registering) -> None:
    registering.add("https://git.stadt.example/app")
    registering.add("https://code.stadt.example/amt", ForgeKind.GITLAB, SourceKind.ORGANISATION)
    assert configured_forges(registering.sources()) == {"code.stadt.example": ForgeKind.GITLAB}
