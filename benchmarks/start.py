# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Start-up of the command line, beside a bare Python that imports click."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7


def _median(command: list[str]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Print the median of several runs and the ratio."""
    ours = _median([sys.executable, "-m", "registry.cli", "--help"])
    reference = _median([sys.executable, "-c", "import click"])
    print(f"allmende --help      {ours * 1000:6.0f} ms  (target under 300 ms)  {ours / reference:.2f} x python + click")


if __name__ == "__main__":
    main()
