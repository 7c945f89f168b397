"""Makes the prior weights of the registry anew: those to which the ranker comes on some sets, averaged.

    DATA=folder python -m benchmarks.prior_weights yoochoose rees46 retail > weights.txt
    DATA=folder python -m benchmarks.prior_weights --check yoochoose rees46 retail

Each set's ranker starts from zero. A member's weights are averaged over the sets on which it said something; one that
said nothing anywhere keeps what it has. ``--check`` compares, on each set, starting from what the *other* sets came to
with starting from what stands now, and from zero.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
import numpy as np

from benchmarks.comparison import print_comparison
from benchmarks.recording import SETS, Recording, name_of, options_of, record
from benchmarks.replay import WHOLE, Variant, replay
from infra.stack.display import Display
from online_models.ranking.linear_ranker import ITEMS
from online_models.registry import PRIOR_WEIGHTS

Weights = dict[str, tuple[float, ...]]

_FIRST = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """What one set taught: the weights it came to, of the members that said something, and of the items."""

    name: str
    recording: Recording
    weights: Weights


def read_source(name: str, display: Display) -> Source:
    """Walk a set, and train its ranker from zero."""
    recording = record(options_of(name), display)
    known, learned = {*recording.answering(), ITEMS}, replay(recording, Variant()).weights
    return Source(name_of(name), recording, {member: learned[member] for member in learned if member in known})


def averaged(sources: Sequence[Source]) -> Weights:
    """Return the mean of what sets came to; where none has a member, what stands now."""
    weights: Weights = {}
    for name in dict.fromkeys([*(who for source in sources for who in source.recording.hybrid.members), ITEMS]):
        known = [source.weights[name] for source in sources if name in source.weights]
        if known:
            weights[name] = tuple(np.mean(known, axis=0).round(3).tolist())
        elif name in PRIOR_WEIGHTS:
            weights[name] = tuple(PRIOR_WEIGHTS[name])
    return weights


def main(arguments: list[str]) -> None:
    """Print the weights, or check them."""
    names = [argument for argument in arguments if argument != "--check"] or list(SETS)
    display = Display()
    sources = [read_source(name, display) for name in names]
    if "--check" in arguments:
        for source in sources:
            _check(source, averaged([other for other in sources if other is not source]))
        return
    for name, numbers in averaged(sources).items():
        click.echo(f'"{name}": ({", ".join(map(str, numbers))}),')


def _check(source: Source, others: Weights) -> None:
    recording = source.recording
    starts = {"as it stands": WHOLE, "the other sets'": Variant(prior_weights=others), "zero": Variant()}
    ranks = np.stack([replay(recording, start).ranks for start in starts.values()], axis=1)
    for what, steps in (("judged", recording.judged), (f"first {_FIRST:,}", recording.asked[:_FIRST])):
        visitors = recording.visitors(steps)
        print_comparison(f"{source.name}, {what}", "start", list(starts), ranks[steps], visitors, recording.k)


if __name__ == "__main__":
    main(sys.argv[1:])
