"""Rules: by which events lists are judged, and what they leave out."""

import numpy as np
import pytest

from online_models.evaluation.rules import Rules, SeenItems, Visits
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind

ANN, BOB = VisitorId("ann"), VisitorId("bob")


def a_feedback(item: str, visitor: VisitorId = ANN, kind: FeedbackKind = "view") -> Feedback:
    return Feedback(visitor, ItemId(item), kind, REWARDS[kind], 1.0)


@pytest.mark.parametrize("fields", [{"k": 0}, {"k": 1001}, {"warm_up": -0.1}, {"warm_up": 1.0}])
def test_rules_that_make_no_sense_are_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"k must be|warm-up"):
        Rules(**fields)  # type: ignore[arg-type] # what must be refused


def test_the_first_event_of_a_visitor_is_a_cold_start() -> None:
    visits = Visits(Rules())
    assert not visits.knows(ANN)
    visits.add(a_feedback("a"), 0)
    assert visits.knows(ANN)
    assert not visits.knows(BOB)


def test_the_item_of_the_last_interaction_is_judged_only_with_repeats() -> None:
    for repeats in (False, True):
        visits = Visits(Rules(repeats=repeats))
        visits.add(a_feedback("a"), 0)
        assert visits.is_judged(a_feedback("a")) is repeats
        assert visits.is_judged(a_feedback("b"))
        assert visits.is_judged(a_feedback("a", BOB))


@pytest.mark.parametrize("kind", ["uncart", "dismissal"])
def test_no_list_is_judged_by_an_event_against_its_item(kind: FeedbackKind) -> None:
    assert not Visits(Rules(repeats=True)).is_judged(a_feedback("a", kind=kind))


def test_nothing_is_left_out_unless_the_rules_say_so() -> None:
    visits = Visits(Rules())
    visits.add(a_feedback("a"), 0)
    visits.add(a_feedback("b"), 1)
    assert visits.excluded(ANN).tolist() == []
    assert visits.is_judged(a_feedback("a"))


def test_what_was_seen_is_left_out_and_not_judged_by() -> None:
    visits = Visits(Rules(exclude_seen=True))
    for item, index in (("a", 4), ("b", 2), ("a", 4), ("unknown", -1)):
        visits.add(a_feedback(item), index)
    assert visits.excluded(ANN).tolist() == [4, 2]
    assert visits.excluded(BOB).tolist() == []
    assert not visits.is_judged(a_feedback("a"))
    assert not visits.is_judged(a_feedback("unknown"))
    assert visits.is_judged(a_feedback("c"))


def test_any_number_of_items_is_remembered_once_each() -> None:
    seen = SeenItems()
    for round_ in range(2):
        for index in range(500):
            seen.add(ItemId(f"i{index}"), index)
        assert np.array_equal(seen.indices, np.arange(500)), round_
    assert ItemId("i499") in seen
    assert ItemId("i500") not in seen
