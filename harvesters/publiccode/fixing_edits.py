# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few ways in which a place in a YAML text is changed: rename, rewrite, wrap as a list, put aside as a comment.

Each gives edits, or None where the place is written in a way that this cannot be done surely (anchors, flow style).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from harvesters.publiccode.fixing_tree import Edit, Spot, Tree, quoted, written
from harvesters.readers.texts import one_line

PREFIX: Final = "# Allmende: "
"""What every comment of ours starts with."""
NOTES: Mapping[str, Mapping[str, str]] = {
    "dropped": {
        "de": "Der Standard braucht diese Angabe nicht mehr. Hier stand:",
        "en": "The standard no longer needs this entry. It said:",
    },
    "moved": {"de": "Steht jetzt unter {to}. Hier stand:", "en": "Is now found at {to}. It said:"},
    "twice": {"de": "Stand schon weiter oben. Hier stand:", "en": "Is found above already. It said:"},
    "was": {"de": "Hier stand: {value}", "en": "It said: {value}"},
}
_LONGEST_QUOTE = 300
_DEEPEST_INDENT = 8
_PROPERTY = frozenset("&!*")
_PROPERTIES = re.compile(
    r"(?:(?P<tag>!!(?:str|int|float|bool|null|timestamp)|!)[ ]+|&(?P<anchor>[^\s,\[\]{}]+)[ ]+){1,2}(?=\S)"
)
_COMMA = re.compile(r"[ ]*,[ ]*")
_COMMA_BEFORE = re.compile(r",\s*\Z")
_MOST_SPACE = 80
_COLON = re.compile(r"\s*:")
_BULLET = re.compile(r"[-*•]\s+(\S.*)")


def rename(tree: Tree, spot: Spot, name: str) -> list[Edit] | None:
    """Another name for a key, unless a neighbour has it already."""
    parent = spot.parent
    if parent is None or parent.kind != "mapping" or parent.child(name) is not None:
        return None
    old = tree.text[spot.key_start : spot.key_end]
    if not old or old[0] in _PROPERTY or "\n" in old:
        return None
    style = old[0] if old[0] in "\"'" else None
    return [Edit(spot.key_start, spot.key_end, written(name, style))]


def rewrite(
    tree: Tree, spot: Spot, value: str, lang: str, *, bare: bool = False, keep: bool = False
) -> list[Edit] | None:
    """Another value for a scalar, in its quotes; ``keep`` puts the old one into a comment above."""
    start = _value_start(tree, spot)
    if spot.kind != "scalar" or start is None or start == spot.end:
        return None
    new = value if bare else written(value, spot.style)
    edits = [Edit(start, spot.end, new)]
    if keep:
        old = one_line(spot.value)[:_LONGEST_QUOTE]
        edits.append(comment(tree, spot, note("was", lang, value=old)))
    return edits


def _value_start(tree: Tree, spot: Spot) -> int | None:
    """Where a scalar begins behind an anchor that nobody refers to; a tag of YAML's own goes with the value.

    None where there are other properties: they may mean something.
    """
    if tree.text[spot.start : spot.start + 1] not in _PROPERTY:
        return spot.start
    found = _PROPERTIES.match(tree.text, spot.start, spot.end)
    if found is None or found["anchor"] is None:
        return spot.start if found and found["tag"] else None
    used = re.search(rf"\*{re.escape(found['anchor'])}(?![^\s,\]}}])", tree.text)
    return None if used else spot.start


def comment(tree: Tree, spot: Spot, text: str) -> Edit:
    """A line of our own above a place."""
    at, indent = tree.above(spot)
    return Edit(at, at, f"{indent}{text}\n")


def note(name: str, lang: str, **params: str) -> str:
    return PREFIX + NOTES[name][lang].format(**params)


def put_aside(tree: Tree, spot: Spot, text: str) -> list[Edit] | None:
    """An entry as comment lines under a line that says why; with a section that would be left empty."""
    found = _removable(tree, spot)
    if found is None:
        return _put_aside_in_flow(tree, spot, text)
    spot, indent = found
    start, end = tree.line_start(spot.key_start), tree.after(spot)
    lines = tree.text[start:end].removesuffix("\n").split("\n")
    kept = [f"{indent}# {line.removeprefix(indent)}".rstrip() for line in lines]
    last = "\n" if tree.text[end - 1 : end] == "\n" else ""
    return [Edit(start, end, "\n".join([indent + text, *kept]) + last)]


def remove(tree: Tree, spot: Spot, text: str) -> list[Edit] | None:
    """Take away an entry that stands elsewhere now; put aside where there is more than the value, a comment say."""
    found = _removable(tree, spot)
    if found is None:
        return put_aside(tree, spot, text)
    upper, _ = found
    start, end = tree.line_start(upper.key_start), tree.after(upper)
    if "#" in tree.text[start:end] or spot.kind != "scalar" or spot.style in ("|", ">"):
        return put_aside(tree, spot, text)
    return [Edit(start, end, "")]


def _put_aside_in_flow(tree: Tree, spot: Spot, text: str) -> list[Edit] | None:
    """An entry out of braces, with one comma next to it; the comment stands above the line where the braces begin."""
    spot = _whole(spot)
    parent = spot.parent
    if parent is None or not parent.is_flow or parent.kind != "mapping" or len(parent.children) == 1:
        return None
    start, end = spot.key_start, spot.end
    source = tree.text[start:end]
    after, before = _COMMA.match(tree.text, end), _COMMA_BEFORE.search(tree.text, max(0, start - _MOST_SPACE), start)
    if spot.kind == "alias" or "\n" in source or "#" in source or not (after or before):
        return None
    if after:
        end = after.end()
    elif before:
        start = before.start()
    at, indent = tree.above(spot)
    return [Edit(at, at, f"{indent}{text}\n{indent}# {source}\n"), Edit(start, end, "")]


def _removable(tree: Tree, spot: Spot) -> tuple[Spot, str] | None:
    """The entry itself or the section of which it is the only one, with its indentation."""
    spot = _whole(spot)
    indent = tree.indent(spot)
    if indent is None or spot.in_flow or spot.parent is None or len(spot.parent.children) == 1:
        return None
    return spot, indent


def _whole(spot: Spot) -> Spot:
    """The entry, or the sections around it that have nothing else."""
    while spot.parent and spot.parent.parent and len(spot.parent.children) == 1 and spot.parent.kind == "mapping":
        spot = spot.parent
    return spot


def indent_unit(tree: Tree) -> str:
    """How far this file indents its sections."""
    sections = (spot.children[0] for spot in tree.root.children if spot.kind == "mapping" and spot.children)
    found = (tree.indent(first) for first in sections if not first.in_flow)
    outer = tree.indent(tree.root.children[0]) if tree.root.children else ""
    deeper = (indent.removeprefix(outer or "") for indent in found if indent)
    return next((unit for unit in deeper if 1 < len(unit) <= _DEEPEST_INDENT), "  ")


def as_list(tree: Tree, spot: Spot, *, split: bool) -> list[Edit] | None:
    """One text as a list of it; ``split``: of its parts where commas or bullets divide them."""
    if spot.kind != "scalar" or not spot.value.strip() or tree.text[spot.start] in _PROPERTY:
        return None
    parts = _parts(spot, split)
    if spot.in_flow:
        inner = (
            ", ".join(written(part, spot.style) for part in parts)
            if len(parts) > 1
            else tree.text[spot.start : spot.end]
        )
        return [Edit(spot.start, spot.end, f"[{inner}]")]
    colon = _COLON.match(tree.text, spot.key_end)
    indent = tree.indent(spot)
    if colon is None or indent is None:
        return None
    on_next_line = "\n" in tree.text[colon.end() : spot.start]
    unit = indent_unit(tree)
    dash = " " * (spot.start - tree.line_start(spot.start)) if on_next_line else indent + unit
    if len(parts) > 1:
        items = f"\n{dash}".join(
            f"- {written(part, None if spot.style in ('|', '>') else spot.style)}" for part in parts
        )
    else:
        items = "- " + re.sub(r"\n(?=[^\n])", f"\n{unit}  ", tree.text[spot.start : spot.end])
    if on_next_line:
        return [Edit(spot.start, spot.end, items)]
    return [Edit(colon.end(), spot.end, f"\n{dash}{items}")]


def _parts(spot: Spot, split: bool) -> Sequence[str]:
    lines = [line.strip() for line in spot.value.strip().split("\n")]
    bullets = [_BULLET.fullmatch(line) for line in lines if line]
    if spot.style == "|" and all(bullets):
        return [found.group(1) for found in bullets if found]
    if split and spot.style == "|" and len(lines) > 1:
        return [part.strip() for line in lines for part in line.split(",") if part.strip()]
    if not split or len(lines) > 1:
        return [spot.value]
    return [part.strip() for part in spot.value.split(",") if part.strip()] or [spot.value]


def as_only_item(tree: Tree, spot: Spot) -> list[Edit] | None:
    """One mapping as a list of it: a dash before its first key, where the indentation has room for it."""
    if spot.kind != "mapping" or spot.in_flow or not spot.children:
        return None
    if spot.is_flow:
        return [Edit(spot.start, spot.start, "["), Edit(spot.end, spot.end, "]")]
    first, own, outer = spot.children[0], tree.indent(spot.children[0]), tree.indent(spot)
    if own is None or outer is None or len(own) - len(outer) < 2:
        return None
    return [Edit(first.key_start - 2, first.key_start, "- ")]


def as_sentence(tree: Tree, spot: Spot) -> list[Edit] | None:
    """An item "- Saves time: no forms" that YAML takes for a mapping, in quotes."""
    source = tree.text[spot.start : spot.end]
    only = spot.children[0] if spot.kind == "mapping" and len(spot.children) == 1 else None
    if only is None or only.kind != "scalar" or only.style or spot.is_flow or not isinstance(spot.name, int):
        return None
    if (
        "\n" in source
        or "#" in tree.text[spot.end : tree.line_end(spot.end)]
        or not only.value
        or source[0] in "\"'&!*?"
    ):
        return None
    return [Edit(spot.start, spot.end, quoted(source))]
