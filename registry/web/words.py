# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that come from the vocabularies: categories, signals, states of life, the values of facets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from registry.bodies import keys
from registry.licences import is_open
from registry.licences.kinds import kind_name
from registry.licences.offers import offered_kinds
from registry.model import (
    Field,
    LicenceConclusion,
    LicenceKind,
    LicenceVerdict,
    Signal,
    SignalName,
    Solution,
    State,
    Verdict,
)
from registry.vocabulary import categories as category_vocabulary
from registry.vocabulary import signals as signal_vocabulary
from registry.web import labels
from registry.web.access import publisher_name
from registry.web.filters import country_name, language_name
from registry.web.language import current, gettext

_KINDS = {kind.value for kind in LicenceKind}
_VERDICTS = {verdict.value for verdict in LicenceVerdict}


def category_name(key: str) -> str:
    """The key itself where the standard does not know it."""
    found = category_vocabulary.categories().get(key)
    return key if found is None else str(getattr(found, current()))


def is_category(key: str) -> bool:
    return key in category_vocabulary.categories()


def date_text(iso: str) -> str:
    """A date as repositories state it, in the page's spelling."""
    return signal_vocabulary.format_date(iso, current())


def scope_name(key: str) -> str:
    found = category_vocabulary.scopes().get(key)
    return key if found is None else str(getattr(found, current()))


def categories(solution: Solution) -> tuple[tuple[str, str], ...]:
    """Keys and names of a solution's categories."""
    values = solution.fields.get(Field.CATEGORIES, ())
    keys = values[0].fact.value if values else []
    return tuple((key, category_name(key)) for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()


def state_name(state: str) -> str:
    return signal_vocabulary.state_label(State(state), current())


def signal_name(name: SignalName) -> str:
    return signal_vocabulary.signal_label(name, current())


def verdict_name(verdict: Verdict) -> str:
    return signal_vocabulary.verdict_label(verdict, current())


_PARAM_WORDS: Mapping[str, Mapping[str, str]] = {
    "container": labels.CONTAINERS,
    "packages": labels.PACKAGE_MANIFESTS,
    "software_type": labels.SOFTWARE_TYPES,
}


def signal_sentence(signal: Signal) -> str:
    """The sentence that decided, with the terms of repositories put into words."""
    readable = {
        name: ", ".join(labels.label(_PARAM_WORDS[name], value) for value in text.split(", "))
        for name, text in signal.params.items()
        if name in _PARAM_WORDS
    }
    return signal_vocabulary.explain_signal(replace(signal, params={**signal.params, **readable}), current())


def declared_licence(solution: Solution) -> str | None:
    """The publisher's own statement where the catalogue comes to no conclusion; else None."""
    if solution.licence.verdict is not LicenceVerdict.UNCLEAR:
        return None
    declared = (found for found in solution.licence.evidence if found.kind == "declaration")
    return next((text for found in declared if (text := found.raw or found.expression)), None)


def licence_label(licence: LicenceConclusion) -> str:
    """The verdict in a few words. "Open" is said only where OSI or FSF approve the licence."""
    if openly_licensed(licence):
        return gettext(labels.OPEN_LICENCE)
    return labels.label(labels.LICENCE_VERDICTS, licence.verdict)


def openly_licensed(licence: LicenceConclusion) -> bool:
    """Whether it is settled that an approved licence applies."""
    return licence.verdict is LicenceVerdict.CLEAR and is_open(licence.expression or "") is True


def licence_kinds(licence: LicenceConclusion) -> tuple[str, ...]:
    """The kinds of the licence in words, where one certainly applies: all that are there to choose from."""
    if licence.verdict is not LicenceVerdict.CLEAR:
        return ()
    return tuple(kind_name(kind)[current()] for kind in offered_kinds(licence))


def land_name(code: str) -> str:
    """Of a Land by its ISO 3166-2 code, "DE-BW"; the code itself where there is no such Land."""
    return keys.land_name(code, current()) or code


def facet_value(facet: str, value: str) -> str:
    """What a person reads for a value of a facet."""
    if facet == "category":
        return category_name(value)
    if facet == "licence_kind":
        return kind_name(LicenceKind(value))[current()] if value in _KINDS else value
    if facet == "licence":
        return labels.label(labels.LICENCE_VERDICTS, value) if value in _VERDICTS else value
    if facet == "publisher":
        return publisher_name(value)
    if facet == "land":
        return land_name(value)
    if facet == "kind":
        return labels.label(labels.BODY_KINDS, value)
    if facet == "size":
        return labels.label(labels.SIZE_CLASSES, value)
    if facet == "country":
        return country_name(value)
    if facet == "language":
        return language_name(value)
    return state_name(value) if value in {state.value for state in State} else value
