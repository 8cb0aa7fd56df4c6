# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories of realistic shape, made with ``git fast-import``: the same ones each time.

A median of 300 commits and a few of 20,000; 40 to 400 files in folders; text that changes a line at a time; licence,
README, documentation, publiccode.yml in a third, tags, people and bots as authors.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

LICENCES = Path(__file__).parent.parent / "harvesters" / "demo" / "licences"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
LONG = 20_000
"""Commits of the few long histories."""
_MEDIAN, _SPREAD = 300, 0.9
_WORDS = (
    *("Antrag", "Bescheid", "Formular", "Dienst", "Rathaus", "Termin", "Karte", "Daten", "Amt", "Vorgang", "Liste"),
    *("Frist", "Akte", "Meldung", "value", "result", "request", "service", "config", "render", "update", "select"),
    *("filter", "record", "index", "parse", "field", "table", "Gebühr", "Straße"),
)
_FOLDERS = ("src", "src/core", "src/web", "tests", "docs", "scripts", "config", "assets/css")


@dataclass(frozen=True)
class Shape:
    """One repository to be made. ``long`` ones have ``LONG`` commits."""

    number: int
    long: bool
    now: datetime


def build_all(root: Path, count: int, long: int, now: datetime) -> None:
    """Bare repositories ``p0.git`` ... below ``root``, ``long`` of them, evenly spread, with long histories."""
    step = count // long if long else count + 1
    shapes = [Shape(number, bool(long) and number % step == step // 2, now) for number in range(count)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda shape: build(root / f"p{shape.number}.git", shape), shapes))


def build(path: Path, shape: Shape) -> None:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True, env=ENVIRONMENT)
    arguments = ["git", "-C", str(path), "fast-import", "--quiet", "--depth=10"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdin is not None
        for piece in _stream(shape):
            process.stdin.write(piece)
    if process.returncode:
        raise RuntimeError(f"git fast-import: {process.returncode}")


def change(path: Path, now: datetime) -> None:
    """One commit more on the default branch."""
    who = b"Erika Muster <erika@stadt.example> %d +0100" % int(now.timestamp())
    stream = b"commit refs/heads/main\ncommitter %s\ndata 6\nChange\nfrom refs/heads/main^0\n" % who
    stream += b"M 100644 inline README.md\n" + _counted(b"# Ge\xc3\xa4ndert\n\nDas Werkzeug ist jetzt neuer.\n")
    subprocess.run(["git", "-C", str(path), "fast-import", "--quiet"], input=stream, check=True, env=ENVIRONMENT)


def _stream(shape: Shape) -> Iterator[bytes]:
    chance = random.Random(shape.number)
    commits = LONG if shape.long else min(max(int(_MEDIAN * chance.lognormvariate(0, _SPREAD)), 15), 4_000)
    people = [f"Person {n} Muster <person{n}@stadt{shape.number}.example>" for n in range(chance.randint(1, 12))]
    people.append("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>")
    sources = [f"{chance.choice(_FOLDERS)}/datei{n}.py" for n in range(chance.randint(40, 400))]
    texts = {path: _lines(chance) for path in sources}
    span = timedelta(days=chance.randint(200, 3000)) / commits
    for number in range(commits):
        at = int((shape.now - span * (commits - number)).timestamp())
        who = chance.choice(people).encode()
        yield b"commit refs/heads/main\ncommitter %s %d +0100\n" % (who, at)
        yield _counted(f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} (#{number})".encode())
        changed = sources if number == 0 else chance.sample(sources, chance.randint(1, 2))
        for path in changed:
            texts[path][chance.randrange(len(texts[path]))] = _line(chance)
            yield b"M 100644 inline %s\n" % path.encode() + _counted("\n".join(texts[path]).encode())
        if number == 0:
            for name, body in _told(shape.number, chance).items():
                yield b"M 100644 inline %s\n" % name.encode() + _counted(body)
        if number % max(commits // 12, 5) == 3:
            yield b"reset refs/tags/v1.%d.0\nfrom refs/heads/main\n\n" % (number // max(commits // 12, 5))


def _told(number: int, chance: random.Random) -> dict[str, bytes]:
    """The files that a catalogue reads."""
    name = f"Projekt {number}"
    eupl = number % 2 == 0
    licence = (LICENCES / ("LICENSE-EUPL-1.2.txt" if eupl else "LICENSE-MIT.txt")).read_bytes()
    sections = "\n\n".join(
        f"## {title}\n\n" + " ".join(_line(chance) for _ in range(12))
        for title in ("Installation", "Funktionen", "Betrieb", "Mitmachen", "Lizenz")
    )
    found = {
        "LICENSE": licence,
        "README.md": f"# {name}\n\n{name} hilft der Stadt bei {chance.choice(_WORDS)}.\n\n{sections}\n".encode(),
        "Dockerfile": b"FROM python:3.12-slim\nCOPY . /app\n",
        "docs/index.md": f"# Handbuch\n\n{sections}\n".encode(),
        "CONTRIBUTING.md": b"# Mitmachen\n\nBitte \xc3\xb6ffnen Sie ein Issue.\n",
        ".github/workflows/test.yml": b"on: push\njobs: {}\n",
        "pyproject.toml": f'[project]\nname = "projekt-{number}"\nversion = "1.2"\nlicense = "MIT"\n'.encode(),
    }
    if number % 3 == 0:
        found["publiccode.yml"] = (
            f'publiccodeYmlVersion: "0.4"\nname: {name}\nurl: https://git.stadt.example/stadt/p{number}\n'
            f"platforms: [web]\ncategories: [collaboration]\ndevelopmentStatus: stable\nsoftwareType: standalone/web\n"
            f"legal: {{license: {'EUPL-1.2' if eupl else 'MIT'}}}\nmaintenance: {{type: community, contacts: "
            f"[{{name: Erika Muster}}]}}\nlocalisation: {{localisationReady: true, availableLanguages: [de]}}\n"
            f"description:\n  de:\n    shortDescription: Werkzeug Nummer {number} der Stadt\n"
            f"    longDescription: {' '.join(_line(chance) for _ in range(10))}\n    features: [Suche, Karte]\n"
        ).encode()
    return found


def _lines(chance: random.Random) -> list[str]:
    return [_line(chance) for _ in range(chance.randint(8, 60))]


def _line(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(3, 9)))


def _counted(body: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(body), body)
