# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The re-enacted history of a demonstration repository, as a stream for ``git fast-import``.

Nothing is left to chance: what varies between repositories follows from a hash of their name, so that two builds at
the same time give the same commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from harvesters.demo.declaration import Release
from harvesters.demo.shapes import JOURNAL, files, notice
from harvesters.demo.solutions import DemoSolution, Life

_SILENT_DAYS: Mapping[Life, tuple[int, int]] = {
    Life.ACTIVE: (1, 45),
    Life.FINISHED: (420, 640),
    Life.QUIET: (420, 640),
    Life.ARCHIVED: (1150, 1400),
    Life.ABANDONED: (1700, 2100),
}
_AUTHORS = ("Demo Autorin", "Demo Autor", "Demo Entwicklerin", "Demo Entwickler", "Demo Redaktion")
_BOTS = ("dependabot[bot]", "renovate[bot]")
_BOT_EVERY = 7
_MESSAGES = (
    "Texte der Oberfläche überarbeitet",
    "Fehler bei leeren Eingaben behoben",
    "Beschriftungen für Screenreader ergänzt",
    "Einrichtung vereinfacht",
    "Fehlermeldungen verständlicher formuliert",
    "Export ergänzt",
    "Dokumentation ergänzt",
    "Ladezeiten verkürzt",
    "Datumsformate vereinheitlicht",
    "Tests ergänzt",
)


@dataclass(frozen=True, slots=True)
class _Commit:
    at: datetime
    author: str
    message: str


def stream(solution: DemoSolution, now: datetime) -> bytes:
    """All commits and tags of the repository, oldest first, none younger than ``now``."""
    commits = list(_commits(solution, now))
    tags = _tags(solution)
    newest = max(tags, default=None)
    release = Release(tags[newest], commits[newest].at.date().isoformat()) if newest is not None else None
    contents = files(solution, release, commits[0].at.year)
    parts = [_commit_part(solution, commits, index, contents) for index in range(len(commits))]
    parts += [_tag_part(solution, commits[index], index, name) for index, name in tags.items()]
    return b"".join(parts) + b"done\n"


def _seed(solution: DemoSolution, what: str, size: int) -> int:
    return int.from_bytes(sha256(f"{solution.key} {what}".encode()).digest()[:4], "big") % size


def _commits(solution: DemoSolution, now: datetime) -> Iterator[_Commit]:
    count = solution.course.commits
    authors = 1 + _seed(solution, "authors", len(_AUTHORS))
    for index, at in enumerate(_dates(solution, now)):
        bot = index % _BOT_EVERY == _BOT_EVERY - 1 and index < count - 1
        if index == 0:
            yield _Commit(at, _AUTHORS[0], "Erster Stand")
        elif bot:
            yield _bot_commit(solution, at)
        else:
            message = _MESSAGES[_seed(solution, f"message {index}", len(_MESSAGES))]
            yield _Commit(at, _AUTHORS[_seed(solution, f"author {index}", authors)], message)
    if solution.course.bot_days is not None:
        yield _bot_commit(solution, now - timedelta(days=solution.course.bot_days))


def _bot_commit(solution: DemoSolution, at: datetime) -> _Commit:
    return _Commit(at, _BOTS[_seed(solution, "bot", len(_BOTS))], "Bump dependencies")


def _dates(solution: DemoSolution, now: datetime) -> list[datetime]:
    """One date a commit, oldest first: denser the younger, the last one as the life says."""
    course = solution.course
    low, high = _SILENT_DAYS[course.life]
    silent = low + _seed(solution, "silent", high - low) if course.silent_days is None else course.silent_days
    span = 300 + _seed(solution, "span", 1500)
    last = max(course.commits - 1, 1)
    days = [silent + span * ((last - index) / last) ** 2 for index in range(course.commits)]
    minutes = [_seed(solution, f"minute {index}", 400) for index in range(course.commits)]
    return sorted(now - timedelta(days=day, minutes=minute) for day, minute in zip(days, minutes, strict=True))


def _tags(solution: DemoSolution) -> dict[int, str]:
    """Index of the commit -> name of the tag; spread over the second half of the history."""
    releases = solution.course.releases
    count = solution.course.commits
    prefix = "v" if _seed(solution, "prefix", 3) else ""
    start = count // 2
    places = [start + (count - 1 - start) * (index + 1) // releases for index in range(releases)]
    names = [f"{prefix}{1 + index // 4}.{index % 4}.0" for index in range(releases)]
    return dict(zip(places, names, strict=True))


def _commit_part(solution: DemoSolution, commits: list[_Commit], index: int, contents: Mapping[str, bytes]) -> bytes:
    commit = commits[index]
    person = _person(commit.author, commit.at)
    head = f"commit refs/heads/{solution.branch}\nmark :{index + 1}\nauthor {person}\ncommitter {person}\n"
    parts = [head.encode(), _data(f"{commit.message}\n".encode())]
    changed = {path: contents[path] for path in _paths_of(index, solution.course.commits, list(contents))}
    changed[JOURNAL] = _journal(solution, commits[: index + 1])
    parts += [f"M 100644 inline {path}\n".encode() + _data(body) for path, body in changed.items()]
    return b"".join(parts)


def _paths_of(index: int, commits: int, paths: list[str]) -> list[str]:
    """The files that come with this commit: two with the first, the others spread over the first half."""
    if index == 0:
        return paths[:2]
    slots = max(commits // 2, 1)
    return [path for place, path in enumerate(paths[2:]) if 1 + place % slots == index]


def _journal(solution: DemoSolution, commits: list[_Commit]) -> bytes:
    lines = [f"{commit.at.date().isoformat()}  {commit.message}" for commit in commits]
    return "\n".join([notice(solution, "de"), "", notice(solution, "en"), "", *lines, ""]).encode()


def _tag_part(solution: DemoSolution, commit: _Commit, index: int, name: str) -> bytes:
    if not solution.course.annotated_tags:
        return f"reset refs/tags/{name}\nfrom :{index + 1}\n\n".encode()
    tagger = _person(commit.author, commit.at + timedelta(minutes=1))
    return f"tag {name}\nfrom :{index + 1}\ntagger {tagger}\n".encode() + _data(f"Version {name}\n".encode())


def _person(name: str, at: datetime) -> str:
    address = name.lower().replace(" ", "-").replace("[bot]", "")
    return f"{name} <{address}@example.org> {int(at.timestamp())} +0000"


def _data(body: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(body), body)
