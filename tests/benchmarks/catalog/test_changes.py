"""A whole shop that never ran bootstrap: what the API sends is searched, alike, recommended, and gone again."""

import time

import pytest
from click.testing import CliRunner

from benchmarks.catalog.changes import main, wait
from infra.errors import CannotRun


@pytest.mark.integration
def test_items_come_and_go_in_a_shop_that_has_only_them() -> None:
    result = CliRunner().invoke(main, ["--empty", "--first", "60", "--items", "2"], catch_exceptions=False)
    assert result.exit_code == 0
    table = result.stdout[result.stdout.index("ms  ") :].splitlines()
    assert [line[:16].strip() for line in table] == [
        *("ms", "60 products", "written", "searched", "neighbors", "recommended", "out of stock", "deleted")
    ]
    assert all(len(line.split()) >= 4 for line in table)


def test_what_does_not_come_is_an_error() -> None:
    with pytest.raises(CannotRun, match="It was not so"):
        wait(lambda: False, time.perf_counter() - 60)
