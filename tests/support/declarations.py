# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""publiccode.yml files for tests of what is built on the checkers: a good one, and one with a certain error."""

from __future__ import annotations

SENTENCE = "Bürgerinnen und Bürger melden der Stadt, was nicht in Ordnung ist, und lesen später die Antwort darauf. "

GOOD = f"""publiccodeYmlVersion: "0.7"

name: Anliegen
url: https://git.stadt.example/stadt/anliegen
landingURL: https://www.stadt.example/anliegen
softwareVersion: 1.2.3
releaseDate: "2026-03-01"

organisation:
  uri: https://www.stadt.example
  name: Stadt Musterhausen

platforms:
  - web

categories:
  - communications

developmentStatus: stable
softwareType: standalone/web

intendedAudience:
  countries:
    - DE
  scope:
    - local-authorities

description:
  de:
    localisedName: Anliegen
    shortDescription: Mängel melden und die Antwort lesen.
    longDescription: >
      {SENTENCE}
      {SENTENCE}
    features:
      - Mängel melden

legal:
  license: EUPL-1.2

maintenance:
  type: internal
  contacts:
    - name: Amt für Digitales
      email: digital@stadt.example

localisation:
  localisationReady: true
  availableLanguages:
    - de
""".encode()
"""Complete, valid for everybody, in the newest version."""

SOFTWARE_TYPE = b"softwareType: standalone/web"
BAD = GOOD.replace(SOFTWARE_TYPE, b"softwareType: standalone/brain")
"""One certain error, told by everybody: the value of ``softwareType``."""
BAD_LINE = 1 + GOOD[: GOOD.index(SOFTWARE_TYPE)].count(b"\n")

WITH_LOGO = GOOD.replace(b"softwareVersion:", b"logo: img/logo.png\nsoftwareVersion:")
"""Names a picture beside it, in its fifth line or so; whether it is there decides."""
