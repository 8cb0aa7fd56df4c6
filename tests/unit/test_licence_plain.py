# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wrapping that must not tell two copies of a licence text apart becomes spaces, and every place stays."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.licences.plain import plain

SENTENCE = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software."
MARKS = (
    *(
        "<p>",
        "</p>",
        "<!--",
        "-->",
        "<a href='x'>",
        "<script>",
        "</script>",
        "&amp;",
        "&uuml;",
        "&#8217;",
        "&#x41;",
        "&",
    ),
    *(
        "](",
        "[",
        ")",
        "**",
        "_",
        "`",
        "```",
        "---\n",
        "a: b\n",
        "===\n",
        "\n",
        "\f",
        " * ",
        "/*",
        "*/",
        "// ",
        "# ",
        "|",
    ),
    *(
        "REM ",
        "dnl ",
        "Seite 3",
        "[Page 1]",
        "\u00ad",
        "\u200b",
        "\ufeff",
        "u\u0308",
        "ﬁ",
        "“",
        "–",
        "\u00a0",
        "Ａ",
        '\\n"',
    ),
    *("ü", "word", " ", "\t", "1", "😀", "\x00", "\ud800"),
)


def words(text: str) -> list[str]:
    return plain(text).split()


@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=5)), max_size=60).map("".join))
def test_the_length_and_the_lines_stay(text: str) -> None:
    done = plain(text)
    assert len(done) == len(text)
    for place, one in enumerate(text):
        if one == "\n":
            assert done[place] == "\n"


@given(st.text(alphabet=string.ascii_letters + string.digits + " ,.\n", max_size=300))
def test_typewritten_prose_stays_as_it_is(text: str) -> None:
    # Each line begins with a letter, for marks at the beginning of a line are what is taken away.
    prose = "\n".join("x" + line for line in text.split("\n") if not line.endswith(tuple(string.digits)))
    assert plain(prose) == prose


def _lines(leader: str, *, end: str = "") -> str:
    half = SENTENCE.index("free")
    return f"{leader}{SENTENCE[:half]}{end}\n{leader}{SENTENCE[half:]}{end}\n"


COMMENTED = {
    "shell, Python, Ruby, YAML": _lines("# "),
    "doubled": _lines("## "),
    "C++, Java, Go, Rust": _lines("// "),
    "Rust documentation": _lines("//! "),
    "C, CSS, PHP": f"/*\n{_lines(' * ')} */\n",
    "Java documentation": f"/**\n{_lines(' * ')} **/\n",
    "SQL, Haskell, Ada, Lua": _lines("-- "),
    "Lisp, assembler": _lines(";; "),
    "TeX, Erlang, MATLAB": _lines("%% "),
    "batch": _lines("REM "),
    "batch, quiet": _lines("@rem "),
    "m4": _lines("dnl "),
    "Basic": _lines("' "),
    "vim": _lines('" '),
    "Fortran 90": _lines("! "),
    "Fortran 77": _lines("C     "),
    "troff": _lines('.\\" '),
    "OCaml, Pascal": f"(*\n{_lines(' * ')} *)\n",
    "Haskell block": f"{{-\n{_lines('')}-}}\n",
    "XML": f"<!--\n{_lines('  ')}-->\n",
    "batch label": _lines(":: "),
    "quoted mail": _lines("> > "),
    "patch": _lines("+# "),
    "reStructuredText": f"..\n{_lines('   ')}",
}


@pytest.mark.parametrize("text", COMMENTED.values(), ids=COMMENTED.keys())
def test_comment_leaders_go(text: str) -> None:
    assert [word for word in words(text) if any(map(str.isalnum, word))] == SENTENCE.split()


WRAPPED = {
    "HTML": f"<!DOCTYPE html>\n<html><style>p {{ color: red }}</style><body><p class='x'>{SENTENCE}</p></body>",
    "HTML inside": SENTENCE.replace("hereby", "<b>hereby</b>"),
    "script": f"<script type='a'>if (1 < 2) alert('no');</script>{SENTENCE}",
    "entities": SENTENCE.replace("copy", "c&#111;py").replace(",", "&#44;"),
    "Markdown emphasis": SENTENCE.replace("hereby", "**hereby**").replace("free", "_free_").replace("copy", "`copy`"),
    "Markdown link": SENTENCE.replace("software", "[software](https://example.org/a_b#c)"),
    "Markdown quote": "> " + SENTENCE.replace(" free", "\n> free"),
    "Markdown fence": f"```text\n{SENTENCE}\n```\n",
    "Markdown heading": f"### {SENTENCE}",
    "one word as heading": f"### {SENTENCE.replace(' is hereby', chr(10) + '#### is' + chr(10) + 'hereby')}",
    "escapes": SENTENCE.replace(".", "\\."),
    "underline": f"{SENTENCE}\n{'=' * 60}\n",
    "spaced ruler": f"{SENTENCE}\n* * * * * *\n",
    "reStructuredText role": SENTENCE.replace("software", ":term:`software`"),
    "AsciiDoc heading": f"== {SENTENCE}",
    "box": f"{'*' * 100}\n* {SENTENCE} *\n{'*' * 100}\n",
    "table": f"| {SENTENCE} |\n|----|\n",
    "drawn box": f"┌──────┐\n│ {SENTENCE} │\n└──────┘\n",
    "front matter": f"---\ntitle: A licence\nlist:\n  - one\n---\n\n{SENTENCE}",
    "soft hyphens": SENTENCE.replace("mission", "\u00admission"),
    "zero width": SENTENCE.replace("hereby", "here\u200bby"),
    "mark inside": "\ufeff" + SENTENCE,
    "no-break spaces": SENTENCE.replace(" ", "\u00a0"),
    "full width": SENTENCE.replace("copy", "ｃｏｐｙ"),
    "page number": f"{SENTENCE[:29]}\n                    [Page 3]\n\f\n{SENTENCE[29:]}",
    "page of pages": f"{SENTENCE[:29]}\nEUPL 1.2                  Page 3 of 15\n{SENTENCE[29:]}",
    "page between dashes": f"{SENTENCE[:29]}\n - 3 -\n{SENTENCE[29:]}",
    "string literals": ' "' + SENTENCE.replace(" free", '\\n"\n " free') + '"',
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_wrapping_goes(text: str) -> None:
    done = " ".join(plain(text).replace('"', " ").split())
    assert done.replace(" ,", ",").replace(" .", ".") == SENTENCE


def test_the_head_of_every_page_goes() -> None:
    text = "".join(f"RFC Text   Page {number}\n\nwords {letter}\n\f" for number, letter in enumerate("abc"))
    assert words("\f" + text) == ["words", "a", "words", "b", "words", "c"]


def test_words_begin_where_they_began() -> None:
    text = "<p>&copy; f&uuml;r\u00ad alle <b>B&uuml;rger</b> und \u201cMenschen\u201d</p>"
    done = plain(text)
    for word, before in (("für", "f&uuml;r"), ("alle", "alle"), ("Bürger", "B&uuml;rger"), ("Menschen", "Menschen")):
        assert done.index(word) == text.index(before), word
    assert done.startswith("   ©")


KEPT = (
    "<year> <name of author>",
    "Copyright (c) ____ ________",
    "<https://www.gnu.org/licenses/>",
    "see page 3",
    "snake_case stays",
    "-only and -or-later",
    "a < b and c > d",
    "AT&T and B&B; both",
    "/usr/share/common-licenses/GPL-3",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_wrapping_stays(text: str) -> None:
    assert plain(text) == text


def test_the_tag_in_front_matter_and_in_a_comment_stays() -> None:
    # REUSE-IgnoreStart
    assert "SPDX-License-Identifier: MIT" in plain("---\n# SPDX-License-Identifier: MIT\ntitle: x\n---\ntext")
    assert "SPDX-License-Identifier: MIT" in plain("<!-- SPDX-License-Identifier: MIT -->")
    # REUSE-IgnoreEnd


def test_a_ruler_at_the_top_is_no_front_matter() -> None:
    text = f"---\n{SENTENCE}\n---\n{SENTENCE}\n"
    assert words(text) == SENTENCE.split() * 2


HOSTILE = (
    *(
        "<script>",
        "-",
        "<a ",
        "&a",
        "# ",
        "_",
        "[",
        "](",
        "1\n",
        "\f\n1",
        "\u00ad",
        "a\u0301",
        "\\",
        ".",
        "`<",
        ":aa:`",
        "/*",
    ),
    *(
        '"',
        "| ",
        "_ ",
        " \t",
        "---\na:\n",
        "<!--",
        ']( "',
        "link:",
        '\\n"',
        " .\n",
        "* ",
        "-}",
        "&#1",
        "Seite 1\n",
        "@rem",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_marks_is_done_before_the_test_times_out(piece: str) -> None:
    text = piece * (2**20 // len(piece)) + "x"
    assert len(plain(text)) == len(text)
