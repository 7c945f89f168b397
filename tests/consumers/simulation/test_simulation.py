"""Some hundred seeds on every run of the tests; thousands by ``python -m tests.consumers.simulation --seeds 5000``."""

import logging
from collections.abc import Iterator

import pytest

from tests.consumers.simulation.__main__ import judge
from tests.consumers.simulation.simulation import Simulation

SEEDS, AT_ONCE = 320, 80


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("learners", [1, 2, 3])
@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_whatever_happens_every_event_is_learned_once_and_everybody_has_their_list(first: int, learners: int) -> None:
    for seed in range(first, first + AT_ONCE // learners):
        found = judge(seed, learners).found
        assert not found, f"python -m tests.consumers.simulation --learners {learners} --seed {seed}: {found}"


@pytest.mark.parametrize("learners", [1, 2, 3])
def test_a_seed_tells_the_same_story_again(learners: int) -> None:
    stories = []
    for _ in range(2):
        simulation = Simulation(7, size=learners)
        simulation.run()
        stories.append(simulation.world.story)
    assert stories[0] == stories[1]
    assert len(stories[0]) > 10


def test_the_seeds_go_through_what_they_are_for() -> None:
    missing = {
        "killed",
        "the power was cut",
        "half-way through snapshot",
        "log_down: True",
        "redis_down: True",
        "partitions",
        "took up weights",
        "killed: after weights were taken up",
        ", torn, to be taken up",
        "Redis is flushed",
        "does nothing until",
    }
    for seed in range(SEEDS):
        simulation = Simulation(seed, size=2)
        simulation.run()
        told = "\n".join(simulation.world.story)
        missing -= {what for what in missing if what in told}
        if not missing:
            return
    raise AssertionError(f"no seed tells of: {missing}")
