# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Server time of each kind of page, through the test client: ``python benchmarks/pages.py [COPIES_OF_THE_DOZEN]``.

Prints milliseconds: the first request of each kind (cold), median and worst of 30 more, and their mean processor time,
which other work on the machine does not change.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from registry.web.app import create_app  # noqa: E402
from support.catalogue import small_catalogue  # noqa: E402

_REQUESTS = 30
PAGES = {
    "start": "/",
    "results, no words": "/solutions",
    "results, one word": "/solutions?q=Karte",
    "results, words and filters": "/solutions?q=online+Termine&country=DE&licence=MIT",
    "no result": "/solutions?q=xyzzy",
    "solution": "/solutions/maengelmelder",
    "publisher": "/bodies/stadt-musterhausen",
    "runs": "/runs",
    "how we judge": "/judging",
    "API, list": "/api/v1/solutions?q=Karte",
    "API, one": "/api/v1/solutions/maengelmelder",
}


def main() -> None:
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        catalogue = small_catalogue(Path(folder), copies=copies)
        client = create_app(catalogue.config, catalogue).test_client()  # type: ignore[arg-type]
        sys.stdout.write(f"{catalogue.store.count_solutions()} solutions; milliseconds of server time\n")
        sys.stdout.write(f"{'page':<28}{'cold':>8}{'median':>8}{'worst':>8}{'cpu':>8}{'KB':>8}\n")
        for name, path in PAGES.items():
            times = []
            used = time.process_time()
            for _ in range(_REQUESTS + 1):
                begin = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - begin) * 1000)
            cpu = (time.process_time() - used) * 1000 / (_REQUESTS + 1)
            figures = (times[0], statistics.median(times[1:]), max(times[1:]), cpu, len(answer.data) / 1024)
            sys.stdout.write(f"{name:<28}" + "".join(f"{figure:>8.1f}" for figure in figures) + "\n")
        catalogue.store.close()


if __name__ == "__main__":
    main()
