# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Three catalogues list the same repositories under different spellings: one solution each, claims beside its facts.

Real git and real HTTP on loopback, readers, rules, store and index as in production.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvesters.demo.server import GitServer
from registry.bootstrap import Catalogue, open_catalogue
from registry.catalogue.harvesting import Report
from registry.catalogue.peer_entries import peer_entry
from registry.config import load
from registry.model import Fact, FactSource, Field, HostPort, ItemStatus, LicenceVerdict, PeerKind, Source
from registry.storage import migrate
from support.loopback import Loopback, Reply, as_json
from support.repos import Commit, build

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PUBLICCODE = """\
publiccodeYmlVersion: "0.4"
name: Stadtkarte
url: {url}
categories: [geographic-information-systems]
description:
  de:
    shortDescription: Die Karte der Stadt
legal:
  license: MIT
"""


class World:
    """Two repositories on a git server, three catalogues that list them, and a clock."""

    def __init__(self, folder: Path, git: GitServer, web: Loopback, root: Path) -> None:
        self.git, self.web, self.root = git, web, root
        self.now = NOW
        ports = (int(git.base_url.rpartition(":")[2]), web.port)
        config = load({"ALLMENDE_DATA_DIR": str(folder)}).allowing(*(HostPort("127.0.0.1", port) for port in ports))
        migrate.upgrade(config.database_url)
        self.catalogue: Catalogue = open_catalogue(config, lambda: self.now)
        self.karte, self.werk = (f"{git.base_url}/stadt/{name}" for name in ("karte", "werk"))
        self.api_lists(self.karte, self.werk)
        self.json_lists(
            {"repo": f"{web.url}/alt/karte", "n": "Karte (alt)"}, {"repo": f"{self.werk}/", "n": "Werk JSON"}
        )
        self.munich_lists(karte=f"{self.karte}.git", werk=self.werk)
        moved = f"{self.karte}.git/info/refs?service=git-upload-pack"
        for old in ("/alt/karte.git/info/refs", "/alt/karte/info/refs"):
            web.routes[old] = Reply(301, {"Location": moved})

    def api_lists(self, *urls: str) -> None:
        names = {self.karte: "Karte API", self.werk: "Werk API"}
        yaml = "publiccodeYmlVersion: '0.4'\nname: {}\nusedBy: [Nachbarstadt]\nlegal: {{license: AGPL-3.0-only}}\n"
        yaml += "description: {{it: {{shortDescription: Descrizione}}}}\n"
        found = [
            {"id": f"id-{names[url]}", "url": f"{url}.git", "aliases": [url], "publiccodeYml": yaml.format(names[url])}
            for url in urls
        ]
        self.web.routes["/v1/software"] = as_json({"data": found, "links": {"next": None}})

    def json_lists(self, *items: dict[str, str]) -> None:
        self.web.routes["/liste.json"] = as_json({"repos": list(items)})

    def munich_lists(self, **code: str) -> None:
        shutil.rmtree(self.root / "muc" / "katalog.git", ignore_errors=True)
        files = {
            f"software/{name}.md": f"---\ntitle: {name} (München)\ncode: {url}\nlicense: GPL\n---\n".encode()
            for name, url in code.items()
        }
        files["software/ohne.md"] = b"---\ntitle: Ohne Quelltext\n---\n"
        build(self.root / "muc" / "katalog.git", [Commit(NOW - timedelta(days=3), files)])

    def add_all(self) -> list[Source]:
        add = self.catalogue.registering.add_peer
        paths = {"entries": "$.repos[*]", "url": "$.repo", "name": "$.n", "licence": "CC0-1.0"}
        return [
            add(peer_entry(self.web.url, PeerKind.OPEN_CATALOG_API, "Italien", {"attribution": "AgID"})),
            add(peer_entry(f"{self.web.url}/liste.json", PeerKind.JSON, None, paths)),
            add(peer_entry(f"{self.git.base_url}/muc/katalog", PeerKind.MARKDOWN, "München", {"folder": "software"})),
        ]

    def night(self) -> Report:
        self.now += timedelta(days=1)
        return self.catalogue.harvesting.run([one for one in self.catalogue.registering.sources() if not one.paused])

    def solutions(self) -> dict[str, Any]:
        store = self.catalogue.store
        found = store.solutions_by_id(store.solution_ids())
        return {record.solution.repositories[0].url: record for record in found.values()}

    def claims(self, url: str) -> list[Fact]:
        fields = self.solutions()[url].solution.fields
        return [
            fact
            for values in fields.values()
            for value in values
            for fact in value.candidates or (value.fact,)
            if fact.source is FactSource.PEER
        ]

    def peers(self, url: str) -> set[str]:
        return {fact.origin.repository for fact in self.claims(url)}

    def outbox(self) -> int:
        return self.catalogue.store.outbox_position()


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    root = folder / "repositories"
    with GitServer(root) as git, Loopback() as web:
        url = f"{git.base_url}/stadt/karte"
        publiccode = PUBLICCODE.format(url=url).encode()
        build(root / "stadt" / "karte.git", [Commit(NOW - timedelta(days=9), {"publiccode.yml": publiccode})])
        build(root / "stadt" / "werk.git", [Commit(NOW - timedelta(days=9), {"main.c": b"int main;\n"})])
        yield World(folder / "data", git, web, root)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with _world(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[Source], Report]]:
    """After two nights, for the old name and the new one may be visited at the same moment of the first."""
    with _world(tmp_path_factory.mktemp("peers")) as made:
        sources = made.add_all()
        first = made.night()
        made.night()
        yield made, sources, first


Settled = tuple[World, list[Source], Report]


def test_three_catalogues_one_solution_each(settled: Settled) -> None:
    world, sources, first = settled
    assert [problem.rule for problem in first.run.errors] == ["peer-entries-without-address"]
    found = world.solutions()
    assert set(found) == {world.karte, world.werk}
    assert all(len(record.solution.repositories) == 1 for record in found.values())
    expected = {source.url for source in sources}
    assert world.peers(world.karte) == world.peers(world.werk) == expected
    assert world.catalogue.store.claims.counts() == {source.id: 2 for source in sources}


def test_the_repository_itself_wins_and_claims_stand_beside(settled: Settled) -> None:
    world, *_ = settled
    karte = world.solutions()[world.karte].solution
    assert karte.name == "Stadtkarte"
    [name] = karte.fields[Field.NAME]
    assert name.fact.source is FactSource.PUBLICCODE
    assert {"Karte API", "Karte (alt)", "karte (München)"} <= {fact.value for fact in name.candidates}
    assert [value.fact.value for value in karte.fields[Field.SHORT_DESCRIPTION]] == ["Die Karte der Stadt"]
    assert karte.fields[Field.DECLARED_LICENCE][0].fact.value == "MIT"
    [used_by] = karte.fields[Field.USED_BY]
    assert (used_by.fact.value, used_by.fact.source) == (["Nachbarstadt"], FactSource.PEER)
    assert used_by.fact.origin.path == "id-Karte API"


def test_a_claim_fills_what_the_repository_leaves_open_but_proves_no_licence(settled: Settled) -> None:
    world, *_ = settled
    werk = world.solutions()[world.werk]
    assert werk.solution.name == "werk"
    [short] = werk.solution.fields[Field.SHORT_DESCRIPTION]
    assert (short.fact.value, short.fact.lang, short.fact.source) == ("Descrizione", "it", FactSource.PEER)
    assert werk.solution.fields[Field.DECLARED_LICENCE][0].fact.source is FactSource.PEER
    assert werk.solution.licence.verdict is LicenceVerdict.NONE
    assert werk.solution.licence.expression is None
    assert werk.solution.licence.evidence == ()
    assert "licence-text-missing" not in {problem.rule for problem in werk.solution.problems}


def test_whom_to_name_is_told_with_the_solution(settled: Settled) -> None:
    world, (api, listing, _), _ = settled
    found = {one.url: one for one in world.catalogue.finding.cited(world.solutions()[world.karte])}
    assert (found[api.url].title, found[api.url].attribution) == ("Italien", "AgID")
    assert (found[listing.url].title, found[listing.url].licence) == ("127.0.0.1", "CC0-1.0")
    assert found[api.url].entries == ("id-Karte API",)


def test_the_next_night_changes_nothing(settled: Settled) -> None:
    world, *_ = settled
    before, outbox = world.solutions(), world.outbox()
    report = world.night()
    assert set(report.run.counts) == {ItemStatus.UNCHANGED.value}
    after = world.solutions()
    assert world.outbox() == outbox
    for url, record in before.items():
        assert after[url].updated_at == record.updated_at
        assert after[url].solution == record.solution


def test_what_is_no_longer_claimed_is_forgotten_and_nothing_else(world: World) -> None:
    api, listing, markdown = world.add_all()
    world.night()
    world.night()
    world.api_lists(world.werk)
    world.night()
    assert world.peers(world.karte) == {listing.url, markdown.url}
    assert world.peers(world.werk) == {api.url, listing.url, markdown.url}
    assert Field.USED_BY not in world.solutions()[world.karte].solution.fields
    for removed in (listing, markdown, api):
        world.catalogue.registering.remove(removed.id)
    world.night()
    assert set(world.solutions()) == {world.karte, world.werk}, "removing a peer is no judgement on what it listed"
    assert world.peers(world.karte) == world.peers(world.werk) == set()


def test_what_a_peer_lists_no_longer_is_visited_all_the_same(world: World) -> None:
    _, *others = world.add_all()
    for other in others:
        world.catalogue.registering.remove(other.id)
    world.night()
    world.api_lists(world.werk)
    world.night()
    assert world.night().run.counts == {"unchanged": 2}
    shutil.rmtree(world.root / "stadt" / "karte.git")
    assert world.night().run.counts == {"unchanged": 1, "gone": 1}


def test_while_a_peer_fails_what_it_named_is_visited_all_the_same(world: World) -> None:
    _, *others = world.add_all()
    for other in others:
        world.catalogue.registering.remove(other.id)
    world.night()
    world.night()
    world.web.routes["/v1/software"] = Reply(500)
    report = world.night()
    assert (report.run.counts, len(report.run.errors)) == ({"unchanged": 2}, 1)


def test_a_catalogue_that_breaks_or_rests_takes_nothing_away(world: World) -> None:
    sources = world.add_all()
    world.night()
    world.night()
    before = world.solutions()
    world.web.routes["/v1/software"] = Reply(500)
    world.web.routes["/liste.json"] = Reply(body=b"<html>Wartung</html>")
    world.catalogue.registering.pause(sources[2].id, True)
    report = world.night()
    assert len(report.run.errors) == 2
    assert world.peers(world.karte) == {source.url for source in sources}
    assert {url: one.updated_at for url, one in world.solutions().items()} == {
        url: one.updated_at for url, one in before.items()
    }
    assert [bool(source.failures) for source in world.catalogue.registering.sources()] == [True, True, False]
    del world.web.routes["/v1/software"]
    assert {problem.rule for problem in world.night().run.errors} == {"source-gone", "peer-answer"}
