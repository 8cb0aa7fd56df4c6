# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The curated sources that the package ships: well-formed, without doubles, and from the recorded lists only."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

import registry.vocabulary
from harvesters.base import canonical_url
from registry.catalogue.registering import read_publishers
from registry.model import BodyKind

FILE = Path(registry.vocabulary.__file__).parent / "curated-sources.toml"
DOCUMENT: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = DOCUMENT["publisher"]
SHARED = Path(__file__).parents[3] / "shared"
KEYS = {"name", "kind", "country", "official_key", "uri", "forge_organisations", "repositories"}

every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=[entry["name"] for entry in ENTRIES])


def test_there_are_enough_and_no_publisher_or_address_twice() -> None:
    urls = [url.lower() for entry in ENTRIES for url in (*entry["forge_organisations"], *entry["repositories"])]
    assert len(ENTRIES) >= 45
    assert len(set(urls)) == len(urls)
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)
    assert sum(entry["country"] == "DE" for entry in ENTRIES) >= 20


@every_entry
def test_an_entry_has_the_agreed_form(entry: dict[str, Any]) -> None:
    assert set(entry) <= KEYS
    assert entry["name"].strip() == entry["name"] != ""
    assert entry["kind"] in set(BodyKind)
    assert entry["country"] in Locale("en").territories
    assert re.fullmatch("[A-Z]{2}", entry["country"])
    assert entry["forge_organisations"] or entry["repositories"]
    for key in ("official_key", "uri"):
        assert isinstance(entry.get(key, "given"), str)
    if entry["country"] == "DE" and "official_key" in entry:
        assert re.fullmatch(r"\d{8}", entry["official_key"])
    assert entry.get("uri", "https://").startswith("https://")


@every_entry
def test_addresses_are_canonical_and_name_an_account_or_a_repository(entry: dict[str, Any]) -> None:
    for url in entry["forge_organisations"]:
        assert canonical_url(url) == url
        assert re.fullmatch(r"https://(github|gitlab)\.com/[A-Za-z0-9-]+", url)
    for url in entry["repositories"]:
        assert canonical_url(url) == url
        assert re.fullmatch(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+", url)


def test_the_import_takes_the_file() -> None:
    assert len(read_publishers(DOCUMENT, FILE.name)) == len(ENTRIES)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded lists are not part of the project")
def test_every_account_is_in_the_recorded_lists() -> None:
    landscape = (SHARED / "facts" / "landscape.md").read_text(encoding="utf-8")
    rows = (SHARED / "corpus" / "repos_A.tsv").read_text(encoding="utf-8").splitlines()[1:]
    known = {row.split("\t")[0].split("/")[-2] for row in rows} | set(re.findall(r"[A-Za-z0-9-]+", landscape))
    urls = [url for entry in ENTRIES for url in (*entry["forge_organisations"], *entry["repositories"])]
    assert {url.split("/")[3] for url in urls} <= known
