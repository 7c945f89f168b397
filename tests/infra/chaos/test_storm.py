"""A short storm over the real product: nothing that was acknowledged is lost, and nothing is left behind."""

import pytest

from infra.chaos.storm import StormOptions, measure_storm

pytestmark = pytest.mark.integration


def test_a_short_storm_loses_nothing() -> None:
    report = measure_storm(StormOptions(seconds=30.0, seed=3, every=(2.0, 4.0)))
    assert int(str(report["acknowledged"])) > 0
    assert int(str(report["pulls"])) > 2
    assert {name: report[name] for name in ("lost", "twice", "baskets_lost", "stars_lost", "orders_lost")} == {
        "lost": 0,
        "twice": 0,
        "baskets_lost": 0,
        "stars_lost": 0,
        "orders_lost": 0,
    }, report["words"]
    assert (report["purchases_lost"], report["orphans"], report["endless_keys"]) == (0, 0, [])
    assert report["acknowledged"] == report["in_topic"] == report["learned"]
    assert report["replay_equal"]
    slowest = report["slowest_pages"]
    assert isinstance(slowest, list)
    assert all(page.keys() == {"at_s", "path", "status", "took_s"} and page["took_s"] > 1 for page in slowest)
