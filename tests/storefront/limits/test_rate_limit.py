from storefront.limits.rate_limit import RateLimit


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


def test_the_table_is_bounded_and_forgets_who_was_unseen_for_longest() -> None:
    limit = RateLimit(per_second=0.001, burst=1, visitors_kept=2)
    for visitor in ("a", "b", "a", "c"):
        limit.allow(visitor, 0.0)
    assert len(limit) == 2
    assert not limit.allow("a", 0.0)
    assert limit.allow("b", 0.0), "forgotten, so a stranger again"
