"""A history as signals: those of the shop's own events, with orders as sessions."""

import pandas as pd
import pytest
from msgspec.structs import replace

from bootstrap.read.history import HISTORY_COLUMNS, events_of
from bootstrap.read.history_stream import implied_ratings, stream_of
from online_models.schema.feedback import feedback_of
from tests.bootstrap.builders import a_history


def lines(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Build purchases from visitor, item and order, a minute apart."""
    filled = [
        (visitor, item, "purchase", 6, 295, order, 60.0 * at) for at, (visitor, item, order) in enumerate(rows, start=1)
    ]
    return pd.DataFrame(filled, columns=list(HISTORY_COLUMNS))


def test_the_signals_are_those_of_the_events() -> None:
    history = a_history(8)
    history["kind"] = ["view", "cart", "purchase", *["rating"] * 5]
    history["quantity"] = [1, 1, 3, 1, 2, 3, 4, 5]
    signals = [replace(signal, session=None) for signal in stream_of(history).feedbacks()]
    assert signals == [feedback_of(event) for event in events_of(history)]


def test_an_order_is_a_session_and_no_order_is_none() -> None:
    stream = stream_of(lines(("ann", "cup", "1"), ("ann", "saucer", ""), ("ann", "cup", "1"), ("bob", "cup", "2")))
    assert [signal.session for signal in stream.feedbacks()] == ["1", None, "1", "2"]


def test_names_that_do_not_occur_are_not_counted() -> None:
    stream = stream_of(a_history(10, visitors=3).tail(2))
    assert (len(stream), len(stream.visitor_names), len(stream.session_names)) == (2, 2, 2)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'gift' is no kind"):
        stream_of(a_history(2).assign(kind="gift"))


def test_an_empty_history_is_an_empty_stream() -> None:
    assert len(stream_of(a_history(2).head(0))) == 0


def test_each_further_order_of_an_item_is_a_star_more() -> None:
    orders = [("ann", "cup", str(order)) for order in range(5)]
    rated = implied_ratings(lines(*orders, ("bob", "cup", "9")))
    assert rated["quantity"].tolist() == [3, 4, 5, 5, 5, 3]
    assert set(rated["kind"]) == {"rating"}


def test_lines_of_one_order_count_once_and_lines_without_an_order_each() -> None:
    rated = implied_ratings(lines(("ann", "cup", "1"), ("ann", "cup", "1"), ("ann", "cup", ""), ("ann", "cup", "")))
    assert rated["quantity"].tolist() == [3, 4, 5]


def test_only_purchases_imply_ratings() -> None:
    assert implied_ratings(a_history(4).assign(kind="view")).empty
