"""The hybrid with a session network: weights come between two events, from a training beside it."""

from typing import Any

import numpy as np
import pytest

from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.models.neural.weights import BrokenWeights, read_weights, write_weights
from online_models.ranking.network.layout import LOGIT_INPUTS, inputs_of
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.snapshot import decode
from tests.online_models.networks import a_network
from tests.online_models.shops import NOW, a_shop, payload

ITEMS = [f"i{number}" for number in range(30)]
FIRST, SECOND = a_network(ITEMS[:20]), a_network(ITEMS[:25], units=7, seed=2)


def signals(count: int, seed: int = 1) -> list[Feedback]:
    draws = np.random.default_rng(seed)
    return [
        Feedback(
            VisitorId(f"v{draws.integers(6)}"), ItemId(ITEMS[draws.integers(30)]), "view", 1.0, NOW + 20.0 * number
        )
        for number in range(count)
    ]


def learn(hybrid: Hybrid, stream: list[Feedback]) -> None:
    for feedback in stream:
        slate = hybrid.score(feedback.visitor, feedback.at)
        hybrid.learn(feedback, slate)


def network_says(hybrid: Hybrid, visitor: str = "v1") -> list[str]:
    said = hybrid.recommend(VisitorId(visitor), NOW + 20_000, member="session_gru", filter_already_liked_items=False)
    return [str(item) for item, _ in said]


def test_without_weights_the_network_is_silent_and_all_else_goes_on() -> None:
    hybrid = Hybrid()
    learn(hybrid, signals(100))
    assert hybrid.weights_version == ""
    assert network_says(hybrid) == []
    assert hybrid.recommend(VisitorId("v1"), NOW + 20_000)


def test_with_weights_it_answers() -> None:
    hybrid = Hybrid()
    learn(hybrid, signals(50))
    hybrid.take_up(FIRST)
    assert hybrid.weights_version == FIRST.version
    assert network_says(hybrid)
    learn(hybrid, signals(50, seed=2))
    assert network_says(hybrid)


def test_it_scores_what_others_propose() -> None:
    hybrid = Hybrid()
    learn(hybrid, signals(100))
    assert not len(hybrid.score(VisitorId("v1"), NOW + 20_000).candidates.logits)
    hybrid.take_up(FIRST)
    items, _, logits = hybrid.score(VisitorId("v1"), NOW + 20_000).candidates
    known = (items >= 0) & np.isin(items, [hybrid.index(ItemId(item)) for item in ITEMS[:20]])
    assert np.array_equal(np.isfinite(logits), known)
    line = logits[hybrid.members.index("session_gru"), : int(known[hybrid.members.index("session_gru")].sum())]
    assert (np.diff(line) <= 0).all(), "its own are best first"


def test_the_blend_learns_what_its_scores_are_worth() -> None:
    def rows_of_scores(hybrid: Hybrid) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        network: Any = hybrid.dump()["ranker"]
        first = inputs_of(len(hybrid.members)) - LOGIT_INPUTS
        rows: np.ndarray[tuple[int, int], np.dtype[np.float32]] = network["network"]["weights"][first:][:LOGIT_INPUTS]
        return rows

    silent, answering = Hybrid(), Hybrid()
    before = rows_of_scores(silent)
    for hybrid in (silent, answering):
        learn(hybrid, signals(60))
        if hybrid is answering:
            hybrid.take_up(FIRST)
        learn(hybrid, signals(40, seed=2))
    assert np.array_equal(rows_of_scores(silent), before)
    assert (rows_of_scores(answering) != before).any(axis=1).all()


def test_torn_weights_are_refused_and_the_network_stays_silent() -> None:
    hybrid = Hybrid()
    learn(hybrid, signals(50))
    with pytest.raises(BrokenWeights):
        hybrid.take_up(read_weights(write_weights(FIRST)[:-7]))
    assert network_says(hybrid) == []
    learn(hybrid, signals(20, seed=2))


def test_a_shop_of_which_the_weights_know_nothing_has_no_answer() -> None:
    hybrid = a_shop()
    learn(hybrid, signals(5))
    hybrid.take_up(a_network(["something", "else"]))
    assert network_says(hybrid) == []


def replayed(files: dict[int, bytes]) -> Hybrid:
    hybrid = Hybrid()
    for number, feedback in enumerate(signals(200)):
        if number in files:
            hybrid.take_up(read_weights(files[number]))
        learn(hybrid, [feedback])
    return hybrid


def test_a_replay_with_the_same_files_is_equal_byte_for_byte() -> None:
    files = {60: write_weights(FIRST), 120: write_weights(SECOND)}
    once = replayed(files)
    assert payload(replayed(files)) == payload(once)
    assert payload(replayed({**files, 121: files[120]})) != payload(replayed({}))


def test_two_hybrids_that_take_up_at_the_same_place_are_equal_whenever_they_made_ready() -> None:
    early, late = Hybrid(), Hybrid()
    stream = signals(150)
    learn(early, stream[:10])
    ready = early.prepare(SECOND)
    learn(early, stream[10:100])
    learn(late, stream[:100])
    early.take_up(ready)
    late.take_up(SECOND)
    for hybrid in (early, late):
        learn(hybrid, stream[100:])
    assert payload(early) == payload(late)


def test_a_snapshot_goes_on_with_the_weights_that_were_taken_up() -> None:
    straight, stopped, resumed = Hybrid(), Hybrid(), Hybrid()
    stream = signals(160)
    for hybrid in (straight, stopped):
        learn(hybrid, stream[:80])
        hybrid.take_up(FIRST)
        learn(hybrid, stream[80:100])
    resumed.load(decode(payload(stopped))[1])
    assert resumed.weights_version == FIRST.version
    for hybrid in (straight, resumed):
        learn(hybrid, stream[100:])
    assert payload(resumed) == payload(straight)


def test_a_shop_goes_on_with_vectors_of_its_new_items() -> None:
    def taught() -> Hybrid:
        shop = a_shop()
        learn(shop, [Feedback(VisitorId("ann"), ItemId("red-mug"), "view", 1.0, NOW)])
        shop.take_up(a_network(["red-mug", "red-plate"]))
        learn(shop, [Feedback(VisitorId("bob"), ItemId("blue-mug"), "view", 1.0, NOW + 9)])
        return shop

    shop, resumed = taught(), a_shop()
    assert network_says(shop, "bob"), "what is known of the red mug answers for the blue one"
    resumed.load(decode(payload(shop))[1])
    assert network_says(resumed, "bob") == network_says(shop, "bob")
    assert payload(resumed) == payload(shop)


def test_walking_a_session_moves_the_network_on() -> None:
    hybrid = Hybrid()
    learn(hybrid, signals(100))
    hybrid.take_up(FIRST)
    before = payload(hybrid)
    for number in (3, 7):
        hybrid.walk(Feedback(VisitorId("new"), ItemId(ITEMS[number]), "view", 1.0, NOW + 9_000 + number))
    said = network_says(hybrid, "new")
    assert said
    assert said != network_says(hybrid, "v1")
    assert payload(hybrid) != before


def test_the_network_can_be_left_out() -> None:
    hybrid = Hybrid(HybridSettings(neural=False))
    learn(hybrid, signals(20))
    assert "session_gru" not in hybrid.members
    assert hybrid.weights_version == ""
    with pytest.raises(LookupError):
        hybrid.take_up(FIRST)
