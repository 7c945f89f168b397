"""The measurement runs, on both kinds of database."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration


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
