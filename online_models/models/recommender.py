"""The promises that every model keeps, and the values that models and blend exchange.

A model sees each feedback once, in order, and answers at any time. It is one or several *members* of the hybrid: one
for each name under which it gives answers. Items and visitors are rows (`Vocabulary`), so that answers line up as
arrays. What a visitor did lately is kept once, by `InteractionHistory`, and handed to models as a `Context`.

Every model keeps these promises, and ``tests/online_models/test_promises.py`` checks each of them for each model:
asking changes nothing; the same seed and stream give the same answers; state is bounded; it answers (perhaps with
nothing) before it has learned; it survives `dump` and `load`; ties are stable; two rows become one visitor; one item,
or all of a visitor, is forgotten.
"""

from typing import NamedTuple, Protocol

import numpy as np

from online_models.arrays.state import State
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context


def no_attribution(items: Indices) -> Indices:
    """Return that none of a visitor's items speaks for these."""
    spoke: Indices = np.empty(len(items), np.int32)
    spoke.fill(NO_INDEX)
    return spoke


class Recommender(Protocol):
    """A model: one or several members of the hybrid."""

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in blends, reasons, statistics and snapshots; the first is the model's own."""

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Learn that the visitor of ``context`` (as it was just before) gave ``feedback`` about row ``item``."""

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write each member's best items for the visitor. Changes nothing.

        Parameters
        ----------
        context
            The visitor. Items that it bars are left out before the best are chosen.
        rows, values
            To be written, shape (members, limit): best first, values above zero and finite, equals in order of row,
            no row twice. What is not written stays as it comes: -1 and 0.
        """

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return for each of ``items`` which of the visitor's items speaks most in the answer ``name``; -1 for none."""
        return no_attribution(items)

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

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return the best ``limit`` items to go with row ``item``, without the item. Changes nothing."""


class Candidates(NamedTuple):
    """What every member said: shape (members, limit) each, best first, -1 and 0 where a member said no more."""

    items: Indices
    scores: Values


def retrieve(model: Recommender, context: Context, limit: int) -> Candidates:
    """Ask one model.

    Examples
    --------
    >>> from online_models.models.popularity.popularity import Popularity
    >>> from online_models.visitors.context import nothing_known
    >>> retrieve(Popularity(), nothing_known(now=0.0), limit=2).items.shape[1]
    2
    """
    rows = np.full((len(model.names), limit), NO_INDEX, np.int32)
    values = np.zeros((len(model.names), limit), np.float32)
    model.retrieve(context, rows, values)
    return Candidates(rows, values)
