"""What the hybrid gains by a model that it does not have: each list twice, with the model and without.

    python -m benchmarks.tried linear_items,next_after FILE... [options of riverfront evaluate]

The session network is left out, so that no TensorFlow is needed.
"""

import shlex
import sys
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.comparison import print_comparison
from benchmarks.recording import options_of
from benchmarks.tried.judged_lists import judge_with
from benchmarks.tried.linear_items import EASE, SLIST, LinearItems
from benchmarks.tried.next_after import NextAfter
from infra.evaluate.inputs import Inputs, read_inputs
from infra.evaluate.refits import HALF_DAY, MOST_BY_TIME
from online_models.models.recommender import Model

TRIED: Mapping[str, Callable[[float], Model]] = {
    "linear_items": lambda pause: LinearItems(SLIST, pause),
    "linear_history": lambda pause: LinearItems(EASE, pause),
    "next_after": lambda _: NextAfter(),
}
"""How each is built, given how many seconds of the data lie between two refits at least."""


def pause_of(inputs: Inputs) -> float:
    """Return the seconds between two refits: half a day, or as many as make forty refits in all."""
    times = inputs.stream.times
    return max(HALF_DAY, float(times[-1] - times[0]) / MOST_BY_TIME)


def main(names: list[str], line: str) -> None:
    """Print what the hybrid gains by each model, and what each finds alone."""
    options = options_of(f"tried={line} --no-neural")
    inputs = read_inputs(options)
    without = judge_with(None, inputs, options)
    tried = [judge_with(TRIED[name](pause_of(inputs)), inputs, options) for name in names]
    variants = ["the hybrid", *(f"with `{name}`" for name in names), *(f"`{name}` alone" for name in names)]
    columns = [lists.ranks[:, number] for number, some in ((0, [without, *tried]), (1, tried)) for lists in some]
    ranks = np.stack(columns, axis=1)[without.is_warm]
    visitors = [visitor for visitor, warm in zip(without.visitors, without.is_warm, strict=True) if warm]
    print_comparison(f"{len(inputs.stream):,} events", "", variants, ranks, visitors, options.k)


if __name__ == "__main__":
    asked = sys.argv[1].split(",") if len(sys.argv) > 2 else []
    if not asked or not set(asked) <= set(TRIED):
        raise SystemExit(f"python -m benchmarks.tried {','.join(TRIED)} FILE... [options of riverfront evaluate]")
    main(asked, shlex.join(sys.argv[2:]))
