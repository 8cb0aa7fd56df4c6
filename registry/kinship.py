# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How two repositories are related: a table of rules, strongest first, each with a reason that people can read. Pure.

A rule is asked whether ``one`` belongs to ``other`` and answers with the part that ``one`` then is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from registry.model import Identity, Role
from registry.naming import account, akin, example_places, is_specific, last_segment, place, stem, words

PREFIX = 2
"""Words that the names of mirrors of one group must begin with alike."""
_NESTED = 2
"""So many slashes has the place of a group inside a group."""
_OF_COPIES = frozenset({"mirror", "spiegel", "opencode", "gitlab", "github", "codeberg", "copy", "fork"})
_PART_TYPES = frozenset({"addon", "library", "configurationFiles", "standalone/backend"})


def _mirror_of(one: Identity, other: Identity) -> Role | None:
    """An address of its own in publiccode.yml beats a sentence in a README."""
    named = [*one.mirror_of, *([one.declared_url, one.code_url] if one.mirror else [])]
    return Role.MIRROR if _points(named, other) and not (one.declares and _at_home(one)) else None


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
    if one.name and other.name and not akin(one.name, other.name):
        return None
    if target in {place(url) for each in (one, other) for url in each.based_on} | example_places():
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
    begins = prefix(one)
    if not begins or begins != prefix(other):
        return None
    named = [name for name in (one.name, other.name) if name]
    if len(named) > 1 and not akin(*named) and any(words(name)[: len(begins)] != begins for name in named):
        return None
    origins = [{account(url) for url in each.mirror_of} for each in (one, other)]
    if all(origins) and not any(_beside(a, b) for a in origins[0] for b in origins[1]):
        return None
    rest = [word for word in words(last_segment(one.url)) if word not in begins]
    return stem(" ".join(("x", *rest))).role or Role.MODULE


def _parts_of_one_group(one: Identity, other: Identity) -> Role | None:
    """GitLab's way: a group for the product, in it repositories that are called nothing but "frontend" or "api"."""
    if not (bare_part(one) and bare_part(other) and account(one.url) == account(other.url)):
        return None
    return bare_part(one)


def _shared_history(one: Identity, other: Identity) -> Role | None:
    """A copy that lags behind: it has no release and no commit that the original lacks, and does not look different."""
    mine, theirs = set(one.tag_commits), {*other.tag_commits, other.head}
    if not mine or not mine <= theirs or one.commits > other.commits or not stem(last_segment(one.url)).specific:
        return None
    if _is_variant(one, other) or _own_words(one) != _own_words(other):
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
    # A town's name before "api" or "theme" is no product, unless the repository of that name declares one.
    whole = theirs.role is None and other.name is not None and stem(other.name).text == mine.text
    if mine.text in "".join(words(account(one.url).rpartition("/")[2])) and not whole:
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
    ("parts-of-one-group", _parts_of_one_group),
    ("suite", _suite),
    ("part-name", _part_name),
    ("same-name", _same_name),
)
"""Rule id and its test of (child, parent), strongest first; the id's texts are in ``rules/identity.toml``."""


def related(one: Identity, other: Identity, reason: str) -> bool:
    """Whether the rule with this id holds between these two, whichever of them is the part."""
    return any(name == reason and (rule(one, other) or rule(other, one)) for name, rule in RULES)


def _is_variant(one: Identity, other: Identity) -> bool:
    """Whether ``one`` says that it is a product of its own beside ``other``, which it came from or resembles."""
    if _same_owner(one, other) and not one.fork:
        return False
    own_address = one.declares and place(one.declared_url or "") in places(one)
    from_it = _points(one.based_on, other)
    own_name = one.declares and one.name is not None and other.name is not None and not akin(one.name, other.name)
    return own_address or from_it or own_name or _own_title(one, other)


def _own_title(one: Identity, other: Identity) -> bool:
    """Whether the README of ``one`` calls it something else than ``other`` is called anywhere."""
    known = [name for name in (other.title, other.name) if name]
    return one.title is not None and bool(known) and not any(akin(one.title, name) for name in known)


def _at_home(one: Identity) -> bool:
    return place(one.declared_url or "") in places(one)


def claim(one: Identity) -> str | None:
    """The product that a repository says it is, as a whole: two that claim different ones are never one product.

    A declaration for another address, or in a mirror, came from there and claims nothing; neither does that of a
    library or an add-on.
    """
    whole = one.declares and one.name is not None and one.software_type not in _PART_TYPES
    if not whole or not (_at_home(one) or not (one.declared_url or one.mirror)):
        return None
    return stem(one.name or "").text or None


def bare_part(one: Identity) -> Role | None:
    """The part that a repository is whose name says nothing else, in a group inside a group; else None."""
    named = stem(f"x {last_segment(one.url)}")  # the first word of a name never counts as a part
    return named.role if account(one.url).count("/") >= _NESTED and not named.words[1:] else None


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
    """The words with which the names of a product's mirrors begin: enough of them to tell a product; else none."""
    own = "".join(words(account(one.url).rpartition("/")[2]))
    named = [word for word in words(last_segment(one.url)) if word not in _OF_COPIES and word not in own]
    first = tuple(named[:PREFIX])
    if len(first) == PREFIX and stem(" ".join(("x", *first))).words[1:] and any(is_specific(word) for word in first):
        return first
    return tuple(named[: PREFIX + 1]) if len(named) > PREFIX else ()


def _beside(one: str, other: str) -> bool:
    """Whether two groups are one or lie in one: "host/town/app" and "host/town/app/android"."""
    shorter, longer = sorted((one, other), key=len)
    above = one.rpartition("/")[0]
    return f"{longer}/".startswith(f"{shorter}/") or ("/" in above and above == other.rpartition("/")[0])


def weight(one: Identity, there: Collection[str]) -> tuple[object, ...]:
    """Sorts what is most likely the main repository of several first; ``there`` are the places of all of them.

    One that declares the address of another of them is a part of that one; an address that is not there says nothing.
    """
    declared = place(one.declared_url or "")
    elsewhere = declared in there and declared not in places(one)
    began = one.first_commit_at.timestamp() if one.first_commit_at else float("inf")
    leads = one.suite is not None and one.name is not None and words(one.suite) == words(one.name)
    is_part = (part(one) is not None, one.software_type in _PART_TYPES)
    return (
        one.mirror, one.fork, one.archived, elsewhere, not leads, *is_part, not one.declares, -one.commits, began,
        one.url,
    )  # fmt: skip
