# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records of the standard library become lines without secrets."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from registry.logs import OURS, LogLines, begin_logging
from registry.redacting import Redactor

CANARY = "canary-token"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *OURS)}
    yield io.StringIO()
    for handler in [one for one in root.handlers if isinstance(one, LogLines)]:
        root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def begin(stream: io.StringIO, form: str = "json", level: str = "info") -> None:
    begin_logging(form, level, lambda: Redactor([CANARY]), stream)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_object_a_line_with_its_fields(stream: io.StringIO) -> None:
    begin(stream)
    logging.getLogger("allmende.harvest").info(
        "run-ended", extra={"run": "01ABC", "seconds": 1.25, "counts": {"new": 2}}
    )
    (event,) = lines(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "level": "info",
        "logger": "allmende.harvest",
        "event": "run-ended",
        "run": "01ABC",
        "seconds": 1.25,
        "counts": {"new": 2},
    }


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_reaches_a_line(stream: io.StringIO, form: str) -> None:
    begin(stream, form)
    log = logging.getLogger("registry.somewhere")
    log.warning("asked %s with %s", f"https://user:{CANARY}-2@git.example/a", CANARY, extra={"token": "canary-3"})
    log.warning(
        "headers", extra={"headers": {"Authorization": "Bearer canary-4-canary"}, "url": "https://h/?token=canary-5"}
    )
    try:
        raise ValueError(f"{CANARY} in https://a:canary-6@h/?private_token=canary-7")
    except ValueError:
        log.exception("it broke")
    assert "canary" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "git.example/a" in stream.getvalue()


def test_strangers_texts_cannot_forge_a_line_or_move_the_cursor(stream: io.StringIO) -> None:
    begin(stream, "text")
    logging.getLogger("allmende").error("name", extra={"of": "x\n2026 error allmende: forged\x1b[2J"})
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "\x1b" not in text


def test_ours_heed_the_level_and_libraries_only_warn(stream: io.StringIO) -> None:
    begin(stream, level="debug")
    logging.getLogger("harvesters.git").debug("fine")
    logging.getLogger("urllib3.connectionpool").debug("chatter")
    logging.getLogger("alembic.runtime").info("chatter")
    logging.getLogger("urllib3").warning("odd")
    assert [event["event"] for event in lines(stream)] == ["fine", "odd"]


def test_beginning_again_replaces(stream: io.StringIO) -> None:
    begin(stream)
    begin(stream)
    logging.getLogger("allmende").warning("once")
    assert len(lines(stream)) == 1


def test_a_record_that_cannot_be_written_ends_nothing(stream: io.StringIO) -> None:
    begin(stream)
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one, LogLines)]
    handler.emit(logging.makeLogRecord({"name": "allmende", "msg": "%d", "args": (CANARY,)}))
    logging.getLogger("allmende").warning("next")
    assert "canary" not in stream.getvalue()
    assert "next" in stream.getvalue()
    stream.close()
    logging.getLogger("allmende").warning("nobody reads this")


def test_the_library_loads_with_the_first_record_only() -> None:
    probe = (
        "import sys, logging\nfrom registry.cli.logging import begin\nbegin()\nprint('structlog' in sys.modules)\n"
        "logging.getLogger('allmende').warning('x')\nprint('structlog' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
