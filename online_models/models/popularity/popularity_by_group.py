"""Who leads each group of items by traffic: the loops of a model that groups them in two ways."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.popularity import decayed_counts as decayed
from online_models.models.popularity.decay_rates import DAY
from online_models.models.popularity.decayed_counts import DAILY, Bounds, Earlier, Levels

ITEMS = 7
"""From how many of the visitor's last items an answer is read."""

Groups = NDArray[np.int32]
"""Numbers of groups by item index, -1 for none; shape (items,), or (2, items) for both ways."""


class GroupCounts(NamedTuple):
    """Levels by item, the groups, shape (2, items), and the leaders of each category and family, (groups, 100)."""

    levels: Levels
    groups: Groups
    categories: Indices
    families: Indices


class Heads(NamedTuple):
    """Groups whose leaders are merged: the group, the position of its best leader not yet written, weight and score."""

    groups: Indices
    positions: Indices
    weights: Levels
    scores: Levels


@compiled
def _raise_in_groups(counts: GroupCounts, item: int, level: float) -> None:
    """Give an item a higher level, and its position in its category and its family."""
    levels, groups, categories, families = counts
    before = levels[item]
    if item < groups.shape[1]:
        if groups[0, item] >= 0:
            decayed.raise_level(categories[groups[0, item]], levels, item, level)
        levels[item] = before
        if groups[1, item] >= 0:
            decayed.raise_level(families[groups[1, item]], levels, item, level)
    levels[item] = level


@compiled
def raise_all(counts: GroupCounts, levels: Levels) -> None:
    """Give every item that was counted its ``levels`` and position; those in ``counts`` are empty and are filled."""
    for item in range(len(levels)):
        if levels[item] > -np.inf:
            _raise_in_groups(counts, item, levels[item])


@compiled
def count_interaction(
    counts: GroupCounts, item: int, reward: float, at: float, earlier: Earlier, bounds: Bounds
) -> None:
    """Count what is new in a signal, once a day and visitor, by its weight."""
    last_at, counted = decayed.counted_before(item, earlier, bounds)
    fresh = bounds[DAILY] * decayed.fresh_part(reward, at, DAY, last_at, counted)
    if fresh > 0:
        _raise_in_groups(counts, item, decayed.sum_of_levels(counts[0][item], np.log2(fresh) + at / DAY))


@compiled
def _weight(groups: Groups, lately: Indices, steps: int) -> float:
    """Return the weight of the group of the item so many steps back; 0 for none, or where a newer one has it."""
    newest = len(lately) - 1
    index = lately[newest - steps]
    group = groups[index] if index < len(groups) else NO_INDEX
    if group < 0:
        return 0.0
    weight = 0.0
    for step in range(min(len(lately), ITEMS)):
        other = lately[newest - step]
        if other < len(groups) and groups[other] == group:
            if step < steps:
                return 0.0
            weight += 0.5**step
    return weight


@compiled
def _advance(heads: Heads, head: int, base: float, excluded: Excluded, levels: Levels, leaders: Indices) -> None:
    """Move on to the next leader of a group that is not excluded; the score is 0 at the end."""
    group = heads.groups[head]
    heads.scores[head] = 0.0
    for later in range(heads.positions[head] + 1, leaders.shape[1]):
        item = leaders[group, later]
        if item < 0:
            break
        if item >= len(excluded) or not excluded[item]:
            heads.positions[head] = later
            heads.scores[head] = heads.weights[head] * decayed.remaining(levels[item] - base)
            break


@compiled
def _best_head(scores: Levels, count: int) -> int:
    """Return which of the groups has the best item left; -1 where none has."""
    best = NO_INDEX
    for head in range(count):
        if scores[head] > 0.0 and (best < 0 or scores[head] > scores[best]):
            best = head
    return best


@compiled
def _write_merged(
    counts: GroupCounts, way: int, base: float, recent: Indices, excluded: Excluded, items: Indices, scores: Values
) -> None:
    """Write the best of the groups of the last items, merged: an item is in one group, so none comes twice."""
    levels, groups, leaders = counts[0], counts[1][way], counts[2] if way == 0 else counts[3]
    of_groups, positions = np.empty((2, ITEMS), np.int32)
    weights, best = np.empty((2, ITEMS), np.float64)
    heads = Heads(of_groups, positions, weights, best)
    count = 0
    for steps in range(min(len(recent), ITEMS)):
        weights[count] = _weight(groups, recent, steps)
        if weights[count] > 0.0:
            of_groups[count] = groups[recent[len(recent) - 1 - steps]]
            positions[count] = NO_INDEX
            _advance(heads, count, base, excluded, levels, leaders)
            count += 1
    for written in range(len(items)):
        head = _best_head(best, count)
        if head < 0:
            break
        decayed.add_candidate(items, scores, written, leaders[of_groups[head], positions[head]], best[head])
        _advance(heads, head, base, excluded, levels, leaders)


@compiled
def write_leaders(
    counts: GroupCounts, now: float, recent: Indices, excluded: Excluded, items: Indices, scores: Values
) -> None:
    """Write the candidates of both sources, shape (2, limit)."""
    for way in range(2):
        _write_merged(counts, way, now / DAY, recent, excluded, items[way], scores[way])


@compiled
def are_regrouped(levels: Levels, before: Groups, after: Groups) -> bool:
    """Tell whether an item that was counted is in other groups than before."""
    for item in range(len(levels)):
        if levels[item] > -np.inf:
            for way in range(2):
                old = before[way, item] if item < before.shape[1] else NO_INDEX
                new = after[way, item] if item < after.shape[1] else NO_INDEX
                if old != new:
                    return True
    return False
