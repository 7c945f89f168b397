"""The report of ``bench latency``, and what programs hold in memory."""

import os
from types import SimpleNamespace
from typing import Any, cast

from infra.bench.latency import memory_of, slashes, table_of
from infra.stack.local_stack import LocalStack

TIMES = {"p50": 1.0, "p90": 2.0, "p99": 3.04}


def report(others: dict[str, Any] | None) -> dict[str, Any]:
    browser = {"click_to_push_ms": TIMES, "click_to_drawn_ms": TIMES}
    rate = {
        "clicks_per_second": 50.0,
        "browser": browser,
        "others": others,
        "kafka_round_trip_ms": TIMES,
        "browser_echo_ms": None,
    }
    return {"kafka_round_trip_ms": TIMES, "opening": browser, "rates": [rate], "memory_mb": {"Learner": 300}}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_rate_is_a_row_of_as_many_cells_as_the_heading() -> None:
    lines = table_of(report({"click_to_push_ms": TIMES})).splitlines()
    assert len({len(cells(line)) for line in lines[:4]}) == 1
    assert cells(lines[2]) == ["50", *["1.0 / 2.0 / 3.0"] * 4, "–"]  # noqa: RUF001 - a dash for none
    assert cells(lines[3])[0] == "one click that opens a page"
    assert lines[-1] == "All times in ms. Memory: Learner 300 MB."


def test_where_nobody_else_clicked_there_is_a_dash() -> None:
    assert cells(table_of(report(None)).splitlines()[2])[3] == slashes(None)


def test_memory_is_that_of_each_program_with_its_children() -> None:
    stack = cast(LocalStack, SimpleNamespace(pids=lambda: {"Tests": os.getpid()}))
    assert 10 < memory_of(stack)["Tests"] < 20_000
