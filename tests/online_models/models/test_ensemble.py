"""Models side by side: each under its names, all told of everything."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State, read_indices
from online_models.arrays.types import Indices, Values
from online_models.models.ensemble import Ensemble
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Model
from online_models.models.sequence.history import History
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context
from tests.online_models.visits import NOW, a_visitor


class Memory(Model):
    """Remembers what it was told."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.calls: list[tuple[object, ...]] = []
        self.learned: list[int] = []

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        self.learned.append(item)

    def walk(self, item: int, feedback: Feedback, context: Context) -> None:
        self.calls.append(("walk", item, context.visitor))

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        for source in range(len(self.names)):
            items[source, 0], scores[source, 0] = source, 1.0

    def merge_visitor(self, source: int, context: Context) -> None:
        self.calls.append(("merge", source, context.visitor))

    def forget_item(self, visitor: int, item: int) -> None:
        self.calls.append(("item", visitor, item))

    def forget_visitor(self, visitor: int) -> None:
        self.calls.append(("visitor", visitor))

    def dump(self) -> State:
        return {"learned": np.array(self.learned, np.int32)}

    def load(self, state: State) -> None:
        self.learned = read_indices(state, "learned", 100)


class Scorer(Memory):
    """Has a number for every item, once it has learned."""

    def score_items(self, context: Context, items: Indices, logits: Values) -> bool:
        logits[:] = np.where(items >= 0, -items, -np.inf)
        return bool(self.learned)


def a_feedback(stars: float | None = None) -> Feedback:
    return Feedback(VisitorId("v"), ItemId("i"), "rating" if stars else "view", 1.0, NOW, stars)


def test_every_name_is_a_member_in_order() -> None:
    one, two = Memory("a", "b"), Memory("c")
    ensemble = Ensemble([one, two])
    assert ensemble.names == ("a", "b", "c")
    assert ensemble.by_member == (one, one, two)
    assert ensemble.retrieve(a_visitor(), limit=2).items.tolist() == [[0, -1], [1, -1], [0, -1]]


def test_one_that_scores_given_items_is_asked_about_those_of_all() -> None:
    ensemble = Ensemble([Memory("a"), Scorer("b", "c"), Memory("d")])
    assert not len(ensemble.retrieve(a_visitor(), limit=2).logits), "it has no answer yet"
    ensemble.learn_one(7, a_feedback(), a_visitor())
    logits = ensemble.retrieve(a_visitor(), limit=2).logits
    assert logits.tolist() == [[0, -np.inf], [0, -np.inf], [-1, -np.inf], [0, -np.inf]]
    assert not len(Ensemble([Memory("a")]).retrieve(a_visitor(), limit=2).logits)


def test_a_model_is_found_by_its_class() -> None:
    history = History()
    assert Ensemble([TopRated(), history]).get(History) is history
    with pytest.raises(LookupError, match="no Memory"):
        Ensemble([history]).get(Memory)


def test_all_learn_and_all_forget() -> None:
    models = Memory("a"), Memory("b")
    ensemble = Ensemble([*models, TopRated()])
    ensemble.learn_one(7, a_feedback(), a_visitor())
    ensemble.merge_visitor(5, a_visitor())
    ensemble.forget_item(0, 7)
    ensemble.forget_visitor(0)
    for model in models:
        assert model.learned == [7]
        assert model.calls == [("merge", 5, 0), ("item", 0, 7), ("visitor", 0)]


def test_those_that_follow_a_visit_go_on_with_it_and_learn_nothing() -> None:
    memory = Memory("a")
    Ensemble([memory, TopRated()]).walk(7, a_feedback(), a_visitor())
    assert memory.calls == [("walk", 7, 0)]
    assert memory.learned == []


def test_a_taste_that_is_reset_leaves_the_stars() -> None:
    memory, rated = Memory("a"), TopRated()
    ensemble = Ensemble([memory, rated])
    ensemble.learn_one(4, a_feedback(stars=5.0), a_visitor())
    ensemble.forget_taste(0)
    assert memory.calls == [("visitor", 0)]
    ensemble.learn_one(4, a_feedback(stars=1.0), a_visitor())
    assert rated.stars(4) == (1, 0, 0, 0, 0)


def test_states_are_kept_by_the_first_name() -> None:
    taught, fresh = Memory("a", "b"), Memory("a", "b")
    Ensemble([taught]).learn_one(7, a_feedback(), a_visitor())
    state = Ensemble([taught]).dump()
    assert list(state) == ["a"]
    Ensemble([fresh]).load(state)
    assert fresh.learned == [7]
    with pytest.raises(InvalidState):
        Ensemble([Memory("z")]).load(state)
