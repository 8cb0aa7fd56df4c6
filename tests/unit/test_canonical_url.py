# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One spelling for one repository."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.base import canonical_url, forge_for
from harvesters.urls import path_segments, same_host
from registry.errors import InvalidInput
from registry.model import ForgeKind
from support.telling import told


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("https://github.com/it-at-m/App", "https://github.com/it-at-m/App"),
        ("  https://GitHub.com/it-at-m/App.git/  ", "https://github.com/it-at-m/App"),
        ("https://www.github.com/it-at-m/App", "https://github.com/it-at-m/App"),
        ("https://github.com:443/it-at-m/App/", "https://github.com/it-at-m/App"),
        ("http://github.com/it-at-m/App", "https://github.com/it-at-m/App"),
        ("http://github.com:80/it-at-m/App", "https://github.com/it-at-m/App"),
        ("github.com/it-at-m/App", "https://github.com/it-at-m/App"),
        ("git+https://github.com/it-at-m/App.git", "https://github.com/it-at-m/App"),
        ("git@github.com:it-at-m/App.git", "https://github.com/it-at-m/App"),
        ("ssh://git@github.com/it-at-m/App.git", "https://github.com/it-at-m/App"),
        ("ssh://git@gitlab.example.org:2222/a/b.git", "https://gitlab.example.org/a/b"),
        ("git://git.example.org/a/b.git", "https://git.example.org/a/b"),
        ("https://github.com/it-at-m/App?tab=readme#x", "https://github.com/it-at-m/App"),
        ("https://github.com/it-at-m/App/tree/main/docs", "https://github.com/it-at-m/App"),
        ("https://github.com/it-at-m/App/blob/main/README.md", "https://github.com/it-at-m/App"),
        ("https://github.com/it-at-m/App/issues/7", "https://github.com/it-at-m/App"),
        ("https://github.com/orgs/it-at-m/repositories", "https://github.com/it-at-m"),
        ("https://github.com/it-at-m/", "https://github.com/it-at-m"),
        ("https://github.com//it-at-m//App", "https://github.com/it-at-m/App"),
        ("https://gitlab.opencode.de/a/b/c/-/tree/main/x", "https://gitlab.opencode.de/a/b/c"),
        ("https://gitlab.opencode.de/a/b/c/-/blob/main/x", "https://gitlab.opencode.de/a/b/c"),
        ("https://gitlab.opencode.de/groups/a/b/-/shared", "https://gitlab.opencode.de/a/b"),
        ("https://gitlab.opencode.de/a/b/tree/main", "https://gitlab.opencode.de/a/b"),
        ("https://codeberg.org/a/b/src/branch/main/x", "https://codeberg.org/a/b"),
        ("https://git.example.org/a/b.git/info/refs?service=x", "https://git.example.org/a/b"),
        ("https://git.example.org/cgit/tree", "https://git.example.org/cgit/tree"),
        ("https://git.example.org:8443/a/b", "https://git.example.org:8443/a/b"),
        ("http://git.example.org:8080/a/b.git", "http://git.example.org:8080/a/b"),
        ("http://127.0.0.1:8000/a/b.git", "http://127.0.0.1:8000/a/b"),
        ("http://127.0.0.1/a/b.git", "http://127.0.0.1/a/b"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
        ("https://git.example.org/Stadt/Mängel", "https://git.example.org/Stadt/M%C3%A4ngel"),
        ("https://git.example.org/Stadt/M%c3%a4ngel", "https://git.example.org/Stadt/M%C3%A4ngel"),
    ],
)
def test_spellings(given_url: str, canonical: str) -> None:
    assert canonical_url(given_url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "App",
        "/srv/git/app.git",
        "file:///srv/git/app.git",
        "ext::sh -c id",
        "javascript:alert(1)",
        "https://",
        "https:///a/b",
        "https://user@example.org/a",
        "https://user:geheim@example.org/a",
        "ssh://git:geheim@example.org/a",
        "https://example.org/a b",
        "https://example.org/a\nb",
        "https://example.org\\@evil.example/a",
        "https://example.org/a/../../b",
        "https://example.org/%2e%2e/b",
        "https://example.org/a%2Fb",
        "https://example.org/a%00b",
        "https://example.org:99999/a",
        "https://[::1/a",
        "https://example.org/a/\udc80",
    ],
)
def test_what_is_no_repository_url(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        canonical_url(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.rule != InvalidInput.rule, "each cause has texts of its own"
    assert "geheim" not in told(caught.value)
    assert str(caught.value).encode()


@given(st.text(max_size=80))
def test_any_text_gives_a_stable_url_or_a_clear_error(text: str) -> None:
    for url in (text, f"https://example.org/{text}", f"https://github.com/{text}"):
        try:
            canonical = canonical_url(url)
        except InvalidInput:
            continue
        assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("https://github.com/a/b", None, ForgeKind.GITHUB),
        ("https://github.com.evil.example/a/b", None, ForgeKind.GIT),
        ("https://gitlab.com/a", None, ForgeKind.GITLAB),
        ("https://gitlab.opencode.de/a/b", None, ForgeKind.GITLAB),
        ("https://gitlab.stadt.example/a/b", None, ForgeKind.GITLAB),
        ("https://git.stadt.example/a/b", None, ForgeKind.GIT),
        ("https://git.stadt.example/a/b", ForgeKind.GITLAB, ForgeKind.GITLAB),
        ("http://127.0.0.1:8000/a", ForgeKind.GITHUB, ForgeKind.GITHUB),
    ],
)
def test_the_kind_of_forge(url: str, kind: ForgeKind | None, expected: ForgeKind) -> None:
    assert forge_for(url, kind) is expected


def test_parts_of_urls() -> None:
    assert path_segments("https://x.example/a%20b/c") == ("a b", "c")
    assert same_host("https://x.example/a", "https://x.example:443/b")
    assert not same_host("https://x.example/a", "https://x.example:8443/b")
    assert not same_host("https://x.example/a", "https://[x")
