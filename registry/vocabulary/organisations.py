# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a name is an organisation's or may be a person's; words of both are in ``publiccode/contacts.toml``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from registry.vocabulary.publiccode import vocabulary

_WORD = re.compile(r"[^\W\d_][\w.&-]*")
_NAMES_OF_A_PERSON = 4
"""Words that a person's name has at most."""


def is_organisation(name: str) -> bool:
    """Whether a name has a word that only organisations have, and none that only persons have."""
    table = vocabulary("contacts")
    found = _words(name)
    if has_one_of(found, table["legal_forms"]):
        return True
    if not has_one_of(found, table["organisations"]) or _names_person(found):
        return False
    # "Xaver Land" may be a person, "Land Hessen" is none.
    return (
        len(found) != 2 or not has_one_of(found[1:], table["surnames"]) or has_one_of(found[:1], table["organisations"])
    )


def names_organisation(name: str) -> bool:
    """Whether who owns something is an organisation, or has one word of a name that is no login: "VNG", "Geonovum"."""
    return is_organisation(name) or (name.isalnum() and name != name.lower())


def may_be_person(name: str) -> bool:
    """Whether what calls itself an organisation may be a person all the same: "Erika Muster", "Dr. Muster"."""
    found = _words(name)
    return not is_organisation(name) and _names_person(found) and 1 < len(found) <= _NAMES_OF_A_PERSON


def has_one_of(found: Sequence[str], known: Collection[str]) -> bool:
    """Whether one of the words is known, with or without its full stop."""
    return any(word in known or word.rstrip(".") in known for word in found)


def _words(name: str) -> list[str]:
    return _WORD.findall(name.lower())


def _names_person(found: Sequence[str]) -> bool:
    table = vocabulary("contacts")
    return has_one_of(found, table["titles"]) or has_one_of(found, table["given"])
