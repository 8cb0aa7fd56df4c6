# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables by which statements are ranked, united and admitted: one place for all fields.

Two questions are answered here: which *source* of a field is believed first (``PRECEDENCE``), and which *repository* of
a product may speak of it (``CONTRIBUTES``, ``MAIN_FIRST``). Within one source the main repository comes first.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.model import FactSource, Field, Role

_S = FactSource
_USUAL = (
    _S.PERSON, _S.PUBLICCODE, _S.CODEMETA, _S.CITATION, _S.LICENCE_FILE, _S.MANIFEST, _S.README, _S.TREE, _S.HISTORY,
    _S.FORGE, _S.REPOSITORY_NAME,
)  # fmt: skip
# What a README says in its first paragraph is written for readers, what a manifest says for package registries.
_TEXT = (_S.PERSON, _S.PUBLICCODE, _S.CODEMETA, _S.CITATION, _S.README, _S.MANIFEST, _S.FORGE)
_FORGE_FIRST = (_S.FORGE, _S.PERSON, _S.PUBLICCODE)
PRECEDENCE: Mapping[Field, tuple[FactSource, ...]] = {
    **dict.fromkeys(Field, _USUAL),
    Field.SHORT_DESCRIPTION: _TEXT,
    Field.LONG_DESCRIPTION: _TEXT,
    Field.LONG_DESCRIPTION_HTML: _TEXT,
    Field.FEATURES: _TEXT,
    # A manifest often keeps the version of its template for ever; the newest release's tag is what one can fetch.
    Field.SOFTWARE_VERSION: (_S.PERSON, _S.PUBLICCODE, _S.CODEMETA, _S.CITATION, _S.HISTORY, _S.MANIFEST),
    # A manifest is shipped with what is installed, the others often serve one publication of the software.
    Field.DECLARED_LICENCE: (_S.PERSON, _S.PUBLICCODE, _S.MANIFEST, _S.CODEMETA, _S.CITATION, _S.README, _S.FORGE),
    # What the forge does cannot be declared away.
    Field.ARCHIVED: _FORGE_FIRST,
    Field.FORK_OF: _FORGE_FIRST,
    Field.SUCCESSOR: _FORGE_FIRST,
}
"""Which source of a field wins, best first; a source not named comes after all named ones."""

UNITED = frozenset(
    {
        Field.KEYWORDS, Field.TOPICS, Field.STANDARDS, Field.SUPPORTS, Field.PUBLIC_SERVICES, Field.IDENTIFIERS,
        Field.RUNTIMES, Field.PROGRAMMING_LANGUAGES, Field.PACKAGE_MANIFESTS, Field.CONTAINER, Field.SERVICES,
        Field.API_SPECIFICATIONS, Field.TESTS, Field.CONTINUOUS_INTEGRATION, Field.DEPENDENCY_BOTS, Field.SBOM,
        Field.DOCUMENTATION, Field.MIRROR_OF, Field.CONTACTS,
    }
)  # fmt: skip
"""Lists that several sources and repositories add to: their values count together, each with its own origin.

A list that one publisher states as a whole (categories, platforms, countries, languages of the interface, users) is not
among them: of two such lists one is the answer and the other a contradiction.
"""

_OF_THE_BUILD = frozenset(
    {
        Field.SOFTWARE_VERSION, Field.RELEASE_DATE, Field.RUNTIMES, Field.PROGRAMMING_LANGUAGES,
        Field.PACKAGE_MANIFESTS, Field.CONTAINER, Field.SERVICES, Field.TESTS, Field.CONTINUOUS_INTEGRATION,
        Field.DEPENDENCY_BOTS, Field.SBOM, Field.PLATFORMS, Field.SOFTWARE_TYPE, Field.DEVELOPMENT_STATUS,
        Field.DECLARED_LICENCE, Field.DETECTED_LICENCE, Field.REUSE_LICENCE,
    }
)  # fmt: skip
_OF_THE_MAIN_ONE = frozenset({Field.ARCHIVED, Field.FORK_OF, Field.REPOSITORY_URL, Field.MIRROR_OF, Field.SUCCESSOR})
CONTRIBUTES: Mapping[Role, frozenset[Field]] = {
    Role.MAIN: frozenset(Field),
    Role.FRONT_END: frozenset(Field) - _OF_THE_MAIN_ONE,
    Role.BACK_END: frozenset(Field) - _OF_THE_MAIN_ONE,
    # How a manual is built and licensed is no fact about the software.
    Role.DOCUMENTATION: frozenset(Field) - _OF_THE_MAIN_ONE - _OF_THE_BUILD,
    Role.DEPLOYMENT: frozenset({Field.CONTAINER, Field.SERVICES, Field.INSTALLATION}),
    Role.MODULE: frozenset(
        {Field.STANDARDS, Field.SUPPORTS, Field.PUBLIC_SERVICES, Field.PROGRAMMING_LANGUAGES, Field.API_SPECIFICATIONS}
    ),
    # Copies say what the original says, or what it said once.
    Role.MIRROR: frozenset(),
    Role.FORK: frozenset(),
}
"""Of which fields a part of a product may speak."""

MAIN_FIRST = frozenset({Field.DECLARED_LICENCE, Field.DETECTED_LICENCE, Field.REUSE_LICENCE, Field.UPSTREAM_URL})
"""Fields of which the main repository has the first word, whatever the source."""


def rank(field: Field, source: FactSource) -> int:
    """The place of a source in a field's order; 0 is the best.

    What another catalogue claims comes after everything that the repository itself shows, be it only its address: a
    claim fills a field of which the repository says nothing. That holds for names, too, although catalogues often have
    better ones than addresses: whoever runs a list must not be able to rename what others publish.
    """
    order = PRECEDENCE[field]
    if source is FactSource.PEER:
        return len(order) + 1
    return order.index(source) if source in order else len(order)
