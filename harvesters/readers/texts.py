# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bytes of unknown encoding to clean text: what every reader shares. All regular expressions are linear."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from registry.vocabulary.logins import without_logins
from registry.vocabulary.phones import without_phones

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KEPT = frozenset("\t\n\r\u200c\u200d")
"""Of the characters without a shape: line ends, TAB, and the joiners that some scripts and emoji are written with."""
_WRONG_BYTE = re.compile("[\udc80-\udcff]")
_WINDOWS_BYTE = re.compile(rb"[\x80-\x9f]")
_NO_WINDOWS_BYTE = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MIXED = "utf-8 + windows-1252"
_SPACES = re.compile(r"\s+")
_MAIL = re.compile(
    r"(?:mailto:)?[\w.+-]{1,64}(?:@|\s?\[at\]\s?|\(at\))[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.IGNORECASE
)
_LEFTOVER = re.compile(
    r"\(\s*\)|\[\s*\]|<\s*>|\b(?:e-?mail|mail|tel|telefon|phone|fax)\b\.?\s*:?\s*(?=[,;.)]|$)", re.IGNORECASE
)
_COMMAS = re.compile(r",(?:\s?,)+")
_USER_ALONE = re.compile(r"https?://[^\s/?#<>\"':@]+@[^\s<>\"']+", re.IGNORECASE)
_CLONED = re.compile(r"\.git/?$|/_git/", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s)")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` without a byte order mark, line ends as LF. ``guessed`` when the bytes are not valid Unicode."""

    text: str
    encoding: str
    guessed: bool = False


def decode(content: bytes) -> Decoded:
    """Read bytes as UTF-8, as UTF-16 where a mark or the zeros say so, else as what Europe wrote before; never raises.

    Bytes that are wrong in what is else UTF-8 are read as Windows-1252, one by one.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _decoded(content[len(bom) :], encoding)
    return _decoded(content, _utf16_without_mark(content) or "utf-8")


def _decoded(content: bytes, encoding: str) -> Decoded:
    try:
        text, guessed = _whole_units(content, encoding).decode(encoding), False
    except UnicodeDecodeError:
        text, encoding = _legacy(content)
        guessed = True
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding, guessed)


def _whole_units(content: bytes, encoding: str) -> bytes:
    """Without a byte or two at the end that make no whole unit: a line end that was added by a tool for bytes."""
    unit = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    return content[: len(content) - len(content) % unit] if len(content) >= unit else content


def _legacy(content: bytes) -> tuple[str, str]:
    """Text of bytes that are no Unicode, and the encoding they were taken for.

    Windows-1252 is Latin-1 with quotation marks, dashes and the euro sign where Latin-1 has controls.
    """
    mixed = content.decode("utf-8", "surrogateescape")
    wrong = len(_WRONG_BYTE.findall(mixed))
    if wrong < sum(one > "\x7f" for one in mixed) - wrong:
        return _WRONG_BYTE.sub(lambda byte: _windows(bytes([ord(byte[0]) - 0xDC00])), mixed), _MIXED
    if _WINDOWS_BYTE.search(content) and not _NO_WINDOWS_BYTE.search(content):
        return content.decode("windows-1252"), "windows-1252"
    return content.decode("latin-1"), "latin-1"


def _windows(byte: bytes) -> str:
    return byte.decode("latin-1" if _NO_WINDOWS_BYTE.match(byte) else "windows-1252")


def _utf16_without_mark(content: bytes) -> str | None:
    head = content[:64]
    if len(head) < 8:
        return None
    if head[1::2].count(0) > 0.8 * len(head[1::2]):
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > 0.8 * len(head[::2]) else None


def clean(text: str) -> str:
    """NFC, without controls, format characters, private use, surrogates and what is unassigned; lines stay.

    What is hidden from readers (direction overrides, tags) or looks different on every machine says nothing for sure.
    Source: Unicode standard, general category C (Other).
    """
    hidden = {ord(one): None for one in set(text) if unicodedata.category(one)[0] == "C" and one not in _KEPT}
    return unicodedata.normalize("NFC", text.translate(hidden) if hidden else text)


def one_line(text: str) -> str:
    """Clean text with every run of whitespace as one space."""
    return _SPACES.sub(" ", clean(text)).strip()


def is_mail_like(address: str) -> bool:
    """Whether a web address names a user and no password, as a mail address taken for a page does (``https://a@b.c/d``).

    What is left without the user is a page nobody named; git's own addresses are the exception.
    """
    return _USER_ALONE.fullmatch(address.strip()) is not None and _CLONED.search(address.strip()) is None


def without_contacts(text: str) -> str:
    """The text without e-mail addresses and what looks like a phone number: personal data we do not need."""
    found = without_phones(_MAIL.sub("", without_logins(text)), "")
    if found == text:
        return text
    tidy = one_line(_LEFTOVER.sub("", found)).replace(" .", ".").replace(" ,", ",")
    return _COMMAS.sub(",", tidy).rstrip(" ,")


def cut(text: str, length: int) -> str:
    """At most ``length`` characters: up to the end of a sentence where that keeps half of it, else of a word."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    ends = [match.end() for match in _SENTENCE_END.finditer(text[:length])]
    if ends and ends[-1] >= length // 2:
        return head[: ends[-1]]
    word, _, _ = head.rpartition(" ")
    return (word or head).rstrip(" ,;:-") + "…"


def words(text: str) -> tuple[str, ...]:
    """The words of a short table written as one text."""
    return tuple(text.split())


def letters(text: str) -> int:
    """How many letters the text has."""
    return sum(map(str.isalpha, text))
