"""What lists are noted for when the item that came is known."""

import numpy as np

from online_models.evaluation.tally import Tally, Traffic
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId

ANN, BOB = VisitorId("ann"), VisitorId("bob")


def a_tally(k: int = 2) -> Tally:
    traffic = Traffic(items=4)
    for item in (0, 0, 0, 1):
        traffic.add(item)
    return Tally(sources=2, k=k, traffic=traffic)


def lists(*items: list[int]) -> Candidates:
    return Candidates(np.array(items, np.int32), np.ones((len(items), len(items[0])), np.float32))


def test_ranks_count_from_one_and_only_to_k() -> None:
    tally = a_tally()
    tally.add(lists([0, 1, 2], [2, 1, 0]), np.array([1, 0, 2], np.int32), 0, ANN, 5.0)
    assert tally.ranks.tolist() == [[1, 0, 2]]


def test_an_item_without_a_row_is_in_no_list() -> None:
    tally = a_tally()
    tally.add(lists([-1, -1], [0, 1]), np.array([0, 1], np.int32), -1, ANN, 5.0)
    assert tally.ranks.tolist() == [[0, 0, 0]]
    assert tally.exposure.lists.sum(axis=0).tolist() == [0, 1, 1]


def test_what_is_shown_is_counted_by_source_and_measured_by_visitor() -> None:
    tally = a_tally()
    tally.add(lists([0, -1], [0, 1]), np.array([3, 2], np.int32), 0, ANN, 5.0)
    tally.add(lists([0, -1], [-1, -1]), np.array([3, 2], np.int32), 0, BOB, 6.0)
    assert tally.exposure.counts.sum(axis=0).tolist() == [[2, 0, 0, 0], [1, 1, 0, 0], [0, 0, 2, 2]]
    assert tally.exposure.lists.sum(axis=0).tolist() == [2, 1, 2]
    assert tally.measures.popularity[0].tolist() == [0.75, 0.5, 0]


def test_visitors_of_different_groups_are_counted_apart() -> None:
    tally = a_tally()
    for visitor in (ANN, BOB, ANN):
        tally.add(lists([0], [1]), np.array([0], np.int32), 0, visitor, 1.0)
    assert tally.exposure.lists[:3, 0].tolist() == [2, 1, 0]


def test_visitors_are_numbered_in_the_order_they_come() -> None:
    tally = a_tally()
    for visitor, at in ((ANN, 1.0), (BOB, 2.0), (ANN, 3.0)):
        tally.add(lists([0], [1]), np.array([0], np.int32), 0, visitor, at)
    assert (len(tally), tally.visitors.tolist(), tally.times.tolist()) == (3, [0, 1, 0], [1.0, 2.0, 3.0])
