# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two states of one small official list, and what lies between: mergers, a new name, a reform of counties.

Ulm, Köln and Flensburg are real, with rounded figures; everything in the counties 07198 and 07199 is invented.
"""

from __future__ import annotations

from support.gv_lines import AS_OF, LATER, association, county, land, municipality, region

COMMON = (
    ("08421000", "0000", "Ulm, Universitätsstadt", 11868, 128000, "62"),
    ("05315000", "0000", "Köln, Stadt", 40500, 1085000, "61"),
    ("01001000", "0000", "Flensburg, Stadt", 5673, 92000, "61"),
)


def _frame(as_of: str) -> list[str]:
    return [
        land("01", "Schleswig-Holstein", as_of),
        county("01001", "Flensburg, Stadt", "41", as_of),
        land("05", "Nordrhein-Westfalen", as_of),
        region("053", "Reg.-Bez. Köln", as_of),
        county("05315", "Köln, Stadt", "41", as_of),
        land("07", "Rheinland-Pfalz", as_of),
        land("08", "Baden-Württemberg", as_of),
        county("08421", "Ulm, Universitätsstadt", "42", as_of),
        *(municipality(*one, as_of=as_of) for one in COMMON),
    ]


def _of(rows: list[tuple[str, str, str, int, int, str]], as_of: str) -> list[str]:
    return [municipality(*row, as_of=as_of) for row in rows]


def before() -> list[str]:
    return [
        *_frame(AS_OF),
        county("07198", "Musterkreis"),
        county("07199", "Beispielkreis"),
        association("07198", "5001", "Mustertal"),
        association("07198", "0001", "Musterstadt, Stadt", "50"),
        *_of(
            [
                ("07198001", "0001", "Musterstadt, Stadt", 5000, 21000, "63"),
                ("07198002", "5001", "Oberdorf", 700, 400, "64"),
                ("07198003", "5001", "Unterdorf", 900, 1200, "64"),
                ("07198004", "5001", "Neustadt am Bach", 1100, 2000, "64"),
                ("07198005", "5001", "Ödland, gemfr. Gebiet", 300, 0, "66"),
                ("07199001", "0001", "Altheim", 1500, 3000, "64"),
                ("07199002", "0002", "Bergheim", 800, 900, "64"),
                ("07199003", "0003", "Cronheim, Flecken", 600, 700, "64"),
                ("07199004", "0004", "Dornheim, Stadt", 2500, 8000, "63"),
                ("07199005", "0005", "Ehrenheim", 410, 350, "64"),
            ],
            AS_OF,
        ),
    ]


def after() -> list[str]:
    """Oberdorf went into Musterstadt; Bergheim and Cronheim are Bergcron; Altheim is called Altheim an der Muster; the
    county 07199 is 07200 and has all of its municipalities; nothing tells what Ehrenheim (split) became.
    """
    return [
        *_frame(LATER),
        county("07198", "Musterkreis", as_of=LATER),
        county("07200", "Beispielkreis", as_of=LATER),
        association("07198", "5001", "Mustertal", as_of=LATER),
        *_of(
            [
                ("07198001", "0001", "Musterstadt, Stadt", 5700, 21350, "63"),
                ("07198003", "5001", "Unterdorf", 900, 1210, "64"),
                ("07198004", "5001", "Neustadt am Bach", 1100, 1990, "64"),
                ("07200001", "0001", "Altheim", 1705, 3100, "64"),
                ("07200004", "0004", "Dornheim, Stadt", 2705, 8100, "63"),
                ("07200006", "0006", "Bergcron", 1401, 1590, "64"),
            ],
            LATER,
        ),
    ]


def renamed() -> list[str]:
    """As before, half a year later, but Unterdorf is called Schönblick now."""
    return [
        line.replace("Unterdorf            ", "Schönblick           ").replace(AS_OF, LATER, 1) for line in before()
    ]
