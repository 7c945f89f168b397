import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.limits.leaky_buckets import LeakyBuckets, Limit, RateLimit

STEPS = st.lists(st.floats(min_value=0, max_value=5), max_size=60)


@pytest.mark.parametrize(("count", "seconds"), [(0, 60), (5, 0), (5, 10**6)])
def test_a_limit_that_makes_no_sense_is_refused(count: int, seconds: int) -> None:
    with pytest.raises(ValueError, match="bad"):
        Limit("bad", count, seconds)


@given(STEPS, st.integers(1, 5), st.floats(min_value=0.5, max_value=20))
def test_never_more_than_the_burst_and_the_rate_get_through(steps: list[float], count: int, seconds: float) -> None:
    buckets, limit, now, taken = LeakyBuckets(), Limit("any", count, seconds), 0.0, 0
    for step in steps:
        now += step
        taken += buckets.take(limit, "key", now) == 0
    assert taken <= count + now * count / seconds + 1e-3


@given(STEPS)
def test_who_waits_as_long_as_told_gets_through(steps: list[float]) -> None:
    buckets, limit, now = LeakyBuckets(), Limit("any", 2, 3.0), 0.0
    for step in steps:
        now += step
        wait = buckets.take(limit, "key", now)
        if wait:
            now += wait
            assert buckets.take(limit, "key", now) == 0


def test_what_is_given_back_can_be_taken_again() -> None:
    buckets, once = LeakyBuckets(), Limit("once", 1, 60)
    assert buckets.take(once, "key", 0.0) == 0
    buckets.give_back(once, "key")
    buckets.give_back(once, "nobody")
    assert buckets.take(once, "key", 0.0) == 0
    assert buckets.take(once, "key", 0.0) == 60


def test_what_costs_more_than_the_bucket_holds_fits_into_an_empty_one_and_others_wait_for_it() -> None:
    buckets, thrice = LeakyBuckets(), Limit("thrice", 3, 30)
    assert buckets.take(thrice, "key", 0.0, cost=5) == 0
    assert buckets.take(thrice, "key", 0.0) == 30
    assert buckets.take(thrice, "key", 30.0, cost=5) == 20
    buckets.give_back(thrice, "key", cost=5)
    assert buckets.take(thrice, "key", 30.0, cost=3) == 0


def test_the_table_is_bounded_and_forgets_the_key_unused_for_longest() -> None:
    buckets, once = LeakyBuckets(keys_kept=2), Limit("once", 1, 60)
    for key in ("a", "b", "c"):
        buckets.take(once, key, 0.0)
    assert len(buckets) == 2
    assert buckets.take(once, "a", 0.0) == 0, "forgotten, so a stranger again"
    assert buckets.take(once, "c", 0.0) == 60


def test_a_burst_is_allowed_then_the_rate() -> None:
    limit = RateLimit(per_second=2, burst=3)
    assert [limit.allow("v", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert not limit.allow("v", 0.4)
    assert limit.allow("v", 1.0)


def test_tokens_do_not_pile_up_beyond_the_burst() -> None:
    limit = RateLimit(per_second=100, burst=2)
    limit.allow("v", 0.0)
    assert [limit.allow("v", 1000.0) for _ in range(3)] == [True, True, False]


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    limit = RateLimit(per_second=1, burst=1)
    assert limit.allow("v", 100.0)
    assert not limit.allow("v", 50.0)


def test_the_table_of_visitors_is_bounded_and_forgets_who_was_unseen_for_longest() -> None:
    limit = RateLimit(per_second=0.001, burst=1, visitors_kept=2)
    for visitor in ("a", "b", "a", "c"):
        limit.allow(visitor, 0.0)
    assert len(limit) == 2
    assert not limit.allow("a", 0.0)
    assert limit.allow("b", 0.0), "forgotten, so a stranger again"
