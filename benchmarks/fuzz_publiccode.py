# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mutated publiccode.yml files against both checkers and the mender: ``python benchmarks/fuzz_publiccode.py``.

Every input goes to a child process that measures itself. An exception, a dead child, more than a second of processor
time for one call, more than 300 MB of memory, or mending that is not settled after one time is an offender: it is
written to the folder given, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import selectors
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from benchmarks.mutations import mutated, seeds  # noqa: E402
from harvesters.publiccode.checking import check  # noqa: E402
from harvesters.publiccode.fixing import fix  # noqa: E402
from harvesters.publiccode.reference import check_reference  # noqa: E402

MOST_SECONDS = 1.0
MOST_BYTES = 300 * 2**20
_HANGS_AFTER = 20.0
"""Wall time; generous, for a machine with other work."""


def unsettled(content: bytes) -> str | None:
    """What is wrong with mending these bytes: doing it again must change nothing."""
    once = fix(content).content
    return "fix changes its own result" if fix(once).content != once else None


CALLS: dict[str, Callable[[bytes], object]] = {"check": check, "check_reference": check_reference, "fix": unsettled}


@dataclass(slots=True)
class Tally:
    """What a run has seen; seconds of processor time by call."""

    inputs: int = 0
    slowest: dict[str, float] = field(default_factory=dict)
    rss: int = 0
    offences: list[str] = field(default_factory=list)


def trial(content: bytes, calls: Sequence[str] = ()) -> dict[str, object]:
    """In the child: every call (or those named) on one input, timed. ``fault`` is None where all went well."""
    seconds: dict[str, float] = {}
    for name, call in CALLS.items():
        if calls and name not in calls:
            continue
        started = time.process_time()
        try:
            told = call(content)
        except BaseException:
            return {"fault": f"{name}: {traceback.format_exc(limit=-6)}", "seconds": seconds, "rss": _rss()}
        seconds[name] = time.process_time() - started
        if isinstance(told, str):
            return {"fault": f"{name}: {told}", "seconds": seconds, "rss": _rss()}
    return {"fault": None, "seconds": seconds, "rss": _rss()}


def _rss() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Child:
    """The process that is given the inputs; a new one after each offence."""

    def __init__(self, calls: Sequence[str]) -> None:
        named = [word for call in calls for word in ("--call", call)]
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--child", *named], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, content: bytes) -> dict[str, object]:
        """The child's answer, or a fault of its own making where there is none."""
        pipe_in, pipe_out = _pipe(self._process.stdin), _pipe(self._process.stdout)
        try:
            pipe_in.write(len(content).to_bytes(8, "big") + content)
            pipe_in.flush()
        except OSError:
            return {"fault": f"the child died: {self._process.wait()}"}
        with selectors.DefaultSelector() as selector:
            selector.register(pipe_out, selectors.EVENT_READ)
            if not selector.select(_HANGS_AFTER):
                return {"fault": f"no answer after {_HANGS_AFTER:g} s"}
        line = pipe_out.readline()
        return dict(json.loads(line)) if line else {"fault": f"the child died: {self._process.wait()}"}

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise TypeError("the child has pipes")
    return stream


def _serve(calls: Sequence[str]) -> None:
    while len(head := sys.stdin.buffer.read(8)) == 8:
        answer = trial(sys.stdin.buffer.read(int.from_bytes(head, "big")), calls)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def judged(answer: dict[str, object], tally: Tally) -> str | None:
    """What is wrong with this answer, None if nothing."""
    seconds = answer.get("seconds", {})
    for name, taken in (seconds if isinstance(seconds, dict) else {}).items():
        tally.slowest[name] = max(tally.slowest.get(name, 0.0), taken)
        if taken > MOST_SECONDS * (2 if name == "fix" else 1):
            return f"{name}: {taken:.2f} s of processor time"
    rss = answer.get("rss", 0)
    tally.rss = max(tally.rss, rss if isinstance(rss, int) else 0)
    if isinstance(rss, int) and rss > MOST_BYTES:
        return f"{rss / 2**20:.0f} MiB"
    return str(answer["fault"]) if answer["fault"] else None


def run(seconds: float, seed: int, folder: Path, calls: Sequence[str] = ()) -> Tally:
    """Fuzz for so long; offenders go to ``folder`` with what they did beside them."""
    chance, originals, tally, child = random.Random(seed), seeds(), Tally(), Child(calls)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            content = originals[tally.inputs] if tally.inputs < len(originals) else mutated(originals, chance)
            tally.inputs += 1
            offence = judged(child.ask(content), tally)
            if offence is not None:
                folder.mkdir(parents=True, exist_ok=True)
                name = f"{len(tally.offences):04d}"
                (folder / f"{name}.yml").write_bytes(content)
                (folder / f"{name}.txt").write_text(offence, encoding="utf-8")
                tally.offences.append(offence)
                child.end()
                child = Child(calls)
    finally:
        child.end()
    return tally


def main() -> int:
    """0 if nothing offended, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long; 600 is what the issue asks for")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run: the same inputs in the same order")
    parser.add_argument("--offenders", type=Path, default=Path("/tmp/allmende-fuzz"), help="folder for what offends")
    parser.add_argument("--call", action="append", choices=list(CALLS), default=[], help="only this; may be repeated")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        _serve(asked.call)
        return 0
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    tally = run(asked.seconds, seed, asked.offenders, asked.call)
    slowest = ", ".join(f"{name} {taken:.3f} s" for name, taken in tally.slowest.items())
    print(f"fuzz: {tally.inputs} inputs in {asked.seconds:g} s, seed {seed}; slowest {slowest}; "
          f"memory {tally.rss / 2**20:.0f} MiB; {len(tally.offences)} offenders")  # fmt: skip
    for offence in sorted({offence.strip().splitlines()[-1] for offence in tally.offences}):
        print(f"  {offence}")
    if tally.offences:
        print(f"  see {asked.offenders}")
    return 1 if tally.offences else 0


if __name__ == "__main__":
    sys.exit(main())
