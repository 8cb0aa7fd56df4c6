# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Claims of peers in the database: what changed, whom it concerns, and by which names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from registry.model import ChangeKind, Claim, Fact, FactSource, Field, ForgeKind, Origin, PeerKind, Source, SourceKind
from registry.storage.store import Store
from support.stored import NOW, change, harvested, new

pytest_plugins = ("support.databases",)

A, B, C = (f"https://git.example/stadt/{name}" for name in "abc")


def _peer(store: Store, url: str = "https://peer.example", **more: Any) -> Source:
    return store.add_source(
        Source("", url, SourceKind.PEER, ForgeKind.GIT, NOW, peer=PeerKind.JSON, title="Nachbar", **more)
    )


def _claim(source: Source, url: str, name: str = "Karte", entry: str = "1") -> Claim:
    return Claim(source.id, url, entry, (Fact(Field.NAME, name, Origin(source.url, entry), FactSource.PEER),))


def test_a_peer_is_kept_with_all_that_was_said_of_it(store: Store) -> None:
    added = _peer(store, options={"url": "$.url", "licence": "CC0-1.0"}, expected=40)
    assert store.source(added.id) == added


def test_what_changed_appeared_and_vanished(store: Store) -> None:
    peer = _peer(store)
    assert store.claims.replace(peer.id, [_claim(peer, A), _claim(peer, B)], NOW) == {A, B}
    assert store.claims.replace(peer.id, [_claim(peer, B), _claim(peer, A)], NOW + timedelta(1)) == set()
    assert store.claims.replace(peer.id, [_claim(peer, A, "Plan"), _claim(peer, C)], NOW) == {A, B, C}
    assert store.claims.counts() == {peer.id: 2}
    assert store.claims_of(B) == ((), "")
    [fact] = store.claims_of(A)[0]
    assert (fact.value, fact.origin) == ("Plan", Origin(peer.url, "1"))
    assert store.claims.replace(peer.id, [], NOW) == {A, C}


def test_the_same_repository_twice_has_its_first_claim(store: Store) -> None:
    peer = _peer(store)
    assert store.claims.replace(peer.id, [_claim(peer, A), _claim(peer, A, "Plan")], NOW) == {A}
    assert [fact.value for fact in store.claims_of(A)[0]] == ["Karte"]


def test_each_peer_has_its_own_claims(store: Store) -> None:
    one, two = _peer(store), _peer(store, "https://other.example")
    store.claims.replace(one.id, [_claim(one, A)], NOW)
    before = store.claims_of(A)[1]
    store.claims.replace(two.id, [_claim(two, A)], NOW)
    facts, digest = store.claims_of(A)
    assert {fact.origin.repository for fact in facts} == {one.url, two.url}
    assert digest not in ("", before)
    assert store.claims.replace(two.id, [], NOW) == {A}
    assert store.claims_of(A)[1] == before


def test_the_claims_of_a_removed_peer_are_gone(store: Store) -> None:
    peer = _peer(store)
    store.claims.replace(peer.id, [_claim(peer, A)], NOW)
    store.remove_source(peer.id)
    assert store.claims_of(A) == ((), "")
    assert store.claims.replace(peer.id, [_claim(peer, A)], NOW) == set(), "removed while it was being listed"


def test_a_stored_repository_knows_its_claims_under_all_its_names(store: Store) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [new(A), new(C)], NOW)
    peer, other = _peer(store), _peer(store, "https://other.example")
    store.claims.replace(peer.id, [_claim(peer, A)], NOW)
    store.claims.replace(other.id, [_claim(other, B)], NOW)
    assert store.stored_repositories([A])[A].claims == store.claims_of(A)[1] != ""
    assert store.stored_repositories([C])[C].claims == ""
    store.save(run.id, [change(ChangeKind.CHANGED, B, harvested(B), moved_from=A)], NOW)
    both = store.claims_of(B)
    assert {fact.origin.repository for fact in both[0]} == {peer.url, other.url}
    known = store.stored_repositories([A, B])
    assert known[A].claims == known[B].claims == both[1] == store.claims_of(A)[1]


def test_claims_under_a_name_that_led_here_are_found_before_it_is_an_alias(store: Store) -> None:
    one, two = _peer(store), _peer(store, "https://other.example")
    store.claims.replace(one.id, [_claim(one, A)], NOW)
    store.claims.replace(two.id, [_claim(two, B)], NOW)
    facts, digest = store.claims_of(B, A)
    assert {fact.origin.repository for fact in facts} == {one.url, two.url}
    run = store.begin_run(NOW)
    store.save(run.id, [change(ChangeKind.CHANGED, B, harvested(B), moved_from=A)], NOW)
    assert store.stored_repositories([B])[B].claims == digest


def test_who_has_claims_or_was_read_with_some(store: Store) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [new(url) for url in (A, B, C)], NOW)
    peer = _peer(store)
    store.claims.replace(peer.id, [_claim(peer, B)], NOW)
    [known] = store.claims.repositories()
    assert (known.url, known.claims) == (B, store.claims_of(B)[1])


def test_many_claims(store: Store) -> None:
    peer = _peer(store)
    claims = [_claim(peer, f"https://git.example/a/r{number}", entry=str(number)) for number in range(3_000)]
    assert len(store.claims.replace(peer.id, claims, NOW)) == 3_000
    assert store.claims.replace(peer.id, claims, NOW) == set()
    assert len(store.claims.replace(peer.id, claims[:1_000], NOW)) == 2_000
