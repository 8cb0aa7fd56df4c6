# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Machine-readable descriptions of interfaces: OpenAPI and AsyncAPI, by what the file says and never by its name.

Source: the fixed fields ``openapi``, ``swagger`` and ``asyncapi`` of the root object of these specifications.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from harvesters.readers.collect import Collector
from harvesters.readers.filenames import chosen
from harvesters.readers.texts import clean, decode
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "specifications"
LONGEST = 512 * 2**10

_JSON = r"[{,]\s{0,40}\"(?:%s)"
_YAML = r"^[\"']?(?:%s)"
_VERSIONS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "openapi": (
        re.compile(_JSON % r"openapi\"\s{0,9}:\s{0,9}\"3\.|swagger\"\s{0,9}:\s{0,9}\"2\.0"),
        re.compile(_YAML % r"openapi[\"']?:[ \t]{1,20}[\"']?3\.|swagger[\"']?:[ \t]{1,20}[\"']?2\.0", re.MULTILINE),
    ),
    "asyncapi": (
        re.compile(_JSON % r"asyncapi\"\s{0,9}:\s{0,9}\"[23]\."),
        re.compile(_YAML % r"asyncapi[\"']?:[ \t]{1,20}[\"']?[23]\.", re.MULTILINE),
    ),
}
"""By the id of a kind its spellings in JSON, where other keys may come first, and in YAML."""


def read(snapshot: Snapshot) -> Reading:
    """The kinds of specification that the fetched files are, each with the first file that is one."""
    collector = Collector(snapshot, FactSource.TREE)
    found: dict[str, tuple[str, int]] = {}
    for kind in ("openapi", "openapi-inside", "asyncapi"):
        for path in chosen(kind, snapshot.files):
            text = clean(decode(snapshot.files[path][:LONGEST]).text)
            for name, (json, yaml) in _VERSIONS.items():
                if match := (json if path.lower().endswith(".json") else yaml).search(text):
                    found.setdefault(name, (path, text.count("\n", 0, match.end()) + 1))
    collector.each(Field.API_SPECIFICATIONS, [(kind, *found[kind]) for kind in sorted(found)])
    return collector.reading(NAME)
