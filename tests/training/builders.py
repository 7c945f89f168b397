"""Weights and visits for tests, small and made by rule."""

from collections.abc import Mapping, Sequence

import numpy as np

from online_models.models.neural.weights import Weights
from online_models.schema.events import ItemId


def some_weights(*items: str, seed: int = 1, position: Mapping[str, int] | None = None) -> Weights:
    """Return weights of these items, others for another seed."""
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return random.normal(size=shape).astype(np.float32)

    ids = tuple(map(ItemId, items or ("cup", "saucer")))
    return Weights(
        item_ids=ids,
        item_vectors=draw(len(ids), 4),
        item_bias=draw(len(ids)),
        kernel=draw(4, 12),
        recurrent_kernel=draw(4, 12),
        bias=draw(2, 12),
        output=draw(4, 4),
        shortcut=draw(4, 4),
        position=dict(position or {}),
        trained_at=5.0,
        seed=seed,
    )


def a_ring(items: int, visits: int, length: int = 5, seed: int = 1) -> list[list[str]]:
    """Return visits that go round a ring of items: after each item comes the next one."""
    starts = np.random.default_rng(seed).integers(0, items, visits).tolist()
    return [[f"i{(start + step) % items}" for step in range(length)] for start in starts]


def foreseen(weights: Weights, visit: Sequence[str]) -> str:
    """Return the item that comes next by the weights: the network in plain numpy."""
    index = {item: number for number, item in enumerate(weights.item_ids)}
    units = len(weights.recurrent_kernel)
    state = np.zeros(units, np.float32)
    for item in visit:
        given = weights.item_vectors[index[ItemId(item)]] @ weights.kernel + weights.bias[0]
        kept = state @ weights.recurrent_kernel + weights.bias[1]
        update = 1 / (1 + np.exp(-(given[:units] + kept[:units])))
        reset = 1 / (1 + np.exp(-(given[units : 2 * units] + kept[units : 2 * units])))
        state = update * state + (1 - update) * np.tanh(given[2 * units :] + reset * kept[2 * units :])
    last = weights.item_vectors[index[ItemId(visit[-1])]]
    scores = weights.item_vectors @ (state @ weights.output + last @ weights.shortcut) + weights.item_bias
    return weights.item_ids[int(np.argmax(scores))]
