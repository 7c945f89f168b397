"""The speed of a back-fill, from what the learner said of itself."""

import pytest

from infra.bench.backfill import speed_of
from infra.errors import CannotRun
from infra.stack.progress import Learned


def test_what_was_said_before_the_learner_ran_does_not_count() -> None:
    figures = speed_of([Learned(0, 900, 0.0), Learned(100, 900, 5.0), Learned(500, 900, 6.0), Learned(900, 900, 7.0)])
    assert figures == {"events": 800, "seconds": 2.0, "events_per_second": 400}


def test_what_was_learned_while_the_log_was_still_being_written_does_not_count() -> None:
    figures = speed_of([Learned(50, 300, 1.0), Learned(90, 600, 2.0), Learned(100, 900, 3.0), Learned(900, 900, 7.0)])
    assert figures == {"events": 800, "seconds": 4.0, "events_per_second": 200}


@pytest.mark.parametrize("said", [[], [Learned(9, 9, 5.0)], [Learned(0, 9, 0.0)], [Learned(1, 9, 5.0)] * 2])
def test_too_little_was_said_to_measure_anything(said: list[Learned]) -> None:
    with pytest.raises(CannotRun, match="too few events"):
        speed_of(said)
