# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names as they stand in letterheads, e-mail addresses and links, down to the name itself."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://(?:www\.)?|www\.)([^/\s?#:@]+)\S*", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[^\s@/]+@([^\s@/]+\.[a-z]{2,})", re.IGNORECASE)
_POSTCODE = re.compile(r"(?:\bDE?\s?[- ]\s?|(?<![0-9-]))[0-9]{5}\s+(?=[^\W\d_])")
_HOUSE = re.compile(r"[^\W\d_].*\s[0-9]{1,4}\s?[a-z]?(?:\s?[-–/+]\s?[0-9]{1,4}\s?[a-z]?)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;|·•\n]\s*")
_EDGE = " ,;|·•–-\n"
_GENITIVE = re.compile(r"(kreis)es\b", re.IGNORECASE)


def name_in(text: str) -> str:
    """The name in a text: the host of a link or e-mail address, what stands before the address of a letterhead, the
    place where there is nothing else; "des Wetteraukreises" is the Wetteraukreis. Else the text itself."""
    link = _LINK.fullmatch(text) or _MAIL.fullmatch(text)
    return link[1] if link is not None else _GENITIVE.sub(r"\1", _without_address(text))


def _without_address(text: str) -> str:
    """ "Stadt Ulm, Marktplatz 1, 89073 Ulm" is "Stadt Ulm", "89073 Ulm" is "Ulm"."""
    postcode = _POSTCODE.search(text)
    if postcode is None:
        return text
    head, place = text[: postcode.start()].strip(_EDGE), text[postcode.end() :].strip(_EDGE)
    parts = [part for part in _BETWEEN.split(head) if part]
    while parts and _HOUSE.fullmatch(parts[-1]) and (len(parts) > 1 or not head.startswith(parts[0])):
        parts.pop()
    return ", ".join(parts) or _BETWEEN.split(place)[0]
