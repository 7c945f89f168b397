"""Who leads each group of items by traffic: the loops of a model that groups them in two ways."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.popularity.decay_rates import DAY
from online_models.models.popularity.decayed_counts import (
    Levels,
    add_candidate,
    earlier_interaction,
    fresh_part,
    raise_level,
    remaining,
    sum_of_levels,
)

ITEMS = 7
"""From how many of the visitor's last items an answer is read."""

Groups = NDArray[np.int32]
"""Numbers of groups by item row, -1 for none; shape (items,), or (2, items) for both ways."""


class GroupCounts(NamedTuple):
    """Levels by item, the groups, shape (2, items), and the leaders of each category and family, (groups, 100)."""

    levels: Levels
    groups: Groups
    categories: Indices
    families: Indices


@compiled
def _raise_in_groups(
    item: int, level: float, levels: Levels, groups: Groups, categories: Indices, families: Indices
) -> None:
    """Give an item a higher level, and its place in its category and its family."""
    before = levels[item]
    if item < groups.shape[1]:
        if groups[0, item] >= 0:
            raise_level(categories[groups[0, item]], levels, item, level)
        levels[item] = before
        if groups[1, item] >= 0:
            raise_level(families[groups[1, item]], levels, item, level)
    levels[item] = level


@compiled
def raise_all(from_levels: Levels, levels: Levels, groups: Groups, categories: Indices, families: Indices) -> None:
    """Let every item that was counted find its place; ``levels`` and the leaders are empty and are filled."""
    for item in range(len(from_levels)):
        if from_levels[item] > -np.inf:
            _raise_in_groups(item, from_levels[item], levels, groups, categories, families)


@compiled
def count_interaction(
    counts: GroupCounts, item: int, reward: float, at: float, history: Indices, rewards: Values, times: Levels
) -> None:
    """Count what is new in a signal, once a day and visitor."""
    fresh = fresh_part(reward, at, DAY, earlier_interaction(item, history), rewards, times)
    if fresh > 0:
        levels, groups, categories, families = counts
        raised = sum_of_levels(levels[item], np.log2(fresh) + at / DAY)
        _raise_in_groups(item, raised, levels, groups, categories, families)


@compiled
def _weight(groups: Groups, lately: Indices, steps: int) -> float:
    """Return the weight of the group of the item so many steps back; 0 for none, or where a newer one has it."""
    newest = len(lately) - 1
    row = lately[newest - steps]
    group = groups[row] if row < len(groups) else NO_INDEX
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
def _step(group: int, place: int, excluded: Excluded, leaders: Indices) -> int:
    """Return the next place among a group's leaders whose row is not excluded; -1 at the end."""
    for later in range(place + 1, leaders.shape[1]):
        row = leaders[group, later]
        if row < 0:
            return NO_INDEX
        if row >= len(excluded) or not excluded[row]:
            return later
    return NO_INDEX


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
    base: float,
    recent: Indices,
    excluded: Excluded,
    levels: Levels,
    groups: Indices,
    leaders: Indices,
    items: Indices,
    scores: Values,
) -> None:
    """Write the best of the groups of the last items, merged: an item is in one group, so none comes twice."""
    sources, positions = np.empty((2, ITEMS), np.int32)
    weights, heads = np.empty((2, ITEMS), np.float64)
    count = 0
    for steps in range(min(len(recent), ITEMS)):
        weights[count] = _weight(groups, recent, steps)
        if weights[count] > 0.0:
            sources[count] = groups[recent[len(recent) - 1 - steps]]
            positions[count] = NO_INDEX
            heads[count] = _next_score(count, base, excluded, levels, leaders, sources, positions, weights)
            count += 1
    for written in range(len(items)):
        head = _best_head(heads, count)
        if head < 0:
            break
        add_candidate(items, scores, written, leaders[sources[head], positions[head]], heads[head])
        heads[head] = _next_score(head, base, excluded, levels, leaders, sources, positions, weights)


@compiled
def _next_score(
    head: int,
    base: float,
    excluded: Excluded,
    levels: Levels,
    leaders: Indices,
    sources: Indices,
    positions: Indices,
    weights: Levels,
) -> float:
    """Step on to the next item of a group, and return its score; 0 at the end."""
    positions[head] = _step(sources[head], positions[head], excluded, leaders)
    if positions[head] < 0:
        return 0.0
    return float(weights[head] * remaining(levels[leaders[sources[head], positions[head]]] - base))


@compiled
def write_leaders(
    counts: GroupCounts,
    now: float,
    history: Indices,
    session_length: int,
    excluded: Excluded,
    items: Indices,
    scores: Values,
) -> None:
    """Write the candidates of both sources, shape (2, limit)."""
    recent = history[len(history) - session_length :] if session_length > 0 else history
    base = now / DAY
    levels, groups, categories, families = counts
    _write_merged(base, recent, excluded, levels, groups[0], categories, items[0], scores[0])
    _write_merged(base, recent, excluded, levels, groups[1], families, items[1], scores[1])


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
