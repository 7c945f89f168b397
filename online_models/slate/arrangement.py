"""From scored candidates to the order of a list: whose order is served, and variety."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.content.content import Content, cosines_between
from online_models.models.recommender import Candidates
from online_models.ranking.features import Times
from online_models.ranking.linear_ranker import Blended, Contexts, Weighing, combined
from online_models.slate.diversity import LIKENESS_COST, reduce_scores

POOL = 2
"""So many candidates per place compete for it when the list is made diverse."""


def at_once(weighing: Weighing, leader: int, content: Content, n: int) -> Blended | None:
    """Blend, put the leader first (-1: there is none) and arrange, all in one compiled call: what most lists take.

    None where equals have to be ordered by item id, which compiled code does not know.
    """
    rows, values, carriers = np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32)
    neighbours, cosines, place = content.lists
    size = _write_at_once(leader, neighbours, cosines, place, rows, values, carriers, *weighing)
    if size == n:
        return Blended(rows, values, carriers)
    return Blended(rows[:size], values[:size], carriers[:size]) if size >= 0 else None


@compiled
def _write_at_once(
    leader: int,
    neighbours: Indices,
    cosines: Values,
    place: Indices,
    best_rows: Indices,
    best_values: Values,
    best_carriers: Indices,
    weights: Values,
    contexts: Contexts,
    said: Indices,
    said_values: Values,
    counts: Values,
    first: Times,
    last: Times,
    now: float,
    touched: int,
    ignored_rows: Indices,
    ignored: Values,
) -> int:
    """Write the best of the candidates, and return how many there are; -1, and nothing, where equals are among them."""
    n = len(best_rows)
    # One more, to see whether the last has an equal; and as many as a leader may put before them.
    most = POOL * n + 1 + (len(said[leader]) if leader >= 0 else 0)
    rows, values, carriers = combined(
        weights, contexts, said, said_values, counts, first, last, now, touched, ignored_rows, ignored, most
    )
    if leader >= 0:
        rows, values, carriers = _led_by(said[leader], rows, values, carriers, leader)
    count = min(POOL * n, len(rows))
    if _has_equals(values, count):
        return -1
    rows, values, carriers = _varied(rows, values, carriers, neighbours, cosines, place, count, n)
    size = len(rows)
    best_rows[:size], best_values[:size], best_carriers[:size] = rows, values, carriers
    return size


def led_by(blended: Blended, answers: Candidates, member: int) -> Blended:
    """Put a member's own answer first, in its order, and the blend's after it."""
    return Blended(*_led_by(answers.items[member], *blended, member))


@compiled
def _led_by(
    said: Indices, rows: Indices, values: Values, carriers: Indices, member: int
) -> tuple[Indices, Values, Indices]:
    """Return rows, values and carriers anew: first what the member said, above all others, then the rest."""
    leading = 0
    while leading < len(said) and said[leading] != NO_INDEX:
        leading += 1
    size = leading + len(rows)
    led, led_values, led_carriers = np.empty(size, np.int32), np.empty(size, np.float32), np.empty(size, np.int32)
    greatest = 0.0
    for value in values:
        greatest = max(greatest, float(value))
    for place in range(leading):
        led[place] = said[place]
        led_values[place] = greatest + 1.0 + (leading - place) / (1 + leading)
        led_carriers[place] = member
    count = leading
    for place in range(len(rows)):
        if not _is_among(said, leading, rows[place]):
            led[count], led_values[count], led_carriers[count] = rows[place], values[place], carriers[place]
            count += 1
    return led[:count], led_values[:count], led_carriers[:count]


@compiled
def _is_among(rows: Indices, count: int, row: int) -> bool:
    equals = 0
    for place in range(count):
        equals += rows[place] == row
    return equals > 0


def steered(blended: Blended, liking: Values) -> Blended:
    """Multiply the odds of each candidate, shape (k,), and order them anew."""
    values = blended.values + np.log(liking)
    order = np.argsort(-values, kind="stable")
    return Blended(blended.rows[order], values[order], blended.carriers[order])


def arranged(blended: Blended, items: ItemIdIndex, content: Content, n: int) -> Blended:
    """Return the best ``n``, ordered by score with its cost for likeness; equals by item id.

    Scores are log-odds, so likeness divides an item's odds (`diversity`).
    """
    count = min(POOL * n, len(blended.rows))
    if _has_equals(blended.values, count):
        places = by_id(blended.rows, blended.values, items, count)
        blended = Blended(blended.rows[places], blended.values[places], blended.carriers[places])
    return Blended(*_varied(*blended, *content.lists, count, n))


@compiled
def _varied(
    rows: Indices,
    values: Values,
    carriers: Indices,
    neighbours: Indices,
    cosines: Values,
    place: Indices,
    count: int,
    n: int,
) -> tuple[Indices, Values, Indices]:
    """Return the best ``n`` of the first ``count`` rows once likeness has cost its part."""
    reduced = values[:count].astype(np.float64)
    reduce_scores(reduced, cosines_between(rows[:count], neighbours, cosines, place), LIKENESS_COST)
    return _best(rows[:count], reduced, carriers, n)


@compiled
def _best(rows: Indices, values: NDArray[np.float64], carriers: Indices, n: int) -> tuple[Indices, Values, Indices]:
    """Return the best ``n`` of some rows, their values and carriers: best first, equals in the order they come in."""
    order = np.empty(len(rows), np.int64)
    for place in range(len(rows)):
        slot = place
        while slot > 0 and values[order[slot - 1]] < values[place]:
            order[slot] = order[slot - 1]
            slot -= 1
        order[slot] = place
    order = order[:n]
    return rows[order], values[order].astype(np.float32), carriers[order]


@compiled
def _has_equals(values: Values, count: int) -> bool:
    """Tell whether any of the best ``count`` has the same value as its neighbour; they come best first."""
    equals = 0
    for place in range(1, min(count + 1, len(values))):
        equals += values[place] == values[place - 1]
    return equals > 0


def by_id(rows: Indices, values: NDArray[np.floating], items: ItemIdIndex, count: int) -> NDArray[np.intp]:
    """Return the places of the best ``count``, best first, equals by item id; they come best first, equals by row."""
    keys = zip((-values).tolist(), map(items.id, rows.tolist()), range(len(rows)), strict=True)
    return np.array([place for _, _, place in sorted(keys)][:count], np.intp)
