"""The checkerboard: visitors of even number touch even items, odd ones odd items. The right answer is known."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import pytest

from online_models.factorization import Factorization
from online_models.feedback import FeedbackKind
from online_models.recommender import Recommender
from online_models.sessions import Sessions
from online_models.transitions import Transitions

NOW = 1_700_000_000.0
VISITORS, ITEMS = 20, 20

Step = tuple[int, int, FeedbackKind, float]


class Teach(Protocol):
    def __call__(self, members: Sequence[Recommender], steps: Iterable[Step]) -> Sessions: ...


def board(rounds: int) -> list[Step]:
    """All touches, except that nobody touches the item of their own number."""
    return [
        (visitor, item, "purchase", NOW + number * 86_400 + visitor * 3_600 + item)
        for number in range(rounds)
        for visitor in range(VISITORS)
        for item in range(visitor % 2, ITEMS, 2)
        if item != visitor
    ]


@pytest.mark.parametrize(
    ("make", "rounds"), [(Transitions, 1), (lambda: Factorization(seed=1), 25)], ids=["transitions", "factorization"]
)
def test_the_missing_field_is_found(make: Callable[[], Recommender], rounds: int, teach: Teach) -> None:
    member = make()
    sessions = teach([member], board(rounds))
    for visitor in range(VISITORS):
        context = sessions.context(visitor, NOW + (rounds - 1) * 86_400 + visitor * 3_600 + ITEMS)
        answer = member.score(context, ITEMS)
        best_first = [row for _, row in sorted(zip((-answer.values).tolist(), answer.rows.tolist(), strict=True))]
        same_colour = [row for row in best_first[: ITEMS // 2] if row % 2 == visitor % 2]
        assert len(same_colour) == ITEMS // 2
        assert visitor in same_colour
