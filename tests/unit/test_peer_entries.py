# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Configuring another catalogue: what is wrong is told with its place, before anything is asked or stored."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from registry.catalogue.peer_entries import peer_entry, read_peers
from registry.catalogue.registering import Registering
from registry.errors import AlreadyExists, FetchError, Gone, InvalidInput, Refused, Unreachable
from registry.model import ForgeKind, PeerKind, SourceKind
from registry.storage.store import Store
from support.stored import NOW
from support.telling import told

pytest_plugins = ("support.databases",)

URL = "https://katalog.example/liste.json"
TOML = """
[[peer]]
kind = "json"
url = "https://katalog.example/liste.json?form=kurz"
title = "Katalog des Nachbarlands"
licence = "CC0-1.0"
attribution = "Nachbarland"
language = "fr"
expected = 120
entries = "$.repositories[*]"
paths = { url = "$.repository_url", name = "$.name" }

[[peer]]
kind = "markdown"
url = "https://github.com/it-at-m/opensource.muenchen.de.git"
folder = "software"
"""


def _registering(store: Store, probed: Any = None) -> Registering:
    def probe(_: str) -> ForgeKind | None:
        if isinstance(probed, FetchError):
            raise probed
        found: ForgeKind | None = probed
        return found

    def check(url: str) -> None:
        if "verboten" in url:
            raise Refused(url)

    def gone(_: str) -> Any:
        raise Gone("x")

    def open_forge(_: ForgeKind) -> Any:
        return SimpleNamespace(repository=gone, listings=lambda _: ())

    return Registering(store, check, open_forge, lambda: NOW, probe)


@pytest.mark.parametrize(
    ("kind", "url", "kept"),
    [
        (PeerKind.JSON, "HTTPS://Katalog.Example:443/liste.json?a=1#b", "https://katalog.example/liste.json?a=1"),
        (PeerKind.OPEN_CATALOG_API, "https://api.example/", "https://api.example"),
        (PeerKind.MARKDOWN, "git@github.com:a/b.git", "https://github.com/a/b"),
    ],
)
def test_addresses(kind: PeerKind, url: str, kept: str) -> None:
    options = {"url": "$.url"} if kind is PeerKind.JSON else {}
    assert peer_entry(url, kind, None, options).url == kept


@pytest.mark.parametrize(
    ("kind", "url", "options", "rule", "place"),
    [
        (PeerKind.JSON, URL, {}, "peer-option-missing", "url"),
        (PeerKind.JSON, URL, {"url": "$.a", "name": "$.x["}, "peer-path-invalid", "5: $.x["),
        (PeerKind.JSON, URL, {"url": "$.a", "folder": "x"}, "peer-option-unknown", "folder"),
        (PeerKind.CODE_JSON, URL, {"url": "$.a"}, "peer-option-unknown", "url"),
        (PeerKind.CODE_JSON, URL, {"licence": "meine eigene"}, "peer-option-invalid", "SPDX"),
        (PeerKind.CODE_JSON, URL, {"language": "klingonisch"}, "peer-option-invalid", "BCP 47"),
        (PeerKind.CODE_JSON, URL, {"attribution": " "}, "peer-option-invalid", "attribution"),
        (PeerKind.CODE_JSON, URL, {"attribution": 7}, "peer-option-invalid", "attribution"),
        (PeerKind.MARKDOWN, "https://github.com/a/b", {"folder": "../x"}, "peer-folder-invalid", "../x"),
        (PeerKind.MARKDOWN, "https://github.com/a/b", {"folder": "a/b/c"}, "peer-folder-invalid", "a/b/c"),
        (PeerKind.MARKDOWN, "https://github.com/a/b", {"url": "code"}, "peer-path-invalid", "1: code"),
        (PeerKind.CODE_JSON, "ftp://katalog.example/x", {}, "input-no-address", "ftp"),
        (PeerKind.CODE_JSON, "https://a:geheim@katalog.example/x", {}, "input-login", "katalog"),
        (PeerKind.CODE_JSON, "https:///x", {}, "input-no-address", "https"),
        (PeerKind.CODE_JSON, "katalog.example/x", {}, "input-no-address", "katalog"),
    ],
)
def test_what_cannot_be_used(kind: PeerKind, url: str, options: dict[str, Any], rule: str, place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        peer_entry(url, kind, None, options)
    assert caught.value.rule == rule
    assert place in f"{caught.value.subject} {caught.value.detail}"
    assert "geheim" not in told(caught.value)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"kind": "svn"}, "import-choice"),
        ({"colour": "green"}, "import-unknown-key"),
        ({"url": 7}, "import-text"),
        ({"title": 7}, "import-text"),
        ({"paths": "$.url"}, "import-unknown-key"),
        ({"paths": {"colour": "$.x"}}, "import-unknown-key"),
        ({"paths": {"url": "$["}}, "peer-path-invalid"),
        ({"expected": 0}, "peer-option-invalid"),
        ({"expected": True}, "peer-option-invalid"),
    ],
)
def test_a_wrong_entry_of_a_file_is_told_with_its_place(more: dict[str, Any], rule: str) -> None:
    entry = {"kind": "json", "url": URL, "paths": {"url": "$.url"}, **more}
    with pytest.raises(InvalidInput) as caught:
        read_peers({"peer": [entry]}, "quellen.toml")
    assert caught.value.rule == rule
    assert "quellen.toml, peer 1" in told(caught.value)


def test_importing_peers_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "quellen.toml"
    file.write_text(TOML, encoding="utf-8")
    registering = _registering(store)
    first, again = registering.import_file(file), registering.import_file(file)
    assert (first.added, first.known, again.added, again.known) == (2, 0, 0, 2)
    listing, markdown = registering.sources()
    assert (listing.kind, listing.peer, listing.expected) == (SourceKind.PEER, PeerKind.JSON, 120)
    assert listing.title == "Katalog des Nachbarlands"
    assert listing.options == {
        "entries": "$.repositories[*]",
        "licence": "CC0-1.0",
        "attribution": "Nachbarland",
        "language": "fr",
        "url": "$.repository_url",
        "name": "$.name",
    }
    assert (markdown.url, markdown.title) == ("https://github.com/it-at-m/opensource.muenchen.de", "github.com")
    assert registering.source("https://katalog.example/liste.json?form=kurz") == listing


def test_nothing_is_stored_of_a_file_with_a_wrong_entry(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "quellen.toml"
    file.write_text(TOML + '\n[[peer]]\nkind = "json"\nurl = "https://x.example"\n', encoding="utf-8")
    with pytest.raises(InvalidInput):
        _registering(store).import_file(file)
    assert store.sources() == []


def test_a_peer_is_added_once_and_only_where_the_guard_goes(store: Store) -> None:
    registering = _registering(store)
    entry = peer_entry(URL, PeerKind.CODE_JSON, "Nachbar", {})
    registering.add_peer(entry)
    with pytest.raises(AlreadyExists):
        registering.add_peer(entry)
    with pytest.raises(Refused):
        registering.add_peer(peer_entry("https://verboten.example", PeerKind.CODE_JSON, None, {}))


@pytest.mark.parametrize(
    ("probed", "path", "forge", "kind"),
    [
        (ForgeKind.GITEA, "/amt", ForgeKind.GITEA, SourceKind.ORGANISATION),
        (ForgeKind.FORGEJO, "/amt/karte", ForgeKind.FORGEJO, SourceKind.REPOSITORY),
        (ForgeKind.GITLAB, "/amt/karte", ForgeKind.GITLAB, SourceKind.ORGANISATION),
        (None, "/amt/karte", ForgeKind.GIT, SourceKind.REPOSITORY),
        (Unreachable("x"), "/amt/karte", ForgeKind.GIT, SourceKind.REPOSITORY),
    ],
)
def test_an_unknown_host_says_what_it_is(
    store: Store, probed: Any, path: str, forge: ForgeKind, kind: SourceKind
) -> None:
    source = _registering(store, probed).add(f"https://code.stadt.example{path}", expected=7)
    assert (source.forge, source.kind, source.expected) == (forge, kind, 7)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://bitbucket.org/amt", SourceKind.ORGANISATION),
        ("https://bitbucket.org/amt/karte", SourceKind.REPOSITORY),
        ("https://codeberg.org/amt", SourceKind.ORGANISATION),
        ("https://codeberg.org/amt/karte", SourceKind.REPOSITORY),
    ],
)
def test_organisation_or_repository_by_the_depth_of_the_path(store: Store, url: str, kind: SourceKind) -> None:
    assert _registering(store).add(url).kind is kind
