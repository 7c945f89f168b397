"""River's steps, kept in rows."""

import copy

import numpy as np
import pytest
from river import optim, reco

from online_models.events import ItemId, VisitorId
from online_models.factorization import Factorization, RowwiseMF
from online_models.factors import Factors
from online_models.feedback import Feedback
from online_models.recommender import Context

VISITORS, ITEMS, LENGTH = 8, 12, 5


def rowwise(optimizer: optim.SGD, l2: float, clip: float) -> RowwiseMF:
    visitors, items = Factors(LENGTH, seed=1), Factors(LENGTH, seed=2)
    for row in range(VISITORS):
        visitors.add(row, f"v{row}")
    for row in range(ITEMS):
        items.add(row, f"i{row}")
    return RowwiseMF(visitors, items, optimizer, l2=l2, clip=clip)


@pytest.mark.parametrize(("l2", "clip"), [(0.0, 1e12), (0.05, 2.0)])
@pytest.mark.parametrize("optimizer", [optim.SGD(0.05), optim.SGD(optim.schedulers.InverseScaling(0.1))], ids=str)
def test_every_step_is_that_of_river(optimizer: optim.SGD, l2: float, clip: float) -> None:
    ours = rowwise(optimizer, l2, clip)
    river = reco.BiasedMF(
        n_factors=LENGTH,
        bias_optimizer=copy.deepcopy(optimizer),
        latent_optimizer=copy.deepcopy(optimizer),
        l2_bias=l2,
        l2_latent=l2,
        clip_gradient=clip,
    )
    for row in range(VISITORS):
        river.u_latents[row] = ours.visitors.latents[row].astype(float)
    for row in range(ITEMS):
        river.i_latents[row] = ours.items.latents[row].astype(float)
    draw = np.random.default_rng(5)
    for _ in range(400):
        visitor, item, reward = int(draw.integers(VISITORS)), int(draw.integers(ITEMS)), float(draw.integers(-3, 6))
        assert ours.predict_one(visitor, item) == pytest.approx(_ask(river, visitor, item), abs=1e-3)
        ours.learn_one(visitor, item, reward)
        river.learn_one(visitor, item, reward)  # type: ignore[no-untyped-call]  # River does not annotate it
    assert ours.global_mean.get() == river.global_mean.get()


def _ask(river: reco.BiasedMF, visitor: int, item: int) -> float:
    return float(river.predict_one(visitor, item))  # type: ignore[no-untyped-call]  # River does not annotate it


def test_factors_depend_on_seed_and_id_and_on_nothing_else() -> None:
    one, other, seeded = Factors(40, seed=1), Factors(40, seed=1), Factors(40, seed=2)
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
    member.learn_one(0, feedback, Context(0, (), (), 1.0))
    before = str(member.dump())
    assert len(member.score(Context(4, (), (), 1.0), 10).rows) == 0
    assert len(member.score(Context(-1, (), (), 1.0), 10).rows) == 0
    assert str(member.dump()) == before


def test_a_recycled_row_starts_afresh() -> None:
    member, fresh = Factorization(seed=9), Factorization(seed=9)
    ann = Feedback(VisitorId("ann"), ItemId("cup"), "rating", 5.0, 1.0, rating=5.0)
    bob = Feedback(VisitorId("bob"), ItemId("cup"), "rating", -3.0, 1.0, rating=1.0)
    for _ in range(20):
        member.learn_one(0, ann, Context(0, (), (), 1.0))
    member.forget_visitor(0)
    assert len(member.score(Context(0, (), (), 1.0), 10).rows) == 0
    member.learn_one(0, bob, Context(0, (), (), 1.0))
    fresh.learn_one(0, bob, Context(0, (), (), 1.0))
    mine, theirs = (one.dump()["visitors"] for one in (member, fresh))
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    assert np.allclose(np.asarray(mine["latents"]), np.asarray(theirs["latents"]), atol=0.05)


def test_the_better_rated_is_ranked_first() -> None:
    member = Factorization()
    for _ in range(30):
        for item, stars, reward in ((0, 5, 5.0), (1, 1, -3.0), (2, 3, 1.0)):
            feedback = Feedback(VisitorId("ann"), ItemId(str(item)), "rating", reward, 1.0, rating=float(stars))
            member.learn_one(item, feedback, Context(0, (), (), 1.0))
    answer = member.score(Context(0, (), (), 1.0), 3)
    assert answer.rows[np.argsort(-answer.values)].tolist() == [0, 2, 1]
