# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes the real declarations and the entries of the Italian catalogue: by the shipped register, or unknown.

The expectations were read by eye in the declarations themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvesters.readers.reading import read_snapshot
from registry.bodies.attributing import attribute, contractor
from registry.bodies.core import core
from registry.bodies.curated import domains, operators, others
from registry.bodies.evidence import Evidence, account_names, evidence_of, telling_host
from registry.model import Attribution, BodyEntry, Field, ForgeFacts, MatchOutcome, RepositoryReading, Solution
from registry.resolve import resolve
from support.memory_register import MemoryRegister
from support.snapshots import snapshot

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")

DECLARED: Mapping[str, tuple[str, str] | None] = {
    "bitbucket.org__art-uniroma2__vocbench3": ("Università degli Studi di Roma Tor Vergata", "IT"),
    "github.com__ARPA-SIMC__dballe": ("Arpae Emilia-Romagna", "IT"),
    "github.com__AUSL-ReggioEmilia__DocSuitePA": ("AUSL Reggio Emilia", "IT"),
    "github.com__Amsterdam__signals-frontend": ("Amsterdam", "NL"),
    "github.com__Arpae-it__rpdf": ("Arpae Emilia-Romagna", "IT"),
    "github.com__CARD-AI__BLKT-VMS-Validavimas": None,
    "github.com__CS78-open__PsyMemo": None,
    "github.com__Cetriq__Classify": None,
    "github.com__CittaMetropolitanaVenezia__WebMappVenezia": ("Venezia", "IT"),
    "github.com__CodeForBaltimore__Bmore-Responsive": None,
    "github.com__Comune-Milano__Whistleblowing": ("Milano", "IT"),
    "github.com__Comune-Milano__gefo": ("Milano", "IT"),
    "github.com__ComuneDiFerrara__portale-istituzionale": ("Ferrara", "IT"),
    "github.com__ComuneTrento__Catalogo-dei-servizi": ("Trento", "IT"),
    "github.com__ConductionNL__OpenPdc": None,  # The declaration is another product's.
    "github.com__Chrisdo82__kolibri": None,  # Somebody's copy of what a federal agency publishes elsewhere.
    "github.com__Cicatrice__journal-web-ui": None,
    "github.com__technologiestiftung__amarex-masterportal": None,
    "github.com__Provincie-Zuid-Holland__Omgevingsbeleid-Frontend": ("Zuid-Holland", "NL"),
    "github.com__Consiglio-Regionale-della-Lombardia__GEA": ("Consiglio regionale della Lombardia", "IT"),
    "github.com__INGV__qml-validator": ("Istituto nazionale di geofisica e vulcanologia", "IT"),
    "github.com__MinBZK__mijn-bureau-infra": None,
    "github.com__RegioneDelVeneto__mystandard": ("Veneto", "IT"),
    "github.com__RegioneER__rer.newsletter": ("Emilia-Romagna", "IT"),
    "github.com__UniversitaDellaCalabria__uniTicket": ("Università della Calabria", "IT"),
    "github.com__alessiolombardo__RiscossioneConverter": None,
    "github.com__biagioT__java-pec-parser": None,
    "github.com__comune-torino__iscritto": ("Torino", "IT"),
    "github.com__comunedibari__gestione-autorizzazioni": ("Bari", "IT"),
    "github.com__comunedibari__lamiacitta": ("Bari", "IT"),
    "github.com__comunedimesagne__SEP": ("Mesagne", "IT"),
    "github.com__comunedirimini__GatewayFederaSpid": ("Rimini", "IT"),
    "github.com__csipiemonte__carpool": ("CSI Piemonte", "IT"),
    "github.com__developer-overheid-nl__don-oss-register": ("Geonovum", "NL"),
    "github.com__dxc-technology__DXC-Industrialized-AI-Starter": None,
    "github.com__ghtmtt__DataPlotly": None,
    "github.com__it-at-m__mucgpt": ("München", "DE"),
    "github.com__kiesraad__abacus": ("Kiesraad", "NL"),
    "github.com__ministero-salute__dcc-utils": ("Ministero della Salute", "IT"),
    "github.com__opengisch__QField": None,
    "github.com__piersoft__trasportilecceeu": None,
    "github.com__regione-piemonte__epico": ("Piemonte", "IT"),
    "github.com__stadtulm__vima": ("Ulm", "DE"),
    "github.com__stfbk__tlsassistant": ("Fondazione Bruno Kessler", "IT"),
    "github.com__swiss__oss-catalog": ("Schweizerische Bundeskanzlei", "CH"),
    "github.com__torakiki__pdfsam": None,
    "gitlab.com__comunedicagliari__componentiportale": ("Cagliari", "IT"),
    "gitlab.com__madbob__spunta": None,
    "gitlab.consiglio.puglia.it__root__didoc4": ("Consiglio regionale della Puglia", "IT"),
}
LISTED: Mapping[str, tuple[str, str] | None] = {
    "https://github.com/ComuneDiMessina/DigiPro": ("Messina", "IT"),
    "https://github.com/ComuneDiRivoli/parlaConIO": ("Rivoli", "IT"),
    "https://github.com/provinciadicremona/AVCP-Xml": ("Cremona", "IT"),
    "https://github.com/iisgiua/giuaschool": None,
    "https://github.com/RegioneBasilicata/SistemaInformativoContabile": ("Basilicata", "IT"),
    "https://github.com/sissaschool/xmlschema": ("Scuola internazionale superiore di studi avanzati", "IT"),
    "https://github.com/ProvinciaAutonomaTrento/wgt-frontend": ("Trento", "IT"),
    "https://github.com/RegioneER/RerUserDates": ("Emilia-Romagna", "IT"),
    "https://github.com/regione-marche/SIRTE": ("Marche", "IT"),
    "https://github.com/regione-marche/DCIMRM": ("Marche", "IT"),
    "https://github.com/ComuneBologna/MappaLavoriStradali": ("Bologna", "IT"),
    "https://github.com/ComuneFI/BiCoreTemplate": ("Firenze", "IT"),
    "https://github.com/regione-piemonte/deleghe": ("Piemonte", "IT"),
    "https://github.com/AgID/rndt-geoviewer": ("Agenzia per l'Italia digitale", "IT"),
    "https://github.com/consiglionazionaledellericerche/epas": ("Consiglio nazionale delle ricerche", "IT"),
    "https://github.com/FreePBX/core": None,
    "https://github.com/andrea1388/Accert": None,
    "https://github.com/ComuneMontelupoFiorentino/ANNCSU-PostgreSQL-PDND-sync": ("Montelupo Fiorentino", "IT"),
    "https://github.com/castagnetocarducci/tagliandonline": ("Castagneto Carducci", "IT"),
    "https://gitlab.com/comune-di-misterbianco/sitemanager-3": ("Misterbianco", "IT"),
    "https://github.com/provincia-di-pescara/PNTE": ("Pescara", "IT"),
    "https://github.com/RegioneUmbria-RCB/VBG": ("Umbria", "IT"),
    "https://github.com/unipa/open-dms": ("Università degli Studi di Palermo", "IT"),
    "https://github.com/link-it/govway": ("Link.it", "IT"),
    "https://github.com/lsantalu/OpenMSP": None,
    "https://github.com/pagopa/oneidentity": ("PagoPA", "IT"),
}


@pytest.fixture(scope="module")
def register() -> MemoryRegister:
    known = domains()

    def served(entry: BodyEntry) -> BodyEntry:
        keys = [key for key in (entry.keys.ags, entry.keys.ars) if key]
        return replace(entry, domains=(*entry.domains, *(one for key in keys for one in known.get(key, ()))))

    return MemoryRegister(served(entry) for entry in (*core(), *operators(), *others()))


def declarations() -> Iterator[tuple[str, str, Solution]]:
    for path in sorted((CORPUS / "publiccode").glob("*.yml")):
        url = "https://" + path.stem.replace("__", "/")
        taken = snapshot({"publiccode.yml": path.read_bytes()}, url=url)
        read = RepositoryReading(taken.ref, taken.commit, taken.taken_at, read_snapshot(taken), taken.activity)
        yield path.stem, url, resolve([read])


def entries() -> Iterator[tuple[str, Evidence]]:
    """As the catalogue tells them: organisation, else the code of the body."""
    for row in json.loads((CORPUS / "catalogue" / "developers_italia_A.json").read_text(encoding="utf-8")):
        url, code = row["url"].removesuffix(".git"), row.get("codice_ipa")
        uri = row.get("organisation_uri") or (f"urn:x-italian-pa:{code}" if code else None)
        accounts = tuple(account_names(url))
        evidence = Evidence(
            uri=uri, organisation=row.get("organisation_name") or None, accounts=accounts, forge_host=telling_host(url)
        )
        yield url, evidence


def meant(found: Attribution, register: MemoryRegister) -> tuple[str, str | None] | None:
    if found.body_id is None:
        return None
    entry = register.entries[found.body_id]
    return entry.name, entry.country


def test_every_publisher_of_a_declaration_is_resolved_or_said_to_be_unknown(register: MemoryRegister) -> None:
    outcomes: Counter[str] = Counter()
    seen = {}
    for name, url, solution in declarations():
        evidence = evidence_of(solution, url, ForgeFacts())
        found = attribute(evidence, register)
        outcomes[found.outcome.value] += 1
        seen[name] = meant(found, register)
        said = evidence.organisation or evidence.uri
        assert found.outcome is MatchOutcome.MATCH or found.said or not said, name
        # Names of private persons are redacted in the corpus: "Contact Person 1".
        assert "Person" not in (found.said or ""), name
    assert {name: seen[name] for name in DECLARED} == DECLARED
    assert outcomes["match"] >= 55
    assert outcomes["ambiguous"] == 0


def test_every_publisher_of_the_italian_catalogue_is_resolved_or_said_to_be_unknown(register: MemoryRegister) -> None:
    outcomes: Counter[str] = Counter()
    seen = {}
    for url, evidence in entries():
        found = attribute(evidence, register)
        outcomes[found.outcome.value] += 1
        seen[url] = meant(found, register)
        said = evidence.organisation or evidence.uri
        assert found.outcome is MatchOutcome.MATCH or found.said or not said, url
    assert {url: seen[url] for url in LISTED if url in seen} == {url: LISTED[url] for url in LISTED if url in seen}
    assert len(LISTED.keys() & seen.keys()) >= 20
    assert outcomes["match"] >= 200


def test_contractors_of_the_declarations(register: MemoryRegister) -> None:
    found: dict[str, Any] = {}
    for _, _, solution in declarations():
        for value in solution.fields.get(Field.CONTRACTORS, ()):
            for item in value.fact.value:
                told = contractor(item["name"], item["website"], register)
                found[item["name"]] = [register.entries[one.body_id].name for one in told.bodies] or None
    assert found["Provincie Zuid-Holland"] == ["Zuid-Holland"]
    assert found["Landesbetrieb Geoinformation und Vermessung"] == ["Landesbetrieb Geoinformation und Vermessung"]
    assert found["CADAN s.r.l."] is None
    assert found["GeoSafety S.r.l."] is None
