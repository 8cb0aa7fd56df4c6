# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How two repositories are related: a table of rules, strongest first, each with a reason that people can read. Pure.

A rule is asked whether ``one`` belongs to ``other`` and answers with the part that ``one`` then is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from registry.model import Identity, Role
from registry.naming import account, akin, last_segment, place, stem, words

PREFIX = 2
"""Words that the names of mirrors of one group must begin with alike."""
_PART_TYPES = frozenset({"addon", "library", "configurationFiles", "standalone/backend"})


def _mirror_of(one: Identity, other: Identity) -> Role | None:
    named = [*one.mirror_of, *([one.declared_url, one.code_url] if one.mirror else [])]
    return Role.MIRROR if _points(named, other) else None


def _same_commit(one: Identity, other: Identity) -> Role | None:
    if one.head is None or one.head != other.head:
        return None
    return Role.FORK if one.fork else Role.MIRROR


def _declares_this_url(one: Identity, other: Identity) -> Role | None:
    if not _points([one.declared_url], other) or _is_variant(one, other):
        return None
    if not _fits(one, other.url, other.name):
        return None
    if one.fork:
        return Role.FORK
    return _copy_or_part(one, other)


def _same_declared_url(one: Identity, other: Identity) -> Role | None:
    target = place(one.declared_url or "")
    if not target or target != place(other.declared_url or "") or target in places(one) | places(other):
        return None
    if not all(_fits(each, each.declared_url or "", None) for each in (one, other)):
        return None
    if not _same_owner(one, other) and _own_words(one) != _own_words(other):
        return None
    return _copy_or_part(one, other)


def _mirrors_of_one_original(one: Identity, other: Identity) -> Role | None:
    common = {place(url) for url in one.mirror_of} & {place(url) for url in other.mirror_of} - {""}
    return Role.MIRROR if common and _own_words(one) == _own_words(other) else None


def _mirrors_of_one_group(one: Identity, other: Identity) -> Role | None:
    if not (one.mirror and other.mirror and account(one.url) == account(other.url)):
        return None
    same = len(prefix(one)) == PREFIX and prefix(one) == prefix(other)
    origins = [{account(url) for url in each.mirror_of} for each in (one, other)]
    apart = all(origins) and not any(_beside(a, b) for a in origins[0] for b in origins[1])
    return (part(one) or Role.MODULE) if same and not apart else None


def _shared_history(one: Identity, other: Identity) -> Role | None:
    common = {*one.tag_commits, one.head} & {*other.tag_commits, other.head} - {None}
    if not common or _is_variant(one, other) or _is_variant(other, one) or _own_words(one) != _own_words(other):
        return None
    return Role.FORK if one.fork else Role.MIRROR


def _fork_unchanged(one: Identity, other: Identity) -> Role | None:
    if not one.fork or not _points([one.parent_url], other) or _is_variant(one, other):
        return None
    return Role.FORK if _own_words(one) == _own_words(other) else None


def _suite(one: Identity, other: Identity) -> Role | None:
    """Parts only: two products for citizens that share a suite stay two products."""
    if not (one.suite and other.suite and words(one.suite) == words(other.suite) and _same_owner(one, other)):
        return None
    named = "".join(words(one.suite))
    whole = other.name is not None and stem(other.name).text == named
    begins = stem(last_segment(one.url)).text.startswith(named) or _own_words(other) == _own_words(one)
    if not (whole or begins or one.software_type in _PART_TYPES):
        return None
    return part(one) or Role.MODULE


def _same_name(one: Identity, other: Identity) -> Role | None:
    """A part of the product it names; a declaration copied from another product names that one instead."""
    if account(one.url) != account(other.url) or not (one.name and other.name and akin(one.name, other.name)):
        return None
    product = stem(one.name)
    named = all(set(stem(last_segment(each.url)).words) & set(product.words) for each in (one, other))
    return part(one) if named and product.specific else None


def _part_name(one: Identity, other: Identity) -> Role | None:
    if account(one.url) != account(other.url):
        return None
    mine, theirs = stem(last_segment(one.url)), stem(last_segment(other.url))
    if mine.role is None or not mine.specific or mine.text != theirs.text:
        return None
    if one.declares and other.declares and one.name and other.name and not akin(one.name, other.name):
        return None
    return mine.role


Rule = Callable[[Identity, Identity], Role | None]
RULES: tuple[tuple[str, Rule], ...] = (
    ("mirror-of", _mirror_of),
    ("same-commit", _same_commit),
    ("declares-this-url", _declares_this_url),
    ("fork-unchanged", _fork_unchanged),
    ("shared-history", _shared_history),
    ("same-declared-url", _same_declared_url),
    ("mirrors-of-one-original", _mirrors_of_one_original),
    ("mirrors-of-one-group", _mirrors_of_one_group),
    ("suite", _suite),
    ("part-name", _part_name),
    ("same-name", _same_name),
)
"""Rule id and its test of (child, parent), strongest first; the id's texts are in ``rules/identity.toml``."""


def _is_variant(one: Identity, other: Identity) -> bool:
    """Whether ``one`` says that it is a product of its own beside ``other``, which it came from or resembles."""
    if _same_owner(one, other) and not one.fork:
        return False
    own_address = one.declares and place(one.declared_url or "") in places(one)
    from_it = _points(one.based_on, other)
    own_name = one.declares and one.name is not None and other.name is not None and not akin(one.name, other.name)
    return own_address or from_it or own_name


def _fits(one: Identity, declared: str, declared_name: str | None) -> bool:
    """Whether the repository's own name fits the product whose address it declares.

    A publiccode.yml that came along with a fork or a template names another product: then the repository's name has
    words of its own ("amarex-masterportal" is no part of "masterportal").
    """
    mine, theirs = stem(last_segment(one.url)), stem(last_segment(declared))
    if mine.text == theirs.text:
        return True
    own_part = mine.role is not None or one.software_type in _PART_TYPES
    if account(one.url) == account(declared):
        return own_part and mine.words[:1] == theirs.words[:1]
    named = one.name is not None and declared_name is not None and akin(one.name, declared_name)
    return own_part and named


def _points(urls: Iterable[str | None], other: Identity) -> bool:
    return bool({place(url) for url in urls if url} & places(other))


def places(one: Identity) -> set[str]:
    return {place(url) for url in (one.url, *one.aliases)} - {""}


def _same_owner(one: Identity, other: Identity) -> bool:
    return account(one.url) == account(other.url) or (one.publisher is not None and one.publisher == other.publisher)


def _copy_or_part(one: Identity, other: Identity) -> Role:
    """The same whole name in another place is a copy; else the name tells the part."""
    same = words(last_segment(one.url)) == words(last_segment(other.url))
    return Role.MIRROR if same else part(one) or Role.MODULE


def _own_words(one: Identity) -> str:
    return stem(last_segment(one.url)).text


def part(one: Identity) -> Role | None:
    return stem(last_segment(one.url)).role


def prefix(one: Identity) -> tuple[str, ...]:
    return words(last_segment(one.url))[:PREFIX]


def _beside(one: str, other: str) -> bool:
    """Whether two groups are one or lie in one: "host/town/app" and "host/town/app/android"."""
    shorter, longer = sorted((one, other), key=len)
    above = one.rpartition("/")[0]
    return f"{longer}/".startswith(f"{shorter}/") or ("/" in above and above == other.rpartition("/")[0])


def weight(one: Identity, among: Sequence[Identity]) -> tuple[object, ...]:
    """Sorts what is most likely the main repository of ``among`` first.

    One that declares the address of another of them is a part of that one; an address that is not there says nothing.
    """
    declared = place(one.declared_url or "")
    elsewhere = declared not in places(one) and any(declared in places(other) for other in among)
    began = one.first_commit_at.timestamp() if one.first_commit_at else float("inf")
    return (
        one.mirror, one.fork, one.archived, elsewhere, part(one) is not None, one.software_type in _PART_TYPES,
        not one.declares, -one.commits, began, one.url,
    )  # fmt: skip
