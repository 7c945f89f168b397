"""Slices of the judged lists: how good the lists are where little is known, of an item or of a visitor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from online_models.arrays.types import Indices
from online_models.evaluation.metrics import GAINS, Interval, gains_of, interval, resampled
from online_models.evaluation.tally import Tally
from online_models.schema.events import VisitorId

FEW_INTERACTIONS = 5
FIRST_EVENTS = 3

NEW_ITEMS, NEW_VISITORS = "new_items", "new_visitors"
SLICES = {
    NEW_ITEMS: f"items with fewer than {FEW_INTERACTIONS} interactions",
    NEW_VISITORS: f"a visitor's first {FIRST_EVENTS} events",
}
"""What is in each slice."""


@dataclass(frozen=True, slots=True)
class SliceFigures:
    """Hit rate, MRR and NDCG of one source in a slice, with intervals by the bootstrap over visitors."""

    hr: float
    mrr: float
    ndcg: float
    ci95: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the judged lists, cold starts among them.

    Attributes
    ----------
    asked
        How many lists.
    share
        Of all judged lists.
    unseen
        How many of them were judged by an item that nobody had come to: without a catalog no list can hold it.
    members
        Figures by source; empty where there is no list.
    """

    asked: int
    share: float
    unseen: int
    members: dict[str, SliceFigures]


def slices_of(names: Sequence[str], tallies: Sequence[Tally], k: int, seed: int) -> dict[str, Slice]:
    """Return the slices by name.

    `NEW_ITEMS` has the lists that were judged by an item with fewer than five interactions so far, from none on;
    `NEW_VISITORS` those before a visitor's first three events.
    """
    ranks = np.concatenate([tally.ranks for tally in tallies])
    interactions = np.concatenate([tally.interactions for tally in tallies])
    earlier = np.concatenate([tally.earlier for tally in tallies])
    visitors = _numbered(tallies)
    slices = {}
    for name, within in ((NEW_ITEMS, interactions < FEW_INTERACTIONS), (NEW_VISITORS, earlier < FIRST_EVENTS)):
        members: dict[str, SliceFigures] = {}
        if within.any():
            compact = np.unique(visitors[within], return_inverse=True)[1].astype(np.int32)
            gains, samples = gains_of(ranks[within], k), resampled(ranks[within], compact, k, seed)
            for source, member in enumerate(names):
                bounds = {gain: interval(samples[:, line, source]) for line, gain in enumerate(GAINS)}
                hr, mrr, ndcg = gains[:, source].tolist()
                members[member] = SliceFigures(hr, mrr, ndcg, bounds)
        asked, unseen = int(within.sum()), int((within & (interactions == 0)).sum())
        slices[name] = Slice(asked, asked / max(1, len(within)), unseen, members)
    return slices


def _numbered(tallies: Sequence[Tally]) -> Indices:
    """Return a number for the visitor of each list, the same in all tallies."""
    known: dict[VisitorId, int] = {}
    parts = []
    for tally in tallies:
        numbers = np.array([known.setdefault(visitor, len(known)) for visitor in tally.visitor_ids], np.int32)
        parts.append(numbers[tally.visitors])
    return np.concatenate(parts)
