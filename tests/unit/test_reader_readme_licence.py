# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licences that a README declares, and those that it only mentions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import readme_licence
from registry.model import FactSource, Field, Reading
from support.snapshots import facts, snapshot, values

BADGE = "![Licence](https://img.shields.io/badge/license-{}-blue.svg)"


def read(text: str, name: str = "README.md") -> Reading:
    return readme_licence.read(snapshot({name: text.encode()}))


@pytest.mark.parametrize(
    ("text", "expression", "line"),
    [
        ("# Melder\n\n## Lizenz\n\nEUPL-1.2\n", "EUPL-1.2", 5),
        ("# Melder\n\n## License\n\nMIT\n\n## Contact\n", "MIT", 5),
        ("# Melder\n\n## License: MIT\n\nSee LICENSE.\n", "MIT", 3),
        ("# Melder\n\n## 📄 License\n\nThis project is licensed under the MIT License.\n", "MIT", 5),
        ("# Melder\n\nLicence\n-------\n\nLicensed under the EUPL, Version 1.2.\n", "EUPL-1.2", 6),
        ("# Melder\n\n## Licenza\n\nQuesto software è rilasciato sotto licenza EUPL 1.2.\n", "EUPL-1.2", 5),
        ("# Melder\n\n## Lizenz\n\nDieses Projekt steht unter der [MIT-Lizenz](LICENSE).\n", "MIT", 5),
        ("# Melder\n\n## Licence\n\nCode: Apache License, Version 2.0\n\nDocumentation: CC-BY-4.0\n", "Apache-2.0", 5),
        ("# Melder\n\n## Licentie\n\n[EUPL v1.2](LICENSE.md)\n", "EUPL-1.2", 5),
        ("# Melder\n\n## License\n\nEUPL-1.2, see LICENSE.\n\njQuery is under the MIT License.\n", "EUPL-1.2", 5),
        ("# Melder\n\n## License\n\nThis app is licensed under the EUPL 1.2.\n\njQuery is under the MIT License.\n",
         "EUPL-1.2", 5),
        ("# Melder\n\nThis software is licensed under the Apache License 2.0.\n", "Apache-2.0", 3),
        ("# Melder\n\nMaengelmelder is licensed under the MIT License.\n", "MIT", 3),
        ("# Melder\n\nLicensed under the MIT License.\n", "MIT", 3),
        (f"# Melder\n\n{BADGE.format('EUPL--1.2')}\n", "EUPL-1.2", 3),
        (f"# Melder\n\n{BADGE.format('GPL%20v3')}\n", "GPL-3.0", 3),
        (
            "# Melder\n\n## License\n\nThis program is free software: you can redistribute it and/or modify it under "
            "the terms of the GNU Affero General Public License as published by the Free Software Foundation, either "
            "version 3 of the License, or (at your option) any later version.\n",
            "AGPL-3.0-or-later",
            5,
        ),
    ],
)  # fmt: skip
def test_declared(text: str, expression: str, line: int) -> None:
    (fact,) = facts(read(text), Field.DECLARED_LICENCE)
    assert (fact.value, fact.origin.line, fact.source) == (expression, line, FactSource.README)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Melder\n\nMeldet Schäden.\n",
        "# Melder\n\n## Lizenz\n\nSiehe LICENSE.\n",
        "# Melder\n\n## Third-party licenses\n\njQuery is licensed under the MIT License.\n",
        "# Melder\n\nIt uses jQuery, which is licensed under the MIT License.\n",
        "# Melder\n\nThe documentation is licensed under the MIT License.\n",
        "# Melder\n\nThe icons are licensed under the MIT License.\n",
        "# Melder\n\nDas Datenmodell folgt der MIT Lizenz von XY.\n",
        "# Melder\n\nWe compared MIT, Apache-2.0 and https://opensource.org/licenses/BSD-3-Clause.\n",
        "# Melder\n\n## License\n\nFront end: MIT\n\nBack end: EUPL-1.2\n",
        "# Melder\n\n## License\n\nTo be decided.\n",
        f"# Melder\n\n{BADGE.format('MIT')} {BADGE.format('Apache--2.0')}\n",
        "# Melder\n\n![](https://img.shields.io/github/license/stadt/melder)\n",
        "<!-- This project is licensed under the MIT License. -->\n# Melder\n",
    ],
)
def test_mentioned_only(text: str) -> None:
    assert values(read(text), Field.DECLARED_LICENCE) == []


def test_other_markups() -> None:
    rst = "Melder\n======\n\nLicense\n-------\n\nThis project is licensed under the MIT License.\n"
    assert values(read(rst, "README.rst"), Field.DECLARED_LICENCE) == ["MIT"]
    adoc = "= Melder\n\n== License\n\nThis project is licensed under the MIT License.\n"
    assert values(read(adoc, "README.adoc"), Field.DECLARED_LICENCE) == ["MIT"]


def test_the_best_readme_counts_and_a_section_before_a_badge() -> None:
    text = f"# Melder\n\n{BADGE.format('MIT')}\n\n## License\n\nEUPL-1.2\n"
    files = {"README.md": text.encode(), "docs/README.md": b"# Melder\n\n## License\n\nMIT\n"}
    assert values(readme_licence.read(snapshot(files)), Field.DECLARED_LICENCE) == ["EUPL-1.2"]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400))
def test_any_text_gives_a_reading(text: str) -> None:
    read(f"# Melder\n\n## License\n\n{text}")
    read(f"licensed under {text} badge/license-{text}-blue")
