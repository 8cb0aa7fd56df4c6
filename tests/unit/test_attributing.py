# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes a repository: the order of what is said, what several statements tell together, what is copied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.attributing import RememberedNames, attribute, contractor, stands
from registry.bodies.evidence import Evidence, account_names, evidence_of, spellings_of_uri, telling_host
from registry.model import (
    Attribution,
    AttributionVia,
    BodyEntry,
    BodyKeys,
    BodyKind,
    BodyName,
    BodyNameKind,
    FactSource,
    Field,
    ForgeFacts,
    MatchOutcome,
)
from support.memory_register import MemoryRegister
from support.solutions import fact, solution

K, V, Told = BodyKind, AttributionVia, MatchOutcome
HERE = "https://forge.example/konto/werkzeug"


def entry(name: str, kind: BodyKind = K.TOWN, land: str = "DE-BW", **more: Any) -> BodyEntry:
    words = {K.TOWN: "Stadt", K.MUNICIPALITY: "Gemeinde", K.COUNTY: "Landkreis"}
    return BodyEntry(name, kind, designation=words.get(kind), land=land, **more)


ENTRIES = (
    entry("Ulm", uri="https://www.ulm.de", domains=("ulm.de",)),
    entry("Köln", land="DE-NW", domains=("stadt-koeln.de",)),
    entry("Hagen", land="DE-NW"),
    entry("Stadthagen", land="DE-NI"),
    entry("Neustadt an der Aisch", land="DE-BY", domains=("neustadt-aisch.de", "vg-aisch.example")),
    entry("Neustadt an der Weinstraße", land="DE-RP"),
    entry("Neustadt", K.MUNICIPALITY, land="DE-TH", domains=("vg-aisch.example",)),
    entry("Harburg", K.COUNTY, land="DE-NI"),
    BodyEntry(
        "Anstalt für Kommunale Datenverarbeitung in Bayern", K.IT_PROVIDER,
        domains=("akdb.de",), names=(BodyName("AKDB", BodyNameKind.SHORT),), land="DE-BY",
    ),
    BodyEntry("Milano", K.TOWN, country="IT", uri="urn:x-italian-pa:c_f205", domains=("comune.milano.it",)),
    BodyEntry("Bund", K.NATIONAL, uri="https://bund.example", keys=BodyKeys()),
)  # fmt: skip
REGISTER = MemoryRegister(ENTRIES, {"https://github.com/stadtulm": "Ulm|DE-BW|town"})
ULM, KOELN, HARBURG = "Ulm|DE-BW|town", "Köln|DE-NW|town", "Harburg|DE-NI|county"
AISCH, WEINSTRASSE = "Neustadt an der Aisch|DE-BY|town", "Neustadt an der Weinstraße|DE-RP|town"
THUERINGEN = "Neustadt|DE-TH|municipality"
AKDB = "Anstalt für Kommunale Datenverarbeitung in Bayern|DE-BY|it_provider"
MILANO = "Milano|IT|town"


@pytest.mark.parametrize(
    ("evidence", "via", "body"),
    [
        (Evidence(configured=KOELN, owner=ULM, organisation="Landkreis Harburg"), V.CONFIGURED, KOELN),
        (Evidence(owner=ULM, organisation="Stadt Köln"), V.ACCOUNT, ULM),
        (Evidence(uri="http://ulm.de/", organisation="Amt 15"), V.URI, ULM),
        (Evidence(uri="urn:x-italian-pa:C_F205"), V.URI, MILANO),
        (Evidence(uri="https://github.com/stadtulm", organisation="ulm@digital"), V.URI, ULM),
        (Evidence(uri="https://digital.ulm.de/team", organisation="Team Digitales"), V.URI, ULM),
        (Evidence(uri="https://ulm.akdb.de/", organisation="Stadt Ulm"), V.ORGANISATION, ULM),
        (Evidence(organisation="Stadt Ulm", copyright_owner="Stadt Köln"), V.ORGANISATION, ULM),
        (Evidence(organisation="AKDB"), V.ORGANISATION, AKDB),
        (Evidence(uri="urn:x-italian-pa:c_unknown", copyright_owner="Stadt Köln"), V.COPYRIGHT_OWNER, KOELN),
        (Evidence(copyright_owner="LK Harburg"), V.COPYRIGHT_OWNER, HARBURG),
        (Evidence(forge_host="git.ulm.de"), V.DOMAIN, ULM),
        (Evidence(landing_host="melder.stadt-koeln.de"), V.DOMAIN, KOELN),
        (Evidence(copyright_owner="Die Mitwirkenden", forge_host="git.ulm.de"), V.DOMAIN, ULM),
    ],
)
def test_the_strongest_clear_statement_wins(evidence: Evidence, via: AttributionVia, body: str) -> None:
    found = attribute(evidence, REGISTER)
    assert (found.outcome, found.via, found.body_id) == (Told.MATCH, via, body)


def test_whom_a_weaker_declared_statement_names_is_noted() -> None:
    found = attribute(Evidence(organisation="Stadt Ulm", copyright_owner="Stadt Köln"), REGISTER)
    assert found == Attribution(Told.MATCH, V.ORGANISATION, "Stadt Ulm", ULM, (KOELN,))
    agreed = attribute(Evidence(owner=ULM, organisation="Stadt Ulm", copyright_owner="Ulm"), REGISTER)
    assert agreed == Attribution(Told.MATCH, V.ACCOUNT, None, ULM)


@pytest.mark.parametrize(
    ("evidence", "body"),
    [
        (Evidence(organisation="Stadt Neustadt", landing_host="www.neustadt-aisch.de"), AISCH),
        (Evidence(organisation="Neustadt", uri="https://neustadt-aisch.de"), AISCH),
        (Evidence(organisation="Neustadt", copyright_owner="Neustadt an der Weinstraße"), WEINSTRASSE),
    ],
)
def test_several_statements_tell_together_what_none_tells_alone(evidence: Evidence, body: str) -> None:
    assert (found := attribute(evidence, REGISTER)).outcome is Told.MATCH
    assert found.body_id == body


@pytest.mark.parametrize(
    ("evidence", "fitting"),
    [
        (Evidence(organisation="Neustadt"), {AISCH, WEINSTRASSE, THUERINGEN}),
        (Evidence(organisation="Neustadt", copyright_owner="Stadt Ulm"), {AISCH, WEINSTRASSE, THUERINGEN}),
        (Evidence(landing_host="vg-aisch.example"), {AISCH, THUERINGEN}),
        (Evidence(organisation="Neustadt", landing_host="vg-aisch.example"), {AISCH, THUERINGEN}),
    ],
)
def test_where_several_fit_all_are_told_and_none_is_chosen(evidence: Evidence, fitting: set[str]) -> None:
    found = attribute(evidence, REGISTER)
    assert (found.outcome, found.body_id, set(found.alternatives)) == (Told.AMBIGUOUS, None, fitting)
    assert found.said


PERSONS = ("Erika Kiel", "Max Ulm", "Ulm, Max", "Dr. Paul Stadt", "J. Neustadt", "Max Muster (Stadt Ulm)", "Max, Ulm")


@pytest.mark.parametrize("name", PERSONS)
def test_a_private_person_is_neither_a_publisher_nor_told_as_one(name: str) -> None:
    for evidence in (Evidence(copyright_owner=name), Evidence(copyright_owner=name, uri="https://nobody.example")):
        found = attribute(evidence, REGISTER)
        assert (found.body_id, found.alternatives) == (None, ())
        assert name not in (found.said or "")


def test_a_person_who_owns_it_now_ends_what_the_declaration_said_before() -> None:
    before = attribute(Evidence(copyright_owner="Stadt Ulm"), REGISTER)
    assert before.outcome is Told.MATCH
    assert stands(before, attribute(Evidence(), REGISTER))
    assert not stands(before, attribute(Evidence(copyright_owner="Erika Muster"), REGISTER))


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(), None),
        (Evidence(organisation="Acme GmbH"), "Acme GmbH"),
        (Evidence(organisation="Acme GmbH", copyright_owner="Stadt Ulm", landing_host="ulm.de"), "Acme GmbH"),
        (Evidence(copyright_owner="Erika Muster", landing_host="ulm.de"), None),
        (Evidence(copyright_owner="Xerxes Ypsilanti"), None),
        (Evidence(copyright_owner="Muster Software GmbH"), "Muster Software GmbH"),
        (Evidence(organisation="Dr. Erika Muster"), None),
        (Evidence(organisation="Erika Muster", copyright_owner="Acme GmbH"), None),
        (Evidence(organisation="Erika Muster", uri="https://muster.example"), "https://muster.example"),
        (Evidence(organisation="Code for Musterstadt"), "Code for Musterstadt"),
        (Evidence(uri="urn:x-italian-pa:c_nobody"), "urn:x-italian-pa:c_nobody"),
        (Evidence(uri="https://acme.example", organisation="Acme GmbH"), "Acme GmbH"),
        (Evidence(forge_host="git.acme.example"), None),
    ],
)
def test_whom_nobody_knows_is_unknown_with_what_was_said(evidence: Evidence, said: str | None) -> None:
    found = attribute(evidence, REGISTER)
    assert (found.outcome, found.said, found.body_id, found.alternatives) == (Told.UNKNOWN, said, None, ())


@pytest.mark.parametrize(
    ("account", "body"),
    [
        ("stadt-ulm", ULM), ("StadtUlm", ULM), ("stadtulm", ULM), ("landkreis-harburg", HARBURG),
        ("stadt-koeln", KOELN), ("Comune-Milano", MILANO), ("comunedimilano", MILANO),
        ("ulm", None), ("koeln", None), ("ulm-digital", None), ("stadtplan", None), ("kreisel", None),
    ],
)  # fmt: skip
def test_the_name_of_an_account_counts_where_it_says_that_it_is_a_bodys(account: str, body: str | None) -> None:
    evidence = Evidence(accounts=tuple(account_names(f"https://github.com/{account}/werkzeug")))
    found = attribute(evidence, REGISTER)
    assert (found.body_id, found.via) == (body, V.FORGE_NAME if body else None)


def test_a_glued_name_that_may_be_two_towns_is_neither() -> None:
    evidence = Evidence(accounts=tuple(account_names("https://github.com/stadthagen/werkzeug")))
    found = attribute(evidence, REGISTER)
    assert found.outcome is Told.AMBIGUOUS
    assert set(found.alternatives) == {"Hagen|DE-NW|town", "Stadthagen|DE-NI|town"}


def test_a_group_inside_a_group_may_name_it() -> None:
    accounts = account_names("https://gitlab.opencode.de/projekte/stadt-ulm/werkzeug")
    assert attribute(Evidence(accounts=tuple(accounts)), REGISTER).body_id == ULM


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://git.ulm.de/x/y", "git.ulm.de"), ("https://www.ulm.de", "ulm.de"), ("ulm.de/x", "ulm.de"),
        ("https://ULM.de./", "ulm.de"), ("https://gitlab.opencode.de/stadt/x", None), ("https://github.com/x", None),
        ("https://stadt.github.io/x", None), ("https://localhost/x", None), ("https://[bad/x", None), ("", None),
    ],
)  # fmt: skip
def test_hosts_that_many_share_tell_nobody(address: str, host: str | None) -> None:
    assert telling_host(address) == host


# --- what a repository says ---


def said(*facts: Any, url: str = HERE, forge: ForgeFacts | None = None, problems: tuple[Any, ...] = ()) -> Evidence:
    made = solution(*facts, url=url, problems=problems)
    return evidence_of(made, url, forge or ForgeFacts())


def declaration(url: str | None = None, at: str = HERE) -> list[Any]:
    found = [
        fact(Field.ORGANISATION, {"uri": "https://www.ulm.de", "name": "Stadt Ulm"}, url=at),
        fact(Field.COPYRIGHT_OWNER, "Stadt Köln", url=at),
        fact(Field.LANDING_URL, "https://melder.ulm.de/start", url=at),
        fact(Field.AUDIENCE_COUNTRIES, ["DE"], url=at),
    ]
    return [*found, fact(Field.UPSTREAM_URL, url, url=at)] if url else found


def test_a_declaration_is_read() -> None:
    assert said(*declaration(HERE)) == Evidence(
        uri="https://www.ulm.de",
        organisation="Stadt Ulm",
        copyright_owner="Stadt Köln",
        forge_host="forge.example",
        landing_host="melder.ulm.de",
        country="DE",
    )


@pytest.mark.parametrize("forge", [ForgeFacts(fork=True), ForgeFacts(mirror=True)])
@pytest.mark.parametrize("declared", [None, "https://github.com/stadtulm/werkzeug"])
def test_what_a_copy_brought_along_names_the_originals_publisher(forge: ForgeFacts, declared: str | None) -> None:
    found = said(*declaration(declared), forge=forge)
    assert (found.uri, found.organisation, found.copyright_owner, found.landing_host) == (None, None, None, None)


def test_a_fork_that_declares_its_own_address_speaks_for_itself() -> None:
    assert said(*declaration(HERE + ".git"), forge=ForgeFacts(fork=True)).organisation == "Stadt Ulm"


def test_a_mirror_by_its_own_words_is_one() -> None:
    found = said(*declaration(), fact(Field.MIRROR_OF, ["https://x.example/a/b"], FactSource.README, url=HERE))
    assert found.organisation is None


def test_a_template_under_another_name_brought_its_publisher_along() -> None:
    elsewhere = "https://github.com/stadtulm/masterportal"
    facts = [*declaration(elsewhere), fact(Field.NAME, "Masterportal", url=HERE)]
    assert said(*facts).organisation is None


def test_a_copy_of_what_another_account_publishes_says_nothing_of_its_own() -> None:
    elsewhere = "https://github.com/stadtulm/werkzeug"
    assert said(*declaration(elsewhere)).organisation is None
    mine = "https://gitlab.opencode.de/ulm/werkzeug"
    assert said(*declaration(elsewhere, mine), url=mine).organisation == "Stadt Ulm"
    planner = "https://gitlab.opencode.de/stadtplaner/werkzeug"
    assert said(*declaration(elsewhere, planner), url=planner).organisation is None
    # A website is no repository of another account.
    assert said(*declaration("https://werkzeug.ulm.de/")).organisation == "Stadt Ulm"


def test_what_peers_claim_and_what_other_parts_say_is_left_out() -> None:
    peer = fact(Field.ORGANISATION, {"uri": None, "name": "Peer"}, FactSource.PEER, url="https://peer.example/x")
    here = fact(Field.ORGANISATION, {"uri": None, "name": "Peer"}, FactSource.PEER, url=HERE)
    assert said(peer, here).organisation is None
    made = solution(*declaration(at=HERE), url=HERE)
    assert evidence_of(made, "https://forge.example/konto/anderes", ForgeFacts()).organisation is None


def test_the_homepage_that_the_forge_shows_is_no_statement() -> None:
    assert said(fact(Field.LANDING_URL, "https://ulm.de", FactSource.FORGE, url=HERE)).landing_host is None


@pytest.mark.parametrize("value", [None, "x", ["x"], {"uri": 7, "name": ["x"]}, {}, {"uri": " ", "name": ""}])
def test_values_of_another_shape_say_nothing(value: Any) -> None:
    found = said(fact(Field.ORGANISATION, value, url=HERE), fact(Field.COPYRIGHT_OWNER, value, url=HERE))
    assert found.organisation is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_is_said_breaks_it_and_nothing_is_invented(uri: str, name: str, owner: str) -> None:
    found = attribute(Evidence(uri=uri, organisation=name or None, copyright_owner=owner or None), REGISTER)
    assert (found.body_id is not None) == (found.outcome is Told.MATCH)
    assert set(found.alternatives) <= set(REGISTER.entries)
    assert spellings_of_uri(uri) or not uri


# --- whether a publisher stays ---


@pytest.mark.parametrize(
    ("before", "fresh", "stays"),
    [
        (None, Attribution(Told.UNKNOWN, V.ORGANISATION, "Acme"), True),
        (Attribution(Told.MATCH, V.CONFIGURED, None, ULM), Attribution(Told.UNKNOWN, V.ORGANISATION, "Acme"), True),
        (Attribution(Told.MATCH, V.ACCOUNT, None, ULM), Attribution(Told.AMBIGUOUS, V.ORGANISATION, "Neustadt"), True),
        (Attribution(Told.MATCH, V.ORGANISATION, "Ulm", ULM), Attribution(Told.UNKNOWN), True),
        (Attribution(Told.MATCH, V.ORGANISATION, "Ulm", ULM), None, True),
        (Attribution(Told.MATCH, V.ORGANISATION, "Ulm", ULM), Attribution(Told.UNKNOWN, V.ORGANISATION, "Acme"), False),
        (
            Attribution(Told.MATCH, V.DOMAIN, "ulm.de", ULM),
            Attribution(Told.AMBIGUOUS, V.URI, "https://vg.example"),
            False,
        ),
    ],
)
def test_a_publisher_stays_unless_its_own_statement_is_taken_back(
    before: Attribution | None, fresh: Attribution | None, stays: bool
) -> None:
    assert stands(before, fresh) is stays


# --- contractors ---


@pytest.mark.parametrize(
    ("name", "website", "outcome", "bodies"),
    [
        ("AKDB", None, Told.MATCH, {AKDB}),
        ("Kommunal-IT Süd", "https://www.akdb.de/", Told.MATCH, {AKDB}),
        ("Stadt Ulm", None, Told.MATCH, {ULM}),
        ("Neustadt", "https://neustadt-aisch.de", Told.MATCH, {AISCH}),
        ("Neustadt", None, Told.AMBIGUOUS, {AISCH, WEINSTRASSE, THUERINGEN}),
        ("Acme GmbH", "https://shop.akdb.de", Told.UNKNOWN, set()),
        ("Acme GmbH", "https://acme.example", Told.UNKNOWN, set()),
        ("Acme GmbH", "https://github.com/acme", Told.UNKNOWN, set()),
        ("Acme GmbH", "not a url", Told.UNKNOWN, set()),
    ],
)
def test_a_contractor_is_known_by_name_or_website(
    name: str, website: str | None, outcome: MatchOutcome, bodies: set[str]
) -> None:
    found = contractor(name, website, REGISTER)
    assert (found.outcome, {one.body_id for one in found.bodies}) == (outcome, bodies)


def test_names_are_asked_for_once_and_together() -> None:
    asked: list[set[str]] = []

    class Counting:
        def exact(self, keys: Any) -> Any:
            asked.append(set(keys))
            return REGISTER.names.exact(keys)

        def near(self, key: str) -> Any:
            raise AssertionError(key)

    names = RememberedNames(Counting())
    names.collect()
    assert names.exact(["ulm", "koeln"]) == names.exact(["neustadt"]) == []
    assert names.fetch()
    assert [row.name for row in names.exact(["ulm"])] == ["Ulm"]
    assert {row.plain for row in names.exact(["neustadt"])} == {
        "Neustadt", "Neustadt an der Aisch", "Neustadt an der Weinstraße",
    }  # fmt: skip
    assert asked == [{"ulm", "koeln", "neustadt"}]
    assert not names.fetch()
    assert names.near("ulm") == ()
