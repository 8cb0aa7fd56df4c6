# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Markdown of strangers: nothing but harmless tags and absolute web links comes out."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers.markdown import LONGEST_HTML, LONGEST_SOURCE, SANITISER, to_html
from harvesters.readers.texts import words

ALLOWED = set(words("p br hr strong em code pre blockquote ul ol li a h3 h4 h5 h6 table thead tbody tr th td s"))

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "[x](//evil.example/steal)",
    "[x](\\\\evil.example)",
    "[x](/admin/delete)",
    "[x](../../etc/passwd)",
    "[x](https://user:pw@evil.example/)",
    "[x](https://evil.example\\@good.example/)",
    "![x](https://tracker.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[![x](https://tracker.example/p.png)](javascript:alert(1))",
    '[x](https://a.example/ "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    '<a href="https://a.example" onclick="alert(1)" class="kern-btn" id="x" style="position:fixed">x</a>',
    "<iframe src=https://evil.example></iframe>",
    '<form action=https://evil.example><input name="password"></form>',
    "<style>*{display:none}</style>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "[a]: javascript:alert(1)\n\n[a]",
    "# <b id=content>x</b>",
    "|<img src=x onerror=alert(1)>|\n|-|\n|[x](javascript:1)|",
    "<base href=https://evil.example/>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<script\x00>alert(1)</script>",
    "<mailto:erika@example.org>",
]


class Inspector(HTMLParser):
    """Fails the test at the first tag or attribute that is not on the list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        given_ = dict(attrs)
        if tag == "a":
            assert set(given_) == {"href", "rel"}
            assert (given_["href"] or "").lower().startswith(("http://", "https://"))
            assert "@" not in (given_["href"] or "").split("/")[2]
            assert given_["rel"] == "nofollow ugc noopener noreferrer"
        else:
            assert not given_

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_harmless(html: str) -> None:
    Inspector(convert_charrefs=True).feed(html)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "# {}", "- {}\n  - {}", "> {}", "|a|\n|-|\n|{}|", "**{}**"])
def test_payloads(payload: str, around: str) -> None:
    assert_harmless(to_html(around.replace("{}", payload)))


@settings(deadline=None)
@given(st.text(alphabet="<>[]()!\"'`*_#/\\:&;=-| \nahrefsciptjvx1", max_size=200))
def test_anything_comes_out_harmless(text: str) -> None:
    assert_harmless(to_html(text))


def test_what_is_kept() -> None:
    html = to_html("# Top\n\n### Low\n\n*a* **b** [c](https://c.example/d?e=f#g)\n\n|x|\n|-|\n|y|\n\n1. z\n")
    assert html.startswith("<h3>Top</h3>\n<h5>Low</h5>\n<p><em>a</em> <strong>b</strong> ")
    assert '<a href="https://c.example/d?e=f#g" rel="nofollow ugc noopener noreferrer">c</a>' in html
    assert "<td>y</td>" in html
    assert "<li>z</li>" in html


def test_dropped_targets_leave_their_text_and_images_leave_nothing() -> None:
    html = to_html("[a](/rel)![b](https://i.example/b.png)[![c](https://i.example)](https://l.example)")
    assert html == "<p>a</p>"


def test_no_heading_rises_above_the_third_level() -> None:
    assert to_html("# a\n## b\n##### c") == "<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>"


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "![" * 30_000, "*a " * 40_000, "> " * 60_000, "- " * 60_000, "<" * 60_000, "`" * 60_000,
     "a|" * 60_000,
     "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + ("|" + "b|" * 300 + "\n") * 300, "&" * 60_000, "[a](" * 20_000],
)  # fmt: skip
def test_what_grows_out_of_hand_is_bounded(text: str) -> None:
    assert len(to_html(text)) <= 2 * LONGEST_HTML


def test_long_text_is_cut_and_the_sanitiser_names_its_parts() -> None:
    assert len(to_html("wort " * LONGEST_SOURCE)) < LONGEST_SOURCE + 100
    assert SANITISER.startswith("1/markdown-it-py-")
    assert "nh3-" in SANITISER
