"""The promises that every model keeps, and the values that models and blend exchange.

A model sees each feedback once, in order, and answers at any time. It is one or several *members* of the hybrid: one
for each name under which it gives answers. Items and visitors are rows (`Vocabulary`), so that answers line up as
arrays. What a visitor did lately is kept once, by `Sessions`, and handed to models as a `Context`.

Every model keeps these promises, and ``tests/online_models/test_promises.py`` checks each of them for each model:
asking changes nothing; the same seed and stream give the same answers; state is bounded; it answers (perhaps with
nothing) before it has learned; it survives `dump` and `load`; ties are stable; two rows become one visitor; one item,
or all of a visitor, is forgotten.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import Feedback

Rows = NDArray[np.int32]
Values = NDArray[np.float32]

State = dict[str, "NDArray[np.generic] | bytes | str | int | float | list[str] | State"]
"""What a model is made of, for the snapshot: arrays and plain data, nested by name."""

NOBODY = -1
"""The row of no item and of no visitor."""


class Context(NamedTuple):
    """What is known of a visitor when they are learned from or ranked for.

    All arrays are views: valid until the visitor's next touch, never to be written.

    Attributes
    ----------
    visitor
        Row of the visitor; -1 where nothing is known.
    rows
        The visitor's items, oldest first, each once, at its last touch; bounded; int32, shape (n,).
    rewards
        How much the last touch of each meant (`Feedback.reward`), float32, shape (n,).
    times
        When it was, whole Unix seconds, float64, shape (n,).
    touches
        How often each was touched in all, int32, shape (n,).
    session
        So many of them, the newest, belong to the present session.
    now
        Unix seconds.
    barred
        Items that must not be answered, by row, bool; rows beyond its end may be.
    """

    visitor: int
    rows: Rows
    rewards: Values
    times: NDArray[np.float64]
    touches: Rows
    session: int
    now: float
    barred: NDArray[np.bool_]

    @property
    def session_rows(self) -> Rows:
        """Items of the present session, oldest first."""
        return self.rows[len(self.rows) - self.session :]

    @property
    def lately(self) -> Rows:
        """Items of the present session; where it is empty, all that is known, oldest first."""
        return self.rows[len(self.rows) - self.session :] if self.session else self.rows


NO_ROWS: Rows = np.empty(0, np.int32)
NO_VALUES: Values = np.empty(0, np.float32)
NOTHING_BARRED = np.empty(0, np.bool_)
_NO_TIMES = np.empty(0, np.float64)


def nothing_known(now: float, visitor: int = NOBODY, barred: NDArray[np.bool_] = NOTHING_BARRED) -> Context:
    """Return the context of a visitor of whom nothing is known."""
    return Context(visitor, NO_ROWS, NO_VALUES, _NO_TIMES, NO_ROWS, 0, now, barred)


class Scores(NamedTuple):
    """Items by score: shape (k,) each, no row twice, best first, equals in order of row."""

    rows: Rows
    values: Values


def no_scores() -> Scores:
    """Return the answer of a model that knows nothing to say."""
    return Scores(NO_ROWS, NO_VALUES)


def no_evidence(items: Rows) -> Rows:
    """Return that none of a visitor's items speaks for these."""
    spoke: Rows = np.empty(len(items), np.int32)
    spoke.fill(NOBODY)
    return spoke


class Recommender(Protocol):
    """A model: one or several members of the hybrid."""

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in blends, reasons, statistics and snapshots; the first is the model's own."""

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Learn that the visitor of ``context`` (as it was just before) gave ``feedback`` about row ``item``."""

    def answer(self, context: Context, rows: Rows, values: Values) -> None:
        """Write each member's best items for the visitor. Changes nothing.

        Parameters
        ----------
        context
            The visitor. Items that it bars are left out before the best are chosen.
        rows, values
            To be written, shape (members, limit): best first, values above zero and finite, equals in order of row,
            no row twice. What is not written stays as it comes: -1 and 0.
        """

    def evidence(self, name: str, context: Context, items: Rows) -> Rows:
        """Return for each of ``items`` which of the visitor's items speaks most in the answer ``name``; -1 for none."""

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor of ``context`` have what the model keeps under row ``source``, and erase it there.

        Somebody signed in: two rows are one visitor. ``context`` is the one that stays, with what both did lately in
        order of time; its row may be unknown to the model, as may ``source``. What comes of it is bounded as one
        visitor's is.
        """

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what the model keeps of what this visitor row did with an item, where it can be told from the rest."""

    def forget_visitor(self, visitor: int) -> None:
        """Erase what the model keeps under this visitor row; the row will be given to somebody else."""

    def dump(self) -> State:
        """Return a copy of the whole state, quickly: arrays are copied, nothing is encoded."""

    def load(self, state: State) -> None:
        """Replace the state by one that `dump` returned. Raises `InvalidState` if it does not fit."""


class ItemToItem(Protocol):
    """A model that can also say which items belong to an item, whoever asks."""

    def similar_items(self, item: int, limit: int) -> Scores:
        """Return the best ``limit`` items to go with row ``item``, without the item. Changes nothing."""


class Answers(NamedTuple):
    """What every member said: shape (members, limit) each, best first, -1 and 0 where a member said no more."""

    rows: Rows
    values: Values


def ask(model: Recommender, context: Context, limit: int) -> Answers:
    """Ask one model.

    Examples
    --------
    >>> from online_models.models.popularity import Popularity
    >>> ask(Popularity(), nothing_known(now=0.0), limit=2).rows.shape[1]
    2
    """
    rows = np.full((len(model.names), limit), NOBODY, np.int32)
    values = np.zeros((len(model.names), limit), np.float32)
    model.answer(context, rows, values)
    return Answers(rows, values)


class InvalidState(ValueError):
    """A dumped state is of another shape or format version. Start from scratch, or from an older snapshot."""
