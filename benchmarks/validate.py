# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""1,000 publiccode.yml files of median size, validated on one core, beside plain YAML composing of the same files.

The file is the one of median size of the developers' corpus where that is at hand, else a generated one as long. Each
copy begins with a comment of its own, so that nothing remembered helps.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "publiccode"
FILES = 1_000
TARGET_SECONDS = 12.0
_MEDIAN_BYTES = 2_400


def median_file() -> bytes:
    """A real file of median size that is a mapping; without a corpus a generated one."""
    sized = sorted((path.stat().st_size, path) for path in CORPUS.glob("*.yml")) if CORPUS.is_dir() else []
    for _, path in sized[len(sized) // 2 :]:
        content = path.read_bytes()
        try:
            if isinstance(yaml.load(content, Loader=yaml.CBaseLoader), dict):
                return content
        except yaml.YAMLError:
            continue
    return generated()


def generated() -> bytes:
    """A complete, valid file of about 2.4 kB."""
    sentence = "Bürgerinnen und Bürger melden der Stadt, was nicht in Ordnung ist, und lesen die Antwort. "
    head = """publiccodeYmlVersion: "0.4"
name: Anliegen
url: https://git.stadt.example/stadt/anliegen
landingURL: https://www.stadt.example/anliegen
softwareVersion: 1.2.3
releaseDate: "2026-03-01"
platforms: [web]
categories: [collaboration, communications]
developmentStatus: stable
softwareType: standalone/web
intendedAudience: {countries: [DE], scope: [local-authorities]}
legal: {license: EUPL-1.2, mainCopyrightOwner: Stadt Musterhausen}
maintenance: {type: internal, contacts: [{name: Erika Muster, email: anliegen@stadt.example}]}
localisation: {localisationReady: true, availableLanguages: [de, en]}
dependsOn: {open: [{name: PostgreSQL, versionMin: "12"}]}
description:
"""
    text, language = head, 0
    while len(text.encode()) < _MEDIAN_BYTES and language < 5:
        tag = ("de", "en", "it", "fr", "nl")[language]
        text += f"  {tag}:\n    shortDescription: {sentence.strip()}\n    longDescription: {sentence * 4}\n"
        text += "    features:\n" + "".join(f"      - Funktion {number}\n" for number in range(5))
        language += 1
    return text.encode()


def write_files(folder: Path, content: bytes, count: int) -> list[Path]:
    """``count`` files that differ."""
    paths = [folder / f"{number}" / "publiccode.yml" for number in range(count)]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        path.write_bytes(b"# file %d\n" % number + content)
    return paths


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time, and processor time of this process and its children, which other work on the machine changes less."""
    started, used = time.perf_counter(), os.times()
    work()
    spent = os.times()
    return time.perf_counter() - started, sum(spent[:4]) - sum(used[:4])


def _compose(paths: Sequence[Path]) -> None:
    for path in paths:
        yaml.compose(path.read_bytes(), Loader=yaml.CBaseLoader)


def _validate(paths: Sequence[Path], *options: str) -> None:
    command = [sys.executable, "-m", "registry.cli", "validate", "--json", *options, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    answers = done.stdout.count(b"\n")
    if done.returncode not in (0, 1) or answers != len(paths):
        raise SystemExit(f"allmende validate: exit {done.returncode}, {answers} answers")


def main() -> None:
    """Print seconds, milliseconds a file, the share of the target and the ratio to composing, for both modes."""
    if hasattr(os, "sched_setaffinity"):
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
    with tempfile.TemporaryDirectory() as name:
        content = median_file()
        paths = write_files(Path(name), content, FILES)
        compose, compose_cpu = _seconds(partial(_compose, paths))
        start, start_cpu = _seconds(partial(_validate, paths[:1]))
        print(f"validate, {FILES} files of {len(content)} bytes on one core (processor time in brackets)")
        print(f"  one file alone {start:6.2f} s ({start_cpu:.2f})")
        print(f"  yaml.compose   {compose:6.2f} s ({compose_cpu:.2f})")
        for mode, options in (("normal mode", ()), ("reference mode", ("--reference",))):
            taken, cpu = _seconds(partial(_validate, paths, *options))
            print(
                f"  {mode:<14} {taken:6.2f} s ({cpu:.2f})  {taken * 1000 / FILES:.2f} ms a file  "
                f"{taken / TARGET_SECONDS:.2f} of the target of {TARGET_SECONDS:g} s  "
                f"{cpu / compose_cpu:.0f} x yaml.compose"
            )
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main()
