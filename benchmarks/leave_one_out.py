"""What each model and each part of the blend adds: hits and reciprocal ranks that are lost without it.

    DATA=folder python benchmarks/leave_one_out.py yoochoose rees46
    python benchmarks/leave_one_out.py "mine=events.csv --columns visitor=Customer"

A set is walked once with everything. The blend is then learned again on the same answers, with a part left out, so that
what is lost is what the other parts cannot make up for.
"""

import sys
from collections.abc import Iterator

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import Recording, record
from benchmarks.replay import WHOLE, Variant, replay
from benchmarks.sets import SETS, name_of, options_of
from infra.stack.display import Display
from online_models.evaluation.intervals import interval, resampled
from online_models.evaluation.metrics import gains_of
from online_models.registry import PRIOR_WEIGHTS, Resources, build_ensemble

_SEED = 1


def variants(recording: Recording) -> Iterator[tuple[str, Variant]]:
    """Yield what is left out, and the blend without it; first the whole. Models that said nothing add nothing."""
    yield "nothing", WHOLE
    spoke = {recording.members[member] for step in recording.steps if step.question for member in step.question.members}
    for model in build_ensemble(Resources(factors=1)).all:
        if spoke.intersection(model.names):
            yield f"`{model.names[0]}`", Variant(frozenset(model.names), prior_weights=PRIOR_WEIGHTS)
    yield "situations: one set of weights", Variant(contexts=False, prior_weights=PRIOR_WEIGHTS)
    yield "features of the item", Variant(item_features=False, prior_weights=PRIOR_WEIGHTS)
    yield "guard", Variant(guard=False, prior_weights=PRIOR_WEIGHTS)
    yield "learning: day-one weights stay", Variant(learns=False, prior_weights=PRIOR_WEIGHTS)
    yield "day-one weights: start from zero", Variant()


def main(names: list[str]) -> None:
    """Print a table for each set."""
    display = Display()
    for name in names:
        options = options_of(name)
        recording = record(options, display)
        left_out, blends = zip(*variants(recording), strict=True)
        columns = []
        with display.progress(f"Learn {len(blends)} blends") as bar:
            for number, blend in enumerate(blends):
                bar.move(number, len(blends))
                columns.append(replay(recording, blend).ranks[recording.judged])
        _print(name_of(name), left_out, np.stack(columns, axis=1), recording)


def _print(name: str, left_out: tuple[str, ...], ranks: NDArray[np.int16], recording: Recording) -> None:
    k = recording.k
    gains = gains_of(ranks, k)
    samples = resampled(ranks, recording.visitors(recording.judged), k, _SEED)
    lost = samples[:, :, :1] - samples
    click.echo(f"\n**{name}**: {len(recording.steps):,} events, asked {len(recording.judged):,} times\n")
    click.echo(
        f"| left out | HR@{k} | lost | 95 % | MRR@{k} | lost | 95 % |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    for place, what in enumerate(left_out):
        cells = [what]
        for gain in range(2):
            low, high = interval(lost[:, gain, place])
            cells += [f"{gains[gain, place]:.4f}", f"{gains[gain, 0] - gains[gain, place]:+.4f}"]
            cells.append(f"{low:+.4f} to {high:+.4f}" if place else "")
        click.echo(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1:] or list(SETS))
