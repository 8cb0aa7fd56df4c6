# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
# REUSE-IgnoreStart
"""SPDX-License-Identifier tags as they stand in the heads of files."""

from __future__ import annotations

import pytest

from harvesters.licences.found import Kind
from harvesters.licences.plain import plain
from harvesters.licences.tags import find_tags

_TAG = "SPDX-License-Identifier: "
_IGNORE, _END = "REUSE-IgnoreStart", "REUSE-Ignore" + "End"  # spelt out, the latter would end the block of this file


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("EUPL-1.2", "EUPL-1.2"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("MIT OR Apache-2.0 */", "MIT OR Apache-2.0"),
        ("MIT -->", "MIT"),
        ("MIT*/", "MIT"),
        ('EUPL-1.2" />', "EUPL-1.2"),
        ("EUPL-1.2\\n", "EUPL-1.2"),
        ("MIT.", "MIT"),
        ("(MIT)", "MIT"),
        ("BSD-3-Clause)", "BSD-3-Clause"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("LGPL-2.1+ OR MPL-1.1", "LGPL-2.1-or-later OR MPL-1.1"),
        ("GPL-2.0", "GPL-2.0"),
        ("GPL-3.0-only", "GPL-3.0-only"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("( MIT OR ISC ) AND BSD-2-Clause", "(MIT OR ISC) AND BSD-2-Clause"),
        ("(GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause", "GPL-2.0 WITH Linux-syscall-note OR BSD-3-Clause"),
        ("LicenseRef-Foo-1.0", "LicenseRef-Foo-1.0"),
        ("GPL-2.0-or-later # the rest of the line", "GPL-2.0-or-later"),
        ("GPL-2.0 (see COPYING)", "GPL-2.0"),
        ("Zlib, see LICENSE", "Zlib"),
        ("EUPL 1.2", "EUPL-1.2"),
    ],
)
def test_a_tag_gives_its_whole_expression(written: str, expected: str) -> None:
    text = f"// {_TAG}{written}\n"
    (found,) = find_tags(text)
    assert (found.expression, found.kind) == (expected, Kind.TAG)
    assert text[found.start :].startswith(_TAG)
    assert written.startswith(text[found.start + len(_TAG) : found.end])


@pytest.mark.parametrize(
    "written",
    [
        "",
        "NONE",
        "NOASSERTION",
        "foo",
        "MIT/Apache-2.0",
        "MIT and some other text",
        "MIT OR",
        "GPL-2.0 OR (MIT",
        "<id>",
    ],
)
def test_what_is_no_expression_is_no_tag(written: str) -> None:
    assert find_tags(f"# {_TAG}{written}\n") == ()


def test_all_tags_of_a_file_in_its_order() -> None:
    text = f"/* {_TAG}MIT */\n/* {_TAG}EUPL-1.2 */\n"
    assert [found.expression for found in find_tags(text)] == ["MIT", "EUPL-1.2"]


def test_tags_of_snippets_and_ignored_blocks_are_left_out() -> None:
    text = (
        f"# {_TAG}EUPL-1.2\n"
        f"# SPDX-SnippetBegin\n# {_TAG}MIT\n# SPDX-SnippetEnd\n"
        f"# {_IGNORE}\n# {_TAG}ISC\n# {_END}\n"
        f"# {_TAG}Zlib\n"
        f"# {_IGNORE}\n# {_TAG}0BSD\n"
    )
    assert [found.expression for found in find_tags(text)] == ["EUPL-1.2", "Zlib"]


def test_an_end_without_a_beginning_leaves_nothing_out() -> None:
    text = f"# SPDX-SnippetEnd\n# {_END}\n# {_TAG}MIT\n"
    assert [found.expression for found in find_tags(text)] == ["MIT"]


def test_tags_survive_the_masking_of_comments_and_markup() -> None:
    text = f"<!-- {_TAG}CC-BY-4.0 -->\n<p>x</p>\n; {_TAG}MIT\n"
    assert [found.expression for found in find_tags(plain(text))] == ["CC-BY-4.0", "MIT"]


@pytest.mark.parametrize(
    "text",
    [
        f"{_TAG}MIT\n" * 100_000,
        f"{_TAG}{'(' * 300_000}",
        f"{_TAG}{'MIT OR ' * 50_000}MIT",
        "SPDX-License-Identifier:" * 100_000,
        "SPDX-License-Identifier" + " " * 300_000,
        f"{_IGNORE} " * 50_000 + f"{_TAG}MIT",
    ],
)
def test_tags_are_capped(text: str) -> None:
    assert len(find_tags(text)) <= 1_000


# REUSE-IgnoreEnd
