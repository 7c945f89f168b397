"""How processes write their logs: lines that nobody outside can forge, of bounded length, not too many of a kind."""

import copy
import logging
import numbers
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TextIO

LONGEST_OUTSIDE = 80
"""Characters of what comes from outside, where it is written at all."""
LONGEST_ARGUMENT = 500
LONGEST_TRACEBACK = 80
"""Lines."""

FROM_CLIENTS = frozenset({"gunicorn.error", "gunicorn.access", "engineio.server", "socketio.server", "storefront"})
"""Loggers of libraries that write what clients send. The last one is Flask's own.

Some of their messages have it in them already when they come: a message without arguments counts as one.
"""

LINES_OF_A_KIND = 20
WINDOW_SECONDS = 10.0
KINDS_KEPT = 1_000

LIMITED_BY = "limited_by"
"""The attribute of a record that tells its kind from others of the same template."""

_INDENT = "    "
_MANY = "%d more like it in %.0f s: %s"
_AS_IT_IS = "%s"


def escape(text: str, longest: int = LONGEST_OUTSIDE) -> str:
    r"""Return a text without control characters, and no longer than this: safe in logs and on terminals.

    Examples
    --------
    >>> print(escape("a mug\n2026-11-29 forged \x1b[31m"))
    a mug\n2026-11-29 forged \x1b[31m
    >>> escape("x" * 100, longest=5)
    'xxxx…'
    """
    # Escaping makes longer: what is cut off anyway need not be looked at.
    start = text[: longest + 1]
    if not start.isprintable():
        start = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in start)
    return start if len(start) <= longest else f"{start[: longest - 1]}…"


class LineFormatter(logging.Formatter):
    """Writes a record as one line, whatever its arguments hold; a traceback follows, indented. Times are in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text."""
        shown = copy.copy(record)
        longest = LONGEST_OUTSIDE if record.name in FROM_CLIENTS else LONGEST_ARGUMENT
        if _is_from_a_client(record):
            shown.msg, shown.args = escape(str(record.msg), longest), None
        elif isinstance(record.args, tuple) and record.args:
            shown.args = tuple(_shown(argument, longest) for argument in record.args)
        else:
            shown.msg, shown.args = _indented(record.getMessage()), None
        shown.exc_text = None
        return super().format(shown)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the traceback, indented: no line of it looks like a record."""
        return _INDENT + _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """Return the stack, indented."""
        return _INDENT + _indented(stack_info)


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes so many lines of a kind in a window of time. How many more came follows after it.

    A kind is a logger's template, with the record's `LIMITED_BY` where it has one. Below ``INFO`` there is no limit.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._clock = clock
        self._began = clock()
        self._counts: Counter[tuple[str, ...]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        now = self._clock()
        if now - self._began >= WINDOW_SECONDS:
            self._close_window(now)
        if record.levelno >= logging.INFO:
            template = _AS_IT_IS if _is_from_a_client(record) else str(record.msg)
            kind = (record.name, template, str(getattr(record, LIMITED_BY, "")))
            if kind not in self._counts and len(self._counts) >= KINDS_KEPT:
                kind = ("", "of other kinds", "")
            self._counts[kind] += 1
            if self._counts[kind] > LINES_OF_A_KIND:
                return
        super().emit(record)

    def close(self) -> None:
        """Say what was left out, and end."""
        self.acquire()
        try:
            self._close_window(self._clock())
        finally:
            self.release()
        super().close()

    def _close_window(self, now: float) -> None:
        counts, self._counts = self._counts, Counter()
        seconds, self._began = now - self._began, now
        for (name, template, what), count in counts.items():
            if count > LINES_OF_A_KIND:
                words = (count - LINES_OF_A_KIND, seconds, f"{template} {what}".strip())
                super().emit(logging.LogRecord(name, logging.WARNING, "", 0, _MANY, words, None))


def configure_logging(level: str, template: str) -> None:
    """Have this process write its log to the standard error stream. ``template`` is that of `logging.Formatter`."""
    handler = LimitedHandler(sys.stderr)
    handler.setFormatter(LineFormatter(template))
    logging.basicConfig(level=level, handlers=[handler])


class _Shown:
    """An argument as it is written."""

    def __init__(self, argument: object, longest: int) -> None:
        self._argument = argument
        self._longest = longest

    def __str__(self) -> str:
        return escape(str(self._argument), self._longest)

    def __repr__(self) -> str:
        return escape(repr(self._argument), self._longest)


def _is_from_a_client(record: logging.LogRecord) -> bool:
    return record.name in FROM_CLIENTS and not record.args


def _shown(argument: object, longest: int) -> object:
    return argument if argument is None or isinstance(argument, numbers.Number) else _Shown(argument, longest)


def _indented(text: str) -> str:
    lines = text.splitlines()
    if len(lines) > LONGEST_TRACEBACK:
        half = LONGEST_TRACEBACK // 2
        lines = [*lines[:half], "…", *lines[-half:]]
    return f"\n{_INDENT}".join(escape(line, LONGEST_ARGUMENT) for line in lines)
