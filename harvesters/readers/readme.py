# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""README to a name, a short description, its language, headings and length, and what it says of mirrors.

The first real paragraph is prose: no badge, table of contents, list, link bar or text of a template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvesters.readers import sections
from harvesters.readers.collect import Collector
from harvesters.readers.language import language_of
from harvesters.readers.markup import Block, blocks, markup_of, visible
from harvesters.readers.mirrors import is_about_place, mirror_of, says_mirror
from harvesters.readers.successors import successor_in
from harvesters.readers.texts import clean, cut, decode, letters, without_contacts
from harvesters.readers.wanted import is_file, is_readme, readme_rank
from registry.model import FactSource, Field, Reading, Snapshot
from registry.vocabulary.phrases import Template

NAME = "readme"
LONGEST = 64 * 2**10
LONGEST_SHORT = 300
UNKNOWN_LANGUAGE = "und"
_LONGEST_TITLE = 80
_FEWEST_LETTERS = 25
_FEWEST_WORDS = 4
_MOST_ABOUT_PLACE = 5

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
    text = clean(decoded.text)[:LONGEST]
    markup = markup_of(path, text)
    found = list(blocks(text, markup))
    template = _template(found)
    prose = [block for block in found if _is_prose(block)]
    lang = language_of(" ".join(block.text for block in prose))
    shown = visible(text, markup)
    installation = None if template else sections.installation(found, shown)
    _structure(found, template, lang, installation, collector)
    if template:
        collector.problem("readme-template", name=path, template=template.name)
    else:
        _description(prose, lang, collector)
        if rest := sections.remains(found):
            collector.problem("readme-template-remains", rest[0].line, name=path, template=rest[1].name)
    if mirrored := mirror_of(shown, collector.snapshot.ref.url):
        collector.fact(Field.MIRROR_OF, [mirrored[0]], mirrored[1])
    elif line := says_mirror(shown, collector.snapshot.ref.url):
        collector.fact(Field.MIRROR_OF, [], line)
    about = collector.snapshot.ref
    if successor := successor_in(shown, about.url, archived=about.facts.archived is True):
        collector.fact(Field.SUCCESSOR, *successor)


def _structure(
    found: Sequence[Block],
    template: Template | None,
    lang: str | None,
    installation: Block | None,
    collector: Collector,
) -> None:
    """What the README is made of: title, headings, how many words, and where it tells how to install."""
    path = collector.path
    title = None if template else _title(found)
    told = {
        "path": path,
        "title": title.text if title else None,
        "words": sections.count_words(found, template),
        "lang": lang,
        "headings": sections.headings(found),
    }
    collector.fact(Field.README, told, line=found[0].line if found else 1)
    if title:
        collector.fact(Field.NAME, title.text, title.line)
    if installation:
        heading = sections.heading_text(installation)
        collector.fact(Field.INSTALLATION, {"path": path, "heading": heading}, installation.line)


def _description(prose: Sequence[Block], lang: str | None, collector: Collector) -> None:
    first = next((block for block in prose[:_MOST_ABOUT_PLACE] if not is_about_place(block.text)), None)
    short = without_contacts(first.text).rstrip(" :") if first else ""
    if first and letters(short) >= _FEWEST_LETTERS:
        tag = language_of(short) or lang or UNKNOWN_LANGUAGE
        collector.fact(Field.SHORT_DESCRIPTION, cut(short, LONGEST_SHORT), first.line, lang=tag)
    else:
        collector.problem("readme-empty", name=collector.path or "")


def _template(found: Sequence[Block]) -> Template | None:
    """The template whose text the README begins with, if nobody wrote anything before it."""
    for block in found[:4]:
        if template := sections.template(block):
            return template
        if _is_prose(block):
            return None
    return None


def _title(found: Sequence[Block]) -> Block | None:
    """The first heading, if it names the thing and no prose stands before it."""
    for block in found[:6]:
        if block.kind == "heading":
            text = without_contacts(block.text).rstrip(":").strip()
            usable = 2 <= len(text) <= _LONGEST_TITLE and letters(text) >= 2 and not _GENERIC_TITLE.fullmatch(text)
            usable = usable and sections.contact_heading(block.text) is None
            if usable:
                return Block("heading", text, block.line, block.level)
            if block.level > 1:
                return None
        elif _is_prose(block):
            return None
    return None


def _is_prose(block: Block) -> bool:
    if block.kind != "paragraph" or letters(block.text) < _FEWEST_LETTERS:
        return False
    if _NOT_PROSE.match(block.text) or sections.is_contact(block.text):
        return False
    enough = len(_WORD.findall(block.text[:1_000])) >= _FEWEST_WORDS
    return enough and block.links <= 0.6 * len(block.text) and "|" not in block.text[:200]
