"""All models as one: each learns every interaction, and each proposes candidates under one name or several."""

from collections.abc import Iterable
from itertools import accumulate
from typing import TypeVar

import numpy as np

from online_models.arrays.state import State, read_part
from online_models.arrays.types import NO_INDEX
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Candidates, Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

Kind = TypeVar("Kind")


class Ensemble:
    """The models of a recommender. Each name of a model is a *member*: a source of candidates.

    Examples
    --------
    >>> ensemble = Ensemble([TopRated()])
    >>> ensemble.names
    ('top_rated',)
    >>> ensemble.get(TopRated).names
    ('top_rated',)
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self.all = tuple(models)
        self.names = tuple(name for model in self.all for name in model.names)
        """The members' names, in the order of their candidates."""
        self.by_member = tuple(model for model in self.all for _ in model.names)
        """The model of each member."""
        ends = list(accumulate(len(model.names) for model in self.all))
        self._lines = tuple(
            (model, slice(end - len(model.names), end)) for model, end in zip(self.all, ends, strict=True)
        )
        self._learning = tuple(model.learn_one for model in self.all if type(model).learn_one is not Model.learn_one)
        self._scoring = next((model for model in self.all if type(model).score_items is not Model.score_items), None)
        self._walking = tuple(model for model in self.all if type(model).walk is not Model.walk)

    def get(self, kind: type[Kind]) -> Kind:
        """Return the model of a class. Raises `LookupError` if there is none."""
        for model in self.all:
            if isinstance(model, kind):
                return model
        raise LookupError(f"there is no {kind.__name__} in this ensemble")

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Let every model learn."""
        for learn_one in self._learning:
            learn_one(item, feedback, context)

    def walk(self, item: int, feedback: Feedback, context: Context) -> None:
        """Let models advance what they keep of the visit."""
        for model in self._walking:
            model.walk(item, feedback, context)

    def retrieve(self, context: Context, limit: int) -> Candidates:
        """Ask every model; the first that can score given items scores those of all. Changes nothing."""
        shape = len(self.names), limit
        indices, values = np.empty(shape, np.int32), np.zeros(shape, np.float32)
        indices.fill(NO_INDEX)
        for model, lines in self._lines:
            model.retrieve(context, indices[lines], values[lines])
        if self._scoring:
            logits = np.empty(shape, np.float32)
            if self._scoring.score_items(context, indices.ravel(), logits.ravel()):
                return Candidates(indices, values, logits)
        return Candidates(indices, values)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor of ``context`` have what models keep under another index."""
        for model in self.all:
            model.merge_visitor(source, context)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what models keep of what a visitor index did with an item."""
        for model in self.all:
            model.forget_item(visitor, item)

    def forget_taste(self, visitor: int) -> None:
        """Erase what models keep under this visitor index, but for the stars that the visitor gave."""
        ratings = self.get(TopRated)
        for model in self.all:
            if model is not ratings:
                model.forget_visitor(visitor)

    def forget_visitor(self, visitor: int) -> None:
        """Erase what models keep under this visitor index."""
        for model in self.all:
            model.forget_visitor(visitor)

    def dump(self) -> State:
        """Return a copy of every model's state."""
        return {model.names[0]: model.dump() for model in self.all}

    def load(self, state: State) -> None:
        """Replace every model's state. Raises `InvalidState`."""
        for model in self.all:
            model.load(read_part(state, model.names[0]))
