"""From scored candidates to the order of a slate: fallback to one model, declared preferences, diversity, variety."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.content.content import Content, ContentLists, cosines_between
from online_models.models.recommender import Candidates
from online_models.ranking.features import RankingInputs
from online_models.ranking.ranked_candidates import RankedCandidates, rank_candidates
from online_models.slate.diversity import LIKENESS_COST, reduce_scores
from online_models.slate.variety import DECLARED_EVERY, NO_VARIETY, Variety, choose, fade

POOL = 2
"""How many candidates compete for each position when the list is diversified."""

Ranked = tuple[Indices, Values, Indices]


def rank_at_once(
    inputs: RankingInputs, fallback: int, content: Content, n: int, variety: Variety = NO_VARIETY
) -> RankedCandidates | None:
    """Score, put the fallback model's candidates first (-1: none), diversify and vary, in one compiled call.

    Most slates are made this way. Returns None where ties have to be broken by item id, which compiled code does not
    know: use `put_first` and `arrange` then.
    """
    items, scores, top_sources = np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32)
    size = _write_ranked(packed(inputs), fallback, packed(content.lists), packed(variety), (items, scores, top_sources))
    if size == n:
        return RankedCandidates(items, scores, top_sources)
    return RankedCandidates(items[:size], scores[:size], top_sources[:size]) if size >= 0 else None


@compiled
def _write_ranked(
    bundle: RankingInputs,
    fallback: int,
    neighbor_lists: ContentLists,
    variety: Variety,
    written: Ranked,
) -> int:
    """Write the best candidates, and return how many there are; -1, and nothing, where ties are among them."""
    inputs = RankingInputs(*bundle)
    items, scores, top_sources = written
    n = len(items)
    # One more, to see whether the last is tied; and as many as the fallback model may put before them.
    most = POOL * n + 1 + (len(inputs.candidates[fallback]) if fallback >= 0 else 0)
    ranked = rank_candidates(inputs, most)
    if fallback >= 0:
        ranked = _put_first(inputs.candidates[fallback], ranked, fallback)
    count = min(POOL * n, len(ranked[0]))
    if _has_ties(ranked[1], count):
        return -1
    best = _diversify(ranked, neighbor_lists, count, n, variety)
    size = len(best[0])
    items[:size], scores[:size], top_sources[:size] = best
    return size


def put_first(ranked: RankedCandidates, candidates: Candidates, source: int) -> RankedCandidates:
    """Put one source's candidates first, in its own order, and the ranker's order after them."""
    return RankedCandidates(*_put_first(candidates.items[source], packed(ranked), source))


@compiled
def _put_first(own: Indices, ranked: Ranked, source: int) -> Ranked:
    """Return items, scores and top sources anew: first the source's own items, above all others, then the rest."""
    items, scores, top_sources = ranked
    leading = 0
    while leading < len(own) and own[leading] != NO_INDEX:
        leading += 1
    size = leading + len(items)
    led, led_scores, led_sources = np.empty(size, np.int32), np.empty(size, np.float32), np.empty(size, np.int32)
    greatest = 0.0
    for score in scores:
        greatest = max(greatest, float(score))
    for position in range(leading):
        led[position] = own[position]
        led_scores[position] = greatest + 1.0 + (leading - position) / (1 + leading)
        led_sources[position] = source
    count = leading
    for position in range(len(items)):
        if not _is_among(own, leading, items[position]):
            led[count], led_scores[count] = items[position], scores[position]
            led_sources[count] = top_sources[position]
            count += 1
    return led[:count], led_scores[:count], led_sources[:count]


@compiled
def _is_among(items: Indices, count: int, item: int) -> bool:
    equals = 0
    for index in range(count):
        equals += items[index] == item
    return equals > 0


def apply_preferences(ranked: RankedCandidates, odds: Values) -> RankedCandidates:
    """Multiply the odds of each candidate, shape (k,), and sort again."""
    scores = ranked.scores + np.log(odds)
    order = np.argsort(-scores, kind="stable")
    return RankedCandidates(ranked.items[order], scores[order], ranked.top_sources[order])


def arrange(
    ranked: RankedCandidates, items: ItemIdIndex, content: Content, n: int, variety: Variety = NO_VARIETY
) -> RankedCandidates:
    """Return the best ``n`` by score less the cost of similarity; ties by item id.

    Scores are log-odds, so similarity divides an item's odds (`diversity`). With variety, the order is not only that of
    the scores (`varied`); those returned never rise.
    """
    ranked = _with_declared(ranked, variety, n)
    count = min(POOL * n, len(ranked.items))
    if _has_ties(ranked.scores, count):
        order = order_by_id(ranked.items, ranked.scores, items, count)
        ranked = RankedCandidates._make(array[order] for array in ranked)
    return RankedCandidates(*_diversify(packed(ranked), packed(content.lists), count, n, packed(variety)))


def _with_declared(ranked: RankedCandidates, variety: Variety, n: int) -> RankedCandidates:
    """Let the best of what was declared compete, in place of the last that would otherwise."""
    count = POOL * n
    if not len(variety.declared) or len(ranked.items) <= count:
        return ranked
    behind = count + np.flatnonzero(np.isin(ranked.items[count:], variety.declared))[: n // DECLARED_EVERY]
    kept = np.concatenate((np.arange(count - len(behind)), behind))
    return RankedCandidates._make(array[kept] for array in ranked)


@compiled
def _diversify(ranked: Ranked, neighbor_lists: ContentLists, count: int, n: int, bundle: Variety) -> Ranked:
    """Return the best ``n`` of the first ``count`` items once similarity and repetition have cost their part."""
    lists, variety = ContentLists(*neighbor_lists), Variety(*bundle)
    items, scores, top_sources = ranked
    reduced = scores[:count].astype(np.float64)
    cosines = cosines_between(items[:count], lists.neighbors, lists.cosines, lists.slots)
    reduce_scores(reduced, cosines, LIKENESS_COST)
    if not variety.is_on:
        return _best(items[:count], reduced, top_sources, n)
    fade(reduced, items[:count], bundle)
    return _vary(_best(items[:count], reduced, top_sources, count), n, bundle)


@compiled
def _vary(best: Ranked, n: int, bundle: Variety) -> Ranked:
    """Choose ``n`` of the best for a varied list. An item is not scored above the one before it."""
    items, scores, top_sources = best
    order = choose(items, bundle, n)
    listed = scores[order]
    for position in range(1, len(listed)):
        listed[position] = min(listed[position], listed[position - 1])
    return items[order], listed, top_sources[order]


@compiled
def _best(items: Indices, scores: NDArray[np.float64], top_sources: Indices, n: int) -> Ranked:
    """Return the best ``n`` items, their scores and top sources: best first, ties in the order they come in."""
    order = np.empty(len(items), np.int64)
    for index in range(len(items)):
        position = index
        while position > 0 and scores[order[position - 1]] < scores[index]:
            order[position] = order[position - 1]
            position -= 1
        order[position] = index
    order = order[:n]
    return items[order], scores[order].astype(np.float32), top_sources[order]


@compiled
def _has_ties(scores: Values, count: int) -> bool:
    """Tell whether any of the best ``count`` has the same score as the next; they come best first."""
    equals = 0
    for position in range(1, min(count + 1, len(scores))):
        equals += scores[position] == scores[position - 1]
    return equals > 0


def order_by_id(items: Indices, scores: NDArray[np.floating], ids: ItemIdIndex, count: int) -> NDArray[np.intp]:
    """Return the positions of the best ``count``, best first, ties by item id; they come best first, ties by index."""
    keys = zip((-scores).tolist(), map(ids.id, items.tolist()), range(len(items)), strict=True)
    return np.array([position for _, _, position in sorted(keys)][:count], np.intp)
