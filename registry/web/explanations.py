# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licences explained in the language of the request: kinds, approvals, and what to keep in mind for each use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.licences import ids
from registry.licences.duties import Explanation, closing, explain, general
from registry.licences.expressions import range_of_licence
from registry.licences.hints import Hint, Use, cite
from registry.licences.kinds import definition, kind_name
from registry.licences.marks import Mark
from registry.model import LicenceKind
from registry.web import labels
from registry.web.language import current, gettext
from registry.web.language import mark as _

_APPROVALS: Mapping[bool | None, str] = {
    True: _("approved"),
    False: _("not approved"),
    None: _("not assessed (that is no “no”)"),
}


@dataclass(frozen=True, slots=True)
class HintView:
    text: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class HintGroup:
    """Hints on one licence; ``about`` is None where they are on all, or where there is only one."""

    about: str | None
    hints: tuple[HintView, ...]


@dataclass(frozen=True, slots=True)
class UseView:
    key: str
    title: str
    groups: tuple[HintGroup, ...]


@dataclass(frozen=True, slots=True)
class KindView:
    kind: LicenceKind
    label: str
    sentence: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class MarkView:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ExplanationView:
    names: tuple[tuple[str, str], ...]
    """Ids with their full names."""
    kind: KindView
    refusals: tuple[str, ...]
    """What terms without an SPDX id withhold."""
    approvals: tuple[tuple[str, str], ...]
    """Who assesses licences, with the answer; empty where it is not settled which licence applies."""
    ranges: tuple[str, ...]
    marks: tuple[MarkView, ...]
    uses: tuple[UseView, ...]
    closing: HintView


def explanation_view(expression: str) -> ExplanationView:
    """Raises ValueError for what is no SPDX expression."""
    explained = explain(expression)
    return ExplanationView(
        names=tuple(explained.names.items()),
        kind=kind_view(explained.kind),
        refusals=tuple(one[current()] for one in explained.refusals),
        approvals=tuple(_approvals(explained)),
        ranges=tuple(_ranges(explained.expression)),
        marks=tuple(_mark(one) for one in explained.marks),
        uses=_uses(explained.uses),
        closing=hint_view(explained.closing),
    )


def general_view(kind: LicenceKind) -> ExplanationView:
    """What can be said where no licence certainly applies."""
    uses = _uses(general(kind))
    return ExplanationView((), kind_view(kind), (), (), (), (), uses, hint_view(closing()))


def kind_view(kind: LicenceKind) -> KindView:
    told, lang = definition(kind), current()
    source, url = cite(told["source"])
    return KindView(kind, kind_name(kind)[lang], told[lang], source[lang], url)


def hint_view(hint: Hint) -> HintView:
    lang = current()
    return HintView(hint.text[lang], hint.source[lang], hint.url)


def hint_groups(hints: Iterable[Hint]) -> tuple[HintGroup, ...]:
    """Hints in their order, told apart by the licence they are about where there are several."""
    found: dict[str | None, list[HintView]] = {}
    for hint in hints:
        found.setdefault(hint.about, []).append(hint_view(hint))
    several = len(found.keys() - {None}) > 1
    return tuple(HintGroup(about if several else None, tuple(listed)) for about, listed in found.items())


def _uses(uses: Mapping[Use, tuple[Hint, ...]]) -> tuple[UseView, ...]:
    return tuple(UseView(use.value, labels.label(labels.USES, use), hint_groups(uses[use])) for use in Use)


def _approvals(explained: Explanation) -> Iterator[tuple[str, str]]:
    yield gettext("Open Source Initiative (OSI)"), gettext(_APPROVALS[explained.osi])
    yield gettext("Free Software Foundation (FSF)"), gettext(_APPROVALS[explained.fsf])


def _ranges(expression: str) -> Iterator[str]:
    for licence in ids(expression):
        found = range_of_licence(licence)
        if found is not None:
            yield gettext(labels.LICENCE_RANGES[found], licence=licence)


def _mark(mark: Mark) -> MarkView:
    return MarkView(mark.label[current()], mark.url)
