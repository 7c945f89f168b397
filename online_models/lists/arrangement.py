"""From scored candidates to the order of a list: whose order is served, and variety."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.blending.blend import Blended
from online_models.lists.diversity import diversified
from online_models.models.content import Content
from online_models.recommender import NOBODY, Answers, Rows, Values
from online_models.vocabulary import ItemVocabulary

POOL = 2
"""So many candidates per place compete for it when the list is made diverse."""


def led_by(blended: Blended, answers: Answers, member: int) -> Blended:
    """Put a member's own answer first, in its order, and the blend's after it."""
    return Blended(*_led_by(answers.rows[member], *blended, member))


@compiled
def _led_by(said: Rows, rows: Rows, values: Values, carriers: Rows, member: int) -> tuple[Rows, Values, Rows]:
    """Return rows, values and carriers anew: first what the member said, above all others, then the rest."""
    leading = 0
    while leading < len(said) and said[leading] != NOBODY:
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
def _is_among(rows: Rows, count: int, row: int) -> bool:
    equals = 0
    for place in range(count):
        equals += rows[place] == row
    return equals > 0


def steered(blended: Blended, liking: Values) -> Blended:
    """Multiply the odds of each candidate, shape (k,), and order them anew."""
    values = blended.values + np.log(liking)
    order = np.argsort(-values, kind="stable")
    return Blended(blended.rows[order], values[order], blended.carriers[order])


def arranged(blended: Blended, items: ItemVocabulary, content: Content, n: int) -> Blended:
    """Return the best ``n``, ordered by score with its cost for likeness; equals by item id.

    Scores are log-odds, so likeness divides an item's odds (`diversified`).
    """
    count = min(POOL * n, len(blended.rows))
    if _has_equals(blended.values, count):
        places = by_id(blended.rows, blended.values, items, count)
        blended = Blended(blended.rows[places], blended.values[places], blended.carriers[places])
    rows = blended.rows[:count]
    reduced = diversified(blended.values[:count].astype(np.float64), content.cosines(rows))
    return Blended(*_best(rows, reduced, blended.carriers, n))


@compiled
def _best(rows: Rows, values: NDArray[np.float64], carriers: Rows, n: int) -> tuple[Rows, Values, Rows]:
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


def by_id(rows: Rows, values: NDArray[np.floating], items: ItemVocabulary, count: int) -> NDArray[np.intp]:
    """Return the places of the best ``count``, best first, equals by item id; they come best first, equals by row."""
    keys = zip((-values).tolist(), map(items.id, rows.tolist()), range(len(rows)), strict=True)
    return np.array([place for _, _, place in sorted(keys)][:count], np.intp)
