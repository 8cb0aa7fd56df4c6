# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence detection: how often it is right, and what it costs, beside the library of tier 1 alone in the same run.

What a clean checkout can reach is measured: our own licence texts and damaged copies of them, the licence files of the
installed packages against their metadata, and the developers' corpus where that is at hand.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from registry.licences import combines, families, normalise

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "licences"
INDEX = ROOT / "harvesters" / "licences"
FILES = 2_000
STARTS = 5
TARGET_MEDIAN_MS, TARGET_P95_MS = 8.0, 40.0
TARGET_START_S, TARGET_INDEX_MB, TARGET_MEMORY_MB = 0.3, 3.0, 120.0
_LICENCE = re.compile(r"(?:LICEN[CS]E|COPYING)[^/]*", re.IGNORECASE)
RESTRICTIONS = (
    "This software may be used for non-commercial purposes only.",
    "Commercial use requires the prior written permission of the author.",
    "You must not use this software for military purposes.",
)
GRANTS_NOTHING = (
    "Copyright 2026 Stadt Musterhausen. All rights reserved.\n",
    "Proprietary and confidential. Unauthorized copying of this file is strictly prohibited.\n",
    "Die Lizenz wird noch festgelegt.\n",
    "We compared the MIT License with the GPL and have not decided yet.\n",
)
_NOTHING_SURE = frozenset({"NONE", "UNCLEAR"})

Answer = Callable[[bytes], str | None]


@dataclass(frozen=True, slots=True)
class Sample:
    """A licence file and the licence it has, ranges left aside; ``expected`` is empty where nothing may be claimed."""

    group: str
    content: bytes
    expected: frozenset[str]


def samples() -> list[Sample]:
    """Everything reachable, each content once."""
    seen: dict[bytes, Sample] = {}
    for sample in (*_own(), *_restricted(), *_installed(), *_corpus()):
        seen.setdefault(sample.content, sample)
    return list(seen.values())


def _own() -> Iterator[Sample]:
    for path in sorted((ROOT / "LICENSES").glob("*.txt")):
        text, expected = path.read_text(encoding="utf-8"), frozenset({path.stem})
        yield Sample("own texts", text.encode(), expected)
        for damaged in damages(text):
            yield Sample("damaged", damaged, expected)


def _restricted() -> Iterator[Sample]:
    """Nothing that may be claimed: licences with a restriction of somebody's own, and files that grant nothing."""
    for path in sorted((ROOT / "LICENSES").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for restriction in RESTRICTIONS:
            yield Sample("nothing to claim", f"{restriction}\n\n{text}".encode(), frozenset())
            yield Sample("nothing to claim", f"{text}\n\n{restriction}\n".encode(), frozenset())
    for content in GRANTS_NOTHING:
        yield Sample("nothing to claim", content.encode(), frozenset())


def damages(text: str) -> Iterator[bytes]:
    """Copies as they are met: other encodings, line ends and wrapping, mark-up, comments, misread letters, cut."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    letters = random.Random(1)
    yield text.replace("\n", "\r\n").encode()
    yield text.encode("utf-16")
    yield text.encode("cp1252", "replace")
    yield "\n\n".join(paragraphs).encode()
    yield " ".join(paragraphs).encode()
    yield "".join(f" * {line}\n" for line in text.split("\n")).encode()
    yield "".join(f"<p>{part}</p>\n" for part in paragraphs).encode()
    yield "\n".join(f"> {part}\n" for part in paragraphs).encode()
    yield "".join("1" if one == "l" and letters.random() < 0.02 else one for one in text).encode()
    yield text[: len(text) * 19 // 20].encode()


def _installed() -> Iterator[Sample]:
    """Packages with one licence file whose metadata name one licence; what they declare may be wrong, too."""
    for package in distributions():
        fields = [name for name in ("License-Expression", "License") if name in package.metadata]
        declared = normalise(package.metadata[fields[0]]) if fields else None
        files = [path for path in package.files or () if _LICENCE.fullmatch(path.name) and ".dist-info" in str(path)]
        if declared and not combines(declared) and len(files) == 1:
            place = Path(str(files[0].locate()))
            if place.is_file():
                yield Sample("installed packages", place.read_bytes(), families(declared))


def _corpus() -> Iterator[Sample]:
    truth = CORPUS / "truth.jsonl"
    rows = truth.read_text(encoding="utf-8").splitlines() if truth.is_file() else []
    for row in map(json.loads, rows):
        texts = [file["path"] for file in row["files"] if file["kind"] == "licence" and "/" not in file["path"]]
        if len(texts) == 1 and row["expected"] not in _NOTHING_SURE:
            content = (CORPUS / row["dir"] / texts[0]).read_bytes()
            yield Sample("corpus", content, families(row["expected"].removesuffix("-or-later")))


def ours() -> Answer:
    """The detector."""
    from harvesters.licences.detecting import detect

    return lambda content: detect(content).expression


def library() -> Answer:
    """Tier 1 alone, as its documentation uses it: one licence or nothing."""
    from licenseclassifier import identify_license

    def answer(content: bytes) -> str | None:
        found = {match.id for match in identify_license(content.decode("utf-8", "replace"))}
        return found.pop() if len(found) == 1 else None

    return answer


ANSWERS = {"ours": ours, "library": library}


def variants(count: int) -> Iterator[bytes]:
    """``count`` different files: the samples, each time with another holder and some words misspelt."""
    texts = [sample.content.decode("utf-8", "replace") for sample in samples() if sample.group != "damaged"]
    letters = random.Random(2)
    for number in range(count):
        words = texts[number % len(texts)].split(" ")
        for _ in range(max(1, len(words) // 200)):
            place = letters.randrange(len(words))
            words[place] = words[place][::-1] if len(words[place]) > 6 else words[place]
        yield f"Copyright {number} Holder {number}\n\n{' '.join(words)}".encode()


def measure(name: str) -> dict[str, float]:
    """In a process of its own: milliseconds of processor time a file, megabytes that ``FILES`` files leave."""
    answer, times = ANSWERS[name](), []
    answer(b"Permission is hereby granted")
    for content in variants(FILES):
        started = time.process_time()
        answer(content)
        times.append((time.process_time() - started) * 1000)
    times.sort()
    status = Path("/proc/self/status")
    resident = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    memory = int(resident[1]) / 1024 if resident else float("nan")
    return {"median": times[len(times) // 2], "p95": times[len(times) * 19 // 20], "memory": memory}


def _child(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.licences", name]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _started(code: str) -> float:
    times = []
    for _ in range(STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def _verdict(said: str | None, sample: Sample) -> str:
    if not sample.expected:
        return "right" if said is None or said.startswith("LicenseRef-") else "other"
    return "nothing" if said is None else "right" if families(said) == sample.expected else "other"


def accuracy(found: Sequence[Sample]) -> None:
    """Print right, nothing said and wrong per group, for both."""
    for name, load in ANSWERS.items():
        answer = load()
        counts: dict[str, Counter[str]] = {}
        for sample in found:
            said = answer(sample.content)
            verdict = _verdict(said, sample)
            counts.setdefault(sample.group, Counter())[verdict] += 1
        for group, count in counts.items():
            total = count.total()
            print(
                f"  {name:<8} {group:<19} {count['right']:4} of {total:4} right ({count['right'] / total:6.1%}), "
                f"{count['nothing']:3} nothing said, {count['other']:3} another licence"
            )


def main() -> None:
    """Print accuracy, milliseconds, start-up, size of the index and memory, each beside its target and the library."""
    found = samples()
    print(f"licences, {len(found)} files")
    accuracy(found)
    start = _started("from harvesters.licences import detecting; detecting.warm_up()")
    library_start = _started("from licenseclassifier import identify_license; identify_license('x')")
    bare = _started("import numpy")
    print(
        f"  start-up {start:.2f} s (target {TARGET_START_S:g}), library {library_start:.2f} s, numpy alone {bare:.2f} s"
    )
    size = sum(path.stat().st_size for path in INDEX.glob("texts.*")) / 2**20
    print(f"  index    {size:.2f} MB (target {TARGET_INDEX_MB:g})")
    cost = {name: _child(name) for name in ANSWERS}
    for name, one in cost.items():
        print(
            f"  {name:<8} {FILES} different files: median {one['median']:.1f} ms (target {TARGET_MEDIAN_MS:g}), "
            f"95 % {one['p95']:.1f} ms (target {TARGET_P95_MS:g}), memory {one['memory']:.0f} MB "
            f"(target {TARGET_MEMORY_MB:g})"
        )
    print(f"  median   {cost['ours']['median'] / cost['library']['median']:.2f} x the library")


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1] in ANSWERS:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
