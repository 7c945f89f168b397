"""Times as files write them."""

import numpy as np
import pandas as pd
import pytest

from infra.evaluate.times import read_times

NOON = 1_700_000_000.0


@pytest.mark.parametrize("factor", [1, 1_000, 1_000_000, 1_000_000_000])
def test_the_unit_is_the_one_that_puts_the_middle_after_1973(factor: int) -> None:
    cells = pd.Series([str(int((NOON + second) * factor)) for second in range(3)])
    assert read_times(cells).tolist() == pytest.approx([NOON, NOON + 1, NOON + 2])


def test_numbers_of_a_small_clock_are_seconds() -> None:
    assert read_times(pd.Series(["1", "2.5"])).tolist() == [1, 2.5]


@pytest.mark.parametrize(("unit", "seconds"), [("s", 5e8), ("ms", 5e5), ("us", 500.0), ("ns", 0.5)])
def test_a_unit_that_is_said_is_not_questioned(unit: str, seconds: float) -> None:
    assert read_times(pd.Series(["500000000"]), unit).tolist() == pytest.approx([seconds])


def test_dates_may_have_zones_or_none() -> None:
    cells = pd.Series(["2023-11-14 22:13:20", "2023-11-15T00:13:20+02:00", "2023-11-14 22:13:20 UTC"])
    assert read_times(cells).tolist() == [NOON] * 3


def test_dates_of_other_styles_are_read_if_most_are_so() -> None:
    assert read_times(pd.Series(["11/14/2023 22:13:20", "11/14/2023 22:13:21"])).tolist() == [NOON, NOON + 1]


def test_a_time_of_another_era_is_none() -> None:
    times = read_times(pd.Series(["1700000000", "1700000001", "15", "99999999999999"]))
    assert np.isnan(times).tolist() == [False, False, True, True]


def test_typed_times_are_read_as_they_are() -> None:
    stamps = pd.to_datetime(pd.Series(["2023-11-14T22:13:20Z", ""]), utc=True)
    assert read_times(stamps)[0] == NOON
    assert np.isnan(read_times(stamps)[1])


def test_numbers_may_be_called_dates() -> None:
    assert read_times(pd.Series(["20231114"]), "iso").tolist() == [1_699_920_000.0]
