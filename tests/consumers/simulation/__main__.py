"""``python -m tests.consumers.simulation``: many seeds, or one of them told step by step.

python -m tests.consumers.simulation --seeds 5000
python -m tests.consumers.simulation --seed 17
python -m tests.consumers.simulation --seeds 5000 --learners 2
"""

import argparse
import gc
import logging
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

from tests.consumers.simulation.invariants import violations
from tests.consumers.simulation.simulation import Simulation

SHOWN = 5
AT_ONCE = 20
WARM_UP = 5


class Outcome(NamedTuple):
    """What became of one seed."""

    seed: int
    lives: int
    kills: int
    found: list[str]


def main() -> int:
    """Run seeds and say which of them fail, and how. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.consumers.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="tell the story of this one")
    parser.add_argument("--learners", type=int, default=1, help="how many learners there are")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if arguments.seed is not None:
        return tell(arguments.seed, arguments.learners)
    started, failed, lives, kills = time.perf_counter(), 0, 0, 0
    for outcome in run(range(arguments.first, arguments.first + arguments.seeds), arguments.learners):
        lives, kills = lives + outcome.lives, kills + outcome.kills
        if outcome.found:
            failed += 1
            if failed <= SHOWN:
                print(f"seed {outcome.seed}: {'; '.join(outcome.found)}", flush=True)  # noqa: T201 - the answer
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(  # noqa: T201
        f"{arguments.seeds} seeds, {lives} lives, {kills} kills in {seconds:.1f} s: {failed} failed"
        + (", each replays by --seed" if failed else "")
        + f"\n{60 * arguments.seeds / seconds:.0f} seeds a minute, "
        f"{(used.ru_utime + used.ru_stime) / arguments.seeds:.3f} s of processor time each"
    )
    return bool(failed)


def run(seeds: range, learners: int) -> Iterator[Outcome]:
    """Run seeds on all processors, and yield what became of each, in order."""
    # What compiled functions and imports need is there once, in what the processes are forked from.
    for seed in range(WARM_UP):
        judge(seed, learners)
    gc.collect()
    gc.freeze()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(mp_context=fork, initializer=gc.disable) as processes:
        yield from processes.map(partial(judge_and_clean, learners=learners), seeds, chunksize=AT_ONCE)


def judge_and_clean(seed: int, learners: int) -> Outcome:
    """Run one seed, and collect garbage after some of them, not within any."""
    outcome = judge(seed, learners)
    if seed % AT_ONCE == 0:
        gc.collect()
    return outcome


def judge(seed: int, learners: int) -> Outcome:
    """Run one seed."""
    simulation = Simulation(seed, size=learners)
    simulation.run()
    return Outcome(seed, simulation.lives, simulation.world.kills, violations(simulation))


def tell(seed: int, learners: int) -> int:
    """Tell one seed's story. Returns the exit code."""
    simulation = Simulation(seed, size=learners)
    try:
        simulation.run()
    finally:
        print("\n".join(simulation.world.story))  # noqa: T201
    found = violations(simulation)
    print("\n".join(found) or "All holds.")  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
