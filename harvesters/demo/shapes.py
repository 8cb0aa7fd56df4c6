# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files of a demonstration repository: small, real in form, in our own words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from harvesters.demo.declaration import Release, declaration
from harvesters.demo.solutions import BROKEN, FOLDER, DemoSolution, Description, Quirk

JOURNAL = "NACHGESTELLT.txt"
"""Says in each repository that it is a re-enactment; every commit adds a line to it."""

_HEADINGS = {
    "de": {"language": "Deutsch", "features": "Funktionen", "about": "Über dieses Repositorium"},
    "en": {"language": "English", "features": "Features", "about": "About this repository"},
}
_NOTICE = {
    "de": "Dies ist eine nachgestellte Demonstration des Projekts {name}, nicht das Projekt selbst. Das Original liegt "
    "unter {url}. Verlauf, Versionen und Dateien sind nachgestellt, die Beschreibungen sind eigene Texte (CC BY 4.0). "
    "Beleg in der Faktensammlung: {evidence} (M: Katalog der Stadt München, B: Open-Source-Portal Berlin, "
    "F: Datei im Original).",
    "en": "This is a rebuilt demonstration of the project {name}, not the project itself. The original is at {url}. "
    "History, versions and files are re-enacted, the descriptions are our own words (CC BY 4.0). "
    "Evidence in the collection of facts: {evidence} (M: Munich's catalogue, B: Berlin's open source portal, "
    "F: file in the original).",
}
_UNVERIFIED = {
    "de": "Die Lizenz des Originals wurde hierfür nicht geprüft, deshalb nennt diese Nachstellung keine.",
    "en": "The licence of the original was not checked for this, so this re-enactment states none.",
}
_BROKEN = {
    "de": "Die publiccode.yml ist absichtlich fehlerhaft nachgestellt; das sagt nichts über das Original.",
    "en": "publiccode.yml is faulty here on purpose; that says nothing about the original.",
}


def files(solution: DemoSolution, release: Release | None, year: int) -> dict[str, bytes]:
    """Path -> content of everything at the newest commit but the journal. ``year`` goes into licence notices."""
    found = {}
    if solution.readme:
        found[solution.readme] = _readme(solution).encode()
    for path, text in solution.licence_files.items():
        found[path] = licence_text(text, solution.publisher.title, year).encode()
    if solution.licence_unchecked:
        # A repository without any licence file would read as "none found": a finding about a real project.
        found["LICENSE"] = "\n\n".join(_UNVERIFIED.values()).encode() + b"\n"
    if solution.declaration:
        found[solution.declaration] = declaration(solution, release)
    for path in solution.files:
        found[path] = _shape(path)(solution, release).encode()
    return found


def notice(solution: DemoSolution, lang: str) -> str:
    """What the repository is and is not, in one paragraph."""
    said = [_NOTICE[lang].format(name=solution.name, url=solution.url, evidence=solution.evidence)]
    if solution.note:
        said.append(solution.note[lang])
    elif not solution.licence:
        said.append(_UNVERIFIED[lang])
    if BROKEN & solution.quirks:
        said.append(_BROKEN[lang])
    return " ".join(said)


def licence_text(name: str, holder: str, year: int) -> str:
    """The full text of a licence with its blanks for year and holder filled."""
    text = (FOLDER / "licences" / f"LICENSE-{name}.txt").read_text(encoding="utf-8")
    if name in ("MIT", "BSD-3-Clause"):
        text = re.sub(r"<year> <(copyright holders|owner)>", f"{year} {holder}", text, count=1)
    return text


# --- README ----------------------------------------------------------------------------------------------------------


def _readme(solution: DemoSolution) -> str:
    heading = _rst_heading if solution.readme.endswith(".rst") else _markdown_heading
    if Quirk.TEMPLATE_README in solution.quirks:
        return _template_readme(solution, heading)
    first = solution.lead_language
    second = next(lang for lang in solution.texts if lang != first)
    parts = [heading(solution.name, 1), *_prose(solution.texts[first], first, heading)]
    parts += [heading(_HEADINGS[second]["language"], 2), *_prose(solution.texts[second], second, heading)]
    for lang in (first, second):
        parts += [heading(_HEADINGS[lang]["about"], 2), notice(solution, lang)]
    return "\n\n".join(parts) + "\n"


def _prose(text: Description, lang: str, heading: Callable[[str, int], str]) -> list[str]:
    features = "\n".join(f"- {feature}" for feature in text.features)
    return [text.short, text.long, heading(_HEADINGS[lang]["features"], 3), features]


def _template_readme(solution: DemoSolution, heading: Callable[[str, int], str]) -> str:
    steps = "1. Clone this repository\n2. Install the packages\n3. Start the development server"
    parts = [heading("Getting started", 1), "Describe your project here.", heading("Installation", 2), steps]
    for lang in ("de", "en"):
        parts += [heading(_HEADINGS[lang]["about"], 2), notice(solution, lang)]
    return "\n\n".join(parts) + "\n"


def _markdown_heading(text: str, level: int) -> str:
    return f"{'#' * level} {text}"


def _rst_heading(text: str, level: int) -> str:
    return f"{text}\n{'=-~'[level - 1] * len(text)}"


# --- manifests, containers, documentation ----------------------------------------------------------------------------

Shape = Callable[[DemoSolution, Release | None], str]


def _package(solution: DemoSolution) -> str:
    return re.sub(r"[^a-z0-9]+", "-", solution.repository.lower()).strip("-")


def _version(release: Release | None) -> str:
    return release.version.lstrip("v") if release else "0.1.0"


def _npm(solution: DemoSolution, release: Release | None) -> str:
    manifest: dict[str, object] = {"name": _package(solution), "version": _version(release), "private": True}
    if solution.manifest_licence:
        manifest["license"] = solution.manifest_licence
    manifest["scripts"] = {"build": "vite build"}
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _composer(solution: DemoSolution, release: Release | None) -> str:
    name = f"{re.sub('[^a-z0-9]+', '-', solution.owner.lower())}/{_package(solution)}"
    manifest = {"name": name, "type": "project", "version": _version(release), "license": solution.manifest_licence}
    return json.dumps({key: value for key, value in manifest.items() if value}, indent=4) + "\n"


def _pyproject(solution: DemoSolution, release: Release | None) -> str:
    lines = ["[project]", f'name = "{_package(solution)}"', f'version = "{_version(release)}"']
    if solution.manifest_licence:
        lines.append(f'license = "{solution.manifest_licence}"')
    return "\n".join([*lines, 'requires-python = ">=3.11"', ""])


def _setup_py(solution: DemoSolution, release: Release | None) -> str:
    name, version, licence = _package(solution), _version(release), solution.manifest_licence
    said = f'setup(\n    name="{name}",\n    version="{version}",\n    license="{licence}",\n)\n'
    return f"from setuptools import setup\n\n{said}"


def _pom(solution: DemoSolution, release: Release | None) -> str:
    licence = solution.manifest_licence
    licences = f"  <licenses>\n    <license><name>{licence}</name></license>\n  </licenses>\n" if licence else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">\n'
        f"  <modelVersion>4.0.0</modelVersion>\n  <groupId>org.example.demo</groupId>\n"
        f"  <artifactId>{_package(solution)}</artifactId>\n  <version>{_version(release)}</version>\n"
        f"{licences}</project>\n"
    )


def _cargo(solution: DemoSolution, release: Release | None) -> str:
    licence = f'license = "{solution.manifest_licence}"\n' if solution.manifest_licence else ""
    return f'[package]\nname = "{_package(solution)}"\nversion = "{_version(release)}"\nedition = "2021"\n{licence}'


def _gemfile(_solution: DemoSolution, _release: Release | None) -> str:
    return 'source "https://rubygems.org"\n\ngem "rails"\n'


def _gradle(solution: DemoSolution, release: Release | None) -> str:
    return f'plugins {{ id "com.android.application" }}\n\n// {_package(solution)}\nversion = "{_version(release)}"\n'


def _requirements(_solution: DemoSolution, _release: Release | None) -> str:
    return "requests>=2.31\n"


def _dockerfile(solution: DemoSolution, _release: Release | None) -> str:
    return f'FROM docker.io/library/debian:stable-slim\nWORKDIR /srv/{_package(solution)}\nCOPY . .\nCMD ["./start"]\n'


def _compose(solution: DemoSolution, _release: Release | None) -> str:
    return f'services:\n  {_package(solution)}:\n    build: .\n    ports:\n      - "127.0.0.1:8080:8080"\n'


def _chart(solution: DemoSolution, release: Release | None) -> str:
    return f"apiVersion: v2\nname: {_package(solution)}\nversion: {_version(release)}\ntype: application\n"


def _documentation(solution: DemoSolution, _release: Release | None) -> str:
    text = solution.texts["de"]
    points = "\n".join(f"- {feature}" for feature in text.features)
    return (
        f"# {solution.name}: Betrieb und Nutzung\n\n{text.short}\n\n## Einrichten\n\nDie Anwendung wird aus dem "
        f"Quellcode gebaut und hinter einem Webserver betrieben.\n\n## Was es kann\n\n{points}\n"
    )


def _changelog(_solution: DemoSolution, release: Release | None) -> str:
    newest = f"\n## {release.version} ({release.date})\n\n- Texte und Abhängigkeiten aktualisiert\n" if release else ""
    return f"# Changelog\n{newest}"


def _contributing(solution: DemoSolution, _release: Release | None) -> str:
    return f"# Mitwirken\n\nBeiträge nimmt das Original entgegen: {solution.url}\n"


_SHAPES: Mapping[str, Shape] = {
    "package.json": _npm,
    "composer.json": _composer,
    "pyproject.toml": _pyproject,
    "setup.py": _setup_py,
    "pom.xml": _pom,
    "Cargo.toml": _cargo,
    "Gemfile": _gemfile,
    "build.gradle": _gradle,
    "requirements.txt": _requirements,
    "Dockerfile": _dockerfile,
    "docker-compose.yml": _compose,
    "compose.yaml": _compose,
    "Chart.yaml": _chart,
    "CHANGELOG.md": _changelog,
    "CONTRIBUTING.md": _contributing,
}


def _shape(path: str) -> Shape:
    name = PurePosixPath(path)
    return _documentation if name.parts[0] == "docs" else _SHAPES[name.name]
