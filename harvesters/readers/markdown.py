# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted Markdown to HTML that may stand on our pages.

CommonMark without raw HTML first, then an allow-list: no images, no attributes but ``href``, absolute web links only,
headings below those of the page around them. ``SANITISER`` changes whenever the outcome may.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version

import markdown_it
import nh3

from harvesters.readers.texts import clean, cut, words

SANITISER = f"1/markdown-it-py-{version('markdown-it-py')}/nh3-{version('nh3')}"
LONGEST_SOURCE = 64 * 2**10
LONGEST_HTML = 4 * LONGEST_SOURCE
"""Tables and nested lists can grow tenfold: beyond this the text is left out."""

_TAGS = set(words("p br hr strong em code pre blockquote ul ol li a h3 h4 h5 h6 table thead tbody tr th td s"))
_REL = "nofollow ugc noopener noreferrer"
_URL = re.compile(r"https?://[^/\s@\\]{1,253}(?:[/?#]|$)", re.IGNORECASE)
_HEADING = re.compile(r"(</?h)([1-6])(?=>)")
_NO_TARGET = re.compile(r'<a(?: rel="[^"]*")?>')
_EMPTY_LINK = re.compile(r"<a [^>]*>\s*</a>")
_MOST_BRACKETS = 2_000


@cache
def _commonmark() -> markdown_it.MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": 20}
    parser = markdown_it.MarkdownIt("commonmark", options).enable("table")
    parser.add_render_rule("image", _no_image)
    return parser


def _no_image(*_: object) -> str:
    return ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    allowed = (name == "href" and _URL.match(value) is not None) or (name == "rel" and value == _REL)
    return value if tag == "a" and allowed else None


def to_html(source: str) -> str:
    """Sanitised HTML of Markdown; an empty string for what is empty or grows out of hand."""
    text = cut(clean(source[: LONGEST_SOURCE + 1]), LONGEST_SOURCE)
    if text.count("[") > _MOST_BRACKETS or text.count("*") + text.count("_") > 8 * _MOST_BRACKETS:
        return ""
    rendered = _commonmark().render(text)
    if len(rendered) > LONGEST_HTML:
        return ""
    lowered = _HEADING.sub(lambda match: f"{match[1]}{min(int(match[2]) + 2, 6)}", rendered)
    cleaned = nh3.clean(
        lowered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https"},
        link_rel=_REL,
        strip_comments=True,
    )
    return _without_empty_links(cleaned).strip()


def _without_empty_links(html: str) -> str:
    """A link whose target was dropped is plain text again; one around an image is nothing."""
    first, *others = _NO_TARGET.split(_EMPTY_LINK.sub("", html))
    return first + "".join(piece.replace("</a>", "", 1) for piece in others)
