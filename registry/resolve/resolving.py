# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one function: repositories as read, and their parts in the product, become a solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from registry.model import Fact, FactSource, Field, Member, Origin, RepositoryReading, Solution
from registry.naming import place
from registry.resolve.contradictions import addresses, distinct, names, told_by_readers, versions
from registry.resolve.licensing import conclude, differing_parts, licence_contradictions
from registry.resolve.parts import common_name, parts, solution_repository
from registry.resolve.ranking import fields, ranked

_ALONE: Mapping[str, Member] = MappingProxyType({})


def resolve(repositories: Sequence[RepositoryReading], members: Mapping[str, Member] = _ALONE) -> Solution:
    """The solution behind one or more repositories. Pure.

    ``members`` says by repository URL which part each is and why; without it the first one is the main repository. What
    a part may speak of is in ``precedence.CONTRIBUTES``: mirrors and forks are listed only. The licence is concluded
    from the main repository's evidence alone; a part that has another one is a problem. Raises ValueError without any
    repository.
    """
    if not repositories:
        raise ValueError("a solution has at least one repository")
    product = parts(repositories, members)
    own = {place(url) for part in product for url in (part.url, part.read.ref.fetch_url)}
    shared = common_name(product)
    main = product[0].url
    common = Fact(Field.NAME, shared, Origin(main), FactSource.REPOSITORY_NAME) if shared else None
    found = fields(ranked(product), own, common)
    concluded = {part.url: conclude(part) for part in product}
    licence = concluded[product[0].url]
    problems = (
        *told_by_readers(product),
        *licence_contradictions(licence),
        *differing_parts(product, concluded),
        *addresses(product, found),
        *names(found, own),
        *versions(product, found),
    )
    return Solution(
        name=str(found[Field.NAME][0].fact.value),
        fields=found,
        repositories=tuple(solution_repository(part, concluded[part.url]) for part in product),
        licence=licence,
        problems=tuple(distinct(problems)),
    )
