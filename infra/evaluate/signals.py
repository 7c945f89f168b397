"""What the rows of an event file mean: kinds by the usual words, ratings, and graded values as bounded rewards."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.read.columns import plain
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS, FeedbackKind

_WORDS_FOR: dict[FeedbackKind, str] = {
    "view": "view views viewed click clicks pv pageview detail browse itemviewed play",
    "cart": "cart carts addtocart basket addtobasket fav favorite favourite like cartitemadded cartadd",
    "purchase": "purchase purchases purchased buy bought transaction order orders sale checkout itempurchased",
    "rating": "rating rate rated review stars itemrated",
    "uncart": "removefromcart removedfromcart uncart cartitemremoved",
    "wish": "wish wishes wished wishlist addtowishlist itemwished",
    "unwish": "unwish removefromwishlist itemunwished",
    "refund": "refund refunds refunded return returned itemrefunded",
    "dismissal": "dismissal dismiss dismissed dislike hide notinterested itemdismissed",
}
WORDS: dict[str, FeedbackKind] = {
    "": "view",
    **{word: kind for kind, words in _WORDS_FOR.items() for word in words.split()},
}
"""Kinds by the words for them, in any case and without signs."""

LEAST_REWARD, MOST_REWARD = min(REWARDS.values()), max(REWARDS.values())
_VIEW, _RATING = FEEDBACK_KINDS.index("view"), FEEDBACK_KINDS.index("rating")
_REWARDS = np.array([REWARDS.get(kind, 0.0) for kind in FEEDBACK_KINDS])

Floats = NDArray[np.float64]


class Signals(NamedTuple):
    """Kind (index in `FEEDBACK_KINDS`), reward and stars (or not-a-number) of each row, and why some cannot be used."""

    kinds: NDArray[np.int8]
    rewards: NDArray[np.float32]
    ratings: Floats
    reasons: dict[int, str]


def read_signals(cells: Mapping[str, pd.Series], rows: int) -> Signals:
    """Read what each row means.

    Without a kind, a row with stars is a rating and another is a view, whose value, if there is one, is its reward.
    With a kind, a value above 1 makes more of it, slowly. Rewards are bounded as those of the shop's own events are.

    Parameters
    ----------
    cells
        The columns of the file; of these kind, value and rating are read, as far as it has them.
    rows
        How many there are.
    """
    reasons: dict[int, str] = {}
    blank = pd.Series([""] * rows, dtype="object")
    values, ratings = cells.get("value", blank), cells.get("rating", blank)
    numbers, stars = _numbers(values), _numbers(ratings)
    if "kind" in cells:
        codes = _codes(cells["kind"])
        _note(reasons, cells["kind"], codes < 0, "kind {!r} is not known")
    else:
        codes = np.where(np.isnan(stars), _VIEW, _RATING).astype(np.int8)
        _note(reasons, ratings, np.isnan(stars) & _is_given(ratings), "rating {!r} is not a number")
    rated = codes == _RATING
    if "rating" not in cells:
        ratings, stars = values, numbers
    given = np.where(rated, stars, np.nan)
    _note(reasons, ratings, rated & ~((given > 0) & (given <= 5)), "rating {!r} is not 1 to 5")
    _note(reasons, values, ~rated & np.isnan(numbers) & _is_given(values), "value {!r} is not a number")
    rewards = _graded(codes, numbers, alone="kind" not in cells)
    rewards = np.where(rated, 2 * np.nan_to_num(given) - 5, rewards)
    return Signals(codes, np.clip(rewards, LEAST_REWARD, MOST_REWARD).astype(np.float32), given, reasons)


def _codes(kinds: pd.Series) -> NDArray[np.int8]:
    indices, words = pd.factorize(kinds.astype(str))
    known = [WORDS.get(plain(str(word))) for word in words]
    codes = np.array([FEEDBACK_KINDS.index(kind) if kind else -1 for kind in known], np.int8)
    return codes[indices]


def _graded(codes: NDArray[np.int8], numbers: Floats, *, alone: bool) -> Floats:
    rewards = _REWARDS[codes]
    if alone:
        return np.where(np.isnan(numbers), rewards, numbers)
    more = 1 + np.log(np.maximum(1.0, np.nan_to_num(numbers, nan=1.0)))
    graded: Floats = rewards * more
    return graded


def _numbers(cells: pd.Series) -> Floats:
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _is_given(cells: pd.Series) -> NDArray[np.bool_]:
    given: NDArray[np.bool_] = (cells.notna() & (cells.astype(str) != "")).to_numpy(np.bool_)
    return given


def _note(reasons: dict[int, str], cells: pd.Series, wrong: NDArray[np.bool_], reason: str) -> None:
    for index in np.flatnonzero(wrong).tolist():
        reasons.setdefault(index, reason.format(str(cells.iloc[index])[:40]))
