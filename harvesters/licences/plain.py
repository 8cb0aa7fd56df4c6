# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A licence file without its wrapping: marks of HTML, Markdown, reStructuredText, comments and pages become spaces.

What one format wraps around a text must not tell two copies of it apart (SPDX matching guidelines, B.3 to B.8 and B.11:
white space, capitalisation, punctuation, code comment indicators, bullets and separators). The length never changes,
and every word begins where it began, so that a place in the plain text is that place in the file. All regular
expressions are linear: each either begins with a fixed character or is bound to the beginning of a line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from functools import lru_cache

_REPLACED = {
    **dict.fromkeys("‘’‚‛′´ʼ＇", "'"),
    **dict.fromkeys("“”„‟«»‹›″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("•●▪■◦‣∙※►▶→®™\u00a0\u1680\u202f\u205f\u3000│┃║─━═┌┐└┘├┤╔╗╚╝", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    "…": ".",
    "�": " ",
}
"""Typographic characters to those of a typewriter; bullets and box lines to spaces. ``©`` is a word and stays."""
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_INVISIBLE_ONES = re.compile(f"[{_INVISIBLE}]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NOT_LINE_END = re.compile(r"[^\n]")
_FRONT_MATTER = re.compile(
    r"\A\s{0,9}---[ \t]*\n(?:(?:[ \t]*#|[ \t]*-[ \t]|[ \t]+|[\w.-]{1,40}:)[^\n]*\n|\n){1,200}(?:---|\.\.\.)[ \t]*\n"
)
_FRONT_COMMENT = re.compile(r"^[ \t]{0,40}#[^\n]*", re.MULTILINE)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]{0,500}>", re.IGNORECASE)
_COMMENT = re.compile(r"<!-{2,3}|-{2,3}>")
_TAG = re.compile(
    r"</?(?:!doctype|html|head|body|p|div|span|br|h[1-6]|li|ul|ol|a|em|strong|b|i|pre|table|thead|tbody|tr|td|th|meta|"
    r"title|blockquote|center|font|hr|link|code|tt|dd|dl|dt|small|sup|sub|u|section|article|main|header|footer|nav|"
    r"aside|img|base|details|summary|abbr|cite|kbd|samp|var|q|para|ulink|emphasis|legalnotice|script|style|\?xml)"
    r"(?:[\s/][^<>]{0,1000})?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});[^\s<>]{0,200}")
_UNSEEN = re.compile(f"[{_INVISIBLE}][^\\s]{{0,200}}")
_DECOMPOSED = re.compile(r"\w[\u0300-\u036f][^\s]{0,200}")
_LINK_TEXT = re.compile(r"!?\[(?=[^\[\]\n]{1,300}\]\()")
_LINK = re.compile(r"\]\((?:<[^<>\n]{0,1000}>|[^()\s]{0,1000})(?:[ \t]{1,9}\"[^\"\n]{0,200}\")?\)")
_ROLE = re.compile(r":[a-z]{2,12}:(?=`)")
_ROLE_TARGET = re.compile(r"<[^<>\n`]{1,500}>(?=`)")
_MACRO = re.compile(r"\blink:[^\s\[\]]{1,300}\[")
_STRING_END = re.compile(r"\\n(?=[\"'][,;+\\)]{0,3}[ \t]{0,80}$)", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_UNDERSCORES = re.compile(r"_+")
_RULER = re.compile(r"^[ \t]{0,80}([-=~*#_+^\"'.:/;%<>|!])(?:[ \t]?\1){2,400}[ \t]{0,80}$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]{0,40}(?:```|~~~)[`~]{0,9}[ \t]{0,9}[\w+.-]{0,20}[ \t]{0,9}$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]{0,40}\.\.(?: [\w-]{1,30}::|(?=[ \t]))", re.MULTILINE)
_LEADER = re.compile(
    r"^[ \t]{0,200}(?:(?:[*#;%>|!~=+]|/[/*]|--|-(?=[ \t])|['\"](?=[ \t])|:(?=[: \t])|\.?\\\"|\{-|"
    r"\(\*(?=[* \t\n])|@?rem\b|dnl\b|"
    r"c(?=[ \t]{2}))[ \t]{0,200}){1,9}[/*#;%>|!~=-]{0,400}",
    re.MULTILINE | re.IGNORECASE,
)
_TRAILER = re.compile(r"(?<=[ \t\n])[#|/;%+!-]{1,80}\}?[ \t]{0,80}$", re.MULTILINE)
_EMPTY_FIELD = re.compile(r"^[ \t]{1,9}\.[ \t]{0,9}$", re.MULTILINE)
_ENDS_IN_NUMBER = re.compile(r"\d\]?(?:[ \t]{0,3}-)?[ \t]{0,80}$", re.MULTILINE)
_PAGE_LINE = re.compile(
    r"(?:.{0,120}[ \t]{2})?[ \t]*(?:\[?(?:page|seite|pagina|página|pág\.|bladzijde|strona|side)[ \t]{1,3}\d{1,4}"
    r"(?:[ \t]{0,2}(?:of|von|di|de|van|sur|/)[ \t]{0,2}\d{1,4})?\]?|-[ \t]{0,2}\d{1,4}[ \t]{0,2}-|"
    r"\d{1,4}[ \t]?/[ \t]?\d{1,4})[ \t]*",
    re.IGNORECASE,
)
_PAGE_HEAD = re.compile(r"\f[ \t\n]{0,200}([^\n\f]{1,200})")
_NUMBER = re.compile(r"\d+")
_LONGEST_PAGE_LINE = 200

_MARKS = (
    ("--", _COMMENT),
    ("<", _TAG),
    ("](", _LINK_TEXT),
    ("](", _LINK),
    ("```", _FENCE),
    ("~~~", _FENCE),
    (":`", _ROLE),
    (">`", _ROLE_TARGET),
    ("link:", _MACRO),
    ("\\n", _STRING_END),
    ("\\", _ESCAPE),
    ("..", _DIRECTIVE),
    (" .\n", _EMPTY_FIELD),
)
"""Characters without which the expression cannot match, and what becomes spaces; in this order, before the leaders."""


def plain(text: str) -> str:
    """The text with markup, comment leaders and page decoration as spaces, of the same length; never raises.

    Where characters are left out in the middle of a word (entities, soft hyphens), its rest moves up and spaces follow.
    """
    if not text.isascii():
        text = _typed(text)
    text = _CONTROL.sub(" ", text)
    text = _FRONT_MATTER.sub(_without_front_matter, text)
    text = _without_pages(text)
    if "</s" in text or "</S" in text:
        text = _without_scripts(text)
    for mark, expression in _MARKS:
        if mark in text:
            text = expression.sub(_blank, text)
    if "&" in text:
        text = _ENTITY.sub(_unescaped, text)
    text = _LEADER.sub(_blank, _RULER.sub(_blank, text))
    if any(end in text for end in ("|\n", "/\n", "#\n", ";\n")):
        text = _TRAILER.sub(_blank, text)
    if "_" in text:
        text = _UNDERSCORES.sub(_emphasis, text)
    return text.replace("*/", "  ").replace(" *)\n", "   \n").replace("*", " ").replace("`", " ")


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    return _NOT_LINE_END.sub(" ", found) if "\n" in found else " " * len(found)


def _emphasis(match: re.Match[str]) -> str:
    """Underscores at one end of a word are emphasis, within one they are part of it, alone they are a blank to fill."""
    text, start, end = match.string, *match.span()
    before = start > 0 and text[start - 1].isalnum()
    after = end < len(text) and text[end].isalnum()
    return _blank(match) if before != after else match[0]


def _squeezed(found: str, kept: str) -> str:
    return kept.ljust(len(found)) if len(kept) <= len(found) else found


def _unescaped(match: re.Match[str]) -> str:
    return _squeezed(match[0], html.unescape(match[0]))


def _typed(text: str) -> str:
    """Typographic and compatibility characters as a typewriter has them, decomposed letters composed."""
    foreign = set(_FOREIGN.findall(text))
    for one in foreign:
        typed = _typewritten(one)
        if typed != one:
            text = text.replace(one, typed)
    if any(map(_INVISIBLE_ONES.match, foreign)):
        text = _UNSEEN.sub(lambda found: _squeezed(found[0], _INVISIBLE_ONES.sub("", found[0])), text)
    if any(map(unicodedata.combining, foreign)):
        text = _DECOMPOSED.sub(lambda found: _squeezed(found[0], unicodedata.normalize("NFC", found[0])), text)
    return text


@lru_cache(maxsize=4096)
def _typewritten(one: str) -> str:
    if one in _REPLACED:
        return _REPLACED[one]
    compatible = unicodedata.normalize("NFKC", one)
    if len(compatible) == 1:
        return compatible
    # A ligature has no room for its letters here; who takes the words folds them (NFKC).
    return one if unicodedata.category(one)[0] != "S" or one == "©" else " "


def _without_front_matter(match: re.Match[str]) -> str:
    """Front matter describes the page; what it says in comments (an SPDX tag) is about the file and stays."""
    blank = list(_NOT_LINE_END.sub(" ", match[0]))
    for comment in _FRONT_COMMENT.finditer(match[0]):
        blank[comment.start() : comment.end()] = comment[0]
    return "".join(blank)


def _without_scripts(text: str) -> str:
    parts, at = [], 0
    for opening in _HIDDEN.finditer(text):
        if opening.start() < at:
            continue
        closing = text.find(f"</{opening[1]}", opening.end())
        if closing < 0:
            break
        parts += [text[at : opening.start()], _NOT_LINE_END.sub(" ", text[opening.start() : closing])]
        at = closing
    return "".join((*parts, text[at:]))


def _without_pages(text: str) -> str:
    """Without page numbers on lines of their own, and without the line that heads every page."""
    spans = []
    for number in _ENDS_IN_NUMBER.finditer(text):
        start = text.rfind("\n", 0, number.start()) + 1
        if number.end() - start <= _LONGEST_PAGE_LINE and _PAGE_LINE.fullmatch(text, start, number.end()):
            spans.append((start, number.end()))
    if "\f" in text:
        heads = list(_PAGE_HEAD.finditer(text))
        count = Counter(_NUMBER.sub("", head[1]).strip() for head in heads)
        spans += [head.span(1) for head in heads if count[_NUMBER.sub("", head[1]).strip()] > 1]
    return _blanked(text, spans).replace("\f", "\n").replace("\v", "\n")


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], " " * (end - start)]
            at = end
    return "".join((*parts, text[at:]))
