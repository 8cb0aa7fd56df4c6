# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""README to a name, a short description, its language and its length.

The first real paragraph is prose: no badge, table of contents, list, link bar or text of a template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvesters.readers.collect import Collector
from harvesters.readers.language import language_of
from harvesters.readers.markup import Block, blocks, markup_of
from harvesters.readers.texts import clean, cut, decode, letters, without_contacts
from harvesters.readers.wanted import is_file, is_readme, readme_rank
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "readme"
LONGEST = 64 * 2**10
LONGEST_SHORT = 300
UNKNOWN_LANGUAGE = "und"
_LONGEST_TITLE = 80
_FEWEST_LETTERS = 25
_FEWEST_WORDS = 4

_I = re.IGNORECASE
_WORD = re.compile(r"[^\W\d_]{2,}")
_GENERIC_TITLE = re.compile(
    r"read\s?me(?:\.\w{1,4})?|(?:table of )?contents?|inhalt(?:sverzeichnis)?|about(?: the project)?|overview|"
    r"(?:project )?(?:description|title|name)|introduction|einleitung|einführung|beschreibung|"
    r"über das projekt|getting started.{0,60}|"
    r"(?:quick ?start|installation|usage|setup|features?|requirements|license|lizenz|licence|"
    r"changelog|contributing|status|development|documentation|dokumentation|welcome.{0,60}|willkommen|introduzione|descrizione|indice|hello|demo|todo|"
    r"prerequisites|voraussetzungen|important|note|hinweis|achtung|warning)[:!]?|my[ -]?(?:app|project)|"
    r"nuxt.{0,30}(?:starter|minimal)|(?:vue|react|svelte).{0,40}\bvite\b.{0,20}|create react app.{0,40}|"
    r"<.{0,60}>|\{\{?.{0,60}\}\}?|\[.{0,60}\]",
    _I,
)
_TEMPLATE = (
    ("Next.js", r"this is a next\.js.{0,40} project bootstrapped with"),
    ("Create React App", r"this project was bootstrapped with create react app"),
    ("Angular CLI", r"this project was generated (?:with|using) \[?(?:angular cli|nx|the angular)"),
    ("Vite", r"this template (?:should help|provides a minimal setup)"),
    ("Nuxt", r"look at the (?:nuxt|documentation)"),
    ("Svelte", r"everything you need to build a svelte project"),
    ("GitLab", r"(?:to make it easy for you to get started with gitlab|already a pro\? just edit)"),
    (
        "README template",
        r"one paragraph of (?:the )?project description|(?:a )?short description of (?:the|your) project\b",
    ),
    ("README template", r"this is a template (?:for|repository)|lorem ipsum"),
    ("Flutter", r"a new flutter (?:project|application)"),
    ("Docusaurus", r"this website is built using docusaurus"),
    ("Laravel", r"laravel is a web application framework"),
    ("Azure DevOps", r"todo: give a short introduction of your project"),
)
_TEMPLATES = tuple((name, re.compile(pattern, _I)) for name, pattern in _TEMPLATE)
_NOT_PROSE = re.compile(
    r"(?:table of contents|inhaltsverzeichnis|contents|todo|tbd|wip|"
    r"coming soon|under construction|\$ |npm |yarn |pip |git |docker |copyright|©|"
    r"\(c\) |spdx-|note:|hinweis:|warning:|achtung:|"
    r"deprecated|build status|maintainer|status:|version:|see also|click here|"
    r"(?:english|deutsch|italiano|français|nederlands)\b.{0,40}$)",
    _I,
)


def read(snapshot: Snapshot) -> Reading:
    """Facts of the best README: the root's before those in docs/ and .github/."""
    collector = Collector(snapshot, FactSource.README)
    names = sorted((e.path for e in snapshot.entries if is_readme(e.path) and is_file(e)), key=readme_rank)
    if not names:
        collector.problem("readme-missing")
        return collector.reading(NAME)
    path = next((name for name in names if name in snapshot.files), None)
    if path is not None:
        collector.path = path
        _read_file(snapshot.files[path], path, collector)
    return collector.reading(NAME)


def _read_file(content: bytes, path: str, collector: Collector) -> None:
    decoded = decode(content)
    if decoded.guessed:
        collector.problem("readme-encoding", name=path, encoding=decoded.encoding)
    text = clean(decoded.text)
    found = list(blocks(text[:LONGEST], markup_of(path, text)))
    template = _template(found)
    title = None if template else _title(found)
    prose = [block for block in found if _is_prose(block)]
    lang = language_of(" ".join(block.text for block in prose))
    words = sum(len(_WORD.findall(block.text)) for block in found)
    first = found[0].line if found else 1
    collector.fact(
        Field.README, {"path": path, "title": title.text if title else None, "words": words, "lang": lang}, line=first
    )
    if title:
        collector.fact(Field.NAME, title.text, title.line)
    short = without_contacts(prose[0].text).rstrip(" :") if prose else ""
    if template:
        collector.problem("readme-template", name=path, template=template)
    elif letters(short) >= _FEWEST_LETTERS:
        tag = language_of(short) or lang or UNKNOWN_LANGUAGE
        collector.fact(Field.SHORT_DESCRIPTION, cut(short, LONGEST_SHORT), prose[0].line, lang=tag)
    else:
        collector.problem("readme-empty", name=path)


def _template(found: Sequence[Block]) -> str | None:
    """The template whose text the README begins with, if nobody wrote anything before it."""
    for block in found[:4]:
        for name, pattern in _TEMPLATES:
            if pattern.match(block.text):
                return name
        if _is_prose(block):
            return None
    return None


def _title(found: Sequence[Block]) -> Block | None:
    """The first heading, if it names the thing and no prose stands before it."""
    for block in found[:6]:
        if block.kind == "heading":
            text = without_contacts(block.text).rstrip(":").strip()
            usable = 2 <= len(text) <= _LONGEST_TITLE and letters(text) >= 2 and not _GENERIC_TITLE.fullmatch(text)
            if usable:
                return Block("heading", text, block.line, block.level)
            if block.level > 1:
                return None
        elif _is_prose(block):
            return None
    return None


def _is_prose(block: Block) -> bool:
    if block.kind != "paragraph" or letters(block.text) < _FEWEST_LETTERS or _NOT_PROSE.match(block.text):
        return False
    enough = len(_WORD.findall(block.text[:1_000])) >= _FEWEST_WORDS
    return enough and block.links <= 0.6 * len(block.text) and "|" not in block.text[:200]
