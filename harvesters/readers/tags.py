# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Language tags as people write them, to BCP 47."""

from __future__ import annotations

import re
from functools import lru_cache

from language_tags import tags as registry

from harvesters.readers.texts import words

_TAG = re.compile(
    r"(?P<lang>[A-Za-z]{2,3})(?:-(?P<script>[A-Za-z]{4}))?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-[A-Za-z0-9]{5,8}|-[0-9][A-Za-z0-9]{3}){0,3})"
)
_LONG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){1,12}")
_SHORTER = dict(
    pair.split("=")
    for pair in words(
        "alb=sq sqi=sq ara=ar baq=eu eus=eu bul=bg cat=ca ces=cs cze=cs cym=cy wel=cy dan=da deu=de ger=de ell=el "
        "gre=el eng=en est=et fin=fi fra=fr fre=fr gle=ga glg=gl hrv=hr hun=hu isl=is ice=is ita=it lav=lv lit=lt "
        "ltz=lb mkd=mk mac=mk mlt=mt nld=nl dut=nl nno=nn nob=nb nor=no pol=pl por=pt ron=ro rum=ro rus=ru slk=sk "
        "slo=sk slv=sl spa=es srp=sr swe=sv tur=tr ukr=uk zho=zh chi=zh"
    )
)
"""ISO 639-2 and 639-3 codes with a two-letter one, which BCP 47 demands instead (RFC 5646, 2.2.1)."""
_NAMES = dict(
    pair.split("=")
    for pair in words(
        "german=de deutsch=de english=en englisch=en inglese=en italian=it italiano=it italienisch=it french=fr "
        "français=fr französisch=fr dutch=nl nederlands=nl spanish=es español=es portuguese=pt português=pt danish=da "
        "dansk=da swedish=sv svenska=sv finnish=fi suomi=fi polish=pl polski=pl czech=cs"
    )
)


_REGIONS = {"UK": "GB"}
"""What people write for a region whose code is another one."""
_HARMLESS = 10
"""The registry's code for a script that the language has anyway."""
_DEPRECATED = 11
_OLD = 1
"""A whole tag is deprecated: one of a list from before the parts of tags had meanings, or one made of such parts."""
_REPEATED = 8
"""The package takes any two variants for the same one."""
_OWN = re.compile(r"[Xx](?:-[A-Za-z0-9]{1,8}){1,8}")
_OWN_LANGUAGE = re.compile(r"^q[a-t][a-z]$")
_OWN_SCRIPT = re.compile(r"^Qa(?:a[a-z]|b[a-x])$")
"""For private use (RFC 5646, 2.2): known to nobody, but right."""


@lru_cache(maxsize=4096)
def language_tag(text: str) -> tuple[str, bool] | None:
    """The tag in canonical case and whether ``text`` was written right; None where it is no registered language.

    A deprecated tag is written right, but the tag is the one that took its place.

    Source: IANA language subtag registry, as the package language-tags has it.
    """
    written = text.strip()
    match = _TAG.fullmatch(written.replace("_", "-"))
    if match is None:
        named = _NAMES.get(written.lower())
        return (named, False) if named else _private(written)
    lang = match["lang"].lower()
    short = _SHORTER.get(lang, lang)
    region = (match["region"] or "").upper()
    parts = [short, (match["script"] or "").title(), _REGIONS.get(region, region), match["rest"].strip("-").lower()]
    meant = "-".join(part for part in parts if part)
    tag = _registered(meant)
    right = short == lang and "_" not in written and written == text and region not in _REGIONS
    return (tag, right and meant.lower() == written.lower()) if tag else None


def _registered(tag: str) -> str | None:
    """The tag, or the one that took its place; None where a part of it is not in the registry."""
    lang, *others = tag.split("-")
    found = registry.tag("-".join([_OWN_LANGUAGE.sub("de", lang), *(_OWN_SCRIPT.sub("Latn", one) for one in others)]))
    codes = {error.code for error in found.errors} - {_HARMLESS}
    if len(set(others)) == len(others):
        codes.discard(_REPEATED)
    if not codes or codes == {_OLD}:
        return str(found.preferred.format) if found.preferred is not None else tag
    if codes != {_DEPRECATED}:
        return None
    for old in (found.language, found.region):
        if old is not None and old.preferred is not None:
            tag = "-".join(
                old.preferred.format if part.lower() == old.format.lower() else part for part in tag.split("-")
            )
    return tag


def _private(written: str) -> tuple[str, bool] | None:
    """Longer tags, with extensions or parts for private use, and those from before RFC 4646 (``i-klingon``)."""
    if _OWN.fullmatch(written):
        return written.lower(), True
    if not _LONG.fullmatch(written):
        return None
    found = registry.tag(written)
    if {error.code for error in found.errors} - {_OLD}:
        return None
    return str((found.preferred or found).format), True
