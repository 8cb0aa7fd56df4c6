# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Phone numbers are taken out of every free text, and figures that are none stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers.reading import read_snapshot
from harvesters.readers.texts import is_mail_like, without_contacts
from registry.model import Field, RepositoryReading, Solution
from registry.resolve import resolve
from registry.vocabulary.phones import without_phones
from support.snapshots import snapshot
from support.solutions import URL, reading

NUMBERS = (
    "+49 30 99887766", "+49(0)221/123456", "+49 89 123456-78", "(+49) 221 123456", "+49.30.99887766", "+493099887766",
    "+39 02 1234567", "+33 1 02 03 04 05", "0049 221 123456", "0171 2345678", "0171/2345678", "030 / 99 88 77 66",
    "(0)30-99887766", "(0221) 123456", "089 / 123 456 78", "0221 12 34 56", "0221-123456-78", "0221/123456",
    "044 123 45 67", "01 02 03 04 05", "01712345678", "030\u201199887766", "+49\u00a030\u00a099887766",
    "+49&nbsp;30&nbsp;99887766",
)  # fmt: skip
FIGURES = (
    "seit 2019-2023, Version 1.2.3, Haushalt 2024/2025", "LeiKa 99050012345000", "10.5281/zenodo.1234567",
    "urn:de:fim:leika:leistung:99107001017000", "doi 10.1234/0301234567", "ISO 19115-1:2014", "ISO/IEC 27001",
    "EUPL-1.2", "DIN EN 301 549",
    "01/2024 - 12/2024", "01/12/2024", "2024-01-12", "01-02-2024", "01.02.2024", "09 - 12 / 14 - 17 Uhr",
    "AGS 05315000", "ARS 053150000000", "1.0.0+20240501", "1.0.0-0123456", "+52.520008, +13.404954", "Telefon 115",
    "Tel 24/7", "Fax 2019-2024", "https://x.example/0221/123456 und", "IBAN DE89 3704 0044 0532 0130 00",
    "PLZ 01067 - 01099", "01067 Dresden", "Port 8080, 0.0.0.0:8080", "C++ 12345678", "Smartphone 123456",
    "mobile 10.15.7",
    "20240501123456", "UTC+01:00", "10 000 000 Menschen", "ISBN 978-3-16-148410-0", "ISBN 0-306-40615-2",
    "2024-01-01T00:00:00+01:00", "192.168.0.1", "Mobil 2024-05-01", "EPSG:25832", "CVE-2021-44228", "0123456789ab",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("label", ["", "Tel. ", "Telefon: ", "mobil ", "Fax ", "tel:", "Phone number: "])
def test_numbers_are_taken_out_with_their_label(label: str, number: str) -> None:
    assert without_phones(f"Rufen Sie {label}{number} an.", "#") == "Rufen Sie # an."


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Tel.: 99887766, mobil 0171 2345678.", "#, #."),
        ("Fax: 12345-67 Durchwahl 123456", "# #"),
        ("Telefon **0221 123456**", "**#**"),
        ("<p>Tel. <strong>99887766</strong></p>", "<p><strong>#</strong></p>"),
        ("<td>Telefon</td><td>0221 12</td>", "<td></td><td>#</td>"),
        ("| Telefon | 0221 123456 |", "| |# |"),
    ],
)
def test_labels_make_short_numbers_known_and_markup_stays_whole(written: str, kept: str) -> None:
    assert without_phones(written, "#") == kept


@pytest.mark.parametrize("figures", FIGURES)
def test_other_figures_stay(figures: str) -> None:
    assert without_phones(f"Nach {figures} geht es weiter", "#") == f"Nach {figures} geht es weiter"
    assert without_contacts(f"Nach {figures} geht es weiter") == f"Nach {figures} geht es weiter"


@settings(deadline=None)
@given(
    st.sampled_from(NUMBERS), st.text(alphabet="abz,;: \n(", max_size=30), st.text(alphabet="abz,;:. \n)", max_size=30)
)
def test_no_number_survives_in_any_text(number: str, before: str, after: str) -> None:
    assert number not in without_phones(f"{before} {number} {after}", "#")


@settings(deadline=None)
@given(st.text(alphabet="0123 +()/-.Tel:&nbsp;<b>", max_size=200))
def test_any_text_is_done_twice_alike(text: str) -> None:
    once = without_phones(text, "[tel]")
    assert without_phones(once, "[tel]").count("<") == once.count("<")


@pytest.mark.parametrize(
    "piece",
    ["0", "01 ", "+", "+1", "tel", "tel.", "tel :", "00", "(0", "0 ", "tel <", "01-", "&nbsp;", "01&nbsp;", "+4 ",
     "Tel. 1", "0171 ", "https://"],
)  # fmt: skip
def test_repeated_pieces_end_soon(piece: str) -> None:
    # Would not come back within the suite's time limit if the search were not linear.
    without_phones(piece * 60_000, "")


@pytest.mark.parametrize(
    ("address", "mail"),
    [
        ("https://max@stadt.example/help", True),
        ("https://max:geheim@stadt.example/help", False),
        ("https://stadt.example/@max", False),
        ("https://oauth@git.example/stadt/app.git", False),
        ("https://stadt@dev.azure.example/stadt/app/_git/app", False),
        ("Siehe https://max@stadt.example/help", False),
    ],
)
def test_a_mail_address_taken_for_a_page(address: str, mail: bool) -> None:
    assert is_mail_like(address) is mail


PUBLICCODE = """
publiccodeYmlVersion: "0.4"
name: Melder
url: https://forge.example/stadt/melder
landingURL: https://stadt.example/kontakt?mail=max.muster@stadt.example&a=1
roadmap: https://max.muster@stadt.example/plan
isBasedOn: [https://max.muster@stadt.example/basis, https://forge.example/basis]
softwareVersion: 0171.2345678
usedBy: ["Stadt Ulm, Tel. 0171 2345678"]
categories: ["+49 30 99887766"]
description:
  de:
    shortDescription: Hilfe unter 0171/2345678
    longDescription: |
      Rufen Sie **+49 30 99887766** an, mobil 0171 2345678. [Plan](https://a.example/0171/2345678)
    features: ["+49 30 99887766 anrufen"]
    awards: ["Preis 2024, Tel. 0171-2345678"]
    documentation: https://wiki.example/a?x=max%40stadt.example
DE: {leika: ["99050012345000"]}
"""
CODEMETA = {
    "@context": "https://doi.org/10.5063/schema/codemeta-2.0",
    "name": "Melder",
    "softwareHelp": "https://max.muster@stadt.example/help",
    "keywords": ["0171 2345678", "Geodaten"],
}


@pytest.fixture(scope="module")
def solution() -> Solution:
    readme = "# Melder\n\n## Telefon 0171 2345678 wählen\n"
    files = {"publiccode.yml": PUBLICCODE, "codemeta.json": json.dumps(CODEMETA), "README.md": readme}
    taken = snapshot({name: text.encode() for name, text in files.items()}, url=URL)
    plain = reading()
    return resolve([RepositoryReading(plain.ref, plain.commit, plain.taken_at, read_snapshot(taken), plain.activity)])


def told(solution: Solution, field: Field) -> object:
    return [value.fact.value for value in solution.fields.get(field, ())]


def test_no_phone_number_reaches_the_catalogue(solution: Solution) -> None:
    kept = dict(solution.fields)
    del kept[Field.SOFTWARE_VERSION]
    shown = repr((kept, solution.problems)).replace("https://a.example/0171/2345678", "")
    assert not [number for number in ("99887766", "2345678") if number in shown]
    assert told(solution, Field.LONG_DESCRIPTION_HTML) == [
        "<p>Rufen Sie <strong>[tel]</strong> an, [tel]. "
        '<a href="https://a.example/0171/2345678" rel="nofollow ugc noopener noreferrer">Plan</a></p>'
    ]
    assert told(solution, Field.FEATURES) == [["[tel] anrufen"]]
    assert told(solution, Field.SOFTWARE_VERSION) == ["0171.2345678"]
    assert "99050012345000" in repr(told(solution, Field.PUBLIC_SERVICES))


def test_no_mail_address_stays_in_a_web_address(solution: Solution) -> None:
    assert told(solution, Field.LANDING_URL) == ["https://stadt.example/kontakt"]
    assert told(solution, Field.IS_BASED_ON) == [["https://forge.example/basis"]]
    assert told(solution, Field.ROADMAP_URL) == []
    assert told(solution, Field.DOCUMENTATION_URL) == ["https://wiki.example/a"]
    assert "muster" not in repr((solution.fields, solution.problems))
