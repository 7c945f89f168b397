"""Which items are scored, and in which order they come."""

import numpy as np
import pytest
from numpy.typing import NDArray

from online_models.arrays.draws import draw
from online_models.arrays.state import InvalidState
from online_models.models.factors.factor_index import FactorIndex
from online_models.models.factors.latent_factors import LatentFactors

LENGTH, ITEMS = 7, 30

Numbers = NDArray[np.float64]


def an_index(limit: int, latents: Numbers | None = None, biases: Numbers | None = None) -> FactorIndex:
    factors = LatentFactors(LENGTH, seed=1)
    for item in range(ITEMS if latents is None else len(latents)):
        factors.add(item, f"i{item}")
    if latents is not None and biases is not None:
        factors.latents[: len(latents)], factors.biases[: len(biases)] = latents, biases
    return FactorIndex(factors, limit)


def held(index: FactorIndex) -> set[int]:
    return set(index.items[: index.count].tolist())


def test_items_learned_again_stay_and_others_make_room() -> None:
    index = an_index(limit=4)
    for item in (1, 2, 3, 4, 2, 4, 5, 6):
        index.add(item)
    assert held(index) == {2, 4, 5, 6}


def test_it_never_holds_more_than_its_limit_nor_an_item_twice() -> None:
    index = an_index(limit=16)
    for count in range(2_000):
        index.add(draw(count, 1 + draw(count + 7, 200)))
        assert len(held(index)) == index.count <= 16


def test_an_item_that_made_room_can_come_back() -> None:
    index = an_index(limit=2)
    for item in (1, 2, 3, 1):
        index.add(item)
    assert held(index) == {1, 3}


def retrieve(index: FactorIndex, limit: int) -> tuple[list[int], list[float]]:
    rows, values = np.full(limit, -1, np.int32), np.zeros(limit, np.float32)
    index.retrieve(np.ones(LENGTH, np.float32), np.empty(0, np.bool_), rows, values)
    return rows.tolist(), values.tolist()


def test_the_answer_is_the_best_of_the_products_in_order() -> None:
    normal = np.random.default_rng(3)
    latents, biases = normal.normal(size=(60, LENGTH)), normal.normal(size=60)
    index = an_index(limit=50, latents=latents, biases=biases)
    for item in range(50):
        index.add(item)
    index.refresh(np.arange(60, dtype=np.int32))
    products = latents[:50].sum(axis=1) + biases[:50]
    rows, values = retrieve(index, 12)
    assert rows == np.argsort(-products, kind="stable")[:12].tolist()
    assert values == pytest.approx(np.exp(products[rows]).tolist(), rel=1e-4)


def test_an_item_is_ranked_by_its_new_factors_once_refreshed() -> None:
    index = an_index(limit=4, latents=np.zeros((3, LENGTH)), biases=np.array([0.0, 1.0, 2.0]))
    for item in range(3):
        index.add(item)
        index.refresh(np.array([item], np.int32))
    assert retrieve(index, 3)[0] == [2, 1, 0]
    index.factors.biases[0] = 3
    index.refresh(np.array([0], np.int32))
    assert retrieve(index, 3)[0] == [0, 2, 1]


def test_equals_come_by_row_and_what_is_hopeless_not_at_all() -> None:
    index = an_index(limit=8, latents=np.zeros((6, LENGTH)), biases=np.array([0, -99, 1000, 2, 999, 2]))
    for item in (5, 3, 4, 1, 2):
        index.add(item)
    index.refresh(np.arange(6, dtype=np.int32))
    rows, values = retrieve(index, 6)
    assert rows == [2, 4, 3, 5, -1, -1]
    assert np.isfinite(values).all()


def test_it_goes_on_where_it_was_saved() -> None:
    straight, stopped, resumed = an_index(limit=8), an_index(limit=8), an_index(limit=8)
    items = [draw(count, ITEMS) for count in range(100)]
    for item in items:
        straight.add(item)
    for item in items[:50]:
        stopped.add(item)
    resumed.load(stopped.dump())
    for item in items[50:]:
        resumed.add(item)
    assert np.array_equal(resumed.items, straight.items)


@pytest.mark.parametrize(
    "strange",
    [
        {"items": np.array([1, 1], np.int32)},
        {"items": np.array([1, 30], np.int32)},
        {"items": np.array([1], np.int32)},
        {"again": np.zeros(2, np.int32)},
        {"hand": 8},
        {"items": np.arange(9, dtype=np.int32), "again": np.zeros(9, np.bool_)},
    ],
    ids=str,
)
def test_a_strange_state_is_refused(strange: dict[str, NDArray[np.generic] | int]) -> None:
    index = an_index(limit=8)
    index.add(1)
    index.add(2)
    with pytest.raises(InvalidState):
        an_index(limit=8).load({**index.dump(), **strange})


def test_draws_are_even_and_do_not_follow_one_another() -> None:
    drawn = np.array([draw(count, 16) for count in range(16_000)])
    assert np.bincount(drawn).min() > 850
    assert np.bincount(drawn).max() < 1_150
    assert abs(float(np.corrcoef(drawn[1:], drawn[:-1])[0, 1])) < 0.03


def test_rounding_and_what_is_barred_cost_none_of_the_best() -> None:
    normal = np.random.default_rng(5)
    latents, biases = normal.normal(size=(3_000, LENGTH)), normal.normal(size=3_000)
    index = an_index(limit=4_096, latents=latents, biases=biases)
    for item in range(3_000):
        index.add(item)
    index.refresh(np.arange(3_000, dtype=np.int32))
    order = np.argsort(-(latents.sum(axis=1) + biases), kind="stable")
    assert retrieve(index, 40)[0] == order[:40].tolist()
    excluded = np.zeros(3_000, np.bool_)
    excluded[order[:500]] = True
    rows, values = np.full(40, -1, np.int32), np.zeros(40, np.float32)
    index.retrieve(np.ones(LENGTH, np.float32), excluded, rows, values)
    assert rows.tolist() == order[500:540].tolist()


def shares(index: FactorIndex, query: Numbers, limit: int, excluded: list[int]) -> tuple[list[int], list[float]]:
    rows, values = np.full(limit, -1, np.int32), np.zeros(limit, np.float32)
    out = np.zeros(100, np.bool_)
    out[excluded] = True
    index.retrieve_shares(query.astype(np.float32), out, rows, values)
    return rows.tolist(), values.tolist()


@pytest.mark.parametrize("shift", [0.0, -300.0, 300.0])
def test_shares_are_those_of_all_items_of_the_index_however_large_the_products(shift: float) -> None:
    normal = np.random.default_rng(3)
    latents, biases, query = (
        normal.normal(size=(60, LENGTH)),
        normal.normal(size=60) + shift,
        normal.normal(size=LENGTH),
    )
    index = an_index(limit=50, latents=latents, biases=biases)
    for item in range(50):
        index.add(item)
    index.refresh(np.arange(50, dtype=np.int32))
    exponents = (biases + latents @ query)[:50]
    expected = np.exp(exponents - exponents.max())
    expected /= expected.sum()
    order = np.argsort(-expected)[:11].tolist()
    items, values = shares(index, query, 10, order[:1])
    assert items == order[1:]
    assert np.allclose(values, expected[order[1:]], rtol=3e-2)


def test_an_item_whose_weights_were_removed_has_no_share() -> None:
    index = an_index(limit=4, latents=np.ones((3, LENGTH)), biases=np.zeros(3))
    for item in range(3):
        index.add(item)
    index.factors.remove(1)
    index.refresh(np.arange(3, dtype=np.int32))
    assert shares(index, np.ones(LENGTH), 3, [])[0] == [0, 2, -1]
    for item in (0, 2):
        index.factors.remove(item)
    index.refresh(np.arange(3, dtype=np.int32))
    assert shares(index, np.ones(LENGTH), 3, [])[0] == [-1, -1, -1]
