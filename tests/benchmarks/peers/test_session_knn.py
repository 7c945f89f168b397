"""STAN and VSTAN by answers that were worked out by hand."""

from math import exp, inf, log, sqrt

import pytest

from benchmarks.peers.adapters.driver import PeerEvent, PeerQuery
from benchmarks.peers.adapters.session_knn import DAY, SessionKnn, StanSettings

CUP, SAUCER, POT, SPOON = range(4)
ONE = StanSettings(neighbors=10, sample=10, click_decay=1.0, age_decay=1.0, distance_decay=1.0)


def fitted(settings: StanSettings, *sessions: tuple[float, list[int]]) -> SessionKnn:
    """Return a model of sessions that each end at a time."""
    model = SessionKnn(settings)
    events = [
        PeerEvent(number, number, item, end, chosen=True, reward=1.0)
        for number, (end, items) in enumerate(sessions)
        for item in items
    ]
    model.fit(events, 4, inf)
    return model


def asked(items: list[int], at: float) -> PeerQuery:
    return PeerQuery(items, items, at)


def test_stan_weighs_neighbors_by_age_and_their_items_by_distance() -> None:
    model = fitted(ONE, (0.0, [CUP, SAUCER]), (DAY, [CUP, POT, SAUCER]))
    old, new = exp(-1) / sqrt(2), 1 / sqrt(3)
    assert model.scores(asked([CUP], DAY)) == pytest.approx(
        {CUP: old + new, SAUCER: old * exp(-1) + new * exp(-2), POT: new * exp(-1)}
    )
    assert model.recommend(asked([CUP], DAY), 3) == [CUP, POT, SAUCER]


def test_stan_weighs_the_items_of_the_session_by_position() -> None:
    model = fitted(ONE, (0.0, [CUP, POT]), (0.0, [SAUCER, SPOON]))
    scores = model.scores(asked([CUP, SAUCER], 0.0))
    assert scores[SPOON] == pytest.approx(1 / sqrt(2 * 2) * exp(-1))
    assert scores[POT] == pytest.approx(exp(-1) / sqrt(2 * 2) * exp(-1))


def test_distance_counts_from_the_newest_item_in_common_in_both_directions() -> None:
    model = fitted(ONE, (0.0, [SPOON, CUP, SAUCER, POT]))
    scores = model.scores(asked([SAUCER, CUP], 0.0))
    similarity = (1 + exp(-1)) / sqrt(2 * 4)
    assert scores == pytest.approx(
        {SPOON: similarity * exp(-1), CUP: similarity, SAUCER: similarity * exp(-1), POT: similarity * exp(-2)}
    )


def test_vstan_weighs_rare_items_more_and_old_matches_less() -> None:
    settings = StanSettings(10, 10, click_decay=1.0, age_decay=1.0, distance_decay=1.0, match_decay=2.0, idf_weight=5.0)
    model = fitted(settings, (0.0, [CUP, SAUCER]), (0.0, [CUP, POT]), (0.0, [SAUCER, CUP]))
    scores = model.scores(asked([CUP, SPOON], 0.0))
    similarity = exp(-1) / sqrt(2 * 2) * exp(-1 / 2)
    assert scores[CUP] == pytest.approx(3 * similarity), "all sessions have it: it is not rare"
    assert scores[POT] == pytest.approx(similarity * exp(-1) * (1 + 5 * log(3)))
    assert scores[SAUCER] == pytest.approx(2 * similarity * exp(-1) * (1 + 5 * log(3 / 2)))


def test_only_the_newest_sessions_and_of_these_the_nearest_vote() -> None:
    sessions = ((0.0, [CUP, SAUCER]), (DAY, [CUP, POT]), (2 * DAY, [CUP, SPOON]))
    for neighbors, sample, heard in ((1, 10, {CUP, SPOON}), (10, 2, {CUP, POT, SPOON})):
        model = fitted(StanSettings(neighbors, sample), *sessions)
        assert set(model.scores(asked([CUP], 2 * DAY))) == heard


def test_items_that_nobody_had_get_no_answer_and_ties_are_stable() -> None:
    model = fitted(ONE, (0.0, [CUP, SAUCER]), (0.0, [CUP, POT]))
    assert model.recommend(asked([SPOON], 0.0), 5) == []
    assert model.recommend(asked([CUP], 0.0), 5) == [CUP, SAUCER, POT]
    assert model.recommend(asked([CUP], 0.0), 1) == [CUP]
