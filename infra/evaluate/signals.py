"""What the rows of an event file mean: kinds by the usual words, ratings, and graded values as bounded rewards."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.read.columns import plain
from online_models.evaluation.stream import KINDS
from online_models.schema.feedback import REWARDS, FeedbackKind

WORDS: dict[str, FeedbackKind] = {
    **dict.fromkeys(
        ("", "view", "views", "viewed", "click", "clicks", "pv", "pageview", "detail", "browse", "itemviewed", "play"),
        "view",
    ),
    **dict.fromkeys(
        ("cart", "carts", "addtocart", "basket", "addtobasket", "fav", "favorite", "favourite", "like", "wishlist"),
        "cart",
    ),
    **dict.fromkeys(
        ("purchase", "purchases", "purchased", "buy", "bought", "transaction", "order", "orders", "sale", "checkout"),
        "purchase",
    ),
    **dict.fromkeys(("rating", "rate", "rated", "review", "stars", "itemrated"), "rating"),
    **dict.fromkeys(("removefromcart", "removedfromcart", "uncart", "cartitemremoved"), "uncart"),
    **dict.fromkeys(("dismissal", "dismiss", "dismissed", "dislike", "hide", "notinterested"), "dismissal"),
    **dict.fromkeys(("cartitemadded", "cartadd"), "cart"),
    **dict.fromkeys(("itempurchased", "itemdismissed"), "purchase"),
}
"""Kinds by the words for them, in any case and without signs."""
WORDS["itemdismissed"] = "dismissal"

LEAST_REWARD, MOST_REWARD = min(REWARDS.values()), max(REWARDS.values())
_VIEW, _RATING = KINDS.index("view"), KINDS.index("rating")
_REWARDS = np.array([REWARDS.get(kind, 0.0) for kind in KINDS])

Floats = NDArray[np.float64]


class Signals(NamedTuple):
    """Kind (a place in `KINDS`), reward and stars (or not-a-number) of each row, and why some cannot be used."""

    kinds: NDArray[np.int8]
    rewards: NDArray[np.float32]
    ratings: Floats
    reasons: dict[int, str]


def read_signals(rows: int, kinds: pd.Series | None, values: pd.Series | None, ratings: pd.Series | None) -> Signals:
    """Read what each row means.

    Without a kind, a row with stars is a rating and another is a view, whose value, if there is one, is its reward.
    With a kind, a value above 1 makes more of it, slowly. Rewards are bounded as those of the shop's own events are.

    Parameters
    ----------
    rows
        How many there are.
    kinds, values, ratings
        Those columns, as far as the file has them.
    """
    reasons: dict[int, str] = {}
    numbers, stars = _numbers(values, rows), _numbers(ratings, rows)
    if kinds is None:
        codes = np.where(np.isnan(stars), _VIEW, _RATING).astype(np.int8)
        _note(reasons, ratings, np.isnan(stars) & _is_said(ratings, rows), "rating {!r} is not a number")
    else:
        codes = _codes(kinds)
        _note(reasons, kinds, codes < 0, "kind {!r} is not known")
    rated = codes == _RATING
    given = np.where(rated, stars if ratings is not None else numbers, np.nan)
    _note(
        reasons,
        ratings if ratings is not None else values,
        rated & ~((given > 0) & (given <= 5)),
        "rating {!r} is not 1 to 5",
    )
    _note(reasons, values, ~rated & np.isnan(numbers) & _is_said(values, rows), "value {!r} is not a number")
    rewards = _graded(codes, numbers, alone=kinds is None)
    rewards = np.where(rated, 2 * np.nan_to_num(given) - 5, rewards)
    return Signals(codes, np.clip(rewards, LEAST_REWARD, MOST_REWARD).astype(np.float32), given, reasons)


def _codes(kinds: pd.Series) -> NDArray[np.int8]:
    places, words = pd.factorize(kinds.astype(str))
    known = [WORDS.get(plain(str(word))) for word in words]
    codes = np.array([KINDS.index(kind) if kind else -1 for kind in known], np.int8)
    return codes[places]


def _graded(codes: NDArray[np.int8], numbers: Floats, *, alone: bool) -> Floats:
    rewards = _REWARDS[codes]
    if alone:
        return np.where(np.isnan(numbers), rewards, numbers)
    more = 1 + np.log(np.maximum(1.0, np.nan_to_num(numbers, nan=1.0)))
    graded: Floats = rewards * more
    return graded


def _numbers(cells: pd.Series | None, rows: int) -> Floats:
    if cells is None:
        return np.full(rows, np.nan)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _is_said(cells: pd.Series | None, rows: int) -> NDArray[np.bool_]:
    if cells is None:
        return np.zeros(rows, np.bool_)
    said: NDArray[np.bool_] = (cells.notna() & (cells.astype(str) != "")).to_numpy(np.bool_)
    return said


def _note(reasons: dict[int, str], cells: pd.Series | None, wrong: NDArray[np.bool_], reason: str) -> None:
    places: Iterable[int] = np.flatnonzero(wrong).tolist()
    for place in places:
        said = "" if cells is None else str(cells.iloc[place])[:40]
        reasons.setdefault(place, reason.format(said))
