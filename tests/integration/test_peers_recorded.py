# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recorded catalogues of real peers: the pages of an API, a code.json, the front matter of a folder of Markdown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.peers.claims import CLAIMED
from harvesters.readers.wanted import Selection
from registry.model import EgressRules, Fact, FactSource, Field, ForgeKind, HostPort, Limits, PeerKind
from support.door import Cache, client
from support.loopback import Loopback, Reply
from support.peers import entries, facts, pages, problems, urls
from support.repos import Commit, build

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no recorded answers at {CORPUS}")


def _claims(found: list[Fact], url: str) -> bool:
    return all(
        fact.source is FactSource.PEER
        and fact.origin.repository == url
        and fact.origin.path
        and fact.origin.commit is None
        and fact.field in CLAIMED
        for fact in found
    )


def test_the_italian_catalogue_page_by_page_and_unchanged_the_next_night() -> None:
    first, second = (
        (CORPUS / "forge-api" / "developers-italia" / f"page{number}.json").read_bytes() for number in (1, 2)
    )

    def answer(request: object) -> Reply:
        if request.headers.get("if-none-match") == '"1"':
            return Reply(304)
        return Reply(200, {"ETag": '"1"'}, second if "after" in request.target else first)

    with Loopback({"/v1/software": answer}) as server:
        http = client(server, cache=Cache())
        night = pages(http, server.url, PeerKind.OPEN_CATALOG_API)
        assert [len(page.entries) for page in night] == [14, 13]
        assert problems(night) == []
        assert [page.unchanged for page in night] == [False, False]
        again = pages(http, server.url, PeerKind.OPEN_CATALOG_API)
        assert [page.unchanged for page in again] == [True, True]
        assert entries(again) == entries(night)
        assert len(server.requests) == 4
        by_url = {entry.url: entry for entry in entries(night)}
        assert not any(url.endswith(".git") for url in by_url)
        assert by_url["https://gitlab.com/madbob/spunta"].forge is ForgeKind.GITLAB
        one = by_url["https://github.com/Amsterdam/signals-frontend"]
        assert one.forge is ForgeKind.GITHUB
        assert one.entry == "1dbf7eeb-fad1-4b95-842d-dcb0dbaee64e"
        assert facts(one)[Field.NAME, None] == "Signalen frontend"
        assert {lang for field, lang in facts(one) if field is Field.SHORT_DESCRIPTION} == {"en", "nl"}
        assert facts(one)[Field.USED_BY, None] == ["Gemeente Amsterdam", "Gemeente 's-Hertogenbosch"]
        assert _claims([fact for entry in entries(night) for fact in entry.facts], server.url)


def test_a_code_json() -> None:
    body = (CORPUS / "forge-api" / "code.json" / "code.json").read_bytes()
    with Loopback({"/code.json": Reply(body=body)}) as server:
        found = pages(client(server), f"{server.url}/code.json", PeerKind.CODE_JSON)
        assert problems(found) == []
        assert len(set(urls(found))) == len(urls(found)) == 323
        pillbox = entries(found)[0]
        assert (pillbox.url, pillbox.entry) == ("https://github.com/HHS/pillbox_docs", "pillbox_docs")
        assert facts(pillbox)[Field.SHORT_DESCRIPTION, "en"] == "Pillbox at the National Library of Medicine"
        assert facts(pillbox)[Field.ORGANISATION, None] == {
            "uri": None,
            "name": "Department of Health and Human Services",
        }
        everything = json.dumps([[str(fact) for fact in entry.facts] for entry in entries(found)])
        assert "contact-1@example.org" not in everything
        assert "Contact Person" not in everything
        assert "No description available" not in everything


def test_munichs_folder_of_markdown_files(tmp_path: Path) -> None:
    documents = (CORPUS / "catalogue" / "munich.yml").read_text(encoding="utf-8").split("\n---\n# ")[1:]
    files = {
        f"software/{text.partition(chr(10))[0]}": f"---\n{text.partition(chr(10))[2]}\n---\n\nText.\n".encode()
        for text in documents
    }
    assert len(files) == 139
    files["software/index.md"] = b"---\ntitle: index\ncode: https://github.com/it-at-m/wrong\n---\n"
    root = tmp_path / "repositories"
    path = root / "it-at-m" / "katalog.git"
    build(path, [Commit(1_700_000_000, files)])
    with GitServer(root) as server:
        url = f"{server.base_url}/it-at-m/katalog"
        http, git = _door(server.base_url, tmp_path)
        night = pages(http, url, PeerKind.MARKDOWN, git, folder="software", language="de")
        found = entries(night)
        assert {"https://github.com/it-at-m/ad2image", "https://github.com/astral-sh/uv"} <= set(urls(night))
        assert not any(entry.url.endswith("/wrong") for entry in found)
        one = next(entry for entry in found if entry.url.endswith("/ad2image"))
        assert one.entry == "software/ad2image.md"
        assert facts(one)[Field.NAME, None] == "ad2image"
        assert facts(one)[Field.DECLARED_LICENCE, None] == "MIT"
        assert facts(one)[Field.KEYWORDS, None] == ["eigenentwicklung", "application", "start2023", "k8s"]
        told = {problem.rule for problem in problems(night)}
        assert told == {"peer-entry-account", "peer-entries-without-address"}
        accounts = [one.params["detail"] for one in problems(night) if one.rule == "peer-entry-account"]
        assert "https://github.com/audacity" in accounts
        assert _claims([fact for entry in found for fact in entry.facts], url)
        before = len(server.requests)
        again = pages(http, url, PeerKind.MARKDOWN, git, folder="software", language="de")
        assert all(page.unchanged for page in again)
        assert entries(again) == found
        assert len(server.requests) - before == 1, "an unchanged catalogue costs one request"
        shutil.rmtree(path)
        new = {"software/neu.md": b"---\ntitle: Neu\ncode: git@github.com:it-at-m/neu.git\n---\n"}
        build(path, [Commit(1_700_000_000, files), Commit(1_700_000_100, new)])
        changed = pages(http, url, PeerKind.MARKDOWN, git, folder="software", language="de")
        assert set(urls(changed)) - set(urls(night)) == {"https://github.com/it-at-m/neu"}


def _door(base_url: str, folder: Path) -> tuple[object, GitDoor]:
    port = int(base_url.rpartition(":")[2])
    rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", port)}))
    http = client(hosts=[("127.0.0.1", port)], cache=Cache())
    return http, GitDoor(Guard(rules), Limits(), folder / "work", Selection(), http=http)
