# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Metrics and the operator's page: what they say, and above all to whom."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families

from registry.catalogue.alerting import alert_rules
from registry.catalogue.measuring import MOST_HOSTS, OTHER
from registry.catalogue.overseeing import Overseeing
from registry.config import Config
from registry.model import (
    EgressRules,
    ForgeKind,
    HostPort,
    HostTraffic,
    Item,
    ItemStatus,
    Job,
    JobKind,
    RunState,
    Source,
    SourceKind,
)
from registry.web.app import create_app
from support.catalogue import NOW, SmallCatalogue, small_catalogue

TOKEN = "correct horse battery".replace(" ", "-")
PUBLIC, PRIVATE = "https://gitlab.opencode.de/amt-nord", "https://gitlab.intern.example/geheim"
LOOPBACK, ELSEWHERE = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "192.0.2.7"}
RULES = EgressRules(allow=frozenset({HostPort("gitlab.intern.example", 443)}))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalogue]:
    """A catalogue with two sources, one of them on the operator's own network and failing for days."""
    built = small_catalogue(tmp_path_factory.mktemp("watched"))
    for url in (PUBLIC, PRIVATE):
        source = Source("", url, SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW - timedelta(days=30))
        added = built.store.add_source(source)
        built.store.source_listed(added.id, NOW - timedelta(days=5), 7)
        for night in range(4 if url == PRIVATE else 0):
            built.store.source_listed(added.id, NOW - timedelta(days=4 - night), None, "unreachable")
    hosts = [HostTraffic("github.com", 40, 30, 5000, 1, 2.5), HostTraffic("gitlab.intern.example", 9, 0, 70, 3, 1.0)]
    built.store.hosts.add(hosts, NOW)
    built.store.jobs.enqueue([Job("", JobKind.REPOSITORY, "https://github.com/x/y")], NOW)
    yield built
    built.store.close()


def client(watched: SmallCatalogue, **changes: object) -> FlaskClient:
    config: Config = replace(watched.config, egress=RULES, **changes)  # type: ignore[arg-type]
    overseeing = Overseeing(watched.store, watched.index, config, lambda: NOW)
    return create_app(config, replace(watched, config=config, overseeing=overseeing)).test_client()  # type: ignore[arg-type]


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"wer:{password}".encode()).decode()}


# --- to whom ---


@pytest.mark.parametrize("path", ["/metrics", "/operating"])
@pytest.mark.parametrize(
    ("base_url", "environ", "headers", "status"),
    [
        ("http://127.0.0.1:8000", LOOPBACK, {}, 200),
        ("http://127.0.0.1:8000", {"REMOTE_ADDR": "::1"}, {"Host": "[::1]:8000"}, 200),
        ("http://127.0.0.1:8000", ELSEWHERE, {}, 403),
        ("http://127.0.0.1:8000", {"REMOTE_ADDR": ""}, {}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"Forwarded": "for=192.0.2.7"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"X-Real-IP": "192.0.2.7"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"Via": "1.1 proxy"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"X-Forwarded-Proto": "https"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"Host": "evil.example"}, 403),
        ("http://127.0.0.1:8000", LOOPBACK, {"Host": "[::1"}, 403),
        ("https://katalog.example", LOOPBACK, {}, 403),
        ("https://katalog.example", LOOPBACK, {"Host": "katalog.example"}, 403),
    ],
)
def test_without_a_token_only_this_machine_is_answered(
    watched: SmallCatalogue, path: str, base_url: str, environ: dict[str, str], headers: dict[str, str], status: int
) -> None:
    answer = client(watched, base_url=base_url).get(path, environ_base=environ, headers=headers)
    assert answer.status_code == status
    assert "ALLMENDE_METRICS_TOKEN" in answer.text or status == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/metrics", "/operating"])
@pytest.mark.parametrize("environ", [LOOPBACK, ELSEWHERE])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        (basic(TOKEN), 200),
        ({}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer \u00e4\u00f6"}, 401),
        ({"Authorization": f"Digest {TOKEN}"}, 401),
        ({"Authorization": TOKEN}, 401),
        (basic(""), 401),
        (basic(TOKEN[:-1]), 401),
        ({"Authorization": "Basic !!!"}, 401),
    ],
)
def test_with_a_token_it_is_asked_for_everywhere(
    watched: SmallCatalogue, path: str, environ: dict[str, str], headers: dict[str, str], status: int
) -> None:
    asked = client(watched, metrics_token=TOKEN, base_url="https://katalog.example")
    answer = asked.get(path, environ_base=environ, headers={"Host": "10.0.0.5:8000", **headers})
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/operating", "/sources"])
def test_private_hosts_are_named_to_nobody_without_a_token(watched: SmallCatalogue, path: str) -> None:
    answer = client(watched).get(path, environ_base=LOOPBACK)
    assert answer.status_code == 200
    assert "intern.example" not in answer.text
    assert "amt-nord" in answer.text


def test_the_token_shows_them(watched: SmallCatalogue) -> None:
    asked = client(watched, metrics_token=TOKEN)
    for path in ("/metrics", "/operating"):
        assert PRIVATE.removeprefix("https://") in asked.get(path, headers=basic(TOKEN)).text
    assert "intern.example" not in asked.get("/sources", headers=basic(TOKEN)).text


# --- what ---


def test_the_figures(watched: SmallCatalogue) -> None:
    answer = client(watched, metrics_token=TOKEN).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.content_type.startswith("text/plain; version=")
    found = samples(answer.text)
    listed = (NOW - timedelta(days=5)).timestamp()
    assert found["allmende_source_last_success_timestamp_seconds", PRIVATE] == listed
    assert found["allmende_source_failures", PRIVATE] == 4
    assert found["allmende_source_failures", PUBLIC] == 0
    assert found["allmende_source_listed_repositories", PUBLIC] == 7
    assert (found["allmende_sources", "ok"], found["allmende_sources", "failing"]) == (2, 2)
    assert found["allmende_host_requests_total", "github.com"] == 40
    assert found["allmende_host_not_modified_total", "github.com"] == 30
    assert found["allmende_host_bytes_total", "github.com"] == 5000
    assert found["allmende_host_failures_total", "gitlab.intern.example"] == 3
    assert found["allmende_host_paused", "github.com"] == 0
    assert found["allmende_run_duration_seconds", "done"] == 120
    assert (
        found["allmende_run_last_end_timestamp_seconds", "failed"] == (NOW + timedelta(days=1, minutes=1)).timestamp()
    )
    assert found["allmende_run_items", "failed"] == 1
    assert found["allmende_run_in_progress",] == 0
    assert found["allmende_jobs", "repository", "queued"] == 1
    assert found["allmende_outbox_pending",] == 0
    assert found["allmende_index_documents",] == found["allmende_solutions",] == 12
    assert found["allmende_index_fits",] == 1
    assert found["allmende_repositories", "active"] > 0
    assert found["allmende_alerts", "alert-source-failing"] == 2
    assert {key[1] for key in found if key[0] == "allmende_alerts"} == set(alert_rules())
    assert any(key[0] == "allmende_build_info" for key in found)


def test_openmetrics_where_the_scraper_wants_it(watched: SmallCatalogue) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client(watched).get("/metrics", environ_base=LOOPBACK, headers=accept)
    assert answer.content_type.startswith("application/openmetrics-text")
    assert {family.name for family in open_metrics(answer.text)} >= {"allmende_host_requests", "allmende_alerts"}


def test_every_figure_has_a_help_text_and_a_name_by_the_conventions(watched: SmallCatalogue) -> None:
    text = client(watched).get("/metrics", environ_base=LOOPBACK).text
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("allmende_")
        assert family.documentation.endswith(".")
        counted = family.type == "counter"
        assert counted == any(sample.name.endswith("_total") for sample in family.samples)
        assert not family.name.endswith(("_ms", "_minutes", "_kb", "_mib"))


def test_private_hosts_are_one_series(watched: SmallCatalogue) -> None:
    watched.store.hosts.add([HostTraffic("10.1.2.3:8443", requests=5), HostTraffic("forge.intern", requests=1)], NOW)
    found = samples(client(watched).get("/metrics", environ_base=LOOPBACK).text)
    assert found["allmende_host_requests_total", "private"] == 15
    assert ("allmende_host_requests_total", "forge.intern") not in found


def test_the_series_are_bounded(tmp_path: Path) -> None:
    built = small_catalogue(tmp_path)
    hosts = [HostTraffic(f"h{number}.example", requests=1000 - number, bytes=1) for number in range(MOST_HOSTS + 30)]
    built.store.hosts.add(hosts, NOW)
    found = samples(client(built).get("/metrics", environ_base=LOOPBACK).text)
    named = [key for key in found if key[0] == "allmende_host_requests_total"]
    assert len(named) == MOST_HOSTS + 1
    assert found["allmende_host_bytes_total", OTHER] == 31
    built.store.close()


def test_a_scrape_that_cannot_read_the_database_fails(unusable_client: FlaskClient) -> None:
    assert unusable_client.get("/metrics", environ_base=LOOPBACK).status_code == 503


def test_alerts_on_the_operators_page(watched: SmallCatalogue) -> None:
    page = (
        client(watched, metrics_token=TOKEN).get("/operating", headers={**basic(TOKEN), "Accept-Language": "de"}).text
    )
    assert f"Die Quelle {PRIVATE} lässt sich nicht mehr auflisten (4-mal in Folge)" in page
    assert "allmende source pause" in page
    assert "gitlab.intern.example" in page
    assert '<meta name="robots" content="noindex">' in page


# --- sources and runs ---


def test_sources_for_everybody(watched: SmallCatalogue) -> None:
    page = client(watched).get("/sources", headers={"Accept-Language": "de"}).text
    assert "Quellen" in page
    assert f'href="{PUBLIC}"' in page
    assert "3 Quellen, die gestörten zuerst" in page
    assert page.index("github.com/leer") < page.index("gitlab.opencode.de/")


def test_a_run_in_progress_says_how_far_it_is(tmp_path: Path) -> None:
    built = small_catalogue(tmp_path)
    run = built.store.begin_run(NOW + timedelta(days=2))
    urls = [f"https://github.com/stadt/{number}" for number in range(3)]
    built.store.save(run.id, [(None, Item(url, ItemStatus.UNCHANGED)) for url in urls], NOW)
    jobs = [Job("", JobKind.REPOSITORY, f"https://github.com/other/{number}", run_id=run.id) for number in range(7)]
    jobs.append(Job("", JobKind.SOURCE, "some-source", run_id=run.id))
    built.store.jobs.enqueue(jobs, NOW)
    asked = client(built)
    page = asked.get(f"/de/runs/{run.id}").text
    assert "3 von 10 Repositorys erledigt; 1 Quelle" in " ".join(page.split())
    assert '<progress aria-labelledby="headway" max="10" value="3">' in page
    assert "http-equiv" not in page
    followed = asked.get(f"/de/runs/{run.id}?follow=1").text
    assert '<meta http-equiv="refresh" content="10">' in followed
    built.store.end_run(run.id, RunState.DONE, NOW + timedelta(days=2, hours=1))
    ended = asked.get(f"/de/runs/{run.id}?follow=1").text
    assert "http-equiv" not in ended
    assert "<progress" not in ended
    built.store.close()


def test_items_are_found_by_their_address_faults_first(watched: SmallCatalogue) -> None:
    run = next(run for run in watched.store.runs()[0] if run.state is RunState.DONE)
    asked = client(watched)
    everything = asked.get(f"/runs/{run.id}").text
    assert everything.index("stadt-musterhausen/leer") < everything.index("stadt-musterhausen/geheim")
    assert everything.index("stadt-musterhausen/geheim") < everything.index("zv-sued/kitaplatz")
    narrowed = asked.get(f"/runs/{run.id}?q=KITAPLATZ").text
    assert "zv-sued/kitaplatz" in narrowed
    assert "stadt-musterhausen/leer" not in narrowed
    assert "Kein Repository" in asked.get(f"/de/runs/{run.id}?q=100%25_nichts").text
