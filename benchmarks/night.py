# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nights of a harvest on loopback, beside the way a simple crawler works, in one run on the same repositories.

200 repositories of realistic shape (``shapes``) are served under 1,000 paths by ``git http-backend`` in another
process, behind listings as GitHub and Gitea give them or without (``loopback``), all on the same machine. The reference
makes a bare ``blob:none`` clone of each with its full history every night and shows each wanted file twice.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.loopback import ORGANISATION, asked, serving
from benchmarks.shapes import ENVIRONMENT, build_all, change
from registry.bootstrap import Catalogue, open_catalogue
from registry.catalogue.harvesting import Report
from registry.config import Config, load
from registry.model import ForgeKind, HostPort, Source, SourceKind
from registry.storage import migrate

WANTED = ("LICENSE", "README.md", "publiccode.yml", "pyproject.toml", "Dockerfile")
"""What the reference reads of each repository that has it; Allmende reads more."""


@dataclass(frozen=True)
class Size:
    """How large the run is. ``plain`` and ``gitea`` are the paths of the nights without a date and behind Gitea."""

    count: int = 1_000
    distinct: int = 200
    long: int = 3
    plain: int = 200
    gitea: int = 100
    reference: int = 100


@dataclass(frozen=True)
class Measured:
    """One night. ``cpu`` is what this process and its children took, in seconds."""

    report: Report
    cpu: float
    requests: dict[str, int]


class Bench:
    """One forge on loopback and the catalogues that harvest it."""

    def __init__(self, folder: Path, base_url: str, names: Sequence[str]) -> None:
        self.folder, self.base_url, self.names = folder, base_url, names

    def catalogue(self, name: str) -> tuple[Config, Catalogue]:
        port = urlsplit(self.base_url).port or 80
        config = load({"ALLMENDE_DATA_DIR": str(self.folder / name)}).allowing(HostPort("127.0.0.1", port))
        migrate.upgrade(config.database_url)
        return config, open_catalogue(config)

    def source(self, catalogue: Catalogue, kind: ForgeKind) -> Source:
        url = f"{self.base_url}/{ORGANISATION}"
        return catalogue.store.add_source(
            Source(f"s-{kind}", url, SourceKind.ORGANISATION, kind, datetime.now(UTC), title=str(kind))
        )

    def urls(self, count: int) -> list[tuple[str, ForgeKind]]:
        return [(f"{self.base_url}/{ORGANISATION}/{name}", ForgeKind.GIT) for name in self.names[:count]]

    def night(self, run: Callable[[], Report]) -> Measured:
        asked(self.base_url)
        before = _cpu()
        report = run()
        return Measured(report, _cpu() - before, dict(asked(self.base_url)))


def main(size: Size | None = None) -> None:
    """Print all nights beside the reference."""
    size = size or Size()
    now = datetime.now(UTC)
    with _folder() as folder:
        root = folder / "repositories"
        names = _repositories(root, size, now)
        print(f"{size.count} paths of {size.distinct} repositories, {_megabytes(root):.0f} MB, made by git fast-import")
        with serving(root) as base_url:
            bench = Bench(folder, base_url, names)
            rate = _reference(bench, size.reference)
            _whole_nights(bench, size, rate, root)
            _small_nights(bench, size)


def _whole_nights(bench: Bench, size: Size, reference: float, root: Path) -> None:
    config, catalogue = bench.catalogue("github")
    sources = [bench.source(catalogue, ForgeKind.GITHUB)]
    first = bench.night(lambda: catalogue.harvesting.run(sources))
    own, child = _peaks()
    _print("first night, GitHub", first, size.count, "8/s", reference)
    kept = sum(path.stat().st_size for path in config.data_dir.rglob("*") if path.is_file())
    left = sum(path.is_file() for path in config.work_dir.rglob("*")) if config.work_dir.exists() else 0
    print(f"  {kept / size.count / 1000:.1f} kB a repository of database, index and state (target 60)")
    print(f"  {left} files in the work folder; peak {own:.0f} MB of the process (target 300), {child:.0f} of a child")
    again = bench.night(lambda: catalogue.harvesting.run(sources))
    _print("unchanged, dated", again, size.count, "300/s", reference)
    print(f"  {50 * again.requests['api'] / size.count:.2f} requests of the API per 50 repositories (target 1.2)")
    few = max(1, size.distinct // 100)
    for number in range(few):
        change(root / ORGANISATION / f"p{number * 7}.git", datetime.now(UTC))
    changed = bench.night(lambda: catalogue.harvesting.run(sources))
    _print("1 % changed, dated", changed, size.count, "like the change", reference)


def _small_nights(bench: Bench, size: Size) -> None:
    _, catalogue = bench.catalogue("git")
    urls = bench.urls(size.plain)
    _print("first night, plain git", bench.night(lambda: catalogue.harvesting.run([], urls)), size.plain)
    _print("unchanged, plain git", bench.night(lambda: catalogue.harvesting.run([], urls)), size.plain, "150/s")
    _, catalogue = bench.catalogue("gitea")
    sources = [bench.source(catalogue, ForgeKind.GITEA)]
    limited = size.gitea
    _print("first night, Gitea", bench.night(lambda: catalogue.harvesting.run(sources, limit=limited)), limited)


def _reference(bench: Bench, count: int) -> float:
    """Repositories a second; also what the clones alone would be."""
    names = bench.names[:: max(1, len(bench.names) // count)][:count]
    folder = bench.folder / "clones"
    folder.mkdir()

    def clone(name: str) -> None:
        url = f"{bench.base_url}/{ORGANISATION}/{name}.git"
        command = ["git", "clone", "-q", "--bare", "--filter=blob:none", url, str(folder / name)]
        subprocess.run(command, check=True, env=ENVIRONMENT)

    def show(name: str) -> None:
        for path in WANTED * 2:
            command = ["git", "-C", str(folder / name), "show", f"HEAD:{path}"]
            subprocess.run(command, check=False, env=ENVIRONMENT, capture_output=True)

    with ThreadPoolExecutor(4) as pool:
        started = time.perf_counter()
        list(pool.map(clone, names))
        cloned = time.perf_counter()
        list(pool.map(show, names))
        seconds = time.perf_counter() - started
    shutil.rmtree(folder)
    clones = count / (cloned - started)
    print(f"  reference {count / seconds:.1f}/s, measured with {count} of them; the clones alone {clones:.1f}/s")
    return count / seconds


def _print(what: str, night: Measured, count: int, target: str = "", reference: float | None = None) -> None:
    report = night.report
    rate = count / report.seconds
    line = f"  {what:24} {rate:7.1f}/s  {1000 * night.cpu / count:6.1f} ms CPU each"
    if reference is not None:
        line += f"  {rate / reference:7.1f} x reference"
    print(f"{line}  {f'(target {target})' if target else ''} {dict(report.run.counts)} requests {night.requests}")


def _repositories(root: Path, size: Size, now: datetime) -> list[str]:
    """Builds them; their names in the order in which they are listed."""
    home = root / ORGANISATION
    home.mkdir(parents=True)
    build_all(home, size.distinct, size.long, now)
    for number in range(size.distinct, size.count):
        of = number % size.distinct
        (home / f"p{of}-{number // size.distinct}.git").symlink_to(f"p{of}.git", target_is_directory=True)
    return sorted(path.name.removesuffix(".git") for path in home.iterdir())


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="allmende-night-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _megabytes(root: Path) -> float:
    found = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
    return sum(path.stat().st_size for path in found) / 1e6


def _cpu() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def _peaks() -> tuple[float, float]:
    """Megabytes of this process and of the largest child."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, child = (resource.getrusage(who).ru_maxrss / 1000 for who in kinds)
    return own, child


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    main(Size(**vars(parser.parse_args())))
