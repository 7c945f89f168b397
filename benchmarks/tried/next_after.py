"""Session neighbors that speak only for what followed the visitor's last item in them."""

from online_models.arrays.accumulation import accumulate, drain
from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.neighbors.neighbor_search import SearchArrays, _meet, _weigh
from online_models.models.neighbors.session_neighbors import SessionNeighbors
from online_models.visitors.context import Context


class NextAfter(SessionNeighbors):
    """The nearest sessions that have the visitor's last item, each for the one item that came next there.

    References
    ----------
    Ludewig, M. and Jannach, D. (2018). Evaluation of session-based recommendation algorithms (SF-SKNN). UMUAI.
    """

    names = ("next_after",)  # type: ignore[assignment]  # one list where the base writes three

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what came next. Changes nothing."""
        if self._index.used and len(context.recent_items):
            _search(
                self._current(),
                context.recent_items,
                self._own(context),
                self._index.used,
                context.excluded,
                items[0],
                scores[0],
            )


@compiled
def _search(
    bundle: SearchArrays,
    recent: Indices,
    own: int,
    used: int,
    excluded: Excluded,
    best_items: Indices,
    best_scores: Values,
) -> None:
    arrays = SearchArrays(*bundle)
    count = _meet(arrays, recent, own, used)
    if not count:
        return
    least = _weigh(arrays, count)
    length, last, found = len(arrays.by_length), recent[len(recent) - 1], 0
    for index in range(count):
        sequence = arrays.met[index]
        similarity = arrays.similar[sequence]
        arrays.similar[sequence] = 0
        entry = arrays.shared[sequence]
        if similarity < least or similarity == 0 or arrays.items[entry] != last:
            continue
        place, first = int(arrays.positions[entry]), sequence * length
        after, nearest = -1, length
        for other in range(first, first + arrays.lengths[sequence]):
            distance = int(arrays.positions[other]) - place
            if 0 < distance < nearest:
                after, nearest = other, distance
        if after >= 0:
            found = accumulate(arrays.totals, arrays.found, found, arrays.items[after], similarity)
    drain(arrays.totals, arrays.found, found, arrays.scores)
    select(arrays.found, arrays.scores, found, excluded, best_items, best_scores)
