"""The models that make up the hybrid, in one place: adding a model is a line in `build_models`."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from online_models.arrays.state import State, read_part
from online_models.arrays.types import NO_INDEX
from online_models.catalog.catalog import Catalog
from online_models.models.content.content import Content
from online_models.models.content.declared_taste import DeclaredTaste
from online_models.models.factors.factorization import Factorization
from online_models.models.factors.implicit_factors import ImplicitFactors
from online_models.models.neighbors.item_item_cf import ItemItemCF
from online_models.models.neighbors.session_neighbors import SessionNeighbors
from online_models.models.neighbors.user_neighbors import UserNeighbors
from online_models.models.popularity.category_popularity import CategoryPopularity
from online_models.models.popularity.popularity import Popularity, Trending
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Candidates, Recommender
from online_models.models.sequence.history import History
from online_models.models.sequence.second_order import SecondOrder
from online_models.models.sequence.transitions import Transitions
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context
from online_models.visitors.declared_preferences import PreferenceTable


@dataclass(frozen=True)
class Models:
    """All models, and by name those that lists ask for more than their members' answers."""

    transitions: Transitions
    companions: ItemItemCF
    content: Content
    popularity: Popularity
    categories: CategoryPopularity
    top_rated: TopRated
    factorization: Factorization
    all: tuple[Recommender, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the order of their answers."""
        return tuple(name for model in self.all for name in model.names)

    @cached_property
    def _lines(self) -> tuple[tuple[Recommender, slice], ...]:
        """Each model with the lines of answers that are its own."""
        ends = list(accumulate(len(model.names) for model in self.all))
        return tuple((model, slice(end - len(model.names), end)) for model, end in zip(self.all, ends, strict=True))

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Let every model learn."""
        for model in self.all:
            model.learn_one(item, feedback, context)

    def retrieve(self, context: Context, limit: int) -> Candidates:
        """Ask every model. Changes nothing."""
        shape = len(self.names), limit
        rows, values = np.empty(shape, np.int32), np.zeros(shape, np.float32)
        rows.fill(NO_INDEX)
        for model, lines in self._lines:
            model.retrieve(context, rows[lines], values[lines])
        return Candidates(rows, values)

    def merge_visitor(self, source: int, context: Context) -> None:
        """Let the visitor of ``context`` have what models keep under another row."""
        for model in self.all:
            model.merge_visitor(source, context)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what models keep of what a visitor row did with an item."""
        for model in self.all:
            model.forget_item(visitor, item)

    def forget_taste(self, visitor: int) -> None:
        """Erase what models keep under this visitor row, but for the stars that the visitor gave."""
        for model in self.all:
            if model is not self.top_rated:
                model.forget_visitor(visitor)

    def forget_visitor(self, visitor: int) -> None:
        """Erase what models keep under this visitor row."""
        for model in self.all:
            model.forget_visitor(visitor)

    def dump(self) -> State:
        """Return a copy of every model's state."""
        return {model.names[0]: model.dump() for model in self.all}

    def load(self, state: State) -> None:
        """Replace every model's state. Raises `InvalidState`."""
        for model in self.all:
            model.load(read_part(state, model.names[0]))


def build_models(shelf: Catalog, preferences: PreferenceTable, factors: int, seed: int) -> Models:
    """Make all models, empty. The first member is the one whose silence the blend takes for a sign."""
    transitions, companions, content = Transitions(), ItemItemCF(), Content()
    popularity, categories, top_rated = Popularity(), CategoryPopularity(), TopRated()
    factorization = Factorization(factors, seed)
    return Models(
        transitions,
        companions,
        content,
        popularity,
        categories,
        top_rated,
        factorization,
        all=(
            transitions,
            companions,
            SecondOrder(),
            SessionNeighbors(),
            UserNeighbors(),
            ImplicitFactors(seed=seed),
            factorization,
            content,
            popularity,
            Trending(popularity),
            categories,
            top_rated,
            History(),
            DeclaredTaste(shelf, preferences),
        ),
    )
