# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The embedded index: what it finds, counts and marks, and that nobody ever sees a half of it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.errors import ConfigError, IndexUnreadable, InvalidInput, SearchError
from registry.model import FACETS, IndexDocument, Query, Sort
from registry.search import generations, terms, view, whoosh_index
from registry.search.index import Index, open_index
from registry.search.whoosh_index import WhooshIndex
from support import index_work
from support.documents import BOOKING, DOGS, MAP, PARKING, REPORTS, SAMPLES, made_up


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = open_index(f"whoosh://{tmp_path_factory.mktemp('samples')}/index")
    index.rebuild(SAMPLES, position=5)
    return index


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index", lock_seconds=0.3)


def _found(index: Index, text: str = "", **filters: tuple[str, ...]) -> list[str]:
    answer = index.search(Query(text=text, filters=filters))
    assert answer.total == len(answer.hits)
    return [hit.id for hit in answer.hits]


# --- finding ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mängelmelder", [REPORTS]),
        ("maengelmelder", [REPORTS]),
        ("MÄNGELMELDER", [REPORTS]),
        ("Ma\u0308ngelmelder", [REPORTS]),
        ("Aerztekarte", [MAP]),
        ("Schlagloch", [REPORTS]),
        ("pothole", [REPORTS]),
        ("gebuehr", [DOGS]),
        ("parcheggio", [PARKING]),
        ("citta", [PARKING]),
        ("practice", [MAP]),
        ("Terminvergabe", [BOOKING]),
        ("appointment", [BOOKING]),
        ("anliegen", [REPORTS, BOOKING]),
        ("Musterhausen", [REPORTS]),
        ("civic-reports", [REPORTS]),
        ("Karte -Amt", []),
        ("-Rathaus", [REPORTS, DOGS, PARKING, MAP]),
        ('"Amt für Straßen"', [REPORTS]),
        ('"AMT FUER STRASSEN"', [REPORTS]),
        ('"Straßen Amt"', []),
        ('"Amts für Straßen"', []),
        ("online buchen", [BOOKING]),
        ("die das", [REPORTS]),
        ("der die das", []),
        ("die der Karte", [REPORTS]),
        ("Slotbooking", [BOOKING]),
        ("Hundesteuerportal", [DOGS]),
        ("Hunde-Steuer", [DOGS]),
        ("SlotBooking", [BOOKING]),
        ("Steuer-Portal", []),
        ("EUPL", [REPORTS, DOGS]),
        ("EUPL-1.2", [REPORTS, DOGS]),
        ("EUPLv1.2", [REPORTS, DOGS]),
        ("unclear", []),
        ("Hundeschule", []),
        ("?!", []),
        ("", [*SAMPLES]),
        ("  ", [*SAMPLES]),
    ],
)
def test_what_is_found(samples: Index, text: str, expected: list[IndexDocument]) -> None:
    answer = samples.search(Query(text=text))
    assert {hit.id for hit in answer.hits} == {document.id for document in expected}
    assert answer.total == len(expected)


def test_a_dual_licence_counts_for_both(index: WhooshIndex) -> None:
    dual = replace(MAP, id="s-dual", licence=("AGPL-3.0-only", "EUPL-1.2"))
    index.rebuild([dual, DOGS], 1)
    assert _counts(index, "licence") == {"EUPL-1.2": 2, "AGPL-3.0-only": 1}
    assert _found(index, licence=("AGPL-3.0-only",)) == ["s-dual"]
    assert set(_found(index, licence=("EUPL-1.2",))) == {"s-dual", DOGS.id}
    assert _found(index, "AGPLv3") == ["s-dual"]


@pytest.mark.parametrize("text", ["Friedhof Termin", '"Friedhof meldet"', "Friedhoftermin", "Bücher", "repository-7"])
def test_postings_read_by_blocks_or_one_by_one_are_the_same(
    index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    documents = list(made_up(300))
    index.rebuild(documents, 1)
    by_blocks = index.search(Query(text=text, per_page=100))
    assert by_blocks.total
    monkeypatch.setattr(view, "W3LeafMatcher", None)
    assert WhooshIndex(tmp_path / "index").search(Query(text=text, per_page=100)) == by_blocks
    monkeypatch.undo()
    parted = WhooshIndex(tmp_path / "parted")
    parted.rebuild(documents[:200], 1)
    parted.apply(documents[150:], [], 2)
    assert parted.search(Query(text=text, per_page=100)) == by_blocks


COUNCIL = IndexDocument(
    id="s-council",
    slug="ratsarbeit",
    name="Ratsarbeit",
    content_hash="h6",
    short={"de": "Sitzungen und Vorlagen des Rates nachlesen."},
    keywords=("sitzungsdienst",),
    names=("Council work", "Lavori del consiglio"),
    services=("LeiKa 99050012104000", "99 050 012 104 000", "OZG 10050", "Familie & Kind", "Geburt"),
    standards=("oparl", "xplanung"),
    supports=("eidas", "urn:example:dienst"),
)


@pytest.mark.parametrize(
    ("text", "field", "shown"),
    [
        ("99050012104000", "services", "LeiKa \ue00099050012104000\ue001"),
        ("LeiKa 99050012104000", "services", "\ue000LeiKa\ue001 \ue00099050012104000\ue001"),
        ("99 050 012 104 000", "services", None),
        ("99050012", "services", "LeiKa \ue00099050012104000\ue001"),
        ("10050", "services", "OZG \ue00010050\ue001"),
        ("OZG 10050", "services", "\ue000OZG\ue001 \ue00010050\ue001"),
        ("OZG-10050", "services", "\ue000OZG\ue001 \ue00010050\ue001"),
        ("OZG10050", "services", "\ue000OZG\ue001 \ue00010050\ue001"),
        ("Kinder", "services", "Familie & \ue000Kind\ue001"),
        ("Geburten", "services", "\ue000Geburt\ue001"),
        ("OParl", "standards", "\ue000OParl\ue001"),
        ("oparl", "standards", "\ue000OParl\ue001"),
        ("XPlanung", "standards", None),
        ("land-use plans", "standards", None),
        ("eIDAS", "standards", "\ue000eidas\ue001"),
        ("Sitzungsdienst", "keywords", "\ue000sitzungsdienst\ue001"),
        ("Council", "names", "\ue000Council\ue001 work"),
        ("consiglio", "names", "Lavori del \ue000consiglio\ue001"),
    ],
)
def test_services_standards_keywords_and_other_names_are_found_and_told(
    index: WhooshIndex, text: str, field: str, shown: str | None
) -> None:
    index.rebuild([COUNCIL, DOGS, PARKING], 1)
    (hit,) = index.search(Query(text=text)).hits
    assert hit.id == COUNCIL.id
    told = hit.highlights[field]
    assert told == shown if shown else "\ue000" in told


@pytest.mark.parametrize("text", ["10051", "OZG 10051", "99050012104001", "OCIT", "Open311"])
def test_other_ids_do_not_find_it(index: WhooshIndex, text: str) -> None:
    index.rebuild([COUNCIL], 1)
    hits = index.search(Query(text=text))
    assert hits.relaxed or not hits.total


def test_a_keyword_counts_less_than_a_name_and_more_than_a_mention(index: WhooshIndex) -> None:
    word = "Ratsinfo"
    named = replace(MAP, id="s-1-named", name=word, short={}, long={})
    tagged = replace(MAP, id="s-2-tagged", name="Andere", short={}, long={}, keywords=(word,))
    mentioned = replace(MAP, id="s-3-mentioned", name="Dritte", short={}, long={"de": f"Ersetzt {word}."})
    index.rebuild([mentioned, tagged, named], 1)
    assert _found(index, word) == ["s-1-named", "s-2-tagged", "s-3-mentioned"]


def test_an_index_of_the_schema_before_is_rebuilt(index: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_index, "SCHEMA_VERSION", 2)
    index.rebuild([COUNCIL], 7)
    monkeypatch.undo()
    assert not index.status().fits
    with pytest.raises(IndexUnreadable):
        index.search(Query(text="OParl"))
    index.rebuild([COUNCIL], 7)
    assert index.status().fits
    assert _found(index, "OParl") == [COUNCIL.id]


def test_documents_with_some_of_the_words_answer_when_none_has_all(samples: Index) -> None:
    relaxed = samples.search(Query(text="Hunde Schlaglöcher"))
    assert relaxed.relaxed
    assert {hit.id for hit in relaxed.hits} == {DOGS.id, REPORTS.id}
    assert relaxed.total == 2
    assert not samples.search(Query(text="Hunde Gebühren")).relaxed
    assert not samples.search(Query(text="gibtesnicht")).relaxed


def test_a_name_counts_more_than_a_mention(index: WhooshIndex) -> None:
    mention = replace(DOGS, id="s-mention", long={"de": "Ein Mängelmelder ist das nicht, aber ein Mängelmelder hilft."})
    index.rebuild([mention, REPORTS], 1)
    answer = index.search(Query(text="Mängelmelder"))
    assert [hit.id for hit in answer.hits] == [REPORTS.id, "s-mention"]
    assert answer.hits[0].score > answer.hits[1].score > 0


def test_the_word_itself_counts_more_than_an_inflection(index: WhooshIndex) -> None:
    exact = replace(MAP, id="s-b", name="B", short={"de": "Alle Karten der Stadt."}, long={})
    inflected = replace(MAP, id="s-a", name="A", short={"de": "Eine Karte der Stadt."}, long={})
    index.rebuild([inflected, exact], 1)
    assert _found(index, "Karten") == ["s-b", "s-a"]


def test_ties_are_decided_by_name_then_id(index: WhooshIndex) -> None:
    twins = [replace(MAP, id=f"s-{number}", name="Gleich", short={"de": "Dasselbe"}) for number in (3, 1, 2)]
    index.rebuild(twins, 1)
    assert _found(index, "dasselbe") == ["s-1", "s-2", "s-3"]
    assert _found(index) == ["s-1", "s-2", "s-3"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NAME, [MAP, DOGS, REPORTS, PARKING, BOOKING]),
        (Sort.ACTIVITY, [REPORTS, BOOKING, DOGS, MAP, PARKING]),
        (Sort.RELEVANCE, [REPORTS, BOOKING, DOGS, MAP, PARKING]),
    ],
)
def test_orders(samples: Index, sort: Sort, expected: list[IndexDocument]) -> None:
    answer = samples.search(Query(sort=sort))
    assert [hit.id for hit in answer.hits] == [document.id for document in expected]


def test_pages_cover_everything_once(samples: Index) -> None:
    pages = [samples.search(Query(page=page, per_page=2)) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [2, 2, 1, 0]
    assert {page.total for page in pages} == {5}
    assert {hit.id for page in pages for hit in page.hits} == {document.id for document in SAMPLES}
    assert len(samples.search(Query(per_page=100_000)).hits) == 5
    assert samples.search(Query(page=10**9)).hits == ()


# --- facets ---


def _counts(index: Index, facet: str, text: str = "", **filters: tuple[str, ...]) -> dict[str, int]:
    answer = index.search(Query(text=text, filters=filters))
    return {value.value: value.count for value in answer.facets[facet]}


def test_facets_count_every_value(samples: Index) -> None:
    assert _counts(samples, "licence") == {"EUPL-1.2": 2, "MIT": 1, "none": 1, "unclear": 1}
    assert _counts(samples, "language") == {"de": 3, "en": 2, "it": 1}
    assert _counts(samples, "country") == {"DE": 3, "IT": 1}
    assert _counts(samples, "land") == {"DE-NW": 2, "DE-BW": 1}
    assert _counts(samples, "kind") == {"town": 3, "municipality": 1}
    assert _counts(samples, "size") == {"large": 2, "small": 2}
    assert _counts(samples, "state") == {"active": 2, "abandoned": 1, "quiet": 1, "unknown": 1}


def test_a_facet_is_counted_under_all_filters_but_its_own(samples: Index) -> None:
    filters = {"publisher": ("beispielstadt",), "licence": ("MIT",)}
    assert _counts(samples, "licence", **filters) == {"EUPL-1.2": 1, "MIT": 1}
    assert _counts(samples, "publisher", **filters) == {"beispielstadt": 1}
    assert _counts(samples, "state", **filters) == {"active": 1}


def test_values_are_alternatives_and_facets_narrow(samples: Index) -> None:
    assert set(_found(samples, licence=("MIT", "unclear"))) == {BOOKING.id, PARKING.id}
    assert _found(samples, licence=("MIT", "unclear"), country=("IT",)) == [PARKING.id]
    assert _found(samples, "online", licence=("EUPL-1.2",)) == []
    assert set(_found(samples, land=("DE-BW", "DE-NW"))) == {REPORTS.id, BOOKING.id, DOGS.id}
    assert _found(samples, land=("DE-BW",), size=("small",)) == [REPORTS.id]
    assert _found(samples, land=("DE-BW",), size=("large",)) == []


def test_unknown_values_find_nothing_and_stay_visible(samples: Index) -> None:
    assert _found(samples, country=("XX",)) == []
    assert _counts(samples, "country", country=("XX",))["XX"] == 0


def test_an_empty_filter_is_none(samples: Index) -> None:
    assert len(_found(samples, country=())) == 5


def test_an_unknown_facet_is_refused(samples: Index) -> None:
    with pytest.raises(InvalidInput):
        samples.search(Query(filters={"colour": ("red",)}))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_facets_agree_with_counting_by_hand(samples: Index, data: st.DataObject) -> None:
    chosen = {
        facet: tuple(data.draw(st.lists(st.sampled_from(sorted(_counts(samples, facet))), max_size=2)))
        for facet in data.draw(st.sets(st.sampled_from(FACETS), max_size=3))
    }
    answer = samples.search(Query(filters=chosen))
    assert {hit.id for hit in answer.hits} == {each.id for each in SAMPLES if _fits(each, chosen)}
    for facet in FACETS:
        others = {name: values for name, values in chosen.items() if name != facet}
        for counted in answer.facets[facet]:
            expected = [each for each in SAMPLES if counted.value in _values(each, facet) and _fits(each, others)]
            assert counted.count == len(expected)


def _fits(document: IndexDocument, filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(set(values) & _values(document, facet) for facet, values in filters.items() if values)


def _values(document: IndexDocument, facet: str) -> set[str]:
    value = getattr(document, facet)
    return set(value) if isinstance(value, tuple) else {str(value)}


# --- highlights ---


def _marks(index: Index, text: str, document: IndexDocument) -> Mapping[str, str]:
    hits = {hit.id: hit.highlights for hit in index.search(Query(text=text)).hits}
    return {key: marked.replace("\ue000", "[").replace("\ue001", "]") for key, marked in hits[document.id].items()}


@pytest.mark.parametrize(
    ("text", "document", "key", "expected"),
    [
        ("maengelmelder", REPORTS, "name", "[Mängelmelder]"),
        ("SCHLAGLOCH", REPORTS, "short.de", "Bürger melden [Schlaglöcher] und wilden Müll mit Foto und Ort."),
        ("photos", REPORTS, "short.en", "Citizens report potholes and litter with a [photo] and a place."),
        ("gebuehr", DOGS, "short", "Hunde an-, um- und abmelden, [Gebühren] bezahlen."),
        ("parcheggio", PARKING, "short.it", "Mostra i [parcheggi] liberi della città su una mappa."),
        ("maps", MAP, "short.und", "Open source [map] of medical practices"),
        ("Hundesteuerportal", DOGS, "name", "[Hundesteuer]-[Portal]"),
        ("Portal", DOGS, "name", "Hundesteuer-[Portal]"),
        ("Zeit", BOOKING, "name", "[Zeitfenster]"),
        ('"amt fuer strassen"', REPORTS, "long.de", None),
    ],
)
def test_found_words_are_marked(
    samples: Index, text: str, document: IndexDocument, key: str, expected: str | None
) -> None:
    marked = _marks(samples, text, document)[key]
    if expected is None:
        assert "zuständigen Amt. Das [Amt] [für] [Straßen]" in marked
    else:
        assert marked == expected


def test_the_language_with_most_found_words_comes_first(samples: Index) -> None:
    marked = _marks(samples, "photo pothole", REPORTS)
    assert marked["short"] == marked["short.en"]


def test_long_texts_are_cut_around_the_found_words(index: WhooshIndex) -> None:
    long = "Vorspann ohne Belang. " * 40 + "Hier steht der Friedhofsplan mit Gräbern. " + "Nachspann ohne Belang. " * 40
    index.rebuild([replace(DOGS, long={"de": long})], 1)
    snippet = _marks(index, "Friedhofsplan", DOGS)["long.de"]
    assert "der [Friedhofsplan] mit" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 300


def test_marks_in_the_text_itself_are_removed(index: WhooshIndex) -> None:
    index.rebuild([replace(DOGS, short={"de": "Hunde \ue000böse\ue001 <script>"})], 1)
    assert _marks(index, "Hunde", DOGS)["short"] == "[Hunde] böse <script>"


# --- any input ---


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), page=st.integers(-3, 50), per_page=st.integers(-3, 500))
def test_any_text_gets_an_answer(samples: Index, text: str, page: int, per_page: int) -> None:
    answer = samples.search(Query(text=text, page=page, per_page=per_page))
    assert 0 <= len(answer.hits) <= answer.total <= len(SAMPLES)


@pytest.mark.parametrize("text", ["\x00", "\ud800", '"' * 200, "-" * 200, "(" * 200, "name:x AND *", "ä" * 10_000])
def test_odd_queries(samples: Index, text: str) -> None:
    assert samples.search(Query(text=text)).total == 0


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=40), text=st.text(max_size=400), tag=st.sampled_from(["de", "en", "und", "xx", "zh"]))
def test_any_document_can_be_indexed(index: WhooshIndex, name: str, text: str, tag: str) -> None:
    document = replace(MAP, name=name, short={tag: text}, keywords=(text,), category=(name,), licence=(text,))
    index.rebuild([document], 1)
    assert index.contents() == {MAP.id: MAP.content_hash}
    for word in text.split():
        assert index.search(Query(text=word)).total <= 1


# --- writing ---


def test_changes_are_seen_at_once_also_by_others(index: WhooshIndex, tmp_path: Path) -> None:
    other = WhooshIndex(tmp_path / "index")
    index.rebuild([REPORTS, DOGS], 3)
    assert set(_found(other)) == {REPORTS.id, DOGS.id}
    index.apply([replace(DOGS, name="Katzenportal", content_hash="new"), MAP], [REPORTS.id, "s-unknown"], 7)
    assert _found(other, "Katzenportal") == [DOGS.id]
    assert _found(other, "Mängelmelder") == []
    assert other.contents() == {DOGS.id: "new", MAP.id: MAP.content_hash}
    assert (other.status().documents, other.status().position) == (2, 7)


def test_the_same_change_twice_changes_nothing(index: WhooshIndex) -> None:
    index.rebuild(SAMPLES, 1)
    for _ in range(3):
        index.apply([DOGS, DOGS], [MAP.id], 2)
    assert index.contents().keys() == {document.id for document in SAMPLES} - {MAP.id}
    assert index.status().documents == 4


def test_a_rebuild_replaces_everything(index: WhooshIndex) -> None:
    index.rebuild(SAMPLES, 9)
    index.rebuild([DOGS], 4)
    assert index.contents() == {DOGS.id: DOGS.content_hash}
    assert index.status().position == 4


def test_an_empty_index_answers(index: WhooshIndex) -> None:
    index.rebuild([], 0)
    answer = index.search(Query(text="Karte"))
    assert (answer.total, answer.hits) == (0, ())
    assert index.search(Query()).total == 0
    index.apply([DOGS], [], 1)
    assert _found(index, "Hunde") == [DOGS.id]
    index.apply([], [DOGS.id], 2)
    assert index.search(Query()).total == 0


def test_many_small_changes_lose_nothing(index: WhooshIndex) -> None:
    chance = random.Random(7)
    documents = {document.id: document for document in made_up(30)}
    index.rebuild(documents.values(), 0)
    expected = {key: document.content_hash for key, document in documents.items()}
    for step in range(1, 40):
        changed = [
            replace(documents[key], content_hash=f"{key}-{step}")
            for key in chance.sample(sorted(documents), chance.randint(0, 3))
        ]
        gone = set(chance.sample(sorted(documents), chance.randint(0, 2))) - {document.id for document in changed}
        index.apply(changed, sorted(gone), step)
        expected |= {document.id: document.content_hash for document in changed}
        expected = {key: value for key, value in expected.items() if key not in gone}
    assert index.contents() == expected
    assert index.status().documents == len(expected)
    assert index.search(Query(per_page=100)).total == len(expected)


def test_a_rebuild_that_fails_leaves_the_live_one(index: WhooshIndex, tmp_path: Path) -> None:
    index.rebuild(SAMPLES, 1)

    def broken() -> object:
        yield DOGS
        raise OSError(28, "No space left on device")

    with pytest.raises(SearchError, match="No space left"):
        index.rebuild(broken(), 2)  # type: ignore[arg-type]
    assert len(_found(index)) == 5
    assert len(list((tmp_path / "index").glob("gen-*"))) == 1


# --- versions, damage, access ---


def test_without_an_index(index: WhooshIndex) -> None:
    assert not index.status().fits
    with pytest.raises(IndexUnreadable):
        index.search(Query())
    with pytest.raises(IndexUnreadable):
        index.apply([DOGS], [], 1)


@pytest.mark.parametrize("key", ["schema", "analyser"])
def test_an_index_of_another_version_is_not_used(index: WhooshIndex, tmp_path: Path, key: str) -> None:
    index.rebuild(SAMPLES, 1)
    header = next((tmp_path / "index").glob("gen-*/header.json"))
    values = json.loads(header.read_text())
    header.write_text(json.dumps(values | {key: 0}))
    assert not index.status().fits
    with pytest.raises(IndexUnreadable):
        index.search(Query())
    index.rebuild(SAMPLES, 2)
    assert index.status().fits


def test_the_labels_of_categories_belong_to_the_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    before = terms.analyser()
    terms.analyser.cache_clear()
    monkeypatch.setattr(terms, "categories", dict)
    try:
        assert terms.analyser() != before
    finally:
        terms.analyser.cache_clear()


@pytest.mark.parametrize("damage", ["current", "header", "header-keys", "toc", "segment", "gone"])
def test_a_damaged_index_is_told_and_can_be_rebuilt(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    WhooshIndex(folder).rebuild(SAMPLES, 1)
    (live,) = folder.glob("gen-*")
    if damage == "current":
        (folder / "current").write_text("../../etc")
    elif damage == "header":
        (live / "header.json").write_text("{")
    elif damage == "header-keys":
        (live / "header.json").write_text("[]")
    elif damage == "gone":
        for file in live.iterdir():
            file.unlink()
    else:
        for file in live.glob("*.toc" if damage == "toc" else "*.seg"):
            file.write_bytes(b"")
    index = WhooshIndex(folder)
    assert not index.status().fits
    with pytest.raises(IndexUnreadable):
        index.search(Query(text="Karte"))
    index.rebuild(SAMPLES, 2)
    assert len(_found(index)) == 5


@pytest.mark.parametrize("inner", [False, True])
def test_an_index_others_can_write_is_refused(tmp_path: Path, inner: bool) -> None:
    folder = tmp_path / "index"
    WhooshIndex(folder).rebuild(SAMPLES, 1)
    (next(folder.glob("gen-*")) if inner else folder).chmod(0o777)
    with pytest.raises(SearchError, match="writable"):
        WhooshIndex(folder).search(Query())
    with pytest.raises(SearchError, match="writable"):
        WhooshIndex(folder).apply([DOGS], [], 2)


def test_an_index_of_another_user_is_refused(index: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.rebuild(SAMPLES, 1)
    monkeypatch.setattr(generations.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(SearchError, match="another user"):
        index.search(Query())


def test_the_folder_is_private(index: WhooshIndex, tmp_path: Path) -> None:
    index.rebuild(SAMPLES, 1)
    folder = tmp_path / "index"
    assert folder.stat().st_mode & 0o077 == 0
    assert next(folder.glob("gen-*")).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["postgresql://x/y", "whoosh://relative/path", "whoosh:", "", "/var/index"])
def test_bad_addresses(url: str) -> None:
    with pytest.raises(ConfigError):
        open_index(url)


# --- several at once ---


def test_a_second_writer_waits_and_then_says_so(index: WhooshIndex, tmp_path: Path) -> None:
    index.rebuild(SAMPLES, 1)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with WhooshIndex(tmp_path / "index").exclusive():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    try:
        with pytest.raises(SearchError, match="has been writing"):
            index.apply([DOGS], [], 2)
        assert len(_found(index)) == 5
    finally:
        leave.set()
        holder.join()
    index.apply([DOGS], [], 2)


def test_leftovers_are_removed_by_the_next_writer(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = WhooshIndex(folder, grace_seconds=3600)
    index.rebuild(SAMPLES, 1)
    unfinished = folder / "gen-unfinished"
    unfinished.mkdir()
    (unfinished / "MAIN_x.seg").write_bytes(b"x")
    (folder / "current.new-abc").write_text("gen-unfinished")
    index.rebuild(SAMPLES, 2)
    assert not unfinished.exists()
    assert not (folder / "current.new-abc").exists()
    # The one before is kept for readers that have just read the pointer.
    assert len(list(folder.glob("gen-*"))) == 2
    WhooshIndex(folder, grace_seconds=0).apply([], [], 3)
    assert len(list(folder.glob("gen-*"))) == 1


def _start(work: str, path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, str(Path(index_work.__file__)), work, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def test_readers_never_see_half_an_index(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    writer = WhooshIndex(folder, grace_seconds=0)
    writer.rebuild(index_work.generation(0), 0)
    shared = WhooshIndex(folder)
    stop = threading.Event()
    failures: list[BaseException] = []
    seen: set[int] = set()

    def read() -> None:
        try:
            while not stop.is_set():
                seen.add(index_work.check_whole(shared))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    other = _start("read", folder)
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 1.0
    number = 0
    while (number < 4 or time.monotonic() < deadline) and not failures:
        number += 1
        (writer.rebuild if number % 2 else _apply_all(writer))(index_work.generation(number), number)
    while number not in seen and not failures:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    out, err = other.communicate(input="stop\n", timeout=30)
    assert not failures
    assert other.returncode == 0, err
    assert int(out) > 0
    assert len(seen) >= 2


def _apply_all(writer: WhooshIndex):  # type: ignore[no-untyped-def]
    return lambda documents, position: writer.apply(documents, [], position)


@pytest.mark.parametrize("work", ["write", "rebuild"])
def test_a_killed_writer_leaves_a_whole_index(tmp_path: Path, work: str) -> None:
    folder = tmp_path / "index"
    WhooshIndex(folder).rebuild(index_work.generation(0), 0)
    chance = random.Random(work)
    for _ in range(4):
        child = _start(work, folder)
        time.sleep(chance.uniform(0.02, 0.4))
        child.kill()
        child.communicate()
        index = WhooshIndex(folder, grace_seconds=0)
        state = index_work.check_whole(index)
        assert index.status().fits
        index.apply(index_work.generation(state), [], state)
        assert index_work.check_whole(WhooshIndex(folder)) == state
        assert len(list(folder.glob("gen-*"))) == 1
