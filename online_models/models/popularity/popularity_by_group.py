"""Who leads each group of items by traffic: the loops of a model that groups them in two ways."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.popularity.decay_rates import DAY
from online_models.models.popularity.decayed_counts import (
    Levels,
    add_answer,
    earlier_touch,
    fresh_part,
    raise_level,
    remaining,
    sum_of_levels,
)

ITEMS = 7
"""From how many of the visitor's last items an answer is read."""

Groups = NDArray[np.int32]
"""Numbers of groups by item row, -1 for none; shape (items,), or (2, items) for both ways."""


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
def count_touch(
    item: int,
    reward: float,
    at: float,
    rows: Indices,
    rewards: Values,
    times: Levels,
    levels: Levels,
    groups: Groups,
    categories: Indices,
    families: Indices,
) -> None:
    """Count what is new in a signal, once a day and visitor."""
    fresh = fresh_part(reward, at, DAY, earlier_touch(item, rows), rewards, times)
    if fresh > 0:
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
    lately: Indices,
    excluded: Excluded,
    levels: Levels,
    groups: Groups,
    leaders: Indices,
    heads: Indices,
    weights: Levels,
    rows: Indices,
    values: Values,
) -> None:
    """Write the best of the groups of the last items, merged: an item is in one group, so none comes twice."""
    sources, places = heads
    loudness, scores = weights
    count = 0
    for steps in range(min(len(lately), ITEMS)):
        loudness[count] = _weight(groups, lately, steps)
        if loudness[count] > 0.0:
            sources[count] = groups[lately[len(lately) - 1 - steps]]
            places[count] = NO_INDEX
            scores[count] = _say_next(count, base, excluded, levels, leaders, sources, places, loudness)
            count += 1
    for written in range(len(rows)):
        head = _best_head(scores, count)
        if head < 0:
            break
        add_answer(rows, values, written, leaders[sources[head], places[head]], scores[head])
        scores[head] = _say_next(head, base, excluded, levels, leaders, sources, places, loudness)


@compiled
def _say_next(
    head: int,
    base: float,
    excluded: Excluded,
    levels: Levels,
    leaders: Indices,
    sources: Indices,
    places: Indices,
    loudness: Levels,
) -> float:
    """Step on to the next item of a group, and return its score; 0 at the end."""
    places[head] = _step(sources[head], places[head], excluded, leaders)
    if places[head] < 0:
        return 0.0
    return float(loudness[head] * remaining(levels[leaders[sources[head], places[head]]] - base))


@compiled
def write_leaders(
    now: float,
    history: Indices,
    session: int,
    excluded: Excluded,
    levels: Levels,
    groups: Groups,
    categories: Indices,
    families: Indices,
    heads: Indices,
    weights: Levels,
    rows: Indices,
    values: Values,
) -> None:
    """Write what both members say.

    Parameters
    ----------
    heads, weights
        Scratch, shape (2, at least seven) each.
    """
    lately = history[len(history) - session :] if session > 0 else history
    base = now / DAY
    _write_merged(base, lately, excluded, levels, groups[0], categories, heads, weights, rows[0], values[0])
    _write_merged(base, lately, excluded, levels, groups[1], families, heads, weights, rows[1], values[1])


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
