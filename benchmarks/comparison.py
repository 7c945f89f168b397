"""Variants of a ranking compared with the first of them, in one form for all experiments: a Markdown table."""

from collections.abc import Sequence

import click
import numpy as np

from online_models.arrays.types import Indices
from online_models.evaluation.metrics import Ranks, gains_of, interval, resampled
from online_models.schema.events import VisitorId

SEED = 1


def number_visitors(visitors: Sequence[VisitorId]) -> Indices:
    """Return a number from 0 for the visitor of each list."""
    return np.unique(np.array(visitors), return_inverse=True)[1].astype(np.int32)


def print_comparison(
    title: str, heading: str, variants: Sequence[str], ranks: Ranks, visitors: Sequence[VisitorId], k: int
) -> None:
    """Print each variant's hit rate and MRR, and how much more they are than the first variant's.

    Parameters
    ----------
    heading
        Of the column of variants.
    ranks
        Position of the right item in each list, 0 where it was not among the first ``k``, shape (lists, variants).
    visitors
        The visitor of each list: intervals are over resamples of the visitors.
    """
    click.echo(f"\n**{title}**: {len(ranks):,} lists\n")
    click.echo(f"| {heading} | HR@{k} | more | 95 % | MRR@{k} | more | 95 % |\n|{' --- |' * 7}")
    gains, samples = gains_of(ranks, k), resampled(ranks, number_visitors(visitors), k, SEED)
    for number, variant in enumerate(variants):
        cells = [variant]
        for gain in range(2):
            low, high = interval(samples[:, gain, number] - samples[:, gain, 0])
            more = gains[gain, number] - gains[gain, 0]
            cells += [f"{gains[gain, number]:.4f}"]
            cells += [f"{more:+.4f}", f"{low:+.4f} to {high:+.4f}"] if number else ["", ""]
        click.echo(f"| {' | '.join(cells)} |")
