# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Annotations of REUSE.toml and .reuse/dep5: which files they are about, and how far they speak for the software."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.licences import normalise

MOST_ANNOTATIONS = 1_000
MOST_PATHS = 200
"""Of one annotation."""
_LONGEST_PATH = 300
_CODE = (
    r"py|js|mjs|cjs|jsx|ts|tsx|vue|svelte|java|kt|kts|scala|groovy|go|rs|rb|php|c|h|cc|cpp|cxx|hpp|hh|cs|fs|vb|swift|m|"
    r"mm|dart|ex|exs|erl|hs|clj|pl|pm|r|jl|lua|sql|sh|elm|ml"
)
_FOLDER = (
    r"src|sources?|app|apps|backend|back-end|frontend|front-end|server|client|web|cmd|pkg|internal|packages|modules|core|"
    r"api|lib"
)
_I = re.IGNORECASE


@dataclass(frozen=True, slots=True)
class Annotation:
    """One statement on the files that match ``paths``; ``expression`` is None where it was not understood."""

    paths: tuple[str, ...]
    written: str
    expression: str | None
    line: int
    overrides: bool = False
    """It counts before what the files say themselves (REUSE.toml, ``precedence = "override"``)."""


@dataclass(frozen=True, slots=True)
class Globs:
    """How one of the two formats writes "everything" and "all of the source code"."""

    everything: frozenset[str]
    source: re.Pattern[str]


TOML = Globs(
    frozenset({"**", "**/*", "**/**", "**/*.*"}),
    # "*" stops at a slash there, "**" does not (REUSE 3.3, "REUSE.toml").
    re.compile(rf"(?:\./)?(?:(?:{_FOLDER})/\*\*(?:/?\*)?(?:\.(?:{_CODE}))?|\*\*(?:/\*)?\.(?:{_CODE}))", _I),
)
DEP5 = Globs(
    frozenset({"*", "**", "./*", "**/*", "*.*"}),
    # "*" matches slashes, too (Debian copyright format 1.0, "Files").
    re.compile(rf"(?:\./)?(?:(?:{_FOLDER})/\*{{1,2}}(?:/\*)?(?:\.(?:{_CODE}))?|\*{{1,2}}(?:/\*)?\.(?:{_CODE}))", _I),
)


def annotation(paths: Sequence[str], licences: Sequence[str], line: int, overrides: bool = False) -> Annotation | None:
    """An annotation of the licences that all apply to the files; None where it names no file or no licence."""
    kept = tuple(path for path in paths[:MOST_PATHS] if 0 < len(path) <= _LONGEST_PATH)
    said = [one for one in licences[:MOST_PATHS] if one.strip()]
    if not kept or not said:
        return None
    several = len(said) > 1
    written = " AND ".join(f"({one})" if several and " " in one else one for one in said)
    return Annotation(kept, written, normalise(written), line, overrides)


def leading(annotations: Sequence[Annotation], globs: Globs) -> Sequence[Annotation]:
    """Those that speak for the software: of everything the last one, for it counts, and those of the source code."""
    everything = [one for one in annotations if globs.everything.intersection(one.paths)]
    source = [one for one in annotations if any(map(globs.source.fullmatch, one.paths)) and one not in everything]
    return [*everything[-1:], *source]


def by_expression(annotations: Sequence[Annotation]) -> Mapping[str, Annotation]:
    """Understood expression -> the first annotation that has it."""
    found: dict[str, Annotation] = {}
    for one in annotations:
        if one.expression:
            found.setdefault(one.expression, one)
    return found
