# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rule tables of publiccode.yml by version, and pictures as the checks see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from harvesters.publiccode.checks import CHECKS, EASED
from harvesters.publiccode.forms import form, rule_at
from harvesters.publiccode.pictures import png_fault
from registry.vocabulary.publiccode import Key, newest, order, table, version_of, vocabulary
from support.pictures import chunk, png

ALL = [*vocabulary("versions")["released"], vocabulary("versions")["next"]]


def every(rule: Key) -> Iterator[Key]:
    yield rule
    for child in [*rule.children.values(), *([rule.item] if rule.item else [])]:
        yield from every(child)


@pytest.mark.parametrize("version", ALL)
def test_every_table_is_whole(version: str) -> None:
    keys = list(every(table(version)))
    assert {key.path for key in keys} >= set(vocabulary("keys"))
    for key in keys:
        assert {name for name, _ in key.checks} <= set(CHECKS)
        assert {name for name, _ in key.eased} <= {"required", *EASED}
        assert (key.item is None) == (key.type not in ("list", "languages")), key.path
        for said in (key.since, key.deprecated, key.removed):
            assert said is None or said in ALL
        for condition in (key.required_if, key.excluded_unless):
            assert condition is None or condition.key in table(version).children["maintenance"].children


@pytest.mark.parametrize(
    ("declared", "rules", "known", "refused"),
    [
        ("0", "0.7", True, False), ("0.2", "0.2", True, False), ("0.2.2", "0.2", True, False),
        ("0.7.0", "0.7", True, False), ("0.6", "0.6", True, True), ("0.1", "0.1", True, True), ("1", "1.0", True, True),
        ("1.0", "1.0", True, True), ("1.0.0", "1.0", True, True), ("0.8", "0.7", False, False),
        ("2", "0.7", False, False), (" 0.4 ", "0.4", True, False),
        ("http://w3id.org/publiccode/version/0.1", "0.1", True, True),
    ],
)  # fmt: skip
def test_what_a_declared_version_means(declared: str, rules: str, known: bool, refused: bool) -> None:
    version = version_of(declared)
    assert version is not None
    assert (version.rules, version.known, version.refused) == (rules, known, refused)


@pytest.mark.parametrize("declared", [None, "", "v1", "0.", "latest", "0.4beta", "٠.٤"])
def test_what_is_no_version(declared: str | None) -> None:
    assert version_of(declared) is None


def test_there_is_no_table_of_a_version_that_never_was() -> None:
    with pytest.raises(KeyError):
        table("0.8")


def test_versions_are_ordered_by_number() -> None:
    assert sorted(["0.10", "1.0", "0.2", "0"], key=order) == ["0", "0.2", "0.10", "1.0"]
    assert newest() == "0.7"


@pytest.mark.parametrize(
    ("path", "version", "eased"),
    [
        ("releaseDate", "0.3", ("required", True)), ("categories", "0.4", ("required", True)),
        ("description.*.genericName", "0.2", ("required", True)),
        ("description.*.longDescription", "0.2", ("min", 500)),
    ],
)  # fmt: skip
def test_what_only_old_versions_asked_for(path: str, version: str, eased: tuple[str, object]) -> None:
    def rule(of: str) -> Key:
        return next(key for key in every(table(of)) if key.path == path)

    assert eased in rule(version).eased
    assert rule(newest()).eased == ()


@pytest.mark.parametrize("rule", list(every(table(newest()))), ids=lambda rule: rule.path)
def test_the_form_in_a_hint_is_yaml_of_the_right_type(rule: Key) -> None:
    path = rule.path.replace("[]", "[0]").replace("*", "de")
    assert rule_at(path) == rule
    read = yaml.safe_load(form(path, rule.type, rule))
    value = read if not path else read[0] if path.endswith("]") else read[rule.name or "de"]
    types = {"text": str, "boolean": bool, "list": list, "mapping": dict, "languages": dict, "any": str}
    assert isinstance(value, types[rule.type])


@pytest.mark.parametrize(
    ("path", "expected", "right"),
    [
        ("localisation.localisationReady", "boolean", "localisationReady: true"),
        ("legal", "mapping", 'legal: {license: "…"}'),
        ("maintenance.contacts[2]", "mapping", '- {name: "…"}'),
        ("description[en-GB].features", "list", 'features: ["…", "…"]'),
        ("developmentStatus", "text", "developmentStatus: concept"),
        ("name", "list", 'name: ["…", "…"]'),
        ("nobody.knows", "boolean", "knows: true"),
        ("", "list", '["…", "…"]'),
    ],
)
def test_forms(path: str, expected: str, right: str) -> None:
    assert form(path, expected, rule_at(path)) == right


@pytest.mark.parametrize(
    "picture",
    [png(), png(colour=0, depth=1, width=9), png(colour=2, depth=16), png(colour=3, depth=2), png(colour=4),
     png(1, 1, interlace=1), png(width=3, height=2, interlace=1, pixels=bytes(28 + 40))],
)  # fmt: skip
def test_pictures_that_decode(picture: bytes) -> None:
    assert png_fault(picture) is None


def _spoilt() -> dict[str, bytes]:
    good = png()
    at = good.index(b"IDAT")
    return {
        "empty": b"", "text": b"<svg/>", "signature only": good[:8], "cut in a chunk": good[:40],
        "cut before the end": good[:-12], "checksum": good[:at + 6] + bytes([good[at + 6] ^ 1]) + good[at + 7:],
        "no header": good[:8] + chunk(b"IEND", b""), "depth": png(depth=8).replace(
            chunk(b"IHDR", good[16:29]), chunk(b"IHDR", good[16:24] + b"\x03" + good[25:29])),
        "no width": png(width=0), "huge": png(pixels=b"x", width=2**31 - 1, height=2**31 - 1),
        "few pixels": png(pixels=b"\0\0"), "no palette": png(colour=3).replace(chunk(b"PLTE", bytes(3)), b""),
        "no zlib": good[:33] + chunk(b"IDAT", b"nothing") + chunk(b"IEND", b""),
    }  # fmt: skip


@pytest.mark.parametrize("name", _spoilt())
def test_pictures_that_do_not(name: str) -> None:
    assert png_fault(_spoilt()[name])
