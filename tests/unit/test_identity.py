# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repositories are one product: every rule with a case for it and one against it, in any order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.identity import cluster, keys
from registry.kinship import RULES
from registry.model import Decision, DecisionAction, Identity, Role
from registry.naming import account, akin, place, stem
from registry.vocabulary.rules import rules

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HUB = "https://github.com"
LAB = "https://gitlab.opencode.de"


def repo(url: str, name: str | None = None, **said: object) -> Identity:
    """A repository with a commit of its own; a name makes it one with a publiccode.yml."""
    fields: dict[str, object] = {"head": f"head of {url}", "declares": name is not None, "name": name, "commits": 10}
    if name is not None and "declared_url" not in said:
        fields["declared_url"] = url
    return Identity(url=url, **{**fields, **said})  # type: ignore[arg-type]


def groups(identities: list[Identity], decisions: tuple[Decision, ...] = ()) -> list[list[tuple[str, str, str]]]:
    """Of every product (account/name, role, reason), the main repository first."""
    found = cluster(identities, decisions)
    shuffled = list(identities)
    random.Random(7).shuffle(shuffled)
    assert cluster(shuffled, decisions) == found
    return [
        [(place(part.url).partition("/")[2], part.role.value, part.reason) for part in one.members] for one in found
    ]


def alone(*identities: Identity) -> bool:
    return all(len(one.members) == 1 for one in cluster(identities))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://GitHub.com/Org/App.git", "github.com/org/app"),
        ("http://www.github.com/org/app/", "github.com/org/app"),
        ("https://github.com/org/app/tree/main/sub", "github.com/org/app"),
        ("git@github.com:Org/App.git", "github.com/org/app"),
        ("ssh://git@gitlab.opencode.de/a/b/c.git", "gitlab.opencode.de/a/b/c"),
        ("https://gitlab.opencode.de/a/b/c/-/tree/main", "gitlab.opencode.de/a/b/c"),
        ("https://user:pw@codeberg.org/o/r", "codeberg.org/o/r"),
        ("codeberg.org/o/r", "codeberg.org/o/r"),
        ("https://omgevingsbeleid.example/", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_place(written: str, expected: str) -> None:
    assert place(written) == expected


@pytest.mark.parametrize(
    ("name", "words", "role"),
    [
        ("zms-frontend", ("zms",), Role.FRONT_END),
        ("ZMSFrontEnd", ("zmsfront", "end"), None),
        ("zmsFrontend", ("zms",), Role.FRONT_END),
        ("Bürger-App front end", ("buerger",), Role.FRONT_END),
        ("app-buergerbus", ("app", "buergerbus"), None),
        ("hundesteuer_helm_charts", ("hundesteuer",), Role.DEPLOYMENT),
        ("masterportal", ("masterportal",), None),
        ("***", (), None),
    ],
)
def test_stem(name: str, words: tuple[str, ...], role: Role | None) -> None:
    found = stem(name)
    assert (found.words, found.role) == (words, role)


def test_akin() -> None:
    assert akin("Open Forms", "openforms-backend")
    assert not akin("Masterportal", "AMAREX Masterportal")
    assert not akin("---", "***")


def test_a_front_end_whose_url_names_another_organisation() -> None:
    found = groups(
        [
            repo(f"{HUB}/town/planner-frontend", "Planner", declared_url=f"{LAB}/state/planner.git"),
            repo(f"{LAB}/state/planner", "Planner"),
        ]
    )
    assert found == [
        [("state/planner", "main", "own"), ("town/planner-frontend", "front_end", "declares-this-url")],
    ]


def test_two_parts_that_declare_the_same_uncatalogued_address_in_one_account() -> None:
    target = f"{LAB}/state/planner"
    found = groups(
        [
            repo(f"{HUB}/town/planner-ui", "Planner", declared_url=target),
            repo(f"{HUB}/town/planner", "Planner", declared_url=target),
        ]
    )
    assert found == [[("town/planner", "main", "own"), ("town/planner-ui", "front_end", "same-declared-url")]]


def test_an_unedited_declaration_of_a_foreign_product_joins_nothing() -> None:
    origin = f"{HUB}/vng/openwebconcept"
    assert alone(
        repo(origin, "OpenWebConcept"),
        repo(f"{HUB}/conduction/openpdc", "OpenWebConcept", declared_url=origin),
        repo(f"{HUB}/conduction/openpub", "OpenWebConcept", declared_url=origin),
    )


def test_a_fork_of_a_foreign_product_with_its_own_branding_stays_apart() -> None:
    upstream = repo("https://bitbucket.org/hamburg/masterportal", "Masterportal", tag_commits=("t1", "t2"))
    for fork in (
        repo(f"{HUB}/lab/amarex-masterportal", "Masterportal", declared_url=upstream.url, tag_commits=("t1",)),
        repo(f"{HUB}/lab/masterportal", "AMAREX", declared_url=upstream.url, tag_commits=("t1",)),
        repo(f"{HUB}/lab/masterportal", "AMAREX", tag_commits=("t1",), fork=True, parent_url=upstream.url),
        repo(f"{HUB}/lab/masterportal", "Masterportal", tag_commits=("t1",), fork=True, parent_url=upstream.url),
        repo(f"{HUB}/lab/amarex", tag_commits=("t1",), fork=True, parent_url=upstream.url),
        repo(f"{HUB}/lab/masterportal", "Masterportal", based_on=(upstream.url,), tag_commits=("t1",)),
    ):
        assert alone(upstream, fork), fork


def test_a_fork_without_anything_of_its_own_is_listed_with_its_parent() -> None:
    upstream = repo(f"{HUB}/town/app", "App Nord")
    fork = repo(f"{HUB}/user/app", "App Nord", declared_url=upstream.url, fork=True, parent_url=upstream.url)
    assert groups([fork, upstream]) == [[("town/app", "main", "own"), ("user/app", "fork", "declares-this-url")]]
    bare = repo(f"{HUB}/user/app", fork=True, parent_url=upstream.url)
    assert groups([bare, upstream]) == [[("town/app", "main", "own"), ("user/app", "fork", "fork-unchanged")]]


def test_a_copy_on_another_forge() -> None:
    original = repo(f"{LAB}/umwelt/journal-web-ui", "Journal")
    copy = repo(f"{HUB}/person/journal-web-ui", "Journal", declared_url=original.url)
    expected = [[("umwelt/journal-web-ui", "main", "own"), ("person/journal-web-ui", "mirror", "declares-this-url")]]
    assert groups([copy, original]) == expected
    silent = [replace(one, declares=False, declared_url=None, name=None) for one in (original, copy)]
    assert alone(*silent)
    same = [replace(one, head="abc") for one in silent]
    assert [reason for _, _, reason in groups(same)[0]] == ["own", "same-commit"]
    stale = [replace(silent[0], tag_commits=("t2", "t1")), replace(silent[1], tag_commits=("t1",))]
    assert [reason for _, _, reason in groups(stale)[0]] == ["own", "shared-history"]


def mirrors(count: int, **said: object) -> list[Identity]:
    names = ["android", "ios", "core", "waste", "events", *(f"module-{number}" for number in range(count))][:count]
    return [
        repo(
            f"{HUB}/solingen/open-smartcity-app-{name}",
            mirror=True,
            **{"mirror_of": (f"{LAB}/solingen/osca/{name}",), **said},
        )
        for name in names
    ]


def test_47_read_only_mirrors_of_one_app_are_one_product() -> None:
    several = mirrors(47)
    found = cluster(several)
    assert len(found) == 1
    assert len(found[0].members) == 47
    assert {part.reason for part in found[0].members[1:]} == {"mirrors-of-one-group"}
    assert [part.role for part in found[0].members].count(Role.MAIN) == 1
    silent = cluster(mirrors(47, mirror_of=()))
    assert len(silent) == 1


def test_mirrors_with_their_originals_are_one_product_led_by_an_original() -> None:
    several = mirrors(12)
    originals = [repo(one.mirror_of[0]) for one in several]
    (found,) = cluster([*several, *originals])
    assert found.members[0].url.startswith(LAB)
    assert {part.role for part in found.members if part.url.startswith(HUB)} == {Role.MIRROR}


def test_mirrors_of_different_things_in_one_account_stay_apart() -> None:
    one, other = mirrors(2)
    for elsewhere in (f"{LAB}/b/c/y", f"{LAB}/b/y"):
        assert alone(replace(one, mirror_of=(f"{LAB}/a/x",)), replace(other, mirror_of=(elsewhere,)))
    assert alone(one, replace(other, mirror=False, mirror_of=()))


def test_parts_of_one_account_by_name() -> None:
    found = groups(
        [
            repo(f"{LAB}/town/hundesteuer-backend"),
            repo(f"{LAB}/town/hundesteuer-frontend"),
            repo(f"{LAB}/town/hundesteuer-deployment"),
            repo(f"{LAB}/town/hundesteuer", "Hundesteuer"),
        ]
    )
    assert found == [
        [
            ("town/hundesteuer", "main", "own"),
            ("town/hundesteuer-backend", "back_end", "part-name"),
            ("town/hundesteuer-deployment", "deployment", "part-name"),
            ("town/hundesteuer-frontend", "front_end", "part-name"),
        ]
    ]


def test_the_part_that_declares_leads_where_the_declared_address_is_not_catalogued() -> None:
    found = groups(
        [repo(f"{LAB}/town/dogs-api"), repo(f"{LAB}/town/dogs-ui", "Dogs", declared_url=f"{HUB}/town/dogs-ui")]
    )
    assert found == [[("town/dogs-ui", "main", "own"), ("town/dogs-api", "back_end", "part-name")]]


def test_parts_without_a_whole_have_one_main_repository() -> None:
    (found,) = groups([repo(f"{LAB}/town/dogs-api"), repo(f"{LAB}/town/dogs-ui")])
    assert sorted(role for _, role, _ in found) in (["front_end", "main"], ["back_end", "main"])


@pytest.mark.parametrize(
    "pair",
    [
        (repo(f"{HUB}/one/dogs", "Dogs"), repo(f"{HUB}/two/dogs-frontend", "Dogs")),
        (repo(f"{HUB}/one/dogs", "Dogs"), repo(f"{HUB}/two/dogs", "Dogs")),
        (repo(f"{HUB}/one/website"), repo(f"{HUB}/one/website-api")),
        (repo(f"{HUB}/one/dogs", "Dogs"), repo(f"{HUB}/one/dogs-app", "Cats")),
        (repo(f"{HUB}/one/dogs"), repo(f"{HUB}/one/dogs2")),
    ],
    ids=["other account", "same name elsewhere", "generic", "declared otherwise", "no part"],
)
def test_a_name_alone_merges_nothing(pair: tuple[Identity, Identity]) -> None:
    assert alone(*pair)


def test_suites() -> None:
    suite = {"suite": "Bürgerdienste"}
    whole = repo(f"{HUB}/town/buergerdienste", "Bürgerdienste", **suite)
    part = repo(f"{HUB}/town/formulare", "Formulare", software_type="library", **suite)
    product = repo(f"{HUB}/town/hundesteuer", "Hundesteuer", software_type="standalone/web", **suite)
    assert groups([whole, part]) == [[("town/buergerdienste", "main", "own"), ("town/formulare", "module", "suite")]]
    other = repo(f"{HUB}/town/wasser", "Wasser", software_type="standalone/web", **suite)
    assert alone(product, other)
    elsewhere = replace(part, url=f"{HUB}/other/formulare", declared_url=f"{HUB}/other/formulare")
    assert alone(whole, elsewhere)
    same_publisher = replace(elsewhere, publisher="p1")
    assert not alone(replace(whole, publisher="p1"), same_publisher)


def decision(action: str, url: str, other: str | None = None, day: int = 0) -> Decision:
    return Decision(DecisionAction(action), url, other, "because", NOW + timedelta(days=day), "operator")


def test_decisions_are_replayed_in_order() -> None:
    one, other = repo(f"{HUB}/a/dogs", "Dogs"), repo(f"{HUB}/b/pets", "Pets")
    merge = decision("merge", other.url, one.url)
    assert groups([one, other], (merge,)) == [[("b/pets", "main", "own"), ("a/dogs", "module", "decided")]]
    split = decision("split", one.url, day=1)
    assert len(groups([one, other], (merge, split))) == 2
    assert len(groups([one, other], (merge, split, decision("merge", one.url, other.url, day=2)))) == 1
    assert len(groups([one], (merge, split))) == 1


def test_a_split_beats_every_rule_and_leaves_the_others_together() -> None:
    parts = [repo(f"{LAB}/town/dogs{suffix}") for suffix in ("", "-api", "-ui")]
    found = groups(parts, (decision("split", parts[2].url),))
    assert [len(one) for one in found] == [2, 1]


def test_every_reason_has_a_text() -> None:
    reasons = {"own", "decided", *(reason for reason, _ in RULES)}
    assert reasons <= rules().keys()


_ACCOUNTS = st.sampled_from([f"{HUB}/a", f"{HUB}/b", f"{LAB}/c/d"])
_NAMES = st.sampled_from(["dogs", "dogs-ui", "dogs-api", "cats", "dogs-hamburg", "app", "osca-x", "osca-y"])
_URLS = st.builds(lambda owner, name: f"{owner}/{name}", _ACCOUNTS, _NAMES)
_IDENTITIES = st.builds(
    Identity,
    url=_URLS,
    publisher=st.sampled_from([None, "p"]),
    name=st.sampled_from([None, "Dogs", "Cats"]),
    declares=st.booleans(),
    declared_url=st.none() | _URLS,
    suite=st.sampled_from([None, "Pets"]),
    software_type=st.sampled_from([None, "library", "standalone/web"]),
    mirror_of=st.lists(_URLS, max_size=2).map(tuple),
    mirror=st.booleans(),
    fork=st.booleans(),
    parent_url=st.none() | _URLS,
    head=st.sampled_from([None, "c1", "c2", "c3"]),
    tag_commits=st.lists(st.sampled_from(["t1", "t2"]), max_size=2).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_IDENTITIES, max_size=12, unique_by=lambda one: one.url), st.randoms())
def test_clusters_are_a_partition_that_does_not_depend_on_order(several: list[Identity], chance: random.Random) -> None:
    found = cluster(several)
    assert sorted(part.url for one in found for part in one.members) == sorted(one.url for one in several)
    assert all(
        [part.role is Role.MAIN for part in one.members] == [True] + [False] * (len(one.members) - 1) for one in found
    )
    shuffled = list(several)
    chance.shuffle(shuffled)
    assert cluster(shuffled) == found


@settings(max_examples=100, deadline=None)
@given(st.lists(_IDENTITIES, max_size=8, unique_by=lambda one: one.url))
def test_whoever_belongs_together_is_linked_by_keys(several: list[Identity]) -> None:
    """The store looks for candidates by keys alone, so what shares none, directly or by others, must not be joined."""
    for one in cluster(several):
        members = [identity for identity in several if identity.url in {part.url for part in one.members}]
        reached = {members[0].url}
        while more := {
            other.url
            for first, other in combinations(sorted(members, key=lambda each: each.url not in reached), 2)
            if first.url in reached and other.url not in reached and keys(first) & keys(other)
        }:
            reached |= more
        assert reached == {part.url for part in one.members}


def test_account() -> None:
    assert account(f"{LAB}/a/b/c.git") == "gitlab.opencode.de/a/b"


def test_a_part_that_two_products_share_makes_them_no_single_product() -> None:
    suite = {"suite": "Bürgerdienste"}
    one = repo(f"{HUB}/town/terminplaner", "Terminplaner", software_type="standalone/web", **suite)
    other = repo(f"{HUB}/town/ratsinfo", "Ratsinfo", software_type="standalone/web", **suite)
    shared = repo(f"{HUB}/town/formular-lib", "Formulare", software_type="library", **suite)
    assert alone(one, other, shared)
    assert len(groups([one, shared])) == 1
    apps = [repo(f"{HUB}/town/wahl-app", "Wahlergebnisse"), repo(f"{HUB}/town/wahl-tools", "Wahlhelferverwaltung")]
    assert alone(*apps, repo(f"{HUB}/town/wahl-config"))


def test_products_of_one_suite_that_claim_to_be_whole_stay_apart() -> None:
    named = {"zms": "ZMS", "zms-karte": "ZMS Karte", "zmsarchiv": "ZMS Archiv", "ratsinfo": "Ratsinfo"}
    several = [
        repo(f"{HUB}/town/{key}", name, suite="ZMS", software_type="standalone/web") for key, name in named.items()
    ]
    assert alone(*several)
    parts = [repo(f"{HUB}/town/termine-api", "ZMS API", suite="ZMS"), repo(f"{HUB}/town/zms", "ZMS", suite="ZMS")]
    assert [place(part.url).rpartition("/")[2] for part in cluster(parts)[0].members] == ["zms", "termine-api"]


def test_rebranded_forks_with_an_unedited_address_stay_apart() -> None:
    origin = f"{HUB}/consuldem/consul"
    forks = [
        repo(f"{HUB}/{town}/consul", name, declared_url=origin, based_on=(origin,), fork=True)
        for town, name in (("a", "Mitmachen A"), ("b", "Mitreden B"), ("c", "Dabei C"))
    ]
    assert alone(*forks)
    assert alone(*forks, repo(origin, "Consul"))


@pytest.mark.parametrize(
    "names",
    [
        ["Stadt-Musterhausen-Parken", "Stadt-Musterhausen-Ratsinfo"],
        ["opencode-mirror-parken", "opencode-mirror-hundesteuer"],
        ["smart-city-parken", "smart-city-baumkataster"],
    ],
)
def test_mirrors_of_a_towns_products_are_no_product(names: list[str]) -> None:
    found = [repo(f"{HUB}/stadt-musterhausen/{name}", mirror=True) for name in names]
    assert alone(*found)
    originals = [repo(f"{LAB}/stadt/{name.lower()}", name) for name in names]
    copies = [replace(one, mirror_of=(origin.url,)) for one, origin in zip(found, originals, strict=True)]
    assert [len(one.members) for one in cluster([*copies, *originals])] == [2, 2]


def test_mirrors_whose_originals_are_different_products_stay_apart() -> None:
    several = mirrors(3)
    originals = [repo(one.mirror_of[0], f"Product {number}") for number, one in enumerate(several)]
    assert [len(one.members) for one in cluster([*several, *originals])] == [2, 2, 2]


def test_a_copy_with_work_of_its_own_does_not_take_over_the_original() -> None:
    original = repo(f"{HUB}/consuldem/consul", "Consul", tag_commits=("t1",), commits=20, title="Consul")
    copy = repo(f"{HUB}/stadt/consul", tag_commits=("t1",), commits=28, title="Mitmachen Musterstadt")
    assert alone(original, copy)
    assert alone(original, replace(copy, title=None))
    assert alone(original, replace(copy, commits=12))
    assert alone(original, replace(copy, fork=True, parent_url=original.url))
    behind = replace(copy, commits=12, title="Consul")
    assert groups([behind, original]) == [
        [("consuldem/consul", "main", "own"), ("stadt/consul", "mirror", "shared-history")]
    ]


def test_towns_that_began_from_one_template_stay_apart() -> None:
    begun = ("starter",)
    one = repo(f"{HUB}/a/karte-nord", tag_commits=(*begun, "a1"), commits=30)
    other = repo(f"{HUB}/b/karte-nord", tag_commits=(*begun, "b1"), commits=20)
    assert alone(one, other)


def test_an_address_of_its_own_beats_a_sentence_in_the_readme() -> None:
    other = repo(f"{HUB}/foo/bar", "Bar")
    assert alone(repo(f"{HUB}/kreis/backup", "Backup", mirror=True, mirror_of=(other.url,)), other)
    assert not alone(repo(f"{HUB}/kreis/bar", mirror=True, mirror_of=(other.url,)), other)


def test_the_accounts_own_name_is_no_product() -> None:
    assert alone(*(repo(f"{HUB}/stadtulm/ulm-{part}") for part in ("theme", "api", "tools")))
    whole = repo(f"{HUB}/consuldemocracy/consuldemocracy", "Consul Democracy")
    assert not alone(whole, repo(f"{HUB}/consuldemocracy/consuldemocracy-installer"))


def test_an_example_address_joins_nothing() -> None:
    example = "https://github.com/italia/medusa"
    assert alone(*(repo(f"{HUB}/{who}/medusa", None, declares=True, declared_url=example) for who in ("b", "c")))


def test_nothing_falls_apart_by_growing() -> None:
    for count in (60, 61, 700):
        assert len(cluster(mirrors(count))) == 1


def test_reasons_are_those_of_rules_and_parts_are_told_by_what_follows_the_common_name() -> None:
    several = mirrors(12)
    originals = [repo(one.mirror_of[0]) for one in several]
    (found,) = cluster([*several, *originals])
    assert "decided" not in {part.reason for part in found.members}
    (found,) = cluster(several)
    assert [part.role for part in found.members[1:]].count(Role.FRONT_END) <= 2
    assert {part.reason for part in found.members[1:]} == {"mirrors-of-one-group"}


def test_parts_of_one_group() -> None:
    found = groups([repo(f"{LAB}/town/dogs/{name}") for name in ("backend", "frontend", "docs", "pets")])
    assert [sorted((name.rpartition("/")[2], role) for name, role, _ in one) for one in found] == [
        [("backend", "main"), ("docs", "documentation"), ("frontend", "front_end")],
        [("pets", "main")],
    ]
    assert alone(*(repo(f"{LAB}/town/{name}") for name in ("backend", "frontend")))
