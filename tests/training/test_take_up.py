"""Where new weights are taken up: ahead of what is read, by a few seconds of the busiest partition."""

from training.take_up import NOTICE_SECONDS, OBSERVED_SECONDS, AppendRates

NOW = 1_700_000_000.0


def rates(**per_second: float) -> AppendRates:
    known = AppendRates()
    for name, rate in per_second.items():
        for number in range(round(rate * OBSERVED_SECONDS)):
            known.note(int(name[1:]), NOW - OBSERVED_SECONDS + (number + 0.5) / rate)
    return known


def test_a_busy_shop_has_seconds_to_read_of_it() -> None:
    assert rates(p0=1, p1=10).place({0: 50, 1: 70}, NOW) == {0: 50, 1: 71 + 10 * NOTICE_SECONDS}


def test_in_a_quiet_shop_it_is_after_the_next_event() -> None:
    assert AppendRates().place({0: 50, 1: 70}, NOW) == {0: 50, 1: 71}


def test_what_was_appended_long_ago_does_not_count() -> None:
    known = rates(p0=9)
    assert known.place({0: 50, 1: 20}, NOW + OBSERVED_SECONDS + 1) == {0: 51, 1: 20}


def test_of_a_log_without_partitions_there_is_no_place() -> None:
    assert AppendRates().place({}, NOW) == {}
