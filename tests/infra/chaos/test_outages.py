"""One part after the other goes away: pages are answered, all comes back, and nothing is lost."""

import pytest

from infra.chaos.outages import OUTAGES, PATHS, measure_outages, outcome_of
from infra.chaos.probes import Try


def test_an_outage_is_summed_up_by_page() -> None:
    tries = [
        Try(9.0, 9.1, "/", 200, 0.1),
        Try(11.0, 11.2, "/", 200, 0.2),
        Try(12.0, None, "/basket", 503, 0.5),
        Try(21.0, 21.5, "/", 200, 0.5),
    ]
    outcome = outcome_of("Redis frozen", tries, [Try(20.5, 23.0)], began=10.0, over=20.0)
    assert outcome.statuses == {"/": [200], "/basket": [503]}
    assert outcome.p99_s == {"/": 0.2, "/basket": 0.5}
    assert outcome.row == "| Redis frozen | 200, 503 | 0.50 | 1.5 | 3.0 |"


def test_what_never_comes_back_says_so() -> None:
    assert outcome_of("x", [], [], 0.0, 1.0).row == "| x |  | 0.00 | never | never |"


@pytest.mark.integration
def test_pages_are_answered_while_another_part_is_frozen_and_nothing_is_lost() -> None:
    chosen = [one for one in OUTAGES if one.name in {"Kafka frozen", "Redis frozen", "learner killed", "Redis flushed"}]
    report = measure_outages(4.0, chosen)
    outages = report["outages"]
    assert isinstance(outages, list)
    for outage in outages[: len(chosen)]:
        assert {status for codes in outage["statuses"].values() for status in codes} <= {200, 503}, outage
        assert set(outage["statuses"]) <= set(PATHS)
        assert None not in (outage["page_recovery_s"], outage["push_recovery_s"]), outage
    lost = ("lost", "twice", "baskets_lost", "stars_lost", "orders_lost", "purchases_lost")
    assert [report[name] for name in lost] == [0] * len(lost), report["words"]
