"""Makes `online_models/ranking/prior_weights.py` anew: the weights to which the blend comes on some sets, averaged.

    DATA=folder python benchmarks/day_one.py yoochoose rees46 retail > weights.txt
    DATA=folder python benchmarks/day_one.py --check yoochoose rees46 retail

Each set's blend starts from zero. A member's weights are averaged over the sets on which it said something; one that
said nothing anywhere keeps what it has. ``--check`` compares, on each set, starting from what the *other* sets came to
with starting from what stands now, and from zero.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import Recording, record
from benchmarks.replay import WHOLE, Variant, replay
from benchmarks.sets import SETS, name_of, options_of
from infra.stack.display import Display
from online_models.evaluation.intervals import interval, resampled
from online_models.evaluation.metrics import gains_of
from online_models.ranking.linear_ranker import ITEMS
from online_models.registry import PRIOR_WEIGHTS

Weights = dict[str, tuple[float, ...]]

_SEED = 1
_FIRST = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """What one set taught.

    Attributes
    ----------
    weights
        Those it came to, of the members that said something, and of the items.
    """

    name: str
    recording: Recording
    weights: Weights


def read_source(name: str, display: Display) -> Source:
    """Walk a set, and learn its blend from zero."""
    recording = record(options_of(name), display)
    spoke = {recording.members[member] for step in recording.steps if step.question for member in step.question.members}
    learned = replay(recording, Variant()).weights
    return Source(name_of(name), recording, {who: learned[who] for who in learned if who in spoke or who == ITEMS})


def averaged(sources: Sequence[Source]) -> Weights:
    """Return the mean of what sets came to; where none has a member, what stands now."""
    weights: Weights = {}
    for name in dict.fromkeys([*(who for source in sources for who in source.recording.members), ITEMS]):
        known = [source.weights[name] for source in sources if name in source.weights]
        if known:
            weights[name] = tuple(np.mean(known, axis=0).round(3).tolist())
        elif name in PRIOR_WEIGHTS:
            weights[name] = tuple(PRIOR_WEIGHTS[name])
    return weights


def main(arguments: list[str]) -> None:
    """Print the table, or check it."""
    names = [argument for argument in arguments if argument != "--check"] or list(SETS)
    display = Display()
    sources = [read_source(name, display) for name in names]
    if "--check" in arguments:
        for source in sources:
            _check(source, averaged([other for other in sources if other is not source]))
        return
    click.echo("DAY_ONE: Mapping[str, tuple[float, ...]] = {")
    for name, numbers in averaged(sources).items():
        key = "ITEMS" if name == ITEMS else f'"{name}"'
        click.echo(f"    {key}: ({', '.join(map(str, numbers))}),")
    click.echo("}")


def _check(source: Source, others: Mapping[str, Sequence[float]]) -> None:
    recording = source.recording
    starts = {"as it stands": WHOLE, "the other sets'": Variant(prior_weights=others), "zero": Variant()}
    ranks = np.stack([replay(recording, start).ranks for start in starts.values()], axis=1)
    for what, places in (("judged", recording.judged), (f"first {_FIRST:,}", recording.asked[:_FIRST])):
        click.echo(f"\n**{source.name}**, {what} lists\n\n| start | HR | more | 95 % | MRR | more | 95 % |")
        click.echo(f"|{' --- |' * 7}")
        for line in _compared(tuple(starts), ranks[places], recording.visitors(places), recording.k):
            click.echo(line)


def _compared(names: Sequence[str], ranks: NDArray[np.int16], visitors: NDArray[np.int32], k: int) -> list[str]:
    gains, samples = gains_of(ranks, k), resampled(ranks, visitors, k, _SEED)
    lines = []
    for place, name in enumerate(names):
        cells = [name]
        for gain in range(2):
            low, high = interval(samples[:, gain, place] - samples[:, gain, 0])
            difference = gains[gain, place] - gains[gain, 0]
            cells += [f"{gains[gain, place]:.4f}", f"{difference:+.4f}", f"{low:+.4f} to {high:+.4f}" if place else ""]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
