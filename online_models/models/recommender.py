"""What every model promises, and the candidates that models hand to the ranker.

A model sees each feedback once, in order, and retrieves candidates at any time. It is one or several *sources* of the
hybrid: one for each of its names. Items and visitors are numbered from 0 (`id_index`), so that candidates line up as
arrays. What a visitor did lately is kept once, by `InteractionHistory`, and handed to models as a `Context`.

Every model keeps these promises, and ``tests/online_models/test_promises.py`` checks each of them for each model:
asking changes nothing; the same seed and stream give the same answers; state is bounded; it answers (perhaps with
nothing) before it has learned; it survives `dump` and `load`; ties are stable; two indices become one visitor; one
item, or all of a visitor, is forgotten.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple, Protocol

import numpy as np

from online_models.arrays.state import State
from online_models.arrays.types import NO_INDEX, NO_LINES, Indices, ScoredItems, Values
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context


def no_attribution(items: Indices) -> Indices:
    """Return that none of a visitor's items led to these: -1 for each."""
    attributed: Indices = np.empty(len(items), np.int32)
    attributed.fill(NO_INDEX)
    return attributed


class Model(ABC):
    """A recommender: one or several sources of candidates for the hybrid.

    Only `names` and `retrieve` must be written. The rest is right for a model that learns nothing, keeps nothing of
    visitors and has no single item to attribute a candidate to; models that do override it.
    """

    names: tuple[str, ...]
    """The sources' names in rankings, reasons, statistics and snapshots; the first is the model's own."""

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Learn that the visitor of ``context`` (as it was just before) gave ``feedback`` about an item."""
        return

    def walk(self, item: int, feedback: Feedback, context: Context) -> None:
        """Advance what is kept of the visit, for what the visitor is offered next, and learn nothing else."""
        return

    @abstractmethod
    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write each source's best items for the visitor. Changes nothing.

        Parameters
        ----------
        context
            The visitor. Items that it excludes are left out before the best are chosen.
        items, scores
            To be written, shape (sources, limit): best first, scores above zero and finite, equals in order of index,
            no item twice. What is not written stays as it comes: -1 and 0.
        """

    def score_items(self, context: Context, items: Indices, logits: Values) -> bool:
        """Write what the model says of given items, whoever proposed them; False where it has no answer.

        Changes nothing. Few models can say something of every item: the others are not asked.

        Parameters
        ----------
        context
            The visitor.
        items
            An item may come several times, and -1 for none; shape (k,).
        logits
            To be written, shape (k,): logarithms of probabilities but for a constant of the visitor, minus infinity for
            an item that the model does not know.
        """
        return False

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items contributes most to each of ``items`` in source ``name``; -1 for none."""
        return no_attribution(items)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor of ``context`` have what the model keeps of visitor ``source``, and erase it there.

        Somebody signed in: two visitors are one. ``context`` is the one that stays, with what both did lately in
        order of time; either may be unknown to the model. What comes of it is bounded as one visitor's is.
        """
        return

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what the model keeps of what this visitor did with an item, where it can be told from the rest."""
        return

    def forget_visitor(self, visitor: int) -> None:
        """Erase what the model keeps of this visitor; the index will be given to somebody else."""
        return

    def dump(self) -> State:
        """Return a copy of the whole state, quickly: arrays are copied, nothing is encoded."""
        return {}

    def load(self, state: State) -> None:
        """Replace the state by one that `dump` returned. Raises `InvalidState` if it does not fit."""
        return


class ItemToItem(Protocol):
    """A model that can also say which items belong to an item, whoever asks."""

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return the best ``limit`` items to go with index ``item``, without the item. Changes nothing."""


class Candidates(NamedTuple):
    """What every member said, best first.

    Attributes
    ----------
    items, scores
        By member, -1 and 0 where it said no more; shape (members, limit).
    logits
        What one model says of all these items, whoever proposed them (`Model.score_items`); minus infinity where it
        does not know the item, no lines where it has no answer.
    """

    items: Indices
    scores: Values
    logits: Values = NO_LINES


def retrieve(model: Model, context: Context, limit: int) -> Candidates:
    """Ask one model.

    Examples
    --------
    >>> from online_models.models.popularity.popularity import Popularity
    >>> from online_models.visitors.context import nothing_known
    >>> retrieve(Popularity(), nothing_known(now=0.0), limit=2).items.shape[1]
    2
    """
    indices = np.full((len(model.names), limit), NO_INDEX, np.int32)
    values = np.zeros((len(model.names), limit), np.float32)
    model.retrieve(context, indices, values)
    return Candidates(indices, values)
