# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each state reached and left over several nights: real git on loopback, the real door, readers, store and index.

What an API would say beside git (archived, fork, private) stands in a table; so do hosts that do not answer.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvesters.base import Forge
from harvesters.demo.server import GitServer
from registry.bootstrap import OpenDoor
from registry.catalogue.memory import StoredMemory
from registry.catalogue.moderating import Moderating
from registry.catalogue.reading import RepositoryVisitor
from registry.config import load
from registry.decide import decide
from registry.errors import Unreachable
from registry.model import (
    Change,
    ChangeKind,
    Descent,
    Fault,
    ForgeFacts,
    ForgeKind,
    HostPort,
    Item,
    ItemStatus,
    Outcome,
    RepositoryRef,
    RepositoryState,
    RunState,
)
from registry.search.index import open_index
from registry.search.sync import drift, sync
from registry.storage.store import Store
from support.repos import Commit, build, empty

pytest_plugins = ("support.databases",)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAY = timedelta(days=1)
S = RepositoryState
GOOD = """publiccodeYmlVersion: "0.4"
name: Mängelmelder
url: https://git.example/stadt/melder
description:
  de:
    shortDescription: {text}
legal:
  license: EUPL-1.2
"""
BROKEN = b"publiccodeYmlVersion: [0.4\nname: Melder\n  url: }\n"
README = "# Melder\n\nEine Anwendung der Stadt, mit der Menschen Mängel melden können.\n"


@dataclass
class Nights:
    """A git server, a store with its index, and one visit of each repository a night."""

    server: GitServer
    store: Store
    door: OpenDoor
    folder: Path
    now: datetime = NOW
    facts: dict[str, ForgeFacts] = field(default_factory=dict)
    """What an API says of a repository, by its name."""
    down: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index = open_index(f"whoosh://{self.folder / 'index'}")
        self.visitor = RepositoryVisitor(self.open_forge, self.door, StoredMemory(self.store))
        self.moderating = Moderating(self.store, self.index, lambda: self.now)

    # --- the forge ---

    def open_forge(self, kind: ForgeKind) -> Forge:
        return Told(self.door.open_forge(kind), self)  # type: ignore[return-value]

    def url(self, name: str) -> str:
        return f"{self.server.base_url}/stadt/{name}"

    def path(self, name: str) -> Path:
        return self.server.root / "stadt" / f"{name}.git"

    def publish(self, name: str = "melder", text: str = "Mängel melden", **files: bytes) -> None:
        """One commit with these files; publiccode.yml is good unless it is given."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        contents = {"publiccode.yml": GOOD.format(text=text).encode(), "README.md": README.encode()}
        given = {path.replace("_", "."): content for path, content in files.items()}
        build(self.path(name), [Commit(self.now - 9 * DAY, {**contents, **given}, message=f"{name} {text}")])

    def hide(self, name: str = "melder") -> Path:
        """It is not there any more; gives where it waits."""
        return Path(shutil.move(self.path(name), self.folder / f"{name}.away"))

    # --- nights ---

    def night(self, *names: str, days: float = 1) -> Change:
        """Visit these; what was decided about the last of them."""
        self.now += timedelta(days=days)
        run = self.store.begin_run(self.now)
        for name in names or ("melder",):
            url = self.url(name)
            stored = self.store.stored_repositories([url]).get(url)
            visit = self.visitor.visit((url, ForgeKind.GIT), stored, self.now)
            change = decide(visit.stored, visit.ref, visit.fresh, self.now, visit.moved_from)
            status = ItemStatus.FAILED if change.fault is not None else ItemStatus(change.kind.value)
            self.store.save(run.id, [(change, Item(visit.ref.url, status, at=self.now))], self.now)
            self.changes.append(change)
        sync(self.store, self.index)
        self.store.end_run(run.id, RunState.DONE, self.now)
        assert not any(vars_of(drift(self.store, self.index)))
        return self.changes[-1]

    def state(self, name: str = "melder") -> tuple[RepositoryState, datetime | None]:
        standing = self.store.repository(self.url(name)).standing
        return standing.state, standing.since

    def shown(self, name: str = "melder") -> str | None:
        """The short description on the page of its solution; None where there is no page."""
        slug = self.store.repository(self.url(name)).slug
        if slug is None:
            return None
        solution = self.store.solution(slug).solution
        return next(str(value.fact.value) for key, values in solution.fields.items() for value in values
                    if key.value == "short_description")  # fmt: skip


def vars_of(found: Any) -> list[Any]:
    return [getattr(found, name) for name in found.__dataclass_fields__]


class Told:
    """Git itself, and beside it what an API would say."""

    def __init__(self, forge: Forge, nights: Nights) -> None:
        self._forge, self._nights = forge, nights

    def repository(self, url: str) -> RepositoryRef:
        name = url.rpartition("/")[2]
        if name in self._nights.down:
            raise Unreachable(url, "connection refused")
        return replace(self._forge.repository(url), facts=self._nights.facts.get(name, ForgeFacts()))

    def snapshot(self, ref: RepositoryRef, *more: Any) -> Any:
        return self._forge.snapshot(ref, *more)


@pytest.fixture
def nights(tmp_path: Path, store: Store) -> Iterator[Nights]:
    root = tmp_path / "repositories"
    root.mkdir()
    with GitServer(root) as server:
        port = int(server.base_url.rsplit(":", 1)[1])
        config = load({"ALLMENDE_DATA_DIR": str(tmp_path / "data")}).allowing(HostPort("127.0.0.1", port))
        with closing(OpenDoor(config, store)) as door:
            yield Nights(server, store, door, tmp_path)


def test_new_and_active(nights: Nights) -> None:
    nights.publish()
    assert nights.night().kind is ChangeKind.NEW
    first = nights.now
    assert nights.state() == (S.ACTIVE, first)
    assert nights.night().kind is ChangeKind.UNCHANGED
    nights.publish(text="Schlaglöcher melden")
    assert nights.night().kind is ChangeKind.CHANGED
    assert nights.state() == (S.ACTIVE, first)
    assert nights.shown() == "Schlaglöcher melden"


def test_invalid_then_mended(nights: Nights) -> None:
    nights.publish()
    nights.night()
    nights.publish(publiccode_yml=BROKEN)
    nights.night()
    broken = nights.now
    assert nights.state() == (S.INVALID, broken)
    assert nights.shown() == "Mängel melden"
    nights.night()
    assert nights.state() == (S.INVALID, broken)
    nights.publish(text="Wieder heil")
    nights.night()
    assert nights.state() == (S.ACTIVE, nights.now)
    assert nights.shown() == "Wieder heil"
    rules = {problem.rule for problem in nights.store.solution("maengelmelder").solution.problems}
    assert "last-good-shown" not in rules


def test_one_that_was_never_readable_is_invalid_until_it_is_mended(nights: Nights) -> None:
    nights.publish(publiccode_yml=BROKEN)
    nights.night()
    assert nights.state() == (S.INVALID, nights.now)
    nights.publish()
    nights.night()
    assert nights.state() == (S.ACTIVE, nights.now)


def test_unreachable_and_back_to_what_it_was(nights: Nights) -> None:
    nights.publish()
    nights.facts["melder"] = ForgeFacts(archived=True)
    nights.night()
    archived = nights.now
    nights.down.add("melder")
    nights.night()
    first_fault = nights.now
    nights.night()
    assert nights.state() == (S.UNREACHABLE, first_fault)
    assert nights.shown() == "Mängel melden"
    assert nights.store.repository(nights.url("melder")).standing.archived_since == archived
    nights.down.clear()
    assert nights.night().kind is ChangeKind.UNCHANGED
    assert nights.state() == (S.ARCHIVED, archived)
    assert nights.store.repository(nights.url("melder")).failing_since is None


def test_archived_and_opened_again(nights: Nights) -> None:
    """Git finds nothing new on either night: the forge says it beside git."""
    nights.publish()
    nights.night()
    nights.facts["melder"] = ForgeFacts(archived=True)
    nights.night()
    nights.night()
    assert nights.state()[0] is S.ARCHIVED
    assert nights.store.solution("maengelmelder").assessment.state == "archived"
    nights.facts["melder"] = ForgeFacts(archived=False)
    nights.night()
    nights.night()
    assert nights.state()[0] is S.ACTIVE
    assert nights.store.solution("maengelmelder").assessment.state != "archived"
    assert nights.night().kind is ChangeKind.UNCHANGED


def test_a_successor_is_shown_once_it_is_named(nights: Nights) -> None:
    nights.publish("neu", "Der neue Melder", README_md=b"# Neu\n\nDer neue Melder der Stadt kann mehr.\n")
    told = f"# Melder\n\nDieses Repository ist umgezogen nach {nights.url('neu')}.\n"
    nights.publish("melder", README_md=told.encode())
    nights.facts["melder"] = ForgeFacts(archived=True)
    nights.night("neu", "melder")
    standing = nights.store.repository(nights.url("melder")).standing
    assert standing.successor_url == nights.url("neu")
    assert standing.successor_slug is not None
    nights.publish("melder", text="Doch nicht")
    nights.night("melder")
    assert nights.store.repository(nights.url("melder")).standing.successor_url is None


def test_gone_after_two_strikes_and_a_week_and_shown_again_when_it_answers(nights: Nights) -> None:
    nights.publish()
    nights.night()
    waiting = nights.hide()
    seen = []
    for _ in range(9):
        nights.night()
        seen.append((nights.state()[0], nights.shown() is not None))
    assert seen == [(S.UNREACHABLE, True)] * 7 + [(S.GONE, False)] * 2
    assert nights.store.count_solutions() == 0
    shutil.move(waiting, nights.path("melder"))
    assert nights.night().kind is ChangeKind.CHANGED
    assert nights.state() == (S.ACTIVE, nights.now)
    assert nights.shown() == "Mängel melden"


def test_a_timeout_says_nothing_about_being_gone(nights: Nights) -> None:
    nights.publish()
    nights.night()
    nights.hide()
    nights.night()
    nights.down.add("melder")
    for _ in range(10):
        nights.night()
        assert nights.state()[0] is S.UNREACHABLE
    nights.down.clear()
    nights.night()
    assert nights.state() == (S.GONE, nights.now)


def test_an_empty_repository_is_known_and_new_until_something_is_in_it(nights: Nights) -> None:
    empty(nights.path("melder"))
    nights.night()
    first = nights.now
    nights.night()
    found = nights.store.repository(nights.url("melder"))
    assert (found.standing.state, found.standing.since, found.failing_since) == (S.NEW, first, first)
    assert found.fault is not None
    assert found.fault.rule == "repository-empty"
    nights.publish()
    assert nights.night().kind is ChangeKind.NEW
    assert nights.state() == (S.ACTIVE, nights.now)


def test_one_that_was_emptied_keeps_what_was_read(nights: Nights) -> None:
    nights.publish()
    nights.night()
    read = nights.now
    shutil.rmtree(nights.path("melder"))
    empty(nights.path("melder"))
    nights.night()
    found = nights.store.repository(nights.url("melder"))
    assert (found.standing.state, found.standing.since) == (S.ACTIVE, read)
    assert (found.failing_since, nights.shown()) == (nights.now, "Mängel melden")


def test_fork_and_mirror_stand_beside_the_state(nights: Nights) -> None:
    nights.publish()
    nights.facts["melder"] = ForgeFacts(fork=True, archived=True)
    nights.night()
    assert nights.store.repository(nights.url("melder")).standing.descent is Descent.FORK
    assert nights.state()[0] is S.ARCHIVED
    counts = nights.store.state_counts()
    assert (counts["archived"], counts["fork"]) == (1, 0)
    nights.facts["melder"] = ForgeFacts(mirror=True, archived=False)
    nights.night()
    nights.night()
    counts = nights.store.state_counts()
    assert (counts["archived"], counts["mirror"]) == (0, 1)


def test_blocked_and_let_back(nights: Nights) -> None:
    nights.publish()
    nights.night()
    slug = nights.store.repository(nights.url("melder")).slug
    assert nights.moderating.block(nights.url("melder"), "Kein Code der Verwaltung")
    assert nights.shown() is None
    assert not any(vars_of(drift(nights.store, nights.index)))
    nights.publish(text="Etwas ganz anderes")
    nights.night()
    assert nights.shown() is None
    assert nights.store.state_counts()["blocked"] == 1
    assert nights.moderating.unblock(nights.url("melder"), "Doch")
    assert nights.shown() is None
    nights.night()
    assert (nights.shown(), nights.store.repository(nights.url("melder")).slug) == ("Etwas ganz anderes", slug)


def test_unblocked_without_a_change_it_is_read_whole_and_shown(nights: Nights) -> None:
    nights.publish()
    nights.night()
    nights.moderating.block(nights.url("melder"), "Prüfung")
    nights.moderating.unblock(nights.url("melder"), "Geprüft")
    assert nights.night().kind is ChangeKind.CHANGED
    assert nights.shown() == "Mängel melden"
    assert nights.night().kind is ChangeKind.UNCHANGED


def test_what_was_public_and_is_listed_as_private_ends_like_one_that_is_gone(nights: Nights) -> None:
    nights.publish()
    nights.night()
    for _ in range(8):
        nights.now += DAY
        stored = nights.store.stored_repositories([nights.url("melder")])[nights.url("melder")]
        ref = RepositoryRef(stored.url, stored.url, ForgeKind.GIT)
        change = decide(stored, ref, Fault(Outcome.GONE, "repository-private", {"subject": ref.url}), nights.now)
        run = nights.store.begin_run(nights.now)
        nights.store.save(run.id, [(change, Item(ref.url, ItemStatus.GONE))], nights.now)
        nights.store.end_run(run.id, RunState.DONE, nights.now)
    assert nights.state() == (S.GONE, nights.now)
    assert nights.shown() is None
