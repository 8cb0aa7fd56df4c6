# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files to start from and ways to spoil them, for the fuzz run and for its small sister among the tests."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache

from benchmarks.validate import CORPUS, generated

MOST_BYTES = 512 * 2**10
Chance = random.Random
Mutation = Callable[[bytes, Chance], bytes]

ODD_VALUES = [
    "", "~", "null", "true", "yes", "0.4", "1", "1e999", "-0", ".nan", "0x1f", "2026-02-30", "2026-02-29T00:00:00Z",
    "[]", "{}", "[[]]", "[{}]", "{a: [b]}", "!!binary x", "!!python/object:os.system x", "&a [*a]", "*a", "<<", "=",
    "|\n  text", ">-\n  text", "'", '"', '"\\ud800"', '"\\x00"', "\u202e", "\ufeff", "\u2028", "\x85", "a\u0308" * 40,
    "👩‍👧" * 60, "x" * 200_000, "EUPL", "MIT OR (", "MIT AND " * 500 + "MIT", "(" * 500, "javascript:alert(1)",
    "http://[", "https://[::1", "https://a.example:99999999/", "https://a.example/\x1b[2J", "urn:x-italian-pa:",
    "/etc/passwd", "../../x.png", "file:///etc/passwd", "a@b", "@" * 5_000, "a" * 3_000 + "@", "de-" * 400, "xx-YY",
    "application/" * 200, "+49 " * 300, "alias:eidas", "alias:" * 50, "standalone/web", "%", "`", "@", "\t", "- - - -",
]  # fmt: skip
TOKENS = [
    b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!x ", b"|", b">", b"'", b'"', b"\\", b"#", b"%YAML 1.3\n", b"---\n",
    b"...\n", b"<<: *a\n", b"? ", b": ", b"- ", b"\t", b"\r", b"\r\n", b"\n", b"\x00", b"\xff", b"\xc3",
    b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\xed\xa0\x80", b"\xf0\x9f\x91\xa9",
    b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> x\n",
    b"publiccodeYmlVersion: '1.0'\n", b"de:\n  leika: [{leika-id: 1}]\n", b"it:\n  conforme: {gdpr: yes}\n", b"[" * 64,
    b"{a: " * 64, b"- " * 64, b"a: &b [*b]\n",
]  # fmt: skip
_VALUE = re.compile(rb"(?<=:) [^\n]*")


@cache
def seeds() -> Sequence[bytes]:
    """The corpus, where it is at hand, and our own example in several dresses."""
    own = generated()
    files = sorted(CORPUS.rglob("*.yml")) if CORPUS.is_dir() else []
    dresses = [own, own.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + own, own.decode().encode("utf-16"), b"", b"- a\n"]
    return [*dresses, *(path.read_bytes() for path in files)]


def mutated(originals: Sequence[bytes], chance: Chance) -> bytes:
    """One original after one to six mutations, or plain noise."""
    if chance.random() < 0.03:
        return chance.randbytes(chance.randrange(2_000))
    content = chance.choice(originals)
    for _ in range(chance.randint(1, 6)):
        if chance.random() < 0.15:
            content = _spliced(content, chance.choice(originals), chance)
        else:
            content = chance.choice(MUTATIONS)(content, chance)
    return content[:MOST_BYTES]


def _at(content: bytes, chance: Chance) -> int:
    return chance.randint(0, len(content))


def _spliced(one: bytes, other: bytes, chance: Chance) -> bytes:
    return one[: _at(one, chance)] + other[_at(other, chance) :]


def _flipped(content: bytes, chance: Chance) -> bytes:
    spoilt = bytearray(content)
    for _ in range(min(len(content), chance.randint(1, 8))):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _inserted(content: bytes, chance: Chance) -> bytes:
    at = _at(content, chance)
    return content[:at] + chance.choice(TOKENS) + content[at:]


def _cut(content: bytes, chance: Chance) -> bytes:
    at = _at(content, chance)
    return content[:at] + content[at + chance.choice([1, 3, 20, 300]) :]


def _repeated(content: bytes, chance: Chance) -> bytes:
    at = _at(content, chance)
    piece = content[at : at + chance.choice([1, 10, 200, 5_000])]
    most = max(1, 400_000 // max(1, len(piece)))
    return content[:at] + piece * min(most, chance.choice([2, 20, 3_000])) + content[at:]


def _revalued(content: bytes, chance: Chance) -> bytes:
    """Another value for some keys: what a schema meets more often than broken YAML."""
    odds = chance.choice([0.03, 0.2, 1.0])

    def odd(found: re.Match[bytes]) -> bytes:
        return b" " + chance.choice(ODD_VALUES).encode() if chance.random() < odds else found[0]

    return _VALUE.sub(odd, content)[:MOST_BYTES]


def _lines(content: bytes, chance: Chance) -> bytes:
    """Lines lost, doubled, swapped or indented."""
    lines = content.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    work = chance.randrange(5)
    if work == 0:
        del lines[at]
    elif work == 1:
        lines.insert(other, lines[at])
    elif work == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif work == 3:
        lines[at] = b" " * chance.randint(1, 9) + lines[at].lstrip()
    else:
        lines[at] = b"\t" + lines[at]
    return b"\n".join(lines)


def _recased(content: bytes, chance: Chance) -> bytes:
    at = _at(content, chance)
    return content[:at] + content[at : at + 40].swapcase() + content[at + 40 :]


MUTATIONS: Sequence[Mutation] = (_flipped, _inserted, _cut, _repeated, _revalued, _revalued, _lines, _lines, _recased)
