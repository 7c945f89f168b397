"""The click model: clicks on what browsers drew, by position and by source, with position bias accounted for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_number, read_part
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.ranking.examination import POSITIONS, PRIOR, fit_examination
from online_models.ranking.impressions import Impressions

_REFIT = 2_000


class ClickRates(NamedTuple):
    """Items drawn, clicks on them, and clicks per item examined."""

    shown: int
    clicked: int
    rate: float


class ClickModel:
    """Counts what was shown and clicked by position and top source, and keeps what each visitor passed over.

    The examination probability of each position is estimated anew (`fit_examination`) after every 2,000 items drawn.
    Only what the browser drew counts as shown, and only a click in the list counts as a click.

    Parameters
    ----------
    sources
        Their names, in the order of the candidates' lines.

    Examples
    --------
    >>> clicks = ClickModel(["transitions", "popularity"])
    >>> clicks.shown(visitor=3, items=[7, 8], top_sources=[0, 1], at=0.0)
    >>> clicks.taken(visitor=3, item=8, from_list=True)
    >>> [rates.clicked for rates in clicks.by_source()]
    [0, 1]
    >>> clicks.ignored(visitor=3)
    (array([7], dtype=int32), array([1.], dtype=float32))
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = tuple(sources)
        # The last column is for items without a top source.
        shape = POSITIONS, len(self._sources) + 1
        self._shown: NDArray[np.float64] = np.zeros(shape)
        self._clicked: NDArray[np.float64] = np.zeros(shape)
        self._examined: Values = PRIOR.copy()
        self._unfitted = 0
        self._impressions = Impressions()

    @property
    def examined(self) -> Values:
        """Examination probability of each position: 1 for the first, and never rising."""
        return self._examined

    def ignored(self, visitor: int) -> tuple[Indices, Values]:
        """Return what a visitor was shown and passed over, and how much each item was examined."""
        return self._impressions.of(visitor)

    def shown(self, visitor: int, items: Sequence[int], top_sources: Sequence[int], at: float) -> None:
        """Note that a list was drawn.

        Parameters
        ----------
        visitor
            Index of the visitor; where it is -1, nothing is noted.
        items
            In order of position, -1 for one that is not known.
        top_sources
            The top source of each, -1 for none.
        at
            Unix seconds.
        """
        drawn = np.array(items[:POSITIONS], np.int32)
        by_source = np.array(top_sources[:POSITIONS], np.int32)
        if visitor < 0 or not len(drawn):
            return
        by_source[(by_source < 0) | (by_source >= len(self._sources))] = NO_INDEX
        # Items without a top source count in the last column, which is number -1.
        self._shown[np.arange(len(drawn)), by_source] += 1
        self._impressions.add(visitor, drawn, by_source, self._examined, at)
        self._unfitted += len(drawn)
        if self._unfitted >= _REFIT:
            self._examined = fit_examination(self._shown, self._clicked)
            self._unfitted = 0

    def taken(self, visitor: int, item: int, from_list: bool) -> None:
        """Note that a visitor turned to an item: from a list that was drawn, or from elsewhere."""
        impression = self._impressions.take(visitor, item)
        if impression is not None and from_list:
            self._clicked[impression.position, impression.top_source] += 1

    def by_source(self) -> list[ClickRates]:
        """Return what was shown and clicked of each source."""
        looks = self._examined @ self._shown
        return [
            ClickRates(int(shown), int(clicked), clicked / looked if looked else 0.0)
            for shown, clicked, looked in zip(
                self._shown.sum(axis=0)[:-1].tolist(),
                self._clicked.sum(axis=0)[:-1].tolist(),
                looks[:-1].tolist(),
                strict=True,
            )
        ]

    def overall(self) -> ClickRates:
        """Return what was shown and clicked in all."""
        shown, clicked = int(self._shown.sum()), int(self._clicked.sum())
        looked = float((self._examined @ self._shown).sum())
        return ClickRates(shown, clicked, clicked / looked if looked else 0.0)

    def merge_visitor(self, source: int, target: int) -> None:
        """Add what ``source`` was shown to ``target``'s."""
        self._impressions.merge_visitor(source, target)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase that an item was shown to a visitor."""
        self._impressions.take(visitor, item)

    def forget_visitor(self, visitor: int) -> None:
        """Erase what a visitor was shown. Counts do not say whose they were."""
        self._impressions.forget_visitor(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "members": list(self._sources),
            "shown": self._shown.copy(),
            "clicked": self._clicked.copy(),
            "looked_at": self._examined.copy(),
            "unfitted": self._unfitted,
            "impressions": self._impressions.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state; what sources had that are gone counts as without a top source.

        Raises
        ------
        InvalidState
            If it does not fit.
        """
        names = read_ids(state, "members")
        shown, clicked = (
            read_array(state, name, np.float64, POSITIONS, len(names) + 1) for name in ("shown", "clicked")
        )
        examined = read_array(state, "looked_at", np.float32, POSITIONS)
        if not all(np.isfinite(array).all() and (array >= 0).all() for array in (shown, clicked, examined)):
            raise InvalidState("counts of clicks that are negative or not finite")
        known = {name: index for index, name in enumerate(self._sources)}
        columns = np.array([known.get(name, NO_INDEX) for name in names], np.int32)
        self._impressions.load(read_part(state, "impressions"), columns)
        self._shown[:], self._clicked[:] = 0, 0
        for column, line in zip((*columns.tolist(), NO_INDEX), range(len(names) + 1), strict=True):
            self._shown[:, column] += shown[:, line]
            self._clicked[:, column] += clicked[:, line]
        self._examined, self._unfitted = examined, int(read_number(state, "unfitted"))
