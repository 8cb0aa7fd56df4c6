# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reference mode: whether the Italian, Swiss and EU pipelines take a publiccode.yml, and what they say if not.

The same keys, lines and columns as publiccode-parser-go 5.4 reports for files of version 0.x with network checks off,
local files checked. Its quirks are kept on purpose: a maintainer compares the two. What it looks up in lists that are
not held here (oEmbed schemes, Italian public bodies) is told as a hint that it was not checked.
Source of the rules: ``parseStream`` and ``decode`` of its parser.go.
"""

from __future__ import annotations

from harvesters.publiccode import reference_extras, reference_rules
from harvesters.publiccode.checked import Checked
from harvesters.publiccode.files import NO_FILES, Files
from harvesters.publiccode.forms import expected
from harvesters.publiccode.reference_decode import Structural, decode
from harvesters.publiccode.reference_findings import Told
from harvesters.publiccode.reference_places import NOWHERE, key_at, place
from harvesters.publiccode.reference_syntax import SyntaxFault, fault_of, repeated_key
from harvesters.publiccode.reference_tables import tables
from harvesters.publiccode.reference_tree import Broken, Kind, RNode, TooComplex, Tree, grow, pairs_of
from registry.model import Severity

__all__ = ["check_reference"]
_VERSION = "publiccodeYmlVersion"
_MOST_BYTES = 2**20
_MARKS = ("---", "...")
_ERROR = Severity.ERROR


def check_reference(content: bytes, files: Files = NO_FILES, path: str = "publiccode.yml") -> Checked:
    """The reference parser's findings of one file, in its order; never raises for bad content.

    Line and column are 0 where the reference parser says 0:0. ``params["reference"]`` holds its own words.
    """
    told = Told(path)
    version = None
    try:
        tree = _tree(content, told)
        if tree is not None:
            told.root = tree.documents[0]
            version = _version(told.root, told)
            if version in tables().supported:
                _check(tree, files, told)
    except TooComplex:
        told.at((1, 1), _ERROR, "publiccode-too-complex", "", "exceeded max depth")
    return Checked(version, tuple(told.findings), None)


def _tree(content: bytes, told: Told) -> Tree | None:
    """The parsed file with its one document; None where a finding ended the check."""
    if len(content) > _MOST_BYTES:
        raise TooComplex
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        told.at(NOWHERE, _ERROR, "publiccode-encoding", "", "Invalid UTF-8", encoding="")
        return None
    try:
        tree = grow("" if _has_no_content(text) else text)
    except Broken as error:
        _tell_syntax(fault_of(text, error), told)
        return None
    repeated = repeated_key(tree)
    if repeated is not None:
        _tell_syntax(repeated, told)
        return None
    if not tree.documents or tree.documents[0] is None:
        told.at(NOWHERE, _ERROR, "publiccode-key-missing", _VERSION, f"{_VERSION} is a required field")
        return None
    if len(tree.documents) > 1:
        says = "multiple YAML documents in one file are not supported"
        told.at(NOWHERE, _ERROR, "publiccode-several-documents", "", says)
        return None
    return tree


def _has_no_content(text: str) -> bool:
    """Only blanks, tabs, comments and document marks, of which libyaml takes tabs and a leading "..." for errors."""
    if text.count("\n---") + text.startswith("---") > 1:
        return False
    return all(line.lstrip(" \t\r")[:1] in ("", "#") or line.rstrip(" \t\r") in _MARKS for line in text.split("\n"))


def _tell_syntax(fault: SyntaxFault, told: Told) -> None:
    if fault.several:
        told.at(NOWHERE, _ERROR, "publiccode-several-documents", "", fault.says)
    elif fault.repeated is None:
        told.at((fault.line, 1), _ERROR, "publiccode-syntax", "", fault.says, detail=fault.says)
    else:
        name, first = fault.repeated
        told.at((fault.line, 1), _ERROR, "publiccode-duplicate-key", "", fault.says, name=name, first=str(first))


def _version(root: RNode | None, told: Told) -> str | None:
    """The version as declared; a finding where that ends the check, a warning where it is an old one."""
    mapping = root if root is not None and root.kind is Kind.MAP else None
    node = next((value for name, _, value in pairs_of(mapping) if name == _VERSION), None) if mapping else None
    if node is None:
        told.at(NOWHERE, _ERROR, "publiccode-key-missing", _VERSION, f"{_VERSION} is a required field")
        return None
    if node.kind is not Kind.SCALAR or node.block or not isinstance(node.value, str):
        says = "wrong type for this field"
        where = place(root, _VERSION)
        told.at(where, _ERROR, "publiccode-version-unquoted", _VERSION, says, value=node.text, expected="text")
        return None
    version = node.value
    if version not in tables().supported:
        says = f"unsupported version: '{version}'. Supported versions: {', '.join(tables().supported)}"
        told.at(NOWHERE, _ERROR, "publiccode-version-refused", _VERSION, says, value=version)
    elif version not in tables().current:
        newest = tables().supported[-1]
        says = f"v{version} is not the latest version, use '0'. Parsing this file as v{newest}."
        told.warning("publiccode-version-old", _VERSION, says, value=version, newest=newest)
    return version


def _check(tree: Tree, files: Files, told: Told) -> None:
    decoded = decode(tree)
    if decoded.error is not None:
        _tell_structural(decoded.error, told)
    reference_rules.run(decoded.values, told)
    reference_extras.check(decoded.values, files, told)


def _tell_structural(error: Structural, told: Told) -> None:
    """The first type error, or an unknown key: told in column 1, with the key path found at its line."""
    if error.plain is not None:
        told.at(NOWHERE, _ERROR, "publiccode-reference-url", "", error.plain, detail=error.plain)
        return
    key = key_at(told.root, error.line)
    if error.unknown is not None:
        says = f'unknown field "{error.unknown}"'
        told.at((error.line, 1), _ERROR, "publiccode-unknown-key", key, says, name=error.unknown)
    else:
        says = "wrong type for this field"
        told.at((error.line, 1), _ERROR, "publiccode-wrong-type", key, says, **expected(error.expected, key))
