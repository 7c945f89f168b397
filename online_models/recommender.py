"""The promises that every model keeps, and the values that models and blend exchange.

A model here is a *member* of the hybrid. It sees each feedback once, in order, and answers at any time. Items and
visitors are rows (`Vocabulary`), so that members' answers line up as arrays. What a visitor did lately is kept once,
by `Sessions`, and handed to members as a `Context`.

Every member keeps these promises, and ``tests/online_models/test_promises.py`` checks each of them for each member:
asking changes nothing; the same seed and stream give the same answers; state is bounded; it answers (perhaps with
nothing) before it has learned; it survives `dump` and `load`; ties are stable.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import Feedback

Rows = NDArray[np.int32]
Values = NDArray[np.float32]

State = dict[str, "NDArray[np.generic] | bytes | str | int | float | list[str] | State"]
"""What a model is made of, for the snapshot: arrays and plain data, nested by name."""


class Touch(NamedTuple):
    """One earlier item of a visitor: its row, how much it meant (`Feedback.reward`), when (Unix seconds)."""

    row: int
    reward: float
    at: float


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a visitor when they are learned from or ranked for.

    Attributes
    ----------
    visitor
        Row of the visitor; -1 where nothing is known.
    session
        Items of the present session, oldest first, each once, at its last touch.
    history
        Items of earlier sessions, oldest first, bounded.
    now
        Unix seconds.
    """

    visitor: int
    session: tuple[Touch, ...]
    history: tuple[Touch, ...]
    now: float


class Scores(NamedTuple):
    """A member's answer: shape (k,) each, no row twice, in no order.

    ``evidence`` is the row of an item of the visitor's that spoke for each answer, the newest that did; -1 where none.
    """

    rows: Rows
    values: Values
    evidence: Rows


def no_scores() -> Scores:
    """Return the answer of a member that knows nothing to say."""
    return Scores(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32))


class Recommender(Protocol):
    """A member of the hybrid."""

    @property
    def name(self) -> str:
        """The member's name in blends, reasons, statistics and snapshots."""

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Learn that the visitor of ``context`` (as it was just before) gave ``feedback`` about row ``item``."""

    def score(self, context: Context, limit: int) -> Scores:
        """Return the member's best ``limit`` items for the visitor. Changes nothing."""

    def forget_visitor(self, visitor: int) -> None:
        """Erase what the member keeps under this visitor row; the row will be given to somebody else."""

    def dump(self) -> State:
        """Return a copy of the whole state, quickly: arrays are copied, nothing is encoded."""

    def load(self, state: State) -> None:
        """Replace the state by one that `dump` returned. Raises `InvalidState` if it does not fit."""


class ItemToItem(Protocol):
    """A member that can also say which items belong to an item, whoever asks."""

    def similar_items(self, item: int, limit: int) -> Scores:
        """Return the best ``limit`` items to go with row ``item``. Changes nothing."""


class InvalidState(ValueError):
    """A dumped state is of another shape or format version. Start from scratch, or from an older snapshot."""
