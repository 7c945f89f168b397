import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.log_lines import (
    FROM_CLIENTS,
    KINDS_KEPT,
    LIMITED_BY,
    LINES_OF_A_KIND,
    LONGEST_ARGUMENT,
    LONGEST_OUTSIDE,
    LONGEST_TRACEBACK,
    WINDOW_SECONDS,
    LimitedHandler,
    LineFormatter,
    escape,
)


class Log:
    """A log with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stream = io.StringIO()
        self.handler = LimitedHandler(self.stream, clock=lambda: self.now)
        self.handler.setFormatter(LineFormatter("%(levelname)s %(message)s"))
        self.logger = logging.getLogger(f"log {id(self)}")
        self.logger.setLevel(logging.DEBUG)
        self.logger.propagate = False
        self.logger.addHandler(self.handler)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().split("\n")[:-1]


@pytest.fixture
def log() -> Log:
    return Log()


@given(st.text(), st.integers(1, 200))
def test_an_escaped_text_is_printable_and_of_bounded_length(text: str, longest: int) -> None:
    escaped = escape(text, longest)
    assert escaped.isprintable()
    assert len(escaped) <= longest
    assert escaped == text or not text.isprintable() or len(text) > longest


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\x00", "\u2028", "\u202e", "\x85", "\ud800"])
def test_no_argument_begins_a_line_or_moves_a_terminals_cursor(log: Log, sign: str) -> None:
    log.logger.warning("Refused %s, %r", f"a mug{sign}ERROR forged", sign)
    (line,) = log.lines
    assert line.isprintable()


def test_numbers_and_objects_are_written_as_ever(log: Log) -> None:
    log.logger.info("%d of %5.1f, %s, %r, %s", 3, 2.5, None, "a", {"b": 1})
    log.logger.info("%(name)s", {"name": "mapped"})
    assert log.lines == ["INFO 3 of   2.5, None, 'a', {'b': 1}", "INFO mapped"]


def test_a_long_argument_is_cut(log: Log) -> None:
    log.logger.info("Refused %s", "x" * 100_000)
    assert len(log.stream.getvalue()) < LONGEST_ARGUMENT + 50


@pytest.mark.parametrize("name", sorted(FROM_CLIENTS))
def test_what_a_library_says_of_a_client_is_cut_soon(log: Log, name: str) -> None:
    log.handler.handle(logging.LogRecord(name, logging.WARNING, "", 0, "Bad: %s", ("x" * 5_000,), None))
    assert log.lines == [f"WARNING Bad: {'x' * (LONGEST_OUTSIDE - 1)}…"]


@pytest.mark.parametrize("name", sorted(FROM_CLIENTS))
def test_what_a_library_wrote_into_its_message_is_cut_and_counted_too(log: Log, name: str) -> None:
    for number in range(LINES_OF_A_KIND + 5):
        log.handler.handle(logging.LogRecord(name, logging.WARNING, "", 0, f"Bad 100%\n{number} {'x' * 500}", (), None))
    assert len(log.lines) == LINES_OF_A_KIND
    assert all(len(line) <= len("WARNING ") + LONGEST_OUTSIDE and line.isprintable() for line in log.lines)
    log.now += WINDOW_SECONDS
    log.handler.handle(logging.LogRecord(name, logging.WARNING, "", 0, "Good", (), None))
    assert log.lines[-2:] == ["WARNING 5 more like it in 10 s: %s", "WARNING Good"]


def test_lines_of_a_text_or_a_traceback_do_not_look_like_records(log: Log) -> None:
    log.logger.info("first\nERROR forged")
    try:
        raise ValueError("bad\nERROR forged\x1b")
    except ValueError:
        log.logger.exception("It failed")
    assert "ERROR It failed" in log.lines
    assert [line for line in log.lines if line.startswith("ERROR")] == ["ERROR It failed"]
    assert all(line.isprintable() for line in log.lines)


def test_a_traceback_has_an_end(log: Log) -> None:
    try:
        raise ValueError("\n" * 100_000)
    except ValueError:
        log.logger.exception("It failed")
    assert len(log.lines) <= LONGEST_TRACEBACK + 2


def flood(log: Log, count: int, **extra: str) -> None:
    for number in range(count):
        log.logger.warning("Refused %s", number, extra=extra)


def test_lines_of_a_kind_have_an_end_and_the_rest_is_counted(log: Log) -> None:
    flood(log, 1_000)
    assert len(log.lines) == LINES_OF_A_KIND
    log.now = WINDOW_SECONDS
    log.logger.info("Something else")
    assert log.lines[-2:] == [
        f"WARNING {1_000 - LINES_OF_A_KIND} more like it in 10 s: Refused %s",
        "INFO Something else",
    ]
    flood(log, 1)
    assert log.lines[-1] == "WARNING Refused 0", "a new window"


def test_kinds_are_counted_each_for_itself(log: Log) -> None:
    flood(log, 100, **{LIMITED_BY: "item_viewed"})
    log.logger.warning("Refused %s", "first", extra={LIMITED_BY: "item_rated"})
    log.logger.warning("Something else")
    assert log.lines[LINES_OF_A_KIND:] == ["WARNING Refused first", "WARNING Something else"]


@pytest.mark.parametrize("template", ["{} template", "{} \n template"])
def test_many_kinds_are_no_way_around_the_limit(log: Log, template: str) -> None:
    for number in range(2 * KINDS_KEPT):
        log.logger.warning(template.format(number))
    assert log.stream.getvalue().count("template") <= KINDS_KEPT + LINES_OF_A_KIND


def test_what_was_left_out_is_said_at_the_end(log: Log) -> None:
    flood(log, LINES_OF_A_KIND + 5)
    log.now = 3.0
    log.handler.close()
    assert log.lines[-1] == "WARNING 5 more like it in 3 s: Refused %s"


def test_who_asks_for_everything_gets_everything(log: Log) -> None:
    for number in range(100):
        log.logger.debug("Step %d", number)
    assert len(log.lines) == 100


def test_logs_tell_the_time_in_utc() -> None:
    record = logging.makeLogRecord({"created": 1_800_000_000.5, "msecs": 500.0, "msg": "hello"})
    assert LineFormatter("%(asctime)s %(message)s").format(record) == "2027-01-15T08:00:00.500Z hello"
