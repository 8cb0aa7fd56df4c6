# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Structured logs on standard error, without secrets: one JSON object a line, or a line of text.

Modules log through the standard library (``logging.getLogger(__name__)``), fields by ``extra=``; structlog turns the
records into lines. It takes 0.1 s to load, so that happens with the first record: most commands log nothing.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, TextIO

from registry.redacting import Redactor

OURS = ("registry", "harvesters", "allmende")
"""Loggers that heed the level asked for; libraries only say what is a warning at least."""
_FIRST = ("timestamp", "level", "logger", "event")


class LogLines(logging.Handler):
    """Writes records to ``stream`` (standard error as it is at that moment, where none is given)."""

    def __init__(self, form: str, secrets: Callable[[], Redactor], stream: TextIO | None = None) -> None:
        super().__init__()
        self._form = form
        self._secrets = secrets
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        stream = self._stream or sys.stderr
        try:
            if self.formatter is None:
                self.setFormatter(_formatter(self._form, self._secrets()))
            line = self.format(record)
            # A progress bar may stand in this line.
            stream.write(f"\r\033[K{line}\n" if stream.isatty() else f"{line}\n")
            stream.flush()
        except (OSError, ValueError, AttributeError):
            # Nobody reads standard error any more: no reason to end a night's work.
            return
        except Exception as error:
            # The library's own answer to this prints the record's arguments as they are.
            stream.write(f"{record.levelname.lower()} {record.name}: not written ({type(error).__name__})\n")


def begin_logging(form: str, level: str, secrets: Callable[[], Redactor], stream: TextIO | None = None) -> None:
    """Route the standard library's logging to ``stream``; called again, it replaces what it set before.

    ``form`` is "text" or "json", ``level`` one of ``registry.config.LOG_LEVELS``.
    """
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, LogLines)]:
        root.removeHandler(handler)
    root.addHandler(LogLines(form, secrets, stream))
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


def _formatter(form: str, redactor: Redactor) -> logging.Formatter:
    import structlog

    render = structlog.processors.JSONRenderer(serializer=json.dumps) if form == "json" else _as_text
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            partial(_without_secrets, redactor),
            render,
        ],
    )


def _without_secrets(redactor: Redactor, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Other handlers leave the formatted text in the record, which is the event once more.
    named = redactor.value({name: value for name, value in event.items() if name != "message"})
    return {name: named[name] for name in (*_FIRST, *named) if name in named}


def _as_text(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    rest = {name: value for name, value in event.items() if name not in (*_FIRST, "exception")}
    fields = "".join(f" {name}={json.dumps(value, ensure_ascii=False)}" for name, value in rest.items())
    head = f"{event['timestamp'][:19]}Z {event['level']} {event['logger']}: {event['event']}{fields}"
    lines = [head, *str(event.get("exception", "")).splitlines()]
    return "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
