# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hard cases of one product in many repositories, from git over the harvest and the command line to what is shown.

Git, readers, rules, store and index are the real ones; only what a forge's API would say beside git is a table here.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvesters.base import Forge
from harvesters.demo.server import GitServer
from registry.bootstrap import OpenDoor, open_catalogue
from registry.catalogue.harvesting import Harvesting, Report
from registry.config import load
from registry.errors import InvalidInput
from registry.model import (
    Field,
    ForgeFacts,
    ForgeKind,
    HostPort,
    Query,
    RepositoryRef,
    Role,
    RunState,
    SolutionRecord,
)
from registry.search.sync import drift
from registry.storage import identities, migrate
from support.repos import Commit, build

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LICENCE = (Path(__file__).parent.parent.parent / "LICENSES" / "EUPL-1.2.txt").read_bytes()
OPENCODE = "https://gitlab.opencode.de"


class Described:
    """A forge that says more of a repository than git does."""

    def __init__(self, forge: Forge, told: dict[str, ForgeFacts]) -> None:
        self._forge = forge
        self._told = told

    def repository(self, url: str) -> RepositoryRef:
        ref = self._forge.repository(url)
        return replace(ref, facts=self._told.get(ref.url, ref.facts))

    def __getattr__(self, name: str) -> object:
        return getattr(self._forge, name)


class Door(OpenDoor):
    told: dict[str, ForgeFacts]

    def open_forge(self, kind: ForgeKind) -> Forge:
        return Described(super().open_forge(kind), self.told)  # type: ignore[return-value]


class World:
    """Two git servers, a catalogue, and a clock that stands still until it is moved."""

    def __init__(self, folder: Path, servers: Sequence[GitServer]) -> None:
        self.here, self.there = (server.base_url for server in servers)
        self._roots = {server.base_url: server.root for server in servers}
        self.now = NOW
        self.told: dict[str, ForgeFacts] = {}
        self.config = load({"ALLMENDE_DATA_DIR": str(folder)})
        for base in self._roots:
            self.config = self.config.allowing(HostPort("127.0.0.1", int(base.rpartition(":")[2])))
        migrate.upgrade(self.config.database_url)
        opened = open_catalogue(self.config, lambda: self.now)
        self.store, self.index, self.grouping = opened.store, opened.index, opened.grouping
        self.finding = opened.finding

        @contextmanager
        def door() -> Iterator[Door]:
            made = Door(self.config, self.store)
            made.told = self.told
            try:
                yield made
            finally:
                made.close()

        self.harvesting = Harvesting(self.store, self.index, door, lambda: self.now, workers=2)

    def path(self, url: str) -> Path:
        base = next(base for base in self._roots if url.startswith(base))
        return self._roots[base] / (url.removeprefix(base).strip("/") + ".git")

    def publish(self, url: str, publiccode: str = "", readme: str = "", days_ago: int = 10, commits: int = 1,
                **facts: object) -> str:  # fmt: skip
        """A repository with a history of its own; ``facts`` are what its forge says."""
        name = url.rpartition("/")[2]
        files: dict[str | bytes, bytes | tuple[str, bytes]] = {
            "LICENSE": LICENCE,
            "README.md": (
                readme or f"# {name}\n\nEine Anwendung der Stadt, Teil {name}, für alle Menschen.\n"
            ).encode(),
        }
        if publiccode:
            files["publiccode.yml"] = publiccode.encode()
        first = Commit(NOW - timedelta(days=days_ago), files, message=url)
        more = [Commit(NOW - timedelta(days=days_ago - 1), {f"f{n}": b"x"}) for n in range(commits - 1)]
        shutil.rmtree(self.path(url), ignore_errors=True)
        build(self.path(url), [first, *more])
        if facts:
            self.told[url] = ForgeFacts(**facts)  # type: ignore[arg-type]
        return url

    def copy(self, url: str, to: str) -> str:
        """The same commits in another place, as ``git push --mirror`` makes them."""
        shutil.copytree(self.path(url), self.path(to))
        return to

    def harvest(self, *urls: str) -> Report:
        self.now += timedelta(days=1)
        report = self.harvesting.run([], [(url, ForgeKind.GIT) for url in urls])
        assert report.run.state is RunState.DONE
        assert not drift(self.store, self.index)
        return report

    def products(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Slug -> account and name of each repository -> its role and the reason."""
        found = self.store.solutions_by_id(self.store.solution_ids()).values()
        return {
            record.slug: {
                "/".join(part.url.split("/")[3:]): (part.role.value, part.reason)
                for part in record.solution.repositories
            }
            for record in found
        }

    def solution(self, slug: str) -> SolutionRecord:
        return self.finding.solution(slug)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    roots = [tmp_path / "here", tmp_path / "there"]
    for root in roots:
        root.mkdir()
    with GitServer(roots[0]) as one, GitServer(roots[1]) as two:
        yield World(tmp_path / "data", (one, two))


def publiccode(name: str, url: str, *more: str) -> str:
    lines = (
        'publiccodeYmlVersion: "0.4"', f"name: {name}", f"url: {url}", "softwareType: standalone/web", *more,
        "description:", "  de:", f"    shortDescription: {name} der Verwaltung", "legal:", "  license: EUPL-1.2",
    )  # fmt: skip
    return "\n".join(lines) + "\n"


MODULES = (
    "android", "ios", "backend", "frontend", "cms", "deployment", "docs", "push-service", "weather", "parking",
    "waste-calendar", "events", "news", "poi", "map", "mobility", "charging-stations", "air-quality", "defect-report",
    "survey", "citizen-service", "library", "swimming-pools", "markets", "webcams", "traffic", "bike-sharing", "chat",
    "identity", "gateway", "config", "design-system", "core", "ui-kit", "analytics", "notifications", "search", "ads",
    "feedback", "tourism", "jobs", "schools", "kindergarten", "emergency", "elections", "participation", "dashboard",
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_forty_seven_mirrors_of_one_app_are_one_product(world: World, seed: int) -> None:
    assert len(MODULES) == 47
    urls = []
    for number, module in enumerate(MODULES):
        name = f"Open-SmartCity-App-{module}"
        original = f"{OPENCODE}/open-smart-city-app/{module}"
        url = f"{world.here}/stadt/{name}"
        said = f"Read-only mirror of {original}"
        if number % 2:
            world.publish(url, readme=f"# {name}\n\n{said}. Please contribute there.\n\nA module of the app.\n")
        else:
            world.publish(url, description=said)
        urls.append(url)
    random.Random(seed).shuffle(urls)
    # In two nights, since the outcome must not depend on what was there first.
    world.harvest(*urls[:20])
    world.harvest(*urls[20:])
    [(slug, parts)] = world.products().items()
    assert len(parts) == 47
    assert [role for role, _ in parts.values()].count("main") == 1
    assert {reason for role, reason in parts.values() if role != "main"} <= {"mirrors-of-one-group", "part-name"}
    assert world.finding.find(Query(text="SmartCity")).total == 1
    taken = world.store.outbox_position()
    assert world.harvest(*urls).run.counts == {"unchanged": 47}
    assert (world.store.outbox_position(), list(world.products())) == (taken, [slug])


def test_a_front_end_that_names_another_organisations_repository(world: World) -> None:
    back = f"{world.here}/kreis/anliegen"
    world.publish(back, publiccode("Anliegen", back), commits=5)
    front = world.publish(f"{world.there}/stadt/anliegen-frontend", publiccode("Anliegen", back))
    world.harvest(front)
    world.harvest(back, front)
    [(slug, parts)] = world.products().items()
    assert parts == {"kreis/anliegen": ("main", "own"), "stadt/anliegen-frontend": ("front_end", "declares-this-url")}
    record = world.solution(slug)
    assert record.solution.repositories[0].url == back
    assert "declared-url-differs" not in {problem.rule for problem in record.solution.problems}


def test_a_declaration_copied_from_a_template_joins_nothing(world: World) -> None:
    origin = f"{world.here}/land/masterportal"
    world.publish(origin, publiccode("Masterportal", origin))
    own = world.publish(f"{world.here}/stadt/baumfinder", publiccode("Masterportal", origin))
    world.harvest(origin, own)
    assert sorted(len(parts) for parts in world.products().values()) == [1, 1]


@pytest.mark.parametrize("copy_first", [True, False])
def test_a_copy_on_another_host_is_the_same_product(world: World, copy_first: bool) -> None:
    original = f"{world.here}/stadt/melder"
    world.publish(original, publiccode("Melder", original), commits=3)
    copied = world.copy(original, f"{world.there}/stadt-it/melder")
    for url in (copied, original) if copy_first else (original, copied):
        world.harvest(url)
    [(slug, parts)] = world.products().items()
    assert slug == "melder"
    assert parts == {"stadt/melder": ("main", "own"), "stadt-it/melder": ("mirror", "same-commit")}


def test_a_copy_that_lies_behind_is_still_the_same_product(world: World) -> None:
    original = f"{world.here}/stadt/melder"
    path = world.path(original)
    files: dict[str | bytes, bytes | tuple[str, bytes]] = {
        "LICENSE": LICENCE,
        "README.md": b"# Melder\n\nEin Melder.\n",
    }
    old = [Commit(NOW - timedelta(days=90), files, tags=["v1.0"])]
    build(path, old)
    copied = world.copy(original, f"{world.there}/stadt-it/melder")
    shutil.rmtree(path)
    build(path, [*old, Commit(NOW - timedelta(days=9), {"neu": b"x"}, tags=["v1.1"])])
    world.harvest(copied, original)
    [parts] = world.products().values()
    assert parts == {"stadt/melder": ("main", "own"), "stadt-it/melder": ("mirror", "shared-history")}


def test_a_fork_with_its_own_branding_is_a_product_of_its_own(world: World) -> None:
    origin = f"{world.here}/hersteller/consul"
    world.publish(origin, publiccode("Consul Democracy", origin), commits=6)
    fork = f"{world.here}/stadt/consul"
    world.copy(origin, fork)
    declared = publiccode("Mitmachen Musterstadt", fork, f"isBasedOn: {origin}")
    world.publish(fork, declared, fork=True, parent_url=origin)
    world.harvest(origin, fork)
    assert {tuple(parts) for parts in world.products().values()} == {("hersteller/consul",), ("stadt/consul",)}
    based_on = world.solution("mitmachen-musterstadt").solution.fields[Field.IS_BASED_ON][0].fact.value
    assert based_on == [origin]


def test_a_fork_without_anything_of_its_own_is_listed_with_its_origin(world: World) -> None:
    origin = f"{world.here}/hersteller/consul"
    world.publish(origin, publiccode("Consul", origin), commits=6)
    fork = world.publish(f"{world.there}/stadt/consul", fork=True, parent_url=origin)
    world.harvest(fork)
    world.harvest(origin)
    [parts] = world.products().values()
    assert parts == {"hersteller/consul": ("main", "own"), "stadt/consul": ("fork", "fork-unchanged")}


def test_a_suite_is_one_product_and_its_parts_are_named(world: World) -> None:
    urls = []
    for part, kind in (("klimaportal", "standalone/web"), ("karten-modul", "library"), ("messdaten", "addon")):
        url = f"{world.here}/stadt/{part}"
        declared = publiccode(part.title(), url, "applicationSuite: Klimaportal")
        urls.append(world.publish(url, declared.replace("softwareType: standalone/web", f"softwareType: {kind}")))
    world.harvest(*urls)
    [(slug, parts)] = world.products().items()
    assert slug == "klimaportal"
    assert {name: reason for name, (_, reason) in parts.items()} == {
        "stadt/klimaportal": "own", "stadt/karten-modul": "suite", "stadt/messdaten": "suite",
    }  # fmt: skip


def test_front_end_back_end_and_deployment_of_one_account(world: World) -> None:
    names = ("parkhaus-frontend", "parkhaus-backend", "parkhaus", "parkhaus-helm", "baumkataster")
    world.harvest(*[world.publish(f"{world.here}/stadt/{name}") for name in names])
    products = world.products()
    assert {name.partition("/")[2]: role for name, (role, _) in products["parkhaus"].items()} == {
        "parkhaus": "main", "parkhaus-backend": "back_end", "parkhaus-frontend": "front_end",
        "parkhaus-helm": "deployment",
    }  # fmt: skip
    assert len(products) == 2


def test_the_same_name_of_two_publishers_is_never_one_product(world: World) -> None:
    urls = [f"{world.here}/stadt/mobil", f"{world.there}/kreis/mobil"]
    for url in urls:
        world.publish(url, publiccode("Mobil", url))
    world.harvest(*urls)
    assert set(world.products()) == {"mobil", "mobil-2"}


def test_spellings_of_one_address_are_one_repository(world: World) -> None:
    url = world.publish(f"{world.here}/stadt/melder")
    world.harvest(url, f"{url}.git", f"{url}/", url.replace("127.0.0.1", "127.0.0.1"))
    assert list(world.products().values()) == [{"stadt/melder": ("main", "own")}]
    assert len(world.store.stored_repositories([url, f"{url}.git"])) == 2


def test_a_plain_host_may_tell_letter_case_apart_and_the_same_commit_tells_the_truth(world: World) -> None:
    url = world.publish(f"{world.here}/stadt/melder")
    other = world.copy(url, f"{world.here}/stadt/Melder")
    world.harvest(url, other)
    [parts] = world.products().values()
    assert {reason for _, reason in parts.values()} == {"own", "same-commit"}


def test_decisions_stand_over_later_nights_and_can_be_taken_back(world: World) -> None:
    main = world.publish(f"{world.here}/stadt/melder", commits=3)
    front = world.publish(f"{world.here}/stadt/melder-frontend")
    foreign = world.publish(f"{world.there}/kreis/wegewart")
    world.harvest(main, front, foreign)
    before = world.products()
    assert len(before) == 2
    done = world.grouping.split("melder", f"{front}.git/", "Gehört zu einer anderen Anwendung")
    assert done.parted == "melder-frontend"
    assert world.finding.find(Query(text="melder-frontend")).total >= 1
    world.grouping.merge("wegewart", "melder-frontend", "Das ist deren Oberfläche")
    decided = world.products()
    assert {slug: list(parts) for slug, parts in decided.items()} == {
        "melder": ["stadt/melder"], "wegewart": ["kreis/wegewart", "stadt/melder-frontend"],
    }  # fmt: skip
    for url in (main, front, foreign):
        world.publish(url, readme="# Neu\n\nEin ganz neuer Text über diese Anwendung für alle.\n", commits=4)
    assert world.harvest(front, main, foreign).run.counts == {"changed": 3}
    assert world.products() == decided
    world.grouping.split("wegewart", front, "Doch nicht")
    world.grouping.merge("melder", "melder-frontend", "Sie gehört doch hierher")
    assert world.products() == before
    assert [(one.action.value, one.actor) for one in world.grouping.log("melder") if one.decided] == [
        ("merge", "operator"), ("split", "operator"), ("merge", "operator"), ("split", "operator"),
    ]  # fmt: skip
    assert not drift(world.store, world.index)


@pytest.mark.parametrize("reason", ["", "  \n\t", "x" * 1001])
def test_without_a_reason_nothing_is_decided(world: World, reason: str) -> None:
    world.harvest(*[world.publish(f"{world.here}/stadt/{name}") for name in ("melder", "melder-frontend")])
    for act in (
        lambda: world.grouping.split("melder", f"{world.here}/stadt/melder-frontend", reason),
        lambda: world.grouping.merge("melder", "melder-2", reason),
    ):
        with pytest.raises(InvalidInput) as raised:
            act()
        assert raised.value.rule == "reason-missing"
    assert [len(parts) for parts in world.products().values()] == [2]


def test_a_main_repository_that_vanishes_leaves_its_product_to_the_copy(world: World) -> None:
    original = f"{world.here}/stadt/melder"
    world.publish(original, publiccode("Melder", original), commits=3)
    copied = world.copy(original, f"{world.there}/stadt-it/melder")
    world.harvest(original, copied)
    shutil.move(world.path(original), world.path(original).with_name("weg"))
    for days in (1, 2, 9):
        assert len(world.products()["melder"]) == 2
        world.now += timedelta(days=days)
        world.harvest(original, copied)
    assert world.products() == {"melder": {"stadt-it/melder": ("main", "own")}}
    shutil.move(world.path(original).with_name("weg"), world.path(original))
    world.harvest(original, copied)
    assert list(world.products()["melder"].values()) == [("main", "own"), ("mirror", "same-commit")]
    assert [part.role for part in world.solution("melder").solution.repositories] == [Role.MAIN, Role.MIRROR]


def test_a_declaration_of_a_copy_that_breaks_keeps_what_that_copy_had_said(world: World) -> None:
    """Not what the original says, whose words stand beside its own in the product."""
    original = f"{world.here}/stadt/melder"
    world.publish(original, publiccode("Melder", original, "roadmap: https://stadt.example/plan"), commits=3)
    front = f"{world.here}/stadt/melder-frontend"
    world.publish(front, publiccode("Melder Frontend", front))
    world.harvest(original, front)
    world.publish(front, "name: [kaputt\n  x: : :\n", days_ago=8)
    world.harvest(front)
    told = {fact.field: fact for fact in world.store.facts_of(front) if fact.origin.path == "publiccode.yml"}
    assert told[Field.NAME].value == "Melder Frontend"
    assert Field.ROADMAP_URL not in told
    assert {fact.origin.repository for fact in told.values()} == {front}


def test_a_catalogue_of_before_is_grouped_at_the_end_of_the_next_harvest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [world.publish(f"{world.here}/stadt/{name}") for name in ("melder", "melder-frontend", "melder-backend")]
    with monkeypatch.context() as before:
        before.setattr(identities, "components", lambda _, seeds, __: [[seed] for seed in seeds])
        world.harvest(*urls)
    assert len(world.products()) == 3
    migrate.downgrade(world.config.database_url, "0001")
    migrate.upgrade(world.config.database_url)
    assert world.harvest(*urls).run.counts == {"unchanged": 3}
    [parts] = world.products().values()
    assert len(parts) == 3
    assert world.solution("melder-backend").slug == "melder"


def vanish(world: World, *urls: str) -> None:
    for url in urls:
        shutil.move(world.path(url), world.path(url).with_name(f"weg-{world.path(url).name}"))


def come_back(world: World, *urls: str) -> None:
    for url in urls:
        shutil.move(world.path(url).with_name(f"weg-{world.path(url).name}"), world.path(url))


def harvest_until_withdrawn(world: World, *urls: str) -> None:
    for days in (1, 9):
        world.now += timedelta(days=days)
        world.harvest(*urls)


def parts_of(world: World) -> dict[str, list[str]]:
    return {slug: list(parts) for slug, parts in world.products().items()}


def test_of_a_product_that_was_withdrawn_only_what_came_back_is_shown(world: World) -> None:
    main = world.publish(f"{world.here}/stadt/alpha", commits=3)
    front = world.publish(f"{world.here}/stadt/alpha-frontend", commits=2)
    world.harvest(main, front)
    vanish(world, main, front)
    harvest_until_withdrawn(world, main, front)
    assert world.products() == {}
    come_back(world, front)
    world.harvest(main, front)
    assert world.products() == {"alpha": {"stadt/alpha-frontend": ("main", "own")}}
    back = world.publish(f"{world.here}/stadt/alpha-backend")
    harvest_until_withdrawn(world, main, front, back)
    assert parts_of(world) == {"alpha": ["stadt/alpha-frontend", "stadt/alpha-backend"]}
    come_back(world, main)
    world.harvest(main)
    assert parts_of(world) == {"alpha": ["stadt/alpha", "stadt/alpha-backend", "stadt/alpha-frontend"]}


@pytest.mark.parametrize("gone", ["alpha", "beta"])
def test_a_repository_that_a_person_joined_leaves_when_it_is_gone_and_comes_back_as_it_was(
    world: World, gone: str
) -> None:
    urls = [world.publish(f"{world.here}/{account}") for account in ("stadt/alpha", "kreis/beta")]
    world.harvest(*urls)
    world.grouping.merge("alpha", "beta", "Ein Produkt")
    joined = world.products()
    [left], [stays] = ([url for url in urls if url.endswith(gone) is wanted] for wanted in (True, False))
    vanish(world, left)
    harvest_until_withdrawn(world, *urls)
    assert world.products() == {"alpha": {"/".join(stays.split("/")[3:]): ("main", "own")}}
    assert world.solution("beta").slug == "alpha"
    with pytest.raises(InvalidInput) as raised:
        world.grouping.split("alpha", left, "Es ist ja weg")
    assert raised.value.rule == "solution-not-its-repository"
    come_back(world, left)
    world.harvest(left)
    assert world.products() == joined


def test_only_the_main_repository_of_a_joined_product_takes_its_slug_back(world: World) -> None:
    main, front = (world.publish(f"{world.here}/stadt/{name}") for name in ("alpha", "alpha-frontend"))
    other = world.publish(f"{world.here}/kreis/beta", commits=3)
    world.harvest(main, front, other)
    world.grouping.merge("beta", "alpha", "Ein Produkt")
    world.grouping.split("beta", front, "Gehört nicht dazu")
    assert parts_of(world) == {"beta": ["kreis/beta", "stadt/alpha"], "alpha-frontend": ["stadt/alpha-frontend"]}
    assert world.solution("alpha").slug == "beta"
    world.grouping.split("beta", main, "Auch nicht")
    assert parts_of(world)["alpha"] == ["stadt/alpha"]


@pytest.mark.parametrize("fork_first", [True, False])
def test_a_fork_that_kept_the_declaration_of_its_origin_does_not_take_its_slug(world: World, fork_first: bool) -> None:
    origin, fork = f"{world.here}/land/melder", f"{world.there}/stadt/melder-musterstadt"
    text = publiccode("Melder", origin)
    world.publish(origin, text, readme="# Melder\n\nEin Melder der Stadt für alle Menschen.\n", commits=3)
    world.publish(fork, text, readme="# Melder\n\nEin Melder der Stadt für alle Menschen.\n", commits=2,
                  fork=True, parent_url=origin)  # fmt: skip
    for url in (fork, origin) if fork_first else (origin, fork):
        world.harvest(url)
    assert parts_of(world) == {"melder": ["land/melder"], "melder-musterstadt": ["stadt/melder-musterstadt"]}
    assert world.solution("melder-musterstadt").solution.name == "Melder"
