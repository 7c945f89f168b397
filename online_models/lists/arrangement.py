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
    rows = answers.rows[member]
    rows = rows[rows != NOBODY]
    rest = ~np.isin(blended.rows, rows)
    lead = float(blended.values.max(initial=0.0)) + 1.0 + np.arange(len(rows), 0, -1) / (1 + len(rows))
    return Blended(
        np.concatenate((rows, blended.rows[rest])),
        np.concatenate((lead, blended.values[rest])).astype(blended.values.dtype),
        np.concatenate((np.full(len(rows), member), blended.carriers[rest])).astype(blended.carriers.dtype),
    )


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
    rows, values, carriers = blended.rows[:count], blended.values[:count], blended.carriers[:count]
    if _has_equals(blended.values, count):
        places = by_id(blended.rows, blended.values, items, count)
        rows, values, carriers = blended.rows[places], blended.values[places], blended.carriers[places]
    reduced = diversified(values.astype(np.float64), content.cosines(rows))
    order = np.argsort(-reduced, kind="stable")[:n]
    return Blended(rows[order], reduced[order].astype(np.float32), carriers[order])


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
