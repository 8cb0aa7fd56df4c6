# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""codemeta.json to facts: CodeMeta 1, 2 and 3, as plain or prefixed keys or as a graph.

Source of the terms: https://codemeta.github.io/terms/ and, for version 1, its crosswalk ("title", "licenseId", "tags").
Authors, maintainers and contributors are never read; of funders only what is an organisation.
"""

from __future__ import annotations

from harvesters.readers import codemeta_values as terms
from harvesters.readers import declared_values as values
from harvesters.readers import jsonsafe
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.linked import SOFTWARE, by_language, software, types
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "codemeta"
FILE = "codemeta.json"
_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "softwareVersion version"),
    # The release's own date is dateModified; datePublished is that of the first one.
    (Field.RELEASE_DATE, values.day, "dateModified datePublished"),
    (Field.KEYWORDS, values.keywords, "keywords tags controlledTerms"),
    (Field.CATEGORIES, terms.known_categories, "applicationCategory"),
    (Field.DEVELOPMENT_STATUS, terms.status, "developmentStatus"),
    (Field.ISSUES_URL, terms.web, "issueTracker"),
    (Field.DOCUMENTATION_URL, terms.web, "softwareHelp documentation"),
    (Field.PROGRAMMING_LANGUAGES, terms.texts, "programmingLanguage"),
    (Field.RUNTIMES, terms.platforms, "runtimePlatform"),
    (Field.RUNTIMES, terms.runtimes, "softwareRequirements depends"),
    (Field.IDENTIFIERS, terms.identifiers, "identifier @id"),
    (Field.FUNDED_BY, terms.funders, "funder"),
    (Field.APPLICATION_SUITE, terms.suite, "isPartOf"),
)


def read(snapshot: Snapshot) -> Reading:
    """Facts of a codemeta.json in the root."""
    return read_file(snapshot, NAME, FILE, jsonsafe.parse, _take, FactSource.CODEMETA)


def _take(file: Declared) -> None:
    _check(file)
    file.root = software(file.root)
    file.name("name title", read=terms.text)
    _descriptions(file)
    file.licence("license", read=terms.licence) or file.licence("licenseId", read=terms.licence)
    file.rows(_ROWS)
    file.addresses("codeRepository", "url", repository=terms.repository, web=terms.web)


def _check(file: Declared) -> None:
    """What other registries need to know the file for what it is (JSON-LD 1.1; CodeMeta's developer guide)."""
    found = types(software(file.root))
    if not set(found) & SOFTWARE:
        file.problem("codemeta-type", file.find("@type") or file.root, "@type", value=", ".join(found) or "–")
    if file.find("@context") is None:
        file.problem("codemeta-context", file.root, "@context")


def _descriptions(file: Declared) -> None:
    node = file.find("description") or file.find("abstract")
    said: set[str | None] = set()
    for lang, item in by_language(node) if node else ():
        written = values.text(item)
        if written and lang not in said:
            said.add(lang)
            file.short(written, item, lang)
