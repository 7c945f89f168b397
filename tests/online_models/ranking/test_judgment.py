"""Judgments packed for other learners."""

import numpy as np
import pytest

from online_models.ranking.judgment import Judgment, pack, unpack
from online_models.ranking.linear_ranker import Gradient
from online_models.ranking.network.layout import HIDDEN
from online_models.schema.ranker_update import InvalidUpdate, PackedJudgment

CONTEXTS = (0, 4, 6, 10)


def test_a_judgment_comes_back_bit_by_bit() -> None:
    slopes = np.array([0.1, -3e-8, 0.0], np.float32)
    ranks = np.array([-1, 0, 20], np.int8)
    ranked, (contexts, unpacked), network, gain = unpack(pack(Judgment(ranks, Gradient(CONTEXTS, slopes))))
    assert (network.shape, gain) == ((0, HIDDEN), 0.0)
    assert ranked is not None
    assert (ranked.tobytes(), contexts, unpacked.tobytes()) == (ranks.tobytes(), CONTEXTS, slopes.tobytes())


def test_the_networks_gradient_comes_back_to_three_digits() -> None:
    network = np.random.default_rng(1).normal(size=(7, HIDDEN)).astype(np.float32)
    judgment = Judgment(None, Gradient(CONTEXTS, np.ones(2, np.float32)), network, 0.25)
    unpacked = unpack(pack(judgment))
    assert unpacked.network == pytest.approx(network, rel=1e-3, abs=1e-6)
    assert unpacked.gain == 0.25
    # What a learner applies is the same wherever it was unpacked.
    assert unpack(pack(unpacked)).network.tobytes() == unpacked.network.tobytes()


@pytest.mark.parametrize(
    ("network", "gain"),
    [(b"abcd", 0.0), (np.full(HIDDEN, np.inf, "<f2").tobytes(), 0.0), (b"", float("nan")), (b"", float("inf"))],
)
def test_numbers_that_no_network_learns_from_are_refused(network: bytes, gain: float) -> None:
    with pytest.raises(InvalidUpdate):
        unpack(PackedJudgment(b"", CONTEXTS, b"", network, gain))


def test_a_dismissal_ranks_nothing() -> None:
    judgment = Judgment(None, Gradient(CONTEXTS, np.ones(2, np.float32)))
    assert unpack(pack(judgment)).ranks is None


@pytest.mark.parametrize("slopes", [b"abc", np.array([np.nan], "<f4").tobytes(), np.array([1e30], "<f4").tobytes()])
def test_numbers_that_no_gradient_has_are_refused(slopes: bytes) -> None:
    with pytest.raises(InvalidUpdate):
        unpack(PackedJudgment(b"", CONTEXTS, slopes))
