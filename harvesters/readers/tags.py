# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Language tags as people write them, to BCP 47."""

from __future__ import annotations

import re

from harvesters.readers.texts import words

_TAG = re.compile(
    r"(?P<lang>[A-Za-z]{2,3})(?:-(?P<script>[A-Za-z]{4}))?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-[A-Za-z0-9]{5,8}|-[0-9][A-Za-z0-9]{3}){0,3})"
)
_TWO_LETTERS = frozenset(
    words(
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
        "el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
        "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
        "mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si "
        "sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh "
        "yi yo za zh zu"
    )
)
"""ISO 639-1."""
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


def language_tag(text: str) -> tuple[str, bool] | None:
    """The tag in canonical case and whether ``text`` was written right; None where it is no language."""
    written = text.strip()
    match = _TAG.fullmatch(written.replace("_", "-"))
    if match is None:
        named = _NAMES.get(written.lower())
        return (named, False) if named else None
    lang = match["lang"].lower()
    short = _SHORTER.get(lang, lang)
    if len(short) == 2 and short not in _TWO_LETTERS:
        return None
    parts = [short, (match["script"] or "").title(), (match["region"] or "").upper(), match["rest"].strip("-").lower()]
    return "-".join(part for part in parts if part), short == lang and "_" not in written and written == text
