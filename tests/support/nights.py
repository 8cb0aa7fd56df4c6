# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories by hand and their nights, as the harvest does them but without a forge; and all that came of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

from sqlalchemy import text

from harvesters.demo import shapes
from harvesters.demo.solutions import demo_solutions
from harvesters.readers.reading import read_snapshot
from registry.catalogue.memory import StoredMemory
from registry.catalogue.reading import conclude
from registry.decide import decide
from registry.model import (
    Activity,
    EntryKind,
    Fault,
    Field,
    ForgeFacts,
    ForgeKind,
    Item,
    ItemStatus,
    NotModified,
    Outcome,
    Reading,
    RepositoryRef,
    RunState,
    Snapshot,
    Tag,
    TreeEntry,
)
from registry.storage.columns import unpacked
from registry.storage.database import open_engine
from registry.storage.store import Store
from registry.vocabulary.rules import problem

FIRST = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
TOWN = "https://forge.example/stadt/"
Parser = Callable[[Snapshot], tuple[Reading, ...]]

GOOD = b"""publiccodeYmlVersion: "0.4"
name: Strassenbaum-Kataster
url: https://forge.example/stadt/baum
softwareVersion: 1.0.0
description:
  de:
    shortDescription: Baumkataster der Stadt
    features: [Karte, Pflegeplan]
legal:
  license: EUPL-1.2
"""
DECLARED = b"""publiccodeYmlVersion: "0.4"
name: Bekanntmachungen
url: https://forge.example/stadt/published
description:
  de:
    shortDescription: Bekanntmachungen der Stadt
legal:
  license: EUPL-1.2
maintenance:
  type: contract
  contractors:
    - name: Muster-IT GmbH
      until: "2027-06-30"
"""
PARTLY = GOOD.replace(b"1.0.0", b"2.0.0").replace(b"    shortDescription: Baum", b"    shortDescription: [Baum")
BROKEN = b"name: [Strassenbaum\n\t: {{{\n"


@dataclass(frozen=True)
class Night:
    """What one visit finds: files, or a fault, or the address to which the repository moved unchanged."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    facts: ForgeFacts = field(default_factory=ForgeFacts)
    commit: str | None = None
    oversized: tuple[str, ...] = ()
    fault: Outcome | None = None
    moved_to: str | None = None
    tags: tuple[str, ...] = ()


def _renamed(name: str) -> bytes:
    return DECLARED.replace(b"published", name.encode()).replace(b"Bekanntmachungen", name.title().encode())


def repositories() -> dict[str, Sequence[Night | None]]:
    """Address -> nights; None is a night in which nothing was done."""
    readme = b"# Ein Werkzeug\n\nEs meldet der Stadt, was kaputt ist, und sagt Bescheid, wenn es wieder geht.\n"
    licence = shapes.licence_text("EUPL-1.2", "Stadt", 2026).encode()
    found: dict[str, Sequence[Night | None]] = {
        TOWN + "baum": [
            Night({"publiccode.yml": GOOD, "README.md": readme}),
            Night({"publiccode.yml": PARTLY, "README.md": readme}),
            Night({"publiccode.yml": BROKEN, "README.md": readme}),
        ],
        TOWN + "mended": [
            Night({"publiccode.yml": GOOD.replace(b"Strassenbaum", b"Beet").replace(b"/baum", b"/mended")}),
            Night({"publiccode.yml": BROKEN}),
            Night({"publiccode.yml": GOOD.replace(b"Strassenbaum", b"Beete").replace(b"/baum", b"/mended")}),
        ],
        TOWN + "latin1": [
            Night(
                {"README.md": readme, "LICENSES/Lizenz f\udcfcr alle.txt": licence, "gr\udcfcn.yml": b"a: 1"},
                tags=("v\udcfc1",),
            )
        ],
        TOWN + "licences": [
            Night({"LICENSES/EUPL-1.2.txt": licence, "README.md": readme, "REUSE.toml": b"version = 1\n"})
        ],
        TOWN + "original": [Night({"README.md": readme}, commit="a" * 40)],
        "https://mirror.example/stadt/original": [
            Night({"README.md": readme}, ForgeFacts(mirror=True, parent_url=TOWN + "original"), commit="a" * 40)
        ],
        TOWN + "large": [
            Night({"README.md": readme + b"x" * (2**20 + 5), "LICENSE": licence}, oversized=("publiccode.yml",))
        ],
        TOWN + "old-name": [Night({"README.md": readme, "LICENSE": licence}), Night(moved_to=TOWN + "new-name")],
        TOWN + "new-name": [None, None, Night({"README.md": readme + b"Neu.\n", "LICENSE": licence})],
        TOWN + "away": [Night({"README.md": readme}), Night(fault=Outcome.FAILED)],
        TOWN + "withdrawn": [
            Night({"README.md": b"# Withdrawn\n\nEin Werkzeug, das nicht mehr da ist.\n"}),
            Night(fault=Outcome.GONE),
            None,
            Night(fault=Outcome.GONE),
        ],
        TOWN + "told": [
            Night(
                {"README.md": readme},
                ForgeFacts(
                    name="told",
                    description="Ein\x00Wort \ud800",
                    topics=("stadt", "b\x00ume"),
                    archived=True,
                    licence="MIT",
                ),
            )
        ],
        TOWN + "empty": [Night()],
        TOWN + "published": [Night({"publiccode.yml": DECLARED + b"organisation:\n  name: Stadt Ulm\n"})],
        TOWN + "several": [Night({"publiccode.yml": _renamed("several") + b"organisation:\n  name: Neustadt\n"})],
        TOWN + "nobody": [Night({"publiccode.yml": _renamed("nobody") + b"organisation:\n  name: Acme GmbH\n"})],
    }
    for solution in demo_solutions()[:12]:
        contents = shapes.files(solution, None, 2026)
        found[f"https://forge.example/demo/{solution.repository}"] = [Night(contents)]
    return found


def harvest(store: Store, parser: Parser = read_snapshot, until: int | None = None) -> datetime:
    """All nights of all repositories, a week apart; the time of the last."""
    world = repositories()
    memory = StoredMemory(store)
    at = FIRST
    for number in range(max(len(nights) for nights in world.values()) if until is None else until):
        at = FIRST + timedelta(days=7 * number)
        run = store.begin_run(at)
        for url, nights in world.items():
            night = nights[number] if number < len(nights) else None
            if night is not None:
                visit(store, memory, run.id, url, night, at, parser)
        store.end_run(run.id, RunState.DONE, at)
    return at


def visit(
    store: Store, memory: StoredMemory, run_id: str, url: str, night: Night, at: datetime, parser: Parser
) -> None:
    """One visit, decided and stored."""
    ref = RepositoryRef(night.moved_to or url, f"{night.moved_to or url}.git", ForgeKind.GIT, night.facts)
    stored = store.stored_repositories([url]).get(url)
    fresh: Any
    if night.fault is not None:
        fresh = Fault(night.fault, "unreachable", {"subject": url, "detail": ""})
    elif night.moved_to is not None:
        assert stored is not None
        fresh = NotModified(ref, stored.detector or "")
    else:
        fresh = conclude(_snapshot(ref, night, at), _Reads(parser), memory, at)
    change = decide(stored, ref, fresh, at, url if night.moved_to else None)
    store.save(run_id, [(change, Item(ref.url, ItemStatus.CHANGED, at=at))], at)


def reading_of(parser: Parser) -> Callable[[int], Any]:
    """An ``open_parser`` of the use case that reads in this process."""

    @contextmanager
    def opened(workers: int) -> Iterator[_Reads]:
        del workers
        yield _Reads(parser)

    return opened


def older_readers(snapshot: Snapshot) -> tuple[Reading, ...]:
    """As if an older version had read it: other lines, other words, less of it, one problem more."""

    def older(reading: Reading) -> Reading:
        facts = [
            replace(fact, origin=replace(fact.origin, line=(fact.origin.line or 0) + 1))
            for fact in reading.facts
            if fact.field not in (Field.FEATURES, Field.README)
        ]
        return replace(reading, facts=tuple(facts))

    told = problem("file-too-large", None, subject=snapshot.ref.url, detail="x")
    return (*map(older, read_snapshot(snapshot)), Reading("older", problems=(told,)))


def picture(url: str) -> dict[str, Any]:
    """All that a database says of repositories and solutions, without numbers of rows and times of looking."""
    engine = open_engine(url, migrating=True)
    with engine.connect() as connection:
        found = {name: [tuple(row) for row in connection.execute(text(sql))] for name, sql in _PICTURE.items()}
    engine.dispose()
    return {name: [tuple(_plain(value) for value in row) for row in rows] for name, rows in found.items()}


_PICTURE = {
    "solutions": "SELECT slug, name, document, content_hash, state, licence, licence_verdict, withdrawn_at "
    "IS NULL FROM solution ORDER BY slug",
    "signals": "SELECT s.slug, i.name, i.verdict, i.reason FROM signal i JOIN solution s ON s.id = i.solution_id "
    "ORDER BY 1, 2",
    "links": "SELECT s.slug, r.url, l.role, l.reason FROM solution_repository l "
    "JOIN solution s ON s.id = l.solution_id JOIN repository r ON r.id = l.repository_id ORDER BY 1, 2",
    "repositories": "SELECT url, state, settled_state, descent, successor_url, content_hash, detector, "
    'strikes, "commit", branch FROM repository ORDER BY url',
    "facts": 'SELECT r.url, f.field, f.lang, f.value, f.source_kind, f.path, f.line, f."column", f."commit", f.rank '
    "FROM fact f JOIN repository r ON r.id = f.subject_id WHERE f.snapshot_id = (SELECT id FROM snapshot n "
    "WHERE n.repository_id = r.id ORDER BY n.taken_at DESC, n.id DESC LIMIT 1) ORDER BY r.url, f.id",
    "problems": 'SELECT r.url, p.rule, p.severity, p.path, p.line, p."commit", p.key, p.params, p.resolved '
    "FROM problem p JOIN repository r ON r.id = p.repository_id ORDER BY r.url, p.id",
    "publishers": "SELECT slug, publisher_id, attribution FROM solution ORDER BY slug",
    "owners": "SELECT url, publisher_id, attribution FROM repository ORDER BY url",
    "operators": "SELECT s.slug, o.name, o.body_id, o.outcome, o.website, o.until, o.origin FROM solution_operator o "
    "JOIN solution s ON s.id = o.solution_id ORDER BY s.slug, o.id",
    "keys": "SELECT r.url, k.key FROM repository_key k JOIN repository r ON r.id = k.repository_id ORDER BY 1, 2",
}


def _plain(value: Any) -> Any:
    """SQLite gives JSON as text and truth as numbers."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, str) and value != (plain := unpacked(value)):
        return _plain(plain)
    if isinstance(value, str) and (value[:1] in {"{", "[", '"'} or value in {"null", "true", "false"}):
        return _plain(json.loads(value))
    return value


@dataclass(frozen=True)
class _Reads:
    parser: Parser

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        return self.parser(snapshot)


def _snapshot(ref: RepositoryRef, night: Night, at: datetime) -> Snapshot:
    state = repr((ref.url, sorted(night.files.items()))).encode("utf-8", "surrogatepass")
    commit = night.commit or sha1(state).hexdigest()
    last = at - timedelta(days=9)
    tags = tuple(Tag(name, commit, last) for name in night.tags)
    entries = [TreeEntry(path, EntryKind.FILE, "0" * 40) for path in night.files if "/" not in path]
    entries += [
        TreeEntry(path, EntryKind.TREE, "0" * 40) for path in {p.partition("/")[0] for p in night.files if "/" in p}
    ]
    entries += [TreeEntry(path, EntryKind.FILE, "0" * 40, 10**7) for path in night.oversized]
    activity = Activity(at, 30, last, last, last, 3, 1, tags, len(tags))
    detector = f"refs-{commit}"
    return Snapshot(ref, commit, "main", at, detector, tuple(entries), night.files, activity, night.oversized)
