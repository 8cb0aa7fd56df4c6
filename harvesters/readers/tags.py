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
_LONG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){1,12}")
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


@lru_cache(maxsize=4096)
def language_tag(text: str) -> tuple[str, bool] | None:
    """The tag in canonical case and whether ``text`` was written right; None where it is no registered language.

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
    tag = _registered("-".join(part for part in parts if part))
    right = short == lang and "_" not in written and written == text and region not in _REGIONS
    return (tag, right and tag.lower() == written.lower()) if tag else None


def _registered(tag: str) -> str | None:
    """The tag, or the one that took its place; None where a part of it is not in the registry."""
    found = registry.tag(tag)
    codes = {error.code for error in found.errors} - {_HARMLESS}
    if codes == {_DEPRECATED} and found.preferred is not None:
        return str(found.preferred.format)
    if codes == {_DEPRECATED} and found.language is not None and found.language.preferred is not None:
        return "-".join([str(found.language.preferred.format), *tag.split("-")[1:]])
    return None if codes else tag


def _private(written: str) -> tuple[str, bool] | None:
    """Longer tags, with extensions or parts for private use."""
    if not _LONG.fullmatch(written) or registry.tag(written).errors:
        return None
    return str(registry.tag(written).format), True
