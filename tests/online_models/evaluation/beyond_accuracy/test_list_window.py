"""The last lists that visitors really got."""

import math

import pytest

from online_models.evaluation.beyond_accuracy import list_window
from online_models.evaluation.beyond_accuracy.list_window import ListWindow, Traits
from online_models.schema.events import ItemId, VisitorId

ANN, BOB = VisitorId("ann"), VisitorId("bob")


def add(window: ListWindow, visitor: VisitorId, items: str, categories: str = "") -> None:
    window.add(visitor, [ItemId(item) for item in items], Traits([*(categories or "x" * len(items))]))


def test_before_the_first_list_there_is_nothing_to_say() -> None:
    window = ListWindow()
    add(window, ANN, "")
    assert window.report(for_sale=4) is None


def test_a_first_list_has_no_churn_and_none_to_differ_from() -> None:
    window = ListWindow()
    add(window, ANN, "ab", "xy")
    variety = window.report(for_sale=4)
    assert variety is not None
    assert (variety.lists, variety.coverage, variety.gini) == (1, 0.5, 0.5)
    assert (variety.churn, variety.inter_list_diversity, variety.intra_list_diversity) == (None, None, 1.0)


def test_churn_is_told_by_visitor() -> None:
    window = ListWindow()
    for visitor, items in ((ANN, "ab"), (BOB, "cd"), (ANN, "bc"), (BOB, "cd")):
        add(window, visitor, items)
    variety = window.report(for_sale=4)
    assert variety is not None
    assert variety.churn == pytest.approx((0.5 + 0) / 2)


def test_only_the_last_lists_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_window, "WINDOW", 2)
    window = ListWindow()
    for items in ("ab", "cd", "cd"):
        add(window, ANN, items)
    variety = window.report(for_sale=4)
    assert variety is not None
    assert (variety.lists, variety.coverage, variety.inter_list_diversity) == (2, 0.5, 0.0)


def test_a_visitor_who_is_forgotten_has_no_last_list() -> None:
    window = ListWindow()
    add(window, ANN, "ab")
    window.discard(ANN)
    window.discard(BOB)
    add(window, ANN, "cd")
    variety = window.report(for_sale=4)
    assert variety is not None
    assert (variety.lists, variety.churn) == (2, None)


def test_the_last_lists_of_those_who_came_long_ago_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_window, "REMEMBERED", 1)
    window = ListWindow()
    for visitor in (ANN, BOB, ANN):
        add(window, visitor, "ab")
    variety = window.report(for_sale=4)
    assert variety is not None
    assert variety.churn is None


def test_a_list_of_the_categories_that_its_visitor_came_to_is_calibrated() -> None:
    window = ListWindow()
    window.add(ANN, [ItemId("a"), ItemId("b")], Traits("xy"), Traits("yx"))
    variety = window.report(for_sale=4)
    assert variety is not None
    assert variety.calibration_kl == pytest.approx(0, abs=1e-9)
    window.add(BOB, [ItemId("a")], Traits("x"), Traits("y"))
    variety = window.report(for_sale=4)
    assert variety is not None
    assert variety.calibration_kl == pytest.approx(math.log(1 / 0.01) / 2)


def test_popularity_lift_is_told_by_group() -> None:
    window = ListWindow()
    for number in range(10):
        popularity = (number + 1) / 100
        window.add(VisitorId(f"v{number}"), [ItemId("a")], Traits("", [0.05]), Traits("", [popularity]))
    variety = window.report(for_sale=4)
    assert variety is not None
    assert variety.popularity_lift == {
        "niche": pytest.approx(0.05 / 0.015 - 1),
        "diverse": pytest.approx(0.05 / 0.055 - 1),
        "blockbuster": pytest.approx(0.05 / 0.095 - 1),
    }


def test_of_a_visitor_who_chose_nothing_yet_there_is_no_lift_and_no_calibration() -> None:
    window = ListWindow()
    window.add(ANN, [ItemId("a")], Traits("x", [0.5]))
    variety = window.report(for_sale=4)
    assert variety is not None
    assert (variety.calibration_kl, variety.popularity_lift) == (None, {})
