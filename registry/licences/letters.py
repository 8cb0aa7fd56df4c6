# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ready letters to maintainers whose licence is missing, unclear or contradicts itself, for command line and pages.

The texts are data: ``vocabulary/licences/letters.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from registry.model import LicenceConclusion, LicenceVerdict

_TABLE = Path(__file__).parent.parent / "vocabulary" / "licences" / "letters.toml"


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text; paragraphs of ``text`` are parted by an empty line and are one line each."""

    subject: str
    text: str


def letter(licence: LicenceConclusion, name: str, url: str, lang: str) -> Letter | None:
    """What to write to the maintainers of the repository ``name`` (at ``url``, "" where it has no address).

    ``lang`` is "de" or "en". None where there is nothing to ask for: the licence is clear or was meant to be closed.
    """
    texts = _table().get(licence.verdict.value, {}).get(lang)
    if texts is None or (licence.verdict is LicenceVerdict.CONFLICT and not licence.conflicts):
        return None
    found = ", ".join(dict.fromkeys(item.expression for item in licence.evidence if item.expression and not item.aside))
    values = {
        "name": name,
        "repository": f"{name} ({url})" if url else name,
        "found": licence.expression or found,
        "seen": texts.get(_seen(licence, found), "").format(found=found),
        **_first_conflict(licence),
    }
    return Letter(texts["subject"].format_map(values), texts["text"].strip().format_map(values))


def _seen(licence: LicenceConclusion, found: str) -> str:
    """Which sentence says what was found."""
    changed = any(item.changed for item in licence.evidence)
    return "seen" if found else "changed_seen" if changed else "nothing_seen"


def _first_conflict(licence: LicenceConclusion) -> dict[str, str]:
    if not licence.conflicts:
        return {}
    first = licence.conflicts[0]
    return {"declared": first.declared, "found": first.found, "path": first.origin.path or first.origin.repository}


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
