"""The measurement runs, on both kinds of database."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration


def test_the_cpu_time_of_what_a_page_reads_and_a_change_writes_is_measured() -> None:
    run = [sys.executable, "-m", "benchmarks.basket_writes", "--cpu", "--json"]
    answer = subprocess.run(run, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stderr
    assert all(cost > 0 for cost in json.loads(answer.stdout)["cpu_ms"].values())


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_pages_are_measured_alone_and_beside_writes(database: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("redis_url")
    if database == "postgresql":
        request.getfixturevalue("postgres_url")
    words = ("--database", database, "--seconds", "1", "--turns", "1", "--json")
    run = [sys.executable, "-m", "benchmarks.basket_writes", *words]
    answer = subprocess.run(run, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout.splitlines()[-1])
    assert (figures["database"], figures["writes"]) == (database, 50)
    assert all(figures[name]["p99"] > 0 for name in ("alone_ms", "beside_ms", "writes_ms"))
