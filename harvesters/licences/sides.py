# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a file says around its licence texts: where other people's parts begin, whether licences are there to choose.

Only what stands outside of the recognised texts is looked at, for the same words occur inside of licences, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from harvesters.licences.found import Found, Kind
from registry.licences import families

# Each pattern begins with plain letters, by which the engine finds it fast; the text is lower case.
_PARTS = (
    r"third[\s-]{1,3}part(?:y|ies)\b",
    r"3rd[\s-]{1,3}part(?:y|ies)\b",
    *(
        rf"{word}\s(?:\w{{1,20}}\s)?(?:components?|librar(?:y|ies)|software|code|works?|packages?|files|dependenc|fonts?)"
        for word in ("bundled", "embedded", "vendored")
    ),
    r"sub[\s-]?components?\b",
    r"licen[cs]es?\s(?:of|for)\s(?:the\s)?(?:\w{1,20}\s)?(?:dependenc|librar|components|parts|packages|modules|fonts\b|"
    r"icons\b|bundled|included)",
    # The second and later paragraphs of a debian/copyright, or of one that says nothing of all files.
    r"files:[ \t]{1,9}(?!\*\s|everything|all\b)\S",
    r"drittanbieter",
    r"dritter\b",
    *(
        rf"{word}\s(?:bibliotheken|komponenten|software|schriften|pakete)"
        for word in ("verwendete", "enthaltene", "mitgelieferte")
    ),
    *(rf"{word}\sdi\sterz[ei]\b" for word in ("componenti", "software", "librerie", "parti")),
    *(rf"{word}\s(?:de\s)?tiers\b" for word in ("composants", "logiciels", "bibliothèques")),
    *(rf"{word}\sde\sterce(?:i)?ros\b" for word in ("componentes", "bibliotecas", "software")),
    *(rf"{word}\svan\sderden\b" for word in ("componenten", "bibliotheken", "software")),
)
"""Other people's parts, whole files of which are about nothing else; in the languages of our municipalities."""
_ARE_LICENSED = (
    r"[^.:]{0,120}\b(?:is|are|was|were|remains?)\s(?:\w{1,20}\s)?"
    r"(?:licen[sc]ed|covered|distributed|released|available|subject|copyright|under)\b"
)
_OTHER_MATTER = (
    *("fonts?", "icons?", "images?", "logos?", "artwork", "documentation", "documents", "datasets?", "texts"),
    *(
        "dokumentation",
        "schriften",
        "bilder",
        "grafiken",
        "fotos",
        "texte",
        "documentazione",
        "immagini",
        "polices",
        "documentatie",
    ),
    *("afbeeldingen", "documentación", "imágenes", "documentação", "daten", "dati", "données", "gegevens"),
)
"""What often has a licence of its own beside that of the software."""
_OF_OTHER_MATTER = (
    r"(?:in|of|from|for|are|is|under|unter|steht|stehen|ist|sind|è|sono|sotto|est|sont|sous|zijn|onder|"
    r"está|están|bajo|sob|mit|con|avec|met)"
)
_PARTS_AFTER = (
    *(rf"{word}\b{_ARE_LICENSED}" for word in ("portions", "parts", "some", "files?", "modules?", "code")),
    r"files?:\s",
    r"for\sthe\s[\w./-]{1,60}\s{1,3}(?:class(?:es)?|components?|code|files?|librar(?:y|ies)|packages?|modules?)\s?:",
    # A path and a colon: what follows is said of that path.
    r"\n[ \t]{0,9}(?:\./)?[\w.-]{1,60}/[\w./-]{0,80}[ \t]{0,3}:\s",
    r"externally\s(?:maintained|developed)\s",
    r"applies\sto\s(?:some\s)?(?:parts|portions)\sof\s",
    *(rf"{word}\sof\s(?:this|the)\s\w" for word in ("portions", "parts")),
    *(rf"{word}\s(?:components?|librar(?:y|ies)|code)\b" for word in ("included", "incorporated", "external")),
    r"the\sfollowing\s(?:\w{1,20}\s){0,2}(?:components?|files?|librar(?:y|ies)|software|packages?|modules?|parts?|"
    r"portions?|director(?:y|ies)|dependenc(?:y|ies)|fonts?|icons?|licen[cs]es?|notices?)\b",
    *(rf"{word}\s(?:in|under|from|by|at)\s" for word in ("files?", "code", "director(?:y|ies)", "folders?")),
    *(rf"{word}\s{_OF_OTHER_MATTER}\s" for word in _OTHER_MATTER),
    *(rf"{word}\s{{0,3}}(?::|\n)" for word in ("acknowledgements", "acknowledgments", "attributions?", "credits")),
    *(rf"{word}\s(?:in\spart\s)?(?:on|from)\s" for word in ("based", "derived", "taken", "copied", "adapted")),
    *(rf"{word}\sfrom\s" for word in ("borrowed", "ported")),
    *(
        rf"{word}\s(?=\S[^.]{{0,200}}\b(?:software|code|librar|components?|packages?|fonts?|icons?|files|work|from|by|"
        r"licen[cs])|[\w.-]{1,40}\s*,)"
        for word in (
            "bundles",
            "embeds",
            "includes",
            "contains",
            "incorporates",
            "ships",
            "uses",
            "makes use of",
        )
    ),
)
"""What introduces parts where the licence of the software stands before it."""
_USES = re.compile(
    r"\b(?:(?<!may\s)(?<!can\s)(?<!to\s)(?<!you\s)uses?(?!\sof\b)|using|includes?|contains?|incorporates?|bundles?|built\s(?:with|on)|based\son|depends?\son|nutzt|nutzen|"
    r"verwende[nt]|enthält|utilizz?a|usa|emplea|utilise|gebruikt)\s(?:[\w-]{1,20}\s){0,5}(?:software|code|librar(?:y|ies)|components?|"
    r"packages?|fonts?|icons?|tools?|frameworks?|modules?|dependenc|bibliothek|komponenten|paket|librerie|componenti|"
    r"bibliothèques|logiciels|componenten|bibliotheken|bibliotecas|librerías|componentes)"
)
_EXCEPT = re.compile(
    r"\b(?:except|other\sthan|excluding|unless|apart\sfrom|but\snot|au(?:ß|ss)er|ausgenommen|mit\sausnahme|eccetto|salvo|"
    r"tranne|excepté|sauf|uitgezonderd|behalve)\b"
)
_EXCEPT_WITHIN = 60
"""Characters: "except for third-party components, this software is ..." is about the software."""
_OWN_TERMS = re.compile(
    r"[^.:\n]{0,160}(?:\n[^.:\n]{0,160}){0,3}\b(?:original|respective|own)\s(?:\w{1,20}\s)?(?:licen[cs]es?|terms)"
)
"""Other people's parts "are licensed under their original licence": nothing of theirs follows."""
_MAIN_AGAIN = re.compile(
    r"(?:\b(?:content|code|files|software|everything)\s(?:that\sis\s)?(?:outside|not\s(?:covered|mentioned|listed))\b|"
    r"\b(?:everything|anything)\selse\b|\ball\sother\s(?:content|code|files|parts|software|source)|"
    r"\bthe\s(?:rest|remainder)\sof\s(?:this|the)\b|\bremaining\s(?:code|files|software|parts|content|source)|"
    r"\ball(?:es|e)\s(?:übrige|andere)|\bder\srest\s)(?=[^.]{0,200}\b(?:licen[cs]|lizen[sz]|under\b|unter\b))"
)
"""What leads back from the parts to the software itself."""
_REST = re.compile(
    r"\b(?:the\s(?:rest|remainder)|everything\selse|(?:all\s|any\s|the\s)?(?:other|remaining)\s(?:parts?|code|files|modules|"
    r"components|plug-?ins|source)|der\srest|(?:übrige|andere|restliche|weitere|sonstige)[nrs]?\s(?:teile?n?|modulen?|module|"
    r"komponenten|dateien|code|quellcode|quelltext|ordner|verzeichnisse|bestandteile|software)|(?:il|tutto\sil)\sresto|"
    r"altre\sparti|altri\s(?:moduli|componenti|file)|le\sreste|autres\s(?:parties|modules|composants|fichiers)|de\srest|"
    r"(?:overige|andere)\s(?:onderdelen|delen|modules|componenten|code|bestanden|broncode))\b(?=[^.\n]{0,120}\b(?:not|nicht|"
    r"kein|gehör|eigentum|rechte|propriet|proprietär|closed|property|proprietà|propriét|eigendom|niet|geen|n'est|ne\ssont|non\s|"
    r"vorbehalten|reserved|riservat|réservé|intern|confidential|vertraulich))|"
    r"\b(?:is|are|remains?|ist|sind|bleib(?:t|en)|è|sono|est|sont|zijn)\s(?:\w{1,12}\s)?(?:proprietary|closed[\s-]source|"
    r"proprietär|propriet(?:ari[oae]?|arie)|propriétaires?|gesloten|not\sopen[\s-]source|nicht\s(?:quelloffen|open[\s-]source))\b"
)
"""Words behind a notice that withhold the rest of the repository: then the notice was about a part."""
_REST_WITHIN = 400
_CHOICE = (
    *(rf"{word}[\s-]{{0,2}}licen[sc]" for word in ("dual(?:ly)?", "double", "multi", "tri")),
    r"at\s(?:your|the\susers?'?s?)\s(?:own\s)?(?:option|choice|discretion)\b",
    r"either\s(?:of\s|one\sof\s)?(?:the\s|these\s|this\s)",
    r"one\sof\s(?:the\sfollowing|these|two|the\stwo|several)\s",
    r"you\s(?:may|can)\s(?:choose|select|pick)\b",
    r"of\syour\s(?:choice|choosing)\b",
    r"by\syour\schoice\b",
    r"(?:licensee|user|recipient)(?:'?s|s')?\s(?:option|choice|choosing|discretion)\b",
    r"choose\s(?:whichever|which|either)\b",
    r"whichever\s(?:you|one|licen|of\s)",
    r"alternatively\b",
    r"wahlweise\b",
    r"nach\s(?:ihrer|eigener|ihrer\seigenen)\swahl\b",
    *(rf"{word}\slizen[sz]iert" for word in ("zweifach", "doppelt", "dual")),
    r"unter\seiner\sder\sfolgenden\b",
    r"a\s(?:tua\s|vostra\s|propria\s|sua\s)?scelta\b",
    *(rf"{word}\slicen[czç]" for word in ("doppia", "double", "dubbele", "doble")),
    r"licença\sdupla",
    *(rf"{word}\s(?:votre\s)?choix\b" for word in ("au", "à")),
    *(rf"{word}\s(?:eigen\s|uw\s)?keuze\b" for word in ("naar", "ter")),
    r"a\s(?:su\s)?elección\b",
    r"à\s(?:sua\s)?escolha\b",
    r"disjuncti",
)
_LICENCE = re.compile(r"licen[csz]|lizen[sz]")
_OR = re.compile(r"[\s,]{1,9}(?:or|oder|ou|oppure|of)\s{1,9}(?:the\s|der\s|die\s|la\s|de\s)?")
_MODIFIED = re.compile(
    r"\b(?:modified|amended|customi[sz]ed|altered|modifizierte|geänderte|angepasste)\s(?:version\sof\s)?(?:the\s|der\s)?"
    r"(?:apache|mit|gnu|gpl|lgpl|agpl|isc|mozilla|mpl|eclipse|eupl|european|boost|zlib|creative|artistic)\b"
)
_GOVERNED = re.compile(
    r"\b(?:governed\sby|licen[cs]ed\sunder|subject\sto|according\sto|under)\s(?:an?\s|the\s)?(?:terms\s(?:of\s(?:the\s|an?\s)?)?)?"
    r"[^.]{0,60}\blicen[cs]e\b|licen[cs]e\sthat\scan\sbe\sfound|\bsee\s(?:the\s)?(?:file\s)?(?:licen[cs]e|copying)\b"
)
_PART_WORD = re.compile(
    r"\b(?:files?|modifications|portions|parts|some|components?|examples|teile|dateien|parti|parties|fichiers|delen)\b"
)
_SENTENCE_END = re.compile(r"[.!?:]\s|\n\s*\n")
_NEAR = 300
"""Characters around the words of a choice in which a licence is spoken of."""
_LICENCE_TEXT = re.compile(
    r"\b(?:text\sof\s(?:the|this|these)\s(?:\w{1,20}\s){0,3}licen[cs]es?|this\slicen[cs]e\s(?:document|text)|"
    r"licen[cs]e\s(?:text|document)\s(?:itself|is)|copies\sof\sthis\slicen[cs]e|texte?\sde\s(?:la|cette)\slicence|"
    r"testo\sdella\slicenza|text\sder\slizenz|lizenztext|tekst\svan\sde\slicentie)\b"
)
_SENTENCE_BEFORE, _SENTENCE_AFTER = 160, 60
_APPENDIX = re.compile(
    r"how\sto\s(?:apply|use)\s(?:these|this|the)\s(?:terms|licen[cs]e|[\w.-]{1,20}\slicen[cs]e)|one\sline\sto\sgive\sthe|"
    r"<name\sof\sauthor>|to\sapply\sthe\sapache\slicense\sto\syour\swork|"
    r"the\s\"?copyright\"?\sline\sand\sa\spointer\sto\swhere\sthe\sfull\snotice|"
    r"(?:anwendung|anwenden)\sdieser\sbedingungen\sauf|come\sapplicare\squesti\stermini|"
    r"comment\sappliquer\sces\s(?:directives|termes)|cómo\saplicar\sestos\stérminos|hoe\sdeze\svoorwaarden"
)
_APPENDIX_WITHIN = 1_600
"""Characters from the appendix's heading to the end of its sample notice (GPL-2.0: 1,100, LGPL-2.1: 1,000)."""


@cache
def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The patterns of a table, compiled when a file needs them: most files are one text and nothing else."""
    return tuple(map(re.compile, patterns))


def lower(text: str) -> str:
    """Lower case of the same length."""
    return text.replace("İ", "i").lower()


def without_samples(low: str, found: Sequence[Found]) -> list[Found]:
    """Without notices that are the sample of a licence's own "How to apply" appendix: they grant nothing.

    A file that holds nothing but the filled-in notice, as the FSF asks to copy it, has no such heading. ``low`` is the
    text in lower case.
    """
    return [one for one in found if not _APPENDIX.search(low, max(0, one.start - _APPENDIX_WITHIN), one.start)]


def without_licence_of_text(low: str, found: Sequence[Found]) -> list[Found]:
    """Without notices and references whose sentence is about the text of a licence, not about software."""
    return [one for one in found if one.kind in (Kind.TEXT, Kind.REFUSAL) or not _about_a_text(low, one)]


def _about_a_text(low: str, one: Found) -> bool:
    return _LICENCE_TEXT.search(low, max(0, one.start - _SENTENCE_BEFORE), one.end + _SENTENCE_AFTER) is not None


def set_aside(low: str, found: Sequence[Found]) -> list[Found]:
    """Marks as ``aside`` what follows the words that introduce other people's parts.

    ``low`` is the text in lower case with the recognised texts as spaces. Where such words stand before the first
    licence, the whole file is about parts, and the first licence is no less aside than the others.
    """
    first = min((one.end for one in found if one.kind is not Kind.REFERENCE), default=len(low))
    borders = (*_begins(_PARTS, low, found, 0), *_begins(_PARTS_AFTER, low, found, first))
    border = min(borders, default=len(low))
    named = frozenset[str]().union(*(families(one.expression) for one in found if _says(one) and one.start < border))
    again = _MAIN_AGAIN.search(low, border)
    back = max((again.start() if again else len(low)), border)

    def is_others(one: Found) -> bool:
        return border <= one.start and one.end <= back and not _is_text_of(one, named)

    return [
        replace(one, aside=one.aside or _of_others(low, one) or is_others(one) or _of_a_part(low, one)) for one in found
    ]


def _of_a_part(low: str, one: Found) -> bool:
    """Whether the words behind a notice withhold the rest: "the client is under MIT, all other parts are not free"."""
    return one.kind is Kind.NOTICE and _REST.search(low, one.end, one.end + _REST_WITHIN) is not None


def _of_others(low: str, one: Found) -> bool:
    """Whether a notice is about what the software uses: "we use libraries licensed under the MIT licence"."""
    return one.kind is Kind.NOTICE and _USES.search(low, one.start, one.end) is not None


def _says(one: Found) -> bool:
    return one.kind in (Kind.NOTICE, Kind.TAG) and not one.aside


def _is_text_of(one: Found, named: frozenset[str]) -> bool:
    """The texts behind "under the following licences: MIT or ISC" are those of the software."""
    return one.kind is Kind.TEXT and families(one.expression) <= named


def _begins(patterns: tuple[str, ...], low: str, found: Sequence[Found], after: int) -> Iterator[int]:
    """Per pattern where it stands for the first time, or where the notice begins whose words it is part of."""
    for pattern in compiled(patterns):
        for match in pattern.finditer(low, after):
            if _OWN_TERMS.match(low, match.end()):
                continue
            if not _EXCEPT.search(low, max(0, match.start() - _EXCEPT_WITHIN), match.start()):
                holding = (one.start for one in found if one.start <= match.start() < one.end)
                yield next(holding, match.start())
                break


def says_modified(low: str) -> bool:
    """Whether the file calls its licence a modified one: what stands below may be changed where no index can tell.

    "Modified BSD" is a name of BSD-3-Clause. ``low`` is the text in lower case with the recognised texts as spaces.
    """
    return _MODIFIED.search(low) is not None


def points_elsewhere(low: str) -> bool:
    """Whether words say that a licence governs, as a rule in another file: then nothing is withheld for sure."""
    return _GOVERNED.search(low) is not None


def states_choice(low: str, found: Sequence[Found]) -> bool:
    """Whether words outside the texts say that one of the licences may be chosen.

    "At your option" inside a notice is its range ("any later version"), so places within pieces do not count; nor does
    a sentence about parts ("some files are dual licensed"). ``low`` as for :func:`set_aside`.
    """
    if any(_OR.fullmatch(low, one.end, other.start) for one, other in pairwise(found) if _are_names(one, other)):
        return True
    pieces = [one for one in found if one.kind is not Kind.REFERENCE]
    return any(
        _is_choice_of_licences(low, match)
        for pattern in compiled(_CHOICE)
        for match in pattern.finditer(low)
        if not any(one.start <= match.start() < one.end for one in pieces)
    )


def _are_names(one: Found, other: Found) -> bool:
    """Whether a heading names two licences: "Apache License 2.0 or MIT License"."""
    names = one.kind is other.kind is Kind.REFERENCE and not one.aside and not other.aside
    return names and not families(one.expression) & families(other.expression)


def _is_choice_of_licences(low: str, match: re.Match[str]) -> bool:
    before = _SENTENCE_END.split(low[max(0, match.start() - _NEAR) : match.start()])[-1]
    near = before + low[match.start() : match.end() + _NEAR]
    return _LICENCE.search(near) is not None and _PART_WORD.search(before) is None
