# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check of a publiccode.yml in normal mode: everything that is wrong with it in one pass, whatever else is wrong.

One engine over the rule tables of ``registry/vocabulary/publiccode``. Stricter than the reference parser where that is
blind (duplicate keys, template texts, phone numbers), milder where it drops a file over what can be read all the same.
"""

from __future__ import annotations

import re

from harvesters.publiccode.checked import Checked
from harvesters.publiccode.files import NO_FILES, Files
from harvesters.publiccode.findings import MOST_FINDINGS, Findings
from harvesters.publiccode.keys import children
from harvesters.publiccode.values import line_of
from harvesters.publiccode.walking import Walk
from harvesters.readers.texts import decode
from harvesters.readers.yamlmend import YamlFile, load
from harvesters.readers.yamlsafe import Node, YamlFault
from registry.vocabulary.publiccode import Key, Version, newest, table, version_of
from registry.vocabulary.rules import rules

__all__ = ["Checked", "check", "declared_version"]
MOST_BYTES = 2**20
_VERSION_KEY = "publiccodeYmlVersion"
_BOM = b"\xef\xbb\xbf"
_PART = re.compile(r"[.\[]")
_LEFT_OUT = frozenset({"section-skipped", "value-too-complex", "syntax"})
_MISSED = frozenset(
    f"publiccode-{name}"
    for name in ("key-missing", "required-if", "empty-list", "item-empty", "language-incomplete", "too-short")
)


def check(
    content: bytes, files: Files = NO_FILES, path: str = "publiccode.yml", *, most: int | None = MOST_FINDINGS
) -> Checked:
    """The ``most`` gravest findings of one file (None: all), by line and column; never raises for bad content.

    ``files`` tells of the files that the publiccode.yml names, ``path`` is the name the findings carry.
    """
    findings = Findings(path)
    loaded = _load(content, findings)
    root = loaded.root
    for fault in loaded.faults:
        params = {"line_number": str(fault.line), **fault.params}
        if "detail" in params:
            params["detail"] = _detail(params["detail"])
        findings.tell(f"publiccode-{fault.kind}", fault.line, fault.column, fault.path or None, None, **params)
    if root is None:
        return Checked(None, findings.sorted(most), None)
    if not isinstance(root.value, dict):
        findings.at_value("publiccode-not-a-mapping", root, "")
        return Checked(None, findings.sorted(most), root)
    node = children(root, table(newest())).get(_VERSION_KEY)
    version = _check_version(node, findings)
    used = version.rules if version else newest()
    Walk(findings, files, used).mapping(root, table(used), "")
    _forget_skipped(findings, loaded.faults)
    return Checked(line_of(node), findings.sorted(most), root)


def declared_version(content: bytes) -> str | None:
    """The version as a file declares it, quoted or not, whatever else is wrong; None where it names none."""
    root = _load(content, Findings("")).root
    return _version_of(root) if root is not None else None


def _version_of(root: Node) -> str | None:
    return line_of(children(root, table(newest())).get(_VERSION_KEY))


def rules_of(root: Node) -> Key:
    """The rule table that the version declared in a parsed file asks for."""
    version = version_of(_version_of(root))
    return table(version.rules if version else newest())


def _load(content: bytes, findings: Findings) -> YamlFile:
    if len(content) > MOST_BYTES:
        return YamlFile(None, [YamlFault("too-complex", 1)])
    decoded = decode(content)
    if decoded.guessed or decoded.encoding != "utf-8":
        findings.tell("publiccode-encoding", *_first_odd_byte(content, decoded.encoding), encoding=decoded.encoding)
    elif content.startswith(_BOM):
        findings.tell("publiccode-bom", 1, 1)
    if b"\r" in content and decoded.encoding == "utf-8":
        findings.tell("publiccode-crlf", *_place(content[: content.index(b"\r")]))
    return load(decoded.text)


def _detail(problem: str) -> str:
    """What the parser says; in quotes where nobody has put it in plain words."""
    return problem if problem in rules()["publiccode-syntax"].words["en"]["detail"] else f'"{problem}"'


def _first_odd_byte(content: bytes, encoding: str) -> tuple[int, int]:
    if encoding.startswith(("utf-16", "utf-32")):
        return 1, 1
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _place(content[: error.start])
    return 1, 1


def _place(before: bytes) -> tuple[int, int]:
    """Line and column after these bytes, which are UTF-8."""
    text = before.removeprefix(_BOM).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _check_version(node: Node | None, findings: Findings) -> Version | None:
    """What the file says its version is; None where it says nothing that is a version."""
    written = line_of(node)
    if node is None or written is None:
        return None
    version = version_of(written)
    rule = None
    if version is None:
        rule = "publiccode-version"
    elif version.refused:
        rule = "publiccode-version-refused"
    elif not version.known:
        rule = "publiccode-version-unknown"
    elif not version.newest:
        rule = "publiccode-version-old"
    if rule:
        findings.at_value(rule, node, _VERSION_KEY, value=written, newest=newest())
    if node.style and node.text != node.text.strip():
        findings.at_value("publiccode-blanks", node, _VERSION_KEY, name=_VERSION_KEY, value=written)
    if isinstance(node.value, (int, float)):
        findings.at_value("publiccode-version-unquoted", node, _VERSION_KEY, value=written)
    return version


def _forget_skipped(findings: Findings, faults: list[YamlFault]) -> None:
    """What a section that was left out would have said is not missing."""
    skipped = [_PART.split(fault.path) for fault in faults if fault.kind in _LEFT_OUT and fault.path]

    def was_skipped(key: str) -> bool:
        parts = _PART.split(key)
        return any(one[: len(parts)] == parts[: len(one)] for one in skipped)

    if skipped:
        findings.told = [one for one in findings.told if one.rule not in _MISSED or not was_skipped(one.key or "")]
