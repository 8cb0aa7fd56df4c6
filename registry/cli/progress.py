# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a harvest is: a moving line on a terminal, plain lines now and then elsewhere, events in the log."""

from __future__ import annotations

import logging
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import click

from registry.catalogue.harvesting import Progress
from registry.cli.printable import printable
from registry.config import Config, moving_wanted, ui_language
from registry.model import Item, ItemStatus, Problem, Severity
from registry.vocabulary.rules import explain

_PLAIN_LINES, _PLAIN_SECONDS = 250, 60.0
_REDRAW_SECONDS = 0.1
_RATED_OVER = 30.0
"""Seconds over which the rate is taken: the beginning of a run is no measure of its end."""
_BAR = 24
_EVENTS = {"host-paused": "host-paused"}
_FAULTY = (ItemStatus.FAILED, ItemStatus.REFUSED, ItemStatus.GONE)

_log = logging.getLogger("allmende.harvest")


def run_progress(config: Config, quiet: bool, run_id: Callable[[], str | None]) -> Sequence[Progress]:
    """Who is told of a run: people, unless ``quiet`` or the log is JSON; and the log, where it is asked for.

    ``run_id`` gives the run in progress.
    """
    told: list[Progress] = []
    if not quiet and config.log == "text":
        told.append(TerminalProgress())
    if config.log == "json" or config.log_level in ("debug", "info"):
        told.append(LoggedProgress(run_id))
    return told


class Pace:
    """How many were done, and how fast of late. ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.begun = clock()
        self.done = 0
        self.failed = 0
        self._marks: deque[tuple[float, int]] = deque([(self.begun, 0)])

    def note(self, item: Item) -> None:
        self.done += 1
        self.failed += item.status in _FAULTY
        now = self._clock()
        if now - self._marks[-1][0] >= 1.0:
            self._marks.append((now, self.done))
            while len(self._marks) > 2 and now - self._marks[1][0] > _RATED_OVER:
                self._marks.popleft()

    @property
    def seconds(self) -> float:
        return self._clock() - self.begun

    @property
    def rate(self) -> float:
        """Repositories a second of late."""
        at, count = self._marks[0]
        return (self.done - count) / max(0.001, self._clock() - at)

    def seconds_left(self, left: int) -> float | None:
        return left / self.rate if self.rate > 0 else None


class TerminalProgress:
    """For people, on standard error. Failures are always told; ``total`` is the number known beforehand."""

    def __init__(
        self,
        total: int | None = None,
        echo: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        moving: bool | None = None,
    ) -> None:
        self._total = total
        self._clock = clock
        self._pace = Pace(clock)
        self._moving = (sys.stderr.isatty() and moving_wanted()) if moving is None else moving
        self._echo = echo or (lambda text: click.echo(text, err=True))
        self._language = ui_language()
        self._drawn_at = float("-inf")
        self._lined_at, self._lined = clock(), 0

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        self._pace.note(item)
        if item.status in _FAULTY and item.rule is not None:
            told = explain(item.rule, item.params, self._language).message.strip()
            self._line(f"  {item.status}: {printable(told)}")
        left = max(0, self._total - self._pace.done) if self._total is not None else waiting
        if self._moving:
            self._draw(left, self._total is None and listing)
        elif self._pace.done - self._lined >= _PLAIN_LINES or self._clock() - self._lined_at >= _PLAIN_SECONDS:
            self._lined_at, self._lined = self._clock(), self._pace.done
            self._echo("  " + self._figures(left, self._total is None and listing))

    def said(self, fault: Problem) -> None:
        self._line("  " + printable(explain(fault.rule, fault.params, self._language).message.strip()))

    def grouping(self, left: int) -> None:
        if self._moving:
            _redraw(f"  comparing stored repositories, {left} left")

    def end(self) -> None:
        """Take the moving line away."""
        if self._moving:
            _redraw("")
            self._drawn_at = float("-inf")

    def _line(self, text: str) -> None:
        self.end()
        self._echo(text)

    def _figures(self, left: int, open_end: bool) -> str:
        pace = self._pace
        parts = [f"{pace.done}/{pace.done + left}{'+' if open_end else ''} repositories", f"{pace.rate:.1f} a second"]
        seconds = pace.seconds_left(left)
        if left and seconds is not None:
            parts.append(f"{'at least ' if open_end else ''}{duration(seconds)} left")
        if pace.failed:
            parts.append(f"{pace.failed} failed")
        return ", ".join(parts)

    def _draw(self, left: int, open_end: bool) -> None:
        now = self._clock()
        if now - self._drawn_at < _REDRAW_SECONDS and left:
            return
        self._drawn_at = now
        filled = int(_BAR * self._pace.done / max(1, self._pace.done + left))
        pace, more = self._pace, "+" if open_end else ""
        seconds = pace.seconds_left(left)
        parts = [f"{pace.done}/{pace.done + left}{more}", f"{pace.rate:.1f}/s"]
        parts += [f"{'>' if open_end else ''}{duration(seconds)} left"] if seconds is not None else []
        parts += [f"{pace.failed} failed"] if pace.failed else []
        line = f"  [{'#' * filled}{'-' * (_BAR - filled)}] {'  '.join(parts)}"
        # A line that wraps could not be taken away again.
        _redraw(line[: shutil.get_terminal_size().columns - 1])


def _redraw(line: str) -> None:
    # Not left to click, which takes these controls away together with colours where nobody wants colours.
    click.echo(f"\r\033[K{line}", nl=False, err=True, color=True)


class LoggedProgress:
    """For machines: events with fields, through ``registry.logs``."""

    def __init__(self, run_id: Callable[[], str | None], clock: Callable[[], float] = time.monotonic) -> None:
        self._run_id = run_id
        self._run: str | None = None
        self._clock = clock
        self._pace = Pace(clock)
        self._told_at, self._told = clock(), 0

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        self._pace.note(item)
        if item.status in _FAULTY:
            fields = {"url": item.repository, "status": item.status.value, "rule": item.rule, **_detail(item.params)}
            self._log(logging.INFO, "repository-failed", {**fields, "seconds": round(item.seconds, 3)})
        if self._pace.done - self._told >= _PLAIN_LINES or self._clock() - self._told_at >= _PLAIN_SECONDS:
            self._told_at, self._told = self._clock(), self._pace.done
            figures = {"done": self._pace.done, "failed": self._pace.failed, "waiting": waiting, "listing": listing}
            self._log(logging.INFO, "progress", {**figures, "rate": round(self._pace.rate, 1)})

    def said(self, fault: Problem) -> None:
        worse = fault.severity in (Severity.ERROR, Severity.BLOCKING)
        fields = {"rule": fault.rule, "url": fault.params.get("subject"), **_detail(fault.params)}
        event = _EVENTS.get(fault.rule, "run-fault")
        self._log(logging.WARNING if worse else logging.INFO, event, fields)

    def grouping(self, left: int) -> None:
        self._log(logging.DEBUG, "grouping", {"left": left})

    def _log(self, level: int, event: str, fields: Mapping[str, object]) -> None:
        if self._run is None and (found := self._run_id()) is not None:
            self._run = found
            _log.info("run-began", extra={"run": found})
        _log.log(level, event, extra={"run": self._run, **fields})


def _detail(params: Mapping[str, str]) -> dict[str, str]:
    return {"detail": params["detail"]} if params.get("detail") else {}


class Telling:
    """Passes on to several."""

    def __init__(self, told: Sequence[Progress]) -> None:
        self._told = told

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        for one in self._told:
            one.done(item, waiting, listing)

    def said(self, fault: Problem) -> None:
        for one in self._told:
            one.said(fault)

    def grouping(self, left: int) -> None:
        for one in self._told:
            one.grouping(left)

    def end(self) -> None:
        for one in self._told:
            if isinstance(one, TerminalProgress):
                one.end()


def duration(seconds: float) -> str:
    """ "12 s", "3 min 20 s", "1 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
