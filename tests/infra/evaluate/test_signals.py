"""What rows mean: kinds, rewards and stars."""

import numpy as np
import pandas as pd
import pytest

from infra.evaluate.signals import LEAST_REWARD, MOST_REWARD, WORDS, Signals, read_signals
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS


def text(*cells: str) -> pd.Series:
    return pd.Series(cells, dtype="str")


def read(rows: int, **cells: pd.Series) -> Signals:
    return read_signals(cells, rows)


def kinds(signals: Signals) -> list[str]:
    return [FEEDBACK_KINDS[code] for code in signals.kinds]


def test_without_any_column_all_rows_are_views() -> None:
    signals = read(2)
    assert kinds(signals) == ["view", "view"]
    assert signals.rewards.tolist() == [REWARDS["view"]] * 2
    assert np.isnan(signals.ratings).all()


def test_kinds_are_known_in_any_case_and_with_any_signs() -> None:
    signals = read(3, kind=text("Add-To-Cart", "BUY", "not_interested"))
    assert kinds(signals) == ["cart", "purchase", "dismissal"]
    assert signals.rewards.tolist() == pytest.approx([REWARDS["cart"], REWARDS["purchase"], REWARDS["dismissal"]])


def test_each_word_means_a_kind_that_there_is() -> None:
    assert set(WORDS.values()) <= set(FEEDBACK_KINDS)


def test_stars_make_a_rating_and_a_blank_a_view() -> None:
    signals = read(2, rating=text("4", ""))
    assert kinds(signals) == ["rating", "view"]
    assert signals.rewards[0] == pytest.approx(3.0)
    assert signals.ratings[0] == 4


def test_more_of_a_kind_is_worth_more_slowly_and_within_bounds() -> None:
    few, many, lots = read(3, kind=text("view", "view", "purchase"), value=text("1", "3", "1000000")).rewards
    assert few < many < 3 * few
    assert lots == MOST_REWARD


def test_a_value_alone_is_the_reward_within_bounds() -> None:
    rewards = read(3, value=text("0.25", "-99", "")).rewards
    assert rewards.tolist() == [0.25, LEAST_REWARD, REWARDS["view"]]


@pytest.mark.parametrize(
    ("kind", "value", "rating", "reason"),
    [
        ("dance", "", "", "kind 'dance' is not known"),
        ("rating", "", "9", "rating '9' is not 1 to 5"),
        ("rating", "", "0", "rating '0' is not 1 to 5"),
        ("view", "lots", "", "value 'lots' is not a number"),
        ("view", "inf", "", "value 'inf' is not a number"),
    ],
)
def test_what_cannot_be_used_is_named(kind: str, value: str, rating: str, reason: str) -> None:
    signals = read(2, kind=text("view", kind), value=text("", value), rating=text("", rating))
    assert signals.reasons == {1: reason}


def test_stars_may_stand_in_the_column_of_values() -> None:
    signals = read(2, kind=text("rating", "rating"), value=text("5", "x"))
    assert signals.ratings[0] == 5
    assert list(signals.reasons) == [1]
