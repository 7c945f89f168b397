"""Slices: lists where little is known of the item or of the visitor."""

import numpy as np
import pytest

from online_models.evaluation.protocols import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.evaluation.slices import FEW_INTERACTIONS, FIRST_EVENTS, NEW_ITEMS, NEW_VISITORS, Slice, slices_of
from online_models.evaluation.tally import MANY, Tally, Traffic
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId
from tests.online_models.scripted import Scripted, Tick, a_stream, always

NAMES = ("one", "hybrid")


def slices(*events: str, items: str = "ab") -> dict[str, Slice]:
    hybrid = Scripted({"one": always(*items)})
    measures = walk_prequentially(hybrid, a_stream(*events), Rules(k=2, warm_up=0.0), Tick())
    return slices_of(NAMES, (measures.warm, measures.cold), k=2, seed=1)


def test_an_item_is_new_until_its_fifth_interaction() -> None:
    # Everybody comes once: all lists are cold starts.
    part = slices(*(f"v{number} a" for number in range(FEW_INTERACTIONS + 3)))[NEW_ITEMS]
    assert (part.asked, part.unseen) == (FEW_INTERACTIONS, 1)
    assert part.share == pytest.approx(FEW_INTERACTIONS / (FEW_INTERACTIONS + 3))
    assert part.members["one"].hr == pytest.approx((FEW_INTERACTIONS - 1) / FEW_INTERACTIONS)


def test_a_visitor_is_new_for_three_events_the_cold_start_being_the_first() -> None:
    part = slices("x a", "x b", *(f"v {item}" for item in "abababab"))[NEW_VISITORS]
    assert part.asked == 2 + FIRST_EVENTS
    # Of x neither is known before it comes; of v all are.
    assert part.members["hybrid"].hr == pytest.approx(3 / 5)
    assert part.members["hybrid"].mrr == pytest.approx(3 / 5)


def test_intervals_are_over_visitors_with_their_cold_and_warm_lists_together() -> None:
    part = slices("x a", "x b", *(f"v{number} {item}" for number in range(30) for item in "ab"))[NEW_VISITORS]
    low, high = part.members["one"].ci95["hr"]
    assert 0.85 < low <= part.members["one"].hr <= high <= 1


def test_a_slice_without_lists_has_no_figures() -> None:
    tally = Tally(1, 2, Traffic(1))
    for part in slices_of(NAMES, (tally, tally), k=2, seed=1).values():
        assert (part.asked, part.share, part.members) == (0, 0.0, {})


def test_counts_are_kept_up_to_a_bound() -> None:
    traffic = Traffic(1)
    for _ in range(MANY + 10):
        traffic.add(0)
    tally = Tally(1, 2, traffic)
    listed = np.array([0], np.int32)
    for target in (0, -1):
        tally.add(Candidates(listed[None], np.ones((1, 1), np.float32)), listed, target, VisitorId("v"), 1.0, MANY + 10)
    assert tally.interactions.tolist() == [MANY, 0]
    assert tally.earlier.tolist() == [MANY, MANY]
