# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence names in running text, each with the version and the range said with it.

"version 2 of the GNU General Public License, or (at your option) any later version" is one mention, and so is "GPLv2+".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harvesters.licences import creative_commons
from harvesters.licences.name_patterns import Family, anchors, name_patterns, names

_MOST = 3_000
_EITHER = re.compile(r"\b(?:either|entweder|soit|sia|hetzij|ofwel|quer)\b")
"""Before a version: another one should follow."""


@dataclass(slots=True)
class Mention:
    """A licence by its name. ``ids`` are one, or several versions to choose from; none where the name is not enough.

    Changed only while it is being read: text behind the name adds to it.
    """

    family: str
    start: int
    end: int
    ids: tuple[str, ...] = ()
    gnu: bool = False
    range: str = ""
    """"or-later", "only", or "" where neither is said."""
    open_range: bool = False
    """Words about a range stand behind that were not understood."""
    published: bool = False
    """As in the FSF's own notice: "as published by the Free Software Foundation"."""
    certain: bool = True
    """Not just a word or abbreviation that means other things as well."""
    extra: str = ""
    """A further alternative, "LicenseRef-..."."""

    def expression(self, as_written_by_fsf: bool = False) -> str | None:
        """The SPDX expression. ``as_written_by_fsf``: the notice has the form of SPDX's header for the -only ids."""
        if not self.ids:
            return None
        range_ = self.range
        if not range_ and as_written_by_fsf and not self.open_range:
            range_ = "only"
        suffix = f"-{range_}" if self.gnu and range_ else ""
        return " OR ".join([f"{one}{suffix}" for one in self.ids] + ([self.extra] if self.extra else []))


def mentions(text: str) -> Iterator[Mention]:
    """The names in lower-case text, in order, without overlaps."""
    at = 0
    for count, anchor in enumerate(anchors().finditer(text)):
        if count >= _MOST:
            return
        if anchor.start() < at:
            continue
        found = _mention(text, anchor)
        if found:
            at = found.end
            yield found


def _mention(text: str, anchor: re.Match[str]) -> Mention | None:
    if anchor[0] in creative_commons.FIRST_WORDS and (cc := creative_commons.read(text, anchor.start())):
        return Mention("CC", anchor.start(), cc[1], (cc[0],) if cc[0] else ())
    for pattern, family in names()[anchor[0]]:
        if name := pattern.match(text, anchor.start()):
            return _read(text, name.start(), name.end(), family)
    return None


def _read(text: str, start: int, end: int, family: Family) -> Mention | None:
    """What follows a name: "License", an abbreviation in brackets, the version, its range."""
    patterns = name_patterns()
    if patterns.style.match(text, end):
        return None
    certain = not family.weak
    if licence := patterns.licence.match(text, end):
        end, certain = licence.end(), True
        if patterns.style.match(text, end):
            return None
    mention = Mention(family.key, start, end, gnu=family.gnu, certain=certain)
    _alias(text, mention, family)
    if not mention.ids and family.versions:
        _version(text, mention, family)
        _version_before(text, mention, family)
    if mention.ids:
        mention.certain = True
    elif family.certain:
        mention.ids = (family.certain,)
    return None if patterns.file_ending.match(text, mention.end) else mention


def _alias(text: str, mention: Mention, family: Family) -> None:
    """Behind "GNU General Public License": (GPL), ("GPL"), (GPLv3), (the "License")."""
    patterns = name_patterns()
    opening = patterns.alias.match(text, mention.end)
    if not opening:
        return
    for pattern, other in names().get(opening[1], ()):
        name = pattern.match(text, opening.start(1)) if other.key == family.key else None
        if name and not patterns.file_name.match(text, name.end()):
            before, mention.end = mention.end, name.end()
            if family.versions:
                _version(text, mention, family)
            closing = patterns.closing.match(text, mention.end)
            mention.end = closing.end() if closing else before
            return
    if closing := patterns.any_alias.match(text, opening.start(1)):
        mention.end = closing.end()


def _version(text: str, mention: Mention, family: Family) -> None:
    patterns = name_patterns()
    direct = patterns.direct.match(text, mention.end)
    found = direct or patterns.behind.match(text, mention.end)
    known = family.versions.get(_key(found["number"])) if found else None
    if not found or not known:
        return
    mention.published = patterns.published.search(text, mention.end, found.end()) is not None
    either = _EITHER.search(text, mention.end, found.end()) is not None
    mention.ids, mention.end = (known,), found.end()
    _range(text, mention, family)
    if not direct and found["only"]:
        mention.range = "only"
    if either and not mention.range and len(mention.ids) == 1:
        mention.open_range = True


def _version_before(text: str, mention: Mention, family: Family) -> None:
    """ "version 2 (or later) of the" in front of the name."""
    patterns = name_patterns()
    if not patterns.of_the.search(text, max(0, mention.start - 40), mention.start):
        return
    lead = text[max(0, mention.start - 160) : mention.start]
    *_, found = (None, *patterns.before.finditer(lead))
    known = family.versions.get(_key(found["number"])) if found else None
    if not found or not known:
        return
    before = Mention(mention.family, found.start(), found.end("number"), (known,), mention.gnu)
    _range(lead, before, family, within_of=False)
    if mention.ids and mention.ids != before.ids:
        return
    if patterns.only_of.fullmatch(lead, before.end):
        told = mention.range
        mention.ids, mention.range, mention.start = before.ids, before.range, mention.start - len(lead) + before.start
        mention.range = mention.range or told
        if not mention.range:
            _range(text, mention, family)


def _range(text: str, mention: Mention, family: Family, within_of: bool = True) -> None:
    """What is said behind the version: of the License, or any later version, only, or version 3."""
    patterns = name_patterns()
    for _ in range(2):
        if within_of and (of := patterns.of.match(text, mention.end)):
            mention.end = of.end()
        if by := patterns.published.match(text, mention.end):
            mention.end, mention.published = by.end(), True
    if later := patterns.later.match(text, mention.end):
        mention.end, mention.range = later.end(), "or-later"
        if accepted := patterns.accepted.match(text, mention.end):
            mention.end, mention.range = accepted.end(), "only" if len(mention.ids) > 1 else ""
            mention.open_range = not mention.range
            if "kde e" in accepted[0] and mention.family in ("GPL", "LGPL"):
                mention.extra = f"LicenseRef-KDE-Accepted-{mention.family}"
    elif only := patterns.only.match(text, mention.end):
        mention.end, mention.range = only.end(), "only"
    elif other := patterns.other_version.match(text, mention.end):
        known = family.versions.get(_key(other["number"]))
        if known and known not in mention.ids:
            mention.ids, mention.end = (*mention.ids, known), other.end()
            _range(text, mention, family)
    else:
        mention.open_range = patterns.hint.match(text, mention.end) is not None


def _key(number: str) -> str:
    return re.sub(r"(?:\.0)+(?=[ac]?$)", "", number)
