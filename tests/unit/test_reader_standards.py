# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which standards a text names, and the table of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import standards
from harvesters.readers.standards import named
from registry.model import FactSource, Field
from registry.vocabulary.standards import Naming
from registry.vocabulary.standards import standards as table
from support.snapshots import facts, snapshot, values


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Die OParl-Schnittstelle 1.1", {"oparl"}),
        ("uses oparl and `open311`", {"oparl", "open311"}),
        ("OParlamentarisch, MyOParl", set()),
        ("nach DCAT-AP.de und nach DCAT-AP 2.1", {"dcat-ap-de", "dcat-ap"}),
        ("nur DCAT-AP.de", {"dcat-ap-de"}),
        ("XÖV-konform (XMeld, XPlanung, XBau, XZuFi, XFamilie)",
         {"xoev", "xmeld", "xplanung", "xbau", "xzufi", "xfamilie"}),
        ("NGSI-LD, NGSI‑LD, NGSILD", {"ngsi-ld"}),
        ("NGSIv2 der FIWARE-Plattform", {"ngsi-v2", "fiware"}),
        ("OGC SensorThings API", {"ogc-sensorthings"}),
        ("Anmeldung mit BundID (SAML 2.0) oder OpenID Connect", {"bundid", "saml", "oidc"}),
        ("FIT-Connect, FITConnect", {"fit-connect"}),
        ("GTFS-RT, GBFS, DATEX II", {"gtfs", "gbfs", "datex-ii"}),
        ("MQTT und LoRaWAN nach DIN SPEC 91357", {"mqtt", "lorawan", "din-spec-91357"}),
        ("import '@kern-ux/native'", {"kern-ux"}),
        # ambiguous words
        ("Das FIM ist ein Film.", set()),
        ("Datenfelder nach FIM", {"fim"}),
        ("fim datenfelder", set()),
        ("This will inspire you, with metadata", set()),
        ("INSPIRE-konforme Metadaten", {"inspire"}),
        ("WMS for the warehouse", set()),
        ("ein WMS im Geoportal", {"ogc-wms"}),
        ("die Elster am Fluss", set()),
        ("Anmeldung mit ELSTER", {"elster"}),
        ("Legen Sie ein Nutzerkonto an.", set()),
        ("Nutzerkonto nach OZG", {"nutzerkonto"}),
        ("chat in our matrix room, the matrix of figures", set()),
        ("über das Matrix-Protokoll", {"matrix"}),
    ],
)  # fmt: skip
def test_named(text: str, ids: set[str]) -> None:
    assert set(named(text)) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Diese Anwendung unterstützt OParl nicht.", set()),
        ("Sie spricht auch kein BundID.", set()),
        ("weder OParl noch BundID, aber Open311", {"open311"}),
        ("ohne Unterstützung für OParl", set()),
        ("OParl wird derzeit noch nicht unterstützt", set()),
        ("There is no support for OParl yet", set()),
        ("OParl is not supported, Open311 is", {"open311"}),
        ("It doesn't yet support OParl. It supports BundID", {"bundid"}),
        ("nicht nur OParl, sondern auch BundID", {"oparl", "bundid"}),
        ("not only OParl but more", {"oparl"}),
        ("Unterstützt OParl, nicht aber Open311", {"oparl"}),
        ("Keine Anmeldung nötig, OParl genügt. Nicht für Kinder", {"oparl"}),
        ("OParl nicht. Doch: OParl!", {"oparl"}),
    ],
)
def test_what_is_denied_is_not_named(text: str, ids: set[str]) -> None:
    assert set(named(text)) == ids


def test_packages_count_in_manifests_only() -> None:
    assert set(named('"passport-saml": "1", "openid-client": "5"', manifest=True)) == {"saml", "oidc"}
    assert "oidc" not in named("the openid-client of ours")


def test_the_first_place_is_told_in_the_order_of_reading() -> None:
    files = {
        "README.md": b"# T\n\n<!-- GBFS -->\nText\nMQTT und OParl\nMQTT\n",
        "INSTALL.md": b"SAML\n",
        "publiccode.yml": b"name: GTFS\nlorawan: false\n",
        "go.mod": b"module x\n\nrequire (\n\tb/mqtt-open311 v1\n\tc/oidc v1 // indirect\n)\n",
    }
    reading = standards.read(snapshot(files))
    found = [(*fact.value, fact.origin.path, fact.origin.line, fact.source) for fact in facts(reading, Field.STANDARDS)]
    assert found == [
        ("mqtt", "README.md", 5, FactSource.README),
        ("oparl", "README.md", 5, FactSource.README),
        ("gtfs", "publiccode.yml", 1, FactSource.PUBLICCODE),
        ("saml", "INSTALL.md", 1, FactSource.TREE),
        ("open311", "go.mod", 4, FactSource.MANIFEST),
    ]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("publiccode.yml", FactSource.PUBLICCODE),
        ("codemeta.json", FactSource.CODEMETA),
        ("CITATION.cff", FactSource.CITATION),
        ("package.json", FactSource.MANIFEST),
        ("docs/install.md", FactSource.TREE),
    ],
)
def test_the_source_is_that_of_the_file(path: str, source: FactSource) -> None:
    (fact,) = facts(standards.read(snapshot({path: b"\n description: OParl\n"})), Field.STANDARDS)
    assert (fact.source, fact.origin.path, fact.origin.line) == (source, path, 2)


def test_files_that_are_not_the_repositorys_own_do_not_count() -> None:
    assert not values(
        standards.read(snapshot({"vendor/composer.json": b"OParl", "LICENSE": b"OParl"})), Field.STANDARDS
    )


def test_the_table_holds_together() -> None:
    assert len(table()) >= 60
    for standard in table().values():
        assert standard.de
        assert standard.en
        assert standard.homepage is None or standard.homepage.startswith("https://")
        for naming in standard.namings:
            assert naming.words
            for word in naming.words:
                nearby = next(iter(naming.context), "")
                assert standard.id in named(f"{nearby} ({word})", manifest=naming.manifests_only), word


def test_an_ambiguous_word_alone_is_nothing() -> None:
    namings = [naming for standard in table().values() for naming in standard.namings if naming.context]
    assert namings
    assert not any(named(f"Das {word} hier") for naming in namings for word in naming.words)
    assert Naming(("a",)).context == frozenset()


@settings(deadline=None)
@given(st.text(alphabet="OParlXÖVNGSI-LD_ .FIMfim\n", max_size=300))
def test_any_text_gives_known_ids_and_real_lines(text: str) -> None:
    for standard, line in named(text).items():
        assert standard in table()
        assert 1 <= line <= text.count("\n") + 1


@pytest.mark.parametrize("piece", ["FIM ", "NGSI-", "DCAT-AP.", "[", "a", "Föderales ", "oparl\n", "// indirect"])
def test_repeated_pieces_end_soon(piece: str) -> None:
    # Would not come back within the suite's time limit if the search were not linear.
    content = (piece * (2**19 // len(piece))).encode()
    standards.read(snapshot({"README.md": content, "go.mod": content, "publiccode.yml": content}))
