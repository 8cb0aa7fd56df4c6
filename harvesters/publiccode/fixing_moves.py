# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys that the standard gave up: what becomes of them in version 0.7, where that is certain.

Source: publiccode.yml 0.5 to 0.7, notes on deprecated keys; ``organisation`` follows on ``IT.riuso.codiceIPA`` and
``legal.repoOwner``, ``logo`` on ``monochromeLogo``, nothing on the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harvesters.publiccode.fixing_edits import indent_unit, note, put_aside, remove, rename
from harvesters.publiccode.fixing_tree import Edit, Spot, Tree, written
from harvesters.publiccode.fixing_values import boolean
from harvesters.readers.texts import words

Move = Callable[[Tree, Spot, str], list[Edit] | None]
ITALIAN_BODY = "urn:x-italian-pa:"
_ITALIAN_KEYS = frozenset(words("countryExtensionVersion conforme riuso piattaforme"))
_PLATFORMS = frozenset(words("spid cie anpr pagopa io"))
_CODE = re.compile(r"[A-Za-z0-9_-]{1,30}")


def drop(tree: Tree, spot: Spot, lang: str) -> list[Edit] | None:
    return put_aside(tree, spot, note("dropped", lang))


def monochrome_logo(tree: Tree, spot: Spot, lang: str) -> list[Edit] | None:
    """It becomes the logo where there is none."""
    logo = tree.root.child("logo")
    if logo is None and _text(spot):
        return rename(tree, spot, "logo")
    return put_aside(tree, spot, note("dropped", lang))


def italian_code(tree: Tree, spot: Spot, lang: str) -> list[Edit] | None:
    """The code of an Italian body becomes ``organisation.uri``, and the owner next to it the name."""
    code = _text(spot)
    if not _CODE.fullmatch(code):
        return drop(tree, spot, lang) if not code else None
    uri = ITALIAN_BODY + code
    organisation = tree.root.child("organisation")
    gone = remove(tree, spot, note("moved", lang, to="organisation.uri"))
    if gone is None:
        return None
    if organisation is None:
        return _new_organisation(tree, spot, lang, uri, gone)
    known = organisation.child("uri")
    if known is not None:
        return gone if _text(known).casefold() == uri.casefold() else None
    added = _inside(tree, organisation, f"uri: {written(uri)}")
    return [added, *gone] if added else None


def owner(tree: Tree, spot: Spot, lang: str) -> list[Edit] | None:
    """``legal.repoOwner`` becomes the name of the organisation whose URI stands there already."""
    organisation, name = tree.root.child("organisation"), _text(spot)
    if organisation is None or not name:
        return drop(tree, spot, lang) if not name else None
    gone = remove(tree, spot, note("moved", lang, to="organisation.name"))
    known = organisation.child("name")
    if gone is None or (known is not None and _text(known) not in ("", name)):
        return None
    if known is not None and _text(known) == name:
        return gone
    if known is not None or organisation.child("uri") is None:
        return None
    added = _inside(tree, organisation, f"name: {_as_written(tree, spot, name)}")
    return [added, *gone] if added else None


def italian_section(tree: Tree, spot: Spot, lang: str) -> list[Edit] | None:
    """The platforms that are used become ``supports``; the section goes once nothing else in it has a place."""
    if sum(str(one.name).upper() == "IT" for one in tree.root.children) > 1 or spot.parent is not tree.root:
        return None
    if spot.kind != "mapping":
        return drop(tree, spot, lang) if spot.kind == "scalar" and not _text(spot) else None
    riuso = spot.child("riuso")
    if any(str(one.name) not in _ITALIAN_KEYS for one in spot.children) or (riuso and not _says_nothing(riuso)):
        return None
    platforms = spot.child("piattaforme")
    used = _used(platforms) if platforms else []
    if used is None:
        return None
    added = _supports(tree, spot, [f"alias:{name}" for name in used])
    text = note("moved", lang, to="supports") if used else note("dropped", lang)
    gone = put_aside(tree, spot, text)
    return None if added is None or gone is None else [*added, *gone]


def _says_nothing(spot: Spot) -> bool:
    return all(not one.children and one.kind != "alias" and not _text(one) for one in spot.walk() if not one.children)


def _used(platforms: Spot) -> list[str] | None:
    """The platforms that are certainly used; None where an entry is neither yes nor no nor empty."""
    if platforms.kind != "mapping":
        return [] if platforms.kind == "scalar" and not _text(platforms) else None
    used = []
    for one in platforms.children:
        said = boolean(one.value) if one.kind == "scalar" else None
        if str(one.name) not in _PLATFORMS or (said is None and (one.kind != "scalar" or _text(one))):
            return None
        if said and said.value == "true":
            used.append(str(one.name))
    return list(dict.fromkeys(used))


def _supports(tree: Tree, spot: Spot, aliases: list[str]) -> list[Edit] | None:
    """Items for ``supports``, a new list in the place of ``spot`` where there is none; None where they do not fit."""
    known = tree.root.child("supports")
    if known is None:
        indent = tree.indent(spot)
        if indent is None:
            return None
        lines = [f"{indent}supports:", *(f"{indent}{indent_unit(tree)}- id: {alias}" for alias in aliases)]
        at = tree.line_start(spot.key_start)
        return [Edit(at, at, "\n".join(lines) + "\n")] if aliases else []
    there = {_text(part).casefold() for item in known.children for part in item.children if part.name == "id"}
    missing = [alias for alias in aliases if alias not in there]
    if not missing:
        return []
    last = known.children[-1] if known.children else None
    if known.kind != "sequence" or known.is_flow or last is None or last.kind != "mapping" or last.is_flow:
        return None
    start = tree.line_start(last.key_start)
    before, end = tree.text[start : last.key_start], tree.after(last)
    if before.strip(" ") != "-" or tree.text[end - 1 : end] != "\n":
        return None
    return [Edit(end, end, "".join(f"{before}id: {alias}\n" for alias in missing))]


def _new_organisation(tree: Tree, spot: Spot, lang: str, uri: str, gone: list[Edit]) -> list[Edit] | None:
    legal = tree.root.child("legal")
    target = legal or spot
    while target.parent and target.parent is not tree.root:
        target = target.parent
    indent = tree.indent(target)
    if indent is None or target.in_flow:
        return None
    inner = indent + indent_unit(tree)
    lines = [f"{indent}organisation:", f"{inner}uri: {written(uri)}"]
    edits = list(gone)
    holder = legal.child("repoOwner") if legal else None
    name = _text(holder) if holder else ""
    moved = remove(tree, holder, note("moved", lang, to="organisation.name")) if holder and name else None
    if holder and moved and holder.style not in ("|", ">"):
        lines.append(f"{inner}name: {_as_written(tree, holder, name)}")
        edits += moved
    at = _above_comments(tree, tree.line_start(target.key_start))
    spaced = at == 0 or tree.text[:at].endswith("\n\n")
    return [Edit(at, at, "\n".join(lines) + ("\n\n" if spaced else "\n")), *edits]


def _inside(tree: Tree, mapping: Spot, line: str) -> Edit | None:
    """A line as the first of a block mapping."""
    first = mapping.children[0] if mapping.children else None
    indent = tree.indent(first) if first else None
    if mapping.kind != "mapping" or mapping.is_flow or first is None or indent is None:
        return None
    at = tree.line_start(first.key_start)
    return Edit(at, at, f"{indent}{line}\n")


def _above_comments(tree: Tree, at: int) -> int:
    """Comments right above an entry belong to it."""
    while at > 0:
        before = tree.line_start(at - 1)
        if not tree.text[before:at].lstrip(" ").startswith("#"):
            break
        at = before
    return at


def _as_written(tree: Tree, spot: Spot, value: str) -> str:
    source = tree.text[spot.start : spot.end]
    return source if source[:1] in "\"'" and "\n" not in source else written(value)


def _text(spot: Spot) -> str:
    value = spot.value.strip() if spot.kind == "scalar" else ""
    return "" if spot.style is None and value in ("~", "null", "Null", "NULL") else value


MOVES: Mapping[str, Move] = {
    "monochromeLogo": monochrome_logo,
    "inputTypes": drop,
    "outputTypes": drop,
    "genericName": drop,
    "freeTags": drop,
    "codiceIPA": italian_code,
    "repoOwner": owner,
    "authorsFile": drop,
    "conforme": drop,
    "IT": italian_section,
}
"""By the last key that a finding on the path names; inside ``conforme`` all goes with it."""
