"""A history as the stream of signals that models learn, without a log in between; and the ratings that it implies."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from online_models.arrays.types import Indices
from online_models.evaluation.stream import Stream
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS

_CODES = {kind: code for code, kind in enumerate(FEEDBACK_KINDS)}
_FIRST_ORDER_STARS, _MOST_STARS = 3, 5


def stream_of(history: pd.DataFrame) -> Stream:
    """Return the rows of a history (`HISTORY_COLUMNS`, in time order) as signals, one each.

    Kinds and rewards are those of the shop's own events (`feedback_of`); a row's order is its session.

    Raises
    ------
    ValueError
        If a row is of an unknown kind.
    """
    if unknown := set(history["kind"].unique()) - _CODES.keys():
        raise ValueError(f"{min(unknown)!r} is no kind of row")
    kinds: NDArray[np.int8] = history["kind"].map(_CODES).to_numpy().astype(np.int8)
    is_rating = (history["kind"] == "rating").to_numpy(np.bool_)
    stars = np.where(is_rating, history["quantity"].to_numpy(np.float64), np.nan)
    rewards = history["kind"].map(REWARDS).to_numpy(np.float64)
    visitors, visitor_names = _numbered(history["visitor"])
    items, item_names = _numbered(history["item"])
    sessions, session_names = _numbered(history["order"].mask(history["order"] == "", None))
    return Stream(
        times=history["at"].to_numpy(np.float64),
        visitors=visitors,
        items=items,
        sessions=sessions,
        kinds=kinds,
        rewards=np.where(is_rating, 2 * stars - 5, rewards).astype(np.float32),
        ratings=stars,
        visitor_names=visitor_names,
        item_names=item_names,
        session_names=session_names,
    )


def implied_ratings(history: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings that purchases imply, as a history: whoever orders an item again likes it.

    A customer's first order of an item gives it three stars, the second four, each later one five. Lines of one order
    about the same item count once; a line without an order number counts as an order.
    """
    bought = history[history["kind"] == "purchase"]
    repeated = bought.duplicated(["visitor", "item", "order"]) & (bought["order"] != "")
    orders = bought[~repeated]
    earlier = orders.groupby(["visitor", "item"]).cumcount()
    return orders.assign(kind="rating", quantity=(_FIRST_ORDER_STARS + earlier).clip(upper=_MOST_STARS))


def _numbered(names: pd.Series) -> tuple[Indices, list[str]]:
    """Number names from 0 in order of their first row; -1 where there is none."""
    codes: NDArray[np.int64]
    codes, known = pd.factorize(names)
    return codes.astype(np.int32), [str(name) for name in known]
