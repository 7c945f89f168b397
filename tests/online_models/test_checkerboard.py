"""The checkerboard: visitors of even number touch even items, odd ones odd items. The right answer is known."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
import pytest

from online_models.models.factors.factorization import Factorization
from online_models.models.factors.implicit_factors import ImplicitFactors
from online_models.models.recommender import Model, retrieve
from online_models.models.sequence.transitions import Transitions
from online_models.schema.feedback import FeedbackKind
from online_models.visitors.interaction_history import InteractionHistory

NOW = 1_700_000_000.0
VISITORS, ITEMS = 20, 20

Step = tuple[int, int, FeedbackKind, float]


class Teach(Protocol):
    def __call__(self, models: Sequence[Model], steps: Iterable[Step]) -> InteractionHistory: ...


def board(rounds: int) -> list[Step]:
    """All touches, each visitor's in an order of their own, except that nobody touches the item of their own number."""
    draw = np.random.default_rng(1)
    return [
        (visitor, item, "purchase", NOW + number * 86_400 + visitor * 3_600 + place)
        for number in range(rounds)
        for visitor in range(VISITORS)
        for place, item in enumerate(draw.permutation(np.arange(visitor % 2, ITEMS, 2)).tolist())
        if item != visitor
    ]


MODELS: dict[str, tuple[Callable[[], Model], int]] = {
    "transitions": (Transitions, 1),
    "implicit factors": (lambda: ImplicitFactors(seed=1), 5),
    "factorization": (lambda: Factorization(seed=1), 25),
}
"""How to make each, and how many rounds it needs."""


@pytest.mark.parametrize("name", MODELS)
def test_the_missing_field_is_found(name: str, teach: Teach) -> None:
    make, rounds = MODELS[name]
    model = make()
    sessions = teach([model], board(rounds))
    for visitor in range(VISITORS):
        context = sessions.context(visitor, NOW + (rounds - 1) * 86_400 + visitor * 3_600 + ITEMS)
        first = retrieve(model, context, ITEMS // 2).items[0]
        assert (first % 2 == visitor % 2).all()
        assert visitor in first
