# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Headers, hosts, hostile texts and hostile requests."""

from __future__ import annotations

import logging
import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from registry.web import access, filters
from registry.web.app import create_app
from support.catalogue import HOSTILE, SmallCatalogue, config

PATHS = (
    "/",
    "/solutions",
    "/solutions/maengelmelder",
    "/runs",
    "/nothing",
    "/api/v1/solutions",
    "/metrics",
    "/healthz",
    "/static/site.css",
)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", PATHS)
def test_headers_are_on_every_answer(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=True)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", PATHS[:5])
def test_pages_need_nothing_that_the_policy_forbids(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<(script|style|iframe|object|embed|base)\b", page)
    assert not re.search(r"<[^>]*\s(style|on\w+)=", page)
    for attribute in re.findall(r'<(?:link rel="(?:stylesheet|icon)"|img|source)[^>]*(?:href|src)="([^"]*)"', page):
        assert attribute.startswith("/static/")


def test_https_is_held_to(catalogue: SmallCatalogue) -> None:
    app = create_app(config(catalogue.config.data_dir, "https://katalog.example"), catalogue)  # type: ignore[arg-type]
    answer = app.test_client().get("/", base_url="https://katalog.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("katalog.example", 200),
        ("KATALOG.example:443", 200),
        ("evil.example", 400),
        ("katalog.example.evil.example", 400),
        ("10.0.0.1", 400),
        ("[::1", 400),
        ("a b", 400),
        ("", 400),
    ],
)
def test_only_our_host_is_answered(catalogue: SmallCatalogue, host: str, status: int) -> None:
    app = create_app(config(catalogue.config.data_dir, "https://katalog.example"), catalogue)  # type: ignore[arg-type]
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == status
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/", "/de//evil.example", "/en//evil.example/%2e%2e", "/de///"])
def test_no_redirect_leaves_the_host(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    location = answer.headers.get("Location", "/")
    assert location.startswith(("http://localhost/", "/"))
    assert not location.startswith("//")


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs


@pytest.mark.parametrize("language", ["de", "en"])
def test_hostile_texts_stay_texts(client: FlaskClient, language: str) -> None:
    listed = client.get("/api/v1/solutions?q=Pruefstein").get_json()["results"][0]
    assert HOSTILE in listed["name"]
    pages = (
        f"/{language}/solutions/{listed['slug']}",
        f"/{language}/solutions?q=Pruefstein",
        f"/{language}/solutions?q={quote(HOSTILE)}&category={quote(HOSTILE)}&publisher={quote(HOSTILE)}",
        f"/{language}/?{quote(HOSTILE)}={quote(HOSTILE)}",
        f"/{language}/{quote(HOSTILE)}",
    )
    for path in pages:
        seen = Tags()
        seen.feed(client.get(path).text)
        assert seen.names.isdisjoint({"script", "img", "style", "iframe"})
        assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
        links = [value or "" for name, value in seen.attributes if name in ("href", "src", "action")]
        assert links
        assert not [link for link in links if link.lower().startswith(("javascript:", "data:")) or "@" in link]


def test_hostile_long_text_is_cleaned_again(client: FlaskClient) -> None:
    page = client.get("/solutions/maengelmelder").text
    assert "<h3>Ablauf</h3>" in page
    assert 'href="//evil.example"' not in page
    assert '<a href="https://docs.musterhausen.example" rel="nofollow ugc noopener noreferrer">' in page


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="javascript:alert(1)">x</a>', "<a"),
        ('<a href="/path">x</a>', "<a>x</a>"),
        ('<a href="//evil.example">x</a>', "<a>x</a>"),
        ('<a href="http://192.168.0.1/admin">x</a>', "<a>x</a>"),
        ('<a href="https://user:word@example.org/">x</a>', "<a>x</a>"),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', '<a href="https://example.org/?a=1&amp;b=2" rel='),
        ('<a href="hxxps://x">x</a>', "<a"),
        ('<p class="kern-alert" id="content" style="x">x</p>', "<p>x</p>"),
        ("<h1>a</h1><h2>b</h2>", "<h3>a</h3><h4>b</h4>"),
        ("<h3>a</h3>", "<h3>a</h3>"),
        ("<h5>a</h5><h6>b</h6>", "<h5>a</h5><h6>b</h6>"),
        ('<img src="https://x.example/a.png">', ""),
        ("<form><input></form>", ""),
    ],
)
def test_foreign_html(html: str, expected: str) -> None:
    cleaned = str(filters.foreign_html(html))
    assert cleaned.startswith(expected)
    assert not re.search(r"href=\"(?!https?://)|class=|style=|id=|<img|<form", cleaned)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://user:password@example.org", False),
        ("https://127.0.0.1:4000/x.git", False),
        ("http://localhost/x", False),
        ("https://[::1]/x", False),
        ("https://[bad", False),
        ("https://exa mple.org", False),
        ("https://93.184.215.14/x", True),
        ("https://[2606:2800:21f::1]/x", True),
        ("https://xn--bcher-kva.example/", True),
        ("https://bücher.example/", True),
        ("http://192.168.1.1/", False),
        ("http://10.0.0.1:8080/", False),
        ("http://169.254.169.254/latest", False),
        ("http://172.16.3.4./", False),
        ("http://100.64.0.1/", False),
        ("http://0.0.0.0/", False),
        ("http://224.0.0.1/", False),
        ("http://127.1/", False),
        ("http://0x7f.1/", False),
        ("http://0177.0.0.1/", False),
        ("http://2130706433/", False),
        ("http://127.0.0.%31/", False),
        ("http://１２７.0.0.１/", False),
        ("http://127。0。0。1/", False),
        ("http://localhost./", False),
        ("http://[fe80::1]/", False),
        ("http://[fd00::1]/", False),
        ("http://[::ffff:10.0.0.1]/", False),
        ('https://example.org/"onclick="x', False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_only_safe_addresses_become_links(url: object, safe: bool) -> None:
    assert filters.safe_url(url) == (url if safe else None)


def test_source_addresses() -> None:
    assert filters.source_url("https://github.com/a/b", "c0", "docs/a b.md", 3) == (
        "https://github.com/a/b/blob/c0/docs/a%20b.md#L3"
    )
    assert (
        filters.source_url("https://gitlab.opencode.de/a/b", "c0", "x") == "https://gitlab.opencode.de/a/b/-/blob/c0/x"
    )
    assert filters.source_url("https://git.example/a", "c0", "x") == "https://git.example/a"
    assert filters.source_url("https://git.example/a", None, None) == "https://git.example/a"
    assert filters.source_url("http://127.0.0.1:5/a.git", "c0", "x") is None


QUERIES = (
    "q=%00",
    "q=a%00b&category=%00",
    "q=%ED%A0%80",  # a lone surrogate
    "q=%ff%fe",
    "q=" + "a" * 10_000,
    "q=" + "%F0%9F%8F%B3" * 500,
    "q=*",
    "q=**%3F%3F",
    "q=%22",
    "q=%22unclosed",
    "q=((((((((((",
    "q=a+AND+OR+NOT",
    "q=name:x+slug:*",
    "q=[a+TO+z]",
    "q=a^99999~9",
    "q=" + "(" * 2000,
    "q=-a+-b",
    "q=%E2%80%AE%E2%80%8B",
    "q=a&q=b",
    "page=0",
    "page=999999",
    "page=-5",
    "page=99999999999999999999",
    "sort=%00",
    "category=" + "x" * 5000,
    "&".join(f"category=c{number}" for number in range(500)),
    "state=&state=active",
    "=&&==%",
    "%00=%00",
    "q=%25s%25d%25(x)s",
    "q={{7*7}}{%25+x+%25}",
    "q=%0d%0aSet-Cookie:x=y",
)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query)[:24])
def test_no_query_is_a_fault(client: FlaskClient, catalogue: SmallCatalogue, query: str) -> None:
    run = f"/runs/{catalogue.store.runs()[0][-1].id}"
    body = "/bodies/stadt-musterhausen"
    pages = ("/solutions", "/en/solutions", "/", "/runs", run, "/sources", "/bodies", body, "/judging")
    for path in pages:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200, (path, answer.text[:300])
        assert "Set-Cookie" not in answer.headers
    for path in ("/api/v1/solutions", "/api/v1/runs", f"/api/v1{run}"):
        assert client.get(f"{path}?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "path",
    ["/solutions/%00", "/solutions/..%2f..%2fetc", "/solutions/a%ED%A0%80", "/solutions/" + "x" * 5000, "/runs/%00",
     "/publishers/%F0%9F%8F%B3", "/bodies/%F0%9F%8F%B3", "/bodies/%00", "/solutions/'%20OR%201=1",
     "/static/../security.py", "/static/%2e%2e/security.py",
     "/%ff", "/de/%00"],
)  # fmt: skip
def test_no_address_is_a_fault(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_pages_can_only_be_read(client: FlaskClient, method: str) -> None:
    answer = client.open("/solutions", method=method)
    assert answer.status_code == 405
    assert "nimmt keine Eingaben entgegen" in answer.text


def test_an_unexpected_fault_is_a_plain_page_and_a_log_line(
    catalogue: SmallCatalogue, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(catalogue.config, catalogue)  # type: ignore[arg-type]
    app.extensions[access.EXTENSION] = None  # whatever is asked of it fails
    with caplog.at_level(logging.ERROR, "allmende.web"):
        page = app.test_client().get("/solutions?q=geheim")
        api = app.test_client().get("/api/v1/solutions")
    assert page.status_code == api.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in page.text
    assert "Traceback" not in page.text + api.text
    assert "NoneType" not in page.text + api.text
    assert page.headers["Content-Security-Policy"] == POLICY
    assert api.mimetype == "application/problem+json"
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "path", ["/", "/solutions", "/solutions/x", "/publishers/x", "/bodies", "/bodies/x", "/runs", "/runs/x", "/sources"]
)
def test_without_a_database_pages_say_not_ready(unusable_client: FlaskClient, path: str) -> None:
    answer = unusable_client.get(path)
    assert answer.status_code == 503
    assert "Der Katalog ist gerade nicht bereit" in answer.text
    assert answer.headers["Retry-After"]
    assert unusable_client.get("/api/v1/solutions").status_code == 503


def test_pages_without_data_work_without_a_database(unusable_client: FlaskClient) -> None:
    assert unusable_client.get("/judging").status_code == 200
    assert unusable_client.get("/nothing").status_code == 404


def test_own_files_are_kept_by_digest(client: FlaskClient) -> None:
    page = client.get("/").text
    address = re.search(r'href="(/static/site\.css\?v=[0-9a-f]+)"', page)
    assert address is not None
    assert "immutable" in client.get(address[1], buffered=True).headers["Cache-Control"]
    for other in ("/static/site.css", "/static/site.css?v=0123456789", f"{address[1]}0", "/static/site.css?v="):
        assert "immutable" not in client.get(other, buffered=True).headers["Cache-Control"]
