import numpy as np
import pytest

from benchmarks.tried.linear_items import EASE, FIRST_SIGNALS, SLIST, LinearItems, LinearSettings, solve_sessions
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.single_model import SingleModel

ROWS = np.arange(3, dtype=np.int32)
SESSIONS = [([0, 1], 0.0), ([0, 1, 2], 0.0), ([1, 2], 0.0)]


def a_view(visitor: str, item: str, at: float) -> Feedback:
    return Feedback(VisitorId(visitor), ItemId(item), kind="view", reward=1.0, at=at)


def learn_pairs(model: SingleModel, pairs: int) -> None:
    for number in range(pairs):
        for step, item in enumerate(("cup", "saucer", "teapot")[number % 2 :][:2]):
            model.learn_one(a_view(f"v{number}", item, 60.0 * number + step))


def test_ease_is_the_inverse_gram_matrix_by_its_diagonal() -> None:
    weights = solve_sessions(SESSIONS, ROWS, 0.0, EASE)
    sessions = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    inverse = np.linalg.inv(sessions.T @ sessions + EASE.ridge * np.eye(3))
    expected = np.eye(3) - inverse / np.diag(inverse)
    assert weights == pytest.approx(expected, abs=1e-6)


def test_what_follows_what_is_a_ridge_regression_of_the_next_on_the_past() -> None:
    settings = LinearSettings(whole=0.0, ridge=2.0, decay=1.0)
    weights = solve_sessions(SESSIONS, ROWS, 0.0, settings)
    far = np.exp(-1)
    past = np.array([[1, 0, 0], [1, 0, 0], [far, 1, 0], [0, 1, 0]])
    future = np.array([[0, 1, 0], [0, 1, far], [0, 0, 1], [0, 0, 1]])
    expected = np.linalg.solve(past.T @ past + 2 * np.eye(3), past.T @ future)
    assert weights == pytest.approx(expected, abs=1e-6)


def test_an_older_session_counts_for_less() -> None:
    sessions = [([0, 1], -SLIST.age), ([0, 2], 0.0)]
    weights = solve_sessions(sessions, ROWS, 0.0, LinearSettings(ridge=1.0))
    assert 0 < weights[0, 1] < weights[0, 2]


def test_it_answers_once_it_is_solved_and_by_what_came_before() -> None:
    model = SingleModel(LinearItems(LinearSettings(ridge=1.0), pause=1.0))
    learn_pairs(model, FIRST_SIGNALS // 2)
    model.learn_one(a_view("ann", "saucer", 1e6))
    assert model.recommend(VisitorId("ann")) == []
    model.learn_one(a_view("bob", "saucer", 1e6 + 10))
    assert [item for item, _ in model.recommend(VisitorId("bob"), n=1)] == ["teapot"]
