# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: CC0-1.0
"""Whole files of version 0 that the reference parser takes, for the tests of reference mode."""

from __future__ import annotations

LONG = "Ein langer Text, der mehr als einhundertfünfzig Zeichen haben muss, " * 3

MINIMAL = f"""publiccodeYmlVersion: "0"
name: Beispiel
url: https://example.org/beispiel.git
platforms:
  - web
developmentStatus: stable
softwareType: standalone/web
description:
  de:
    shortDescription: Kurz
    longDescription: {LONG}
    features:
      - Eines
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages:
    - de
"""
"""Line numbers are used by the tests: name 2, url 3, platforms 4, description 8, legal 14, maintenance 16, end 21."""

MAXIMAL = """\
publiccodeYmlVersion: "0.7"
name: Beispiel
applicationSuite: Suite
url: https://example.org/beispiel.git
landingURL: https://example.org/
isBasedOn:
  - https://example.org/andere.git
  - ssh://git@example.org/dritte.git
softwareVersion: 1.2.3
releaseDate: 2024-02-29
logo: img/logo.svg
organisation:
  name: Stadt
  uri: https://example.org/stadt
platforms: [web, linux]
categories:
  - communications
  - it-security
usedBy:
  - Stadt Beispiel
fundedBy:
  - name: Land
    uri: urn:isbn:12345
roadmap: https://example.org/roadmap
developmentStatus: stable
softwareType: standalone/web
supports:
  - id: alias:gdpr
  - id: https://example.org/norm
intendedAudience:
  scope:
    - education
  countries:
    - DE
  unsupportedCountries: [FR]
description:
  de:
    localisedName: Beispiel
    shortDescription: Kurz
    longDescription: |
      Ein langer Text, der mehr als einhundertfünfzig Zeichen haben muss, damit er angenommen wird; darum steht hier
      noch ein zweiter Satz, der nichts weiter sagt.
    documentation: https://example.org/doc
    apiDocumentation: https://example.org/api
    features:
      - Eines
    screenshots:
      - img/bild.png
    videos:
      - https://www.youtube.com/watch?v=abc
    awards:
      - Preis
  en-GB:
    shortDescription: Short
    longDescription: >-
      A long text that has to have more than one hundred and fifty characters to be accepted; this is why there is a
      second sentence here that says nothing more.
    features: [One]
legal:
  license: EUPL-1.2
  mainCopyrightOwner: Stadt
maintenance:
  type: contract
  contractors:
    - name: Firma
      email: firma@example.org
      website: https://example.org
      until: 2030-12-31
  contacts:
    - name: Team
      email: team@example.org
      affiliation: Stadt
      phone: "+49 30 0000000"
localisation:
  localisationReady: true
  availableLanguages:
    - de
    - en-GB
dependsOn:
  open:
    - name: PostgreSQL
      versionMin: "12"
      versionMax: "16"
      optional: false
      version: "14"
  proprietary: []
  hardware:
    - name: Server
IT:
  countryExtensionVersion: "1.0"
  piattaforme:
    spid: true
    pagopa: false
    cie: true
    anpr: false
    io: false
"""
"""Every key of version 0.7 that is not deprecated."""
