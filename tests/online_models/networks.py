"""Session networks as a training would give them, of numbers that are drawn."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from online_models.models.neural.weights import Weights
from online_models.schema.events import ItemId


def a_network(items: Sequence[str], width: int = 6, units: int = 5, seed: int = 1, **changed: Any) -> Weights:
    """Return weights for these items, the busiest first."""
    draws = np.random.default_rng(seed)

    def drawn(*shape: int) -> Any:
        return draws.normal(0, 1, shape).astype(np.float32)

    said: dict[str, Any] = {
        "item_ids": tuple(map(ItemId, items)),
        "item_vectors": drawn(len(items), width),
        "item_bias": drawn(len(items)),
        "kernel": drawn(width, 3 * units),
        "recurrent_kernel": drawn(units, 3 * units),
        "bias": drawn(2, 3 * units),
        "output": drawn(units, width),
        "shortcut": drawn(width, width),
        "position": {"interactions-0": 12, "interactions-1": 3},
        "trained_at": 1_700_000_000.5,
        "seed": seed,
    }
    return Weights(**{**said, **changed})
