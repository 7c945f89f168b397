"""River's steps, kept in rows."""

import numpy as np
import pytest
from river import optim, reco

from online_models.arrays.state import InvalidState, State
from online_models.models.factors.factor_index import FactorIndex
from online_models.models.factors.factorization import Factorization, RowwiseMF
from online_models.models.factors.latent_factors import LatentFactors
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.context import nothing_known
from tests.online_models.contexts import evidence_of

VISITORS, ITEMS, LENGTH = 8, 12, 5


def best(member: Factorization, visitor: int) -> list[int]:
    rows = retrieve(member, nothing_known(1.0, visitor=visitor), 12).items[0]
    return [row for row in rows.tolist() if row >= 0]


@pytest.mark.parametrize(("l2", "clip"), [(0.0, 1e12), (0.05, 2.0)])
def test_every_step_is_that_of_river(l2: float, clip: float) -> None:
    visitors, items = LatentFactors(LENGTH, seed=1), LatentFactors(LENGTH, seed=2)
    ours = RowwiseMF(visitors, items, rate=0.05, l2=l2, clip=clip)
    river = reco.BiasedMF(
        n_factors=LENGTH,
        bias_optimizer=optim.SGD(0.05),
        latent_optimizer=optim.SGD(0.05),
        l2_bias=l2,
        l2_latent=l2,
        clip_gradient=clip,
    )
    for row in range(VISITORS):
        visitors.add(row, f"v{row}")
        river.u_latents[row] = visitors.latents[row].astype(float)
    for row in range(ITEMS):
        items.add(row, f"i{row}")
        river.i_latents[row] = items.latents[row].astype(float)
    draw = np.random.default_rng(5)
    for _ in range(400):
        visitor, item, reward = int(draw.integers(VISITORS)), int(draw.integers(ITEMS)), float(draw.integers(-3, 6))
        assert ours.predict_one(visitor, item) == pytest.approx(_ask(river, visitor, item), abs=1e-3)
        ours.learn_one(visitor, item, reward)
        river.learn_one(visitor, item, reward)  # type: ignore[no-untyped-call]  # River does not annotate it
    assert ours.mean == river.global_mean.get()


def _ask(river: reco.BiasedMF, visitor: int, item: int) -> float:
    return float(river.predict_one(visitor, item))  # type: ignore[no-untyped-call]  # River does not annotate it


@pytest.mark.parametrize("is_shared", [True, False])
def test_two_steps_at_once_are_two_steps(is_shared: bool) -> None:
    once, twice = (RowwiseMF(LatentFactors(LENGTH, seed=1), LatentFactors(LENGTH, seed=2)) for _ in range(2))
    for model in (once, twice):
        model.visitors.add(0, "ann")
        for row, name in enumerate(["cup", "saucer"]):
            model.items.add(row, name)
    index = FactorIndex(once.items, limit=4)
    index.add(0)
    for item, other in [(0, 1), (1, 0), (0, 0)]:
        once.learn_two(0, item, 5.0, other, index.copies, is_shared=is_shared)
        twice.learn_one(0, item, 5.0, is_shared=is_shared)
        if other != item:
            twice.learn_one(0, other, 0.0, is_shared=is_shared)
    assert (once.mean, once.count) == (twice.mean, twice.count)
    for side, same in ((once.visitors, twice.visitors), (once.items, twice.items)):
        assert np.allclose(side.latents, same.latents, atol=1e-6)
        assert np.allclose(side.biases, same.biases, atol=1e-6)
    fresh = FactorIndex(once.items, limit=4)
    fresh.add(0)
    fresh.refresh(np.array([0], np.int32))
    for copied, expected in zip(index.copies, fresh.copies, strict=True):
        assert np.array_equal(np.asarray(copied), np.asarray(expected))


def test_factors_depend_on_seed_and_id_and_on_nothing_else() -> None:
    one, other, seeded = LatentFactors(40, seed=1), LatentFactors(40, seed=1), LatentFactors(40, seed=2)
    for row, name in enumerate(["a", "b", "c"]):
        one.add(row, name)
    other.add(7, "c")
    seeded.add(0, "c")
    assert np.array_equal(one.latents[2], other.latents[7])
    assert not np.array_equal(one.latents[2], seeded.latents[0])
    assert not np.array_equal(one.latents[0], one.latents[1])
    assert abs(float(one.latents[:3].std()) - 0.1) < 0.03


def test_a_stranger_gets_no_answer_and_is_not_added() -> None:
    member = Factorization()
    feedback = Feedback(VisitorId("ann"), ItemId("cup"), "purchase", 5.0, 1.0)
    member.learn_one(0, feedback, nothing_known(1.0, visitor=0))
    before = str(member.dump())
    assert best(member, visitor=4) == []
    assert best(member, visitor=-1) == []
    assert best(member, visitor=0) == [0]
    assert str(member.dump()) == before


def test_a_recycled_row_starts_afresh() -> None:
    member, fresh = Factorization(seed=9), Factorization(seed=9)
    ann = Feedback(VisitorId("ann"), ItemId("cup"), "rating", 5.0, 1.0, rating=5.0)
    bob = Feedback(VisitorId("bob"), ItemId("cup"), "rating", -3.0, 1.0, rating=1.0)
    for _ in range(20):
        member.learn_one(0, ann, nothing_known(1.0, visitor=0))
    member.forget_visitor(0)
    assert best(member, visitor=0) == []
    member.learn_one(0, bob, nothing_known(1.0, visitor=0))
    fresh.learn_one(0, bob, nothing_known(1.0, visitor=0))
    mine, theirs = (one.dump()["visitors"] for one in (member, fresh))
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    assert np.allclose(np.asarray(mine["latents"]), np.asarray(theirs["latents"]), atol=0.1)


def test_the_better_rated_is_ranked_first() -> None:
    member = Factorization()
    for _ in range(30):
        for item, stars, reward in ((0, 5, 5.0), (1, 1, -3.0), (2, 3, 1.0)):
            feedback = Feedback(VisitorId("ann"), ItemId(str(item)), "rating", reward, 1.0, rating=float(stars))
            member.learn_one(item, feedback, nothing_known(1.0, visitor=0))
    assert best(member, visitor=0) == [0, 2, 1]
    excluded = np.array([True, False, False])
    assert retrieve(member, nothing_known(1.0, visitor=0, excluded=excluded), 3).items.tolist() == [[2, 1, -1]]
    assert evidence_of(member, "factorization", nothing_known(1.0, visitor=0), 0) == -1


def test_only_the_items_learned_most_recently_are_answered() -> None:
    member = Factorization(index_size=4)
    for item in range(9):
        feedback = Feedback(VisitorId("ann"), ItemId(str(item)), "view", 1.0, 1.0)
        member.learn_one(item, feedback, nothing_known(1.0, visitor=0))
    assert sorted(best(member, visitor=0)) == [5, 6, 7, 8]


def taught() -> Factorization:
    member = Factorization(seed=3)
    for count in range(60):
        visitor, item = count % 7, count * count % 11
        feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{item}"), "view", 1.0, 1.0)
        member.learn_one(item, feedback, nothing_known(1.0, visitor=visitor))
    return member


def test_it_goes_on_where_it_was_saved() -> None:
    straight, resumed = taught(), Factorization(seed=3)
    resumed.load(straight.dump())
    for member in (straight, resumed):
        feedback = Feedback(VisitorId("v3"), ItemId("i5"), "cart", 3.0, 2.0)
        member.learn_one(5, feedback, nothing_known(2.0, visitor=3))
    one, other = (retrieve(member, nothing_known(2.0, visitor=3), 11) for member in (straight, resumed))
    assert np.array_equal(one.items, other.items)
    assert np.array_equal(one.scores, other.scores)


@pytest.mark.parametrize("part", ["items", "visitors", "index", "mean", "count", "steps"])
def test_a_strange_state_is_refused(part: str) -> None:
    state: State = {**taught().dump(), part: "something else"}
    with pytest.raises(InvalidState):
        Factorization(seed=3).load(state)


def test_stars_are_expected_as_they_were_given() -> None:
    member = Factorization()
    assert member.expected_rating(0, 0) is None
    for at in range(300):
        stars = 5.0 if at % 2 else 2.0
        feedback = Feedback(VisitorId("v"), ItemId(f"i{at % 2}"), "rating", 2 * stars - 5, float(at), stars)
        member.learn_one(at % 2, feedback, nothing_known(float(at), visitor=0))
    liked, disliked, unknown = (member.expected_rating(0, row) or 0.0 for row in (1, 0, 7))
    assert liked == pytest.approx(5.0, abs=0.4)
    assert disliked == pytest.approx(2.0, abs=0.4)
    assert disliked < unknown < liked
    assert member.expected_rating(4, 9) is None
