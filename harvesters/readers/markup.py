# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""README texts in five markups to a flat list of headings and paragraphs in plain text.

Not a renderer: enough to find the title and the first sentences. Each markup is a table of line and inline rules; every
regular expression is bounded, for the text is a stranger's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from harvesters.readers.texts import one_line

LONGEST_LINE = 2_000
LONGEST_BLOCK = 8_000

_I = re.IGNORECASE
_NEVER = re.compile(r"(?!)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!doctype\b[^<>]{0,300}>|<!--|-->", _I)
_HTML_OPENED = re.compile(r"<h([1-6])\b[^<>\n]{0,500}>", _I)
_MOST_JOINED = 50
_LONGEST_HEADING = 1_500
_PARTS = re.compile(r"<h([1-6])\b[^<>]{0,500}>(.{0,500}?)</h\1>|</(?:p|div|section|header|article|title|head)>", _I)
_MOST_PARTS = 50
_UNSEEN = re.compile(r"(?<!`)<(script|style|title)\b[^<>]{0,500}>", _I)
_LONGEST_UNSEEN = 20_000
_SHORTCODE = re.compile(r":[a-z0-9_+-]{2,40}:(?!\w)")
_SYMBOLS = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3\u200d\u2b50\u2b06]")
_BARE_URL = re.compile(r"https?://\S{1,500}", _I)


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` is heading, paragraph, list or code; ``level`` that of a heading; ``links`` the letters inside links."""

    kind: str
    text: str
    line: int
    level: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class Markup:
    heading: re.Pattern[str] = _NEVER
    """A one-line heading; group 1 is the marker whose length is the level, group 2 the text."""
    underlines: str = ""
    """Characters of a line below (and above) a heading; the level is the place in this text."""
    fence: re.Pattern[str] = _NEVER
    """Opens and closes a block of code."""
    encloses: re.Pattern[str] = _NEVER
    """Opens and closes a remark beside the text; the same marks as long as the line above underline a heading."""
    skip: re.Pattern[str] = _NEVER
    """Lines that are no text."""
    directive: re.Pattern[str] = _NEVER
    """A line that is no text, and neither are the following empty ones and those starting with ``continued``."""
    continued: str = " \t"
    listed: re.Pattern[str] = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,3}[.)]|\|)(?:\s|$)|\s{0,12}\|")
    indented_code: bool = False
    images: tuple[re.Pattern[str], ...] = ()
    links: tuple[re.Pattern[str], ...] = ()
    """Group 1 is the text of the link."""
    marks: re.Pattern[str] = _NEVER
    """Marks of emphasis and the like, dropped."""
    title: re.Pattern[str] = _NEVER
    """A line that names the document; group 1 is the title."""
    tags: bool = False
    """HTML may be mixed in."""
    header: bool = False
    """Lines right below the title name authors and version."""


MARKDOWN = Markup(
    heading=re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*"),
    underlines="=-",
    fence=re.compile(r"\s{0,3}(?:`{3,}|~{3,})"),
    skip=re.compile(
        r"\s{0,3}\[[^\]]{1,200}\]:\s|\s*(?:[-*_]\s?){3,}\s*|\s*\[\[?_?toc_?\]?\]\s*|\s*:?-{2,}:?\s*\|.*",
        _I,
    ),
    directive=re.compile(r"\s{0,3}>\s?\[!\w{1,20}\]"),
    continued=">",
    indented_code=True,
    images=(
        re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,800}(?:\([^()]{0,100}\))?[^()]{0,300}\)"),
        re.compile(r"!\[[^\[\]]{0,300}\]\[[^\[\]]{0,200}\]"),
    ),
    links=(
        re.compile(r"\[([^\[\]]{0,500})\]\([^()\s]{0,800}(?:\([^()]{0,100}\))?[^()]{0,300}\)"),
        re.compile(r"\[([^\[\]]{0,500})\]\[[^\[\]]{0,200}\]"),
        re.compile(r"\[([^\[\]^]{1,200})\](?![\[(:])"),
        re.compile(r"<(https?://[^<>\s]{1,500})>"),
    ),
    marks=re.compile(
        r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~|`+|\\(?=[^\w\s])|^\s{0,3}>\s?|\[\^[^\]]{1,40}\]", re.MULTILINE
    ),
    tags=True,
)
RST = Markup(
    underlines="=-~^\"'#*+`:._",
    skip=re.compile(r"\s*:[\w -]{1,60}:(?:\s.*)?|\.\. _.*|\s*\|[^|]{1,60}\|(?:\s*\|[^|]{1,60}\|)*\s*"),
    directive=re.compile(r"\s*\.\.(?:\s|$)"),
    images=(re.compile(r"\|[^|\n]{1,80}\|"),),
    links=(re.compile(r"`([^`<>]{1,300}?)\s*<[^`<>]{1,500}>`_{1,2}"), re.compile(r"`([^`]{1,300})`_{1,2}")),
    marks=re.compile(r"\*{1,2}|`{1,2}|:\w{1,30}:(?=`)|::$", re.MULTILINE),
)
ASCIIDOC = Markup(
    heading=re.compile(r"(={1,6})\s+(.*?)\s*"),
    underlines="=-~^",
    fence=re.compile(r"-{4,}$|\.{4,}$|\+{4,}$|/{4,}$"),
    encloses=re.compile(r"={4,}$|\*{4,}$|_{4,}$"),
    skip=re.compile(
        r":!?[\w-]{1,60}!?:.*|(?:image|include|toc|video)::.*|\[[^\]]{0,200}\]|//.*|(?:ifdef|ifndef|endif)::.*|'{3}|\+|={4,}|\.\w.{0,100}"
    ),
    images=(re.compile(r"image:[^\[\]\s]{1,500}\[[^\[\]]{0,500}\]"),),
    links=(re.compile(r"(?:link:|xref:)?(?:https?://)?[^\[\]\s]{1,500}\[([^\[\]]{1,300})\]"),),
    marks=re.compile(r"(?<!\w)[*_`]{1,2}|[*_`]{1,2}(?!\w)"),
    header=True,
)
ORG = Markup(
    heading=re.compile(r"(\*{1,6})\s+(?:(?:TODO|DONE|WAITING)\s+)?(.*?)\s*(?::[\w@:]{1,80}:)?"),
    fence=re.compile(r"#\+(?:begin|end)_\w+", _I),
    skip=re.compile(r"#\+.*|#\s.*|:\w{1,40}:.*", _I),
    links=(re.compile(r"\[\[[^\[\]]{1,500}\]\[([^\[\]]{1,300})\]\]"),),
    images=(re.compile(r"\[\[[^\[\]]{1,500}\]\]"),),
    marks=re.compile(r"(?<!\w)[*/_=~](?=\w)|(?<=[\w.])[*/_=~](?!\w)"),
    title=re.compile(r"#\+title:\s*(.*)", _I),
)
PLAIN = Markup(underlines="=-~#*")

_BY_SUFFIX: Mapping[str, Markup] = {
    "md": MARKDOWN, "markdown": MARKDOWN, "mdx": MARKDOWN, "rst": RST, "adoc": ASCIIDOC, "asciidoc": ASCIIDOC,
    "org": ORG, "txt": PLAIN,
}  # fmt: skip


def markup_of(path: str, text: str) -> Markup:
    """By the suffix; without a known one Markdown where it looks like it, else plain text."""
    suffix = path.rpartition("/")[2].rpartition(".")[2].lower()
    fallback = MARKDOWN if re.search(r"^#{1,3} |\]\(https?:", text[:LONGEST_BLOCK], re.MULTILINE) else PLAIN
    return _BY_SUFFIX.get(suffix, fallback)


def blocks(text: str, markup: Markup) -> Iterator[Block]:
    """The blocks in order, in plain text; those that are empty in plain text are left out."""
    shown = visible(text, markup)
    for raw in _Splitter(markup, _joined_headings(shown) if markup.tags else shown).split():
        body, links = _plain(raw.text[:LONGEST_BLOCK], markup)
        if body:
            yield Block(raw.kind, body, raw.line, raw.level, links)


def visible(text: str, markup: Markup) -> str:
    """The source without what no reader sees: front matter, HTML comments, scripts and the like; line numbers kept."""
    if not markup.tags:
        return text
    text = _without_unseen(text)
    if text.startswith("---\n") and (end := text.find("\n---", 3)) > 0:
        text = "\n" * (text.count("\n", 0, end + 4)) + text[end + 4 :]
    pieces: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        stop = len(text) if end < 0 else end + 3
        pieces += [text[at:start], "\n" * text.count("\n", start, stop)]
        at = stop
    return "".join([*pieces, text[at:]])


def _without_unseen(text: str) -> str:
    """Without scripts, styles and page titles that end; one in a block of code is no reader's prose either."""
    pieces: list[str] = []
    at = 0
    for opened in islice(_UNSEEN.finditer(text), _MOST_PARTS):
        closing = f"</{opened[1]}>"
        end = text.find(closing, opened.end(), opened.end() + _LONGEST_UNSEEN)
        if opened.start() >= at and end > 0:
            stop = end + len(closing)
            pieces += [text[at : opened.start()], "\n" * text.count("\n", opened.start(), stop)]
            at = stop
    return "".join([*pieces, text[at:]])


def _joined_headings(text: str) -> str:
    """HTML headings that run over several lines on one; line numbers of what follows kept."""
    pieces: list[str] = []
    at = 0
    for opened in islice(_HTML_OPENED.finditer(text), _MOST_JOINED):
        end = text.find(f"</h{opened[1]}", opened.end(), opened.end() + _LONGEST_HEADING)
        lines = text.count("\n", opened.start(), end) if end > 0 else 0
        if opened.start() >= at and lines:
            stop = end + len("</h1>")
            joined = _TAG.sub(" ", text[opened.end() : end]).replace("\n", " ")
            pieces += [text[at : opened.start()], f"<h{opened[1]}>{one_line(joined)}</h{opened[1]}>", "\n" * lines]
            at = stop
    return "".join([*pieces, text[at:]])


@dataclass(slots=True)
class _Splitter:
    markup: Markup
    text: str
    _held: list[str] = field(default_factory=list)
    _start: int = 1

    def split(self) -> Iterator[Block]:
        fenced = directive = header = False
        for number, long_line in enumerate(self.text.split("\n"), 1):
            line = long_line[:LONGEST_LINE].rstrip()
            if self._encloses(line):
                fenced = not fenced
                yield from self._flush()
                continue
            if fenced:
                continue
            header = bool(line) and (header or self._is_title(line))
            if header and not self._is_title(line):
                continue
            directive = bool(self.markup.directive.match(line)) or (directive and line[:1] in self.markup.continued)
            if directive:
                yield from self._flush()
                continue
            yield from self._line(line, number)
        yield from self._flush()

    def _line(self, line: str, number: int) -> Iterator[Block]:
        if level := self._underline(line):
            heading = self._held.pop() if self._held else ""
            yield from self._flush()
            if heading:
                yield Block("heading", heading, number - 1, level)
        elif match := self.markup.title.fullmatch(line):
            yield from self._flush()
            yield Block("heading", match[1], number, 1)
        elif match := self.markup.heading.fullmatch(line):
            yield from self._flush()
            yield Block("heading", match[2], number, len(match[1]))
        elif not line or self.markup.skip.fullmatch(line) or self._is_code(line):
            yield from self._flush()
        elif self.markup.tags and _PARTS.search(line):
            yield from self._tagged(line, number)
        else:
            self._hold(line, number)

    def _tagged(self, line: str, number: int) -> Iterator[Block]:
        """A line of HTML in which headings or paragraphs end."""
        at = 0
        for match in islice(_PARTS.finditer(line), _MOST_PARTS):
            self._hold(line[at : match.start()], number)
            yield from self._flush()
            if match[1]:
                yield Block("heading", match[2], number, int(match[1]))
            at = match.end()
        self._hold(line[at:], number)

    def _hold(self, line: str, number: int) -> None:
        if not self._held:
            self._start = number
        if line.strip():
            self._held.append(line)

    def _encloses(self, line: str) -> bool:
        """A line that opens or closes code or a remark, and does not underline the line above it."""
        marks = self.markup.fence.match(line) or self.markup.encloses.match(line)
        return marks is not None and not self._underline(line)

    def _is_title(self, line: str) -> bool:
        """A document's title in a markup whose titles have a header below."""
        match = self.markup.heading.fullmatch(line) if self.markup.header else None
        return match is not None and len(match[1]) == 1

    def _is_code(self, line: str) -> bool:
        return self.markup.indented_code and not self._held and line.startswith(("    ", "\t")) and "<" not in line

    def _underline(self, line: str) -> int:
        """The level of the heading that this line underlines; also for an overline, which underlines nothing."""
        marks = line.strip()
        if len(marks) < 3 or len(set(marks)) > 1 or marks[0] not in self.markup.underlines:
            return 0
        if self.markup is MARKDOWN and len(self._held) != 1:
            return 0
        if self.markup is ASCIIDOC and (not self._held or abs(len(marks) - len(self._held[-1])) > 2):
            return 0
        return self.markup.underlines.index(marks[0]) + 1

    def _flush(self) -> Iterator[Block]:
        if self._held:
            kind = "list" if self.markup.listed.match(self._held[0]) else "paragraph"
            yield Block(kind, "\n".join(self._held), self._start)
            self._held = []


def _plain(text: str, markup: Markup) -> tuple[str, int]:
    """Plain text of one block and how many of its characters are those of links."""
    links = 0
    for image in markup.images:
        text = image.sub("", text)
    if markup.tags:
        text = _TAG.sub(" ", text.replace("<br", "\n<br"))
    for link in markup.links:
        links += sum(len(match[1]) for match in link.finditer(text))
        text = link.sub(r"\1", text)
    text = markup.marks.sub("", text)
    if markup.tags:
        text = html.unescape(text)
    links += sum(len(match[0]) for match in _BARE_URL.finditer(text))
    return one_line(_SYMBOLS.sub("", _SHORTCODE.sub("", text))), links
