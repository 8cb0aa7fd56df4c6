# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files like publiccode.yml with the oddities of the wild, for property tests."""

from __future__ import annotations

import codecs

from hypothesis import strategies as st

_LONG = (
    "Ein Text, der lang genug ist, damit er als ausführliche Beschreibung gelten kann: was die Software tut, für wen "
    "sie da ist, und was man zu ihrem Betrieb sonst noch braucht."
)
_TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=24
)
_PLAIN = st.from_regex(r"[A-Za-z][A-Za-z0-9 _-]{0,12}[a-z0-9]", fullmatch=True)
_QUOTED = _TEXT.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
_SINGLE = _TEXT.map(lambda text: "'" + text.replace("'", "''") + "'")
_VALUE = st.one_of(_PLAIN, _QUOTED, _SINGLE, st.sampled_from(["~", "null", "", "0.4", "yes", "2021-3-4", "[]", "{}"]))

_SECTIONS: tuple[tuple[str, ...], ...] = (
    (
        'publiccodeYmlVersion: "0.2"',
        "publiccodeYmlVersion: 0.4",
        "publiccode-yaml-version: '0.1'",
        "PubliccodeYmlVersion: 9",
        "publiccodeYmlVersion: !!str 0.3",
    ),
    (
        "name: {value}",
        "Name: {value}",
        "name: &n {value}\nalias: *n",
        "name: {value}\nname: {value}",
        "? name\n: {value}",
    ),
    (
        "url: https://git.stadt.example/x.git",
        "url: ' https://git.stadt.example/x '",
        "url: git.stadt.example",
        "URL: {value}",
    ),
    ("landingUrl: https://x.example", "landingURL: {value}", ""),
    (
        "platforms: web",
        "platforms: [web]",
        "platforms:\n- web\n- {value}",
        "platforms: web, linux  # beide",
        "platforms: >\n  web",
    ),
    ("categories: [{value}]", "tags:\n  - Help-Desk", "categories: it-development", ""),
    ("developmentStatus: Stable", "developmentStatus: {value}", "developmentStatus: beta"),
    ("softwareType: standalone", "softwareType: standalone/Web", "softwareType: {value}"),
    (
        "releaseDate: 2021/3/4",
        'releaseDate: "2021-03-04T10:00:00Z"',
        "releaseDate: {value}",
        "releaseDate: 4.3.2021",
        "",
    ),
    (
        "monochromeLogo: img/a.svg",
        "logo: a.svg\nmonochromeLogo: b.svg",
        "inputTypes: [text/csv]\noutputTypes:\n  - {value}",
        "inputTypes:\n    # dazu\n    - a/b\n\n    - c/d",
        "",
    ),
    (
        "intendedAudience:\n  countries: [de, 'at']\n  scope: {value}",
        "intendedaudience:\n    onlyFor:\n        - Tourism",
        "",
    ),
    (
        "description:\n  de:\n    genericName: {value}\n    shortDescription: {value}\n    longDescription: >\n      "
        + _LONG
        + "\n    features: {value}",
        "description:\n    deu:\n        shortDescription: |\n            {plain}\n            # {plain}\n"
        "        features: |\n            - {plain}\n            - {plain}",
        "description:\n  en_GB:\n    longdescription: {value}\n    features:\n    - {plain}: {plain}\n"
        "  en:\n    features: {value}",
        "description: {{it: {{shortDescription: {value}, genericName: {value}}}}}",
    ),
    (
        "legal:\n  licence: EUPL 1.2",
        "legal:\n  license: Apache License, Version 2.0\n  repoOwner: {value}",
        "legal: {{license: mit}}",
        "legal:\n    license: {value}\n    authorsFile: A  # {plain}\n    repoOwner: 'Stadt'",
    ),
    (
        "maintenance:\n  type: Internal\n  contacts:\n    name: {value}",
        "maintenance: {value}",
        "maintenance:\n  type: contract\n  contractors:\n  - name: {value}\n    until: 31.12.2030",
    ),
    (
        "localisation:\n  localisationReady: yes\n  availableLanguages: ita",
        "localisation: {{localisationReady: 'true'}}",
        "localisation:\n  localisationready: {value}\n  availableLanguages:\n    - {value}\n    - en_US",
    ),
    (
        "it:\n  conforme:\n    gdpr: yes\n  riuso:\n    codiceIPA: c_h501",
        "IT:\n    riuso:\n        codiceIPA: {plain}\n    piattaforme: {{spid: Yes}}",
        "it: {value}\nIT:\n  riuso: {{codiceIPA: abc}}",
        "organisation:\n  uri: urn:x-italian-pa:abc\nit:\n  riuso:\n    codiceIPA: abc",
        "",
    ),
    ("x-own: {value}", "Colour: {value}", "", "", "\tname: tab", "---\nother: document", "<<<<<<< HEAD"),
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Sections in any order and spelling, comments and blank lines between them, any encoding of the day."""
    sections = []
    for choices in draw(st.permutations(_SECTIONS)):
        written = draw(st.sampled_from(choices))
        if written:
            filled = written.format(value=draw(_VALUE), plain=draw(_PLAIN)) if "{" in written else written
            sections.append(draw(st.sampled_from(["", "\n", "# dazu\n", "\n  # eingerückt: ja\n\n"])) + filled)
    text = "\n".join(sections) + draw(st.sampled_from(["", "\n", "\n\n", "  # Ende\n"]))
    if draw(st.integers(0, 9)) == 0:
        text = text.replace("    ", "\t")
    line_end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    mark = draw(st.sampled_from([b"", b"", codecs.BOM_UTF8]))
    return mark + text.replace("\n", line_end).encode(draw(st.sampled_from(["utf-8", "utf-8", "cp1252"])), "replace")
