"""``python -m tests.consumers.simulation``: many seeds, or one of them told step by step.

python -m tests.consumers.simulation --seeds 5000
python -m tests.consumers.simulation --seed 17
"""

import argparse
import logging
import sys
import time

from tests.consumers.simulation.invariants import violations
from tests.consumers.simulation.simulation import Simulation

SHOWN = 5


def main() -> int:
    """Run seeds and say which of them fail, and how. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.consumers.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="tell the story of this one")
    arguments = parser.parse_args()
    if arguments.seed is not None:
        return tell(arguments.seed)
    logging.disable(logging.CRITICAL)
    started, failed, lives, kills = time.perf_counter(), 0, 0, 0
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        simulation = Simulation(seed)
        simulation.run()
        lives, kills = lives + simulation.lives, kills + simulation.world.kills
        if found := violations(simulation):
            failed += 1
            if failed <= SHOWN:
                print(f"seed {seed}: {'; '.join(found)}")  # noqa: T201 - the command line's answer
    seconds = time.perf_counter() - started
    print(  # noqa: T201
        f"{arguments.seeds} seeds, {lives} lives, {kills} kills in {seconds:.1f} s: {failed} failed"
        + (", each replays by --seed" if failed else "")
    )
    return bool(failed)


def tell(seed: int) -> int:
    """Tell one seed's story. Returns the exit code."""
    logging.disable(logging.CRITICAL)
    simulation = Simulation(seed)
    try:
        simulation.run()
    finally:
        print("\n".join(simulation.world.story))  # noqa: T201
    found = violations(simulation)
    print("\n".join(found) or "All holds.")  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
