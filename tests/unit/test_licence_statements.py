# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What projects write around their licence texts: choices, parts, alternatives; and what speaks of licences only."""

from __future__ import annotations

import pytest

from harvesters.licences.detecting import detect
from support.licence_texts import licence_text

MIT, BSD, MPL = licence_text("MIT"), licence_text("BSD-3-Clause"), licence_text("MPL-2.0")
CC0, GPL3 = licence_text("CC0-1.0"), licence_text("GPL-3.0")
TWO_CONDITIONS = BSD[: BSD.index("3. Neither")]
"""The conditions that BSD-2-Clause and its variants share; the disclaimers differ."""
RULER = "\n\n" + "-" * 60 + "\n\n"
ALTERNATIVELY = (
    "\n\nAlternatively, this software may be distributed under the terms of the GNU General Public License version 2 "
    "as published by the Free Software Foundation.\n"
)
PORTIONS = """Portions of this software are licensed as follows:

* All content that resides under the "ee/" directory of this repository is licensed under the license in "ee/LICENSE".
* All third party components are licensed under the original license provided by the owner of the component.
* Content outside of the above mentioned directories is available under the "MIT Expat" license as defined below.

"""

CHOICES = {
    "a notice behind a text": (BSD + ALTERNATIVELY, "BSD-3-Clause OR GPL-2.0-only"),
    "whichever": (f"Choose whichever you prefer of these licences.\n\n{MIT}{RULER}{CC0}", "MIT OR CC0-1.0"),
    "a heading": (f"Mozilla Public License 2.0 or MIT License\n\n{MPL}{RULER}{MIT}", "MPL-2.0 OR MIT"),
    "both, then either": (
        f"Licensed under both the MIT and the MPL 2.0 licenses. You may choose either.\n\n{MIT}{RULER}{MPL}",
        "MIT OR MPL-2.0",
    ),
    "an or between paragraphs": (
        "This program is dual-licensed under either the terms of the Eclipse Public License v1.0 as published by\n"
        "the Eclipse Foundation\n\n  or (per the licensee's choosing)\n\nunder the terms of the GNU Lesser General "
        "Public License version 2.1\nas published by the Free Software Foundation.\n",
        "EPL-1.0 OR LGPL-2.1-only",
    ),
    "an or behind a full stop": (
        "Foo is free software: you can redistribute it and/or modify it under the terms of either:\n\n"
        "  * the GNU Lesser General Public License as published by the Free Software Foundation; either version 3 of "
        "the License, or (at your option) any later version.\n\nor\n\n"
        "  * the GNU General Public License as published by the Free Software Foundation; either version 2 of the "
        "License, or (at your option) any later version.\n",
        "LGPL-3.0-or-later OR GPL-2.0-or-later",
    ),
    "a numbered list": (
        "Foo is licensed under one of the following licenses, at your choice:\n\n1. Apache License, Version 2.0 (see "
        "LICENSE-APACHE)\n2. MIT license (see LICENSE-MIT)\n3. zlib license (see LICENSE-ZLIB)\n",
        "Apache-2.0 OR MIT OR Zlib",
    ),
    "one without version": ("This file is dual licensed under the MIT and GPL licenses.\n", None),
    "names of files": ("Dual licensed under the MIT (MIT-LICENSE.txt)\nand GPL (GPL-LICENSE.txt) licenses.\n", None),
}


@pytest.mark.parametrize(("text", "expression"), CHOICES.values(), ids=CHOICES.keys())
def test_a_choice_is_told_in_full_or_not_at_all(text: str, expression: str | None) -> None:
    assert detect(text.encode()).expression == expression


PARTS = {
    "an enterprise directory": (PORTIONS + MIT, "MIT"),
    "a path": (f"{GPL3}{RULER}fonts/*: SIL Open Font License\n\n{licence_text('OFL-1.1')}", "GPL-3.0"),
    "classes": (f"{MPL}\n\nFor the org.example.bloom.* classes:\n\n{BSD}", "MPL-2.0"),
    "externally maintained": (f"{MIT}\n\nThe externally maintained libraries are:\n\n- ares:\n{BSD}", "MIT"),
    "everything else": (
        "Files in vendor/ have licences of their own. Everything else is under the ISC License.\n",
        "ISC",
    ),
    "two directories": (
        "Files in src/ are licensed under Apache-2.0.\nFiles in tests/ are licensed under MIT.\n",
        None,
    ),
    "this repository": (
        "Soweit nicht anders angegeben, steht der Inhalt dieses Repositories unter der MIT-Lizenz.",
        "MIT",
    ),
    "use of the code": ("Use of this source code is governed by the MIT license in the LICENSE file.\n", "MIT"),
    "a commercial offer": (
        "Foo is licensed under the GNU Affero General Public License v3.0 or later.\n\nIf you want to use Foo without "
        "complying with the AGPL, you can buy a commercial license.\n",
        "AGPL-3.0-or-later",
    ),
}


@pytest.mark.parametrize(("text", "expression"), PARTS.values(), ids=PARTS.keys())
def test_parts_and_offers_do_not_hide_the_licence_of_the_software(text: str, expression: str | None) -> None:
    assert detect(text.encode()).expression == expression


DOUBTFUL = {
    "called modified": f"Modified MIT License\n\n{MIT}",
    "cut before the disclaimer": TWO_CONDITIONS,
    "a modified licence": "Released under a modified MIT license.\n",
    "reserved, but governed by a licence": "Copyright 2012 Foo. All rights reserved.\nUse of this source code is "
    "governed by a BSD-style license that can be found in the LICENSE file.\n",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_may_be_another_licence_is_not_concluded(text: str) -> None:
    assert detect(text.encode()).expression is None


def test_modified_bsd_is_a_name() -> None:
    assert detect(f"Modified BSD License\n\n{BSD}".encode()).expression == "BSD-3-Clause"


def test_a_non_commercial_edit_of_a_long_text_is_a_refusal_although_the_text_speaks_of_third_parties() -> None:
    changed = MPL.replace("non-exclusive license:", "non-exclusive license for non-commercial use only:")
    assert changed != MPL
    assert detect(changed.encode()).expression == "LicenseRef-non-commercial"


ABOUT = {
    "a list of changes": "# Changelog\n\n## 2.0\n\n- Under MIT\n\n## 1.0\n\n- Initial release under the GPLv2\n",
    "a version": "## 3.1.0\n* Relicensed under Apache License 2.0\n",
    "a lock file": '  "node_modules/a": {\n    "version": "4.1.1",\n    "resolved": "x",\n    "license": "MIT",\n',
    "a licence checker": "└─ accepts@1.3.7\n   ├─ licenses: MIT\n   └─ repository: https://example.org\n",
    "a table": "name,version,license\nrequests,2.1,Apache License 2.0\n",
    "a setting": "header:\n  license:\n    spdx-id: Apache-2.0\n",
    "allowed ones": '[licenses]\nallow = [\n    "MIT",\n    "Apache-2.0",\n]\n',
    "a change licence": "Change Date: 2027-01-01\nChange License: Apache License, Version 2.0\n",
    "two names": "Text: CC-BY-SA 4.0. Code: MIT.\n",
    "dependencies": "## Dependencies\n\n* jQuery - MIT License\n",
    "data": "Daten: © OpenStreetMap-Mitwirkende, ODbL 1.0\n",
    "libraries in Spanish": "Este proyecto utiliza bibliotecas bajo licencia MIT.\n",
    "a contract": "Der Auftragnehmer stellt die Software unter der EUPL 1.2 zur Verfügung.\n",
    "contributions in German": "Mit dem Einreichen eines Beitrags wird dieser unter der EUPL 1.2 veröffentlicht.\n",
    "output": "Output generated by Foo is licensed under CC0-1.0.\n",
    "what is wrapped": "This library wraps libfoo, which is distributed under the LGPL version 2.1 or later.\n",
    "upstream": "This is a fork of Foo. Upstream is licensed under the MIT License.\n",
    "a string": "const NOTICE = 'This file is licensed under the GPLv2';\nwrite(NOTICE);\n",
    "a test": "assert detect('Licensed under the MIT License') == 'MIT'\n",
    "a configured header": "[license]\nheader = Licensed under the Apache License, Version 2.0\n",
}


@pytest.mark.parametrize("text", ABOUT.values(), ids=ABOUT.keys())
def test_words_about_licences_grant_nothing(text: str) -> None:
    assert detect(text.encode()).expression is None


NOTICE = (
    "This program is free software: you can redistribute it and/or modify\nit under the terms of the GNU General "
    "Public License as published by\nthe Free Software Foundation, either version 3 of the License, or\n"
)
HEADS = {
    "ML": ("".join(f"(* {line:<76} *)\n" for line in f"{NOTICE}(at your option) any later version.".split("\n")),
           "GPL-3.0-or-later"),
    "the licensee's option": (f"{NOTICE}(at the option of the licensee) any later version.", "GPL-3.0-or-later"),
    "Dutch": (
        "Dit programma is vrije software: u mag het herdistribueren onder de voorwaarden van de GNU Algemene Publieke "
        "Licentie, versie 3 of (naar uw keuze) elke latere versie.",
        "GPL-3.0-or-later",
    ),
    "Spanish": ("Bajo la Licencia Pública General Affero de GNU, versión 3 o posterior.", "AGPL-3.0-or-later"),
    "KDE": (
        "This library is free software; you can redistribute it and/or modify it under the terms of the GNU Lesser "
        "General Public License as published by the Free Software Foundation; either version 2.1 of the License, or "
        "(at your option) version 3, or any later version accepted by the membership of KDE e.V.",
        "LGPL-2.1-only OR LGPL-3.0-only OR LicenseRef-KDE-Accepted-LGPL",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expression"), HEADS.values(), ids=HEADS.keys())
def test_heads_in_languages_and_wrappings(text: str, expression: str) -> None:
    assert detect(text.encode()).expression == expression
