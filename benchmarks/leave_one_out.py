"""What each model and each part of the ranker adds: how many hits and reciprocal ranks are lost without it.

    DATA=folder python -m benchmarks.leave_one_out yoochoose rees46
    python -m benchmarks.leave_one_out "mine=events.csv --columns visitor=Customer"

A set is walked once with everything. The ranker is then trained again on the same answers, with a part left out, so
that what is lost is what the other parts cannot make up for.
"""

import sys
from collections.abc import Iterator

import numpy as np

from benchmarks.comparison import print_comparison
from benchmarks.recording import SETS, Recording, name_of, options_of, record
from benchmarks.replay import WHOLE, Variant, replay
from infra.stack.display import Display
from online_models.registry import PRIOR_WEIGHTS, Resources, build_ensemble


def variants(recording: Recording) -> Iterator[tuple[str, Variant]]:
    """Yield what is left out, and the ranker without it; first the whole. Models that said nothing add nothing."""
    yield "nothing", WHOLE
    answering = recording.answering()
    for model in build_ensemble(Resources(factors=1)).all:
        if answering.intersection(model.names):
            yield f"`{model.names[0]}`", Variant(frozenset(model.names), prior_weights=PRIOR_WEIGHTS)
    yield "weights by context (one set instead)", Variant(contexts=False, prior_weights=PRIOR_WEIGHTS)
    yield "item features", Variant(item_features=False, prior_weights=PRIOR_WEIGHTS)
    yield "fallback to the best model", Variant(fallback=False, prior_weights=PRIOR_WEIGHTS)
    yield "training (the prior weights stay)", Variant(learns=False, prior_weights=PRIOR_WEIGHTS)
    yield "prior weights (start from zero)", Variant()


def main(names: list[str]) -> None:
    """Print a table for each set."""
    display = Display()
    for name in names:
        recording = record(options_of(name), display)
        left_out, rankers = zip(*variants(recording), strict=True)
        columns = []
        with display.progress(f"Train {len(rankers)} rankers") as move:
            for number, variant in enumerate(rankers):
                move(number, len(rankers))
                columns.append(replay(recording, variant).ranks[recording.judged])
        ranks, visitors = np.stack(columns, axis=1), recording.visitors(recording.judged)
        title = f"{name_of(name)}, {len(recording.hybrid.steps):,} events"
        print_comparison(title, "left out", left_out, ranks, visitors, recording.k)


if __name__ == "__main__":
    main(sys.argv[1:] or list(SETS))
