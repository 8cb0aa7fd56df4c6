# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Peers that answer nonsense, too much or with malice: an entry costs itself, a catalogue costs its listing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvesters.peers import base, open_catalog
from registry.errors import FetchError, Garbage, InvalidInput, TooLarge
from registry.model import Field, ForgeKind, PeerKind
from support.door import client
from support.loopback import Loopback, Reply, as_json
from support.peers import api, entries, facts, pages, problems, urls

API, JSON, CODE, LIST = PeerKind.OPEN_CATALOG_API, PeerKind.JSON, PeerKind.CODE_JSON, PeerKind.PUBLICCODE_LIST


def _document(value: object) -> Reply:
    return as_json(value) if not isinstance(value, bytes) else Reply(body=value)


def _json(value: object, **options: str) -> Any:
    with Loopback({"/list": _document(value)}) as server:
        return pages(client(server), f"{server.url}/list", JSON, **{"url": "$.url", **options})


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("http://github.com/a/b.git", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@gitlab.com/a/b/c.git", "https://gitlab.com/a/b/c"),
        ("https://GitHub.com/a/b/", "https://github.com/a/b"),
        ("https://github.com/a/b/tree/main/src?tab=readme#top", "https://github.com/a/b"),
        ("<https://codeberg.org/a/b>", "https://codeberg.org/a/b"),
        ("https://raw.githubusercontent.com/a/b/main/publiccode.yml", "https://github.com/a/b"),
        ("https://github.com/a/b/raw/main/publiccode.yml", "https://github.com/a/b"),
        ("https://gitlab.com/a/b/-/raw/main/publiccode.yml", "https://gitlab.com/a/b"),
        ("https://git.stadt.example/karte.git", "https://git.stadt.example/karte"),
        ("https://git.stadt.example/amt/karte", "https://git.stadt.example/amt/karte"),
        (None, "peer-entries-without-address"),
        ("", "peer-entries-without-address"),
        (17, "peer-entries-without-address"),
        ({"url": "https://github.com/a/b"}, "peer-entries-without-address"),
        ("not public", "peer-entry-not-an-address"),
        ("mailto:amt@stadt.example", "peer-entry-not-an-address"),
        ("javascript:alert(1)", "peer-entry-not-an-address"),
        ("file:///etc/passwd", "peer-entry-not-an-address"),
        ("https://user:geheim@github.com/a/b", "peer-entry-not-an-address"),
        ("https://github.com/a\u202eb/c", "peer-entry-not-an-address"),
        ("https://github.com/audacity", "peer-entry-account"),
        ("https://github.com/orgs/it-at-m/repositories?q=dave", "peer-entry-account"),
        ("https://bitbucket.org/nuclos/workspace/repositories/", "peer-entry-account"),
        ("https://github.com/features/actions", "peer-entry-account"),
        ("https://gitlab.com/groups/a/b", "peer-entry-account"),
        ("https://www.port389.org/", "peer-entry-web-page"),
        ("https://www.7-zip.org/download", "peer-entry-web-page"),
        ("https://stadt.example/software/karte.html", "peer-entry-web-page"),
        ("https://stadt.example/cgi?repo=7", "peer-entry-web-page"),
        ("https://sourceforge.net/projects/karte", "peer-entry-web-page"),
        ("https://gist.github.com/a/b", "peer-entry-web-page"),
        ("https://stadt.example/files/publiccode.yml", "peer-entry-file"),
        ("x" * 100_000, "peer-entry-not-an-address"),
    ],
)
def test_the_repository_that_an_entry_names(address: object, outcome: str) -> None:
    found = _json([{"url": address}, {"url": "https://github.com/gut/gut"}])
    assert urls(found)[-1] == "https://github.com/gut/gut", "a broken entry never costs the others"
    told = [problem.rule for problem in problems(found)]
    assert [*urls(found)[:-1], *told] == [outcome]
    assert "geheim" not in str(problems(found))


def test_one_repository_under_many_spellings_is_one_entry() -> None:
    spellings = ["https://github.com/a/b", "git@github.com:a/b.git", "http://github.com/a/b/", "github.com/a/b.git"]
    assert urls(_json([{"url": one} for one in spellings])) == ["https://github.com/a/b"]


def test_the_order_of_the_document_is_kept() -> None:
    wanted = [f"https://github.com/a/r{number}" for number in (7, 3, 9, 1)]
    assert urls(_json({"x": {"y": [{"url": one} for one in wanted]}}, entries="$.x.y[*]")) == wanted


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html>Anmeldung</html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"null",
        b"7",
        b'"https://github.com/a/b"',
        b"{}",
    ],
    ids=lambda body: body[:8].decode("latin-1"),
)
@pytest.mark.parametrize("kind", [API, JSON, CODE])
def test_documents_that_are_none(kind: PeerKind, body: bytes) -> None:
    with Loopback({"/x": Reply(body=body), "/x/v1/software": Reply(body=body)}) as server:
        options = {"url": "$.url"} if kind is JSON else {}
        with pytest.raises(FetchError) as caught:
            pages(client(server), f"{server.url}/x", kind, **options)
        assert caught.value.rule in ("peer-answer", "peer-no-entries")
        assert f"127.0.0.1:{server.port}/x" in caught.value.subject, "errors name the source that people know"


def test_deep_nesting_within_an_entry_says_nothing() -> None:
    deep: Any = "https://github.com/a/b"
    for _ in range(400):
        deep = {"url": deep}
    found = _json([{"url": "https://github.com/a/b", "name": deep}], name="$..nothing", description="$.name")
    assert urls(found) == ["https://github.com/a/b"]
    assert facts(entries(found)[0]) == {}


def test_values_that_json_does_not_know_and_keys_that_stand_twice() -> None:
    body = (
        b'[{"url":"https://github.com/a/one","url":"https://github.com/a/two","name":NaN,"description":-Infinity,'
        b'"keywords":[1,2.5,true,null,{"a":1},["x"],"Karte","Karte"],"n":' + b"9" * 5_000 + b"}]"
    )
    found = _json(body, name="$.name", description="$.description", keywords="$.keywords")
    assert urls(found) == ["https://github.com/a/two"]
    assert facts(entries(found)[0]) == {(Field.KEYWORDS, None): ["1", "Karte"]}


def test_texts_are_cleaned_and_bounded() -> None:
    found = _json(
        [
            {
                "url": "https://github.com/a/b",
                "name": "Ka\u202erte\x00\ud800 " + "n " * 5_000,
                "text": "Rufen Sie an: +49 221 12345678, erika@stadt.example <script>alert(1)</script>" + "t" * 9_000,
                "org": ["A"],
                "tags": [f"tag{number}" * 40 for number in range(1_000)],
            }
        ],
        name="$.name",
        description="$.text",
        keywords="$.tags",
        organisation="$.org",
    )
    read = facts(entries(found)[0])
    assert read[Field.NAME, None].startswith("Karte n n")
    assert len(read[Field.NAME, None]) <= 200
    assert "12345678" not in read[Field.SHORT_DESCRIPTION, None]
    assert "@stadt" not in read[Field.SHORT_DESCRIPTION, None]
    assert len(read[Field.SHORT_DESCRIPTION, None]) <= 300
    assert len(read[Field.KEYWORDS, None]) == 50
    assert all(len(one) <= 100 for one in read[Field.KEYWORDS, None])
    assert (Field.ORGANISATION, None) not in read


@pytest.mark.parametrize(
    ("following", "rule"),
    [
        ("?page[after]=0", "peer-answer"),
        ("https://evil.example/v1/software", "peer-answer"),
        ("//evil.example/v1/software", "peer-answer"),
        ("https://[evil/", "peer-answer"),
        ("file:///etc/passwd", "peer-answer"),
        (17, "peer-answer"),
        ({"href": "?x"}, "peer-answer"),
    ],
)
def test_next_links_lead_in_circles_or_elsewhere(following: object, rule: str) -> None:
    page = {"data": [{"id": "1", "url": "https://github.com/a/b"}], "links": {"next": following}}
    with Loopback({"/v1/software": as_json(page)}) as server:
        with pytest.raises(Garbage) as caught:
            pages(client(server), server.url, API)
        assert caught.value.rule == rule
        assert len(server.requests) <= 2


def test_pages_without_end_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_catalog, "MOST_PAGES", 20)
    numbers = iter(range(10_000))

    def answer(_: object) -> Reply:
        number = next(numbers)
        return as_json({"data": [], "links": {"next": f"?page[after]={number}"}})

    with Loopback({"/v1/software": answer}) as server:
        with pytest.raises(TooLarge):
            pages(client(server), server.url, API)
        assert len(server.requests) <= 21


def test_entries_without_end_are_an_error_and_not_half_a_list() -> None:
    body = json.dumps([{"url": f"https://github.com/a/r{number}"} for number in range(base.MOST_ENTRIES + 1)])
    with pytest.raises(TooLarge):
        _json(body.encode())


def test_problems_are_counted_once_there_are_many() -> None:
    found = _json([{"url": f"https://www.stadt.example/{number}"} for number in range(base.MOST_PROBLEMS + 40)])
    assert len(problems(found)) == base.MOST_PROBLEMS + 1
    assert problems(found)[-1].rule == "peer-more-problems"
    assert problems(found)[-1].params["detail"] == "40"


@pytest.mark.parametrize(
    "yaml",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\n" + "".join(f"e{n}: *d\n" for n in range(3_000)),
        "{" * 50_000,
        "name: !!python/object/apply:os.system [touch /tmp/x]\n",
        "\t- :\n - [",
        "[1, 2]",
        "",
        "name: " + "x" * 200_000,
    ],
    ids=["bomb", "deep", "tag", "syntax", "list", "empty", "long"],
)
def test_a_hostile_publiccode_costs_its_facts_only(yaml: str) -> None:
    good = "publiccodeYmlVersion: '0.4'\nname: Karte\ndescription: {de: {shortDescription: Eine Karte der Stadt}}\n"
    software = [
        {"id": "böse", "url": "https://github.com/a/evil", "publiccodeYml": yaml},
        {"id": "gut", "url": "https://github.com/a/good", "publiccodeYml": good},
    ]
    with Loopback(api(*software)) as server:
        found = entries(pages(client(server), server.url, API))
    assert [entry.url for entry in found] == ["https://github.com/a/evil", "https://github.com/a/good"]
    assert facts(found[1])[Field.NAME, None] == "Karte"
    assert facts(found[1])[Field.SHORT_DESCRIPTION, "de"] == "Eine Karte der Stadt"


@pytest.mark.parametrize(
    "item", [None, 7, "x", [], {"id": 7}, {"url": ["x"]}, {"url": "https://www.x.example/", "publiccodeYml": {"a": 1}}]
)
def test_odd_items_of_an_api(item: object) -> None:
    good = {"id": "gut", "url": "https://github.com/a/good", "aliases": None, "publiccodeYml": None}
    gone = {"id": "weg", "url": "https://github.com/a/inactive", "active": False}
    with Loopback(api(item, good, gone)) as server:
        found = pages(client(server), server.url, API)
    assert urls(found) == ["https://github.com/a/good"]
    assert len(problems(found)) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "# Liste\nhttps://github.com/a/b\n\ngit@github.com:c/d.git  # alt\nhttps://github.com/a/b.git\n",
            ["a/b", "c/d"],
        ),
        ("https://raw.githubusercontent.com/a/b/HEAD/publiccode.yml\r\nnonsense\r\n", ["a/b"]),
        ('["https://github.com/a/b", {"url": "https://github.com/c/d"}, 7]', ["a/b", "c/d"]),
        ("- https://github.com/a/b\n- url: https://github.com/c/d\n  name: D\n", ["a/b", "c/d"]),
        ("repositories:\n  - https://github.com/a/b\n", ["a/b"]),
        ("", []),
    ],
)
def test_lists_of_publiccode_addresses(body: str, expected: list[str]) -> None:
    with Loopback({"/list": Reply(body=body.encode())}) as server:
        found = pages(client(server), f"{server.url}/list", LIST)
    assert urls(found) == [f"https://github.com/{one}" for one in expected]


@pytest.mark.parametrize("body", [b"<!doctype html><html><body>Anmeldung</body></html>", b"name: nothing here\n", b"x"])
def test_lists_that_are_none(body: bytes) -> None:
    with Loopback({"/list": Reply(body=body)}) as server, pytest.raises(Garbage) as caught:
        pages(client(server), f"{server.url}/list", LIST)
    assert caught.value.rule == "peer-answer"


@pytest.mark.parametrize(
    ("options", "rule", "place"),
    [
        ({}, "peer-option-missing", "url"),
        ({"url": "$.a["}, "peer-path-invalid", "5: $.a["),
        ({"url": "a"}, "peer-path-invalid", "1: a"),
        ({"url": "$.url", "name": "$..[?@.x ==]"}, "peer-path-invalid", "name"),
        ({"url": "$" + "[0]" * 500}, "peer-path-invalid", "url"),
    ],
)
def test_a_bad_path_names_the_place(options: dict[str, str], rule: str, place: str) -> None:
    with Loopback({"/list": as_json([])}) as server, pytest.raises(InvalidInput) as caught:
        pages(client(server), f"{server.url}/list", JSON, **options)
    assert caught.value.rule == rule
    assert place in f"{caught.value.subject} {caught.value.detail}"
    assert server.requests == []


def test_forges_of_entries() -> None:
    listed = {
        "https://github.com/a/b": ForgeKind.GITHUB,
        "https://gitlab.opencode.de/a/b": ForgeKind.GITLAB,
        "https://bitbucket.org/a/b": ForgeKind.BITBUCKET,
        "https://git.stadt.example/a/b": ForgeKind.GIT,
    }
    assert {entry.url: entry.forge for entry in entries(_json([{"url": one} for one in listed]))} == listed
