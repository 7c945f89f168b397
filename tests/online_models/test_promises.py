"""Every model keeps every promise. A promise that had nothing to check fails."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pytest

from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.state import InvalidState, State
from online_models.arrays.types import NO_INDEX
from online_models.catalog.catalog import Catalog
from online_models.hybrid import Hybrid
from online_models.models.content.content import Content
from online_models.models.content.declared_taste import DeclaredTaste
from online_models.models.factors.factorization import Factorization
from online_models.models.factors.implicit_factors import ImplicitFactors
from online_models.models.neighbors.item_item_cf import ItemItemCF
from online_models.models.neighbors.session_neighbors import SessionNeighbors
from online_models.models.neighbors.user_neighbors import UserNeighbors
from online_models.models.neural.session_gru import SessionGru
from online_models.models.popularity.category_popularity import CategoryPopularity
from online_models.models.popularity.popularity import Popularity, Trending
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Candidates, Model, retrieve
from online_models.models.sequence.history import History
from online_models.models.sequence.second_order import SecondOrder
from online_models.models.sequence.transitions import Transitions
from online_models.schema.events import EventId, ItemId, PreferencesChanged, VisitorId
from online_models.schema.feedback import FeedbackKind
from online_models.schema.product import Product
from online_models.snapshot import SnapshotHeader, encode
from online_models.visitors.context import NOTHING_EXCLUDED, Context, nothing_known
from online_models.visitors.declared_preferences import PreferenceTable
from online_models.visitors.interaction_history import InteractionHistory
from tests.online_models.networks import a_network

NOW = 1_700_000_000.0
ITEMS = 30
VISITORS = 12
HEADER = SnapshotHeader(positions={}, saved_at=NOW, product_version="test")
NOBODY_KNOWN = nothing_known(NOW)

Step = tuple[int, int, FeedbackKind, float]


class Teach(Protocol):
    def __call__(
        self, models: Sequence[Model], steps: Iterable[Step], sessions: InteractionHistory | None = ...
    ) -> InteractionHistory: ...


@dataclass
class Taught:
    """A model, and those that must learn with it: the model itself comes last."""

    models: tuple[Model, ...]

    @property
    def model(self) -> Model:
        return self.models[-1]

    def retrieve(self, context: Context, limit: int = 10) -> Candidates:
        return retrieve(self.model, context, limit)

    def payload(self) -> bytes:
        state: State = {str(place): model.dump() for place, model in enumerate(self.models)}
        return b"".join(encode(state, HEADER))


def _content() -> Taught:
    content = Content()
    content.use_neighbors(
        ITEMS, {row: [((row + step) % ITEMS, 1 / step) for step in (1, 2, 3)] for row in range(ITEMS)}
    )
    return Taught((content,))


def _trending() -> Taught:
    popularity = Popularity()
    return Taught((popularity, Trending(popularity)))


def _categories() -> Taught:
    categories = CategoryPopularity()
    rows = np.arange(ITEMS, dtype=np.int32)
    categories.use_groups(rows % 3, rows % 7)
    return Taught((categories,))


def _declared() -> Taught:
    catalog, preferences, items = Catalog(), PreferenceTable(), ItemIdIndex(ITEMS)
    for place in range(ITEMS):
        items.add(ItemId(f"i{place}"))
    products = [
        Product(item=ItemId(f"i{place}"), title="x", price=1, category=f"c{place % 2}", sold=place // 2)
        for place in range(ITEMS)
    ]
    catalog.fill(products, items)
    for visitor in (0, 1, 2):
        wish = PreferencesChanged(event_id=EventId("e"), visitor=VisitorId("v"), occurred_at=NOW, categories=("c1",))
        preferences.declare(visitor, wish)
    return Taught((DeclaredTaste(catalog, preferences),))


def _network() -> Taught:
    model = SessionGru()
    weights = a_network([f"i{place}" for place in range(ITEMS)])
    model.take_up(model.prepare(weights, np.arange(ITEMS, dtype=np.int32)))
    return Taught((model,))


MODELS: dict[str, Callable[[], Taught]] = {
    "transitions": lambda: Taught((Transitions(),)),
    "companions": lambda: Taught((ItemItemCF(),)),
    "second_order": lambda: Taught((SecondOrder(),)),
    "session_neighbours": lambda: Taught((SessionNeighbors(),)),
    "user_neighbours": lambda: Taught((UserNeighbors(),)),
    "implicit_factors": lambda: Taught((ImplicitFactors(seed=3),)),
    "factorization": lambda: Taught((Factorization(seed=3),)),
    "content": _content,
    "popularity": lambda: Taught((Popularity(),)),
    "trending": _trending,
    "category": _categories,
    "top_rated": lambda: Taught((TopRated(),)),
    "history": lambda: Taught((History(),)),
    "preferences": _declared,
    "session_gru": _network,
}
"""A row for every model of the hybrid."""


def steps(count: int, seed: int = 1) -> list[Step]:
    draw = np.random.default_rng(seed)
    kinds: tuple[FeedbackKind, ...] = (
        *("view", "view", "view", "cart", "purchase", "rating", "uncart", "dismissal", "wish", "unwish"),
    )
    return [
        (
            int(draw.integers(VISITORS)),
            int(draw.integers(ITEMS) ** 2 // ITEMS),
            kinds[int(draw.integers(len(kinds)))],
            NOW - (count - step) * 30.0,
        )
        for step in range(count)
    ]


def same(one: Candidates, other: Candidates) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def said(candidates: Candidates) -> list[list[int]]:
    return [[row for row in rows if row != NO_INDEX] for rows in candidates.items.tolist()]


class Promise(Protocol):
    def __call__(self, make: Callable[[], Taught], teach: Teach) -> None: ...


def asking_changes_nothing(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(300))
    before = taught.payload()
    first = [taught.retrieve(sessions.context(visitor, NOW)) for visitor in range(VISITORS + 3)]
    again = [taught.retrieve(sessions.context(visitor, NOW)) for visitor in range(VISITORS + 3)]
    for place in range(len(taught.model.names)):
        assert any(said(candidates)[place] for candidates in first)
    assert all(same(*pair) for pair in zip(first, again, strict=True))
    assert taught.payload() == before


def the_same_stream_gives_the_same_answers(make: Callable[[], Taught], teach: Teach) -> None:
    one, other = make(), make()
    sessions = teach(one.models, steps(300))
    teach(other.models, steps(300))
    contexts = [sessions.context(visitor, NOW) for visitor in range(VISITORS)]
    assert any(any(said(one.retrieve(context))) for context in contexts)
    assert all(same(one.retrieve(context), other.retrieve(context)) for context in contexts)
    assert one.payload() == other.payload()


def memory_is_bounded(make: Callable[[], Taught], teach: Teach) -> None:
    few, many = make(), make()
    teach(few.models, steps(4_000))
    teach(many.models, steps(8_000))
    assert len(many.payload()) <= 1.2 * len(few.payload()) + 100_000


def it_works_before_learning(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    assert not any(said(taught.retrieve(NOBODY_KNOWN)))
    sessions = InteractionHistory()
    teach((), [(5, ITEMS + 5, "view", NOW)], sessions)
    for rows in said(taught.retrieve(sessions.context(5, NOW))):
        # A model without memory of its own may offer what the context holds.
        assert set(rows) <= {ITEMS + 5}
    fresh = make()
    fresh.model.load(taught.model.dump())
    assert fresh.payload() == taught.payload()


def it_survives_dump_and_load(make: Callable[[], Taught], teach: Teach) -> None:
    straight, stopped, resumed = make(), make(), make()
    stream = steps(400)
    teach(straight.models, stream)
    sessions = InteractionHistory()
    for half, taught in ((stream[:200], stopped), (stream[200:], resumed)):
        if taught is resumed:
            for model, before in zip(resumed.models, stopped.models, strict=True):
                model.load(before.dump())
        teach(taught.models, half, sessions)
    assert resumed.payload() == straight.payload()
    contexts = [sessions.context(visitor, NOW) for visitor in range(VISITORS)]
    assert any(any(said(straight.retrieve(context))) for context in contexts)
    assert all(same(resumed.retrieve(context), straight.retrieve(context)) for context in contexts)


def a_dump_is_a_copy(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    teach(taught.models, steps(100))
    dumped = [model.dump() for model in taught.models]
    before = b"".join(encode({"of": dumped[-1]}, HEADER))
    teach(taught.models, steps(100, seed=2))
    assert b"".join(encode({"of": dumped[-1]}, HEADER)) == before


def answers_are_well_formed(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(500))
    for limit in (1, 7, ITEMS * 2):
        candidates = taught.retrieve(sessions.context(1, NOW), limit)
        assert candidates.items.shape == candidates.scores.shape == (len(taught.model.names), limit)
        for rows, values in zip(candidates.items, candidates.scores, strict=True):
            count = int((rows != NO_INDEX).sum())
            assert (rows[:count] >= 0).all()
            assert (rows[count:] == NO_INDEX).all()
            assert (values[count:] == 0).all()
            assert (values[:count] > 0).all()
            assert np.isfinite(values).all()
            assert len(set(rows[:count].tolist())) == count
            ordered = sorted(zip((-values[:count]).tolist(), rows[:count].tolist(), strict=True))
            assert [row for _, row in ordered] == rows[:count].tolist()


def a_smaller_question_has_the_best_of_a_larger(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(500))
    small, large = (said(taught.retrieve(sessions.context(2, NOW), limit)) for limit in (4, ITEMS))
    assert any(small)
    assert all(few == many[:4] for few, many in zip(small, large, strict=True))


def what_is_barred_is_left_out_and_others_move_up(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(500))
    context = sessions.context(2, NOW)
    everything = said(taught.retrieve(context, ITEMS))
    excluded = np.zeros(ITEMS, np.bool_)
    excluded[[rows[0] for rows in everything if rows]] = True
    left = said(taught.retrieve(context._replace(excluded=excluded), ITEMS))
    assert left == [[row for row in rows if not excluded[row]] for rows in everything]
    assert any(everything)


def evidence_is_an_item_of_the_visitor(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(500))
    for visitor in range(VISITORS):
        context = sessions.context(visitor, NOW)
        known = {NO_INDEX, *context.items.tolist()}
        for name, rows in zip(taught.model.names, said(taught.retrieve(context)), strict=True):
            assert set(taught.model.attribution(name, context, np.array(rows, np.int32)).tolist()) <= known
    for name in taught.model.names:
        assert taught.model.attribution(name, NOBODY_KNOWN, np.zeros(1, np.int32)).tolist() == [NO_INDEX]


def it_forgets_a_visitor(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    teach(taught.models, steps(300))
    if taught.model.names == ("preferences",):
        return  # What was declared is not its own: its owner forgets it.
    for model in taught.models:
        model.forget_visitor(4)
        model.forget_visitor(10_000)
    stranger, forgotten = (said(taught.retrieve(nothing_known(NOW, visitor))) for visitor in (NO_INDEX, 4))
    assert forgotten == stranger


def two_rows_become_one_visitor(make: Callable[[], Taught], teach: Teach) -> None:
    taught, fresh = make(), make()
    sessions = teach(taught.models, steps(300))
    before = said(taught.retrieve(sessions.context(4, NOW)))
    assert any(before) or taught.model.names == ("preferences",)
    new = VISITORS + 5
    for source, target in ((4, new), (new, 5), (10_000, 5), (10_000, 10_001)):
        sessions.merge(source, target)
        for model in taught.models:
            model.merge_visitor(source, sessions.context(target, NOW)._replace(visitor=target))
        if target == new:
            assert said(taught.retrieve(sessions.context(new, NOW))) == before
        sessions.erase(source)
        assert said(taught.retrieve(nothing_known(NOW, source))) == said(taught.retrieve(NOBODY_KNOWN))
    for model, dumped in zip(fresh.models, taught.models, strict=True):
        model.load(dumped.dump())
    assert fresh.payload() == taught.payload()
    later = [(*step[:3], step[3] + 90_000.0) for step in steps(200, seed=2)]
    for one in (taught, fresh):
        teach(one.models, later)
    assert fresh.payload() == taught.payload()


def merging_takes_no_more_memory(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.models, steps(2_000))
    before = len(taught.payload())
    for visitor in range(1, VISITORS // 2):
        sessions.merge(visitor, 0)
        for model in taught.models:
            model.merge_visitor(visitor, sessions.context(0, NOW))
        sessions.erase(visitor)
    assert len(taught.payload()) <= before + 1_000
    assert any(any(said(taught.retrieve(sessions.context(visitor, NOW)))) for visitor in range(VISITORS))


def it_forgets_one_item(make: Callable[[], Taught], teach: Teach) -> None:
    taught, fresh = make(), make()
    sessions = teach(taught.models, steps(300))
    for item in sessions.context(4, NOW).items[-3:].tolist():
        sessions.forget_item(4, item)
        for model in taught.models:
            model.forget_item(4, item)
        context = sessions.context(4, NOW)
        for name, rows in zip(taught.model.names, said(taught.retrieve(context)), strict=True):
            assert item not in taught.model.attribution(name, context, np.array(rows, np.int32)).tolist()
        once = taught.payload()
        for model in taught.models:
            model.forget_item(4, item)
            model.forget_item(10_000, item)
        assert taught.payload() == once
    for model, dumped in zip(fresh.models, taught.models, strict=True):
        model.load(dumped.dump())
    assert fresh.payload() == taught.payload()


def a_strange_state_is_refused(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    teach(taught.models, steps(100))
    for place, model in enumerate(taught.models):
        for name in model.dump():
            with pytest.raises(InvalidState):
                make().models[place].load({**model.dump(), name: "something else"})


PROMISES: tuple[Promise, ...] = (
    asking_changes_nothing,
    the_same_stream_gives_the_same_answers,
    memory_is_bounded,
    it_works_before_learning,
    it_survives_dump_and_load,
    a_dump_is_a_copy,
    answers_are_well_formed,
    a_smaller_question_has_the_best_of_a_larger,
    what_is_barred_is_left_out_and_others_move_up,
    evidence_is_an_item_of_the_visitor,
    two_rows_become_one_visitor,
    merging_takes_no_more_memory,
    it_forgets_one_item,
    it_forgets_a_visitor,
    a_strange_state_is_refused,
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("name", MODELS)
def test_models_keep_their_promises(name: str, promise: Promise, teach: Teach) -> None:
    promise(MODELS[name], teach)


def test_every_member_of_the_hybrid_is_held_to_the_promises() -> None:
    names = [member for make in MODELS.values() for member in make().model.names]
    assert sorted(Hybrid().members) == sorted(names)
    assert all(make().model.names[0] == name for name, make in MODELS.items())
    assert NOTHING_EXCLUDED.shape == (0,)
