# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which names are those of licence files, how sure they are, and which files of a tree count."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harvesters.readers.licence_names import Sureness, counting, reuse_id, sureness
from harvesters.readers.texts import words
from harvesters.readers.wanted import FOLDERS, LICENCE_FILES, SOUGHT_FOLDERS, sought, wanted
from registry.model import EntryKind
from support.snapshots import entry

OWN = words(
    """LICENSE license LICENCE LICENSE.txt LICENCE.md License.rst license.html LICENSE.adoc LICENSE.MD COPYING
COPYING3
COPYING.LESSER COPYING.LIB COPYING.txt UNLICENSE LIZENZ Lizenz.txt LIZENZTEXT.md LICENZA LICENZA.txt LICENCIA
LICENTIE LICENTIE.md LICENÇA LICENCJA LICENS LICENSE-MIT LICENSE-MIT.txt LICENSE_DE LICENSE_DE.txt LICENSE.de.md
LICENSE-APACHE.txt LICENSE-APACHE-2.0.txt LICENSE.GPL LICENSE.EUPL-1.2 LICENSE-2.0.txt LICENSE.v1.2.txt MIT-LICENSE
MIT-LICENSE.txt EUPL-LICENSE.md GPL_LICENSE.txt Apache_License_2.0.txt LICENSE.md.txt LICENSE-CODE SOFTWARE_LICENSE.txt
EUPL.txt eupl-1.2.md EUPL-1.2 gpl-3.0.txt GPL-3.txt GPLv3 mit.txt MIT agpl-3.0-or-later.txt BSD-3-Clause.txt CC0-1.0.txt
docs/LICENSE backend/LICENSE.txt legal/COPYING license/mit.txt licenses/LICENSE-MIT .github/LICENSE"""
)
SPACED = ("EUPL v1_2 IT-LICENSE.txt", "EUPL v1_2 EN-LICENSE.txt", "EUPL v1.2 DE.txt", "LICENSE (MIT).txt")
NONE = words(
    """license-header license-header.txt license-checker.config.json LICENSE.key license.lic license.py LICENSE.cs
license.go license.c license.cc license.h license.js license.json license.yml license.png license.pdf
license_template.txt licensing.py licensing LICENSE-3RD-PARTY.txt THIRD-PARTY-LICENSE.txt THIRD-PARTY-LICENSES
third_party_licenses.md NOTICE NOTICE.txt dependency-license.txt LICENSE.old license-report.html licence-scan.md
contributor-license.md CONTRIBUTORS copying.py unlicensed unlicensed.txt main.js.LICENSE.txt authors.txt glide intel.txt
vim.txt ruby.txt json.txt zlib.h PATENTS example-license.txt README.md
vendor/LICENSE vendors/mit/LICENSE node_modules/LICENSE third_party/LICENSE third-party/COPYING 3rdparty/LICENSE
lib/LICENSE external/COPYING licenses-of-dependencies/LICENSE fonts/LICENSE tests/LICENSE examples/LICENSE a/b/LICENSE
src/mit.txt docs/EUPL.txt src/COPYRIGHT .venv/LICENSE"""
)


@pytest.mark.parametrize("name", OWN + SPACED)
def test_names_of_licences(name: str) -> None:
    assert sureness(name) is Sureness.OWN


@pytest.mark.parametrize("name", NONE)
def test_names_of_what_is_none(name: str) -> None:
    assert sureness(name) is None


@pytest.mark.parametrize(
    ("name", "sure"),
    [
        ("ACME-LICENSE.txt", Sureness.LIKELY),
        ("stadt_lizenz.md", Sureness.LIKELY),
        ("COPYRIGHT", Sureness.LISTING),
        ("Copyrights.txt", Sureness.LISTING),
        ("licenses", Sureness.LISTING),
        ("licenses.md", Sureness.LISTING),
        ("LICENSE-docs", Sureness.ASSETS),
        ("LICENSE-fonts.txt", Sureness.ASSETS),
        ("icons-license.txt", Sureness.ASSETS),
    ],
)
def test_names_that_are_less_sure(name: str, sure: Sureness) -> None:
    assert sureness(name) is sure


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("LICENSES/MIT.txt", "MIT"),
        ("LICENSES/LicenseRef-Eigene.txt", "LicenseRef-Eigene"),
        ("LICENSES/Etalab-2.0.md", "etalab-2.0"),
        ("LICENSES/Classpath-exception-2.0.txt", "Classpath-exception-2.0"),
        ("LICENSES/GPL-3.0-or-later.txt", "GPL-3.0-or-later"),
        ("licenses/mit.txt", "MIT"),
        ("licenses/js_licenses.txt", None),
        ("licenses/spring-boot-licenses.txt", None),
        ("LICENSES/MIT.json", None),
        ("a/LICENSES/MIT.txt", None),
    ],
)
def test_reuse_names(path: str, identifier: str | None) -> None:
    assert reuse_id(path) == identifier


@pytest.mark.parametrize(
    ("paths", "files", "reuse"),
    [
        (["LICENSE", "docs/LICENSE", "licenses/MIT.txt"], ["LICENSE"], []),
        (["README.md", "docs/LICENSE", "licenses/MIT.txt"], ["docs/LICENSE"], ["licenses/MIT.txt"]),
        (["LICENSES/MIT.txt", "docs/LICENSE"], [], ["LICENSES/MIT.txt"]),
        (["LICENSE", "LICENSES/MIT.txt", "LICENSES/notes.txt"], ["LICENSE"], ["LICENSES/MIT.txt"]),
        (["ACME-LICENSE.txt", "COPYRIGHT"], ["ACME-LICENSE.txt", "COPYRIGHT"], []),
        (["COPYING", "ACME-LICENSE.txt", "COPYRIGHT", "LICENSE-docs"], ["COPYING", "COPYRIGHT", "LICENSE-docs"], []),
        (["COPYRIGHT", "app/LICENSE"], ["app/LICENSE", "COPYRIGHT"], []),
        (["vendor/LICENSE", "app/license.key", "tests/COPYING"], [], []),
        (["LICENSES/LicenseRef-a.txt", "LICENSES/Zend-2.0.txt", "LICENSES/Adobe-2006.txt"], [],
         ["LICENSES/Zend-2.0.txt", "LICENSES/Adobe-2006.txt", "LICENSES/LicenseRef-a.txt"]),
    ],
)  # fmt: skip
def test_what_counts(paths: Sequence[str], files: list[str], reuse: list[str]) -> None:
    found = counting(reversed(paths))
    assert (list(found.files), list(found.reuse)) == (files, reuse)


def test_folders_are_looked_through_only_where_the_root_has_no_licence() -> None:
    folders = [entry(name, EntryKind.TREE) for name in ("app", "docs", "vendor", "license", ".idea", "node_modules")]
    assert [one.path for one in sought(folders)] == ["license", "app"]
    assert [one.path for one in sought([*folders, entry("COPYRIGHT"), entry("LICENSE", EntryKind.SYMLINK)])] != []
    assert not sought([*folders, entry("LICENSE")])
    assert not sought([entry("src/LICENSE"), entry("src", EntryKind.TREE)])
    assert "src" in FOLDERS
    many = [entry(f"part{number}", EntryKind.TREE) for number in range(5_000)]
    assert len(sought(many)) == SOUGHT_FOLDERS


def test_files_of_reuse_and_their_sidecars_are_fetched() -> None:
    names = ["README.md", "README.md.license", "package.json", "package.json.license", "logo.svg.license", "REUSE.toml",
             ".reuse/dep5", "app/REUSE.toml"]  # fmt: skip
    found = {one.path for one in wanted([entry(name) for name in names])}
    assert found == set(names) - {"logo.svg.license", "app/REUSE.toml"}


def test_ten_thousand_names_are_no_burden() -> None:
    names = [f"LICENSES/{number}-{'a-' * 35}b.txt" for number in range(10_000)]
    names += [f"{number}{'-mit' * 40}-x" for number in range(5_000)]
    names += [f"LICENSE{'-a' * 20}-{number}" for number in range(5_000)]
    assert len(wanted([entry(name) for name in names])) == LICENCE_FILES
