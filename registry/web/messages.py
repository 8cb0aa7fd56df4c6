# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the message catalogues in line with templates and Python; English texts are the message ids.

``python -m registry.web.messages extract|compile|check``, which is what ``make messages`` calls.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from registry import resources
from registry.web.translation import DOMAIN, LANGUAGES, po_path, read

_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
_JINJA_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_HEADER = (
    "# SPDX-FileCopyrightText: 2026 The Allmende contributors\n# SPDX-License-Identifier: EUPL-1.2\n"
    "# Texts of the pages. The ids are the English texts; `make messages` keeps this file current."
)


def extracted() -> Catalog:
    """Every message that templates and Python of the web front end use."""
    found = Catalog(domain=DOMAIN, project="Allmende", charset="utf-8")
    web = Path(__file__).parent
    for folder, prefix, pattern, method in (
        (web, "registry/web", "**.py", "python"),
        (resources.templates(), "templates", "**.html", "jinja2"),
    ):
        rows = extract_from_dir(
            str(folder), [(pattern, method)], {pattern: _JINJA_OPTIONS if method == "jinja2" else {}}, _KEYWORDS
        )
        for name, _, message, _, context in sorted(rows, key=lambda row: (row[0], row[1])):
            found.add(message, locations=[(f"{prefix}/{Path(name).as_posix()}", 0)], context=context)
    return found


def extract() -> None:
    """Bring both .po files in line with the code: new messages empty (English: the id), unused ones dropped."""
    template = extracted()
    for language in LANGUAGES:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = read(language) if path.is_file() else Catalog(locale=language, domain=DOMAIN)
        fresh = Catalog(
            locale=language,
            domain=DOMAIN,
            header_comment=_HEADER,
            project="Allmende",
            version="1",
            msgid_bugs_address="",
            last_translator="The Allmende contributors",
            language_team=language,
            charset="utf-8",
            fuzzy=False,
        )
        fresh.creation_date = fresh.revision_date = known.creation_date if path.is_file() else fresh.creation_date
        for message in _messages(template):
            kept = known.get(message.id)
            text = kept.string if kept is not None and not kept.fuzzy else ""
            if language == "en" and not _filled(message.id, text):
                text = message.id
            fresh.add(message.id, text or None, locations=[(name, 0) for name, _ in message.locations])
        with path.open("wb") as file:
            write_po(file, fresh, width=110, include_lineno=False, sort_output=True)


def compile_catalogues() -> None:
    for language in LANGUAGES:
        with po_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def complaints() -> list[str]:
    """What is wrong with the catalogues, one line each; empty when all is well."""
    wanted = {message.id for message in _messages(extracted())}
    found: list[str] = []
    for language in LANGUAGES:
        catalog = read(language)
        present = {message.id for message in _messages(catalog)}
        found += [f"{language}: missing: {identity!r}" for identity in wanted - present]
        found += [f"{language}: not used any more: {identity!r}" for identity in present - wanted]
        found += [f"{language}: obsolete: {identity!r}" for identity in catalog.obsolete]
        for message in _messages(catalog):
            if message.fuzzy:
                found.append(f"{language}: fuzzy: {message.id!r}")
            if not _filled(message.id, message.string):
                found.append(f"{language}: not translated: {message.id!r}")
            elif _placeholders(message.id) != _placeholders(message.string):
                found.append(f"{language}: other placeholders than the original: {message.id!r}")
    return sorted(found)


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _parts(text: object) -> list[str]:
    return [str(part) for part in text] if isinstance(text, list | tuple) else [str(text or "")]


def _filled(identity: object, text: object) -> bool:
    parts = _parts(text)
    return all(parts) and (not isinstance(identity, list | tuple) or len(parts) >= 2)


def _placeholders(text: object) -> set[str]:
    return {name for part in _parts(text) for name in re.findall(r"%\((\w+)\)", part)}


def main(arguments: list[str]) -> int:
    """Exit code 0: fine; 1: complaints; 2: wrong usage."""
    if arguments == ["extract"]:
        extract()
    elif arguments == ["compile"]:
        compile_catalogues()
    elif arguments == ["check"]:
        problems = complaints()
        sys.stdout.write("".join(f"{line}\n" for line in problems))
        return 1 if problems else 0
    else:
        sys.stderr.write("usage: python -m registry.web.messages extract|compile|check\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
