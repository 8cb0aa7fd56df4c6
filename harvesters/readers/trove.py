# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Trove classifiers and labelled addresses of Python packages, which pyproject.toml and setup.cfg share.

Source: https://pypi.org/classifiers; the well-known labels of addresses are those of the Python packaging guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harvesters.readers import declared_values as values
from harvesters.readers.declared import Declared, Row
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import Field

MOST = 200
_STATUS = {"1": "concept", "2": "development", "3": "development", "4": "beta", "5": "stable", "6": "stable"}
""" "7 - Inactive" does not say that the software is given up."""
_SHORT = re.compile(r"\s*\(([^()]{1,40})\)$")
_CLOSED = "Other/Proprietary License"
_LABELS: Mapping[str, str] = {
    **dict.fromkeys(("homepage", "home", "website"), "landing"),
    **dict.fromkeys(("source", "repository", "sourcecode", "github", "gitlab", "code", "sourcerepository"), "code"),
    **dict.fromkeys(("issues", "bugs", "issue", "tracker", "issuetracker", "bugtracker"), "issues"),
    **dict.fromkeys(("documentation", "docs"), "documentation"),
}
_ROWS: tuple[Row, ...] = (
    (Field.ISSUES_URL, values.web, "labelled.issues"),
    (Field.DOCUMENTATION_URL, values.web, "labelled.documentation"),
)


def addressed(file: Declared, pairs: Sequence[tuple[str, Node]]) -> None:
    """Labelled addresses by what they lead to, the first of each kind."""
    found: dict[str, Node] = {}
    for label, node in pairs[:MOST]:
        kind = _LABELS.get("".join(filter(str.isalnum, label.lower())))
        if kind:
            found.setdefault(kind, node)
    file.add("labelled", found)
    file.addresses("labelled.code", "labelled.landing")
    file.rows(_ROWS)


def classified(file: Declared, classifiers: Sequence[Node], licensed: bool) -> None:
    """What classifiers say for certain; the licence only where nothing else does ("GPL" leaves the version open)."""
    _status(file, [node for node in classifiers if node.text.startswith("Development Status ::")])
    declared = [fact.value for fact in file.collector.facts if fact.field is Field.DECLARED_LICENCE]
    if not licensed or (declared and not any(map(normalise, declared))):
        _licence(file, [node for node in classifiers if node.text.startswith("License ::")])


def _status(file: Declared, nodes: Sequence[Node]) -> None:
    """One status; of several none is certain."""
    if len(nodes) == 1:
        found = _STATUS.get(nodes[0].text.partition("::")[2].strip()[:1])
        if found:
            file.fact(Field.DEVELOPMENT_STATUS, found, nodes[0])


def _licence(file: Declared, nodes: Sequence[Node]) -> None:
    """A classifier that names one licence in one version; "BSD License" and the like name a family."""
    found = [(node, one) for node in nodes if (one := _licence_name(node))]
    if len(found) == 1:
        file.fact(Field.DECLARED_LICENCE, found[0][1], found[0][0])
    closed = next((node for node in nodes if node.text.rpartition("::")[2].strip() == _CLOSED), None)
    if closed and not found:
        file.problem("manifest-licence-unlicensed", closed, value=_CLOSED)
        if all(fact.field is not Field.DECLARED_LICENCE for fact in file.collector.facts):
            file.fact(Field.DECLARED_LICENCE, _CLOSED, closed)


def _licence_name(node: Node) -> str | None:
    written = (values.text(node) or "").rpartition("::")[2].strip()
    short = _SHORT.search(written)
    spellings = (written, _SHORT.sub("", written), short[1] if short else "")
    return next((one for one in spellings if normalise(one)), None)
