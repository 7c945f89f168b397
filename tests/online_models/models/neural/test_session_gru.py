"""What the network answers, and how weights are taken up."""

from collections.abc import Sequence

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.arrays.types import Indices
from online_models.models.neural.item_vectors import ItemContent
from online_models.models.neural.session_gru import SessionGru
from online_models.models.neural.visits import LENGTH
from online_models.models.neural.weights import Weights
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.visitors.context import Context
from tests.online_models.contexts import touching, viewing
from tests.online_models.networks import a_network

ITEMS = 12
WEIGHTS = a_network([f"i{index}" for index in range(ITEMS)])
AT: Indices = np.arange(ITEMS, dtype=np.int32)


def a_model(weights: Weights = WEIGHTS, **fields: int) -> SessionGru:
    model = SessionGru(**fields)
    model.take_up(model.prepare(weights, AT))
    return model


def learn(model: SessionGru, item: int, context: Context, kind: FeedbackKind = "view") -> None:
    feedback = Feedback(VisitorId(f"v{context.visitor}"), ItemId(f"i{item}"), kind, REWARDS[kind], context.now)
    model.learn_one(item, feedback, context)


def visit(model: SessionGru, *items: int, visitor: int = 0) -> None:
    for place, item in enumerate(items):
        learn(model, item, viewing(*items[:place], visitor=visitor))


def answer(model: SessionGru, context: Context, limit: int = ITEMS) -> tuple[list[int], list[float]]:
    candidates = retrieve(model, context, limit)
    count = int((candidates.items[0] >= 0).sum())
    return candidates.items[0, :count].tolist(), candidates.scores[0, :count].tolist()


def expected(items: Sequence[int]) -> tuple[list[int], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return all items by the network's own formula, best first, and their probabilities."""
    units = len(WEIGHTS.recurrent_kernel)
    state, given, kept = np.zeros(units), *WEIGHTS.bias.astype(float)
    for item in items:
        x, h = WEIGHTS.item_vectors[item] @ WEIGHTS.kernel + given, state @ WEIGHTS.recurrent_kernel + kept
        update, reset = (1 / (1 + np.exp(-(x + h)[part : part + units])) for part in (0, units))
        state = update * state + (1 - update) * np.tanh(x[2 * units :] + reset * h[2 * units :])
    query = state @ WEIGHTS.output + WEIGHTS.item_vectors[items[-1]] @ WEIGHTS.shortcut
    scores = np.exp(WEIGHTS.item_bias + WEIGHTS.item_vectors @ query)
    shares = scores / scores.sum()
    order = np.argsort(-shares)
    return order.tolist(), shares[order]


def test_without_weights_it_is_silent_and_keeps_nothing() -> None:
    model = SessionGru()
    visit(model, 1, 2)
    assert answer(model, viewing(1, 2)) == ([], [])
    assert model.dump() == {"version": ""}
    assert model.weights is None


def test_it_answers_by_the_probabilities_of_the_network() -> None:
    model = a_model()
    visit(model, 3, 1, 4)
    items, scores = answer(model, viewing(3, 1, 4))
    best, shares = expected([3, 1, 4])
    assert items == [item for item, share in zip(best, shares, strict=True) if share > 1e-5]
    assert np.allclose(scores, shares[: len(scores)], rtol=3e-2)


def test_it_scores_whatever_items_it_is_given() -> None:
    model = a_model(pool=3)
    visit(model, 3, 1, 4)
    given: Indices = np.array([5, 0, -1, 5, ITEMS + 4, *range(ITEMS)], np.int32)
    logits = np.zeros(len(given), np.float32)
    before = model.dump()
    assert model.score_items(touching((4, 1.0), excluded=[5]), given, logits)
    assert equal(model.dump(), before)
    assert logits[[2, 4]].tolist() == [-np.inf, -np.inf], "no item, and one without a vector"
    assert logits[0] == logits[3] == logits[5 + 5]
    shares = dict(zip(*expected([3, 1, 4]), strict=True))
    apart = logits[5:] - logits[5]
    assert apart.tolist() == pytest.approx([np.log(shares[item] / shares[0]) for item in range(ITEMS)], abs=1e-3)


def test_it_scores_nothing_without_weights_or_where_the_visit_is_unknown() -> None:
    given: Indices = np.arange(ITEMS, dtype=np.int32)
    logits = np.zeros(ITEMS, np.float32)
    assert not SessionGru().score_items(viewing(3), given, logits)
    assert not a_model().score_items(viewing(), given, logits)
    assert not a_model().score_items(viewing(ITEMS + 4), given, logits)
    assert not logits.any()


def test_a_visit_is_followed_step_by_step_also_where_it_goes_back() -> None:
    model = a_model()
    visit(model, 3, 1, 3, 3)
    assert answer(model, viewing(1, 3))[0][:3] == expected([3, 1, 3])[0][:3]


def test_a_visit_that_is_not_followed_is_read_from_the_history() -> None:
    followed, unknown = a_model(), a_model()
    visit(followed, 3, 1, 4)
    assert answer(unknown, viewing(3, 1, 4)) == answer(followed, viewing(3, 1, 4))
    learn(unknown, 5, viewing(3, 1, 4))
    learn(followed, 5, viewing(3, 1, 4))
    assert answer(unknown, viewing(3, 1, 4, 5)) == answer(followed, viewing(3, 1, 4, 5))


def test_of_whoever_asks_with_items_of_their_own_those_are_read() -> None:
    model = a_model()
    visit(model, 3, 1)
    assert answer(model, viewing(3, 1, 4)._replace(is_asked=True))[0][:3] == expected([3, 1, 4])[0][:3]
    assert answer(model, viewing(3, 1, 4))[0][:3] == expected([3, 1])[0][:3]


def test_a_new_session_begins_anew_and_until_then_the_last_one_counts() -> None:
    model = a_model()
    visit(model, 3, 1)
    later = touching(history=[(3, 1.0), (1, 1.0)])
    assert answer(model, later)[0][:3] == expected([3, 1])[0][:3]
    learn(model, 7, later)
    assert answer(model, touching((7, 1.0), history=[(3, 1.0), (1, 1.0)]))[0][:3] == expected([7])[0][:3]


def test_what_speaks_against_an_item_is_no_step() -> None:
    model = a_model()
    visit(model, 3, 1)
    before = answer(model, viewing(3, 1))
    learn(model, 4, viewing(3, 1), "dismissal")
    learn(model, 3, viewing(3, 1), "uncart")
    assert answer(model, viewing(3, 1)) == before


def test_walking_advances_the_visit() -> None:
    model, walker = a_model(), a_model()
    visit(model, 3, 1)
    for item, context in ((3, viewing()), (1, viewing(3))):
        walker.walk(item, Feedback(VisitorId("v0"), ItemId(f"i{item}"), "view", 1.0, context.now), context)
    assert answer(walker, viewing(3, 1)) == answer(model, viewing(3, 1))


def test_excluded_items_are_left_out() -> None:
    model = a_model()
    best = expected([3])[0]
    visit(model, 3)
    items, _ = answer(model, touching((3, 1.0), excluded=best[:2]))
    assert items[:2] == best[2:4]


def test_a_long_visit_is_bounded() -> None:
    model = a_model()
    visit(model, *(place % ITEMS for place in range(3 * LENGTH)))
    assert answer(model, viewing(1))[0]
    assert np.asarray(model.dump()["visits"]["items"]).shape == (1, LENGTH)  # type: ignore[index, call-overload]  # a part


def test_new_weights_answer_at_once_from_the_last_items_of_the_visit() -> None:
    others = a_network([f"i{index}" for index in range(ITEMS)], units=9, seed=2)
    model, fresh = a_model(), a_model(others)
    visit(model, 3, 1)
    visit(fresh, 3, 1)
    model.take_up(model.prepare(others, AT))
    assert model.weights is others
    assert answer(model, viewing(3, 1)) == answer(fresh, viewing(3, 1))
    learn(model, 4, viewing(3, 1))
    learn(fresh, 4, viewing(3, 1))
    assert answer(model, viewing(3, 1, 4)) == answer(fresh, viewing(3, 1, 4))


def test_weights_made_ready_early_are_as_those_made_ready_in_time() -> None:
    others = a_network([f"i{index}" for index in range(ITEMS)], seed=2)
    neighbors, cosines = np.full((20, 2), -1, np.int32), np.zeros((20, 2), np.float32)
    neighbors[15:, 0], cosines[15:, 0] = np.arange(5), 0.5
    early, late = a_model(), a_model()
    for model in (early, late):
        visit(model, 3)
    ready = early.prepare(others, AT)
    for model in (early, late):
        model.use_content(ItemContent(neighbors, cosines))
        visit(model, 15, 4, 16, visitor=1)
    early.take_up(ready)
    late.take_up(late.prepare(others, AT))
    assert equal(early.dump(), late.dump())
    assert answer(early, viewing(15, 4, 16, visitor=1)) == answer(late, viewing(15, 4, 16, visitor=1))


def test_a_new_item_is_answered_for_and_answered_with_by_its_content() -> None:
    neighbors, cosines = np.full((20, 2), -1, np.int32), np.zeros((20, 2), np.float32)
    neighbors[15, 0], cosines[15, 0] = 3, 0.7
    model, twin = a_model(), a_model()
    visit(model, 15)
    assert answer(model, viewing(15)) == ([], [])
    model.use_content(ItemContent(neighbors, cosines))
    visit(model, 15, visitor=1)
    visit(twin, 3, visitor=1)
    (items, scores), (usual, _) = answer(model, viewing(15, visitor=1)), answer(twin, viewing(3, visitor=1))
    assert [item for item in items if item != 15] == usual[: len(items) - 1]
    assert dict(zip(items, scores, strict=True))[15] == pytest.approx(
        dict(zip(items, scores, strict=True))[3], rel=1e-4
    )


def test_two_visitors_who_become_one_have_one_visit() -> None:
    model = a_model()
    visit(model, 3, 1, visitor=0)
    visit(model, 4, visitor=5)
    model.merge_visitor(5, viewing(3, 1, 4, visitor=0))
    assert answer(model, viewing(3, 1, 4, visitor=0))[0][:3] == expected([3, 1, 4])[0][:3]
    assert answer(model, viewing(visitor=5)) == ([], [])


def equal(one: State, other: State) -> bool:
    """Tell whether two states are the same."""
    if one.keys() != other.keys():
        return False
    for name, value in one.items():
        against = other[name]
        if isinstance(value, dict) and isinstance(against, dict):
            if not equal(value, against):
                return False
        elif isinstance(value, np.ndarray) and isinstance(against, np.ndarray):
            if value.tobytes() != against.tobytes():
                return False
        elif value != against:
            return False
    return True


def test_weights_are_part_of_the_state() -> None:
    model, again = a_model(), SessionGru()
    visit(model, 3, 1)
    again.load(model.dump())
    assert again.weights is not None
    assert again.weights.version == WEIGHTS.version
    assert answer(again, viewing(3, 1)) == answer(model, viewing(3, 1))
    assert equal(again.dump(), model.dump())
    again.load(SessionGru().dump())
    assert answer(again, viewing(3, 1)) == ([], [])


def test_weights_that_do_not_fit_their_version_are_refused() -> None:
    state = a_model().dump()
    tensors = state["weights"]
    assert isinstance(tensors, dict)
    altered: State = {**state, "weights": {**tensors, "item_bias": np.zeros(ITEMS, np.float32)}}
    torn: State = {**state, "weights": {**tensors, "kernel": np.zeros((2, 2), np.float32)}}
    for broken in (altered, torn, {**state, "indices": np.zeros(ITEMS, np.int32)}):
        with pytest.raises(InvalidState):
            SessionGru().load(broken)
